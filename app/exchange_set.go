package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// ExportIndicators returns the indicators of a set as they hold in month m, in the form of the full template: what is
// imported from it again changes nothing.
func (a *App) ExportIndicators(actor kpi.Actor, set string, m kpi.Month) (name string, data []byte, err error) {
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil && !actor.IsSystem() {
		return "", nil, err
	}
	var forms []indicatorForm
	var s kpi.IndicatorSet
	err = a.store.View(func(tx *store.Tx) error {
		defs, err := a.definitions(tx, set, m)
		if err != nil {
			return err
		}
		s = defs.set
		units, err := tx.Units()
		if err != nil {
			return err
		}
		list, err := tx.Assignments(set, "")
		if err != nil {
			return err
		}
		forms = make([]indicatorForm, len(defs.list))
		for i, ind := range defs.list {
			g, _ := s.Group(ind.Group)
			forms[i] = indicatorForm{Indicator: ind, group: g, leads: unitList(units, list, ind.Code, kpi.Lead, m), supports: unitList(units, list, ind.Code, kpi.Support, m)}
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	years := formYears()
	for _, f := range forms {
		for _, y := range targetYears(f.Targets) {
			if !slices.Contains(years, y) {
				years = append(years, y)
			}
		}
	}
	slices.Sort(years)
	fields := indicatorFields(years)
	var rows [][]workbook.Value
	for _, f := range forms {
		texts := make([]string, len(fields))
		for i, field := range fields {
			texts[i] = field.show(f)
		}
		rows = append(rows, textRow(texts))
	}
	columns := formColumns(fields)
	doc := workbook.Doc{Title: s.Name, Author: "chiso", Made: actor.At,
		Grids: []workbook.Grid{formGrid("Chỉ số", columns, rows), checkGrid(s.Checks), guideGrid(s.Name, columns)}}
	data, err = doc.Bytes()
	return "Chi-so-" + set + ".xlsx", data, err
}

// unitList returns the units that report an indicator in month m: all communes by one word, others by code.
func unitList(units []kpi.Unit, list []kpi.Assignment, code string, role kpi.AssignRole, m kpi.Month) []string {
	has := map[string]bool{}
	for _, as := range list {
		if as.Indicator == code && as.Role == role && as.Active(m) {
			has[as.Unit] = true
		}
	}
	commune := func(u kpi.Unit) bool { return u.Kind.Block() == kpi.BlockCommunes }
	all, any := true, false
	for _, u := range units {
		if commune(u) && u.Active(m) {
			all, any = all && has[u.Code], true
		}
	}
	var names []string
	whole := all && any
	if whole {
		names = append(names, "Tất cả xã, phường")
	}
	for _, u := range units {
		if has[u.Code] && !(whole && commune(u) && u.Active(m)) {
			names = append(names, u.Code)
		}
	}
	return names
}
