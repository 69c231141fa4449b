package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// reviewView is the page on which the unit's approver and the province decide about a sheet.
type reviewView struct {
	page
	Unit, Month, Set string
	Path             string // "/duyet/nq57/2026-11/SYT"
	SheetURL         string
	Seen             uint32 // version of the sheet
	View, Block      string // the filters of this request, carried along by its forms
	Status           kpi.Status
	Timing           kpi.Timing
	Due              *dueView // while the unit's approval is still to come
	By               string   // who brought the sheet here, and when
	Summary          []stat
	Chips            []countChip
	Rows             []reviewRow
	None             string   // said when the filter leaves no row
	Refusals         []string // why the person may not decide
	Acts             bool     // the person may take any step
	Approve, Accept  bool     // the buttons
	Return           string   // URL of the return step, "" without it
	ShowsReturn      bool     // the column of reasons
	Confirming       bool     // the dialog is open from the start, for browsers without JavaScript
	Confirm          string   // URL that opens it so
	Counts           string   // what the dialog restates
	For              string   // name of the approver for whom the person signs, "": for themselves
	Reason           string   // as typed
	ReasonError      string
	Next             string // URL of the next sheet that waits
	History          []historyLine
}

// historyLine is one event of a sheet or a round.
type historyLine struct {
	At, Time, What, By, Detail, Why string
}

// The choices of the rows to show.
const (
	viewNotable = "chu-y"
	viewAll     = "tat-ca"
	viewChanged = "thay-doi"
)

// returnForm is what somebody typed to send a sheet back.
type returnForm struct {
	Reason string
	Cells  map[string]string // own reasons of cells
	Ticked map[string]bool   // cells marked for return
}

func (s *Server) review(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	return s.renderReview(r, k, returnForm{}, nil)
}

func (s *Server) approve(r *request) error {
	return s.decide(r, "Đã duyệt và gửi tỉnh biểu %s của %s.", func(id app.SheetID, f returnForm) error {
		if err := f.unused(kpi.ActApprove); err != nil {
			return err
		}
		return s.App.Approve(r.actor, id)
	})
}

func (s *Server) unitReturn(r *request) error {
	return s.decide(r, "Đã trả lại biểu %s của %s cho người nhập liệu.", func(id app.SheetID, f returnForm) error {
		return s.App.UnitReturn(r.actor, id, f.Reason, f.cells())
	})
}

func (s *Server) accept(r *request) error {
	return s.decide(r, "Đã phê duyệt biểu %s của %s.", func(id app.SheetID, f returnForm) error {
		if err := f.unused(kpi.ActAccept); err != nil {
			return err
		}
		return s.App.Accept(r.actor, id)
	})
}

func (s *Server) provinceReturn(r *request) error {
	return s.decide(r, "Đã trả lại biểu %s của %s cho đơn vị.", func(id app.SheetID, f returnForm) error {
		return s.App.ProvinceReturn(r.actor, id, f.Reason, f.cells())
	})
}

// decide takes a step with the sheet that the path names, says done, and leads to the next sheet or the queue. What
// was typed is kept when the step is refused.
func (s *Server) decide(r *request, done string, step func(app.SheetID, returnForm) error) error {
	id, err := r.sheetID()
	if err != nil {
		return err
	}
	f := readReturn(r)
	if err := step(id, f); err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderReview(r, sheetKey{id.Set, id.Month, id.Unit}, f, err)
	}
	s.flash(r, "success", fmt.Sprintf(done, inSentence(id.Month), s.App.UnitName(id.Unit)))
	slug, block := blockQuery(r)
	if r.actor.User.HasRole(kpi.Coordinator) {
		next, ok, err := s.App.NextWaiting(r.actor, block, id)
		if err != nil {
			return err
		}
		if ok {
			return r.redirect(reviewURL(sheetKey{next.Set.Code, next.Round.Month, next.Unit.Code}, "", slug))
		}
	}
	return r.redirect(queueURL(slug, 1))
}

// reviewURL is the review page of a sheet, with the choice of rows and the block of the queue that led to it.
func reviewURL(k sheetKey, view, slug string) string {
	q := url.Values{}
	if view != "" {
		q.Set("xem", view)
	}
	if slug != "" {
		q.Set("khoi", slug)
	}
	return withParams("/duyet/"+k.String(), q)
}

// readReturn reads the general reason and, from the fields r.<code> and t.<code>, what is said of cells.
func readReturn(r *request) returnForm {
	f := returnForm{Reason: strings.TrimSpace(r.FormValue("reason")), Cells: map[string]string{}, Ticked: map[string]bool{}}
	r.Request().PostArgs().VisitAll(func(k, v []byte) {
		kind, code, _ := strings.Cut(string(k), ".")
		if !kpi.ValidCode(code) {
			return
		}
		text := strings.TrimSpace(strings.ToValidUTF8(string(v), ""))
		switch {
		case kind == "r" && text != "":
			f.Cells[code] = text
		case kind == "t":
			f.Ticked[code] = true
		}
	})
	return f
}

// cells returns the cells to send back with their reasons; one that is only marked takes the general reason.
func (f returnForm) cells() map[string]string {
	all := map[string]string{}
	for code := range f.Ticked {
		all[code] = f.Reason
	}
	for code, why := range f.Cells {
		all[code] = why
	}
	return all
}

// unused returns an Invalid error if reasons for a return were given although the step is another one: they would
// be lost without a word.
func (f returnForm) unused(step kpi.Action) error {
	where := "lý do chung"
	for code := range f.cells() {
		where = "ô " + code
	}
	if f.Reason == "" && len(f.cells()) == 0 {
		return nil
	}
	return kpi.Errorf(kpi.Invalid, "Đã ghi nội dung trả lại ở %s nên chưa %s. Bấm «Trả lại», hoặc xóa nội dung đó rồi bấm lại «%s».",
		where, strings.ToLower(step.Label()), step.Label())
}

func (s *Server) renderReview(r *request, k sheetKey, f returnForm, failed error) error {
	sheet, err := s.App.Review(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	slug, block := blockQuery(r)
	title := "Duyệt biểu " + inSentence(k.Month) + " – " + sheet.Unit.Name
	v := reviewView{page: s.page(r, title, crumb{"Duyệt", queueURL(slug, 1)}, crumb{sheet.Unit.Name + ", " + inSentence(k.Month), ""}),
		Unit: sheet.Unit.Name, Month: k.Month.Label(), Set: sheet.Set.Name, Path: reviewURL(k, "", ""), Seen: sheet.Sheet.Version, Block: slug,
		SheetURL: k.path(), Status: sheet.Status, Timing: sheet.Timing,
		By: broughtBy(sheet), Reason: f.Reason, Confirming: r.Query("xac-nhan") != ""}
	if sheet.Sheet.FirstApproval.IsZero() {
		due := dueOfSheet(sheet.Round, sheet.Sheet, r.actor.At)
		v.Due = &due
	}
	v.buttons(sheet)
	v.Acts = v.Approve || v.Accept || v.Return != ""
	v.ShowsReturn = v.Return != "" || f.Reason != "" || len(f.cells()) > 0
	rows := reviewRows(sheet, f)
	v.fillRows(rows, k, r.FormValue("xem"), sheet)
	v.For = sheet.Names[r.actor.User.SignsFor(k.Unit)]
	v.Confirm = v.here(k, "xac-nhan") + "#approve"
	v.Errors = v.errorsOf(failed)
	for _, e := range sheet.History {
		v.History = append(v.History, historyOf(e, sheet.Names))
	}
	if v.Accept {
		next, ok, err := s.App.NextWaiting(r.actor, block, app.SheetID{Set: k.Set, Month: k.Month, Unit: k.Unit})
		if err != nil {
			return err
		}
		if ok {
			v.Next = reviewURL(sheetKey{next.Set.Code, next.Round.Month, next.Unit.Code}, "", slug)
		}
	}
	v.Styles = sheetStyles()
	return r.Render("approval/review", v)
}

// here is this page with one more parameter switched on.
func (v *reviewView) here(k sheetKey, param string) string {
	q := url.Values{"xem": {v.View}, param: {"1"}}
	if v.Block != "" {
		q.Set("khoi", v.Block)
	}
	return withParams(reviewURL(k, "", ""), q)
}

// buttons offers the steps that the person may take and says why others are missing.
func (v *reviewView) buttons(sheet app.Review) {
	for _, action := range sheet.Actions {
		why := sheet.Refusals[action]
		switch action {
		case kpi.ActApprove:
			v.Approve = why == nil
		case kpi.ActAccept:
			v.Accept = why == nil
		case kpi.ActUnitReturn:
			if why == nil {
				v.Return = v.Path + "/tra-lai"
			}
		case kpi.ActProvinceReturn:
			if why == nil {
				v.Return = v.Path + "/tinh-tra-lai"
			}
		default:
			continue
		}
		if why != nil && !slices.Contains(v.Refusals, why.Error()) {
			v.Refusals = append(v.Refusals, why.Error())
		}
	}
}

// fillRows counts the rows, chooses those to show, and writes the summary.
func (v *reviewView) fillRows(rows []reviewRow, k sheetKey, view string, sheet app.Review) {
	var notable, changed, warned, large, returned, evidence int
	for _, row := range rows {
		count := func(n *int, yes bool) {
			if yes {
				*n++
			}
		}
		count(&notable, row.Notable)
		count(&changed, row.changed())
		count(&warned, row.Warned)
		count(&large, row.Change.Large)
		count(&returned, row.Returned != "")
		evidence += len(row.Evidence)
	}
	switch {
	case view == viewAll, view == viewChanged && !sheet.Since.IsZero():
		v.View = view
	case view == viewNotable || notable > 0:
		v.View = viewNotable
	default:
		v.View = viewAll
	}
	v.Chips = []countChip{
		{URL: reviewURL(k, viewNotable, v.Block), Label: "Cần chú ý", N: notable, Current: v.View == viewNotable},
		{URL: reviewURL(k, viewAll, v.Block), Label: "Tất cả", N: len(rows), Current: v.View == viewAll}}
	if !sheet.Since.IsZero() {
		v.Chips = append(v.Chips, countChip{URL: reviewURL(k, viewChanged, v.Block), Label: "Đã sửa sau lần trả lại", N: changed, Current: v.View == viewChanged})
	}
	for _, row := range rows {
		shown := v.View == viewAll || v.View == viewNotable && row.Notable || v.View == viewChanged && row.changed()
		if shown || row.Ticked || row.Reason != "" {
			v.Rows = append(v.Rows, row)
		}
	}
	if len(v.Rows) == 0 {
		v.None = "Không có ô nào trong phần này. Chọn «Tất cả» để xem cả biểu."
	}
	v.Summary = []stat{{N: len(rows), Label: "ô phải nhập, đã nhập " + strconv.Itoa(sheet.Filled)},
		{N: warned, Label: "ô có cảnh báo, đã giải trình", Class: "stat-warn"},
		{N: large, Label: "ô thay đổi lớn: trên 20% hoặc 20 điểm %", Class: "stat-doing"},
		{N: evidence, Label: "minh chứng kèm theo"},
		{N: returned, Label: "ô đã bị trả lại", Class: "stat-back"}}
	v.Counts = fmt.Sprintf("%d/%d ô đã nhập; %d cảnh báo đã giải trình; %d ô thay đổi lớn", sheet.Filled, len(rows), warned, large)
}

// errorsOf turns a refusal into the summary and marks the fields that it is about.
func (v *reviewView) errorsOf(failed error) []fieldError {
	e, ok := asError(failed)
	if !ok || len(e.Fields) == 0 {
		return errorsOf(failed)
	}
	var list []fieldError
	if text := e.Fields["reason"]; text != "" {
		v.ReasonError = text
		list = append(list, fieldError{"f-reason", text})
	}
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Error = e.Fields[row.Code]; row.Error != "" {
			list = append(list, fieldError{row.ID, "Ô " + row.Code + ": " + row.Error})
		}
	}
	if len(list) == 0 {
		return []fieldError{{"main", e.Msg}}
	}
	return list
}

// broughtBy says who took the step that the sheet now stands after.
func broughtBy(sheet app.Review) string {
	say := func(what string, step kpi.Step) string {
		if step.At.IsZero() {
			return ""
		}
		by := sheet.Names[step.By]
		if step.For != "" {
			by += " (ký theo ủy quyền của " + sheet.Names[step.For] + ")"
		}
		return what + ": " + by + ", " + kpi.FormatTime(step.At)
	}
	switch sheet.Sheet.State {
	case kpi.Submitted:
		return say("Người trình", sheet.Sheet.Submit)
	case kpi.Approved:
		return say("Người duyệt của đơn vị", sheet.Sheet.Approve)
	case kpi.Accepted:
		return say("Tỉnh phê duyệt", sheet.Sheet.Accept)
	}
	return say("Người trả lại", sheet.Sheet.Return)
}

// historyOf words one event.
func historyOf(e kpi.Event, people map[string]string) historyLine {
	line := historyLine{At: e.At.Format("2006-01-02T15:04:05Z07:00"), Time: kpi.FormatTime(e.At), What: e.Verb.Label(), By: people[e.By], Detail: e.New, Why: e.Reason}
	switch {
	case e.Verb == kpi.VerbReturn && e.New != "":
		line.Detail = "Ô " + e.New
	case e.Old != "":
		line.Detail = "Trước: " + e.Old + ". Sau: " + e.New
	}
	return line
}
