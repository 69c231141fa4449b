package kpi

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// Whole numbers decide as exact ones do, and those that do not fit are left to them.
func TestOddity(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(16, 18))
	seen := map[string]int{}
	for range 40_000 {
		ind := Indicator{Kind: KindNumber, Accumulation: []Accumulation{Point, Flow, Cumulative}[dice.IntN(3)]}
		span := []int64{3, 40, 5000, 1 << 50, 1 << 60}[dice.IntN(5)]
		values := make([]*PastValue, 2+dice.IntN(12))
		for i := range values {
			c := Cell{Content: HasValue, Value: NewDecimal(dice.Int64N(span)-span/10, uint8(dice.IntN(MaxDecimals+1)))}
			if dice.IntN(9) == 0 {
				c = Cell{Content: NoneOccurred}
			}
			if span == 40 && i > 0 {
				c.Value = Dec(100 + dice.Int64N(9)) // close together
			}
			v := ValueOf(&c)
			values[i] = &v
		}
		if dice.IntN(20) == 0 {
			values[1] = values[0]
		}
		got := oddity(ind, values)
		large := make([]rational, len(values))
		for i, p := range values {
			large[i].Rat, _ = p.Number(ind)
		}
		want := oddOf(ind, large[0], large[1:])
		if got.low != nil && want.low != nil && got.low.Cmp(want.low) == 0 && got.high.Cmp(want.high) == 0 {
			got.low, got.high = want.low, want.high
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%v after %v: %+v, want %+v", large[0], large[1:], got, want)
		}
		for name, is := range map[string]bool{"tenfold": got.tenfold, "tenth": got.tenth, "far": got.low != nil, "fallen": got.fallen, "same": got.same, "nothing": got == odd{}} {
			if is {
				seen[name]++
			}
		}
	}
	for _, name := range []string{"tenfold", "tenth", "far", "fallen", "same", "nothing"} {
		if seen[name] < 100 {
			t.Errorf("%s only %d times: the draw tries too little", name, seen[name])
		}
	}
}
