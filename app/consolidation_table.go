package app

import (
	"chiso/app/kpi"
	"chiso/store"
)

// Table is the consolidated table of one round. It is shared and never changed.
type Table struct {
	Set      kpi.IndicatorSet
	Round    kpi.Round
	Previous kpi.Month // zero: there is no earlier round
	Rows     []TableRow
	Units    int // units that have a sheet
	Accepted int // of them accepted
}

// TableRow is the province figure of one indicator.
type TableRow struct {
	Indicator *kpi.Indicator
	Figure    kpi.Figure
	Previous  *kpi.Figure // of the round before; nil where there was none
}

// tableSource says what a table is made of.
type tableSource struct {
	set             string
	month, previous kpi.Month
	acceptedOnly    bool
}

// keptTable holds as long as its definitions and what its rounds hold: once the deadline is over many look and nothing changes.
type keptTable struct {
	defs  *definitions
	tx    uint64 // that read it
	table *Table
}

const maxTables = 16

// Table returns the province figures of a round. People who may not see provisional figures get those of accepted
// cells only.
func (a *App) Table(actor kpi.Actor, set string, m kpi.Month, acceptedOnly bool) (t *Table, err error) {
	if err := kpi.May(actor.User, kpi.SeeConsolidated); err != nil {
		return nil, err
	}
	acceptedOnly = acceptedOnly || kpi.May(actor.User, kpi.SeeProvisional) != nil
	err = a.store.View(func(tx *store.Tx) error {
		t, err = a.table(tx, set, m, acceptedOnly)
		return err
	})
	return t, err
}

// table returns the consolidated table of a round.
func (a *App) table(tx *store.Tx, set string, m kpi.Month, acceptedOnly bool) (*Table, error) {
	r, err := tx.Round(set, m)
	if err != nil {
		return nil, err
	}
	defs, err := a.definitions(tx, set, m)
	if err != nil {
		return nil, err
	}
	rounds, err := tx.Rounds(set)
	if err != nil {
		return nil, err
	}
	var before kpi.Round
	for _, other := range rounds {
		if other.Month < m {
			before = other
		}
	}
	since := before.Month
	if since == 0 {
		since = m
	}
	of := tableSource{set, m, before.Month, acceptedOnly}
	if kept, ok := a.tables.get(of); ok && kept.defs == defs && tx.Same(set, since, m, kept.tx) {
		return kept.table, nil
	}
	t, err := a.readTable(tx, defs, r, before, acceptedOnly)
	if err == nil {
		a.tables.put(tx, of, keptTable{defs, tx.ID(), t}, maxTables)
	}
	return t, err
}

// readTable makes the table of round r beside the accepted figures of the round before, if there was one.
func (a *App) readTable(tx *store.Tx, defs *definitions, r, before kpi.Round, acceptedOnly bool) (*Table, error) {
	sheets, err := tx.Sheets(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	t := &Table{Set: defs.set, Round: r, Previous: before.Month, Units: len(sheets)}
	for _, s := range sheets {
		if s.State == kpi.Accepted {
			t.Accepted++
		}
	}
	now, err := a.roundFigures(tx, r, acceptedOnly)
	if err != nil {
		return nil, err
	}
	var then map[string]kpi.Figure
	if before.Month != 0 {
		if then, err = a.roundFigures(tx, before, true); err != nil {
			return nil, err
		}
	}
	for i := range defs.list {
		ind := &defs.list[i]
		f, due := now[ind.Code]
		if !due {
			continue
		}
		row := TableRow{Indicator: ind, Figure: f}
		if p, ok := then[ind.Code]; ok && defs.since[ind.Code] <= before.Month {
			row.Previous = &p
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// roundFigures returns the figures of a round by indicator: the frozen ones of a closed round, else live ones.
func (a *App) roundFigures(tx *store.Tx, r kpi.Round, acceptedOnly bool) (map[string]kpi.Figure, error) {
	if r.IsClosed() {
		return tx.Figures(r.Set, r.Month)
	}
	list, err := a.consolidate(tx, r, "", acceptedOnly)
	if err != nil {
		return nil, err
	}
	figures := make(map[string]kpi.Figure, len(list))
	for _, f := range list {
		figures[f.Indicator] = f
	}
	return figures, nil
}
