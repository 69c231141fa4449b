package app

import (
	"math/big"
	"slices"

	"chiso/app/kpi"
)

// demoUnit is a unit with the values that it will report.
type demoUnit struct {
	kpi.Unit
	tracks    []*track   // in the set's order
	relations []relation // the set's checks and weights on these tracks
	past      map[string][]kpi.Cell
}

// relation is a check or a weight by the places of its indicators among the tracks.
type relation struct {
	kind  kpi.CheckKind // "" for a weight
	left  int
	right []int
}

// newDemoUnits prepares the units' values; list is in the set's order.
func newDemoUnits(c *demoContent, list []demoIndicator, span demoSpan) []*demoUnit {
	units := make([]*demoUnit, 0, len(c.units))
	for _, u := range c.units {
		d := &demoUnit{Unit: u, past: map[string][]kpi.Cell{}}
		place := map[string]int{}
		for i := range list {
			if _, found := slices.BinarySearch(list[i].leads, u.Code); found {
				place[list[i].Code] = len(d.tracks)
				d.tracks = append(d.tracks, newTrack(&list[i], u, span))
			}
		}
		d.relate(c.set.Checks, place)
		units = append(units, d)
	}
	return units
}

func (u *demoUnit) relate(checks []kpi.CrossCheck, place map[string]int) {
	add := func(kind kpi.CheckKind, left string, right ...string) {
		l, ok := place[left]
		r := relation{kind: kind, left: l}
		for _, code := range right {
			i, has := place[code]
			ok = ok && has
			r.right = append(r.right, i)
		}
		if ok {
			u.relations = append(u.relations, r)
		}
	}
	for _, k := range checks {
		add(k.Kind, k.Left, k.Right...)
	}
	for _, t := range u.tracks {
		if t.ind.Aggregation == kpi.AggWeighted {
			add("", t.ind.Code, t.ind.WeightBy)
		}
	}
}

// next returns the contents of the unit's cells in month m, one for each track, with the rules between them kept.
// odd is the chance, in ppm, that a cell has no number for some reason.
func (u *demoUnit) next(m kpi.Month, odd int64) []kpi.Cell {
	cells := make([]kpi.Cell, len(u.tracks))
	for i, t := range u.tracks {
		cells[i] = t.next(m)
		if d := newOdd(t, m); d.chance(odd) {
			t.odd(&cells[i], m, &d)
		}
	}
	for _, r := range u.relations {
		r.keep(cells)
	}
	for i, t := range u.tracks {
		cells[i].CellKey = kpi.CellKey{Set: t.ind.Set, Month: m, Unit: u.Code, Indicator: t.ind.Code}
	}
	return cells
}

// keep changes the left side where the rule between the cells is broken.
func (r relation) keep(cells []kpi.Cell) {
	left, right := &cells[r.left], cells[r.right[0]]
	switch r.kind {
	case kpi.CheckSum:
		var sum int64
		for _, i := range r.right {
			coef, _ := cells[i].Value.Parts() // whole numbers
			sum += coef
		}
		left.Content, left.Value = kpi.HasValue, kpi.Dec(sum)
	case kpi.CheckLE:
		if left.Value.Cmp(right.Value) > 0 {
			left.Content, left.Value = right.Content, right.Value
		}
	default:
		if right.Value.Sign() == 0 {
			*left = kpi.Cell{Content: kpi.NotApplicable, Text: "Trong kỳ không phát sinh phiếu đánh giá nên không có điểm bình quân."}
		}
	}
}

func newOdd(t *track, m kpi.Month) dice {
	d := dice{t.dice.state ^ 0xa5a5a5a5}
	return d.at(int32(m))
}

// odd takes the number out of a cell, for a reason that an official would give. What other indicators rest on keeps
// its number.
func (t *track) odd(c *kpi.Cell, m kpi.Month, d *dice) {
	flow := t.ind.Accumulation == kpi.Flow && t.shared
	switch n := d.below(10); {
	case c.Content != kpi.HasValue || t.ind.Kind == kpi.KindText:
	case flow && n < 3 && (t.ind.Kind == kpi.KindNumber && t.ind.Decimals == 0 || t.ind.Kind == kpi.KindRatio):
		*c = kpi.Cell{Content: kpi.NoneOccurred}
	case t.ind.Kind == kpi.KindNumber:
	case flow && n < 6:
		*c = kpi.Cell{Content: kpi.NotApplicable, Text: pick(d, whyNotApplicable())}
	default:
		*c = kpi.Cell{Content: kpi.NoData, Text: pick(d, whyNoData()), Expected: kpi.FormatDate(m.Day(20 + d.below(5)))}
	}
}

// explain answers the warnings that a cell would get, by a note or by the tick that the number was checked.
func (u *demoUnit) explain(ind kpi.Indicator, c *kpi.Cell) {
	past := u.past[ind.Code]
	if !warns(kpi.CheckCell(ind, *c, kpi.PastOf(past...).Values, c.Month)) {
		return
	}
	x, ok := c.Number(ind)
	last := new(big.Rat)
	for _, p := range past {
		if v, has := p.Number(ind); has {
			last = v
			break
		}
	}
	d := newDice("why", c.ID())
	switch {
	case !ok || x.Cmp(last) == 0:
		c.Confirmed = true
	case ind.Accumulation == kpi.Cumulative && c.Month.Calendar() == 1:
		c.Note = "Chỉ số lũy kế, từ tháng 01 tính lại từ đầu năm."
	case c.Content == kpi.NoneOccurred:
		c.Note = "Đã rà soát hệ thống, trong kỳ không phát sinh."
	case x.Cmp(last) > 0:
		c.Note = pick(&d, whyMore())
	default:
		c.Note = pick(&d, whyLess())
	}
}

// warns reports whether there is an issue that wants an explanation.
func warns(issues []kpi.Issue) bool {
	return slices.ContainsFunc(issues, func(i kpi.Issue) bool { return i.Level == kpi.Warning })
}

// remember keeps the cells as the most recent past.
func (u *demoUnit) remember(cells []kpi.Cell) {
	for _, c := range cells {
		past := slices.Insert(u.past[c.Indicator], 0, c)
		u.past[c.Indicator] = past[:min(len(past), pastRounds)]
	}
}
