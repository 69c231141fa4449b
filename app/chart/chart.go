// Package chart draws the charts of the web pages and reports as inline SVG: lines over periods, horizontal
// bars and sparklines, and writes the Vietnamese sentence that says what a line shows.
//
// The SVG carries no style attribute and no script, so it passes a strict Content-Security-Policy. Shapes are
// drawn in currentColor, and the stylesheet gives the classes s1 to s6 their colours; therefore the charts
// also follow the colours that a person has forced in the operating system. Every text is escaped here.
//
// Values arrive as exact numbers with the text that is shown for them. Floating point is used for positions only.
package chart

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Sizes in user units, which are CSS pixels when a chart is shown at its own width.
const (
	wideWidth   = 640
	narrowWidth = 340
	fontSize    = 14
	lineHeight  = 18
	markerSize  = 4.0
)

// Point is the value of one period.
type Point struct {
	Value       *big.Rat // nil if there is no number: a line stops there
	Text        string   // the value as shown to people, without unit: "1.234,5"
	Provisional bool     // not yet accepted: drawn hollow and marked «tạm»
}

// number returns the position of the point's value, and false if there is none that can be drawn.
func (p Point) number() (float64, bool) { return toFloat(p.Value) }

// label returns the text of the value with its unit, marked if it is provisional.
func (p Point) label(unit string) string {
	if p.Provisional {
		return withUnit(p.Text, unit) + " (tạm)"
	}
	return withUnit(p.Text, unit)
}

func toFloat(r *big.Rat) (float64, bool) {
	if r == nil {
		return 0, false
	}
	v, _ := r.Float64()
	return v, !math.IsInf(v, 0)
}

// canvas collects the markup of one chart.
type canvas struct {
	strings.Builder
}

// open starts the svg element with its accessible name and description. id is reduced to letters, digits, - and _.
func (c *canvas) open(class, id, title, desc string, width, height float64) {
	id = cleanID(id)
	fmt.Fprintf(c, `<svg class="chart %s" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-t %s-d" font-size="%d">`,
		class, px(width), px(height), px(width), px(height), id, id, fontSize)
	fmt.Fprintf(c, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, escape(title), id, escape(desc))
}

func (c *canvas) close() { c.WriteString("</svg>") }

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(c, `<path class="%s" d="M%s %sL%s %s" fill="none" stroke="currentColor"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

// path draws an open line along d. Nothing is drawn for an empty d.
func (c *canvas) path(class, d string) {
	if d != "" {
		fmt.Fprintf(c, `<path class="%s" d="%s" fill="none" stroke="currentColor" stroke-linejoin="round"/>`, class, d)
	}
}

// text writes s with its baseline at y; anchor is start, middle or end.
func (c *canvas) text(class, anchor string, x, y float64, s string) {
	fmt.Fprintf(c, `<text class="%s" x="%s" y="%s" text-anchor="%s" fill="currentColor">%s</text>`, class, px(x), px(y), anchor, escape(s))
}

// marker draws the mark of series number n (from 0) around x, y, with hint as its tooltip.
func (c *canvas) marker(n int, x, y float64, hollow bool, hint string) {
	class, fill := "chart-mark", "currentColor"
	if hollow {
		class, fill = "chart-mark chart-hollow", "#fff"
	}
	fmt.Fprintf(c, `<path class="%s" d="%s" fill="%s" stroke="currentColor" stroke-width="1.5">`, class, markerPath(n, x, y), fill)
	if hint != "" {
		fmt.Fprintf(c, `<title>%s</title>`, escape(hint))
	}
	c.WriteString("</path>")
}

// markerPath returns the outline of a mark: circle, square, diamond, triangle, triangle upside down, cross.
func markerPath(n int, x, y float64) string {
	r := markerSize
	switch n % 6 {
	case 0:
		return fmt.Sprintf("M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0z", px(x-r), px(y), px(r), px(r), px(2*r), px(r), px(r), px(-2*r))
	case 1:
		return fmt.Sprintf("M%s %sh%sv%sh%sz", px(x-r), px(y-r), px(2*r), px(2*r), px(-2*r))
	case 2:
		r *= 1.3
		return fmt.Sprintf("M%s %sl%s %sl%s %sl%s %sz", px(x), px(y-r), px(r), px(r), px(-r), px(r), px(-r), px(-r))
	case 3:
		return fmt.Sprintf("M%s %sl%s %sh%sz", px(x), px(y-r), px(r*1.15), px(2*r), px(-2.3*r))
	case 4:
		return fmt.Sprintf("M%s %sl%s %sh%sz", px(x), px(y+r), px(r*1.15), px(-2*r), px(-2.3*r))
	default:
		a, w := r*1.1, r*0.4
		return fmt.Sprintf("M%s %sh%sv%sh%sv%sh%sv%sh%sv%sh%sv%sh%sz", px(x-w), px(y-a), px(2*w), px(a-w), px(a-w), px(2*w), px(w-a),
			px(a-w), px(-2*w), px(w-a), px(w-a), px(-2*w), px(a-w))
	}
}

// px formats a length with at most one decimal.
func px(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// both wraps a wide and a narrow drawing of the same chart; the stylesheet shows the one that suits the screen.
func both(wide, narrow string) string {
	return `<div class="chart-wide">` + wide + `</div><div class="chart-narrow">` + narrow + `</div>`
}
