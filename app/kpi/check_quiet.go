package kpi

import (
	"math/bits"
	"slices"
)

// quiet reports whether a value is so like the earlier ones that checkUsual would say nothing about it. It decides on
// whole numbers alone and says false where it cannot; three hundred cells with twelve months each cost too much in
// big.Rat. Of a ratio it looks at the quotient rounded down, and asks for a unit of its last place as a margin.
func quiet(ind Indicator, c Cell, past []PastValue, m Month) bool {
	var room [13]int64
	values := room[:0] // the value itself, then the earlier ones
	if c.Content != HasValue || len(past) >= len(room) || !withinUsual(ind, c) {
		return false
	}
	margin := int64(0)
	if ind.Kind == KindRatio {
		margin = 1
	}
	for i := -1; i < len(past); i++ {
		p := ValueOf(&c)
		if i >= 0 {
			if p = past[i]; ind.Accumulation == Cumulative && p.Month.Year() != m.Year() {
				continue
			}
		}
		n, has, ok := p.whole(ind.Kind)
		if !ok || i < 0 && !has {
			return false
		}
		if has {
			values = append(values, n)
		}
	}
	x, values := values[0], values[1:]
	if ind.Kind == KindRatio && !usualRate(ind, x) {
		return false
	}
	if len(values) == 0 {
		return true
	}
	last := values[0]
	switch {
	case margin > 0 && (x == 0 || last == 0), last > 0 && x > 0 && ((x+margin)/10 >= last || (last+margin)/10 >= x):
		return false
	case ind.Accumulation == Cumulative && x < last, ind.Accumulation == Flow && x == last && x != 0 && len(values) > 1:
		return false
	case len(values) < 6:
		return true
	}
	slices.Sort(values)
	low, high, median := values[0], values[len(values)-1], values[len(values)/2]
	away := max(x-median, median-x)
	return x >= low+margin && x <= high-margin || low == high && margin == 0 || away+margin <= 2*(high-low-margin)
}

// withinUsual reports whether the soft limits of the indicator have nothing to say about the cell; for those of a rate see
// usualRate.
func withinUsual(ind Indicator, c Cell) bool {
	switch ind.Kind {
	case KindNumber:
		return !(ind.UsualHigh.OK && c.Value.Cmp(ind.UsualHigh.V) > 0 || ind.UsualLow.OK && c.Value.Cmp(ind.UsualLow.V) < 0)
	case KindRatio:
		return !(ind.MinDenominator.OK && c.Den.V.Cmp(ind.MinDenominator.V) < 0)
	}
	return false
}

// usualRate reports whether a rate certainly lies within the soft limits; q is its quotient as whole returns it.
func usualRate(ind Indicator, q int64) bool {
	const one = 1_000_000
	scale, ok := ind.Scale.millionths()
	high, ok1 := ind.UsualHigh.V.millionths()
	low, ok2 := ind.UsualLow.V.millionths()
	return ok && ok1 && ok2 && scale >= 0 &&
		(!ind.UsualHigh.OK || high >= 0 && productLE(scale, q+1, high, one)) &&
		(!ind.UsualLow.OK || low <= 0 || productLE(low, one, scale, q))
}

// productLE reports whether a × b ≤ c × d; none is negative.
func productLE(a, b, c, d int64) bool {
	high, low := bits.Mul64(uint64(a), uint64(b))
	high2, low2 := bits.Mul64(uint64(c), uint64(d))
	return high < high2 || high == high2 && low <= low2
}

// whole returns a number in millionths, or the quotient of a ratio in millionths rounded down. has is false where
// there is no number, ok where it does not fit or is negative and would be rounded up.
func (p *PastValue) whole(k Kind) (n int64, has, ok bool) {
	switch {
	case k == KindNumber && p.Content == NoneOccurred:
		return 0, true, true
	case p.Content != HasValue:
		return 0, false, true
	case k == KindNumber:
		n, ok = p.value().millionths()
		return n, true, ok
	case !p.rated():
		return 0, false, true
	}
	num, ok1 := p.num().V.millionths()
	den, ok2 := p.den().V.millionths()
	if !ok1 || !ok2 || num < 0 || den < 0 {
		return 0, true, false
	}
	hi, lo := bits.Mul64(uint64(num), 1e6)
	if hi >= uint64(den) {
		return 0, true, false
	}
	q, _ := bits.Div64(hi, lo, uint64(den))
	return int64(q), true, q < 1<<60
}

// millionths returns d × 10^MaxDecimals; ok is false where that leaves no room for sums.
func (d Decimal) millionths() (n int64, ok bool) {
	p := pow10(MaxDecimals - d.scale)
	const room = 1 << 60
	if d.coef > room/p || d.coef < -room/p {
		return 0, false
	}
	return d.coef * p, true
}
