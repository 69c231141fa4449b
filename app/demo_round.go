package app

import (
	"fmt"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// demoOdd is the chance in ppm that a cell of the demo has no number.
const demoOdd = 12_000

// roundPlan is one month of the demo before any of it is stored.
type roundPlan struct {
	round  kpi.Round
	sheets []*sheetPlan
	closes time.Time // zero: the round stays open
}

// planRound makes up one month: what is due, what happens to the sheets, and when the round is closed.
func (s *seeder) planRound(m kpi.Month) *roundPlan {
	r, opened := s.newRound(m)
	p := &roundPlan{round: r}
	running := m == s.span.last
	var fates map[string]fate
	earlier := 0
	if running {
		fates = runningFates(s.units)
	} else {
		over := !s.now.Before(r.Locks)
		fates = settledFates(s.units, m, over)
		for m.Day(21).AddDate(0, 0, -earlier).Add(18 * time.Hour).After(s.now) {
			earlier++
		}
		if over {
			p.closes = r.Locks.Add(9*time.Hour + 30*time.Minute)
			if p.closes.After(s.now) {
				p.closes = s.now
			}
		}
	}
	for _, u := range s.units {
		values := u.next(m, demoOdd)
		sp := newSheetPlan(u, m)
		if len(sp.due) == 0 {
			continue
		}
		luck := newDice("sheet", m.String(), u.Code)
		f := fates[u.Code]
		t := settledTimes(m, earlier, f, &luck)
		if running {
			t = runningTimes(opened, &luck)
		}
		sp.entered = s.plan(sp, m, values, f, t, &luck)
		u.remember(sp.entered)
		p.sheets = append(p.sheets, sp)
	}
	return p
}

// store stores the round, the steps of all its sheets in the order of time.
func (s *seeder) store(p *roundPlan) error {
	r := p.round
	err := s.app.store.Update(func(tx *store.Tx) error {
		type step struct {
			planStep
			on *demoSheet
		}
		var steps []step
		cells := 0
		for _, sp := range p.sheets {
			d := s.newSheet(r, sp)
			cells += d.Due
			if err := tx.AddSheet(d.Sheet, sp.codes()); err != nil {
				return err
			}
			for _, st := range sp.steps {
				steps = append(steps, step{st, d})
			}
		}
		what := fmt.Sprintf("%d biểu, %d ô; hạn nộp %s", len(p.sheets), cells, kpi.FormatDeadline(r.UnitDue))
		opens := s.actor(kpi.Coordinator, "", r.Opened)
		if err := tx.PutRound(r, opens.Event(kpi.VerbOpen, "round/"+r.ID(), "", what, "")); err != nil {
			return err
		}
		slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
		for _, st := range steps {
			if err := st.run(st.on, tx, s.actor(st.who, st.on.Unit, st.at)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || p.closes.IsZero() {
		return err
	}
	return s.app.CloseRound(s.actor(kpi.Coordinator, "", p.closes), r.Set, r.Month, true)
}

// newRound returns the round of month m with its dates, and the midnight from which units worked on it. The current
// round may have been opened before its month, so that it has been open for a week.
func (s *seeder) newRound(m kpi.Month) (r kpi.Round, opened time.Time) {
	r = kpi.Round{Set: s.content.set.Code, Month: m, Dates: kpi.DefaultDates(m), Opened: m.Day(1).AddDate(0, 0, -3).Add(9 * time.Hour),
		OpenedBy: demoLogin(kpi.Coordinator, "")}
	y, mon, day := s.now.In(kpi.Location).Date()
	opened = time.Date(y, mon, day-7, 0, 0, 0, 0, kpi.Location)
	if m == s.span.last && opened.Before(r.Opens) {
		r.Opens, r.Opened = opened, opened.Add(7*time.Hour)
	}
	r.Opened = r.Opened.UTC()
	return r, opened
}

// newSheetPlan returns the plan of a unit's sheet, without any step.
func newSheetPlan(u *demoUnit, m kpi.Month) *sheetPlan {
	p := &sheetPlan{unit: u}
	for _, t := range u.tracks {
		if t.ind.Due(m) {
			p.due = append(p.due, t.ind)
		}
	}
	habit := newDice("excel", u.Code)
	if habit.chance(120_000) {
		p.source = kpi.FromExcel
	}
	return p
}

func (p *sheetPlan) codes() []string {
	codes := make([]string, len(p.due))
	for i, ind := range p.due {
		codes[i] = ind.Code
	}
	return codes
}

// newSheet returns the planned sheet as it is when the round opens.
func (s *seeder) newSheet(r kpi.Round, p *sheetPlan) *demoSheet {
	d := &demoSheet{source: p.source, sheet: sheet{round: r, unit: p.unit.Unit, defs: s.defs, due: p.due, cells: map[string]kpi.Cell{},
		Sheet: kpi.Sheet{Set: r.Set, Month: r.Month, Unit: p.unit.Code, State: kpi.Draft, Due: len(p.due)}}}
	for _, ind := range p.due {
		d.cells[ind.Code] = kpi.Cell{CellKey: kpi.CellKey{Set: r.Set, Month: r.Month, Unit: p.unit.Code, Indicator: ind.Code}}
	}
	return d
}

// plan plans the sheet's life up to its fate and returns the cells as they stand in the end.
func (s *seeder) plan(p *sheetPlan, m kpi.Month, values []kpi.Cell, f fate, t demoTimes, luck *dice) []kpi.Cell {
	cells := make([]kpi.Cell, 0, len(p.due))
	for i, tr := range p.unit.tracks {
		if tr.ind.Due(m) {
			p.unit.explain(*tr.ind, &values[i])
			cells = append(cells, values[i])
		}
	}
	p.prove(t.submit.Add(-2*time.Minute), m, cells, f)
	switch f.end {
	case kpi.StatusNotStarted:
		return nil
	case kpi.StatusInProgress:
		return s.begin(p, cells, t, luck)
	}
	sentBack := f.unit || f.province || f.end == kpi.StatusReturnedUnit || f.end == kpi.StatusReturnedProvince
	at, first := -1, slices.Clone(cells)
	if sentBack {
		at = s.mistake(p.unit, first, false, luck)
	}
	s.enterAll(p, first, t, luck)
	mend := func(when time.Time) {
		fixed := cells[at]
		if fixed.Note == "" {
			fixed.Note = pick(luck, howCorrected())
		}
		cells[at] = fixed
		p.enter(when, fixed)
		p.submit(when.Add(minutes(luck, 3, 6)))
	}
	p.submit(t.submit)
	last := t.submit
	if f.end == kpi.StatusAtUnit {
		return cells
	}
	if f.unit || f.end == kpi.StatusReturnedUnit {
		last = last.Add(minutes(luck, 10, 40))
		p.sendBack(last, kpi.ActUnitReturn, p.due[at].Code, pick(luck, whyUnitReturns()))
		if f.end == kpi.StatusReturnedUnit {
			return first
		}
		last = last.Add(minutes(luck, 8, 20))
		mend(last)
		last = last.Add(6 * time.Minute)
	}
	p.approve(last.Add(minutes(luck, 12, 30)))
	if f.end == kpi.StatusAtProvince && !f.province {
		return cells
	}
	if f.province || f.end == kpi.StatusReturnedProvince {
		p.sendBack(t.review, kpi.ActProvinceReturn, p.due[at].Code, pick(luck, whyProvinceReturns()))
		if f.end == kpi.StatusReturnedProvince {
			return first
		}
		mend(t.mended)
		p.approve(t.mended.Add(minutes(luck, 10, 50)))
	}
	if f.end == kpi.StatusAtProvince {
		return cells
	}
	p.accept(t.accept)
	return cells
}

// begin enters a part of the sheet, here and there with a slip that has not been noticed yet.
func (s *seeder) begin(p *sheetPlan, cells []kpi.Cell, t demoTimes, luck *dice) []kpi.Cell {
	n := len(cells) / 2
	slip := true
	if !slices.ContainsFunc(demoCast(), func(c castMember) bool { return c.unit == p.unit.Code }) {
		n = max(1, len(cells)*luck.between(20, 80)/100)
		slip = luck.chance(150_000)
	}
	cells = slices.Clone(cells[:n])
	if slip {
		s.mistake(p.unit, cells, true, luck)
	}
	s.enterAll(p, cells, t, luck)
	return cells
}

// enterAll enters the cells in order, the last ones shortly before submission, now and then with a slip that is put
// right at once.
func (s *seeder) enterAll(p *sheetPlan, cells []kpi.Cell, t demoTimes, luck *dice) {
	split := 0
	if luck.chance(400_000) {
		split = len(cells) / 2
	}
	begin := t.submit.Add(-5*time.Minute - time.Duration(len(cells))*45*time.Second)
	slips := slices.Clone(cells)
	slip := -1
	if luck.chance(80_000) {
		slip = s.mistake(p.unit, slips, true, luck)
	}
	for i, c := range cells {
		at := begin.Add(time.Duration(i)*45*time.Second + time.Duration(luck.below(30))*time.Second)
		if i < split {
			at = t.entry.Add(time.Duration(i)*45*time.Second + time.Duration(luck.below(30))*time.Second)
		}
		if p.source == kpi.FromExcel {
			at = begin
		}
		if i == slip && !kpi.SameContent(c, slips[i]) {
			p.enter(at, slips[i])
			at = t.submit.Add(-3 * time.Minute)
		}
		p.enter(at, c)
	}
}

// mistake puts a wrong content into one of the unit's cells, of an indicator that no check binds to others, and
// returns its place; where none can be wrong the cells stay as they are. One that is far off draws a warning, one that
// is not does not.
func (s *seeder) mistake(u *demoUnit, cells []kpi.Cell, far bool, luck *dice) int {
	start := luck.below(len(cells))
	for i := range cells {
		at := (start + i) % len(cells)
		ind := *s.defs.of(cells[at].Indicator)
		if s.linked[ind.Code] || ind.Accumulation == kpi.Cumulative {
			continue
		}
		if c, ok := wrong(ind, cells[at], far); ok && warns(kpi.CheckCell(ind, c, kpi.PastOf(u.past[ind.Code]...).Values, c.Month)) == far {
			cells[at] = c
			return at
		}
	}
	return start
}

// minutes returns between low and high minutes and some seconds.
func minutes(d *dice, low, high int) time.Duration {
	return time.Duration(d.between(low*60, high*60)) * time.Second
}
