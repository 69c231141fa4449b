package kpi

import (
	"math/rand/v2"
	"testing"
)

// The quick sum is the exact one, over numbers of every size and kind of content.
func TestSumToDate_AsAccumulate(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	draw := func() Decimal {
		return Decimal{coef: dice.Int64N(1<<(1+dice.IntN(60))) - 5, scale: uint8(dice.IntN(MaxDecimals + 1))}
	}
	kinds := map[string]Indicator{"number": {Kind: KindNumber, Accumulation: Flow}, "ratio": {Kind: KindRatio, Scale: Dec(100), Accumulation: Flow}}
	quick := 0
	for name, ind := range kinds {
		for range 3000 {
			months := make([]PastValue, 1+dice.IntN(12))
			for i := range months {
				c := Cell{Content: Content(dice.IntN(5)), Value: draw()}
				if ind.Kind == KindRatio {
					c.Num, c.Den = Some(draw()), Some(draw())
				}
				months[i] = ValueOf(&c)
			}
			want, wantOK := sumToDate(ind, months)
			got, ok := SumToDate(ind, months[0], months[1:])
			if ok != wantOK || ok && got.Cmp(want) != 0 {
				t.Fatalf("%s %+v: %v %t, want %v %t", name, months, got, ok, want, wantOK)
			}
			if ok {
				quick++
			}
		}
	}
	if quick < 1000 {
		t.Errorf("only %d sums compared", quick)
	}
}
