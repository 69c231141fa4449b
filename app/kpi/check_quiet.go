package kpi

import (
	"math/bits"
	"slices"
)

// quiet reports whether a rate is so like the earlier ones that checkUsual would say nothing about it. It decides on the quotients
// rounded down to millionths, asks for one more as a margin, and says false where it cannot: three hundred cells with twelve months
// each cost too much in big.Rat.
func quiet(ind Indicator, this *PastValue, past []PastValue, m Month) bool {
	var room [13]int64
	values := room[:0] // the rate itself, then the earlier ones
	if len(past) >= len(room) || !this.rated() || ind.MinDenominator.OK && this.den().V.Cmp(ind.MinDenominator.V) < 0 {
		return false
	}
	for i := -1; i < len(past); i++ {
		p := this
		if i >= 0 {
			if p = &past[i]; !p.rated() || ind.Accumulation == Cumulative && p.Month.Year() != m.Year() {
				continue
			}
		}
		n, ok := p.quotient()
		if !ok {
			return false
		}
		values = append(values, n)
	}
	x, values := values[0], values[1:]
	if !usualRate(ind, x) {
		return false
	}
	if len(values) == 0 {
		return true
	}
	last := values[0]
	switch {
	case x == 0 || last == 0, x/10 >= last, last/10 >= x, ind.Accumulation == Flow && x == last && len(values) > 1:
		return false
	case len(values) < 6:
		return true
	}
	slices.Sort(values)
	low, high, median := values[0], values[len(values)-1], values[len(values)/2]
	return x > low && x < high || max(x-median, median-x)+1 <= 2*(high-low-1)
}

// usualRate reports whether a rate certainly lies within the soft limits; q is its quotient.
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

// quotient returns numerator / denominator of a rate in millionths, rounded down; ok is false where it does not fit or is negative
// and would be rounded up.
func (p *PastValue) quotient() (q int64, ok bool) {
	num, ok1 := p.num().V.millionths()
	den, ok2 := p.den().V.millionths()
	if !ok1 || !ok2 || num < 0 || den < 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(num), 1e6)
	if hi >= uint64(den) {
		return 0, false
	}
	n, _ := bits.Div64(hi, lo, uint64(den))
	return int64(n), n < 1<<60
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
