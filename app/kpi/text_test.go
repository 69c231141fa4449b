package kpi

import (
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"", ""},
		{" -/(*) ", ""},
		{"Mã đơn vị", "ma don vi"},
		{"ĐƠN  VỊ\u00a0tính\t(ĐVT)*", "don vi tinh dvt"},
		{"hoà hòa", "hoa hoa"},
		{"Tỷ lệ TTHC; %", "ty le tthc"},
		{"ＴＴ 1.2", "tt 1 2"},
		{"Ưu, ơ, ă, â, ê, ô, ư, ý, ỹ", "uu o a a e o u y y"},
		{"zero\u200bwidth", "zero width"},
		{"2.3", "2 3"},
	}
	for _, tt := range tests {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := Fold(form.String(tt.in)); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", form.String(tt.in), got, tt.want)
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Đơn vị: Ủy ban nhân dân xã Ea Súp ½ ﬁ İ")
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
	})
}
