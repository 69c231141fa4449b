package app

import (
	"fmt"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

// report makes a .csv in a layout of the unit's own.
func report(lines ...string) CellsFile {
	return CellsFile{Name: "bao-cao.csv", Data: []byte(strings.Join(lines, "\n") + "\n")}
}

func TestPlanCells_OtherLayout_MatchedWhereCertain(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	p := f.plan(t, report("BÁO CÁO THÁNG 7/2026;;;;", "Mã số;Tên chỉ tiêu;Kết quả;Tử số;Mẫu số", "1;Chỉ số;12;;", "2;;;45;60", ";TỶ LỆ HÀI LÒNG;95,5;;",
		"9;Tên khác hẳn;2;;", "99;Chỉ số lạ;3;;", ";Chỉ số;4;;", ";Không ai biết;5;;", "I;Nhóm một;;;", "5;Đã ban hành kế hoạch;;;"))
	want := []struct {
		row     int
		code    string
		outcome CellsOutcome
		text    string
	}{{3, "1", CellsNew, ""}, {4, "2", CellsNew, ""}, {5, "8", CellsNew, ""}, {6, "9", CellsUnknown, "trong biểu là «Khối lượng dữ liệu»"}, {7, "99", CellsUnknown, "Không có chỉ số 99"},
		{8, "", CellsUnknown, "3 chỉ số cùng tên"}, {9, "", CellsUnknown, "không trùng hẳn"}}
	if len(p.Lines) != len(want) || p.Template {
		t.Fatalf("%+v", p)
	}
	for i, w := range want {
		l := p.Lines[i]
		if l.Row != w.row || l.Code != w.code || l.Outcome != w.outcome || !strings.Contains(l.Text, w.text) {
			t.Errorf("row %d: %+v, want %+v", w.row, l, w)
		}
	}
	if l := p.of(t, "8"); len(l.Flags) != 1 || l.Flags[0] != "khớp theo tên chỉ số" {
		t.Errorf("%+v", l)
	}
	if len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "không phải mẫu của biểu này") {
		t.Errorf("%q", p.Notes)
	}
	late := f.plan(t, report("Báo cáo tháng 6 năm 2026;;", "Mã;Chỉ số;Thực hiện", "1;Chỉ số;12"))
	if len(late.Notes) != 2 || !strings.Contains(late.Notes[1], "tháng 6/2026") {
		t.Errorf("%q", late.Notes)
	}
}

// A title that is merged over its row is no value.
func TestPlanCells_MergedTitle_IsNoRow(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	data := xlsx(t, []string{"Mã", "Chỉ số", "Trong kỳ"}, []string{"I. Nhóm một"}, []string{"1", "Chỉ số", "n:12"})
	data = workbooktest.Zip(t, workbooktest.Edit(t, workbooktest.Unzip(t, data), workbooktest.Sheet1, workbooktest.Swap("</sheetData>", `</sheetData><mergeCells><mergeCell ref="A2:C2"/></mergeCells>`)))
	p := f.plan(t, CellsFile{Name: "a.xlsx", Data: data})
	if len(p.Lines) != 1 || p.of(t, "1").New != "12" {
		t.Errorf("%+v", p.Lines)
	}
}

func TestPlanCells_DecimalStyle(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	rows := func(one, eight, nine string) CellsFile {
		return report("Mã;Trong kỳ", "1;"+one, "8;"+eight, "9;"+nine)
	}
	for _, x := range []struct {
		file    CellsFile
		decided bool
		style   kpi.NumberStyle
		nine    string // what 9 becomes
	}{
		{rows("1.000", "95,5", "1.234"), true, kpi.StyleVN, "1.234,000"},
		{rows("100", "95.5", "1.234"), true, kpi.StyleEN, "1,234"},
		{rows("100", "95", "1.234"), false, kpi.StyleVN, "1.234,000"},
		{rows("100", "95,5", "1,234.5"), true, kpi.StyleVN, "1.234,500"}, // nothing in it is in doubt
		{rows("1.000", "95,5", "1,234.5"), false, kpi.StyleVN, "1.234,500"},
		{rows("100", "95", "12"), true, kpi.StyleVN, "12,000"},
	} {
		p := f.plan(t, x.file)
		if p.Decided != x.decided || p.Style != x.style || p.of(t, "9").New != x.nine {
			t.Errorf("%s: decided %v, style %d, %+v", x.file.Data, p.Decided, p.Style, p.of(t, "9"))
		}
	}
	file := rows("100", "95", "1.234")
	p := f.plan(t, file)
	_, _, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, CellsChoice{Digest: p.Digest})
	f.refused(t, err, kpi.Invalid)
	file.Style, file.Styled = kpi.StyleEN, true
	if p = f.plan(t, file); !p.Decided || p.of(t, "9").New != "1,234" {
		t.Errorf("%+v", p)
	}
	if f.write(t, file, CellsChoice{Digest: p.Digest}); f.cell(t, "SYT", "9").Value.String() != "1.234" {
		t.Errorf("stored %s", f.cell(t, "SYT", "9").Value)
	}
}

// Files of .csv: encodings, separators and damage of security.md s37 and c13, c14.
func TestPlanCells_CSV(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	const good = "Mã,Chỉ số,Trong kỳ\n1,Chỉ số,12\n"
	read := map[string][]byte{
		"comma":          []byte(good),
		"semicolon":      []byte(strings.ReplaceAll(good, ",", ";")),
		"tab, mark":      []byte("\ufeff" + strings.ReplaceAll(good, ",", "\t")),
		"old Mac":        []byte(strings.ReplaceAll(good, "\n", "\r")),
		"UTF-16 of tabs": []byte(workbooktest.UTF16("\ufeff" + strings.ReplaceAll(good, ",", "\t"))),
		"5,000 rows":     []byte(good + strings.Repeat("9999,Lạ,1\n", 5000)),
	}
	for id, data := range read {
		p := f.plan(t, CellsFile{Name: "a.csv", Data: data})
		if p.of(t, "1").New != "12" || id == "5,000 rows" && p.Counts[CellsUnknown] != 5000 {
			t.Errorf("%s: %+v", id, p.Counts)
		}
	}
	for id, x := range map[string]struct{ data, want string }{
		"Windows-1258": {"M\xe3,Ch\xfa s\xf4\n1,2\n", "UTF-8"},
		"no values":    {"Mã,Chỉ số\n1,Chỉ số\n", "Trong kỳ"},
		"no table":     {"Kính gửi,Sở\n", "Không thấy bảng"},
		"60,000 rows":  {good + strings.Repeat("1,x,1\n", 60_000), "20000 hàng"},
		"TCVN3":        {"M· sè,ChØ tiªu,KÕt qu¶ th¸ng\n1,Tû lÖ hå s¬,12\n2,Sè v¨n b¶n ®iÖn tö,5\n", "TCVN3"},
		"VNI":          {"Maõ soá,Teân chæ tieâu,Keát quaû\n1,Tyû leä hoà sô,12\n2,Soá vaên baûn ñieän töû,5\n", "VNI"},
	} {
		_, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", CellsFile{Name: "a.csv", Data: []byte(x.data)})
		checkRefusal(t, id, err, x.want)
	}
}

// What Excel makes of the template as .csv still carries the keys: rows of another unit are known as such.
func TestPlanCells_TemplateAsCSV(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	head := "Mã;Chỉ số;ĐVT;Kỳ trước;Trong kỳ;Tử số;Mẫu số;Tình trạng;Lý do không có số;Ngày dự kiến có;Giải trình, ghi chú;Khóa ô;Phiên bản ô"
	row := func(unit string) string {
		return fmt.Sprintf("9;Khối lượng dữ liệu;TB;;1,5;;;;;;;nq57/2026-07/%s/9;0-x-%s", unit, meaning(*f.row(t, "9").Indicator))
	}
	if p := f.plan(t, report(head, row("SYT"))); !p.Template || p.of(t, "9").New != "1,500" {
		t.Errorf("%+v", p)
	}
	_, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", report(head, row("XA1")))
	checkRefusal(t, "csv of another unit", err, "Xã Một")
}

func TestLegacyFont(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"Tû lÖ hå s¬ ®óng h¹n": "TCVN3 (.VnTime)", "Tyû leä hoà sô ñuùng haïn": "VNI", "Tû lÖ": "TCVN3 hoặc VNI", "Tỷ lệ hồ sơ": "", "Toà nhà số hoá": "", "hoà, thuý, quá": "",
		"«Khá»": "", "10 m², 5 m³": "", "25°C": "", "© 2026": "", "Zoë": "", "Straße": "", "": "", "1.234,5": ""} {
		if got := legacyFont(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}
