package app

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// checkDemoRounds checks every cell of every sheet and returns how many rounds are closed; with deep set also what
// the sheets' checks find, whether what is due is what would be planned, and the frozen figures.
func checkDemoRounds(t *testing.T, a *App, deep bool) (closed int) {
	t.Helper()
	err := a.store.View(func(tx *store.Tx) error {
		rounds, err := tx.Rounds("nq57")
		if err != nil {
			return err
		}
		if len(rounds) != demoRounds {
			t.Errorf("%d rounds", len(rounds))
		}
		for _, r := range rounds {
			sheets, err := tx.Sheets(r.Set, r.Month)
			if err != nil {
				return err
			}
			for _, s := range sheets {
				if err := checkDemoSheet(t, a, tx, r, s, deep || r.Month >= rounds[demoRounds-2].Month); err != nil {
					return err
				}
			}
			if r.IsClosed() {
				closed++
			}
			if !deep {
				continue
			}
			p, err := a.plan(tx, a.System(), r.Set, r.Month)
			if err != nil {
				return err
			}
			if due, err := tx.RoundDue(r.Set, r.Month); err != nil || !reflect.DeepEqual(due, p.Due) {
				t.Errorf("round %s: what is due is not what would be planned (%v)", r.Month, err)
			}
			if r.IsClosed() {
				if err := checkFrozen(t, a, tx, r); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return closed
}

func checkFrozen(t *testing.T, a *App, tx *store.Tx, r kpi.Round) error {
	live, err := a.consolidate(tx, r, "", true)
	if err != nil {
		return err
	}
	frozen, err := tx.Figures(r.Set, r.Month)
	if err != nil {
		return err
	}
	if len(frozen) != len(live) || len(live) == 0 {
		t.Errorf("round %s: %d frozen figures, %d live", r.Month, len(frozen), len(live))
	}
	for _, f := range live {
		g := frozen[f.Indicator]
		if g.Units != f.Units || g.Due != f.Due || (g.Value == nil) != (f.Value == nil) || f.Value != nil && g.Value.Cmp(f.Value) != 0 {
			t.Errorf("round %s, %s: frozen %+v, live %+v", r.Month, f.Indicator, g, f)
		}
	}
	return nil
}

// checkDemoSheet checks the cells of one sheet and the order of its steps.
func checkDemoSheet(t *testing.T, a *App, tx *store.Tx, r kpi.Round, s kpi.Sheet, deep bool) error {
	defs, err := a.definitions(tx, r.Set, r.Month)
	if err != nil {
		return err
	}
	cells, err := tx.SheetCells(r.Set, r.Month, s.Unit)
	if err != nil {
		return err
	}
	for code, c := range cells {
		ind := *defs.of(code)
		if err := kpi.CheckHard(ind, c); err != nil {
			t.Errorf("%s: %v", c.ID(), err)
		}
		for x, allowed := range map[kpi.Decimal]int{c.Value: ind.Decimals, c.Num.V: ind.PartDecimals, c.Den.V: ind.PartDecimals} {
			if _, scale := x.Parts(); int(scale) > allowed && x.Sign() != 0 {
				t.Errorf("%s: %s has too many decimals", c.ID(), x)
			}
		}
		if c.At.Before(r.Opens) || c.At.After(a.Now()) || !c.Filled(ind.Kind) || c.Version == 0 || c.Definition != ind.From {
			t.Errorf("%s: %+v", c.ID(), c)
		}
	}
	for _, i := range kpi.CheckAcross(defs.set.Checks, defs.byCode, cells) {
		t.Errorf("%s: %s", s.ID(), i.Text)
	}
	if s.State == kpi.Accepted && (s.Approve.At.Before(s.Submit.At) || s.Accept.At.Before(s.Approve.At) || s.Approve.By == s.Submit.By) {
		t.Errorf("%s: steps %+v", s.ID(), s)
	}
	if !deep || s.State == kpi.Draft {
		return nil
	}
	sh, err := a.readSheet(tx, a.Now(), r.Set, r.Month, s.Unit)
	if err != nil {
		return err
	}
	for _, i := range kpi.Blocking(sh.issues(), sh.cells) {
		t.Errorf("%s was submitted with %s: %s", s.ID(), i.Indicator, i.Text)
	}
	if len(cells) != s.Due {
		t.Errorf("%s: %d cells of %d", s.ID(), len(cells), s.Due)
	}
	return nil
}

// checkDemoEvents checks that every cell has an event for each of its versions, the last one telling its content, and
// that nothing happened after now or in a wrong order.
func checkDemoEvents(t *testing.T, a *App) {
	t.Helper()
	err := a.store.View(func(tx *store.Tx) error {
		n, err := tx.Events()
		if err != nil {
			return err
		}
		saves, latest := map[string]uint32{}, map[string]string{}
		last := map[string]time.Time{}
		for seq := uint64(1); seq <= n; seq++ {
			ev, err := tx.Event(seq)
			if err != nil {
				return err
			}
			if ev.At.After(a.Now()) {
				t.Fatalf("event %d in the future: %+v", seq, ev)
			}
			kind, id, _ := strings.Cut(ev.Object, "/")
			if kind != "cell" && kind != "sheet" {
				continue
			}
			round := strings.Join(strings.Split(id, "/")[:2], "/")
			if ev.At.Before(last[round]) {
				t.Errorf("event %d is out of order: %+v", seq, ev)
			}
			last[round] = ev.At
			if kind == "cell" && ev.Verb == kpi.VerbSave {
				if ev.Old != latest[id] && saves[id] > 0 {
					t.Errorf("%s: %q follows %q", id, ev.Old, latest[id])
				}
				saves[id]++
				latest[id] = ev.New
			}
		}
		return everyDemoCell(a, tx, func(ind kpi.Indicator, c kpi.Cell) {
			if saves[c.ID()] != c.Version || latest[c.ID()] != traceWithNote(ind, c) {
				t.Errorf("%s: %d saves, version %d; told %q, is %q", c.ID(), saves[c.ID()], c.Version, latest[c.ID()], traceWithNote(ind, c))
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func everyDemoCell(a *App, tx *store.Tx, visit func(kpi.Indicator, kpi.Cell)) error {
	rounds, err := tx.Rounds("nq57")
	if err != nil {
		return err
	}
	for _, r := range rounds {
		defs, err := a.definitions(tx, r.Set, r.Month)
		if err != nil {
			return err
		}
		sheets, err := tx.Sheets(r.Set, r.Month)
		if err != nil {
			return err
		}
		for _, s := range sheets {
			for c, err := range tx.UnitCells(r.Set, r.Month, s.Unit) {
				if err != nil {
					return err
				}
				visit(*defs.of(c.Indicator), c)
			}
		}
	}
	return nil
}
