package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// reopenListView is the list of requests to reopen sheets.
type reopenListView struct {
	page
	Lines   []reopenLine
	Waiting int
	Decides bool
}

// reopenLine is one request in a list.
type reopenLine struct {
	URL, Unit, Month, Set string
	Cells                 string // «3 ô: 1.01, 2.04, 5.03»
	Reason                string
	Asked, State          string
	Waits                 bool
}

func (s *Server) reopenings(r *request) error {
	list, err := s.App.Reopenings(r.actor)
	if err != nil {
		return err
	}
	v := reopenListView{page: s.page(r, "Đề nghị mở lại", crumb{"Đề nghị mở lại", ""}), Decides: kpi.May(r.actor.User, kpi.DecideReopening) == nil}
	for _, x := range list {
		if x.Waits() {
			v.Waiting++
		}
		v.Lines = append(v.Lines, reopenLineOf(r, x))
	}
	return r.Render("reopen/list", v)
}

func reopenLineOf(r *request, x app.ReopenView) reopenLine {
	return reopenLine{URL: "/mo-lai/" + x.ID(), Unit: x.Unit.Name, Month: x.Month.Label(), Set: x.Set.Name, Cells: cellCount(x.Reopening.Cells), Reason: x.Reason,
		Asked: kpi.FormatTime(x.Asked.At) + ", " + x.Names[x.Asked.By], State: x.Label(r.actor.At), Waits: x.Waits()}
}

func cellCount(codes []string) string {
	const shown = 12
	s := fmt.Sprintf("%d ô: %s", len(codes), strings.Join(codes[:min(len(codes), shown)], ", "))
	if len(codes) > shown {
		s += " …"
	}
	return s
}

// reopenFormView is one request: the form to ask, the form to decide, or how it was decided.
type reopenFormView struct {
	page
	Heading, Unit, Set string
	Action             string // where the form goes, "" if there is none
	Ask, Decide        bool
	Facts              []fact
	Cells              []reopenCell
	Reason, Answer     string
	Hours              string
	ReasonError        string
	HoursError         string
	AnswerError        string
	CellsError         string
	Earlier            []reopenLine
	Sheet              string // address of the sheet
}

// reopenCell is one cell to choose.
type reopenCell struct {
	ID, Code, Name, Value string
	Chosen                bool
}

// reopenForm is what somebody typed.
type reopenForm struct {
	cells                 []string
	reason, answer, hours string
}

func readReopenForm(r *request) reopenForm {
	return reopenForm{cells: slices.Sorted(maps.Keys(peekAll(r, "cells[]"))), reason: r.FormValue("reason"), answer: r.FormValue("answer"), hours: strings.TrimSpace(r.FormValue("hours"))}
}

// reopenForm shows the cells of a sheet that takes no changes, for the unit to choose those that it needs.
func (s *Server) reopenForm(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	return s.renderAsk(r, k, nil, nil)
}

func (s *Server) askReopening(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	f := readReopenForm(r)
	if err := s.App.AskReopening(r.actor, k.Set, k.Month, k.Unit, f.cells, f.reason); err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderAsk(r, k, &f, err)
	}
	s.flash(r, "success", "Đã gửi đề nghị mở lại. Khi Sở Khoa học và Công nghệ đồng ý, các ô đã chọn nhập được trong số giờ được cho.")
	return r.redirect("/mo-lai")
}

func (s *Server) renderAsk(r *request, k sheetKey, typed *reopenForm, failed error) error {
	x, earlier, err := s.App.NewReopening(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	v := reopenFormView{page: s.page(r, "Đề nghị mở lại biểu "+k.Month.Short(), crumb{"Nhập liệu", "/nhap-lieu"}, crumb{"Biểu " + k.Month.Short(), k.path()}, crumb{"Đề nghị mở lại", ""}),
		Heading: "Đề nghị mở lại biểu tháng " + k.Month.Short(), Unit: x.Unit.Name, Set: x.Set.Name, Action: k.path() + "/mo-lai", Ask: true, Sheet: k.path()}
	for _, c := range x.Cells {
		v.Cells = append(v.Cells, reopenCellOf(c, typed == nil && c.Cell.Content == kpi.Empty || typed != nil && slices.Contains(typed.cells, c.Indicator.Code)))
	}
	for _, e := range earlier {
		v.Earlier = append(v.Earlier, reopenLineOf(r, app.ReopenView{Reopening: e, Unit: x.Unit, Set: x.Set, Names: map[string]string{e.Asked.By: ""}}))
	}
	v.fail(typed, failed)
	return r.Render("reopen/form", v)
}

func reopenCellOf(c app.SheetRow, chosen bool) reopenCell {
	value := c.Cell.Trace(*c.Indicator)
	if c.Cell.Content == kpi.Empty {
		value = "Chưa nhập"
	}
	return reopenCell{ID: domID(c.Indicator.Code), Code: c.Indicator.Code, Name: c.Indicator.Name, Value: value, Chosen: chosen}
}

// fail lays what was typed and what is wrong with it over the form.
func (v *reopenFormView) fail(typed *reopenForm, failed error) {
	if typed != nil {
		v.Reason, v.Answer, v.Hours = typed.reason, typed.answer, typed.hours
	}
	v.Errors = errorsOf(failed)
	if e, ok := asError(failed); ok {
		v.ReasonError, v.HoursError, v.AnswerError, v.CellsError = e.Fields["reason"], e.Fields["hours"], e.Fields["answer"], e.Fields["cells"]
	}
}

// reopening shows one request: for the coordinator with the form that decides about it.
func (s *Server) reopening(r *request) error {
	k, n, err := r.reopeningKey()
	if err != nil {
		return err
	}
	return s.renderReopening(r, k, n, nil, nil)
}

// reopeningKey returns the request that the path names.
func (r *request) reopeningKey() (sheetKey, int, error) {
	k, err := r.sheetKey()
	if err != nil {
		return k, 0, err
	}
	n, err := strconv.Atoi(r.Params("n"))
	if err != nil || n < 1 || n > 9999 {
		return k, 0, kpi.Errorf(kpi.NotFound, "Không có yêu cầu mở lại này.")
	}
	return k, n, nil
}

func (s *Server) decideReopening(r *request) error {
	k, n, err := r.reopeningKey()
	if err != nil {
		return err
	}
	f := readReopenForm(r)
	grant := r.FormValue("decision") == "dong-y"
	hours, _ := strconv.Atoi(f.hours) // not a number: 0, which is refused
	if err := s.App.DecideReopening(r.actor, k.Set, k.Month, k.Unit, n, grant, f.cells, hours, f.answer); err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderReopening(r, k, n, &f, err)
	}
	if grant {
		s.flash(r, "success", fmt.Sprintf("Đã mở lại biểu trong %d giờ. Hết giờ biểu tự khóa.", hours))
	} else {
		s.flash(r, "success", "Đã trả lời không mở lại.")
	}
	return r.redirect("/mo-lai")
}

func (s *Server) renderReopening(r *request, k sheetKey, n int, typed *reopenForm, failed error) error {
	x, err := s.App.Reopening(r.actor, k.Set, k.Month, k.Unit, n)
	if err != nil {
		return err
	}
	title := "Đề nghị mở lại số " + strconv.Itoa(n)
	v := reopenFormView{page: s.page(r, title+" – "+x.Unit.Name, crumb{"Đề nghị mở lại", "/mo-lai"}, crumb{title, ""}), Heading: title, Unit: x.Unit.Name,
		Set: x.Set.Name, Decide: x.Decide, Sheet: k.path(), Hours: "24"}
	v.Facts = []fact{{"Biểu", x.Month.Label() + ", " + x.Set.Name}, {"Người đề nghị", x.Names[x.Asked.By] + ", " + kpi.FormatTime(x.Asked.At)}, {"Lý do", x.Reason},
		{"Trạng thái biểu", x.Sheet.Status(1, x.Round.IsClosed()).Label()}, {"Kết quả", x.Label(r.actor.At)}}
	if !x.Waits() {
		v.Facts = append(v.Facts, fact{"Người quyết định", x.Names[x.Decided.By] + ", " + kpi.FormatTime(x.Decided.At)})
	}
	if x.Answer != "" {
		v.Facts = append(v.Facts, fact{"Ý kiến", x.Answer})
	}
	if x.Decide {
		v.Action = "/mo-lai/" + x.ID()
	}
	for _, c := range x.Cells {
		asked := slices.Contains(x.Reopening.Cells, c.Indicator.Code)
		if !x.Decide && !asked {
			continue
		}
		chosen := asked
		if typed != nil {
			chosen = slices.Contains(typed.cells, c.Indicator.Code)
		}
		v.Cells = append(v.Cells, reopenCellOf(c, chosen))
	}
	v.fail(typed, failed)
	return r.Render("reopen/form", v)
}

// extendView is the form that gives one unit a later deadline.
type extendView struct {
	page
	Unit, Set, Month string
	Action, Back     string
	Common, Now      string // the round's deadline, the unit's
	Locks            string // after which there is no deadline
	Due, Reason      string
	DueError         string
	ReasonError      string
}

func (s *Server) extendForm(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	return s.renderExtend(r, k, "", "", nil)
}

func (s *Server) extend(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	typed, reason := kpi.Clip(r.FormValue("due"), 40), r.FormValue("reason")
	due, err := kpi.ParseDate(typed)
	if err != nil || due.IsZero() {
		err = &kpi.Error{Kind: kpi.Invalid, Msg: "Hạn mới chưa đọc được.", Fields: map[string]string{"due": "Ghi đủ ngày/tháng/năm."}}
	} else {
		err = s.App.ExtendUnit(r.actor, k.Set, k.Month, k.Unit, due.AddDate(0, 0, 1), reason)
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderExtend(r, k, typed, reason, err)
	}
	s.flash(r, "success", "Đã gia hạn cho "+s.App.UnitName(k.Unit)+" đến 24h00 ngày "+kpi.FormatDate(due)+".")
	return r.redirect("/theo-doi/" + k.Set + "/" + k.Month.String())
}

func (s *Server) renderExtend(r *request, k sheetKey, due, reason string, failed error) error {
	sh, err := s.App.Sheet(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	board := "/theo-doi/" + k.Set + "/" + k.Month.String()
	v := extendView{page: s.page(r, "Gia hạn – "+sh.Unit.Name, crumb{"Theo dõi", board}, crumb{"Gia hạn", ""}), Unit: sh.Unit.Name, Set: sh.Set.Name,
		Month: inSentence(k.Month), Action: "/gia-han/" + k.String(), Back: board, Common: kpi.FormatDeadline(sh.Round.UnitDue), Locks: kpi.FormatDeadline(sh.Round.Locks),
		Now: kpi.FormatDeadline(sh.Sheet.Deadline(sh.Round)), Due: due, Reason: reason}
	if v.Seen, err = s.seen(r, "sheet/"+k.String(), failed); err != nil {
		return err
	}
	v.Errors = errorsOf(failed)
	if e, ok := asError(failed); ok {
		v.DueError, v.ReasonError = e.Fields["due"], e.Fields["reason"]
	}
	return r.Render("reopen/extend", v)
}
