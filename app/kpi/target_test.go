package kpi

import (
	"math/big"
	"strings"
	"testing"
)

func TestParseTargets(t *testing.T) {
	t.Parallel()
	num := func(op TargetOp, v, scope, text string) Target {
		return Target{Year: 2030, Op: op, Value: Some(MustDecimal(v)), Scope: scope, Text: text}
	}
	span := func(low, high, text string) Target {
		return Target{Year: 2030, Op: OpRange, Value: Some(MustDecimal(low)), High: Some(MustDecimal(high)), Text: text}
	}
	words := func(s string) Target { return Target{Year: 2030, Text: s} }
	tests := []struct {
		text  string
		want  []Target
		doubt string // part of it; "": none
	}{
		{"", nil, ""},
		{"≥ 80", []Target{num(OpGE, "80", "", "")}, ""},
		{">= 30", []Target{num(OpGE, "30", "", ">= 30")}, ""},
		{"> =30%", []Target{num(OpGE, "30", "", "> =30%")}, ""},
		{"> 0,7", []Target{num(OpGT, "0.7", "", "")}, ""},
		{"> 0.7", []Target{num(OpGT, "0.7", "", "> 0.7")}, ""},
		{"≤ 10", []Target{num(OpLE, "10", "", "")}, ""},
		{"<5", []Target{num(OpLT, "5", "", "<5")}, ""},
		{"40 - 50", []Target{span("40", "50", "40 - 50")}, ""},
		{"40 – 50", []Target{span("40", "50", "")}, ""},
		{"20% - 50%", []Target{span("20", "50", "20% - 50%")}, ""},
		{"từ 40 đến 50", []Target{span("40", "50", "từ 40 đến 50")}, ""},
		{"50 - 40", []Target{words("50 - 40")}, "nguyên văn"},
		{"5% - 8", []Target{words("5% - 8")}, "nguyên văn"},
		{"100%", []Target{num(OpEQ, "100", "", "100%")}, ""},
		{"09", []Target{num(OpEQ, "9", "", "09")}, ""},
		{"90", []Target{num(OpEQ, "90", "", "")}, ""},
		{"≤ 3 Đông Nam Á; ≤ 50 Thế giới", []Target{num(OpLE, "3", "Đông Nam Á", ""), num(OpLE, "50", "Thế giới", "")}, ""},
		{"≤ 3 Đông Nam Á", []Target{num(OpLE, "3", "Đông Nam Á", "")}, ""},
		{"≥ 80; ≥ 90", []Target{words("≥ 80; ≥ 90")}, "nguyên văn"},
		{"≤ 3 Đông Nam Á; ≤ 5 Đông Nam Á", []Target{words("≤ 3 Đông Nam Á; ≤ 5 Đông Nam Á")}, "nguyên văn"},
		{"≥ 3% và tăng dần theo yêu cầu phát triển", []Target{num(OpGE, "3", "", "≥ 3% và tăng dần theo yêu cầu phát triển")}, "tăng dần"},
		{"Đạt mức tiên tiến ở nhiều lĩnh vực", []Target{words("Đạt mức tiên tiến ở nhiều lĩnh vực")}, "nguyên văn"},
		{"10 nước dẫn đầu", []Target{words("10 nước dẫn đầu")}, "nguyên văn"},
		{"Top 10", []Target{words("Top 10")}, "nguyên văn"},
		{"khoảng 30", []Target{words("khoảng 30")}, "nguyên văn"},
		{"=> 30", []Target{words("=> 30")}, "nguyên văn"},
		{"trên 60%", []Target{num(OpGT, "60", "", "trên 60%")}, ""},
		{"Tối thiểu 5", []Target{num(OpGE, "5", "", "Tối thiểu 5")}, ""},
		{"không quá 5", []Target{num(OpLE, "5", "", "không quá 5")}, ""},
		{"từ 80% trở lên", []Target{num(OpGE, "80", "", "từ 80% trở lên")}, ""},
		{"từ 80", []Target{words("từ 80")}, "nguyên văn"},
		{"≥ 80 Phấn đấu cao hơn", []Target{num(OpGE, "80", "", "≥ 80 Phấn đấu cao hơn")}, "Phấn đấu"},
		{"≥ 5 trên thế giới", []Target{num(OpGE, "5", "trên thế giới", "")}, ""},
		{"≥ 1.500", []Target{num(OpGE, "1500", "", "")}, "dấu chấm"},
		{"≥ 1,234", []Target{num(OpGE, "1.234", "", "")}, "dấu phẩy"},
		{"≥ 1,234.5", []Target{num(OpGE, "1234.5", "", "≥ 1,234.5")}, "dấu phẩy"},
		{"≥ 1.2.3", []Target{words("≥ 1.2.3")}, "nguyên văn"},
		{"≥ 80", []Target{num(OpGE, "80", "", "")}, ""},
		{"=1+1", []Target{words("=1+1")}, "nguyên văn"},
	}
	for _, tt := range tests {
		got, doubt := ParseTargets(tt.text, 2030)
		if len(got) != len(tt.want) {
			t.Errorf("%q: %+v", tt.text, got)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q:\ngot  %+v\nwant %+v", tt.text, got[i], tt.want[i])
			}
		}
		if (doubt == "") != (tt.doubt == "") || !strings.Contains(doubt, tt.doubt) {
			t.Errorf("%q: doubt %q, want %q", tt.text, doubt, tt.doubt)
		}
	}
}

// What a target says of itself is read back as the same target.
func TestParseTargets_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, op := range []TargetOp{OpGE, OpGT, OpLE, OpLT, OpEQ} {
		for _, v := range []string{"0", "9", "0.7", "1234.5", "1500", "1.125", "80"} {
			want := Target{Year: 2030, Op: op, Value: Some(MustDecimal(v))}
			got, _ := ParseTargets(want.String(), 2030)
			if len(got) != 1 || got[0] != want {
				t.Errorf("%s: %+v", want, got)
			}
		}
	}
}

func TestTarget_Direction(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Direction{"≥ 80": Up, "> 0,7": Up, "≤ 3": Down, "< 3": Down, "40 - 50": "", "100%": "", "tiên tiến": ""} {
		targets, _ := ParseTargets(text, 2030)
		if got := targets[0].Direction(); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestTarget_Met(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target string
		x      int64
		d      Direction
		met    bool
		known  bool
	}{
		{"≥ 80", 80, "", true, true}, {"> 80", 80, "", false, true}, {"≤ 3", 4, "", false, true}, {"< 3", 2, "", true, true},
		{"40 - 50", 40, "", true, true}, {"40 - 50", 51, "", false, true},
		{"90", 95, Up, true, true}, {"90", 95, Down, false, true}, {"90", 95, "", false, false}, {"tiên tiến", 1, Up, false, false},
	}
	for _, tt := range tests {
		targets, _ := ParseTargets(tt.target, 2030)
		met, known := targets[0].Met(big.NewRat(tt.x, 1), tt.d)
		if met != tt.met || known != tt.known {
			t.Errorf("%s, %d, %q: %v %v", tt.target, tt.x, tt.d, met, known)
		}
	}
}
