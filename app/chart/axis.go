package chart

import (
	"math"
	"math/big"
	"strings"

	"chiso/app/kpi"
)

// axis is a value axis that begins and ends on a tick.
type axis struct {
	low, high float64
	ticks     []tick
	scale     string // the power of ten taken out of the tick texts: "", "triệu" or "tỷ"
}

type tick struct {
	at   float64
	text string
}

// at returns the share of the axis below v: 0 at the low end, 1 at the high end.
func (a axis) at(v float64) float64 { return (v - a.low) / (a.high - a.low) }

// newAxis returns an axis over low..high with three to five ticks at 1, 2, 2.5 or 5 times a power of ten, none of
// them with more than the given decimals. It never passes 100 when the unit is % and the values do not.
func newAxis(low, high float64, decimals int, unit string) axis {
	top := math.Inf(1)
	if isPercent(unit) && high <= 100 {
		top = 100
	}
	decimals = max(decimals, 0)
	low, high = widen(low, high, top)
	step := niceStep{mantissa: 10, exponent: int(math.Floor(math.Log10(high-low))) - 2}
	first, last := step.span(low, high)
	for last-first > 4 || step.decimals() > decimals {
		step = step.next()
		first, last = step.span(low, high)
	}
	for last-first < 2 {
		if float64(last+1)*step.float() <= top {
			last++
		} else {
			first--
		}
	}

	a := axis{low: float64(first) * step.float(), high: float64(last) * step.float()}
	divisor := a.shorten(unit)
	for k := first; k <= last; k++ {
		a.ticks = append(a.ticks, tick{at: float64(k) * step.float(), text: step.text(k, divisor)})
	}
	return a
}

// widen makes room around values that hardly differ, so that noise does not look like a landslide. It keeps
// counts at or above zero and shares at or below top.
func widen(low, high, top float64) (float64, float64) {
	least := max(math.Abs(low), math.Abs(high)) * 0.04
	if least == 0 {
		return 0, 1
	}
	if high-low >= least {
		return low, high
	}
	room := (least - (high - low)) / 2
	wideLow, wideHigh := low-room, min(high+room, top)
	if low >= 0 {
		wideLow = max(wideLow, 0)
	}
	return wideLow, wideHigh
}

// shorten decides whether the ticks are told in millions or billions and returns the divisor as a power of ten.
func (a *axis) shorten(unit string) int {
	largest := max(math.Abs(a.low), math.Abs(a.high))
	for _, word := range []string{"nghìn", "triệu", "tỷ", "%"} {
		if strings.HasPrefix(strings.ToLower(unit), word) {
			return 0
		}
	}
	switch {
	case largest >= 1e10:
		a.scale = "tỷ"
		return 9
	case largest >= 1e7:
		a.scale = "triệu"
		return 6
	}
	return 0
}

// niceStep is mantissa × 10^(exponent-1) with a mantissa of 10, 20, 25 or 50.
type niceStep struct {
	mantissa int64
	exponent int
}

func (s niceStep) next() niceStep {
	switch s.mantissa {
	case 10:
		return niceStep{20, s.exponent}
	case 20:
		return niceStep{25, s.exponent}
	case 25:
		return niceStep{50, s.exponent}
	}
	return niceStep{10, s.exponent + 1}
}

func (s niceStep) float() float64 { return float64(s.mantissa) * math.Pow10(s.exponent-1) }

// span returns the numbers of the last tick at or below low and the first at or above high.
func (s niceStep) span(low, high float64) (first, last int64) {
	const slack = 1e-9 // a value that is on a tick except for rounding stays on it
	return int64(math.Floor(low/s.float() + slack)), int64(math.Ceil(high/s.float() - slack))
}

// decimals returns how many decimals the multiples of the step need.
func (s niceStep) decimals() int { return s.shifted(0) }

func (s niceStep) shifted(divisor int) int {
	exponent := s.exponent - divisor
	if s.mantissa == 25 {
		exponent--
	}
	return max(0, -exponent)
}

// text writes tick number k divided by 10^divisor.
func (s niceStep) text(k int64, divisor int) string {
	value := new(big.Rat).SetInt64(k * s.mantissa)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(abs(s.exponent-1-divisor))), nil)
	if s.exponent-1-divisor < 0 {
		value.Quo(value, new(big.Rat).SetInt(power))
	} else {
		value.Mul(value, new(big.Rat).SetInt(power))
	}
	return kpi.FormatRat(value, s.shifted(divisor))
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
