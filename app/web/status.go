package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

const statusURL = "/quan-tri/tinh-trang"

// statusView is the page of the server's health.
type statusView struct {
	page
	Checks   []statusLine
	Facts    []figureFact
	Slow     []slowLine
	ClockOff string // how the clock jumped, "" while it is believed
	Own      string
	Machine  string
}

// statusLine is one thing that was looked at.
type statusLine struct {
	Name, Text string
	Bad        bool
	URL        string // of the page about it
}

type slowLine struct{ At, Route, Took, Status, ID string }

// serverStatus shows the admin how the server is.
func (s *Server) serverStatus(r *request) error {
	h, err := s.App.Health()
	if err != nil {
		return err
	}
	v := statusView{page: s.page(r, "Tình trạng hệ thống", crumb{"Quản trị", "/quan-tri"}, crumb{"Tình trạng hệ thống", ""}), Checks: s.checks(h)}
	if h.Clock.Off != 0 {
		v.ClockOff, v.Own, v.Machine = offText(h.Clock.Off), kpi.FormatTime(h.Clock.Own), kpi.FormatTime(h.Clock.Machine)
	}
	v.Facts = []figureFact{
		{"Phiên bản", s.Version}, {"Chạy từ", kpi.FormatTime(s.started)}, {"Giờ của hệ thống", kpi.FormatTime(h.Clock.Own)},
		{"Tệp số liệu", kpi.FormatSize(h.Database)}, {"Nhật ký sự kiện", countOf(int(h.Events), "sự kiện")},
		{"Bộ nhớ đang dùng", kpi.FormatSize(int64(h.Memory))}, {"Phiên đăng nhập", countOf(h.Sessions, "phiên")},
		{"Lượt đọc số liệu đang mở", strconv.Itoa(h.Reads)}, {"Luồng xử lý", strconv.Itoa(h.Goroutines)},
	}
	for _, x := range s.meter.slowest() {
		v.Slow = append(v.Slow, slowLine{kpi.FormatTime(x.At), x.Route, seconds(x.Took), strconv.Itoa(x.Status), x.ID})
	}
	return r.Render("admin/status", v)
}

// checks words what can be wrong.
func (s *Server) checks(h app.Health) []statusLine {
	room := statusLine{Name: "Ghi số liệu", Text: "Được; ổ đĩa còn " + kpi.FormatSize(h.Disk.Free) + "."}
	if e, ok := asError(h.Stopped); ok {
		room.Text, room.Bad = e.Msg, true
	}
	whole := statusLine{Name: "Tệp số liệu", Text: "Chưa gặp chỗ hỏng nào từ khi dịch vụ chạy."}
	if h.Damage.Times > 0 {
		whole.Text, whole.Bad = damageText(h.Damage), true
	}
	clock := statusLine{Name: "Đồng hồ", Text: "Chạy đều."}
	if h.Clock.Off != 0 {
		clock.Text, clock.Bad = "Đồng hồ máy chủ "+offText(h.Clock.Off)+".", true
	}
	backup := statusLine{Name: "Sao lưu đã kiểm chứng", Text: "Chưa có bản nào.", Bad: h.BackupLate || !h.BackupAuto, URL: backupsURL}
	if !h.Backup.IsZero() {
		backup.Text = "Gần nhất lúc " + kpi.FormatTime(h.Backup) + "."
	}
	if !h.BackupAuto {
		backup.Text = "Không tự sao lưu hằng ngày."
	}
	files := statusLine{Name: "Tệp đính kèm", Text: "Chưa đọc lại lượt nào; mỗi tuần đọc lại tất cả."}
	if !h.Files.At.IsZero() {
		files.Text = countOf(h.Files.Files, "tệp, đọc lại hết lúc ") + kpi.FormatTime(h.Files.At) + "; đều còn nguyên."
	}
	if h.Files.Bad > 0 {
		files.Text, files.Bad = filesText(h.Files), true
	}
	mail := statusLine{Name: "Thư điện tử", Text: "Chưa khai máy chủ thư.", URL: mailURL}
	if h.MailOn {
		mail.Text, mail.Bad = countOf(h.MailQueued, "thư chờ gửi, ")+countOf(h.MailFailed, "thư không gửi được."), h.MailFailed > 0
	}
	find := statusLine{Name: "Chỉ mục tìm kiếm", Text: "Theo kịp số liệu.", URL: searchAdminURL}
	switch {
	case h.Search.Trouble != "" || !h.Search.Open:
		find.Text, find.Bad = "Chưa dùng được; đang lập lại.", true
	case h.Search.Building:
		find.Text = "Đang lập lại: " + countOf(h.Search.Done, "trên ") + countOf(h.Search.Total, "mục.")
	case h.Behind > 0:
		find.Text = "Còn " + countOf(int(h.Behind), "sự kiện chưa theo kịp.")
	}
	list := []statusLine{room, whole, clock, backup, files, mail, find}
	if h.Journal.Dir != "" {
		text, bad := journalText(h.Journal)
		list = slices.Insert(list, 4, statusLine{Name: "Nhật ký ghi trước", Text: text, Bad: bad, URL: backupsURL})
	}
	if s.CertificateEnds != nil {
		ends := s.CertificateEnds()
		list = append(list, statusLine{Name: "Chứng thư", Text: "Dùng đến " + kpi.FormatDate(ends) + ".", Bad: ends.Sub(h.Clock.Own) < certificateSoon})
	}
	return list
}

// damageText words what was met of damaged data.
func damageText(d app.Damage) string {
	return "Gặp chỗ hỏng " + countOf(d.Times, "lần từ ") + kpi.FormatTime(d.At) + ". Dừng dịch vụ, chạy «chiso doctor», rồi khôi phục bản sao lưu gần nhất."
}

// filesText words which files are bad.
func filesText(c app.FileCheck) string {
	text := countOf(c.Bad, "tệp đính kèm mất hoặc hỏng. Chép lại từ một bản sao lưu còn nguyên, cùng tên:")
	for i, id := range c.Names {
		if i == 3 {
			return text + "…"
		}
		text += " files/" + string(id[:2]) + "/" + string(id[2:])
	}
	return text
}

// journalText words how the journal is.
func journalText(j app.JournalState) (text string, bad bool) {
	switch {
	case j.Failure != "":
		return j.Failure, true
	case !j.Good:
		return "Đang lập bản gốc; chưa có bản thứ hai tức thời.", false
	}
	text = "Đang ghi ở " + j.Dir + ", bản gốc lúc " + kpi.FormatTime(j.Base) + "."
	if !j.Proven.IsZero() {
		text += " Phát lại thử gần nhất lúc " + kpi.FormatTime(j.Proven) + " ra đúng số liệu."
	}
	if j.Beside {
		return text + " Nằm cùng ổ đĩa với số liệu nên mất cùng ổ đó: đặt khóa backup.journal_dir sang ổ đĩa khác, hoặc gắn lại ổ đĩa của nó.", true
	}
	return text, false
}

// believeClock lets the server go by the machine's clock again.
func (s *Server) believeClock(r *request) error {
	if err := s.App.BelieveClock(r.actor); err != nil {
		if !refusal(err) {
			return err
		}
		s.flash(r, "error", err.Error())
	} else {
		s.flash(r, "success", "Đã theo giờ của máy chủ; việc tự động tiếp tục.")
	}
	return r.redirect(statusURL)
}

// offText words a jump of the clock.
func offText(off time.Duration) string {
	word := "nhảy tới "
	if off < 0 {
		word, off = "lùi lại ", -off
	}
	switch {
	case off < 2*time.Hour:
		return word + strconv.Itoa(int(off.Minutes())) + " phút"
	default:
		return word + hours(off)
	}
}

// seconds words a short time: «1,2 giây».
func seconds(d time.Duration) string {
	return strings.Replace(strconv.FormatFloat(d.Seconds(), 'f', 1, 64), ".", ",", 1) + " giây"
}
