package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

// Every kind of broken or forged file, made of the product's own template: refused whole, in a sentence that says what
// to do, at a bounded cost, and nothing is written.
func TestPlanCells_HostileFiles_RefusedWhole(t *testing.T) {
	f := newKinds(t)
	f.parseLimit = unhurried
	file := f.template(t, map[string]string{"E7": `<v>12</v>`})
	if p := f.plan(t, file); p.Counts[CellsNew] != 1 {
		t.Fatalf("the good file is not read: %+v", p)
	}
	before := f.events(t)
	actor := f.as(t, "nhap")
	for _, x := range workbooktest.Hostile(t, file.Data, "nq57/2026-07/SYT/9") {
		var err error
		cost := workbooktest.CostOf(func() { _, err = f.PlanCells(actor, "nq57", f.m, "SYT", CellsFile{Name: x.Name, Data: x.Data}) })
		checkRefusal(t, x.ID, err, x.Want)
		if !cost.Bounded() {
			t.Errorf("%s took %s", x.ID, cost)
		}
	}
	if f.events(t) != before {
		t.Error("something was written")
	}
}

// checkRefusal fails the test unless err is a refusal whose sentence is finished and holds want.
func checkRefusal(t *testing.T, id string, err error, want string) {
	t.Helper()
	if kind := kpi.KindOf(err); kind != kpi.Invalid && kind != kpi.TooLarge {
		t.Errorf("%s: %v", id, err)
		return
	}
	if msg := err.Error(); !strings.Contains(msg, want) || !strings.HasSuffix(msg, ".") || strings.Contains(msg, "%!") {
		t.Errorf("%s: sentence %q, want one with %q", id, msg, want)
	}
}

// unhurried is a parseLimit for tests in which no file may be given up.
const unhurried = time.Hour

// What expands or multiplies is refused at a bounded cost.
func TestPlanCells_Bombs_Bounded(t *testing.T) {
	f := newKinds(t)
	f.parseLimit = unhurried
	file := f.template(t, nil)
	actor := f.as(t, "nhap")
	for _, x := range workbooktest.Bombs(t, file.Data) {
		data := x.Data()
		var err error
		cost := workbooktest.CostOf(func() {
			_, err = f.PlanCells(actor, "nq57", f.m, "SYT", CellsFile{Name: "a.xlsx", Data: data})
		})
		if !cost.Bounded() {
			t.Errorf("%s took %s", x.ID, cost)
		}
		checkRefusal(t, x.ID, err, x.Want) // what the gate lets in is no table of a sheet
	}
}

// Changes of the template that are odd and harmless: all of it is read.
func TestPlanCells_OddButWhole_Read(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	file := f.template(t, map[string]string{"E7": `<v>12</v>`, "E13": `<v>95.5</v>`})
	edit := func(part string, change func(string) string) []byte {
		return workbooktest.Zip(t, workbooktest.Edit(t, workbooktest.Unzip(t, file.Data), part, change))
	}
	sheet := func(change func(string) string) []byte { return edit(workbooktest.Sheet1, change) }
	reRow := regexp.MustCompile(`(?s)<row r="(\d+)".*?</row>`)
	rows := func(change func(rows []string) []string) []byte {
		return sheet(func(s string) string {
			list := reRow.FindAllString(s, -1)
			return workbooktest.Rows(strings.Join(change(list), ""))(s)
		})
	}
	renumber := func(row string, n int) string {
		m := reRow.FindStringSubmatch(row)
		row = strings.Replace(row, `<row r="`+m[1]+`"`, fmt.Sprintf(`<row r="%d"`, n), 1)
		return regexp.MustCompile(`<c r="([A-Z]+)`+m[1]+`"`).ReplaceAllString(row, fmt.Sprintf(`<c r="${1}%d"`, n))
	}
	for id, data := range map[string][]byte{
		"s25 dimension XFD1048576": sheet(workbooktest.Swap("<sheetData>", `<dimension ref="A1:XFD1048576"></dimension><sheetData>`)),
		"c10 rows hidden":          sheet(workbooktest.Swap(`<row r="7"`, `<row r="7" hidden="1"`)),
		"c10 rows in another order": rows(func(list []string) []string {
			head, body := list[:len(list)-8], slices.Clone(list[len(list)-8:])
			slices.Reverse(body)
			for i := range body {
				body[i] = renumber(body[i], 7+i)
			}
			return append(slices.Clone(head), body...)
		}),
		"c10 rows moved down": rows(func(list []string) []string {
			for i := len(list) - 8; i < len(list); i++ {
				list[i] = renumber(list[i], 100+i)
			}
			return list
		}),
		"s38 long comment in XML": sheet(workbooktest.Swap("<sheetData>", "<!--"+strings.Repeat("x", 60_000)+"--><sheetData>")),
	} {
		p, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", CellsFile{Name: "a.xlsx", Data: data})
		if err != nil || p.Counts[CellsNew] != 2 || p.Counts[CellsSame] != 6 || p.of(t, "8").New != "95,5" || p.of(t, "1").New != "12" {
			t.Errorf("%s: %v %+v", id, err, p)
		}
	}
}

// verdict is what a row of a template with one changed cell becomes: "new 95,5", "same", or "refused" with a part of
// the sentence, or with "*" for any.
type verdict struct{ code, cell, xml, want string }

// textCell and formulaCell are cells as a spreadsheet stores them.
func textCell(s string) string { return workbooktest.Text(s) }

func formulaCell(cached string) string {
	if cached == "" {
		return `<f>SUM(A1:A2)</f>`
	}
	return `<f>SUM(A1:A2)</f><v>` + cached + `</v>`
}

// The contents of security.md c01 to c05, c12: what a cell may hold, in a number (row 7, no decimals; row 13, in %, one
// decimal; row 14, three decimals), a text (row 12), a choice (rows 10, 11), a ratio (row 8).
func contents() []verdict {
	var list []verdict
	for _, s := range []string{"=1+1", "=HYPERLINK(\"http://127.0.0.1/\",\"x\")", "=cmd|'/c calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "=IMPORTXML(1)", "＝1+1", "＋1", "＠x", "=DDE(1)"} {
		list = append(list, verdict{"7", "E12", textCell(s), "new " + strings.TrimSpace(s)}) // c01
		list = append(list, verdict{"1", "E7", textCell(s), "refused *"})
	}
	return append(list, []verdict{
		{"1", "E7", formulaCell("12"), "new 12"}, // c02
		{"1", "E7", formulaCell(""), "refused chưa có kết quả lưu sẵn"},
		{"1", "E7", ` t="str"><f>"a"&amp;"b"</f><v>ab</v>`, "refused Không phải là số"},
		{"1", "E7", ` t="str"><f>""</f><v></v>`, "refused chưa có kết quả lưu sẵn"},
		{"1", "E7", ` t="e"><v>#DIV/0!</v>`, "refused #DIV/0!"},
		{"1", "E7", ` t="e"><f>1/0</f><v>#N/A</v>`, "refused #N/A"},
		{"7", "E12", ` t="e"><v>#REF!</v>`, "refused #REF!"},
		{"1", "E7", textCell(" "), "same"},
		{"1", "E7", `<v>0</v>`, "new 0"},

		{"1", "E7", `<v>1e309</v>`, "refused *"}, // c03
		{"1", "E7", `<v>NaN</v>`, "refused *"},
		{"1", "E7", `<v>Infinity</v>`, "refused *"},
		{"9", "E14", `<v>9007199254740993</v>`, "refused quá lớn"},
		{"9", "E14", `<v>0.30000000000000004</v>`, "new 0,300"},
		{"9", "E14", `<v>1.5E-2</v>`, "new 0,015"},
		{"9", "E14", `<v>1E-5</v>`, "refused chữ số thập phân"},
		{"1", "E7", textCell("1e3"), "refused Không phải là số"},
		{"9", "E14", textCell("1E3"), "refused Không phải là số"},
		{"1", "E7", `<v>12.5</v>`, "refused số nguyên"},
		{"9", "E14", `<v>1.234</v>`, "new 1,234"},
		{"9", "E14", `<v>1234</v>`, "new 1.234,000"},
		{"9", "E14", `<v>-1.5</v>`, "new -1,500"},

		{"1", "E7", textCell("1\u00a0000"), "new 1.000"}, // c04
		{"9", "E14", textCell("1.234,5"), "new 1.234,500"},
		{"9", "E14", textCell("1,234.5"), "new 1.234,500"},
		{"9", "E14", textCell("1 234,5"), "new 1.234,500"},
		{"9", "E14", textCell("1\u202f234,5"), "new 1.234,500"},
		{"9", "E14", textCell("'12"), "new 12,000"},
		{"9", "E14", textCell("−5"), "new -5,000"},
		{"9", "E14", textCell("(1.234)"), "ask"},
		{"9", "E14", textCell("1.234"), "ask"},
		{"1", "E7", textCell("1,234"), "ask"},
		{"1", "E7", textCell("12a"), "refused Không phải là số"},
		{"1", "E7", textCell("1..2"), "refused Dấu chấm"},
		{"1", "E7", textCell("１２"), "refused Không phải là số"},
		{"1", "E7", textCell("٣٤"), "refused Không phải là số"},
		{"1", "E7", textCell("½"), "refused Không phải là số"},
		{"1", "E7", textCell("12.34,5"), "refused Dấu chấm"},
		{"1", "E7", textCell("không có"), "refused Không phải là số"},
		{"1", "E7", textCell("-"), "new Không phát sinh"},
		{"1", "E7", textCell("…"), "new Chưa có số liệu"},
		{"8", "E13", textCell("95,5%"), "new 95,5"},
		{"8", "E13", textCell("95.5"), "new 95,5"},
		{"1", "E7", textCell("95%"), "refused không tính bằng %"},
		{"8", "E13", textCell("95,55"), "refused chữ số thập phân"},

		{"1", "E7", ` t="d"><v>2026-07-01</v>`, "refused ngày tháng"}, // c05
		{"7", "E12", ` t="d"><v>2026-07-01T00:00:00</v>`, "refused ngày tháng"},
		{"1", "E7", ` t="b"><v>1</v>`, "refused Không phải là số"},
		{"5", "E10", ` t="b"><v>1</v>`, "new Có"},
		{"5", "E10", ` t="b"><v>0</v>`, "new Không"},
		{"5", "E10", textCell("khong"), "new Không"},
		{"5", "E10", textCell("Có lẽ"), "refused Có hoặc Không"},
		{"5", "E10", `<v>1</v>`, "refused Có hoặc Không"},
		{"6", "E11", textCell("B"), "new Khá"},
		{"6", "E11", textCell("KHÁ"), "new Khá"},
		{"6", "E11", textCell("Xuất sắc"), "refused không có trong thang mức"},
		{"2", "E8", `<v>75</v>`, "refused tỷ lệ tự tính"},
		{"2", "F8", `<v>75</v>`, "new 75/…"},
		{"2", "F8", `<v>-5</v>`, "refused không được âm"},
		{"1", "F7", `<v>5</v>`, "refused không ghi tử số"},
		{"3", "J9", ` t="d"><v>2026-08-05</v>`, "refused chưa chọn tình trạng"},
		{"3", "H9", textCell("Chưa rõ"), "refused không có trong danh mục"},
		{"3", "H9", textCell("chua co so lieu"), "new Chưa có số liệu"},
		{"7", "H12", textCell("Không phát sinh"), "refused không phải là số lượng"},
		{"3", "J9", textCell("31/02/2026"), "refused chưa chọn tình trạng"},

		{"1", "K7", textCell(strings.Repeat("dài ", 300)), "refused dài"}, // c11
		{"1", "K7", textCell(strings.Repeat("x", 32_767)), "refused dài"},
		{"1", "K7", textCell("Gi¶i tr×nh vÒ hå s¬ tån ®äng"), "refused TCVN3"}, // c07
		{"7", "E12", textCell("Hoa\u0300n tha\u0300nh"), "new Hoàn thành"},
		{"1", "K7", textCell("Chæ tieâu naêng löïng ñaït ñöôïc"), "refused VNI"},
		{"1", "K7", textCell("Toà nhà số hoá ở phường Hoà Thuận"), "new (trống) · Giải trình: Toà nhà số hoá ở phường Hoà Thuận"},
		{"1", "E7", `<v>2000</v>`, "refused vượt mức tối đa"}, // c12
	}...)
}

func TestPlanCells_Contents(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	good := f.template(t, nil)
	for _, v := range contents() {
		p := f.plan(t, CellsFile{Name: "a.xlsx", Data: workbooktest.SetCells(t, good.Data, map[string]string{v.cell: v.xml})})
		l := p.of(t, v.code)
		got := string(l.Outcome)
		switch {
		case !p.Decided:
			got = "ask"
		case l.Outcome == CellsNew:
			got += " " + l.New
		case l.Outcome == CellsRefused:
			got += " " + l.Text
		}
		want, part, _ := strings.Cut(v.want, " ")
		if want == "refused" {
			if l.Outcome != CellsRefused || part != "*" && !strings.Contains(l.Text, part) || !strings.HasSuffix(l.Text, ".") || l.Column+fmt.Sprint(l.Row) != v.cell && v.cell != "J9" {
				t.Errorf("%s %.60q: %q at %s%d, want %q", v.cell, v.xml, got, l.Column, l.Row, v.want)
			}
			continue
		}
		if got != v.want {
			t.Errorf("%s %.60q: %q, want %q", v.cell, v.xml, got, v.want)
		}
		if n := p.Counts[CellsSame]; n != 7 && v.want != "same" {
			t.Errorf("%s %.60q: %d other rows are untouched", v.cell, v.xml, n)
		}
	}
}

// Percentages and dates by number format, which need a style of their own.
func TestPlanCells_NumberFormats(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	styled := func(cell string, format int, value string) CellsFile {
		file := f.template(t, nil)
		parts := workbooktest.Edit(t, workbooktest.Unzip(t, file.Data), "xl/styles.xml", func(s string) string {
			return regexp.MustCompile(`(<cellXfs[^>]*>)`).ReplaceAllString(s, fmt.Sprintf(`${1}<xf numFmtId="%d"/>`, format))
		})
		// The new style is the first: the others have moved by one, so every cell but this one loses its own.
		parts = workbooktest.Edit(t, parts, workbooktest.Sheet1, func(s string) string { return regexp.MustCompile(` s="\d+"`).ReplaceAllString(s, "") })
		return CellsFile{Name: "a.xlsx", Data: workbooktest.SetCells(t, workbooktest.Zip(t, parts), map[string]string{cell: ` s="0"><v>` + value + `</v>`})}
	}
	for _, x := range []struct {
		file CellsFile
		code string
		want string
	}{
		{styled("E13", 10, "0.955"), "8", "95,5"},
		{styled("E7", 9, "0.95"), "1", "refused không tính bằng %"},
		{styled("E7", 14, "46204"), "1", "refused ngày tháng"},
	} {
		l := f.plan(t, x.file).of(t, x.code)
		if part, refused := strings.CutPrefix(x.want, "refused "); refused && !strings.Contains(l.Text, part) || !refused && l.New != x.want {
			t.Errorf("%s: %+v, want %s", x.code, l, x.want)
		}
	}
}

// Codes, keys, merged cells and doubles of security.md c06, c08 to c10: named row errors.
func TestPlanCells_KeysAndPlaces(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	good := f.template(t, map[string]string{"E7": `<v>12</v>`, "E14": `<v>2</v>`})
	merged := func(area string) []byte {
		return workbooktest.Zip(t, workbooktest.Edit(t, workbooktest.Unzip(t, good.Data), workbooktest.Sheet1, func(s string) string {
			return regexp.MustCompile(`(<mergeCells[^>]*>)`).ReplaceAllString(s, `${1}<mergeCell ref="`+area+`"/>`)
		}))
	}
	cells := func(m map[string]string) []byte { return workbooktest.SetCells(t, good.Data, m) }
	for _, x := range []struct {
		id   string
		data []byte
		row  int
		want CellsOutcome
		text string
	}{
		{"key of another cell", cells(map[string]string{"L7": textCell("nq57/2026-07/SYT/9")}), 7, CellsRefused, "xê dịch"},
		{"key of another unit", cells(map[string]string{"L7": textCell("nq57/2026-07/XA1/1")}), 7, CellsRefused, "biểu khác"},
		{"key of another month", cells(map[string]string{"L7": textCell("nq57/2026-06/SYT/1")}), 7, CellsRefused, "biểu khác"},
		{"key of another set", cells(map[string]string{"L7": textCell("nq71/2026-07/SYT/1")}), 7, CellsRefused, "biểu khác"},
		{"key of nothing", cells(map[string]string{"L7": textCell("nq57/2026-07/SYT/99"), "A7": textCell("99")}), 7, CellsUnknown, "không còn trong biểu"},
		{"key is junk", cells(map[string]string{"L7": textCell("<script>")}), 7, CellsRefused, "Khóa ẩn"},
		{"state is junk", cells(map[string]string{"M7": textCell("x")}), 7, CellsRefused, "Khóa ẩn"},
		{"key is gone", cells(map[string]string{"L7": textCell(""), "M7": textCell(""), "B7": textCell("Tên lạ")}), 7, CellsUnknown, "trong biểu là"},
		{"code with zero width space", cells(map[string]string{"A7": textCell("1\u200b1")}), 7, CellsRefused, "xê dịch"},
		{"cyrillic code without key", cells(map[string]string{"L14": textCell(""), "A14": textCell("СТ1")}), 14, CellsRefused, "chữ С"},
		{"right to left code without key", cells(map[string]string{"L14": textCell(""), "A14": textCell("1\u202e2")}), 14, CellsRefused, "không nhìn thấy"},
		{"the same cell twice", cells(map[string]string{"L14": textCell("nq57/2026-07/SYT/1"), "A14": textCell("1"), "B14": textCell("Chỉ số")}), 7, CellsRefused, "hàng 14"},
		{"merged downwards", merged("E7:E8"), 7, CellsRefused, "gộp"},
		{"merged sideways", merged("E7:F7"), 7, CellsRefused, "gộp"},
	} {
		p, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", CellsFile{Name: "a.xlsx", Data: x.data})
		if err != nil {
			t.Errorf("%s: %v", x.id, err)
			continue
		}
		i := slices.IndexFunc(p.Lines, func(l CellsLine) bool { return l.Row == x.row })
		if i < 0 || p.Lines[i].Outcome != x.want || !strings.Contains(p.Lines[i].Text, x.text) {
			t.Errorf("%s: %+v", x.id, p.Lines)
		}
	}
	_, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", CellsFile{Name: "a.xlsx", Data: cells(map[string]string{"E5": textCell("Số tháng này")})})
	checkRefusal(t, "c10 heading changed", err, "thiếu cột “Trong kỳ”")
}

// The notes of security.md c11 are kept as text, whatever they try.
func TestWriteCells_HostileNotes_KeptAsText(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	notes := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `<div hx-get="/dang-xuat" hx-trigger="load">`, `{{.CSRF}}`, `${7*7}`, `javascript:alert(1)`,
		"X-Header: 1\nSet-Cookie: a=b", `'; DROP TABLE o; --`, `../../etc/passwd`, `=cmd|'/c calc'!A0`, "\u202egpj.exe", "%s%n%x"}
	cells := map[string]string{}
	for i, note := range notes[:8] {
		cells[fmt.Sprintf("K%d", 7+i)] = textCell(note)
	}
	file := f.template(t, cells)
	p := f.plan(t, file)
	if n := f.write(t, file, CellsChoice{Digest: p.Digest}); n != 8 {
		t.Errorf("wrote %d: %+v", n, p.Lines)
	}
	for i, row := range f.sheet(t, "SYT").Rows {
		if row.Cell.Note != notes[i] {
			t.Errorf("note %q, want %q", row.Cell.Note, notes[i])
		}
	}
	if p := f.plan(t, f.template(t, nil)); p.Counts[CellsSame] != 8 {
		t.Errorf("out and in again: %+v", p.Lines)
	}
	for i, note := range notes[8:] {
		file := f.template(t, map[string]string{"K7": textCell(note)})
		p := f.plan(t, file)
		if f.write(t, file, CellsChoice{Digest: p.Digest}); f.cell(t, "SYT", "1").Note != note {
			t.Errorf("note %d is %q, want %q", 8+i, f.cell(t, "SYT", "1").Note, note)
		}
	}
}
