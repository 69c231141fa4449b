package store

import (
	"encoding/binary"
	"slices"

	"chiso/app/kpi"
)

// PutSet stores an indicator set.
func (tx *Tx) PutSet(s kpi.IndicatorSet, ev kpi.Event) error {
	if err := s.Validate(); err != nil {
		return err
	}
	if err := tx.putJSON(tSet, key(s.Code), s, ev); err != nil {
		return err
	}
	return tx.changeDefinitions()
}

// changeDefinitions notes that what Definitions counts has changed.
func (tx *Tx) changeDefinitions() error {
	n, err := tx.Events()
	if err != nil {
		return err
	}
	return tx.putMeta("definitions", number(n))
}

// Definitions returns the number of the last event that changed a set or an indicator: as long as it is the same,
// so are they.
func (tx *Tx) Definitions() (uint64, error) {
	v, err := tx.getMeta("definitions")
	if err != nil || len(v) != 8 {
		return 0, err
	}
	return binary.BigEndian.Uint64(v), nil
}

// Set returns an indicator set.
func (tx *Tx) Set(code string) (kpi.IndicatorSet, error) {
	return must(tx, tSet, key(code), "Không có bộ chỉ số «"+kpi.Clip(code, 32)+"».", tx.memos.sets.decode)
}

// Sets returns all indicator sets by code.
func (tx *Tx) Sets() ([]kpi.IndicatorSet, error) { return list(tx, tSet, nil, tx.memos.sets.decode) }

// PutIndicator stores one version of an indicator.
func (tx *Tx) PutIndicator(ind kpi.Indicator, ev kpi.Event) error {
	if err := ind.Validate(); err != nil {
		return err
	}
	if err := tx.putJSON(tIndicator, key(ind.Set, ind.Code, ind.From.String()), ind, ev); err != nil {
		return err
	}
	return tx.changeDefinitions()
}

// IndicatorVersion returns the version of an indicator that begins in the given month.
func (tx *Tx) IndicatorVersion(set, code string, from kpi.Month) (kpi.Indicator, error) {
	return mustJSON[kpi.Indicator](tx, tIndicator, key(set, code, from.String()), "Không có chỉ số «"+kpi.Clip(code, 32)+"» trong bộ này.")
}

// IndicatorVersions returns all versions of an indicator, the oldest first.
func (tx *Tx) IndicatorVersions(set, code string) ([]kpi.Indicator, error) {
	return listJSON[kpi.Indicator](tx, tIndicator, prefix(set, code))
}

// Indicator returns the version in force in month m, or the first one if the indicator begins later.
func (tx *Tx) Indicator(set, code string, m kpi.Month) (kpi.Indicator, error) {
	versions, err := tx.IndicatorVersions(set, code)
	if err != nil {
		return kpi.Indicator{}, err
	}
	if len(versions) == 0 {
		return kpi.Indicator{}, kpi.Errorf(kpi.NotFound, "Không có chỉ số «%s» trong bộ này.", kpi.Clip(code, 32))
	}
	return inForce(versions, m), nil
}

// Indicators returns every indicator of a set in the version in force in month m, in the order of their codes read
// as people number things: 2 before 10, 2.9 before 2.10.
func (tx *Tx) Indicators(set string, m kpi.Month) ([]kpi.Indicator, error) {
	all, err := listJSON[kpi.Indicator](tx, tIndicator, prefix(set))
	if err != nil {
		return nil, err
	}
	var list []kpi.Indicator
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].Code == all[0].Code {
			n++
		}
		list = append(list, inForce(all[:n], m))
		all = all[n:]
	}
	slices.SortStableFunc(list, func(a, b kpi.Indicator) int { return kpi.CompareCodes(a.Code, b.Code) })
	return list, nil
}

// inForce picks from the versions of one indicator, the oldest first, the one in force in month m.
func inForce(versions []kpi.Indicator, m kpi.Month) kpi.Indicator {
	current := versions[0]
	for _, v := range versions[1:] {
		if v.From <= m {
			current = v
		}
	}
	return current
}

// PutAssignment stores an assignment.
func (tx *Tx) PutAssignment(a kpi.Assignment, ev kpi.Event) error {
	return tx.putJSON(tAssignment, key(a.Set, a.Unit, a.Indicator), a, ev)
}

// DropAssignment removes an assignment.
func (tx *Tx) DropAssignment(a kpi.Assignment, ev kpi.Event) error {
	if err := tx.delete(tAssignment, key(a.Set, a.Unit, a.Indicator)); err != nil {
		return err
	}
	return tx.log(ev)
}

// Assignments returns the assignments of one unit in a set, or of all its units if unit is "".
func (tx *Tx) Assignments(set, unit string) ([]kpi.Assignment, error) {
	p := prefix(set)
	if unit != "" {
		p = prefix(set, unit)
	}
	return listJSON[kpi.Assignment](tx, tAssignment, p)
}

// Assignment returns what a unit has to do with an indicator; ok is false when that is nothing.
func (tx *Tx) Assignment(set, unit, indicator string) (a kpi.Assignment, ok bool, err error) {
	return getJSON[kpi.Assignment](tx, tAssignment, key(set, unit, indicator))
}
