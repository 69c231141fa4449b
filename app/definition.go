package app

import (
	"chiso/app/kpi"
	"chiso/store"
)

// definitions are a set and its indicators as they hold in one month. They are shared and never changed: decoding three hundred
// indicators for each page would cost more than everything else on it.
type definitions struct {
	number uint64 // store.Tx.Definitions when they were read
	set    kpi.IndicatorSet
	list   []kpi.Indicator // in the order of groups, then codes
	byCode map[string]*kpi.Indicator
	since  map[string]kpi.Month // from when an indicator's numbers are in today's unit; only of those that had another
}

const maxDefinitions = 100

// roundID names the round of a set.
type roundID struct {
	set   string
	month kpi.Month
}

// definitions returns a set and its indicators as they hold in month m.
func (a *App) definitions(tx *store.Tx, set string, m kpi.Month) (*definitions, error) {
	number, err := tx.Definitions()
	if err != nil {
		return nil, err
	}
	id := roundID{set, m}
	if d, ok := a.defs.get(id); ok && d.number == number {
		return d, nil
	}
	d, err := readDefinitions(tx, set, m)
	if err == nil {
		d.number = number
		a.defs.put(tx, id, d, maxDefinitions)
	}
	return d, err
}

// readDefinitions returns the definitions of a month: of a closed round those that were frozen with it.
func readDefinitions(tx *store.Tx, set string, m kpi.Month) (*definitions, error) {
	s, all, closed, err := tx.FrozenDefinitions(set, m)
	if err == nil && !closed {
		if s, err = tx.Set(set); err == nil {
			all, err = tx.Indicators(set, m)
		}
	}
	if err != nil {
		return nil, err
	}
	d := &definitions{set: s, byCode: make(map[string]*kpi.Indicator, len(all)), since: map[string]kpi.Month{}}
	if err := d.readSince(tx, all, m); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, g := range s.Groups {
		known[g.Code] = true
		for _, ind := range all {
			if ind.Group == g.Code {
				d.list = append(d.list, ind)
			}
		}
	}
	for _, ind := range all {
		if !known[ind.Group] {
			d.list = append(d.list, ind)
		}
	}
	for i := range d.list {
		d.byCode[d.list[i].Code] = &d.list[i]
	}
	return d, nil
}

// readSince looks for the indicators whose numbers were in another unit in a round before m.
func (d *definitions) readSince(tx *store.Tx, all []kpi.Indicator, m kpi.Month) error {
	rounds, err := tx.Rounds(d.set.Code)
	if err != nil || len(rounds) == 0 {
		return err
	}
	for _, ind := range all {
		if ind.From <= rounds[0].Month {
			continue
		}
		versions, err := tx.IndicatorVersions(ind.Set, ind.Code)
		if err != nil {
			return err
		}
		for i := 1; i < len(versions) && versions[i].From <= m; i++ {
			if !kpi.Commensurable(versions[i-1], versions[i]) {
				d.since[ind.Code] = versions[i].From
			}
		}
	}
	return nil
}

// of returns the indicator with a code, an empty one if the set has none.
func (d *definitions) of(code string) *kpi.Indicator {
	if ind, ok := d.byCode[code]; ok {
		return ind
	}
	return new(kpi.Indicator)
}

// due returns the indicators with the given codes in the set's order.
func (d *definitions) due(codes []string) []*kpi.Indicator {
	wanted := make(map[string]bool, len(codes))
	for _, c := range codes {
		wanted[c] = true
	}
	list := make([]*kpi.Indicator, 0, len(codes))
	for i := range d.list {
		if wanted[d.list[i].Code] {
			list = append(list, &d.list[i])
		}
	}
	return list
}
