package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"regexp"
	"strings"
	"testing"

	"chiso/app/kpi"
)

// points reads a series from text: "-" is a missing value, a trailing "?" marks a provisional one.
func points(values ...string) []Point {
	var out []Point
	for _, s := range values {
		s, provisional := strings.CutSuffix(s, "?")
		if s == "-" {
			out = append(out, Point{})
			continue
		}
		r := rat(s)
		_, fraction, _ := strings.Cut(s, ".")
		out = append(out, Point{Value: r, Text: kpi.FormatRat(r, len(fraction)), Provisional: provisional})
	}
	return out
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("not a number: " + s)
	}
	return r
}

// months names n months that end with 11/2026.
func months(n int) []string {
	out := make([]string, n)
	for i := range out {
		m := 2026*12 + 10 - (n - 1 - i)
		out[i] = fmt.Sprintf("%d/%d", m%12+1, m/12)
	}
	return out
}

func lineOf(series ...Series) LineChart {
	n := 0
	for _, s := range series {
		n = max(n, len(s.Points))
	}
	return LineChart{ID: "c", Title: "Tiêu đề", Desc: "Mô tả", Unit: "%", Decimals: 1, Periods: months(n), Series: series}
}

// parse fails the test unless svg is well-formed XML under one root, and returns the texts of its text elements.
func parse(t *testing.T, svg string) []string {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	decoder.Strict = true
	var texts []string
	var open []string
	roots := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) == 0 {
				roots++
			}
			open = append(open, token.Name.Local)
			for _, a := range token.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("attribute %s is not allowed", a.Name.Local)
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s %s=%q is not a place", token.Name.Local, a.Name.Local, a.Value)
				}
			}
			switch token.Name.Local {
			case "svg", "title", "desc", "g", "path", "rect", "circle", "text":
			default:
				t.Errorf("element %s is not expected", token.Name.Local)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "text" {
				texts = append(texts, string(token))
			}
		}
	}
	if roots != 1 {
		t.Errorf("%d root elements", roots)
	}
	return texts
}

var reLine = regexp.MustCompile(`class="chart-line" d="([^"]*)"`)

// pieces returns how many points each unbroken piece of the first series' line has.
func pieces(svg string) []int {
	m := reLine.FindStringSubmatch(svg)
	if m == nil {
		return nil
	}
	var out []int
	for piece := range strings.SplitSeq(strings.TrimPrefix(m[1], "M"), "M") {
		out = append(out, strings.Count(piece, "L")+1)
	}
	return out
}

const hostile = "</text><script>alert(1)</script>\"' & \x00\x0b\xff ]]>"

func TestCharts_HostileTextIsEscaped(t *testing.T) {
	t.Parallel()
	p := []Point{{Value: rat("1"), Text: hostile}, {Value: rat("2"), Text: hostile, Provisional: true}}
	line := LineChart{ID: `x" onload="a`, Title: hostile, Desc: hostile, Unit: hostile, Periods: []string{hostile, hostile},
		Series: []Series{{hostile, p}, {hostile, p}}, Target: p, Breaks: []Break{{1, hostile}}}
	bar := BarChart{ID: hostile, Title: hostile, Desc: hostile, Unit: hostile,
		Bars: []Bar{{Label: hostile, Value: rat("1"), Text: hostile, Target: rat("2"), TargetText: hostile}}}
	for name, svg := range map[string]string{"line": Line(line), "bar": HBar(bar), "spark": Spark(Sparkline{Label: hostile, Points: p})} {
		parse(t, svg)
		if strings.Contains(svg, "<script") || strings.Contains(svg, "onload=") {
			t.Errorf("%s lets markup through:\n%s", name, svg)
		}
	}
}

func TestCharts_SizesAndNames(t *testing.T) {
	t.Parallel()
	svg := Line(lineOf(Series{"A", points("1", "2")}))
	for _, want := range []string{`viewBox="0 0 640 260"`, `role="img"`, `aria-labelledby="c-t c-d"`, `<title id="c-t">Tiêu đề</title>`, `<desc id="c-d">Mô tả</desc>`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in %s", want, svg)
		}
	}
	pair := LineBoth(lineOf(Series{"A", points("1", "2")}))
	ids := regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(pair, -1)
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id[1]] {
			t.Errorf("id %s is used twice", id[1])
		}
		seen[id[1]] = true
	}
	if len(ids) != 4 {
		t.Errorf("%d ids, want 4", len(ids))
	}
}

func TestLine_Golden(t *testing.T) {
	t.Parallel()
	c := lineOf(Series{"Tỷ lệ", points("90.5", "-", "91.2", "93.1?")})
	c.Width, c.Height = 340, 200
	c.Target = ConstantTarget(Point{Value: rat("95"), Text: "95"}, 4)
	c.Breaks = []Break{{2, "Định nghĩa mới"}}
	got := strings.ReplaceAll(Line(c), "><", ">\n<") + "\n"
	const file = "testdata/line.svg"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the drawing differs from %s (UPDATE_GOLDEN=1 rewrites it):\n%s", file, got)
	}
}
