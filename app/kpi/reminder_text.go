package kpi

import (
	"fmt"
	"strings"
	"time"
)

// MaxReminder bounds the text that somebody writes to units, in characters.
const MaxReminder = 2_000

// Reminding is what a unit is told when it is reminded.
type Reminding struct {
	Unit     Unit
	Set      IndicatorSet
	Round    Round
	Sheet    Sheet
	Deadline time.Time
	Filled   int
	Missing  []MissingCell
	Number   int    // of the reminder
	Text     string // written by the coordinator; "": a reminder that the calendar asks for
}

// ReminderTemplate is the text that the coordinator starts from.
func ReminderTemplate(r Round, now time.Time) string {
	month := strings.ToLower(r.Month.Label())
	if now.Before(r.UnitDue) {
		return fmt.Sprintf("Đề nghị đơn vị hoàn thành nhập liệu, duyệt và gửi tỉnh số liệu %s trước %s. Có vướng mắc thì phản ánh trên hệ thống hoặc liên hệ Sở Khoa học và Công nghệ.",
			month, FormatDeadline(r.UnitDue))
	}
	return fmt.Sprintf("Đã quá hạn nộp số liệu %s (%s). Đề nghị đơn vị hoàn thành nhập liệu, duyệt và gửi tỉnh ngay; có vướng mắc thì phản ánh trên hệ thống hoặc liên hệ Sở Khoa học và Công nghệ.",
		month, FormatDeadline(r.UnitDue))
}

// Subject is the subject of the mail.
func (n Reminding) Subject() string {
	return fmt.Sprintf("Đôn đốc lần %d: số liệu %s của %s, hạn nộp %s", n.Number, strings.ToLower(n.Round.Month.Label()), n.Unit.Name, FormatDeadline(n.Deadline))
}

// Lead is the sentence that says how near the deadline is at instant now.
func (n Reminding) Lead(now time.Time) string {
	what := "nộp số liệu " + strings.ToLower(n.Round.Month.Label())
	day := func(t time.Time) int64 { return (t.Unix() + 7*60*60) / (24 * 60 * 60) } // in Location
	days := day(n.Deadline.Add(-time.Nanosecond)) - day(now)
	switch {
	case !now.Before(n.Deadline):
		return fmt.Sprintf("Đã quá hạn %s: %s.", what, FormatDeadline(n.Deadline))
	case days == 0:
		return fmt.Sprintf("Hôm nay là hạn %s: %s.", what, FormatDeadline(n.Deadline))
	}
	return fmt.Sprintf("Còn %d ngày đến hạn %s: %s.", days, what, FormatDeadline(n.Deadline))
}

// Todo is the sentence that says what the unit has still to do.
func (n Reminding) Todo() string {
	back := 0
	for _, c := range n.Missing {
		if c.Returned {
			back++
		}
	}
	switch {
	case n.Sheet.State == Submitted:
		return "Biểu đã trình; còn bước duyệt và gửi tỉnh."
	case len(n.Missing) == 0:
		return fmt.Sprintf("Đã nhập đủ %d/%d ô; còn bước trình duyệt, rồi duyệt và gửi tỉnh.", n.Filled, n.Sheet.Due)
	case back == len(n.Missing):
		return fmt.Sprintf("Còn %d ô bị trả lại chưa sửa.", back)
	case back > 0:
		return fmt.Sprintf("Còn %d ô chưa có số liệu, %d ô bị trả lại chưa sửa.", len(n.Missing)-back, back)
	}
	return fmt.Sprintf("Còn %d ô chưa có số liệu (đã nhập %d/%d).", len(n.Missing), n.Filled, n.Sheet.Due)
}

// URL is the address of the sheet below base, of the unit's approval once it was submitted.
func (n Reminding) URL(base string) string {
	if n.Sheet.State == Submitted {
		return base + "/duyet/" + n.Sheet.ID()
	}
	return base + "/nhap-lieu/" + n.Sheet.ID()
}

// CellURL is the address of a cell of the sheet below base.
func (n Reminding) CellURL(base, code string) string { return n.URL(base) + "#r-" + code }

// Body is the text of the mail to the person called name; base is the address of the system.
func (n Reminding) Body(name, base string, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Kính gửi: %s – %s\n\n", name, n.Unit.Name)
	if n.Text != "" {
		fmt.Fprintf(&b, "%s\n\n", n.Text)
	}
	fmt.Fprintf(&b, "%s\n%s\n%s\n\nMở biểu: %s\n", n.Set.Name, n.Lead(now), n.Todo(), n.URL(base))
	for _, c := range n.Missing {
		mark := ""
		if c.Returned {
			mark = " (bị trả lại)"
		}
		fmt.Fprintf(&b, "\n%s – %s%s\n  %s\n", c.Code, c.Name, mark, n.CellURL(base, c.Code))
	}
	b.WriteString("\n--\nThư do hệ thống báo cáo chỉ số tự gửi, không nhận trả lời. Đơn vị đã hoàn thành thì không phải làm gì thêm.\n")
	return b.String()
}
