package app

import (
	"fmt"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// many fills the fixture with a set of n indicators and as many units, and returns their codes.
func (f fixture) many(t *testing.T, indicators, units int) (codes, names []string) {
	t.Helper()
	ev := f.System().Event(kpi.VerbAdd, "test", "", "", "")
	err := f.store.Update(func(tx *store.Tx) error {
		codes, names = nil, nil
		if err := tx.PutSet(kpi.IndicatorSet{Code: "nq57", Name: "Bộ thử", Groups: []kpi.Group{{Code: "1", Layer: 1, Name: "Nhóm", Weight: 1}}}, ev); err != nil {
			return err
		}
		for i := range indicators {
			codes = append(codes, fmt.Sprintf("1.%03d", i))
			ind := kpi.Indicator{Set: "nq57", Code: codes[i], From: kpi.NewMonth(2026, 1), Name: "Chỉ số", Group: "1", Kind: kpi.KindNumber}
			if err := tx.PutIndicator(ind, ev); err != nil {
				return err
			}
		}
		for i := range units {
			names = append(names, fmt.Sprintf("DV%03d", i))
			if err := tx.PutUnit(kpi.Unit{Code: names[i], Name: names[i], Kind: kpi.Commune}, ev); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes, names
}

func TestAssign_WholeProvinceAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	codes, units := f.many(t, 60, 124)
	admin, m := f.admin(t), kpi.NewMonth(2026, 7)
	if n, err := f.Assign(admin, "nq57", codes, units, m); err != nil || n != 60*124 {
		t.Fatalf("assigned %d: %v", n, err)
	}
	if n, err := f.Assign(admin, "nq57", codes, units, m); err != nil || n != 0 {
		t.Errorf("a second time %d changed: %v", n, err)
	}
	as, err := f.Assignments(admin, "nq57", 0)
	if err != nil {
		t.Fatal(err)
	}
	if as.Month != kpi.NewMonth(2026, 6) || len(as.Leads) != 0 {
		t.Errorf("in %s %d indicators are reported, though they begin in July", as.Month, len(as.Leads))
	}
	changes, people, err := f.IndicatorHistory(admin, "nq57", codes[0])
	if err != nil || len(changes) != 1 || changes[0].Units != 124 || people["sep"] != "Lê Sếp" {
		t.Errorf("history %+v of %v: %v", changes, people, err)
	}
	if n, err := f.Unassign(admin, "nq57", codes[:1], units[:2], m); err != nil || n != 2 {
		t.Errorf("taken back %d: %v", n, err)
	}
	if as, err = f.Assignments(admin, "nq57", m); err != nil || len(as.Leads[codes[0]]) != 122 || len(as.Leads[codes[1]]) != 124 {
		t.Errorf("%d and %d units are left: %v", len(as.Leads[codes[0]]), len(as.Leads[codes[1]]), err)
	}
}

func TestAssign_Refusals_ChangeNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	codes, units := f.many(t, 2, 2)
	admin, m := f.admin(t), kpi.NewMonth(2026, 7)
	for name, tt := range map[string]struct {
		codes, units []string
		want         kpi.ErrorKind
	}{
		"no indicator":      {nil, units, kpi.Invalid},
		"no unit":           {codes, nil, kpi.Invalid},
		"unknown indicator": {append(codes[:1:1], "9.99"), units, kpi.Invalid},
		"unknown unit":      {codes, append(units[:1:1], "KHONGCO"), kpi.NotFound},
	} {
		if _, err := f.Assign(admin, "nq57", tt.codes, tt.units, m); kpi.KindOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	clerk := kpi.Actor{User: kpi.User{Login: "an", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: units[0]}}}, At: f.Now()}
	if _, err := f.Assign(clerk, "nq57", codes, units, m); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a clerk: %v", err)
	}
	if _, err := f.Assignments(clerk, "nq57", 0); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a clerk reads: %v", err)
	}
	if as, err := f.Assignments(admin, "nq57", m); err != nil || len(as.Leads) != 0 {
		t.Errorf("something was assigned: %v, %v", as.Leads, err)
	}
}
