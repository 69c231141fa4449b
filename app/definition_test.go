package app

import (
	"errors"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// A change that is undone and the next one have the same number: the cache must not take one for the other.
func TestDefinitions_ChangeUndone_NotKept(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	undone := errors.New("undone")
	rename := func(name string, end error) {
		err := f.store.Update(func(tx *store.Tx) error {
			ind, err := tx.Indicator("nq57", "1", f.m)
			if err != nil {
				return err
			}
			ind.Name = name
			if err := tx.PutIndicator(ind, f.System().Event(kpi.VerbChange, "test", "", "", "")); err != nil {
				return err
			}
			if defs, err := f.definitions(tx, "nq57", f.m); err != nil || defs.of("1").Name != name {
				t.Errorf("the transaction does not see its own change: %v", err)
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
	}
	rename("Một", undone)
	rename("Hai", nil)
	f.must(t, f.store.View(func(tx *store.Tx) error {
		defs, err := f.definitions(tx, "nq57", f.m)
		if err == nil && defs.of("1").Name != "Hai" {
			t.Errorf("named %q", defs.of("1").Name)
		}
		return err
	}))
}
