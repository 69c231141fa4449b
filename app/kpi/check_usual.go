package kpi

import (
	"cmp"
	"math/big"
	"slices"
)

// checkUsual compares a number or a rate with the soft limits and the previous values.
func checkUsual(ind Indicator, this *PastValue, past []PastValue, m Month, add func(Level, string, ...any)) {
	shown := func() string { return this.format(ind) } // rarely wanted
	if ind.UsualHigh.OK && this.compare(ind, ind.UsualHigh.V) > 0 {
		add(Warning, "%s cao hơn mức thường gặp (%s).", shown(), FormatDecimal(ind.UsualHigh.V, 0))
	}
	if ind.UsualLow.OK && this.compare(ind, ind.UsualLow.V) < 0 {
		add(Warning, "%s thấp hơn mức thường gặp (%s).", shown(), FormatDecimal(ind.UsualLow.V, 0))
	}
	if ind.Kind == KindRatio && ind.MinDenominator.OK && this.den().V.Cmp(ind.MinDenominator.V) < 0 {
		add(Notice, "Mẫu số nhỏ hơn %s nên tỷ lệ dao động mạnh.", FormatDecimal(ind.MinDenominator.V, 0))
	}
	all := append(make([]*PastValue, 0, 13), this)
	for i := range past {
		p := &past[i]
		if ind.Accumulation == Cumulative && p.Month.Year() != m.Year() {
			continue // a running total begins anew in January
		}
		if p.numeric(ind.Kind) {
			all = append(all, p)
		}
	}
	if len(all) == 1 {
		return
	}
	last := all[1]
	odd := oddity(ind, all)
	switch {
	case odd.tenfold:
		add(Warning, "%s gấp từ 10 lần kỳ trước (%s). Kiểm tra đơn vị tính, dấu thập phân.", shown(), last.format(ind))
	case odd.tenth:
		add(Warning, "%s chỉ bằng một phần mười kỳ trước (%s) hoặc ít hơn. Kiểm tra đơn vị tính, dấu thập phân.", shown(), last.format(ind))
	case odd.low != nil:
		add(Warning, "%s lệch xa %d kỳ gần đây (từ %s đến %s).", shown(), len(all)-1, FormatRat(odd.low, ind.Decimals), FormatRat(odd.high, ind.Decimals))
	}
	if odd.fallen {
		add(Warning, "Số lũy kế %s giảm so với kỳ trước (%s).", shown(), last.format(ind))
	}
	if odd.same {
		add(Warning, "Bằng đúng kỳ trước (%s). Kiểm tra có phải số mới của kỳ này.", last.format(ind))
	}
}

// odd tells how a number differs from those before it.
type odd struct {
	tenfold, tenth bool     // of the last one, or more, or less
	low, high      *big.Rat // the bounds of those before, if it is far from all of them
	fallen         bool     // below the last one, though a running total
	same           bool     // as the last one, though of a flow
}

// oddity compares the first of the values with the others, the most recent first: on whole numbers where they fit.
func oddity(ind Indicator, values []*PastValue) odd {
	if ind.Kind == KindNumber {
		var room [13]micro
		small := room[:0]
		for _, p := range values {
			if n, ok := p.value().micro(); ok {
				small = append(small, n)
			}
		}
		if len(small) == len(values) {
			return oddOf(ind, small[0], small[1:])
		}
	}
	large := make([]rational, len(values))
	for i, p := range values {
		large[i].Rat, _ = p.Number(ind)
	}
	return oddOf(ind, large[0], large[1:])
}

// oddOf puts the values before in order.
func oddOf[N exact[N]](ind Indicator, x N, before []N) (o odd) {
	last := before[0]
	if last.Sign() > 0 && x.Sign() > 0 {
		o.tenfold = x.Cmp(last.times(10)) >= 0
		o.tenth = x.times(10).Cmp(last) <= 0
	}
	o.fallen = ind.Accumulation == Cumulative && ind.Kind == KindNumber && x.Cmp(last) < 0
	o.same = ind.Accumulation == Flow && x.Cmp(last) == 0 && x.Sign() != 0 && len(before) > 1
	if o.tenfold || o.tenth || len(before) < 6 {
		return o
	}
	slices.SortFunc(before, N.Cmp)
	low, median, high := before[0], before[len(before)/2], before[len(before)-1]
	away := x.minus(median)
	if away.Sign() < 0 {
		away = median.minus(x)
	}
	// Farther from the median than twice the whole range: a robust bound that needs no assumption about the distribution. A
	// flat history says nothing.
	if spread := high.minus(low); spread.Sign() > 0 && away.Cmp(spread.times(2)) > 0 {
		o.low, o.high = low.rat(), high.rat()
	}
	return o
}

// exact is a number that is compared without rounding.
type exact[N any] interface {
	Cmp(N) int
	Sign() int
	minus(N) N
	times(int64) N
	rat() *big.Rat
}

// micro counts millionths, few enough for ten times as many.
type micro int64

func (d Decimal) micro() (micro, bool) {
	const room = 1 << 59
	n, ok := d.millionths()
	return micro(n), ok && -room < n && n < room
}

func (a micro) Cmp(b micro) int     { return cmp.Compare(a, b) }
func (a micro) Sign() int           { return cmp.Compare(a, 0) }
func (a micro) minus(b micro) micro { return a - b }
func (a micro) times(n int64) micro { return a * micro(n) }
func (a micro) rat() *big.Rat       { return big.NewRat(int64(a), pow10(MaxDecimals)) }

// rational is a number of any size.
type rational struct{ *big.Rat }

func (a rational) Cmp(b rational) int        { return a.Rat.Cmp(b.Rat) }
func (a rational) minus(b rational) rational { return rational{new(big.Rat).Sub(a.Rat, b.Rat)} }
func (a rational) times(n int64) rational    { return rational{new(big.Rat).Mul(a.Rat, big.NewRat(n, 1))} }
func (a rational) rat() *big.Rat             { return a.Rat }
