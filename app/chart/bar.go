package chart

import (
	"fmt"
	"math/big"
)

// MaxBars is the largest number of bars in one chart; further ones are counted, not drawn.
const MaxBars = 150

// Row heights of a bar chart: label and bar side by side, or the label above its bar on narrow charts.
const (
	barHeight     = 16.0
	rowHeight     = 28.0
	tallRowHeight = 46.0
	narrowLimit   = 480
)

// BarChart is a list of horizontal bars over a common axis that includes zero.
type BarChart struct {
	ID    string // unique on the page; letters, digits, - and _
	Title string // accessible name: what is drawn
	Desc  string // accessible description: the summary sentence
	Unit  string // unit of measure, written behind each value; may be empty
	Width int    // in CSS pixels; 0 = 640. The height follows from the number of bars
	Bars  []Bar
}

// Bar is one row.
type Bar struct {
	Label       string
	Value       *big.Rat // nil if there is no number: «chưa có» stands in place of the bar
	Text        string   // the value as shown to people, without unit
	Provisional bool     // drawn as an outline and marked «tạm»
	Target      *big.Rat // drawn as a tick across the bar; nil for none
	TargetText  string   // the target as shown to people, without unit
	Own         bool     // the row of the person who looks: its label is set off
}

// HBar draws c and returns the svg element.
func HBar(c BarChart) string {
	if c.Width <= 0 {
		c.Width = wideWidth
	}
	d := newBarDrawing(c)
	d.open("chart-bars", c.ID, c.Title, c.Desc, float64(c.Width), d.height())
	for i := range d.bars {
		d.drawBar(i)
	}
	d.drawFoot()
	d.close()
	return d.String()
}

// HBarBoth draws c twice, for wide and for narrow screens, in two div elements of which the stylesheet shows one.
func HBarBoth(c BarChart) string {
	narrow := c
	narrow.ID, narrow.Width = cleanID(c.ID)+"-n", narrowWidth
	return both(HBar(c), HBar(narrow))
}

// barDrawing is a bar chart with its places worked out.
type barDrawing struct {
	canvas
	chart       BarChart
	bars        []Bar
	low, high   float64 // values at the ends of the axis
	left, right float64 // places of these ends
	row         float64 // height of a row
	stacked     bool    // labels stand above their bars
	targets     bool    // some bar has a target
}

func newBarDrawing(c BarChart) *barDrawing {
	d := &barDrawing{chart: c, bars: c.Bars[:min(len(c.Bars), MaxBars)], row: rowHeight, stacked: c.Width < narrowLimit}
	labels, before, after := 0.0, 0.0, 0.0
	for _, b := range d.bars {
		labels = max(labels, 1.06*textWidth(b.Label))
		v, ok := toFloat(b.Value)
		if ok {
			d.low, d.high = min(d.low, v), max(d.high, v)
		}
		if t, ok := toFloat(b.Target); ok {
			d.low, d.high, d.targets = min(d.low, t), max(d.high, t), true
		}
		if room := textWidth(d.valueText(b)) + 10; v < 0 {
			before = max(before, room)
		} else {
			after = max(after, room)
		}
	}
	if d.low == d.high {
		d.high = 1
	}
	width := float64(c.Width)
	if d.stacked {
		d.row = tallRowHeight
		d.left = 1
	} else {
		d.left = min(labels, width*0.42) + 10
	}
	d.left += min(before, width*0.3)
	d.right = width - min(max(after, 10), width*0.4)
	return d
}

func (d *barDrawing) x(v float64) float64 {
	return d.left + (v-d.low)/(d.high-d.low)*(d.right-d.left)
}

func (d *barDrawing) height() float64 {
	height := float64(len(d.bars)) * d.row
	if d.footText() != "" || d.targets {
		height += lineHeight + 8
	}
	return max(height, 1)
}

func (d *barDrawing) valueText(b Bar) string {
	if _, ok := toFloat(b.Value); !ok {
		return "chưa có"
	}
	text := withUnit(b.Text, d.chart.Unit)
	if b.Provisional {
		text += " (tạm)"
	}
	return text
}

func (d *barDrawing) drawBar(i int) {
	b := d.bars[i]
	top := float64(i) * d.row
	y := top + (rowHeight-barHeight)/2
	class := "chart-name"
	if b.Own {
		class = "chart-name chart-own"
	}
	d.WriteString("<g>")
	hint := b.Label + ": " + d.valueText(b)
	if _, ok := toFloat(b.Target); ok {
		hint += ", mục tiêu " + withUnit(b.TargetText, d.chart.Unit)
	}
	fmt.Fprintf(d, "<title>%s</title>", escape(hint))
	if d.stacked {
		d.text(class, "start", 0, y+fontSize-2, clip(b.Label, float64(d.chart.Width)))
		y += tallRowHeight - rowHeight
		top += tallRowHeight - rowHeight + 3
	} else {
		d.text(class, "start", 0, y+barHeight-3, clip(b.Label, float64(d.chart.Width)*0.42))
	}
	d.drawValue(b, y)
	d.line("chart-zero", d.x(0), top, d.x(0), float64(i+1)*d.row)
	d.WriteString("</g>")
}

// drawValue draws the bar of b with its top at y, its target and its value.
func (d *barDrawing) drawValue(b Bar, y float64) {
	v, ok := toFloat(b.Value)
	class, anchor, end := "chart-value", "start", d.x(max(v, 0))+6
	switch {
	case !ok:
		class, end = "chart-muted", d.x(0)+6
	case v < 0:
		anchor, end = "end", d.x(v)-6
	}
	if ok && v != 0 {
		from, to := d.x(min(v, 0)), d.x(max(v, 0))
		fill, shape := "currentColor", "chart-bar s1"
		if b.Provisional {
			fill, shape = "#fff", "chart-bar chart-hollow s1"
		}
		fmt.Fprintf(d, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" fill="%s" stroke="currentColor"/>`,
			shape, px(from), px(y), px(max(to-from, 1)), px(barHeight), fill)
	}
	if t, ok := toFloat(b.Target); ok {
		x := d.x(t)
		fmt.Fprintf(d, `<path class="chart-tick" d="M%s %sv%s" fill="none" stroke="currentColor" stroke-width="3"/>`, px(x), px(y-3), px(barHeight+6))
		if anchor == "start" && end < x+8 && end+textWidth(d.valueText(b)) > x-4 {
			end = x + 8 // the value would lie on the tick
		}
	}
	d.text(class, anchor, end, y+barHeight-3, d.valueText(b))
}

// footText counts the bars that are not drawn.
func (d *barDrawing) footText() string {
	if left := len(d.chart.Bars) - len(d.bars); left > 0 {
		return fmt.Sprintf("… và %d dòng khác", left)
	}
	return ""
}

// drawFoot explains the target's tick under the bars.
func (d *barDrawing) drawFoot() {
	y := d.height() - 6
	x := 0.0
	if d.targets {
		fmt.Fprintf(d, `<path class="chart-tick" d="M4 %sv16" fill="none" stroke="currentColor" stroke-width="3"/>`, px(y-13))
		d.text("chart-muted", "start", 12, y, "Mục tiêu")
		x = 12 + textWidth("Mục tiêu") + 16
	}
	if foot := d.footText(); foot != "" {
		d.text("chart-muted", "start", x, y, foot)
	}
}
