package web

import (
	"fmt"
	"strings"
	"testing"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	show := func(blocks []block) string {
		var b strings.Builder
		for _, x := range blocks {
			b.WriteString(map[bool]string{true: "ul", false: "p"}[x.List])
			for _, line := range x.Lines {
				b.WriteString("(")
				for _, s := range line {
					if s.Bold {
						fmt.Fprintf(&b, "*%s*", s.Text)
					} else {
						b.WriteString(s.Text)
					}
				}
				b.WriteString(")")
			}
		}
		return b.String()
	}
	for text, want := range map[string]string{
		"":                                  "",
		"Một đoạn.":                         "p(Một đoạn.)",
		"Dòng một\ndòng hai\n\nĐoạn hai":    "p(Dòng một)(dòng hai)p(Đoạn hai)",
		"- **Tính:** bài báo\n- Không tính": "ul(*Tính:* bài báo)(Không tính)",
		"1. Một\n2) Hai\n   nối\n\nHết":     "ul(Một)(Hai nối)p(Hết)",
		"Mở:\r\n- a\r\n- b":                 "p(Mở:)ul(a)(b)",
		"2 ** 3 là 8":                       "p(2 ** 3 là 8)",
		"**a** và **b":                      "p(*a* và **b)",
		"<script>alert(1)</script>":         "p(<script>alert(1)</script>)",
		"-không phải mục":                   "p(-không phải mục)",
	} {
		if got := show(blocks(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
