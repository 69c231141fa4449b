package kpi

import (
	"math/big"
	"time"
)

// Figure is the province's value of one indicator in one round.
type Figure struct {
	Indicator   string
	Value       *big.Rat // nil: there is none
	Num, Den    *big.Rat // of a ratio aggregated as Σa/Σb
	Grades      []int    // graded indicators: units at each grade, in the order of the scale
	Yes         int      // yes/no indicators: units that said yes
	Units       int      // units whose cell stands behind the figure
	Filled      int      // units whose cell is done, a "no number" included
	Due         int      // units that owe one
	Provisional bool     // some cell behind it is not accepted yet, or some unit is missing
	Override    *Override
}

// Override is a province figure set by the coordinator beside the computed one.
type Override struct {
	Set       string
	Month     Month
	Indicator string
	Value     Decimal
	Reason    string
	By        string
	At        time.Time
}

// Official returns the figure that the province stands for: the override if there is one, else the computed
// value; nil if there is neither.
func (f Figure) Official() *big.Rat {
	if f.Override != nil {
		return f.Override.Value.Rat()
	}
	return f.Value
}

// Show returns the official figure as a table displays it, "" if there is none.
func (f Figure) Show(ind Indicator) string {
	x := f.Official()
	switch {
	case x == nil:
		return ""
	case ind.Kind == KindYesNo && ind.Aggregation == AggProvince:
		return yesNo(x.Sign() != 0)
	}
	return FormatRat(x, ind.FigureDecimals())
}

// FigureDecimals returns how many decimals the province figure has: at least one for the share of units that said
// yes and for means of whole numbers.
func (ind Indicator) FigureDecimals() int {
	switch {
	case ind.Kind == KindYesNo && ind.Aggregation == AggSum:
		return 0
	case ind.Kind == KindYesNo || ind.Kind == KindGrade:
		return max(ind.Decimals, 1)
	case ind.Aggregation == AggMean || ind.Aggregation == AggWeighted:
		return max(ind.Decimals, 1)
	}
	return ind.Decimals
}

// FigureUnit returns the unit of measure of the province figure.
func (ind Indicator) FigureUnit() string {
	switch {
	case ind.Kind == KindYesNo && ind.Aggregation == AggSum:
		return "Đơn vị"
	case ind.Kind == KindYesNo && ind.Aggregation != AggProvince:
		return "% đơn vị"
	case ind.Kind == KindGrade:
		return "Điểm"
	}
	return ind.Unit
}

// Aggregator consolidates the cells of one indicator, one unit after another. The zero value is not usable; see
// NewAggregator. It is exact: sums are integers at the indicator's number of decimals.
type Aggregator struct {
	ind      Indicator
	fig      Figure
	sum, den big.Int // Σ values or numerators, Σ denominators, both at scale MaxDecimals of their kind
	rat      *big.Rat
	weight   *big.Rat
	tmp      big.Int
	pow      big.Int
}

// sumScale is the scale of the integer sums: no value on a sheet has more decimals.
const sumScale = 3

// NewAggregator starts the consolidation of ind over due units.
func NewAggregator(ind Indicator, due int) *Aggregator {
	a := &Aggregator{ind: ind, fig: Figure{Indicator: ind.Code, Due: due}}
	if ind.Kind == KindGrade {
		a.fig.Grades = make([]int, len(ind.Grades))
	}
	return a
}

// WeightBy returns the code of the indicator whose number weights the cells, "" where none does.
func (a *Aggregator) WeightBy() string {
	if a.ind.Aggregation != AggWeighted {
		return ""
	}
	return a.ind.WeightBy
}

// Add takes the cell of one unit. accepted says whether the province has accepted it; weight is the number of the
// WeightBy indicator of the same unit, or nil.
func (a *Aggregator) Add(c Cell, accepted bool, weight *big.Rat) {
	if !c.Filled(a.ind.Kind) {
		return
	}
	a.fig.Filled++
	if !accepted {
		a.fig.Provisional = true
	}
	switch {
	case a.ind.Kind == KindText:
		a.fig.Units++
	case a.ind.Kind == KindRatio && (a.ind.Aggregation == AggRatio || a.ind.Aggregation == AggProvince):
		if c.Content != HasValue {
			break
		}
		a.fig.Units++
		a.add(&a.sum, c.Num.V)
		a.add(&a.den, c.Den.V)
	case a.ind.Kind == KindNumber && (a.ind.Aggregation == AggSum || a.ind.Aggregation == AggProvince || a.ind.Aggregation == AggMean):
		if c.Content != HasValue && c.Content != NoneOccurred {
			break
		}
		a.fig.Units++
		a.add(&a.sum, c.Value)
	default:
		a.addRat(c, weight)
	}
}

// add adds d to an integer sum.
func (a *Aggregator) add(to *big.Int, d Decimal) {
	coef := d.coef
	for s := d.scale; s < sumScale; s++ {
		if coef > 1<<59 || coef < -1<<59 { // beyond 10^17: leave the fast path
			a.tmp.SetInt64(coef)
			a.pow.SetInt64(pow10(sumScale - s))
			to.Add(to, a.tmp.Mul(&a.tmp, &a.pow))
			return
		}
		coef *= 10
	}
	to.Add(to, a.tmp.SetInt64(coef))
}

// addRat takes a cell whose numbers are fractions or ranked: means of ratios, grades, weights, extremes.
func (a *Aggregator) addRat(c Cell, weight *big.Rat) {
	x, ok := c.Number(a.ind)
	if !ok {
		return
	}
	if a.ind.Aggregation == AggWeighted {
		if weight == nil || weight.Sign() <= 0 {
			return
		}
		if a.weight == nil {
			a.weight = new(big.Rat)
		}
		a.weight.Add(a.weight, weight)
		x = new(big.Rat).Mul(x, weight)
	}
	a.fig.Units++
	if a.ind.Kind == KindYesNo && x.Sign() > 0 {
		a.fig.Yes++
	}
	for i, g := range a.ind.Grades {
		if g.Code == c.Text {
			a.fig.Grades[i]++
		}
	}
	switch {
	case a.rat == nil:
		a.rat = x
	case a.ind.Aggregation == AggMin && x.Cmp(a.rat) < 0, a.ind.Aggregation == AggMax && x.Cmp(a.rat) > 0:
		a.rat = x
	case a.ind.Aggregation != AggMin && a.ind.Aggregation != AggMax:
		a.rat = new(big.Rat).Add(a.rat, x)
	}
}

// Figure returns the consolidated figure.
func (a *Aggregator) Figure() Figure {
	f := a.fig
	f.Provisional = f.Provisional || f.Filled < f.Due
	if f.Units == 0 || a.ind.Kind == KindText {
		return f
	}
	scale := big.NewInt(pow10(sumScale))
	switch {
	case a.ind.Kind == KindRatio && (a.ind.Aggregation == AggRatio || a.ind.Aggregation == AggProvince):
		f.Num, f.Den = new(big.Rat).SetFrac(&a.sum, scale), new(big.Rat).SetFrac(&a.den, scale)
		if f.Den.Sign() != 0 {
			f.Value = rate(a.ind, f.Num, f.Den)
		}
	case a.rat == nil:
		f.Value = new(big.Rat).SetFrac(&a.sum, scale)
		if a.ind.Aggregation == AggMean {
			f.Value.Quo(f.Value, big.NewRat(int64(f.Units), 1))
		}
	case a.ind.Aggregation == AggWeighted:
		f.Value = new(big.Rat).Quo(a.rat, a.weight)
	case a.ind.Aggregation == AggMean:
		f.Value = new(big.Rat).Quo(a.rat, big.NewRat(int64(f.Units), 1))
		if a.ind.Kind == KindYesNo {
			f.Value.Mul(f.Value, big.NewRat(100, 1))
		}
	default:
		f.Value = a.rat
	}
	return f
}

// addTo adds y to x, without the work of fractions where both are whole, as counts are.
func addTo(x, y *big.Rat) {
	if x.IsInt() && y.IsInt() {
		x.Num().Add(x.Num(), y.Num())
		return
	}
	x.Add(x, y)
}

// Accumulate returns the figure since January of a flow indicator from the monthly figures January..now: their
// sum, or Σa/Σb of a ratio. For other accumulations the last figure is already the answer. ok is false when no
// month has a figure.
func Accumulate(ind Indicator, months []Figure) (x *big.Rat, ok bool) {
	num, den := new(big.Rat), new(big.Rat)
	for i := range months {
		f := &months[i]
		switch {
		case f.Override != nil && ind.Kind != KindRatio:
			addTo(num, f.Override.Value.Rat())
		case ind.Kind == KindRatio && f.Num != nil:
			addTo(num, f.Num)
			addTo(den, f.Den)
		case ind.Kind != KindRatio && f.Value != nil:
			addTo(num, f.Value)
		default:
			continue
		}
		ok = true
	}
	if ind.Kind != KindRatio {
		return num, ok
	}
	if den.Sign() == 0 {
		return nil, false
	}
	return rate(ind, num, den), ok
}
