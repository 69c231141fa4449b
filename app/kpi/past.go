package kpi

import (
	"math/big"
	"slices"
)

// Past is what a cell held in the rounds before.
type Past struct {
	Last   Cell        // of the most recent round that has content; Empty if there is none
	Values []PastValue // of the rounds with content, the most recent first, that of Last included
}

// PastValue is the part of an earlier cell that checks and sums look at: three hundred cells with twelve of them each
// are read for one page.
type PastValue struct {
	Month    Month
	Content  Content
	Value    Decimal
	Num, Den Opt
}

// PastOf makes a Past of whole cells, the most recent first.
func PastOf(cells ...Cell) Past {
	var p Past
	for _, c := range cells {
		if c.Content == Empty {
			continue
		}
		if len(p.Values) == 0 {
			p.Last = c
		}
		p.Values = append(p.Values, PastValue{c.Month, c.Content, c.Value, c.Num, c.Den})
	}
	return p
}

// Commensurable reports whether the numbers of two versions of an indicator can be compared and added.
func Commensurable(a, b Indicator) bool {
	return a.Kind == b.Kind && a.Unit == b.Unit && a.Scale == b.Scale && a.Accumulation == b.Accumulation && slices.Equal(a.Grades, b.Grades)
}

// Since returns the part of p from month m on.
func (p Past) Since(m Month) Past {
	n := len(p.Values)
	for n > 0 && p.Values[n-1].Month < m {
		n--
	}
	if n == 0 {
		return Past{}
	}
	return Past{p.Last, p.Values[:n]}
}

// Number is Cell.Number of a number, a ratio or yes/no; a grade has none.
func (p *PastValue) Number(ind Indicator) (x *big.Rat, ok bool) {
	switch {
	case p.Content == NoneOccurred && (ind.Kind == KindNumber || ind.Kind == KindYesNo):
		return new(big.Rat), true
	case p.Content != HasValue:
		return nil, false
	case ind.Kind == KindNumber || ind.Kind == KindYesNo:
		return p.Value.Rat(), true
	case ind.Kind == KindRatio && p.Num.OK && p.Den.OK && p.Den.V.Sign() != 0:
		return rateOf(ind.Scale, p.Num.V, p.Den.V), true
	}
	return nil, false
}

// SumToDate adds up what this month and those before it have brought: of a ratio Scale × Σ numerators / Σ denominators. ok is false where
// no month has a number, or the denominators are 0.
func SumToDate(ind Indicator, this PastValue, before []PastValue) (x *big.Rat, ok bool) {
	ratio := ind.Kind == KindRatio
	var num, den int64 // in millionths
	for i := -1; i < len(before); i++ {
		p := &this
		if i >= 0 {
			p = &before[i]
		}
		value, below := p.Value, Decimal{}
		switch {
		case ratio && p.Content == HasValue && p.Num.OK && p.Den.OK && p.Den.V.Sign() != 0:
			value, below = p.Num.V, p.Den.V
		case !ratio && p.Content == NoneOccurred:
			value = Decimal{}
		case ratio || p.Content != HasValue:
			continue
		}
		n, fits := value.millionths()
		d, fits2 := below.millionths()
		const room = 1 << 58
		if !fits || !fits2 || max(num, -num, den, -den, n, -n, d, -d) > room {
			return sumToDate(ind, append([]PastValue{this}, before...))
		}
		num, den, ok = num+n, den+d, true
	}
	switch {
	case !ok || ratio && den == 0:
		return nil, false
	case ratio:
		return rate(ind, big.NewRat(num, 1), big.NewRat(den, 1)), true
	}
	return big.NewRat(num, pow10(MaxDecimals)), true
}

// sumToDate is SumToDate of numbers of any size.
func sumToDate(ind Indicator, months []PastValue) (*big.Rat, bool) {
	var figures []Figure
	for i := range months {
		p := &months[i]
		n, ok := p.Number(ind)
		if !ok {
			continue
		}
		f := Figure{Value: n}
		if ind.Kind == KindRatio {
			f.Num, f.Den = p.Num.V.Rat(), p.Den.V.Rat()
		}
		figures = append(figures, f)
	}
	return Accumulate(ind, figures)
}
