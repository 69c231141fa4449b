package kpi

import (
	"math/rand/v2"
	"testing"
)

// Of a rate that is quiet, exact numbers have nothing to say.
func TestQuiet(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(57, 2026))
	draw := func() Cell {
		c := Cell{Content: HasValue, Num: Some(NewDecimal(dice.Int64N(300), uint8(dice.IntN(2)))), Den: Some(Dec(dice.Int64N(40)))}
		switch dice.IntN(12) {
		case 0:
			return Cell{Content: NoneOccurred}
		case 1:
			return Cell{Content: NoData}
		case 2:
			c.Num = Some(NewDecimal(dice.Int64N(4_000_000_000_000_000), 0))
		}
		if dice.IntN(2) == 0 {
			c.Num, c.Den = Some(Dec(40+dice.Int64N(9))), Some(Dec(60+dice.Int64N(9)))
		}
		return c
	}
	m, said, silent := NewMonth(2026, 6), 0, 0
	for range 40_000 {
		ind := Indicator{Code: "1", Kind: KindRatio, Scale: []Decimal{Dec(100), NewDecimal(25, 1), Dec(10000)}[dice.IntN(3)], Accumulation: []Accumulation{Point, Flow, Cumulative}[dice.IntN(3)]}
		if dice.IntN(4) == 0 {
			ind.UsualHigh = Some([]Decimal{Dec(30), NewDecimal(-1, 0), Dec(66), NewDecimal(7, 1), NewDecimal(16, 1), NewDecimal(666666, 2)}[dice.IntN(6)])
		}
		if dice.IntN(4) == 0 {
			ind.UsualLow = Some([]Decimal{Dec(10), NewDecimal(-1, 0), Dec(64), NewDecimal(16, 1), Dec(6600)}[dice.IntN(5)])
		}
		if dice.IntN(4) == 0 {
			ind.MinDenominator = Some(Dec(20))
		}
		c, past := draw(), make([]Cell, dice.IntN(13))
		for i := range past {
			past[i] = draw()
			past[i].Month = m - Month(i+1)
		}
		this := ValueOf(&c)
		if !quiet(ind, &this, PastOf(past...).Values, m) {
			said++
			continue
		}
		silent++
		checkUsual(ind, &this, PastOf(past...).Values, m, func(_ Level, format string, _ ...any) {
			t.Fatalf("%v after %v: quiet, but %q", c, past, format)
		})
	}
	if said < 2000 || silent < 2000 {
		t.Errorf("%d said, %d silent: the draw tries too little", said, silent)
	}
}
