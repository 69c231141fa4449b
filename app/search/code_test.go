package search

import (
	"slices"
	"strings"
	"testing"
)

func TestFindCodes(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Nghị quyết số 57-NQ/TW ngày 22/12/2024": "57nq 57nqtw",
		"NQ57":                          "57nq",
		"nq 57":                         "57nq",
		"NQ-57":                         "57nq",
		"57 nq/tw":                      "57nq 57nqtw",
		"nghị quyết 57":                 "57nq",
		"nghi quyet so 57":              "57nq",
		"Nghị quyết số 03/NQ-CP":        "3nq 3nqcp",
		"3158-CV/VPTW":                  "3158cv 3158cvvptw",
		"cv 3158":                       "3158cv",
		"Quyết định 1726/QĐ-BTTTT":      "1726qd 1726qdbtttt",
		"QD 1726":                       "1726qd",
		"13/2023/NĐ-CP":                 "132023ndcp 13nd 13ndcp",
		"Luật 20/2023/QH15":             "202023qh15 20qh15",
		"Thông tư 01/2024/TT-BKHCN":     "12024ttbkhcn 1tt 1ttbkhcn",
		"kết luận 69":                   "69kl",
		"làm việc 24/7, cách 5-km":      "",
		"ngày 12/10/2020, tỷ lệ 1/2":    "",
		"1.234,5 triệu đồng, 2025-2030": "",
	}
	for text, want := range tests {
		var keys []string
		for _, c := range FindCodes(text) {
			keys = append(keys, c.Keys...)
		}
		slices.Sort(keys)
		if got := strings.Join(slices.Compact(keys), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCodeTerms(t *testing.T) {
	t.Parallel()
	got := codeTerms("theo 3158-CV/VPTW", []string{"1.01", "SGDĐT", " "})
	for _, want := range []string{"3158cv", "3158cvvptw", "#3158", "=1.01", "=sgddt"} {
		if !slices.Contains(got, want) {
			t.Errorf("%v lacks %s", got, want)
		}
	}
	if len(got) != 5 {
		t.Errorf("%v", got)
	}
}

func TestAbbreviations_SeedIsSound(t *testing.T) {
	t.Parallel()
	list := SeedAbbreviations()
	if len(list) < 50 {
		t.Fatalf("%d lines", len(list))
	}
	for _, a := range list {
		if Exact(a.Short) == Exact(a.Full) || !HasMarks(a.Full) {
			t.Errorf("%+v", a)
		}
	}
	for _, bad := range []string{"CĐS", "CĐS =", "= chuyển đổi số", "CĐS = số"} {
		if _, err := ParseAbbreviations("# list\n" + bad); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestSpeller(t *testing.T) {
	t.Parallel()
	s := newSpeller(map[string]int{"chuyen": 50, "doi": 60, "so": 90, "truc": 20, "tuyen": 20, "moi": 30, "tuy": 5, "57": 9}, 100)
	pair := func(a, b string) int {
		return map[string]int{"chuyen doi": 40, "doi so": 35, "truc tuyen": 18, "doi moi": 12}[a+" "+b]
	}
	tests := map[string]string{"chuyen dio so": "chuyen doi so", "truc tuyem": "truc tuyen", "chuyen doi so": "chuyen doi so", "truc tueyn": "truc tuyen",
		"doi moii": "doi moi", "xyzt": "xyzt", "58": "58", "so": "so"}
	for typed, want := range tests {
		words := strings.Fields(typed)
		if got := strings.Join(s.correct(words, make([]bool, len(words)), pair), " "); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if got := s.correct([]string{"dio"}, []bool{true}, pair); got[0] != "dio" {
		t.Errorf("what is kept became %q", got)
	}
}

func TestOneSlip(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{{"so", "so"}, {"so", "soo"}, {"doi", "dio"}, {"doi", "di"}, {"doi", "dai"}, {"", "a"}} {
		if !oneSlip(p[0], p[1]) || !oneSlip(p[1], p[0]) {
			t.Errorf("%q and %q are more than a slip apart", p[0], p[1])
		}
	}
	for _, p := range [][2]string{{"doi", "diom"}, {"so", "at"}, {"abcd", "badc"}, {"a", "abc"}} {
		if oneSlip(p[0], p[1]) {
			t.Errorf("%q and %q are one slip apart", p[0], p[1])
		}
	}
}
