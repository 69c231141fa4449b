package web

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// boardView is the progress of all units in one round.
type boardView struct {
	page
	Set     string
	Base    string // "/theo-doi/nq57/2026-11"
	Again   string // URL from which the rows refresh themselves
	Part    bool   // only the rows and counts are rendered
	Due     dueView
	Status  string // chosen filters
	Search  string
	Sets    []setTab // none if there is only one set
	Rounds  []selectOption
	Blocks  []selectOption
	Chips   []countChip
	Remind  bool   // the person may remind units
	Mails   string // URL of what became of the mails
	Review  string // URL at which the chosen sheets are reviewed one after another
	Groups  string // their codes and names
	Printed string // foot of the working print
	Rows    []unitProgress
}

// unitProgress is one row of the board.
type unitProgress struct {
	Code, Unit, URL               string
	Status                        kpi.Status
	Timing                        kpi.Timing
	Filled, Due                   int
	Full                          bool
	Lacks, Groups                 string // by group: what is missing, all in numbers
	Submitted, Approved, Accepted string
	Call                          callView
	Reminded                      string // «13/11 (lần 1)»
	Open                          bool   // the unit or the province has still to do something: it can be chosen
}

// callView is whom the province calls at a unit.
type callView struct {
	Name, Phone, Number string // as shown, as dialled
}

func callOf(f kpi.FocalPoint) callView { return callView{f.Name, kpi.FormatPhone(f.Phone), f.Phone} }

// boardNone is the board before the first round.
type boardNone struct {
	page
	Sets      []setTab
	Text, URL string
}

// lateUnits is the filter for units that are overdue or were late.
const lateUnits = "tre"

// currentRound returns the current round of the set that bo names, or of the first set that has one.
func (s *Server) currentRound(r *request) (kpi.Round, bool, error) {
	sets, err := s.App.Sets(r.actor)
	if err != nil {
		return kpi.Round{}, false, err
	}
	for _, set := range sets {
		if want := r.Query("bo"); want != "" && want != set.Code {
			continue
		}
		if round, ok, err := s.App.CurrentRound(r.actor, set.Code); ok || err != nil {
			return round, ok, err
		}
	}
	return kpi.Round{}, false, nil
}

// boardNow leads to the current round of the set that bo names, or of the first set that has one.
func (s *Server) boardNow(r *request) error {
	round, ok, err := s.currentRound(r)
	if err != nil {
		return err
	}
	if ok {
		return r.redirect("/theo-doi/" + round.ID())
	}
	v := boardNone{page: s.page(r, "Theo dõi tiến độ", crumb{"Theo dõi", ""}), Text: "Bảng theo dõi hiện khi điều phối tỉnh mở kỳ báo cáo đầu tiên."}
	if v.Sets, err = s.setTabs(r, r.Query("bo"), "/theo-doi?bo="); err != nil {
		return err
	}
	if kpi.May(r.actor.User, kpi.ManageRounds) == nil {
		v.Text, v.URL = "Mở kỳ báo cáo đầu tiên để các đơn vị bắt đầu nhập liệu.", "/ky"
	}
	return r.Render("board/none", v)
}

// boardFilters returns the filters of the request as parameters, with another status.
func boardFilters(r *request, status string) url.Values {
	q := url.Values{}
	for k, v := range map[string]string{"khoi": r.Query("khoi"), "q": strings.TrimSpace(kpi.Clip(r.Query("q"), 100)), "trang-thai": status} {
		if v != "" {
			q.Set(k, strings.ToValidUTF8(v, ""))
		}
	}
	return q
}

func (s *Server) board(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	if other, err := kpi.ParseMonth(r.Query("ky")); err == nil && other != m {
		return r.redirect(withParams("/theo-doi/"+set+"/"+other.String(), boardFilters(r, r.Query("trang-thai"))))
	}
	b, err := s.App.Board(r.actor, set, m)
	if err != nil {
		return err
	}
	title := "Theo dõi tiến độ " + inSentence(m)
	slug, block := blockQuery(r)
	v := boardView{Set: b.Set.Name, Base: "/theo-doi/" + b.Round.ID(), Due: dueOf(b.Round, r.actor.At),
		Status: r.Query("trang-thai"), Search: strings.ToValidUTF8(r.Query("q"), ""), Part: asksForPart(r),
		Remind: kpi.May(r.actor.User, kpi.SendReminders) == nil && !b.Round.IsClosed(), Mails: mailURL + "/" + b.Round.ID(), Review: "/duyet/" + b.Round.ID()}
	v.Blocks = []selectOption{{"", "Tất cả", slug == ""}, {"so", kpi.BlockAgencies, slug == "so"}, {"xa", kpi.BlockCommunes, slug == "xa"}}
	counts := map[string]int{}
	for _, row := range b.Rows {
		if block != "" && row.Unit.Kind.Block() != block || !strings.Contains(kpi.Fold(row.Unit.Name), kpi.Fold(v.Search)) {
			continue
		}
		late := row.Timing == kpi.Overdue || row.Timing == kpi.Late
		counts[""]++
		counts[string(row.Status)]++
		if late {
			counts[lateUnits]++
		}
		if v.Status == "" || v.Status == string(row.Status) || v.Status == lateUnits && late {
			v.Rows = append(v.Rows, progressOf(b.Groups, row))
		}
	}
	v.Chips = v.chips(r, counts, b.Round.IsClosed())
	state := v.state()
	again := boardFilters(r, v.Status)
	again.Set("da-co", state)
	v.Again = withParams(v.Base, again)
	r.Vary("HX-Request")
	if v.Part {
		if r.Query("da-co") == state {
			return r.SendStatus(fiber.StatusNoContent)
		}
		return r.Render("board/_part", v)
	}
	if v.Sets, err = s.setTabs(r, set, "/theo-doi?bo="); err != nil {
		return err
	}
	if v.Rounds, err = s.roundChoice(r, set, m); err != nil {
		return err
	}
	v.page = s.page(r, title, crumb{"Theo dõi", ""})
	v.Styles, v.Groups = []string{"css/pages/board.css"}, legend(b.Groups)
	v.Printed = printedAt(r.actor.At) + "."
	if len(v.Rows) < len(b.Rows) {
		v.Printed = fmt.Sprintf("Theo bộ lọc: %d trên %d đơn vị. ", len(v.Rows), len(b.Rows)) + v.Printed
	}
	return r.Render("board/board", v)
}

// asksForPart reports whether htmx asks for the list alone: neither a navigation nor a return in the history.
func asksForPart(r *request) bool {
	return r.Get("HX-Request") == "true" && r.Get("HX-Boosted") != "true" && r.Get("HX-History-Restore-Request") != "true"
}

// lacking tells what a sheet that has been begun still lacks, group by group: «Nhóm 3: 1/4. Chưa: 4, 5», and all its
// groups in numbers.
func lacking(groups []kpi.Group, shares []app.Share) (text, numbers string) {
	var begun, blank, all []string
	filled := 0
	for i, s := range shares {
		code, n := groups[i].Code, fmt.Sprintf("%d/%d", s.Filled, s.Due)
		switch filled += s.Filled; {
		case s.Due == 0:
			continue
		case s.Filled == 0:
			blank = append(blank, code)
		case s.Filled < s.Due:
			begun = append(begun, code+": "+n)
		}
		all = append(all, "nhóm "+code+": "+n)
	}
	if len(begun) > 0 {
		text = "Nhóm " + strings.Join(begun, ", ") + ". "
	}
	if len(blank) > 0 && filled > 0 {
		text += "Chưa: " + strings.Join(blank, ", ")
	}
	return strings.TrimSpace(text), strings.Join(all, ", ")
}

// legend names the groups of the round.
func legend(groups []kpi.Group) string {
	var names []string
	for _, g := range groups {
		names = append(names, g.Code+" "+g.Name)
	}
	return strings.Join(names, "; ")
}

func progressOf(groups []kpi.Group, row app.BoardRow) unitProgress {
	id := row.Sheet.ID()
	p := unitProgress{Code: row.Unit.Code, Unit: row.Unit.Name, URL: "/nhap-lieu/" + id, Status: row.Status, Timing: row.Timing,
		Filled: row.Filled, Due: row.Sheet.Due, Full: row.Filled == row.Sheet.Due, Submitted: boardTime(row.Sheet, row.Sheet.Submit.At),
		Approved: boardTime(row.Sheet, row.Sheet.Approve.At), Accepted: boardTime(row.Sheet, row.Sheet.Accept.At), Call: callOf(row.Call),
		Reminded: remindedText(row.Last), Open: row.Sheet.State != kpi.Accepted}
	p.Lacks, p.Groups = lacking(groups, row.Groups)
	if row.Sheet.State != kpi.Draft {
		p.URL = "/duyet/" + id
	}
	return p
}

// boardTime shows an instant, without the year if it is the round's.
func boardTime(s kpi.Sheet, t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case kpi.MonthOf(t).Year() == s.Month.Year():
		return t.In(kpi.Location).Format("02/01 15h04")
	}
	return kpi.FormatTime(t)
}

// chips offers each status with the number of units that it would list.
func (v *boardView) chips(r *request, counts map[string]int, closed bool) []countChip {
	chip := func(status, label, icon string) countChip {
		return countChip{ID: "c-" + status, URL: withParams(v.Base, boardFilters(r, status)), Label: label, Icon: icon, N: counts[status], Current: v.Status == status}
	}
	all := chip("", "Tất cả", "")
	all.ID = "c-all"
	chips := []countChip{all}
	for _, st := range kpi.Statuses() {
		if st == kpi.StatusClosed && !closed || closed && st == kpi.StatusAccepted {
			continue
		}
		chips = append(chips, chip(string(st), st.Label(), statusIcon(st)))
	}
	if late := chip(lateUnits, "Quá hạn, nộp muộn", "alert-triangle"); late.N > 0 || late.Current {
		chips = append(chips, late)
	}
	return chips
}

// state is the same as long as the rows and counts say the same.
func (v *boardView) state() string {
	h := fnv.New64a()
	fmt.Fprint(h, v.Rows, v.Chips)
	return strconv.FormatUint(h.Sum64(), 36)
}

// extendChosen leads from the board to the form that gives the chosen unit a later deadline.
func (s *Server) extendChosen(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	id := set + "/" + m.String()
	units := unitsOf(r.Request().URI().QueryArgs())
	if len(units) != 1 || !kpi.ValidCode(units[0]) {
		s.flash(r, "info", "Chọn đúng một đơn vị ở cột đầu để gia hạn.")
		return r.redirect("/theo-doi/" + id)
	}
	return r.redirect("/gia-han/" + id + "/" + units[0])
}

// boardExcel sends the board as a workbook, every unit in it.
func (s *Server) boardExcel(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	name, book, err := s.App.ExportBoard(r.actor, "UBND "+lowerFirst(s.Province), set, m)
	if err != nil {
		return err
	}
	return r.sendExcel(name, book)
}
