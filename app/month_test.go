package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// month is a fixture with a set, an open round and a person for every part: the units SYT and XA1 owe the cells 1
// (number, flow), 2 (share in %) and 3 (number ≤ 1).
type month struct {
	fixture
	m kpi.Month
}

func newMonth(t *testing.T) month {
	t.Helper()
	f := month{fixture: newFixture(t), m: kpi.NewMonth(2026, 6)}
	base := kpi.Indicator{Set: "nq57", From: kpi.NewMonth(2026, 1), Group: "1", Name: "Chỉ số", Origin: kpi.Province, Direction: kpi.Up,
		Frequency: kpi.Monthly, Accumulation: kpi.Flow, Aggregation: kpi.AggSum, Kind: kpi.KindNumber, Unit: "Hồ sơ", Weight: 1}
	one, two, three, quarter := base, base, base, base
	one.Code, two.Code, three.Code, quarter.Code = "1", "2", "3", "4"
	one.Max = kpi.Some(kpi.Dec(1000))
	two.Kind, two.Scale, two.Share, two.Aggregation, two.Decimals, two.Unit = kpi.KindRatio, kpi.Dec(100), true, kpi.AggRatio, 1, "%"
	quarter.Frequency = kpi.Yearly
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ev := f.System().Event(kpi.VerbAdd, "test", "", "", "")
		set := kpi.IndicatorSet{Code: "nq57", Name: "Bộ thử", Groups: []kpi.Group{{Code: "1", Layer: 1, Name: "Nhóm", Weight: 1}},
			Checks: []kpi.CrossCheck{{Kind: kpi.CheckLE, Left: "3", Right: []string{"1"}, Text: "3 không lớn hơn 1."}}}
		if err := tx.PutSet(set, ev); err != nil {
			return err
		}
		for _, ind := range []kpi.Indicator{one, two, three, quarter} {
			if err := tx.PutIndicator(ind, ev); err != nil {
				return err
			}
			for _, u := range []string{"SYT", "XA1"} {
				if err := tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: u, Indicator: ind.Code, Role: kpi.Lead}, ev); err != nil {
					return err
				}
			}
		}
		for _, x := range []struct {
			login string
			role  kpi.Role
			unit  string
		}{{"nhap", kpi.Clerk, "SYT"}, {"nhap2", kpi.Clerk, "SYT"}, {"duyet", kpi.Approver, "SYT"}, {"duyet2", kpi.Approver, "SYT"},
			{"xanhap", kpi.Clerk, "XA1"}, {"xaduyet", kpi.Approver, "XA1"}, {"dieuphoi", kpi.Coordinator, ""}, {"lanhdao", kpi.Leader, ""}} {
			u := kpi.User{Login: x.login, Name: "Người " + x.login, Grants: []kpi.Grant{{Role: x.role, Unit: x.unit}}, Created: f.Now()}
			if err := tx.PutUser(u, ev); err != nil {
				return err
			}
		}
		both := kpi.User{Login: "cahai", Name: "Cả hai", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}, {Role: kpi.Approver, Unit: "SYT"}}, Created: f.Now()}
		return tx.PutUser(both, ev)
	}))
	f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", f.m, kpi.DefaultDates(f.m)))
	return f
}

func (f month) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails the test unless err is a refusal of the given kind.
func (f month) refused(t *testing.T, err error, kind kpi.ErrorKind) {
	t.Helper()
	if kpi.KindOf(err) != kind {
		t.Errorf("got %v (kind %d), want kind %d", err, kpi.KindOf(err), kind)
	}
}

// as is a person at this instant.
func (f month) as(t *testing.T, login string) kpi.Actor {
	t.Helper()
	return kpi.Actor{User: f.user(t, login), At: f.Now()}
}

// at moves the clock to the instant.
func (f month) at(t time.Time) { f.clock.forward(t.Sub(f.clock.now())) }

// sheet is the sheet of a unit as the coordinator sees it.
func (f month) sheet(t *testing.T, unit string) SheetView {
	t.Helper()
	v, err := f.Sheet(f.as(t, "dieuphoi"), "nq57", f.m, unit)
	f.must(t, err)
	return v
}

func (f month) id(t *testing.T, unit string) SheetID {
	t.Helper()
	return SheetID{"nq57", f.m, unit, f.sheet(t, unit).Sheet.Version}
}

// save types a number into a cell of SYT, on the version that is there.
func (f month) save(t *testing.T, login, code, raw string) CellAnswer {
	t.Helper()
	return f.saveOn(t, login, code, f.cell(t, "SYT", code).Version, kpi.Entry{Raw: &raw})
}

func (f month) saveOn(t *testing.T, login, code string, v uint32, e kpi.Entry) CellAnswer {
	t.Helper()
	ans, err := f.SaveCells(f.as(t, login), "nq57", f.m, "SYT", []CellSave{{Indicator: code, Version: v, Entry: e}})
	f.must(t, err)
	return ans.Cells[0]
}

func (f month) cell(t *testing.T, unit, code string) kpi.Cell {
	t.Helper()
	for _, row := range f.sheet(t, unit).Rows {
		if row.Indicator.Code == code {
			return row.Cell
		}
	}
	t.Fatalf("no cell %s", code)
	return kpi.Cell{}
}

// fill enters a whole valid sheet of SYT.
func (f month) fill(t *testing.T) {
	t.Helper()
	five, den := "5", "10"
	for code, e := range map[string]kpi.Entry{"1": {Raw: &five}, "2": {Raw: &five, Den: &den}, "3": {Raw: &five}} {
		if ans := f.saveOn(t, "nhap", code, 0, e); ans.Outcome != Saved {
			t.Fatalf("%s: %+v", code, ans)
		}
	}
}

// upTo takes the filled sheet of SYT to a state.
func (f month) upTo(t *testing.T, s kpi.State) {
	t.Helper()
	f.fill(t)
	for _, step := range []struct {
		to    kpi.State
		login string
		take  func(kpi.Actor, SheetID) error
	}{{kpi.Submitted, "nhap", f.Submit}, {kpi.Approved, "duyet", f.Approve}, {kpi.Accepted, "dieuphoi", f.Accept}} {
		if s == kpi.Draft {
			return
		}
		f.must(t, step.take(f.as(t, step.login), f.id(t, "SYT")))
		if step.to == s {
			return
		}
	}
}
