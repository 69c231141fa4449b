package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// lineDrawing is a line chart with its places worked out.
type lineDrawing struct {
	canvas
	chart                    LineChart
	width, height            float64 // of the whole picture
	left, right, top, bottom float64 // of the plot
	first, step              float64 // x of the first period, distance of two periods
	values                   axis
	roomy                    bool // there is room for a mark at every point
	empty                    bool // there is no number at all
	named                    bool // the series' names stand at their last points, not in a legend
	labels                   []endLabel
	legend                   [][]int // series numbers by row
}

// endLabel is a text at the last point of a line.
type endLabel struct {
	x, y        float64
	class, text string
}

func newLineDrawing(c LineChart) *lineDrawing {
	d := &lineDrawing{chart: c, width: float64(c.Width), height: float64(c.Height)}
	low, high, ok := c.extent()
	d.empty = !ok
	if d.empty {
		low, high = 0, 1
	}
	d.values = newAxis(low, high, c.Decimals, c.Unit)
	d.placePlot()

	n := len(c.Periods)
	const pad = 10.0 // keeps marks off the frame
	d.first, d.step = (d.left+d.right)/2, d.right-d.left
	if n > 1 {
		d.first = d.left + pad
		d.step = (d.right - d.left - 2*pad) / float64(n-1)
	}
	d.roomy = d.step >= 3*markerSize
	d.placeEndLabels()
	return d
}

// extent returns the smallest and the largest number of all series and the target.
func (c LineChart) extent() (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	include := func(points []Point) (found bool) {
		for _, p := range points {
			if v, isNumber := p.number(); isNumber {
				low, high, found = min(low, v), max(high, v), true
			}
		}
		return found
	}
	for _, s := range c.Series {
		ok = include(s.Points) || ok
	}
	include(c.Target)
	return low, high, ok
}

// placePlot gives each part around the plot the room that its texts need.
func (d *lineDrawing) placePlot() {
	for _, t := range d.values.ticks {
		d.left = min(max(d.left, textWidth(t.text)+10), d.width*0.4)
	}
	d.top = 12
	if d.unitText() != "" {
		d.top += lineHeight
	}
	if len(d.chart.Breaks) > 0 {
		d.top += lineHeight
	}
	most := d.width * 0.36
	d.named = len(d.chart.Series) > 1
	if d.named && d.labelRoom() > most {
		d.named = false
	}
	d.right = d.width - min(max(d.labelRoom(), 16), most)
	if len(d.chart.Series) > 1 && !d.named {
		d.legend = d.legendRows()
	}
	d.bottom = d.height - 28 - float64(len(d.legend))*(lineHeight+4)
}

// labelRoom returns the width of the widest label at the end of a line, with its distance.
func (d *lineDrawing) labelRoom() float64 {
	room := 0.0
	if last := lastKnown(d.chart.Target); last >= 0 {
		room = textWidth(d.targetText(last)) + 6
	}
	for n, s := range d.chart.Series {
		if last := lastKnown(s.Points); last >= 0 {
			room = max(room, 1.06*textWidth(d.seriesText(n, last))+4) // the labels are semi-bold
		}
	}
	return room
}

func (d *lineDrawing) unitText() string {
	switch {
	case d.chart.Unit == "":
		return d.values.scale
	case d.values.scale == "":
		return "ĐVT: " + d.chart.Unit
	}
	return "ĐVT: " + d.values.scale + " " + d.chart.Unit
}

func (d *lineDrawing) targetText(i int) string { return "Mục tiêu " + d.chart.Target[i].Text }

func (d *lineDrawing) seriesText(n, i int) string {
	s := d.chart.Series[n]
	if d.named {
		return s.Name + " " + s.Points[i].label("")
	}
	return s.Points[i].label("")
}

func (d *lineDrawing) x(i int) float64 { return d.first + float64(i)*d.step }

// y returns the height of p in the plot, and false if p has no number.
func (d *lineDrawing) y(p Point) (float64, bool) {
	v, ok := p.number()
	return d.heightOf(v), ok
}

func (d *lineDrawing) heightOf(v float64) float64 { return d.bottom - d.values.at(v)*(d.bottom-d.top) }

// placeEndLabels puts each label beside its last point and then apart from the others.
func (d *lineDrawing) placeEndLabels() {
	for n, s := range d.chart.Series {
		if last := lastKnown(s.Points); last >= 0 {
			y, _ := d.y(s.Points[last])
			x := max(d.x(last)+markerSize+5, 0)
			d.labels = append(d.labels, endLabel{x, y, fmt.Sprintf("chart-end s%d", n+1), d.seriesText(n, last)})
		}
	}
	if last := lastKnown(d.chart.Target); last >= 0 && !d.empty {
		y, _ := d.y(d.chart.Target[last])
		x := min(d.right, d.x(last)+d.step/2) + 4
		d.labels = append(d.labels, endLabel{x, y, "chart-target-label", d.targetText(last)})
	}
	slices.SortStableFunc(d.labels, func(a, b endLabel) int { return cmp.Compare(a.y, b.y) })
	spread(d.labels, d.top, d.bottom)
}

// spread moves labels, sorted by y, apart to one line each and keeps them between top and bottom where it can.
func spread(labels []endLabel, top, bottom float64) {
	for i := range labels {
		if i > 0 {
			labels[i].y = max(labels[i].y, labels[i-1].y+lineHeight)
		}
	}
	limit := bottom
	for i := len(labels) - 1; i >= 0; i-- {
		labels[i].y = min(labels[i].y, limit)
		limit = labels[i].y - lineHeight
	}
	if len(labels) > 0 && labels[0].y < top {
		labels[0].y = top
		for i := 1; i < len(labels); i++ {
			labels[i].y = max(labels[i].y, labels[i-1].y+lineHeight)
		}
	}
}

// legendRows breaks the names of the series into rows of the chart's width.
func (d *lineDrawing) legendRows() [][]int {
	var rows [][]int
	used := d.width
	for n := range d.chart.Series {
		width := d.legendWidth(n) + 8
		if used+width > d.width {
			rows = append(rows, nil)
			used = 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], n)
		used += width
	}
	return rows
}

func (d *lineDrawing) legendText(n int) string { return clip(d.chart.Series[n].Name, d.width-24) }

func (d *lineDrawing) legendWidth(n int) float64 { return textWidth(d.legendText(n)) + 24 }
