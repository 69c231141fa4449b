package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// ExportIndicators returns the indicators of a set as they hold in month m, in the form of the full template: what is
// imported from it again changes nothing. todo leaves those of which something still has to be said, with the columns
// in which it is said.
func (a *App) ExportIndicators(actor kpi.Actor, set string, m kpi.Month, todo bool) (name string, data []byte, err error) {
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
		for _, ind := range defs.list {
			if todo && !ind.Todo() {
				continue
			}
			g, _ := s.Group(ind.Group)
			forms = append(forms, indicatorForm{Indicator: ind, group: g, leads: unitList(units, list, ind.Code, kpi.Lead, m), supports: unitList(units, list, ind.Code, kpi.Support, m)})
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
	if todo {
		fields = todoFields(fields)
	}
	var rows [][]workbook.Value
	for _, f := range forms {
		texts := make([]string, len(fields))
		for i, field := range fields {
			texts[i] = field.show(f)
		}
		rows = append(rows, textRow(texts))
	}
	columns := formColumns(fields)
	list := formGrid("Chỉ số", columns, rows)
	list.Tall = todo
	doc := workbook.Doc{Title: s.Name, Author: "chiso", Made: actor.At, Grids: []workbook.Grid{list}}
	name = "Chi-so-can-khai-" + set + ".xlsx"
	if !todo {
		name = "Chi-so-" + set + ".xlsx"
		doc.Grids = append(doc.Grids, checkGrid(s.Checks))
	}
	doc.Grids = append(doc.Grids, guideGrid(s.Name, columns))
	data, err = doc.Bytes()
	return name, data, err
}

// todoFields chooses the columns in which an indicator is declared that came with little more than a name, those that
// all need first.
func todoFields(all []formField) []formField {
	keys := []string{"code", "name", "unit", "kind", "direction", "frequency", "accumulation", "aggregation", "leads", "flags",
		"decimals", "numerator", "denominator", "scale", "share", "grades", "weightby", "heading"}
	fields := make([]formField, len(keys))
	for _, f := range all {
		if i := slices.Index(keys, f.key); i >= 0 {
			fields[i] = f
		}
	}
	return fields
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
