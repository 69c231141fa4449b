package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// homeView is «Việc của tôi», the first page of every role.
type homeView struct {
	page
	Heading string
	Sets    []homeSet
	Asked   []askedTask  // explanations that the person's units owe
	Waiting int          // questions that wait for the person's answer
	Lacks   []crumb      // units of the approver without a focal point, each with the form
	Setup   []setupStep  // what an officer still has to set up; empty once all is done
	Health  []statusLine // of the server, for the admin once all is set up
	Held    []heldRound  // rounds that have not opened by themselves
	Nothing string       // said when there is nothing to do
}

// homeSet is one set's current round.
type homeSet struct {
	Name     string
	Month    string
	Base     string // "nq57/2026-11"
	Due      dueView
	Notices  []noticeView // reminders of the person's units
	Sections []taskSection
	Idle     bool // the person has no sheet in the round, and no board either
	Stats    []stat
	Waiting  []boardLine
	Urgent   []boardLine
	Board    bool
	Percent  string // completeness of all cells
	Filled   int
	Total    int
	Manages  bool // may open the next round
}

// dueView is a deadline with the time left.
type dueView struct {
	At    string // RFC 3339
	Left  string
	Text  string // «24h00 ngày 16/11/2026»
	Class string // deadline-soon, deadline-urgent, deadline-past
}

type taskSection struct {
	Title string
	Tasks []taskLine
}

// taskLine is one sheet with the next thing to do.
type taskLine struct {
	Status  kpi.Status
	Icon    string
	Name    string
	Note    string
	Filled  int
	Due     int
	URL     string
	Button  string
	Primary bool
	Back    []crumb // cells that came back, each with its reason
	Recall  string  // URL of the form that takes it back, "" if it cannot
	Version uint32
	Timing  kpi.Timing
}

type stat struct {
	URL, Class, Label string
	N                 int
}

// boardLine is a unit in a short list of the province's home.
type boardLine struct {
	Unit, URL   string
	Status      kpi.Status
	Timing      kpi.Timing
	Filled, Due int
	Since       string
}

type setupStep struct {
	Text, URL, Button string
	Done              bool
	Next              bool // the first that is not done
}

func (s *Server) home(r *request) error {
	h, err := s.App.Home(r.actor)
	if err != nil {
		return err
	}
	v := homeView{page: s.page(r, "Việc của tôi"), Heading: "Việc của tôi"}
	for _, set := range h.Sets {
		if set.HasRound {
			v.Sets = append(v.Sets, s.homeSet(r, set))
		}
	}
	if h.ShowsSet {
		v.Setup = setupSteps(h.Setup, r.actor.User)
	}
	if len(v.Setup) == 0 && kpi.May(r.actor.User, kpi.SeeHealth) == nil {
		health, err := s.App.Health()
		if err != nil {
			return err
		}
		v.Health = s.checks(health)
	}
	if err := s.asked(r, &v); err != nil {
		return err
	}
	if v.Held, err = s.heldRounds(r); err != nil {
		return err
	}
	switch {
	case len(v.Sets) == 0 && len(v.Setup) == 0 && len(v.Health) == 0:
		v.Nothing = "Chưa có kỳ báo cáo nào được mở. Khi Sở Khoa học và Công nghệ mở kỳ, tiến độ và số liệu của kỳ sẽ hiện ở đây."
		if len(r.actor.User.Units(kpi.Clerk, kpi.Approver)) > 0 {
			v.Nothing = "Chưa có kỳ báo cáo nào được mở. Khi Sở Khoa học và Công nghệ mở kỳ, biểu cần nhập, cần duyệt sẽ hiện ở đây."
		}
	case len(v.Sets) == 1:
		v.Heading = "Việc của tôi – " + v.Sets[0].Month
	}
	return r.Render("task/home", v)
}

func (s *Server) homeSet(r *request, h app.SetHome) homeSet {
	board := kpi.May(r.actor.User, kpi.SeeBoard) == nil
	base := h.Set.Code + "/" + h.Round.Month.String()
	v := homeSet{Name: h.Set.Name, Month: h.Round.Month.Label(), Base: base, Due: dueOf(h.Round, r.actor.At), Board: board,
		Filled: h.Filled, Total: h.Due, Manages: kpi.May(r.actor.User, kpi.ManageRounds) == nil}
	v.Notices = noticesOf(h.Reminded, r.actor.At)
	sections := []taskSection{{Title: "Bị trả lại"}, {Title: "Chờ duyệt"}, {Title: "Đang làm"}, {Title: "Đã trình"}, {Title: "Đã xong"}}
	for _, job := range h.Mine {
		i, line := taskOf(base, job)
		sections[i].Tasks = append(sections[i].Tasks, line)
	}
	earlier := taskSection{Title: "Kỳ khác còn phải làm"}
	for _, job := range h.Earlier {
		_, line := taskOf(h.Set.Code+"/"+job.Sheet.Month.String(), job)
		line.Name += ", " + inSentence(job.Sheet.Month)
		if until := job.Sheet.Reopened.Until; !until.IsZero() {
			line.Note = strings.TrimSuffix("Được mở lại đến "+kpi.FormatTime(until)+". "+line.Note, ". ")
		}
		earlier.Tasks = append(earlier.Tasks, line)
	}
	for _, sec := range append([]taskSection{earlier}, sections...) {
		if len(sec.Tasks) > 0 {
			v.Sections = append(v.Sections, sec)
		}
	}
	v.Idle = !board && len(h.Mine) == 0 && kpi.May(r.actor.User, kpi.SeeSheets) == nil
	if !board {
		return v
	}
	if h.Due > 0 {
		v.Percent = fmt.Sprintf("%d,%d%%", h.Filled*1000/h.Due/10, h.Filled*1000/h.Due%10)
	}
	classes := map[kpi.Status]string{kpi.StatusInProgress: "stat-doing", kpi.StatusReturnedUnit: "stat-back", kpi.StatusReturnedProvince: "stat-back",
		kpi.StatusAtUnit: "stat-warn", kpi.StatusAtProvince: "stat-doing", kpi.StatusAccepted: "stat-done", kpi.StatusClosed: "stat-done"}
	for _, st := range kpi.Statuses() {
		if n := h.Counts[st]; n > 0 || st != kpi.StatusClosed {
			v.Stats = append(v.Stats, stat{URL: "/theo-doi/" + base + "?trang-thai=" + string(st), Class: classes[st], Label: st.Label(), N: n})
		}
	}
	v.Waiting, v.Urgent = boardLines(base, h.Waiting, "/duyet/"), boardLines(base, h.Urgent, "/nhap-lieu/")
	return v
}

func boardLines(base string, rows []app.BoardRow, path string) []boardLine {
	var lines []boardLine
	for _, row := range rows {
		line := boardLine{Unit: row.Unit.Name, URL: path + base + "/" + row.Unit.Code, Status: row.Status, Timing: row.Timing, Filled: row.Filled, Due: row.Sheet.Due}
		if !row.Sheet.Approve.At.IsZero() {
			line.Since = kpi.FormatTime(row.Sheet.Approve.At)
		}
		lines = append(lines, line)
	}
	return lines
}

// taskOf words one sheet and says which section it belongs to.
func taskOf(base string, job app.Job) (section int, line taskLine) {
	can := map[kpi.Action]bool{}
	for _, a := range job.Actions {
		can[a] = true
	}
	path := "/nhap-lieu/" + base + "/" + job.Unit.Code
	line = taskLine{Status: job.Status, Timing: job.Timing, Name: job.Unit.Name, Filled: job.Filled, Due: job.Sheet.Due, URL: path, Button: "Xem", Version: job.Sheet.Version}
	line.Icon = statusIcon(job.Status)
	switch job.Status {
	case kpi.StatusReturnedUnit, kpi.StatusReturnedProvince:
		line.Note = job.Status.Label() + " lúc " + kpi.FormatTime(job.Sheet.Return.At)
		if job.Sheet.Reason != "" {
			line.Note += ": «" + job.Sheet.Reason + "»"
		}
		for _, c := range job.Back {
			line.Back = append(line.Back, crumb{"Ô " + c.Code + ": «" + kpi.Clip(c.Why, 160) + "»", path + "#r-" + domID(c.Code)})
		}
		if more := job.Backs - len(job.Back); more > 0 {
			line.Back = append(line.Back, crumb{fmt.Sprintf("và %d ô khác", more), path})
		}
		if can[kpi.ActEnter] && job.Locked {
			line.Note = "Đã khóa nhập; cần sửa thì đề nghị mở lại. " + line.Note
		} else if can[kpi.ActEnter] {
			line.Button, line.Primary = "Sửa và trình lại", true
		}
		return 0, line
	case kpi.StatusNotStarted, kpi.StatusInProgress:
		if can[kpi.ActEnter] && job.Locked {
			line.Note = "Đã khóa nhập; cần nhập thì đề nghị mở lại"
		} else if can[kpi.ActEnter] {
			line.Button, line.Primary = "Nhập tiếp", true
			if job.Status == kpi.StatusNotStarted {
				line.Button = "Bắt đầu nhập"
			}
		}
		return 2, line
	case kpi.StatusAtUnit:
		line.Note = "Trình lúc " + kpi.FormatTime(job.Sheet.Submit.At)
		if can[kpi.ActApprove] {
			line.Button, line.Primary, line.URL = "Xem để duyệt", true, "/duyet/"+base+"/"+job.Unit.Code
			return 1, line
		}
		if can[kpi.ActRecall] {
			line.Recall = path + "/rut-lai"
		}
		return 3, line
	case kpi.StatusAtProvince:
		line.Note = "Gửi tỉnh lúc " + kpi.FormatTime(job.Sheet.Approve.At)
		if can[kpi.ActWithdraw] {
			line.URL, line.Recall = "/duyet/"+base+"/"+job.Unit.Code, "/duyet/"+base+"/"+job.Unit.Code+"/rut-lai"
		}
		return 3, line
	}
	line.Note = "Tỉnh phê duyệt lúc " + kpi.FormatTime(job.Sheet.Accept.At)
	return 4, line
}

// dueOf describes the unit's deadline of a round.
func dueOf(round kpi.Round, now time.Time) dueView {
	d := dueView{At: round.UnitDue.Format(time.RFC3339), Left: left(round.UnitDue, now), Text: kpi.FormatDeadline(round.UnitDue)}
	switch rest := round.UnitDue.Sub(now); {
	case round.IsClosed():
		d.At, d.Left = "", "Đã chốt số liệu"
	case rest < 0:
		d.Class = "deadline-past"
	case rest <= 3*time.Hour:
		d.Class = "deadline-urgent"
	case rest <= 48*time.Hour:
		d.Class = "deadline-soon"
	}
	return d
}

// dueOfSheet is dueOf with the deadline that one unit has.
func dueOfSheet(round kpi.Round, sheet kpi.Sheet, now time.Time) dueView {
	round.UnitDue = sheet.Deadline(round)
	return dueOf(round, now)
}

// setupSteps lists the way from an empty folder to a province at work, to somebody who has a part in it; nil once all but the
// mails, which a province can do without, is done.
func setupSteps(n app.Setup, u kpi.User) []setupStep {
	may := func(t kpi.Task) bool { return kpi.May(u, t) == nil }
	steps := []setupStep{
		{fmt.Sprintf("Nạp danh sách đơn vị (đang có %d)", n.Units), "/quan-tri/nap/units", "Nạp đơn vị", n.Units > 0, false},
		{fmt.Sprintf("Nạp bộ chỉ số (đang có %d chỉ số)", n.Indicators), "/quan-tri/nap/indicators", "Nạp bộ chỉ số", n.Indicators > 0, false},
		{fmt.Sprintf("Khai các mục còn thiếu của chỉ số (còn %d chỉ số)", n.Gaps), "/chi-so?can-khai=1", "Khai chỉ số", n.Indicators > 0 && n.Gaps == 0 || n.Rounds > 0, false},
		{fmt.Sprintf("Giao chỉ số cho đơn vị (đã giao %d trên %d chỉ số)", n.Assigned, n.Indicators), "/quan-tri/giao", "Giao chỉ số", n.Assigned > 0 || n.Rounds > 0, false},
	}
	if may(kpi.ManageUsers) {
		have := fmt.Sprintf("đang có %d", n.Users)
		for i, role := range n.Lacks {
			have += map[bool]string{true: ", chưa có ai giữ vai trò ", false: ", "}[i == 0] + role.Label()
		}
		steps = append(steps, setupStep{"Cấp tài khoản cho người nhập, người duyệt, điều phối tỉnh (" + have + ")", "/quan-tri/nap/users", "Nạp tài khoản", len(n.Lacks) == 0 || n.Rounds > 0, false})
	}
	if may(kpi.ManageRounds) {
		steps = append(steps, setupStep{"Mở kỳ báo cáo đầu tiên", "/ky", "Mở kỳ", n.Rounds > 0, false})
	} else {
		steps = append(steps, setupStep{"Điều phối tỉnh mở kỳ báo cáo đầu tiên", "", "", n.Rounds > 0, false})
	}
	left := slices.ContainsFunc(steps, func(s setupStep) bool { return !s.Done })
	if may(kpi.ManageBackups) && n.Backs {
		steps = append(steps, setupStep{"Có bản sao lưu đầu tiên đã kiểm chứng, ở nơi đã đặt", backupsURL, "Xem nơi sao lưu", n.Backed, false})
		left = left || !n.Backed
	}
	if !left {
		return nil
	}
	if may(kpi.ManageUsers) {
		steps = append(steps, setupStep{"Khai máy chủ thư điện tử ở mục mail của tệp cấu hình để gửi thư đôn đốc (không bắt buộc)", mailURL, "Xem nhật ký gửi thư", n.Mail, false})
	}
	for i, s := range steps {
		if !s.Done {
			steps[i].Next = true
			break
		}
	}
	return steps
}
