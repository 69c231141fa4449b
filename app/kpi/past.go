package kpi

import (
	"math/big"
	"slices"
)

// Past is what a cell held in the rounds before.
type Past struct {
	Text   string      // of the most recent of them: text, grade code, or the reason of a "no number"
	Values []PastValue // of the rounds with content, the most recent first
}

// PastValue is the part of an earlier cell that checks and sums look at. It is small: three hundred cells with twelve of them each
// are read for one page.
type PastValue struct {
	Month            Month
	Content          Content
	parts            uint8 // of a ratio: those that are there
	scale, downScale uint8
	coef, down       int64 // the value or, of a ratio, the numerator; the denominator
}

const (
	hasNum = 1 << iota
	hasDen
)

// ValueOf returns the part of c that a PastValue holds. One with a numerator or a denominator is of a ratio and has no Value.
func ValueOf(c *Cell) PastValue {
	v := PastValue{Month: c.Month, Content: c.Content, coef: c.Value.coef, scale: c.Value.scale}
	if c.Num.OK || c.Den.OK {
		v.coef, v.scale = c.Num.V.coef, c.Num.V.scale
		v.down, v.downScale = c.Den.V.coef, c.Den.V.scale
	}
	if c.Num.OK {
		v.parts |= hasNum
	}
	if c.Den.OK {
		v.parts |= hasDen
	}
	return v
}

// value returns the value of what is no ratio.
func (p *PastValue) value() Decimal {
	if p.parts != 0 || p.Content != HasValue {
		return Decimal{}
	}
	return Decimal{p.coef, p.scale}
}

// num and den return the parts of a ratio.
func (p *PastValue) num() Opt {
	if p.parts&hasNum == 0 {
		return Opt{}
	}
	return Some(Decimal{p.coef, p.scale})
}

func (p *PastValue) den() Opt {
	if p.parts&hasDen == 0 {
		return Opt{}
	}
	return Some(Decimal{p.down, p.downScale})
}

// rated reports whether p is of a ratio that has a rate.
func (p *PastValue) rated() bool {
	return p.Content == HasValue && p.parts == hasNum|hasDen && p.down != 0
}

// PastOf makes a Past of whole cells, the most recent first.
func PastOf(cells ...Cell) Past {
	var p Past
	for i := range cells {
		c := &cells[i]
		if c.Content == Empty {
			continue
		}
		if len(p.Values) == 0 {
			p.Text = c.Text
		}
		p.Values = append(p.Values, ValueOf(c))
	}
	return p
}

// Last returns what the most recent round with content held, as far as it is kept: Empty if there was none.
func (p Past) Last() Cell {
	if len(p.Values) == 0 {
		return Cell{}
	}
	v := &p.Values[0]
	return Cell{CellKey: CellKey{Month: v.Month}, Content: v.Content, Value: v.value(), Num: v.num(), Den: v.den(), Text: p.Text}
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
	return Past{p.Text, p.Values[:n]}
}

// Number is Cell.Number of a number, a ratio or yes/no; a grade has none.
func (p *PastValue) Number(ind Indicator) (x *big.Rat, ok bool) {
	switch {
	case !p.numeric(ind.Kind):
		return nil, false
	case ind.Kind == KindRatio:
		return rateOf(ind.Scale, p.num().V, p.den().V), true
	}
	return p.value().Rat(), true
}

// compare compares a number or a rate with d.
func (p *PastValue) compare(ind Indicator, d Decimal) int {
	if ind.Kind == KindNumber {
		return p.value().Cmp(d)
	}
	x, _ := p.Number(ind)
	return x.Cmp(d.Rat())
}

// format returns what a number or a rate is shown as.
func (p *PastValue) format(ind Indicator) string {
	x, _ := p.Number(ind)
	return FormatRat(x, ind.Decimals)
}

// numeric reports whether p has a Number as an indicator of kind k.
func (p *PastValue) numeric(k Kind) bool {
	switch k {
	case KindNumber, KindYesNo:
		return p.Content == HasValue || p.Content == NoneOccurred
	case KindRatio:
		return p.rated()
	}
	return false
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
		value, below := p.value(), Decimal{}
		switch {
		case ratio && p.rated():
			value, below = p.num().V, p.den().V
		case ratio || p.Content != HasValue && p.Content != NoneOccurred:
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
			f.Num, f.Den = p.num().V.Rat(), p.den().V.Rat()
		}
		figures = append(figures, f)
	}
	return Accumulate(ind, figures)
}
