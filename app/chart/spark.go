package chart

import (
	"fmt"
	"math"
	"strings"
)

// MaxSpark is the largest number of points of a sparkline; the latest are kept.
const MaxSpark = 12

// Sparkline is a small line without axes for a table row.
type Sparkline struct {
	Label  string // accessible name: what the line shows and how it ends
	Points []Point
	Width  int // in CSS pixels; 0 = 96
	Height int // 0 = 24
}

// Spark draws s and returns the svg element. Its last known point is marked, hollow if provisional.
func Spark(s Sparkline) string {
	if s.Width <= 0 {
		s.Width = 96
	}
	if s.Height <= 0 {
		s.Height = 24
	}
	points := s.Points[max(0, len(s.Points)-MaxSpark):]
	var c canvas
	fmt.Fprintf(&c, `<svg class="chart-spark s1" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		s.Width, s.Height, s.Width, s.Height, escape(s.Label))
	c.drawSpark(points, float64(s.Width), float64(s.Height))
	c.close()
	return c.String()
}

func (c *canvas) drawSpark(points []Point, width, height float64) {
	const pad = 4.0
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if v, ok := p.number(); ok {
			low, high = min(low, v), max(high, v)
		}
	}
	x := func(i int) float64 {
		if len(points) == 1 {
			return width / 2
		}
		return pad + float64(i)*(width-2*pad)/float64(len(points)-1)
	}
	y := func(v float64) float64 {
		if low == high {
			return height / 2
		}
		return height - pad - (v-low)/(high-low)*(height-2*pad)
	}

	var line strings.Builder
	gap := true
	for i, p := range points {
		v, ok := p.number()
		switch {
		case ok && gap: // a point alone becomes a dot, since its line has round ends
			fmt.Fprintf(&line, "M%s %sh0", px(x(i)), px(y(v)))
		case ok:
			fmt.Fprintf(&line, "L%s %s", px(x(i)), px(y(v)))
		}
		gap = !ok
	}
	if line.Len() > 0 {
		fmt.Fprintf(c, `<path class="chart-spark-line" d="%s" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>`, line.String())
	}
	if last := lastKnown(points); last >= 0 {
		v, _ := points[last].number()
		fill := "currentColor"
		if points[last].Provisional {
			fill = "#fff"
		}
		fmt.Fprintf(c, `<circle cx="%s" cy="%s" r="2.5" fill="%s" stroke="currentColor" stroke-width="1.5"/>`, px(x(last)), px(y(v)), fill)
	}
}
