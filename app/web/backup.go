package web

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

const backupsURL = "/quan-tri/sao-luu"

// backupView is the page of the backups.
type backupView struct {
	page
	Possible bool // a folder is set
	Last     string
	LastAt   string
	LastPath string // its folder
	Late     bool
	LateText string
	Running  string // since when one is being made
	Failure  string
	FailedAt string
	Facts    []figureFact
	Lines    []backupLine
	Pager    pager
}

// figureFact is a line of facts: what, and how it stands.
type figureFact struct{ Name, Text string }

type backupLine struct {
	Name, At, Size, Cells, Events, Files string
	Damaged                              int
	Coded                                bool
}

func (s *Server) backups(r *request) error { return s.renderBackups(r, nil) }

// makeBackup makes a backup while the page waits; the largest store takes some seconds.
func (s *Server) makeBackup(r *request) error {
	made, err := s.App.Backup(context.Background(), r.actor) // who closes the page does not stop it
	if err != nil {
		if kpi.KindOf(err) == 0 {
			s.Log.Error("backup", "id", requestID(r.Ctx), "err", err)
		}
		return s.renderBackups(r, err)
	}
	s.flash(r, "success", fmt.Sprintf("Đã sao lưu và kiểm chứng %s (%s).", made.Name, kpi.FormatSize(made.Size)))
	return r.redirect(backupsURL)
}

// renderBackups shows the page, with the sentence of a backup that has just failed.
func (s *Server) renderBackups(r *request, failed error) error {
	state, err := s.App.BackupState(r.actor)
	if err != nil {
		return err
	}
	v := backupView{page: s.page(r, "Sao lưu", crumb{"Quản trị", "/quan-tri"}, crumb{"Sao lưu", ""}), Possible: state.Plan.Dir != "",
		Late: state.Late, Failure: state.Failure}
	if failed != nil {
		r.Status(statusOf(failed))
		if kpi.KindOf(failed) != 0 {
			v.Failure = failed.Error()
		}
	} else if v.Failure != "" {
		v.FailedAt = kpi.FormatTime(state.Failed)
	}
	if !state.Running.IsZero() {
		v.Running = kpi.FormatTime(state.Running)
	}
	if state.Last.Name != "" {
		v.Last, v.LastAt, v.LastPath = state.Last.Name, kpi.FormatTime(state.Last.Made), filepath.Join(state.Plan.Dir, state.Last.Name)
	}
	if v.Late {
		v.LateText = "Chưa có bản sao lưu nào được kiểm chứng."
		if v.Last != "" {
			v.LateText = "Bản sao lưu được kiểm chứng gần nhất là lúc " + v.LastAt + ", đã " + hours(r.actor.At.Sub(state.Last.Made)) + "."
		}
	}
	v.Facts = backupFacts(state)
	lines := make([]backupLine, 0, len(state.List))
	for _, b := range state.List {
		lines = append(lines, backupLine{Name: b.Name, At: kpi.FormatTime(b.Made), Size: kpi.FormatSize(b.Size), Cells: countOf(b.Cells, "ô"),
			Events: countOf(int(b.Events), "sự kiện"), Files: countOf(b.Files, "tệp"), Damaged: b.Damaged, Coded: b.Coded})
	}
	v.Lines, v.Pager = paged(lines, r.Query("trang"), listSize, backupsURL, url.Values{})
	return r.Render("admin/backup", v)
}

// hours words a time that has passed: «27 giờ», «3 ngày».
func hours(d time.Duration) string {
	if d < 48*time.Hour {
		return strconv.Itoa(int(d.Hours())) + " giờ"
	}
	return strconv.Itoa(int(d.Hours())/24) + " ngày"
}

// backupFacts words the plan and the room there is.
func backupFacts(state app.BackupState) []figureFact {
	p := state.Plan
	facts := []figureFact{{"Thư mục sao lưu", p.Dir}, {"Nơi thứ hai", p.Second}}
	if p.Second == "" {
		facts[1].Text = "Chưa đặt"
	}
	next := "Không tự sao lưu"
	if p.Nightly {
		next = kpi.FormatTime(state.Next)
	}
	if p.Nightly && p.Hourly {
		next += ", và mỗi giờ khi số liệu có thay đổi"
	}
	facts = append(facts, figureFact{"Lần tự sao lưu tới", next}, figureFact{"Giữ lại", keepText(p.Keep)}, figureFact{"Mã hóa", "Không"})
	if p.Recipient != "" {
		facts[len(facts)-1].Text = "Có, mở bằng khóa riêng"
	}
	if state.Free >= 0 {
		facts = append(facts, figureFact{"Dung lượng trống", kpi.FormatSize(state.Free)})
	}
	return append(facts, figureFact{"Tệp số liệu đang dùng", kpi.FormatSize(state.Database)})
}

func keepText(k app.BackupKeep) string {
	if k == (app.BackupKeep{}) {
		return "Mọi bản"
	}
	return fmt.Sprintf("%d ngày, %d tuần, %d tháng gần nhất", k.Days, k.Weeks, k.Months)
}
