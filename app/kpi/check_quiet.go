package kpi

import "slices"

// quiet reports whether a number is so like the earlier ones that checkUsual would say nothing about it. It decides
// on whole numbers alone and says false where it cannot; three hundred cells with twelve months each cost too much in
// big.Rat.
func quiet(ind Indicator, c Cell, past []Cell, m Month) bool {
	if ind.Kind != KindNumber || c.Content != HasValue || ind.UsualHigh.OK && c.Value.Cmp(ind.UsualHigh.V) > 0 || ind.UsualLow.OK && c.Value.Cmp(ind.UsualLow.V) < 0 {
		return false
	}
	var room [13]int64
	values := room[:0] // the number itself, then the earlier ones
	if len(past) >= len(room) {
		return false
	}
	for i := -1; i < len(past); i++ {
		v := c.Value
		if i >= 0 {
			p := &past[i]
			if ind.Accumulation == Cumulative && p.Month.Year() != m.Year() {
				continue
			}
			if v = p.Value; p.Content == NoneOccurred {
				v = Decimal{}
			} else if p.Content != HasValue {
				continue
			}
		}
		n, ok := v.millionths()
		if !ok {
			return false
		}
		values = append(values, n)
	}
	x, values := values[0], values[1:]
	if len(values) == 0 {
		return true
	}
	last := values[0]
	switch {
	case last > 0 && x > 0 && (x/10 >= last || last/10 >= x):
		return false
	case ind.Accumulation == Cumulative && x < last, ind.Accumulation == Flow && x == last && x != 0 && len(values) > 1:
		return false
	case len(values) < 6:
		return true
	}
	slices.Sort(values)
	low, high, median := values[0], values[len(values)-1], values[len(values)/2]
	away := max(x-median, median-x)
	return x >= low && x <= high || low == high || away <= 2*(high-low)
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
