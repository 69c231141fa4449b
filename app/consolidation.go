package app

import (
	"math/big"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// consolidate computes the figures of the round's due indicators from the cells, in one scan of them; of one
// indicator alone if only is not "".
func (a *App) consolidate(tx *store.Tx, r kpi.Round, only string, acceptedOnly bool) ([]kpi.Figure, error) {
	defs, err := a.definitions(tx, r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	due, err := tx.RoundDue(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	owed := map[string]int{}
	for _, codes := range due {
		for _, code := range codes {
			owed[code]++
		}
	}
	sums := make(map[string]*kpi.Aggregator, len(owed))
	for code, n := range owed {
		if only == "" || code == only {
			sums[code] = kpi.NewAggregator(*defs.of(code), n)
		}
	}
	sheets, err := tx.Sheets(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	add := adder{tx: tx, defs: defs, sums: sums, acceptedOnly: acceptedOnly}
	if err := add.round(r, sheets, only); err != nil {
		return nil, err
	}
	overrides, err := tx.Overrides(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	figures := make([]kpi.Figure, 0, len(sums))
	for _, ind := range defs.list {
		sum, ok := sums[ind.Code]
		if !ok {
			continue
		}
		f := sum.Figure()
		if o, ok := overrides[ind.Code]; ok {
			f.Override = &o
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// adder adds cells to the sums of their indicators.
type adder struct {
	tx           *store.Tx
	defs         *definitions
	sums         map[string]*kpi.Aggregator
	acceptedOnly bool
}

// round adds all cells of a round in one scan; of one indicator alone, by one look-up a unit, if only is not "".
func (a adder) round(r kpi.Round, sheets []kpi.Sheet, only string) error {
	if only != "" {
		for _, s := range sheets {
			c, err := a.tx.Cell(kpi.CellKey{Set: s.Set, Month: s.Month, Unit: s.Unit, Indicator: only})
			if err != nil {
				return err
			}
			if err := a.cell(s, c); err != nil {
				return err
			}
		}
		return nil
	}
	byUnit := make(map[string]kpi.Sheet, len(sheets))
	for _, s := range sheets {
		byUnit[s.Unit] = s
	}
	var s kpi.Sheet
	for c, err := range a.tx.RoundValues(r.Set, r.Month) {
		if err != nil {
			return err
		}
		if c.Unit != s.Unit {
			s = byUnit[c.Unit]
		}
		if err := a.cell(s, c); err != nil {
			return err
		}
	}
	return nil
}

func (a adder) cell(s kpi.Sheet, c kpi.Cell) error {
	sum, accepted := a.sums[c.Indicator], s.Accepts(c)
	if sum == nil {
		return nil
	}
	var weight *big.Rat
	if by := sum.WeightBy(); by != "" {
		k := c.CellKey
		k.Indicator = by
		w, err := a.tx.Cell(k)
		if err != nil {
			return err
		}
		weight, _ = w.Number(*a.defs.of(by))
		accepted = accepted && s.Accepts(w) // a product is no surer than its factors
	}
	if a.acceptedOnly && !accepted {
		return nil
	}
	sum.Add(c, accepted, weight)
	return nil
}

// Detail is the figure of one indicator in one round with the cells of all units behind it.
type Detail struct {
	Set       kpi.IndicatorSet
	Round     kpi.Round
	Indicator kpi.Indicator
	Figure    kpi.Figure // of all cells that the actor may see
	Accepted  kpi.Figure // of accepted cells alone
	Units     []UnitCell // in the order of unit kinds and names
	Setter    string     // name of who set the override of the figure, "" if there is none
}

// UnitCell is a unit's cell behind a figure.
type UnitCell struct {
	Unit     kpi.Unit
	Sheet    kpi.Sheet
	Cell     kpi.Cell
	Accepted bool
	Hidden   bool // the actor may not see the value: it is provisional and of another unit
}

// Detail returns the units' cells behind a province figure.
func (a *App) Detail(actor kpi.Actor, set string, m kpi.Month, code string) (Detail, error) {
	var d Detail
	if err := kpi.May(actor.User, kpi.SeeConsolidated); err != nil {
		return d, err
	}
	all := kpi.May(actor.User, kpi.SeeProvisional) == nil
	err := a.store.View(func(tx *store.Tx) error {
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		defs, err := a.definitions(tx, set, m)
		if err != nil {
			return err
		}
		ind, ok := defs.byCode[code]
		if !ok {
			return kpi.Errorf(kpi.NotFound, "Không có chỉ số «%s» trong bộ này.", kpi.Clip(code, 32))
		}
		d = Detail{Set: defs.set, Round: r, Indicator: *ind}
		figures, err := a.figureOf(tx, r, code, !all)
		if err != nil {
			return err
		}
		d.Figure, d.Accepted = figures, figures
		if all {
			if d.Accepted, err = a.figureOf(tx, r, code, true); err != nil {
				return err
			}
		}
		if o := figures.Override; o != nil {
			people, err := names(tx, []string{o.By})
			if err != nil {
				return err
			}
			d.Setter = people[o.By]
		}
		due, err := tx.RoundDue(set, m)
		if err != nil {
			return err
		}
		sheets, err := tx.Sheets(set, m)
		if err != nil {
			return err
		}
		for _, s := range sheets {
			if !slices.Contains(due[s.Unit], code) {
				continue
			}
			u := UnitCell{Sheet: s}
			if u.Unit, err = tx.Unit(s.Unit); err != nil {
				return err
			}
			if u.Cell, err = tx.Cell(kpi.CellKey{Set: set, Month: m, Unit: s.Unit, Indicator: code}); err != nil {
				return err
			}
			u.Accepted = s.Accepts(u.Cell)
			if u.Hidden = !all && !u.Accepted && kpi.MaySeeUnit(actor.User, s.Unit) != nil; u.Hidden {
				u.Cell = kpi.Cell{CellKey: u.Cell.CellKey}
			}
			d.Units = append(d.Units, u)
		}
		sortUnits(d.Units, func(u UnitCell) kpi.Unit { return u.Unit })
		return nil
	})
	return d, err
}

// figureOf returns the figure of one indicator in a round; the zero Figure if it was not due.
func (a *App) figureOf(tx *store.Tx, r kpi.Round, code string, acceptedOnly bool) (kpi.Figure, error) {
	if r.IsClosed() {
		f, _, err := tx.FrozenFigure(r.Set, r.Month, code)
		return f, err
	}
	list, err := a.consolidate(tx, r, code, acceptedOnly)
	if err != nil || len(list) == 0 {
		return kpi.Figure{Indicator: code}, err
	}
	return list[0], nil
}

// SetOverride puts another province figure beside the computed one, with a reason; blank raw takes it back.
func (a *App) SetOverride(actor kpi.Actor, set string, m kpi.Month, code, raw, reason string) error {
	return a.changeRound(actor, kpi.SetFigure, set, m, reason, "Ghi lý do đặt số toàn tỉnh.", func(tx *store.Tx, r kpi.Round, reason string) error {
		ind, err := tx.Indicator(set, code, m)
		if err != nil {
			return err
		}
		if ind.Heading || ind.Kind == kpi.KindText {
			return kpi.Errorf(kpi.Invalid, "Chỉ số %s không có số toàn tỉnh để đặt.", code)
		}
		f, err := a.figureOf(tx, r, code, true)
		if err != nil {
			return err
		}
		if f.Due == 0 {
			return kpi.Errorf(kpi.Conflict, "Chỉ số %s không báo cáo trong kỳ %s nên không đặt số toàn tỉnh được.", code, m.Short())
		}
		overrides, err := tx.Overrides(set, m)
		if err != nil {
			return err
		}
		old, had := overrides[code]
		before := ""
		if had {
			before = kpi.FormatDecimal(old.Value, 0)
		}
		n, err := kpi.ParseNumber(raw, kpi.NumberFormat{Decimals: ind.FigureDecimals(), Percent: ind.Percent()})
		if err != nil {
			return &kpi.Error{Kind: kpi.Invalid, Msg: err.Error(), Fields: map[string]string{"value": err.Error()}}
		}
		o := kpi.Override{Set: set, Month: m, Indicator: code, Value: n.Value, Reason: reason, By: actor.User.Login, At: actor.At}
		object := "figure/" + r.ID() + "/" + code
		if err := unchanged(tx, actor, object); err != nil {
			return err
		}
		switch {
		case n.Empty && had:
			return tx.DropOverride(old, actor.Event(kpi.VerbOverride, object, before, "(số tự tính)", reason))
		case n.Empty:
			return kpi.Errorf(kpi.Invalid, "Ghi số toàn tỉnh cần đặt.")
		}
		return tx.PutOverride(o, actor.Event(kpi.VerbOverride, object, before, kpi.FormatDecimal(n.Value, 0), reason))
	})
}
