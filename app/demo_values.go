package app

import (
	"slices"
	"strings"

	"chiso/app/kpi"
)

// demoSpan is the stretch of months that a demo covers.
type demoSpan struct{ first, last kpi.Month }

// track makes up the values of one indicator in one unit, month after month. Since it carries running totals, every
// month from the January of the first year on must be asked for, in order.
type track struct {
	ind   *kpi.Indicator
	shape *demoShape
	span  demoSpan
	dice  dice // of the indicator in the unit
	part  dice // of the denominator: the same for all indicators that name it alike

	shared bool  // several units report it
	level  int64 // millionths
	size   int64 // ppm: how big the unit is
	growth int64 // ppm a month
	sums   bool  // cumulative, the denominator too
	trend  int64 // ppm: growth so far
	num    int64 // since January: millionths, of a ratio with sums thousandths of its parts
	den    int64
}

// newTrack begins the values of an indicator in a unit.
func newTrack(ind *demoIndicator, unit kpi.Unit, span demoSpan) *track {
	t := &track{ind: &ind.Indicator, shape: &ind.shape, span: span, shared: len(ind.leads) > 1, size: million, trend: million,
		dice: newDice("value", unit.Code, ind.Code), part: newDice("part", ind.Denominator),
		level: int64(ind.shape.Base), growth: int64(ind.shape.Growth),
		sums: ind.Accumulation == kpi.Cumulative && strings.Contains(ind.Denominator, "lũy kế")}
	if months := int64(span.last - span.first); months > 12 && ind.Accumulation != kpi.Cumulative {
		t.growth = t.growth * 12 / months
	}
	if !t.shared {
		return t
	}
	of := newDice("unit", unit.Code)
	size, quality, own := of.swing(million), of.swing(million), t.dice
	t.part = newDice("part", ind.Denominator, unit.Code)
	t.size = million + size*6/10
	if unit.Kind == kpi.Ward {
		t.size += 300_000
	}
	mix := quality*4/10 + own.swing(million)*6/10
	if ind.Kind == kpi.KindNumber && ind.Aggregation == kpi.AggSum {
		mix = size*7/10 + own.swing(million)*3/10
	}
	t.level += scaled(scaled(t.level, int64(ind.shape.Spread)), mix)
	return t
}

// next returns the content of the cell in month m.
func (t *track) next(m kpi.Month) kpi.Cell {
	if m > t.span.first {
		t.trend += scaled(t.trend, t.growth)
	}
	if m.Calendar() == 1 {
		t.num, t.den = 0, 0
	}
	d := t.dice.at(int32(m))
	c := kpi.Cell{Content: kpi.HasValue}
	switch t.ind.Kind {
	case kpi.KindNumber:
		t.number(&c, m, &d)
	case kpi.KindRatio:
		t.ratio(&c, m, &d)
	case kpi.KindYesNo:
		if t.ind.Accumulation == kpi.Point {
			d = t.dice // a plan, once issued, stays
		}
		if d.chance(t.likely(m)) {
			c.Value = kpi.Dec(1)
		}
	case kpi.KindGrade:
		d, step := t.dice, 0
		for range len(t.ind.Grades) - 1 {
			if d.chance(t.likely(m)) {
				step++
			}
		}
		byPoints := slices.SortedFunc(slices.Values(t.ind.Grades), func(a, b kpi.Grade) int { return a.Points - b.Points })
		c.Text = byPoints[step].Code
	default:
		c.Text = t.shape.Samples[(t.dice.state+uint64(m))%uint64(len(t.shape.Samples))]
	}
	return c
}

// likely returns the chance of a yes, which grows slowly.
func (t *track) likely(m kpi.Month) int64 {
	return min(int64(t.shape.P)+12_000*int64(m-t.span.first), 970_000)
}

func (t *track) number(c *kpi.Cell, m kpi.Month, d *dice) {
	unit := int64(million)
	for range t.ind.Decimals {
		unit /= 10
	}
	n := divide(t.rate(m, d), unit)
	if t.ind.Decimals == 0 && n < 40 && n > 0 && t.ind.Accumulation == kpi.Flow {
		n = max(0, n+int64(d.between(-2, 2))) // few of a kind never come evenly
	}
	c.Value = kpi.NewDecimal(n, uint8(t.ind.Decimals))
	if n == 0 && t.ind.Accumulation == kpi.Flow {
		*c = kpi.Cell{Content: kpi.NoneOccurred}
	}
}

func (t *track) ratio(c *kpi.Cell, m kpi.Month, d *dice) {
	scale, _ := t.ind.Scale.Parts()
	var num, den int64
	if t.sums {
		month := scaled(t.denominator(m)*1000/5, million+d.swing(250_000))
		t.den += month
		t.num += month * t.rate(m, d) / (scale * million)
		num, den = divide(t.num, 1000), divide(t.den, 1000)
	} else {
		den = max(1, t.denominator(m))
		num = divide(den*t.rate(m, d), scale*million)
	}
	if t.ind.Share {
		num = min(num, den)
	}
	scaled := uint8(t.ind.PartDecimals)
	c.Num, c.Den = kpi.Some(kpi.NewDecimal(num, scaled)), kpi.Some(kpi.NewDecimal(den, scaled))
	if den == 0 {
		*c = kpi.Cell{Content: kpi.NotApplicable, Text: "Từ đầu năm chưa có nhiệm vụ, hồ sơ nào thuộc phạm vi của chỉ số."}
	}
}

// denominator returns the denominator in the last decimal of the ratio's parts; of one that accumulates, what it
// would be in May.
func (t *track) denominator(m kpi.Month) int64 {
	d := t.part.at(int32(m))
	den := scaled(t.shape.Den, t.size)
	for range t.ind.PartDecimals {
		den *= 10
	}
	switch age := int64(m - t.span.first); t.ind.Accumulation {
	case kpi.Point:
		return scaled(den, million+400*age)
	case kpi.Flow:
		return scaled(den, million+3_000*age+d.swing(100_000))
	}
	return scaled(den, million-20_000*int64(t.span.last.Year()-m.Year()))
}

// rate returns the number, or the rate of a ratio, in millionths.
func (t *track) rate(m kpi.Month, d *dice) int64 {
	if t.ind.Accumulation == kpi.Cumulative && !t.sums {
		year := million - 120_000*int64(min(t.span.last.Year()-m.Year(), 4))
		step := progress(t.growth, int(m.Calendar())) - progress(t.growth, int(m.Calendar())-1)
		t.num += scaled(scaled(scaled(t.level, step), year), million+d.swing(300_000))
		return t.bound(t.num)
	}
	x := scaled(t.level, t.trend)
	if len(t.shape.Season) == 12 {
		x += scaled(x, int64(t.shape.Season[m.Calendar()-1]))
	}
	return t.bound(x + scaled(x, d.swing(t.noise())))
}

// noise returns how far a month may lie from its trend, in ppm.
func (t *track) noise() int64 {
	spread := int64(t.shape.Spread)
	switch {
	case t.ind.Accumulation == kpi.Point:
		return spread * 4 / 100
	case t.ind.Kind == kpi.KindNumber && t.ind.Decimals == 0:
		return max(spread*3/10, 60_000)
	case t.ind.Kind == kpi.KindNumber:
		return spread * 3 / 10
	}
	return spread * 12 / 100
}

// progress returns in ppm how much of its May total an indicator that accumulates has reached at the end of a month:
// evenly until May, then growing.
func progress(growth int64, month int) int64 {
	p := int64(min(month, 5)) * million / 5
	for range month - 5 {
		p += scaled(p, growth)
	}
	return p
}

// bound keeps x within what is possible; towards the upper end it bends gently instead of stopping dead.
func (t *track) bound(x int64) int64 {
	if t.ind.Min.OK {
		x = max(x, fromDecimal(t.ind.Min.V))
	}
	limit := t.ind.Max
	if t.ind.Share {
		limit = kpi.Some(t.ind.Scale)
	}
	if !limit.OK {
		return x
	}
	top := fromDecimal(limit.V)
	bend := max(top/100*95, min(t.level, top/1000*995))
	if room := top - bend; x > bend {
		x = top - room*room/(x-bend+room)
	}
	return x
}

// fromDecimal returns d in millionths.
func fromDecimal(d kpi.Decimal) int64 {
	coef, scale := d.Parts()
	for range kpi.MaxDecimals - scale {
		coef *= 10
	}
	return coef
}
