package chart

import "fmt"

// drawAxes draws the unit of measure, the grid with its numbers and the names of the periods.
func (d *lineDrawing) drawAxes() {
	if unit := d.unitText(); unit != "" {
		d.text("chart-muted", "start", 0, fontSize, unit)
	}
	if d.empty {
		d.line("chart-zero", d.left, d.bottom, d.right, d.bottom)
		d.drawPeriods()
		return
	}
	for _, t := range d.values.ticks {
		y := d.heightOf(t.at)
		class := "chart-grid"
		if t.at == 0 {
			class = "chart-zero"
		}
		d.line(class, d.left, y, d.right, y)
		d.text("chart-muted", "end", d.left-6, y+5, t.text)
	}
	d.drawPeriods()
}

// drawPeriods names the last period and as many before it, evenly spaced, as there is room for.
func (d *lineDrawing) drawPeriods() {
	widest := 0.0
	for _, p := range d.chart.Periods {
		widest = max(widest, textWidth(p))
	}
	every := 1
	for float64(every)*d.step < widest+10 && every < len(d.chart.Periods) {
		every++
	}
	for i := len(d.chart.Periods) - 1; i >= 0; i -= every {
		x := min(max(d.x(i), widest/2), d.width-widest/2)
		d.text("chart-muted", "middle", x, d.bottom+20, d.chart.Periods[i])
		d.line("chart-zero", d.x(i), d.bottom, d.x(i), d.bottom+4)
	}
}

func (d *lineDrawing) drawEndLabels() {
	for _, l := range d.labels {
		d.text(l.class, "start", l.x, l.y+5, l.text)
	}
}

// drawLegend names the series under the plot when their names do not fit beside their last points.
func (d *lineDrawing) drawLegend() {
	for r, row := range d.legend {
		x, y := 0.0, d.bottom+28+float64(r+1)*(lineHeight+4)-8
		for _, n := range row {
			fmt.Fprintf(d, `<g class="s%d">`, n+1)
			d.line("chart-line", x, y-5, x+18, y-5)
			d.marker(n, x+9, y-5, false, "")
			d.WriteString("</g>")
			d.text("chart-name", "start", x+24, y, d.legendText(n))
			x += d.legendWidth(n) + 8
		}
	}
}
