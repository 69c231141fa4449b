package kpi

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
)

func cellOf(value string) Cell { return Cell{Content: HasValue, Value: MustDecimal(value)} }

func ratioOf(num, den string) Cell {
	return Cell{Content: HasValue, Num: Some(MustDecimal(num)), Den: Some(MustDecimal(den))}
}

func TestAggregator(t *testing.T) {
	t.Parallel()
	number := func(agg Aggregation, decimals int) Indicator {
		return Indicator{Code: "1", Kind: KindNumber, Aggregation: agg, Decimals: decimals}
	}
	ratio := Indicator{Code: "1", Kind: KindRatio, Scale: Dec(100), Aggregation: AggRatio, Decimals: 1}
	yes := Indicator{Code: "1", Kind: KindYesNo, Aggregation: AggMean}
	grade := Indicator{Code: "1", Kind: KindGrade, Aggregation: AggMean, Grades: []Grade{{"A", "Tốt", 100}, {"B", "Khá", 75}}}
	none, empty, na := Cell{Content: NoneOccurred}, Cell{}, Cell{Content: NotApplicable, Text: "không có"}
	for _, c := range []struct {
		name  string
		ind   Indicator
		cells []Cell
		want  string // "" for no figure
		units int
	}{
		{"sum is exact", number(AggSum, 1), []Cell{cellOf("0.1"), cellOf("0.2"), none}, "0,3", 3},
		{"sum of large numbers", number(AggSum, 0), []Cell{cellOf("999999999999999"), cellOf("999999999999999"), cellOf("2")}, "2.000.000.000.000.000", 3},
		{"sum of negative numbers", number(AggSum, 2), []Cell{cellOf("-1.25"), cellOf("0.5")}, "-0,75", 2},
		{"mean keeps one decimal", number(AggMean, 0), []Cell{cellOf("1"), cellOf("2"), na}, "1,5", 2},
		{"smallest", number(AggMin, 0), []Cell{cellOf("7"), cellOf("3"), empty}, "3", 2},
		{"largest", number(AggMax, 0), []Cell{cellOf("7"), none}, "7", 2},
		{"nothing reported", number(AggSum, 0), []Cell{empty, na}, "", 0},
		{"rate is Σa/Σb, not the mean of rates", ratio, []Cell{ratioOf("1", "1"), ratioOf("0", "99")}, "1,0", 2},
		{"a rate without denominator", ratio, []Cell{ratioOf("0", "0")}, "", 1},
		{"không phát sinh of a rate adds nothing", ratio, []Cell{ratioOf("1", "2"), none}, "50,0", 1},
		{"half a rate is not a rate", ratio, []Cell{{Content: HasValue, Num: Some(Dec(5))}, ratioOf("1", "4")}, "25,0", 1},
		{"share of yes", yes, []Cell{cellOf("1"), cellOf("0"), cellOf("1")}, "66,7", 3},
		{"mean points", grade, []Cell{{Content: HasValue, Text: "A"}, {Content: HasValue, Text: "B"}}, "87,5", 2},
		{"province only", number(AggProvince, 0), []Cell{cellOf("42")}, "42", 1},
	} {
		a := NewAggregator(c.ind, len(c.cells))
		for _, x := range c.cells {
			a.Add(x, true, nil)
		}
		f := a.Figure()
		if got := f.Show(c.ind); got != c.want || f.Units != c.units {
			t.Errorf("%s: %q from %d units, want %q from %d", c.name, got, f.Units, c.want, c.units)
		}
	}
}

func TestAggregator_Weighted(t *testing.T) {
	t.Parallel()
	a := NewAggregator(Indicator{Kind: KindNumber, Aggregation: AggWeighted, Decimals: 2}, 3)
	a.Add(cellOf("10"), true, big.NewRat(3, 1))
	a.Add(cellOf("20"), true, big.NewRat(1, 1))
	a.Add(cellOf("99"), true, nil) // no weight: counts as filled, stands behind nothing
	f := a.Figure()
	if f.Value.Cmp(big.NewRat(50, 4)) != 0 || f.Units != 2 || f.Filled != 3 {
		t.Errorf("%v from %d of %d", f.Value, f.Units, f.Filled)
	}
}

func TestAggregator_Provisional(t *testing.T) {
	t.Parallel()
	ind := Indicator{Kind: KindNumber, Aggregation: AggSum}
	for _, c := range []struct {
		accepted bool
		due      int
		want     bool
	}{{true, 1, false}, {false, 1, true}, {true, 2, true}} {
		a := NewAggregator(ind, c.due)
		a.Add(cellOf("1"), c.accepted, nil)
		if got := a.Figure().Provisional; got != c.want {
			t.Errorf("accepted %v of %d due: provisional %v", c.accepted, c.due, got)
		}
	}
}

// TestAggregator_AgainstRationals sums random cells both ways; the order of units must not matter either.
func TestAggregator_AgainstRationals(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(57, 1))
	for range 200 {
		a, want := NewAggregator(Indicator{Kind: KindNumber, Aggregation: AggSum, Decimals: 3}, 0), new(big.Rat)
		for range 50 {
			d := NewDecimal(rng.Int64N(2e17)-1e17, uint8(rng.IntN(4)))
			a.Add(Cell{Content: HasValue, Value: d}, true, nil)
			want.Add(want, d.Rat())
		}
		if got := a.Figure().Value; got.Cmp(want) != 0 {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func TestAccumulate(t *testing.T) {
	t.Parallel()
	flow := Indicator{Kind: KindNumber, Accumulation: Flow}
	f := func(n int64) Figure { return Figure{Value: big.NewRat(n, 1)} }
	override := Override{Value: Dec(100)}
	x, ok := Accumulate(flow, []Figure{f(1), {}, f(2), {Value: big.NewRat(5, 1), Override: &override}})
	if !ok || x.Cmp(big.NewRat(103, 1)) != 0 {
		t.Errorf("%v %v", x, ok)
	}
	ratio := Indicator{Kind: KindRatio, Scale: Dec(100)}
	r := func(a, b int64) Figure { return Figure{Num: big.NewRat(a, 1), Den: big.NewRat(b, 1)} }
	if x, ok := Accumulate(ratio, []Figure{r(1, 2), r(0, 2)}); !ok || x.Cmp(big.NewRat(25, 1)) != 0 {
		t.Errorf("%v %v", x, ok)
	}
	if _, ok := Accumulate(ratio, nil); ok {
		t.Error("a figure out of nothing")
	}
}

func ExampleFormatDeadline() {
	fmt.Println(FormatDeadline(DefaultDates(NewMonth(2026, 11)).UnitDue))
	fmt.Println(FormatDeadline(DefaultDates(NewMonth(2028, 2)).Locks))
	// Output:
	// 24h00 ngày 16/11/2026
	// 24h00 ngày 25/02/2028
}

func TestFormatRat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		num, den int64
		decimals int
		want     string
	}{{-4, 100, 1, "0,0"}, {-5, 100, 1, "-0,1"}, {1, 3, 2, "0,33"}, {5, 1000, 2, "0,01"}, {1234567, 1, 0, "1.234.567"}, {999999, 1000, 2, "1.000,00"}} {
		if got := FormatRat(big.NewRat(c.num, c.den), c.decimals); got != c.want {
			t.Errorf("%d/%d to %d: %q, want %q", c.num, c.den, c.decimals, got, c.want)
		}
	}
}

// TestFormat_ShortWays: what is written without big.Rat is what FormatRat writes, halves and the longest numbers included.
func TestFormat_ShortWays(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(57, 3))
	short := 0
	for range 20_000 {
		random := func() Decimal { return NewDecimal(rng.Int64N(1e18)>>rng.IntN(60), uint8(rng.IntN(MaxDecimals+1))) }
		d, den := random(), random()
		if rng.IntN(2) == 0 {
			d.coef = -d.coef
		}
		decimals := int(d.scale) + rng.IntN(3)
		if got, want := FormatDecimal(d, decimals), FormatRat(d.Rat(), decimals); got != want {
			t.Fatalf("%s to %d: %q, want %q", d, decimals, got, want)
		}
		ind := Indicator{Scale: Dec([]int64{1, 100, 1000, 10000}[rng.IntN(4)]), Decimals: rng.IntN(4)}
		if rng.IntN(4) == 0 {
			den = Dec(int64(1) << rng.IntN(10)) // exact halves
		}
		if got, ok := formatRate(ind, d, den); ok {
			short++
			if want := FormatRat(rate(ind, d.Rat(), den.Rat()), ind.Decimals); got != want {
				t.Fatalf("%s × %s / %s to %d: %q, want %q", ind.Scale, d, den, ind.Decimals, got, want)
			}
		}
	}
	if short < 5000 {
		t.Errorf("the short way was taken %d times", short)
	}
}

// TestRateOf: the short way gives the same exact rate as the long one.
func TestRateOf(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(57, 2))
	random := func(digits int64) Decimal { return NewDecimal(1+rng.Int64N(digits), uint8(rng.IntN(4))) }
	for _, digits := range []int64{1000, 1 << 20, 1 << 22, 1e15} {
		for range 500 {
			scale, num, den := Dec([]int64{1, 100, 1000, 10000}[rng.IntN(4)]), random(digits), random(digits)
			if got, want := rateOf(scale, num, den), rate(Indicator{Scale: scale}, num.Rat(), den.Rat()); got.Cmp(want) != 0 {
				t.Fatalf("%s × %s / %s = %s, want %s", scale, num, den, got, want)
			}
		}
	}
}
