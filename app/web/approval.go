package web

import (
	"fmt"
	"slices"
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
	View             string // the choice of rows
	Part             queuePart
	Status           kpi.Status
	Timing           kpi.Timing
	Due              *dueView // while the unit's approval is still to come
	By               string   // who brought the sheet here, and when
	Chips            []countChip
	Rows             []reviewRow
	None             string   // said when the filter leaves no row
	Refusals         []string // why the person may not decide
	Acts             bool     // the person may take any step
	Approve, Accept  bool     // the buttons
	Withdraw, Undo   bool     // those that take a step back
	Return           string   // URL of the return step, "" without it
	ShowsReturn      bool     // the column of reasons
	OneByOne         bool     // cells alone can be returned, so each needs its reason
	Reasons          []string // used before
	Confirming       bool     // the dialog is open from the start, for browsers without JavaScript
	Counts           string   // the summary, which the dialog restates
	For              string   // name of the approver for whom the person signs, "": for themselves
	Reason           string   // as typed
	ReasonError      string
	Skip             string // URL of the next sheet that waits, or of their list
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
	Cells  map[string]string // reasons of cells
}

func (s *Server) review(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	return s.renderReview(r, k, returnForm{}, nil)
}

// approve asks first where the browser without JavaScript has not asked; who wrote reasons is told so instead.
func (s *Server) approve(r *request) error {
	if r.FormValue("xac-nhan") != "" && readReturn(r).unused(kpi.ActApprove) == nil {
		return s.review(r)
	}
	return s.decide(r, "Đã duyệt và gửi tỉnh biểu %s của %s.", func(id app.SheetID, f returnForm) error {
		if err := f.unused(kpi.ActApprove); err != nil {
			return err
		}
		return s.App.Approve(r.actor, id)
	})
}

func (s *Server) unitReturn(r *request) error {
	return s.decide(r, "Đã trả lại biểu %s của %s cho người nhập liệu.", func(id app.SheetID, f returnForm) error {
		return s.App.UnitReturn(r.actor, id, f.Reason, f.Cells)
	})
}

func (s *Server) accept(r *request) error {
	return s.decide(r, "Đã phê duyệt biểu %s của %s.", func(id app.SheetID, f returnForm) error {
		if err := f.unused(kpi.ActAccept); err != nil {
			return err
		}
		if r.FormValue("tu") == fromList {
			return s.App.AcceptClean(r.actor, id)
		}
		return s.App.Accept(r.actor, id)
	})
}

func (s *Server) provinceReturn(r *request) error {
	return s.decide(r, "Đã trả lại biểu %s của %s cho đơn vị.", func(id app.SheetID, f returnForm) error {
		return s.App.ProvinceReturn(r.actor, id, f.Reason, f.Cells)
	})
}

func (s *Server) withdraw(r *request) error {
	return s.decide(r, "Đã rút lại biểu %s của %s; biểu đang chờ đơn vị duyệt.", func(id app.SheetID, f returnForm) error {
		return s.App.Withdraw(r.actor, id)
	})
}

func (s *Server) undoAccept(r *request) error {
	return s.decide(r, "Đã hủy phê duyệt biểu %s của %s; biểu đang chờ tỉnh duyệt.", func(id app.SheetID, f returnForm) error {
		if err := (returnForm{Cells: f.Cells}).unused(kpi.ActUndoAccept); err != nil {
			return err
		}
		return s.App.UndoAccept(r.actor, id, f.Reason)
	})
}

// fromList is the tu of a form on the list of waiting sheets, to which its step leads back.
const fromList = "danh-sach"

// decide takes a step with the sheet that the path names, says done, and leads to the next sheet or the list it came
// from. What was typed is kept when the step is refused.
func (s *Server) decide(r *request, done string, step func(app.SheetID, returnForm) error) error {
	id, err := r.sheetID()
	if err != nil {
		return err
	}
	part, to, k := queuePartOf(r), "", sheetKey{id.Set, id.Month, id.Unit}
	switch {
	case r.FormValue("tu") == fromList:
		to = part.url(pageNumber(r))
	case strings.HasSuffix(r.Path(), "/huy-phe-duyet"): // what was undone is decided anew
		to = reviewURL(k, "", part)
	case r.actor.User.HasRole(kpi.Coordinator):
		if to, err = s.nextURL(r, part, id); err != nil {
			return err
		}
	default:
		to = part.url(1)
	}
	f := readReturn(r)
	if err := step(id, f); err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderReview(r, k, f, err)
	}
	s.flashLink(r, "success", reviewURL(k, "", queuePart{}), fmt.Sprintf(done, inSentence(id.Month), s.App.UnitName(id.Unit)))
	return r.redirect(to)
}

// nextURL is the review page of the sheet that waits after the given one; after the last one the list, or the board on
// which the sheets were chosen.
func (s *Server) nextURL(r *request, part queuePart, id app.SheetID) (string, error) {
	next, ok, err := s.App.NextWaiting(r.actor, part.filter(), id)
	switch {
	case err != nil:
		return "", err
	case ok:
		return reviewURL(sheetKey{next.Set.Code, next.Round.Month, next.Unit.Code}, "", part), nil
	case part.Units != nil:
		return "/theo-doi/" + id.Set + "/" + id.Month.String(), nil
	}
	return part.url(1), nil
}

// reviewURL is the review page of a sheet, with the choice of rows and the part of the queue that led to it.
func reviewURL(k sheetKey, view string, part queuePart) string {
	q := part.query()
	if view != "" {
		q.Set("xem", view)
	}
	return withParams("/duyet/"+k.String(), q)
}

// readReturn reads the general reason and, from the fields r.<code>, those of cells.
func readReturn(r *request) returnForm {
	f := returnForm{Reason: strings.TrimSpace(r.FormValue("reason")), Cells: map[string]string{}}
	r.Request().PostArgs().VisitAll(func(k, v []byte) {
		kind, code, _ := strings.Cut(string(k), ".")
		if text := strings.TrimSpace(strings.ToValidUTF8(string(v), "")); kind == "r" && text != "" && kpi.ValidCode(code) {
			f.Cells[code] = text
		}
	})
	return f
}

// unused returns an Invalid error if reasons for a return were given although the step is another one: they would
// be lost without a word.
func (f returnForm) unused(step kpi.Action) error {
	where := "lý do chung"
	for code := range f.Cells {
		where = "ô " + code
	}
	if f.Reason == "" && len(f.Cells) == 0 {
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
	part := queuePartOf(r)
	title := "Duyệt biểu " + inSentence(k.Month) + " – " + sheet.Unit.Name
	list := crumb{"Duyệt", part.url(1)}
	if kpi.May(r.actor.User, kpi.SeeQueue) != nil {
		list = crumb{"Theo dõi", "/theo-doi/" + k.Set + "/" + k.Month.String()}
	}
	v := reviewView{page: s.page(r, title, list, crumb{sheet.Unit.Name + ", " + inSentence(k.Month), ""}),
		Unit: sheet.Unit.Name, Month: k.Month.Label(), Set: sheet.Set.Name, Path: "/duyet/" + k.String(), Seen: sheet.Sheet.Version, Part: part,
		SheetURL: k.path(), Status: sheet.Status, Timing: sheet.Timing, Reasons: sheet.Reasons,
		By: broughtBy(sheet), Reason: f.Reason, Confirming: failed == nil && r.FormValue("xac-nhan") != ""}
	if sheet.Sheet.FirstApproval.IsZero() {
		due := dueOfSheet(sheet.Round, sheet.Sheet, r.actor.At)
		v.Due = &due
	}
	v.buttons(sheet)
	v.Acts = v.Approve || v.Accept || v.Withdraw || v.Undo || v.Return != ""
	v.ShowsReturn = v.Return != "" || v.Undo || f.Reason != "" || len(f.Cells) > 0
	v.fillRows(reviewRows(sheet, f), k, r.FormValue("xem"), sheet)
	v.For = sheet.Names[r.actor.User.SignsFor(k.Unit)]
	v.Errors = v.errorsOf(failed)
	for _, e := range sheet.History {
		v.History = append(v.History, historyOf(e, sheet.Names))
	}
	if sheet.Sheet.State == kpi.Approved && r.actor.User.HasRole(kpi.Coordinator) {
		if v.Skip, err = s.nextURL(r, part, app.SheetID{Set: k.Set, Month: k.Month, Unit: k.Unit}); err != nil {
			return err
		}
	}
	v.Styles = append(sheetStyles(), "css/pages/review.css")
	return r.Render("approval/review", v)
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
				v.Return, v.OneByOne = v.Path+"/tinh-tra-lai", true
			}
		case kpi.ActWithdraw:
			v.Withdraw = why == nil
			continue // that a step back is over needs no words
		case kpi.ActUndoAccept:
			v.Undo = why == nil
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
	var notable, changed, failed, explained, open, large, evidence int
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	for _, row := range rows {
		count(&notable, row.Notable)
		count(&changed, row.changed())
		count(&failed, row.Failed)
		count(&explained, row.Warned && row.explained())
		count(&open, row.Warned && !row.explained())
		count(&large, row.Change.Large)
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
	chip := func(view, label string, n int) {
		v.Chips = append(v.Chips, countChip{URL: reviewURL(k, view, v.Part), Label: label, N: n, Current: v.View == view})
	}
	chip(viewNotable, "Cần chú ý", notable)
	chip(viewAll, "Tất cả", len(rows))
	if !sheet.Since.IsZero() {
		chip(viewChanged, "Thay đổi so lần trả lại trước", changed)
	}
	for _, row := range rows {
		shown := v.View == viewAll || v.View == viewNotable && row.Notable || v.View == viewChanged && row.changed()
		if shown || row.Reason != "" {
			v.Rows = append(v.Rows, row)
		}
	}
	if len(v.Rows) == 0 {
		v.None = "Không có ô nào trong phần này. Chọn «Tất cả» để xem cả biểu."
	}
	v.Counts = fmt.Sprintf("%d/%d ô đã nhập · %d lỗi · %d cảnh báo đã giải trình", sheet.Filled, len(rows), failed, explained)
	if open > 0 {
		v.Counts += fmt.Sprintf(" · %d cảnh báo chưa giải trình", open)
	}
	v.Counts += fmt.Sprintf(" · %d thay đổi trên 20%% · %d minh chứng", large, evidence)
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
