package app

import (
	"fmt"
	"strconv"
	"strings"

	"chiso/app/document"
	"chiso/app/kpi"
)

// ReminderLetter returns the draft of the letter (công văn) that urges the units, all unfinished ones if none is named, as a
// Word file under the name returned. Its number, date and signature are left to those who issue it.
func (a *App) ReminderLetter(actor kpi.Actor, province, set string, m kpi.Month, units []string) (name string, file []byte, err error) {
	p, err := a.PlanReminder(actor, set, m, units)
	if err != nil {
		return "", nil, err
	}
	if len(p.Units) == 0 {
		return "", nil, kpi.Errorf(kpi.Conflict, "Mọi đơn vị được chọn đã gửi tỉnh, không có đơn vị nào để nêu trong công văn.")
	}
	file, err = document.WriteLetter(reminderLetter(p, province, actor))
	return fmt.Sprintf("Cong van don doc %s.docx", m), file, err
}

func reminderLetter(p ReminderPlan, province string, actor kpi.Actor) document.Letter {
	month, now := strings.ToLower(p.Round.Month.Label()), actor.At.In(kpi.Location)
	place := strings.TrimPrefix(strings.TrimPrefix(province, "Tỉnh "), "Thành phố ")
	letter := document.Letter{
		Above: "ỦY BAN NHÂN DÂN\n" + strings.ToUpper(province), Issuer: "SỞ KHOA HỌC VÀ CÔNG NGHỆ", Number: "Số:        /SKHCN-",
		PlaceDate: fmt.Sprintf("%s, ngày      tháng %s năm %d", place, twoDigits(int(now.Month())), now.Year()),
		Subject:   "V/v đôn đốc gửi số liệu " + month,
		To:        "Các đơn vị có tên trong danh sách",
		Head:      []string{"TT", "Đơn vị", "Trạng thái", "Hạn nộp", "Đã nhập", "Còn thiếu (ô)", "Đã đôn đốc"},
		Widths:    []int{600, 3000, 1500, 1500, 950, 950, 950},
		Numbers:   []bool{true, false, false, false, true, true, true},
		Signer:    "GIÁM ĐỐC",
		Receivers: []string{"Như trên;", "UBND tỉnh (để báo cáo);", "Lưu: VT."},
	}
	late := 0
	for i, x := range p.Units {
		if !actor.At.Before(x.Deadline) {
			late++
		}
		times := "–"
		if x.Last.Number > 0 {
			times = strconv.Itoa(x.Last.Number) + " lần"
		}
		letter.Rows = append(letter.Rows, []string{strconv.Itoa(i + 1), x.Unit.Name, x.Status.Label(), kpi.FormatDeadline(x.Deadline),
			fmt.Sprintf("%d/%d", x.Filled, x.Sheet.Due), strconv.Itoa(len(x.Missing)), times})
	}
	state := fmt.Sprintf("Đến %s, còn %d đơn vị chưa hoàn thành", kpi.FormatTime(actor.At), len(p.Units))
	if late > 0 {
		state += fmt.Sprintf(", trong đó %d đơn vị đã quá hạn", late)
	}
	letter.Body = []string{
		fmt.Sprintf("Thực hiện việc theo dõi %s, các đơn vị nhập liệu, duyệt và gửi tỉnh số liệu %s trước %s. %s (danh sách bên dưới).",
			p.Set.Name, month, kpi.FormatDeadline(p.Round.UnitDue), state),
		"Sở Khoa học và Công nghệ đề nghị các đơn vị có tên trong danh sách khẩn trương nhập đủ số liệu còn thiếu, duyệt và gửi tỉnh trên hệ thống báo cáo chỉ số; vướng mắc phản ánh trên hệ thống để được hướng dẫn.",
	}
	letter.Closing = "Trân trọng đề nghị các đơn vị quan tâm, phối hợp thực hiện./."
	return letter
}

// twoDigits writes a day or a month as official letters do: 0 before 1 to 9 of days and before 1 and 2 of months.
func twoDigits(month int) string {
	if month < 3 {
		return fmt.Sprintf("%02d", month)
	}
	return strconv.Itoa(month)
}
