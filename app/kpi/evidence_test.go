package kpi

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadCitation(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 10, 2, 0, 0, 0, time.UTC)
	whole := Citation{"12/BC-SYT", "5/12/26", "Sở Y tế", "Báo cáo tháng 11", "https://syt.example.vn/12?x=1&y=ạ"}
	with := func(change func(*Citation)) Citation {
		c := whole
		change(&c)
		return c
	}
	for name, x := range map[string]struct {
		typed Citation
		want  []string // fields in the way
	}{
		"whole":          {whole, nil},
		"without link":   {with(func(c *Citation) { c.Link = "" }), nil},
		"link alone":     {Citation{Summary: "Trang Thống kê", Link: "http://example.vn"}, nil},
		"nothing":        {Citation{}, []string{"number", "summary"}},
		"number alone":   {Citation{Number: "12/BC"}, []string{"agency", "date", "summary"}},
		"tomorrow":       {with(func(c *Citation) { c.Date = "11/12/2026" }), []string{"date"}},
		"no date at all": {with(func(c *Citation) { c.Date = "31/2/2026" }), []string{"date"}},
		"long":           {with(func(c *Citation) { c.Summary = strings.Repeat("ạ", 501) }), []string{"summary"}},
		"script":         {with(func(c *Citation) { c.Link = "javascript:alert(1)" }), []string{"link"}},
		"data":           {with(func(c *Citation) { c.Link = "data:text/html,x" }), []string{"link"}},
		"file":           {with(func(c *Citation) { c.Link = "file:///etc/passwd" }), []string{"link"}},
		"no host":        {with(func(c *Citation) { c.Link = "https:///x" }), []string{"link"}},
		"no scheme":      {with(func(c *Citation) { c.Link = "//example.vn" }), []string{"link"}},
		"another's name": {with(func(c *Citation) { c.Link = "https://dichvucong.gov.vn@evil.example" }), []string{"link"}},
		"reversed":       {with(func(c *Citation) { c.Link = "https://example.vn/\u202efdp" }), []string{"link"}},
		"two lines":      {with(func(c *Citation) { c.Link = "https://example.vn/\njavascript:1" }), []string{"link"}},
	} {
		_, err := ReadCitation(x.typed, now)
		e, _ := err.(*Error)
		var got []string
		if e != nil {
			got = slices.Sorted(maps.Keys(e.Fields))
		}
		if !slices.Equal(got, x.want) || len(x.want) > 0 && e.Kind != Invalid {
			t.Errorf("%s: fields %q in the way, want %q (%v)", name, got, x.want, err)
		}
	}
	c, err := ReadCitation(Citation{" 12/BC-SYT\u200b ", "05122026", "So\u031b\u0309 Y\n tế", "Báo  cáo \u202ethe\x00o", ""}, now)
	want := Citation{"12/BC-SYT", "05/12/2026", "Sở Y tế", "Báo cáo theo", ""}
	if err != nil || c != want {
		t.Errorf("%+q, %v; want %+q", c, err, want)
	}
	if got := want.Label(); got != "12/BC-SYT ngày 05/12/2026, Sở Y tế: Báo cáo theo" {
		t.Errorf("label %q", got)
	}
}

func TestCleanFileName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Báo cáo tháng 11.pdf":             "Báo cáo tháng 11.pdf",
		"Ba\u0301o ca\u0301o.pdf":          "Báo cáo.pdf",
		`C:\Users\lan\..\x.pdf`:            "x.pdf",
		"../../etc/passwd":                 "passwd",
		"a/b\\c.docx":                      "c.docx",
		"bao\u202efdp.exe":                 "baofdp.exe",
		"\u2066x\u2069\u200b\ufeffy.png":   "xy.png",
		"a\r\nSet-Cookie: x=1.pdf":         "a Set-Cookie_ x=1.pdf",
		"a\x00b.pdf":                       "ab.pdf",
		"CON.pdf":                          "_CON.pdf",
		"lpt1 .x.pdf":                      "_lpt1 .x.pdf",
		"console.pdf":                      "console.pdf",
		`con<>:"|?*.pdf`:                   "con_______.pdf",
		" ..x.pdf. . ":                     "x.pdf",
		"...":                              "",
		"\xff\xfe.pdf":                     "pdf",
		strings.Repeat("đ", 300) + ".xlsx": strings.Repeat("đ", 100) + "…" + strings.Repeat("đ", 14) + ".xlsx",
	} {
		got := CleanFileName(in)
		if got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if again := CleanFileName(got); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
	}
}

func TestFileTypeOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]FileType{"a.pdf": PDF, "a.PDF": PDF, "a.jpeg": JPEG, "a.JPG": JPEG, "a.png": PNG, "a.b.docx": Word, "a.xlsx": Excel,
		"a.pdf.exe": "", "pdf": "", "a.": "", "": "", "a.svg": "", "a.html": "", "a.docm": "", "a.pdf ": "", "a.js": ""} {
		got, err := FileTypeOf(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", name, got, err, want)
		}
	}
	for _, ft := range FileTypes() {
		if ft.Label() == "" || ft.MIME() == "" {
			t.Errorf("%s has no label or no name in HTTP", ft)
		}
	}
}

func TestEvidence_Validate(t *testing.T) {
	t.Parallel()
	id := NewEvidenceID(NewMonth(2026, time.December), strings.Repeat("0a", 16))
	file := File{"a.pdf", PDF, 5, FileID(strings.Repeat("0", 64))}
	for name, x := range map[string]struct {
		change func(*Evidence)
		ok     bool
	}{
		"file":       {func(*Evidence) {}, true},
		"citation":   {func(e *Evidence) { e.File, e.Citation = nil, &Citation{Summary: "x"} }, true},
		"both":       {func(e *Evidence) { e.Citation = &Citation{} }, false},
		"neither":    {func(e *Evidence) { e.File = nil }, false},
		"bad name":   {func(e *Evidence) { e.File.Name = "../a.pdf" }, false},
		"no type":    {func(e *Evidence) { e.File.Type = "exe" }, false},
		"empty file": {func(e *Evidence) { e.File.Size = 0 }, false},
		"bad hash":   {func(e *Evidence) { e.File.SHA256 = "../../x" }, false},
		"bad id":     {func(e *Evidence) { e.ID = "2026-13-" + e.ID[8:] }, false},
		"short id":   {func(e *Evidence) { e.ID = e.ID[:39] }, false},
		"bad unit":   {func(e *Evidence) { e.Unit = "syt" }, false},
	} {
		f := file
		e := Evidence{Unit: "SYT", ID: id, File: &f}
		x.change(&e)
		if err := e.Validate(); (err == nil) != x.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckEvidence(t *testing.T) {
	t.Parallel()
	asks := Indicator{Code: "1", Evidence: true}
	value := Cell{Content: HasValue}
	for name, x := range map[string]struct {
		ind  Indicator
		cell Cell
		n    int
		want int
	}{
		"missing": {asks, value, 0, 1}, "there": {asks, value, 1, 0}, "not asked for": {Indicator{}, value, 0, 0}, "nothing entered": {asks, Cell{}, 0, 0},
		"nothing to prove": {asks, Cell{Content: NoneOccurred}, 0, 0}, "not applicable": {asks, Cell{Content: NotApplicable}, 0, 0},
	} {
		issues := CheckEvidence(x.ind, x.cell, x.n)
		if len(issues) != x.want || len(issues) > 0 && (issues[0].Level != Failure || issues[0].Indicator != "1") {
			t.Errorf("%s: %+v", name, issues)
		}
	}
}
