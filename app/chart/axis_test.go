package chart

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestNewAxis(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		low, high float64
		decimals  int
		unit      string
		want      string
	}{
		{"share", 87.2, 95, 1, "%", "85,0 87,5 90,0 92,5 95,0"},
		{"share near 100", 40, 99, 1, "%", "40 60 80 100"},
		{"all equal", 50, 50, 1, "%", "49,0 49,5 50,0 50,5 51,0"},
		{"all 100", 100, 100, 1, "%", "98,0 98,5 99,0 99,5 100,0"},
		{"all zero", 0, 0, 0, "lượt", "0 1 2"},
		{"zero to one, decimals", 0, 1, 2, "", "0,00 0,25 0,50 0,75 1,00"},
		{"whole numbers only", 1, 2, 0, "lượt", "1 2 3"},
		{"thousands", 1001, 2400, 0, "lượt", "1.000 1.500 2.000 2.500"},
		{"negative", -12.5, -3.5, 1, "", "-12,5 -10,0 -7,5 -5,0 -2,5"},
		{"both signs", -8, 12, 0, "", "-10 0 10 20"},
		{"millions", 12_000_000, 19_000_000, 0, "đồng", "12 14 16 18 20 triệu"},
		{"already in millions", 12_000_000, 19_000_000, 0, "triệu đồng", "12.000.000 14.000.000 16.000.000 18.000.000 20.000.000"},
		{"billions", 5e9, 31e9, 0, "đồng", "0 10 20 30 40 tỷ"},
		{"fractions", 0.2, 0.4, 2, "", "0,20 0,25 0,30 0,35 0,40"},
		{"negative decimals asked", 1, 9, -3, "", "0 5 10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAxis(tt.low, tt.high, tt.decimals, tt.unit)
			var got []string
			for _, tick := range a.ticks {
				got = append(got, tick.text)
			}
			if a.scale != "" {
				got = append(got, a.scale)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("ticks %s, want %s", s, tt.want)
			}
		})
	}
}

func TestNewAxis_AlwaysThreeToFiveTicksAroundTheValues(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(57, 2026))
	for range 20_000 {
		low := (r.Float64() - 0.5) * []float64{1, 100, 1e4, 1e9, 1e15}[r.IntN(5)]
		high := low + r.Float64()*[]float64{0, 0.001, 1, 100, 1e9}[r.IntN(5)]
		a := newAxis(low, high, r.IntN(4), "")
		if n := len(a.ticks); n < 3 || n > 5 {
			t.Fatalf("%d ticks for %v..%v", n, low, high)
		}
		slack := (a.high - a.low) * 1e-6
		if low < a.low-slack || high > a.high+slack {
			t.Fatalf("axis %v..%v does not hold %v..%v", a.low, a.high, low, high)
		}
	}
}
