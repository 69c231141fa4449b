package kpi

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// Of a rate that is quiet, exact numbers have nothing to say.
func TestQuiet(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(57, 2026))
	draw := func(size int) Cell {
		switch size {
		case 0: // closer to one another than a millionth
			near := 4_999_999_998 + dice.IntN(4)
			if dice.IntN(7) == 0 {
				near += dice.IntN(40_000) - 20_000
			}
			return ratioOf(strconv.Itoa(near), "10000000000")
		case 1: // about as large as fits
			return Cell{Content: HasValue, Num: Some(Dec(1e9 + dice.Int64N(1e9))), Den: Some(NewDecimal(1+dice.Int64N(20), 4))}
		}
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
	for range 80_000 {
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
		size := dice.IntN(8)
		c, past := draw(size), make([]Cell, dice.IntN(13))
		for i := range past {
			past[i] = draw(size)
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
