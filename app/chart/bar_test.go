package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestHBar(t *testing.T) {
	t.Parallel()
	c := BarChart{ID: "b", Title: "So sánh", Desc: "Mô tả", Unit: "%", Bars: []Bar{
		{Label: "Sở Y tế", Value: rat("93.1"), Text: "93,1", Target: rat("95"), TargetText: "95", Own: true},
		{Label: "Sở Tư pháp", Value: rat("80"), Text: "80,0", Provisional: true},
		{Label: "Sở Nội vụ"},
		{Label: "Sở Xây dựng", Value: rat("0"), Text: "0,0"},
		{Label: "Sở Tài chính", Value: rat("-12.5"), Text: "-12,5"},
	}}
	for _, width := range []int{640, 340} {
		c.Width = width
		svg := HBar(c)
		texts := parse(t, svg)
		for _, want := range []string{"Sở Y tế", "93,1%", "80,0% (tạm)", "chưa có", "0,0%", "-12,5%", "Mục tiêu"} {
			if !slices.Contains(texts, want) {
				t.Errorf("width %d: no text %q among %q", width, want, texts)
			}
		}
		if n := strings.Count(svg, "<rect"); n != 3 {
			t.Errorf("width %d: %d bars, want 3 (none for missing and zero)", width, n)
		}
		if n := strings.Count(svg, "chart-hollow"); n != 1 {
			t.Errorf("width %d: %d outlined bars, want 1", width, n)
		}
		if !strings.Contains(svg, "mục tiêu 95%") {
			t.Errorf("width %d: the target is not told", width)
		}
	}
}

func TestHBar_Bounds(t *testing.T) {
	t.Parallel()
	var c BarChart
	parse(t, HBar(c))
	for i := range MaxBars + 4 {
		c.Bars = append(c.Bars, Bar{Label: fmt.Sprint("Xã ", i), Value: rat("5"), Text: "5"})
	}
	texts := parse(t, HBar(c))
	if !slices.Contains(texts, "… và 4 dòng khác") || slices.Contains(texts, fmt.Sprint("Xã ", MaxBars)) {
		t.Errorf("bars are not bounded: %q", texts[len(texts)-3:])
	}
}

func TestHBar_LongLabelIsClippedAndToldInFull(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("Ủy ban nhân dân phường ", 8)
	svg := HBar(BarChart{ID: "b", Bars: []Bar{{Label: label, Value: rat("1"), Text: "1"}}})
	texts := parse(t, svg)
	if !strings.HasSuffix(texts[0], "…") || textWidth(texts[0]) > 640*0.42+fontSize {
		t.Errorf("label %q is not clipped", texts[0])
	}
	if !strings.Contains(svg, "<title>"+label+": 1</title>") {
		t.Error("the full label is not in the tooltip")
	}
}
