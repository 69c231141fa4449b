package web

import (
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// catalogueView is the list of the indicators of one set.
type catalogueView struct {
	page
	Heading      string
	Path         string
	Sets         []setTab
	Empty        bool // there is no set yet
	Manages      bool
	Edit         string // address of the form, to which a code is added
	Assign, Load string
	Filter       indicatorFilter
	Groups       []optionGroup
	Origins      []selectOption
	Frequencies  []selectOption
	Todo         bool // only what still has to be said
	TodoURL      string
	TodoCount    int
	Sections     []section[catalogueLine]
	Shown, Total int
	Basis        []string
}

// catalogueLine is one indicator of the list.
type catalogueLine struct {
	group                            string
	Code, Name, URL                  string
	Heading                          bool
	Unit, Direction, Target, Cadence string
	Units                            int
	Todo                             string // what still has to be said, for those who may say it
	Period                           string // «từ 12/2026» when it is not in force now
}

// indicatorsNow leads to the first set, keeping what was searched for.
func (s *Server) indicatorsNow(r *request) error {
	sets, err := s.App.Sets(r.actor)
	if err != nil {
		return err
	}
	if len(sets) > 0 {
		params := indicatorFilterOf(func(name string) string { return r.Query(name) }).values()
		if r.Query("can-khai") == "1" {
			params.Set("can-khai", "1")
		}
		return r.redirect(withParams("/chi-so/"+sets[0].Code, params))
	}
	v := catalogueView{page: s.page(r, "Chỉ số", crumb{"Chỉ số", ""}), Heading: "Chỉ số", Empty: true, Manages: kpi.May(r.actor.User, kpi.ManageSets) == nil}
	return r.Render("indicator/list", v)
}

func (s *Server) indicators(r *request) error {
	set := r.Params("set")
	if !kpi.ValidSet(set) {
		return kpi.Errorf(kpi.NotFound, "Không có bộ chỉ số này. Chọn bộ chỉ số trong trang Chỉ số.")
	}
	m := kpi.MonthOf(r.actor.At)
	c, err := s.App.Catalogue(r.actor, set, m)
	if err != nil {
		return err
	}
	v := catalogueView{page: s.page(r, c.Set.Name, crumb{"Chỉ số", ""}), Heading: c.Set.Name, Path: "/chi-so/" + set, Basis: c.Set.Basis,
		Filter: indicatorFilterOf(func(name string) string { return r.Query(name) }), Manages: kpi.May(r.actor.User, kpi.ManageSets) == nil,
		Edit: "/quan-tri/chi-so/" + set + "/", Assign: "/quan-tri/giao/" + set, Load: "/quan-tri/nap/indicators?set=" + set}
	if v.Sets, err = s.setTabs(r, set, "/chi-so/"); err != nil {
		return err
	}
	v.Todo = v.Manages && r.Query("can-khai") == "1"
	v.fill(c, m)
	return r.Render("indicator/list", v)
}

// fill words the catalogue as it holds in month m.
func (v *catalogueView) fill(c app.Catalogue, m kpi.Month) {
	v.Groups = groupChoice(c.Set, v.Filter.Group)
	v.Origins = choiceOf(v.Filter.Origin, "Tất cả", origins()...)
	v.Frequencies = choiceOf(v.Filter.Frequency, "Tất cả", frequencies()...)
	params := v.Filter.values()
	params.Set("can-khai", "1")
	v.TodoURL = withParams(v.Path, params)
	keep := v.Filter.keeper(c.Set)
	var lines []catalogueLine
	for _, ind := range c.Indicators {
		line := catalogueLineOf(ind, len(c.Leads[ind.Code]), m)
		line.URL = v.Path + "/" + ind.Code
		if !v.Manages {
			line.Todo = ""
		}
		if !ind.Heading {
			v.Total++
		}
		if !keep(ind) {
			continue
		}
		if line.Todo != "" {
			v.TodoCount++
		}
		if v.Todo && line.Todo == "" {
			continue
		}
		if !ind.Heading {
			v.Shown++
		}
		lines = append(lines, line)
	}
	v.Sections = sections(c.Set, lines, func(l catalogueLine) string { return l.group })
}

// catalogueLineOf words one indicator with the number of units that report it.
func catalogueLineOf(ind kpi.Indicator, units int, m kpi.Month) catalogueLine {
	line := catalogueLine{group: ind.Group, Code: ind.Code, Name: ind.Name, Heading: ind.Heading, Unit: ind.Unit, Units: units,
		Direction: ind.Direction.Label(), Cadence: ind.Frequency.Label(), Target: targetText(ind, m), Todo: todoText(ind)}
	switch {
	case ind.From > m:
		line.Period = "từ kỳ " + ind.From.Short()
	case ind.To != 0 && ind.To < m:
		line.Period = "hết hiệu lực sau kỳ " + ind.To.Short()
	}
	return line
}

// targetText words the target that holds in month m, the one of text alone where there is no bound.
func targetText(ind kpi.Indicator, m kpi.Month) string {
	t, _ := ind.TargetShown(m)
	return kpi.Clip(t.String(), 60)
}

// todoText says what still has to be said of an indicator, "" if nothing.
func todoText(ind kpi.Indicator) string {
	var parts []string
	if gaps := ind.Gaps(); len(gaps) > 0 {
		parts = append(parts, "Cần khai: "+strings.Join(gaps, ", "))
	}
	if n := len(ind.Flags); n > 0 {
		parts = append(parts, "Cần xem lại: "+kpi.Clip(strings.Join(ind.Flags, "; "), 160))
	}
	return strings.Join(parts, ". ")
}

// indicatorsExcel is the set, or what of it is to be completed, as a workbook that can be changed and loaded again.
func (s *Server) indicatorsExcel(r *request) error {
	if !kpi.ValidSet(r.Params("set")) {
		return kpi.Errorf(kpi.NotFound, "Không có bộ chỉ số này.")
	}
	name, book, err := s.App.ExportIndicators(r.actor, r.Params("set"), kpi.MonthOf(r.actor.At), r.Query("can-khai") == "1")
	if err != nil {
		return err
	}
	return r.sendExcel(name, book)
}
