package store_test

import (
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestIndicators_InForce: a version holds from its month until the next begins; before the first one, the first.
func TestIndicators_InForce(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	month := func(m time.Month) kpi.Month { return kpi.NewMonth(2026, m) }
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, ind := range []kpi.Indicator{
			indicator("1.1", month(9)), indicator("1.1", month(1)), indicator("1.1", month(4)), // 1.1 and 1.10 begin alike
			indicator("1.10", month(6)), indicator("1.2", month(1)), indicator("10", month(1)), indicator("2", month(1)),
		} {
			if err := tx.PutIndicator(ind, storetest.Event("indicator/nq57/"+ind.Code)); err != nil {
				return err
			}
		}
		other := indicator("1.1", month(2))
		other.Set = set + "-b" // a set whose code begins with the other's
		return tx.PutIndicator(other, storetest.Event("indicator/nq57-b/1.1"))
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		for _, tt := range []struct{ asked, want kpi.Month }{
			{kpi.NewMonth(2025, 12), month(1)}, {month(1), month(1)}, {month(3), month(1)}, {month(4), month(4)}, {month(8), month(4)},
			{month(9), month(9)}, {kpi.NewMonth(2030, 1), month(9)},
		} {
			one, err := tx.Indicator(set, "1.1", tt.asked)
			if err != nil || one.From != tt.want {
				t.Errorf("Indicator in %s: version of %s, %v; want %s", tt.asked, one.From, err, tt.want)
			}
			all, err := tx.Indicators(set, tt.asked)
			var codes []string
			for _, ind := range all {
				codes = append(codes, ind.Code)
			}
			if err != nil || !slices.Equal(codes, []string{"1.1", "1.2", "1.10", "2", "10"}) {
				t.Fatalf("Indicators in %s: %q, %v", tt.asked, codes, err)
			}
			if all[0].From != tt.want || all[2].From != month(6) {
				t.Errorf("Indicators in %s: 1.1 of %s, 1.10 of %s", tt.asked, all[0].From, all[2].From)
			}
		}
		versions, err := tx.IndicatorVersions(set, "1.1")
		if err != nil || len(versions) != 3 || versions[0].From != month(1) || versions[2].From != month(9) {
			t.Errorf("IndicatorVersions: %d, %v", len(versions), err)
		}
		return nil
	})
}

// TestDefinitions: the number moves with sets, indicators and what is frozen of them, and with nothing else.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	number := func() (n uint64) {
		storetest.View(t, s, func(tx *store.Tx) (err error) { n, err = tx.Definitions(); return err })
		return n
	}
	last := number()
	for _, r := range records() {
		storetest.Update(t, s, r.put)
		n := number()
		if defines := r.table == "set" || r.table == "indicator" || r.table == "frozen"; defines != (n != last) {
			t.Errorf("%s: Definitions %d after %d", r.table, n, last)
		}
		last = n
	}
}
