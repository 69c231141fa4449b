package web

import (
	"fmt"
	"slices"
	"strconv"

	"chiso/app"
	"chiso/app/kpi"
)

// assignView is the form that gives indicators to units.
type assignView struct {
	page
	Path       string
	Empty      bool // there is no set yet
	Sets       []setTab
	Filter     indicatorFilter
	Unassigned bool // only what nobody reports
	Groups     []optionGroup
	Months     []selectOption
	Month      string
	From       string // the month inside a sentence
	Sections   []section[assignLine]
	Blocks     []tickLine
	Units      []tickLine
	Shown      int
}

// assignLine is one indicator to choose.
type assignLine struct {
	Group      string // code
	Whole      bool   // the whole group is chosen
	ID         string // of the tick
	Code, Name string
	Units      int
	Todo       string
	Checked    bool
}

// tickLine is a unit or a block of units to choose.
type tickLine struct {
	ID, Value, Label string
	Checked          bool
}

// picked is what was chosen in the form.
type picked struct{ codes, groups, units, blocks map[string]bool }

// assignNow leads to the first set.
func (s *Server) assignNow(r *request) error {
	sets, err := s.App.Sets(r.actor)
	if err != nil {
		return err
	}
	if len(sets) > 0 {
		return r.redirect("/quan-tri/giao/" + sets[0].Code)
	}
	v := assignView{page: s.page(r, "Giao chỉ số", crumb{"Quản trị", "/quan-tri"}, crumb{"Giao chỉ số", ""}), Empty: true}
	v.Styles = sheetStyles()
	return r.Render("assignment/form", v)
}

func (s *Server) assignForm(r *request) error {
	get := func(name string) string { return r.Query(name) }
	return s.renderAssign(r, get, picked{}, nil)
}

// assignFilter reads what the list of indicators is narrowed to, and the month from which to assign.
func assignFilter(get func(string) string) (f indicatorFilter, unassigned bool, m kpi.Month) {
	m, err := kpi.ParseMonth(get("tu"))
	if err != nil {
		m = 0
	}
	return indicatorFilterOf(get), get("chua-giao") == "1", m
}

func (s *Server) renderAssign(r *request, get func(string) string, chosen picked, failed error) error {
	set := r.Params("set")
	if !kpi.ValidSet(set) {
		return kpi.Errorf(kpi.NotFound, "Không có bộ chỉ số này.")
	}
	filter, unassigned, m := assignFilter(get)
	as, err := s.App.Assignments(r.actor, set, m)
	if err != nil {
		return err
	}
	v := assignView{page: s.page(r, "Giao chỉ số", crumb{"Quản trị", "/quan-tri"}, crumb{"Giao chỉ số", ""}), Path: "/quan-tri/giao/" + set,
		Filter: filter, Unassigned: unassigned, Groups: groupChoice(as.Set, filter.Group), Month: as.Month.String(), From: inSentence(as.Month)}
	v.Errors = errorsOf(failed)
	if v.Sets, err = s.setTabs(r, set, "/quan-tri/giao/"); err != nil {
		return err
	}
	for m := kpi.NewMonth(as.Next.Year(), 1); m < as.Next+12; m++ {
		v.Months = append(v.Months, selectOption{m.String(), m.Label(), m == as.Month})
	}
	var lines []assignLine
	for i, ind := range listed(as, filter, unassigned) {
		lines = append(lines, assignLine{ind.Group, chosen.groups[ind.Group], "c-" + strconv.Itoa(i), ind.Code, ind.Name, len(as.Leads[ind.Code]), todoText(ind), chosen.codes[ind.Code]})
	}
	v.Shown = len(lines)
	v.Sections = sections(as.Set, lines, func(l assignLine) string { return l.Group })
	counts := map[string]int{}
	for i, u := range as.Units {
		counts[u.Kind.Block()]++
		v.Units = append(v.Units, tickLine{"u-" + strconv.Itoa(i), u.Code, u.Name, chosen.units[u.Code]})
	}
	v.Blocks = []tickLine{{"b-all", "tat-ca", fmt.Sprintf("Tất cả (%d đơn vị)", len(as.Units)), chosen.blocks["tat-ca"]}}
	for _, b := range unitBlocks() {
		if n := counts[b.Label]; n > 0 {
			v.Blocks = append(v.Blocks, tickLine{"b-" + b.Value, b.Value, fmt.Sprintf("%s (%d)", b.Label, n), chosen.blocks[b.Value]})
		}
	}
	v.Styles = sheetStyles()
	return r.Render("assignment/form", v)
}

// unitBlocks names the blocks of units as parameters do.
func unitBlocks() []selectOption {
	return []selectOption{{Value: "so-nganh", Label: kpi.BlockAgencies}, {Value: "xa-phuong", Label: kpi.BlockCommunes}}
}

// listed returns the indicators that the filter lets through, headings left out.
func listed(as app.Assignments, f indicatorFilter, unassigned bool) []kpi.Indicator {
	keep := f.keeper(as.Set)
	return slices.DeleteFunc(slices.Clone(as.Indicators), func(ind kpi.Indicator) bool {
		return ind.Heading || !keep(ind) || unassigned && len(as.Leads[ind.Code]) > 0
	})
}

// assign gives the chosen indicators to the chosen units, or takes them back.
func (s *Server) assign(r *request) error {
	set := r.Params("set")
	if !kpi.ValidSet(set) {
		return kpi.Errorf(kpi.NotFound, "Không có bộ chỉ số này.")
	}
	get := func(name string) string { return r.FormValue(name) }
	chosen := picked{peekAll(r, "code[]"), peekAll(r, "group[]"), peekAll(r, "unit[]"), peekAll(r, "block[]")}
	filter, unassigned, m := assignFilter(get)
	as, err := s.App.Assignments(r.actor, set, m)
	if err != nil {
		return err
	}
	codes, units := chosen.resolve(as, filter, unassigned)
	do, words := s.App.Assign, "Đã giao"
	if get("lam") == "thoi" {
		do, words = s.App.Unassign, "Đã thôi giao"
	}
	n, err := do(r.actor, set, codes, units, as.Month)
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderAssign(r, get, chosen, err)
	}
	if n == 0 {
		s.flash(r, "info", "Không có gì thay đổi: các đơn vị đã như vậy từ trước.")
	} else {
		s.flash(r, "success", fmt.Sprintf("%s %s chỉ số cho %s đơn vị từ %s (%s lượt).", words, count(len(codes)), count(len(units)), inSentence(as.Month), count(n)))
	}
	params := filter.values()
	params.Set("tu", as.Month.String())
	if unassigned {
		params.Set("chua-giao", "1")
	}
	return r.redirect(withParams("/quan-tri/giao/"+set, params))
}

func count(n int) string { return kpi.FormatDecimal(kpi.Dec(int64(n)), 0) }

// resolve returns the codes that the choice names: groups stand for their indicators on the list, blocks for their
// units. A code that does not exist is passed on, to be refused.
func (p picked) resolve(as app.Assignments, f indicatorFilter, unassigned bool) (codes, units []string) {
	known := map[string]bool{}
	for _, ind := range listed(as, f, unassigned) {
		if known[ind.Code] = true; p.codes[ind.Code] || p.groups[ind.Group] {
			codes = append(codes, ind.Code)
		}
	}
	for code := range p.codes {
		if !known[code] {
			codes = append(codes, code)
		}
	}
	exists := map[string]bool{}
	blocks := map[string]bool{}
	for _, b := range unitBlocks() {
		blocks[b.Label] = p.blocks[b.Value]
	}
	for _, u := range as.Units {
		if exists[u.Code] = true; p.units[u.Code] || p.blocks["tat-ca"] || blocks[u.Kind.Block()] {
			units = append(units, u.Code)
		}
	}
	for code := range p.units {
		if !exists[code] {
			units = append(units, code)
		}
	}
	return codes, units
}
