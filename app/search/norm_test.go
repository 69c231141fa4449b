package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestExact_SpellingsOfOneSoundMeet(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{{"hoà", "hòa"}, {"thuỷ", "thủy"}, {"tỉ", "tỷ"}, {"kĩ", "kỹ"}, {"lí", "lý"}, {"quí", "quý"}, {"Uỷ", "ủy"},
		{"khoẻ", "khỏe"}, {"ĐỔI", "đổi"}, {"hy", "hi"}, {"Việt", "Vịêt"}, {"Ðổi", "đổi"}, {"chuyển", "chuyển\u200b"}} {
		if Exact(p[0]) != Exact(p[1]) {
			t.Errorf("%q ≠ %q", p[0], p[1])
		}
		if Exact(norm.NFD.String(p[0])) != Exact(norm.NFC.String(p[1])) {
			t.Errorf("NFD of %q ≠ NFC of %q", p[0], p[1])
		}
	}
}

func TestExact_DifferentSyllablesStayApart(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{{"thuý", "thúi"}, {"ngày", "ngài"}, {"đổi", "dổi"}, {"hoa", "hoà"}, {"tay", "tai"}, {"nguy", "ngui"}, {"y", "i"}} {
		if Exact(p[0]) == Exact(p[1]) {
			t.Errorf("%q = %q", p[0], p[1])
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"Đổi", "đổi", norm.NFD.String("đổi"), "doi", "DOI", "dơi"} {
		if got := Fold(s); got != "doi" {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func TestHasMarks(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"chuyen doi so": false, "57-NQ/TW": false, "số": true, "ĐMST": true, "dân cư": true, norm.NFD.String("số"): true} {
		if HasMarks(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func TestSpelled_WritesSyllablesAsOfficialsDo(t *testing.T) {
	t.Parallel()
	text := "chuyển đổi số hòa thủy quý tỷ kỹ lý mỹ gia giá nghị quyết khuyến hóa người phường nước uống thuế ủy ban của qua quả giữa rượu ngoài khoản nghĩa tỉnh xã y tế"
	for _, s := range strings.Fields(text) {
		if got := Spelled(Exact(s)); got != s {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func TestDecodeTyping(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"chuyeenr": "chuyển", "ddooir": "đổi", "soos": "số", "so61": "số", "d9o63i": "đổi", "truwowngf": "trường",
		"phuwowngs": "phướng", "tyr": "tỷ", "57": "", "đổi": "", "": "", "ban": "", "nq57": ""} {
		got, ok := DecodeTyping(typed)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", typed, got, ok, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"Nghị quyết số 57-NQ/TW", "hoà thuỷ tỉ", "\xff\xfe", "57/2024/QĐ-TTg 3158-CV/VPTW", "chuyeenr ddooir soos", "\u0301\u0323", "a\u0301\u0323b đĐ", "<b>&", "KT-XH R&D 1.01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		for _, c := range FindCodes(s) {
			if c.Start < 0 || c.End > len(s) || c.Start > c.End || len(c.Keys) == 0 {
				t.Fatalf("code %+v in %q", c, s)
			}
		}
		for _, token := range Tokenize(s) {
			if s[token.Start:token.End] != token.Text {
				t.Fatalf("token %+v in %q", token, s)
			}
			if !utf8.ValidString(token.Text) {
				continue
			}
			if Exact(norm.NFD.String(token.Text)) != Exact(norm.NFC.String(token.Text)) {
				t.Fatalf("NFD of %q ≠ NFC", token.Text)
			}
			if fold := Fold(token.Text); Fold(fold) != fold {
				t.Fatalf("fold of %q is %q, and of that %q", token.Text, fold, Fold(fold))
			}
			Spelled(Exact(token.Text))
			DecodeTyping(token.Text)
		}
		m := &Marker{syllables: map[string]bool{"a": true, "so": true}, pairs: map[string]bool{"doi+so": true}, codes: map[string]bool{"57nq": true}}
		whole := ""
		for _, p := range m.Mark(s) {
			whole += p.Text
		}
		if whole != s {
			t.Fatalf("pieces of %q make %q", s, whole)
		}
		for _, p := range m.Snippet(s, 100) {
			if utf8.ValidString(s) && !utf8.ValidString(p.Text) {
				t.Fatalf("snippet of %q cuts a character: %q", s, p.Text)
			}
		}
	})
}
