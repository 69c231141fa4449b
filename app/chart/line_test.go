package chart

import (
	"math/big"
	"slices"
	"strings"
	"testing"
)

func TestLine_StopsAtGapsAndBreaks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		values []string
		breaks []Break
		want   []int
	}{
		{"whole", []string{"1", "2", "3"}, nil, []int{3}},
		{"gap", []string{"1", "2", "-", "4", "5", "6"}, nil, []int{2, 3}},
		{"lone point between gaps", []string{"1", "-", "3", "-", "5"}, nil, []int{1, 1, 1}},
		{"missing at both ends", []string{"-", "2", "3", "-"}, nil, []int{2}},
		{"single point", []string{"7"}, nil, []int{1}},
		{"new definition", []string{"1", "2", "3", "4", "5"}, []Break{{3, "mới"}}, []int{3, 2}},
		{"break out of range", []string{"1", "2"}, []Break{{0, "mới"}, {2, "mới"}, {-4, "mới"}}, []int{2}},
		{"nothing", []string{"-", "-"}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := lineOf(Series{"A", points(tt.values...)})
			c.Breaks = tt.breaks
			svg := Line(c)
			parse(t, svg)
			if got := pieces(svg); !slices.Equal(got, tt.want) {
				t.Errorf("pieces %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLine_Texts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		c    LineChart
		want []string
		not  []string
	}{
		{"last value labelled", lineOf(Series{"A", points("90.5", "93.1")}), []string{"93,1", "10/2026", "11/2026", "ĐVT: %"}, []string{"90,5", "A"}},
		{"provisional", lineOf(Series{"A", points("90", "93.1?")}), []string{"93,1 (tạm)"}, nil},
		{"label at the last known point", lineOf(Series{"A", points("90", "93.1", "-")}), []string{"93,1"}, nil},
		{"no data", lineOf(Series{"A", points("-", "-")}), []string{"Chưa có số liệu"}, nil},
		{"two series are named", lineOf(Series{"Sở A", points("1", "2")}, Series{"Sở B", points("3", "4")}), []string{"Sở A 2", "Sở B 4"}, nil},
		{"long names go to a legend", lineOf(Series{strings.Repeat("Sở Y tế ", 6), points("1", "2")}, Series{"B", points("3", "4")}), []string{"2", "4", "B"}, []string{"B 4"}},
		{"negative", lineOf(Series{"A", points("-12.5", "-3.5")}), []string{"-3,5", "-10,0"}, nil},
		{"no periods", LineChart{ID: "c"}, []string{"Chưa có số liệu"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, Line(tt.c))
			for _, w := range tt.want {
				if !slices.Contains(got, w) {
					t.Errorf("no text %q among %q", w, got)
				}
			}
			for _, w := range tt.not {
				if slices.Contains(got, w) {
					t.Errorf("text %q is not expected among %q", w, got)
				}
			}
		})
	}
}

func TestLine_KeepsTheLatest60Points(t *testing.T) {
	t.Parallel()
	values := make([]string, 75)
	for i := range values {
		values[i] = "5"
	}
	values[14], values[74] = "1000", "7" // just beyond the bound, and the last
	c := lineOf(Series{"A", points(values...)})
	c.Breaks = []Break{{15, "mới"}, {16, "mới"}}
	svg := Line(c)
	texts := parse(t, svg)
	if got := pieces(svg); !slices.Equal(got, []int{1, 59}) {
		t.Errorf("pieces %v, want [1 59]", got)
	}
	if slices.Contains(texts, "1.000") || !slices.Contains(texts, "7") {
		t.Errorf("texts %q", texts)
	}
}

func TestLine_HollowMarksOnlyProvisional(t *testing.T) {
	t.Parallel()
	for want, values := range [][]string{{"1", "2"}, {"1", "2?"}, {"1?", "2?"}} {
		svg := Line(lineOf(Series{"A", points(values...)}))
		if got := strings.Count(svg, "chart-hollow"); got != want {
			t.Errorf("%v: %d hollow marks, want %d", values, got, want)
		}
	}
}

func TestLine_SeriesDifferByMark(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for n := range MaxSeries {
		path := markerPath(n, 0, 0)
		if before, twice := seen[path]; twice {
			t.Errorf("series %d and %d have the same mark", before, n)
		}
		seen[path] = n
	}
}

func TestLine_HugeNumberIsNotDrawn(t *testing.T) {
	t.Parallel()
	huge := Point{Value: new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(400), nil)), Text: "1"}
	tiny := Point{Value: new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(400), nil)), Text: "0"}
	parse(t, Line(lineOf(Series{"A", []Point{huge, {Value: rat("1"), Text: "1"}}})))
	parse(t, Line(lineOf(Series{"A", []Point{tiny, tiny}})))
}

func TestSpread(t *testing.T) {
	t.Parallel()
	labels := []endLabel{{y: 50}, {y: 52}, {y: 199}, {y: 200}}
	spread(labels, 0, 200)
	for i := 1; i < len(labels); i++ {
		if labels[i].y-labels[i-1].y < lineHeight {
			t.Errorf("labels %d and %d overlap: %v", i-1, i, labels)
		}
	}
	if labels[0].y != 50 || labels[3].y != 200 {
		t.Errorf("labels moved further than needed: %v", labels)
	}
}

func TestSpark(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		values []string
		moves  int
		lines  int
	}{
		{"rising", []string{"1", "2", "3"}, 1, 2},
		{"gap", []string{"1", "2", "-", "4"}, 2, 1},
		{"one", []string{"5"}, 1, 0},
		{"equal", []string{"5", "5"}, 1, 1},
		{"none", []string{"-"}, 0, 0},
		{"only the last twelve", strings.Split(strings.Repeat("1,", 19)+"2", ","), 1, 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			svg := Spark(Sparkline{Label: "Xu hướng", Points: points(tt.values...)})
			parse(t, svg)
			_, d, _ := strings.Cut(svg, ` d="`)
			d, _, _ = strings.Cut(d, `"`)
			if strings.Count(d, "M") != tt.moves || strings.Count(d, "L") != tt.lines {
				t.Errorf("line %q, want %d pieces and %d segments", d, tt.moves, tt.lines)
			}
		})
	}
}
