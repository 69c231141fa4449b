package chart

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a line chart; what is beyond them is not drawn.
const (
	MaxPoints = 60 // periods; the latest are kept
	MaxSeries = 6
)

// LineChart is one or more series over the same periods.
type LineChart struct {
	ID       string // unique on the page; letters, digits, - and _
	Title    string // accessible name: what is drawn
	Desc     string // accessible description: the summary sentence
	Unit     string // unit of measure, shown above the axis; may be empty
	Decimals int    // decimals of the indicator; the axis shows no more
	Width    int    // in CSS pixels; 0 = 640
	Height   int    // 0 = 260
	Periods  []string
	Series   []Series
	Target   []Point // the target of each period, or empty; drawn as dashed steps with its last Text as label
	Breaks   []Break
}

// Series is one line. Points is as long as the chart's Periods; missing points at its end may be left out.
type Series struct {
	Name   string // shown when there are several series
	Points []Point
}

// Break marks that the definition changed: the value of period At and those before it are not comparable, so
// no line joins them.
type Break struct {
	At   int    // index of the first period under the new definition
	Text string // «Định nghĩa mới»
}

// ConstantTarget returns p for each of n periods.
func ConstantTarget(p Point, n int) []Point {
	points := make([]Point, n)
	for i := range points {
		points[i] = p
	}
	return points
}

// Line draws c and returns the svg element.
func Line(c LineChart) string {
	c = c.bounded()
	d := newLineDrawing(c)
	d.open("chart-lines", c.ID, c.Title, c.Desc, d.width, d.height)
	d.drawAxes()
	if d.empty {
		d.text("chart-muted", "middle", (d.left+d.right)/2, (d.top+d.bottom)/2, "Chưa có số liệu")
	} else {
		d.drawBreaks()
		d.drawTarget()
		for n := range c.Series {
			d.drawSeries(n)
		}
		d.drawEndLabels()
		d.drawLegend()
	}
	d.close()
	return d.String()
}

// LineBoth draws c twice, for wide and for narrow screens, in two div elements of which the stylesheet shows one.
func LineBoth(c LineChart) string {
	narrow := c
	narrow.ID, narrow.Width = cleanID(c.ID)+"-n", narrowWidth
	return both(Line(c), Line(narrow))
}

// bounded returns c with its sizes filled in, cut to MaxPoints and MaxSeries, every series as long as Periods.
func (c LineChart) bounded() LineChart {
	if c.Width <= 0 {
		c.Width = wideWidth
	}
	if c.Height <= 0 {
		c.Height = 260
	}
	cut := max(0, len(c.Periods)-MaxPoints)
	n := len(c.Periods) - cut
	fit := func(points []Point) []Point {
		fitted := make([]Point, n)
		if len(points) > cut {
			copy(fitted, points[cut:])
		}
		return fitted
	}
	c.Periods = c.Periods[cut:]
	c.Target = fit(c.Target)
	series := make([]Series, 0, len(c.Series))
	for _, s := range c.Series[:min(len(c.Series), MaxSeries)] {
		series = append(series, Series{s.Name, fit(s.Points)})
	}
	c.Series = series
	breaks := make([]Break, 0, len(c.Breaks))
	for _, b := range c.Breaks {
		if b.At -= cut; b.At > 0 && b.At < n {
			breaks = append(breaks, b)
		}
	}
	c.Breaks = breaks
	return c
}

// breakAt reports whether the definition changed between periods i-1 and i.
func (c LineChart) breakAt(i int) bool {
	return slices.ContainsFunc(c.Breaks, func(b Break) bool { return b.At == i })
}

// drawSeries draws the line of series n in pieces, none across a gap or a break, and its marks.
func (d *lineDrawing) drawSeries(n int) {
	s := d.chart.Series[n]
	fmt.Fprintf(d, `<g class="s%d">`, n+1)
	var line strings.Builder
	for i, p := range s.Points {
		y, ok := d.y(p)
		if !ok {
			continue
		}
		command := "M"
		if d.joined(s.Points, i) {
			command = "L"
		}
		fmt.Fprintf(&line, "%s%s %s", command, px(d.x(i)), px(y))
	}
	d.path("chart-line", line.String())
	last := lastKnown(s.Points)
	for i, p := range s.Points {
		y, ok := d.y(p)
		alone := !d.joined(s.Points, i) && !d.joined(s.Points, i+1)
		if ok && (d.roomy || alone || p.Provisional || i == last) {
			d.marker(n, d.x(i), y, p.Provisional, d.chart.Periods[i]+": "+p.label(d.chart.Unit))
		}
	}
	d.WriteString("</g>")
}

// joined reports whether a line leads from point i-1 to point i.
func (d *lineDrawing) joined(points []Point, i int) bool {
	if i < 1 || i >= len(points) || d.chart.breakAt(i) {
		return false
	}
	_, here := points[i].number()
	_, before := points[i-1].number()
	return here && before
}

// drawTarget draws the target as steps: each period's target holds for the width of that period.
func (d *lineDrawing) drawTarget() {
	var steps strings.Builder
	drawn := false
	for i, p := range d.chart.Target {
		y, ok := d.y(p)
		if !ok {
			drawn = false
			continue
		}
		from, to := max(d.left, d.x(i)-d.step/2), min(d.right, d.x(i)+d.step/2)
		if drawn {
			fmt.Fprintf(&steps, "V%sH%s", px(y), px(to))
		} else {
			fmt.Fprintf(&steps, "M%s %sH%s", px(from), px(y), px(to))
		}
		drawn = true
	}
	if steps.Len() > 0 {
		fmt.Fprintf(d, `<path class="chart-target" d="%s" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="6 4"/>`, steps.String())
	}
}

func (d *lineDrawing) drawBreaks() {
	free := 0.0 // where the next text may begin
	for _, b := range d.chart.Breaks {
		x := d.x(b.At) - d.step/2
		fmt.Fprintf(d, `<path class="chart-break" d="M%s %sV%s" fill="none" stroke="currentColor" stroke-dasharray="2 3"><title>%s</title></path>`,
			px(x), px(d.top-14), px(d.bottom), escape(b.Text))
		width := textWidth(b.Text)
		from, anchor, at := x+5, "start", x+5
		if from+width > d.width {
			from, anchor, at = x-5-width, "end", x-5
		}
		if from >= free {
			d.text("chart-muted", anchor, at, d.top-6, b.Text)
			free = from + width + 8
		}
	}
}

// lastKnown returns the index of the last point with a number, or -1.
func lastKnown(points []Point) int {
	for i := len(points) - 1; i >= 0; i-- {
		if _, ok := points[i].number(); ok {
			return i
		}
	}
	return -1
}
