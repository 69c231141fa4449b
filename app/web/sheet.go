package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// sheetListView is «Nhập liệu»: the sheets of one's own units, month by month.
type sheetListView struct {
	page
	Months []sheetMonth
	Board  bool // there are no sheets of one's own, but the board shows everybody's
}

type sheetMonth struct {
	Set     string
	Month   string
	Current bool
	Due     dueView
	Tasks   []taskLine
}

func (s *Server) sheetList(r *request) error {
	months, err := s.App.MySheets(r.actor)
	if err != nil {
		return err
	}
	v := sheetListView{page: s.page(r, "Nhập liệu", crumb{"Nhập liệu", ""}), Board: kpi.May(r.actor.User, kpi.SeeBoard) == nil}
	for _, m := range months {
		month := sheetMonth{Set: m.Set.Name, Month: m.Round.Month.Label(), Current: m.Current, Due: dueOf(m.Round, r.actor.At)}
		for _, job := range m.Jobs {
			_, line := taskOf(m.Set.Code+"/"+m.Round.Month.String(), job)
			month.Tasks = append(month.Tasks, line)
		}
		v.Months = append(v.Months, month)
	}
	return r.Render("sheet/list", v)
}

// sheetView is the page of one sheet: with inputs for whoever may enter now, as a table for the others.
type sheetView struct {
	page
	Unit     string
	Month    string
	Set      string
	Base     string // "nq57/2026-11/SYT"
	Status   kpi.Status
	Timing   kpi.Timing
	Due      dueView
	Seen     uint32 // version of the sheet
	Returned string // who sent it back and why
	Mend     []mendLink
	Locked   string // why nothing can be entered, "" if it can
	Review   string // URL of the page where this person decides about the sheet
	Recall   bool
	Reopen   string // URL of the request to reopen the sheet
	Tabs     []sheetTab
	Groups   []sheetGroup
	Filled   int
	Total    int
	Failures int
	Warnings int
	Blank    template.HTML // what a row opens into on demand
	Begun    kpi.Status    // of a sheet that something has been entered into
	Login    string        // of whoever has the page open
	Here     string        // who else has it open, in a sentence
	LastHour bool          // the deadline is less than an hour away
	Carries  int           // cells that could take over the value of the period before
}

// mendLink leads to a cell that was sent back.
type mendLink struct {
	Code, URL, Why string
}

// sheetKey is what a path says of a sheet.
type sheetKey struct {
	Set   string
	Month kpi.Month
	Unit  string
}

func (k sheetKey) String() string { return k.Set + "/" + k.Month.String() + "/" + k.Unit }

func (k sheetKey) path() string { return "/nhap-lieu/" + k.String() }

// sheetKey returns the sheet that the path names.
func (r *request) sheetKey() (sheetKey, error) {
	m, err := r.month()
	k := sheetKey{r.Params("set"), m, r.Params("unit")}
	if err != nil || !kpi.ValidSet(k.Set) || !kpi.ValidCode(k.Unit) {
		return k, kpi.Errorf(kpi.NotFound, "Không có biểu này. Kiểm tra lại địa chỉ hoặc mở biểu từ trang Nhập liệu.")
	}
	return k, nil
}

// sheetID returns the sheet that a workflow form is about, with the version that its page showed.
func (r *request) sheetID() (app.SheetID, error) {
	k, err := r.sheetKey()
	if err != nil {
		return app.SheetID{}, err
	}
	seen, err := strconv.ParseUint(r.FormValue("v"), 10, 32)
	if err != nil {
		return app.SheetID{}, kpi.Errorf(kpi.Invalid, "Biểu mẫu thiếu số phiên bản của biểu. Tải lại trang rồi làm lại.")
	}
	return app.SheetID{Set: k.Set, Month: k.Month, Unit: k.Unit, Seen: uint32(seen)}, nil
}

func (s *Server) sheet(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	return s.renderSheet(r, k, sheetTrouble{})
}

// sheetTrouble is what stood in the way of a form that is shown again.
type sheetTrouble struct {
	err   error
	typed map[string]typedCell // what was typed and not stored, by code
}

// renderSheet shows the sheet as it is now, with what was typed and refused still in its place.
func (s *Server) renderSheet(r *request, k sheetKey, t sheetTrouble) error {
	sh, err := s.App.Sheet(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	heading := "Biểu " + k.Month.Short()
	v := sheetView{page: s.page(r, heading+" – "+sh.Unit.Name, crumb{"Nhập liệu", "/nhap-lieu"}, crumb{sh.Unit.Name + ", tháng " + k.Month.Short(), ""}),
		Unit: sh.Unit.Name, Month: k.Month.Short(), Set: sh.Set.Name, Base: k.String(), Status: sh.Status, Timing: sh.Timing,
		Due: dueOfSheet(sh.Round, sh.Sheet, r.actor.At), Seen: sh.Sheet.Version, Filled: sh.Filled, Total: len(sh.Rows), Login: r.actor.User.Login, Here: hereText(sh.Here),
		LastHour: lastHour(sh.Round.UnitDue, r.actor.At)}
	if sh.Locked != nil {
		v.Locked = sh.Locked.Error()
	}
	if sh.Sheet.Returned != "" && sh.Sheet.State == kpi.Draft {
		v.Returned = returnedBy(sh)
		for _, row := range sh.Rows {
			if row.Cell.Review == kpi.ReviewReturned {
				code := row.Indicator.Code
				v.Mend = append(v.Mend, mendLink{code, "#r-" + domID(code), row.Cell.ReviewNote})
			}
		}
	}
	closed := sh.Round.Admits(sh.Sheet, r.actor.At) != nil
	if own := r.actor.User.Has(kpi.Clerk, k.Unit) || r.actor.User.Has(kpi.Approver, k.Unit); own && !r.actor.At.Before(sh.Round.Opens) &&
		(closed || sh.Sheet.State == kpi.Approved || sh.Sheet.State == kpi.Accepted) {
		v.Reopen = k.path() + "/mo-lai"
	}
	for _, a := range sh.Actions {
		switch a {
		case kpi.ActRecall:
			v.Recall = !closed
		case kpi.ActApprove, kpi.ActAccept:
			v.Review = "/duyet/" + k.String()
		}
	}
	v.Begun = kpi.StatusInProgress
	if err := s.fillRows(&v, sh, k, t, r.Query("o")); err != nil {
		return err
	}
	v.Errors = sheetErrors(sh, t)
	v.Styles = sheetStyles()
	return r.Render("sheet/sheet", v)
}

// hereText says who else has the sheet open, "" if nobody.
func hereText(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + " đang mở biểu này."
}

// lastHour reports whether the deadline lies less than an hour ahead.
func lastHour(due, now time.Time) bool { return now.Before(due) && due.Sub(now) <= time.Hour }

func returnedBy(sh app.SheetView) string {
	s := sh.Status.Label() + " lúc " + kpi.FormatTime(sh.Sheet.Return.At)
	if name := sh.Names[sh.Sheet.Return.By]; name != "" {
		s += " (" + name + ")"
	}
	if sh.Sheet.Reason != "" {
		s += ": «" + sh.Sheet.Reason + "»"
	}
	return s + ". Sửa các ô có lý do trả lại rồi trình lại."
}

// submit hands the sheet to the unit's approver. Without JavaScript the button sends the whole sheet, so that what
// was typed is saved first.
func (s *Server) submit(r *request) error {
	id, err := r.sheetID()
	if err != nil {
		return err
	}
	k := sheetKey{id.Set, id.Month, id.Unit}
	if t, _, err := s.saveTyped(r, k); err != nil || len(t.typed) > 0 {
		return s.sheetRefused(r, k, t, err)
	}
	if err := s.App.Submit(r.actor, id); err != nil {
		return s.sheetRefused(r, k, sheetTrouble{}, err)
	}
	s.flash(r, "success", fmt.Sprintf("Đã trình biểu tháng %s của %s. Người duyệt của đơn vị xem và gửi tỉnh.", k.Month.Short(), s.App.UnitName(k.Unit)))
	return r.redirect(k.path())
}

// checkSheet answers with the error summary of what stands in the way of submission, empty if nothing does.
func (s *Server) checkSheet(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	err = s.App.CheckSheet(r.actor, k.Set, k.Month, k.Unit)
	if err == nil {
		return r.Render("layout/_errors", []fieldError{})
	}
	if kpi.KindOf(err) != kpi.Invalid {
		return err
	}
	sh, failed := s.App.Sheet(r.actor, k.Set, k.Month, k.Unit)
	if failed != nil {
		return failed
	}
	r.Status(statusOf(err))
	return r.Render("layout/_errors", sheetErrors(sh, sheetTrouble{err: err}))
}

func (s *Server) recall(r *request) error {
	id, err := r.sheetID()
	if err != nil {
		return err
	}
	k := sheetKey{id.Set, id.Month, id.Unit}
	if err := s.App.Recall(r.actor, id); err != nil {
		return s.sheetRefused(r, k, sheetTrouble{}, err)
	}
	s.flash(r, "success", fmt.Sprintf("Đã rút lại biểu tháng %s của %s. Sửa xong thì trình lại.", k.Month.Short(), s.App.UnitName(k.Unit)))
	return r.redirect(k.path())
}

// sheetRefused shows the sheet again with what stands in the way, or passes on what its page cannot show.
func (s *Server) sheetRefused(r *request, k sheetKey, t sheetTrouble, err error) error {
	if err != nil && !refusal(err) {
		return err
	}
	t.err = err
	r.Status(t.status())
	return s.renderSheet(r, k, t)
}
