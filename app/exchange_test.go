package app

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// officialFile reads one of the official files that are kept beside the repository.
func officialFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../shared/data", name))
	if err != nil {
		t.Skipf("%s is not here: %v", name, err)
	}
	return data
}

// xlsx makes a workbook of one sheet; a cell that begins with "#=" becomes the raw XML that follows.
func xlsx(t testing.TB, rows ...[]string) []byte {
	t.Helper()
	return xlsxSheets(t, sheetRows{"Trang 1", rows, false})
}

type sheetRows struct {
	name   string
	rows   [][]string
	hidden bool
}

func xlsxSheets(t testing.TB, sheets ...sheetRows) []byte {
	t.Helper()
	doc := workbook.Doc{}
	for _, s := range sheets {
		width := 0
		for _, r := range s.rows {
			width = max(width, len(r))
		}
		g := workbook.Grid{Name: s.name, Cols: make([]workbook.Col, width), Hidden: s.hidden}
		for _, r := range s.rows {
			row := make([]workbook.Value, len(r))
			for i, text := range r {
				switch {
				case text == "":
				case strings.HasPrefix(text, "n:"):
					row[i] = workbook.Number(text[2:], 0)
				default:
					row[i] = workbook.Text(text)
				}
			}
			g.Rows = append(g.Rows, row)
		}
		doc.Grids = append(doc.Grids, g)
	}
	data, err := doc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return rawCells(t, data)
}

var reRawCell = regexp.MustCompile(`<c r="([A-Z]+[0-9]+)"[^>]*><is><t[^>]*>#=(.*?)</t></is></c>`)

// rawCells puts the XML in place that xlsx was given for cells.
func rawCells(t testing.TB, data []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		b = reRawCell.ReplaceAllFunc(b, func(m []byte) []byte {
			x := reRawCell.FindSubmatch(m)
			xml := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&quot;", `"`, "&amp;", "&").Replace(string(x[2]))
			return []byte(strings.Replace(xml, "<c", `<c r="`+string(x[1])+`"`, 1))
		})
		p, err := w.Create(f.Name)
		if err == nil {
			_, err = p.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func mustPlan(t *testing.T, f fixture, what string, file ImportFile) ImportPlan {
	t.Helper()
	p, err := f.PlanImport(f.System(), what, file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tell writes a plan as one line a row, for messages.
func tell(p ImportPlan) string {
	var b strings.Builder
	for _, l := range p.Lines {
		fmt.Fprintf(&b, "%s%d %s %s | %s | %s | %s\n", l.Column, l.Row, l.Outcome, l.Code, l.Name, l.Text, strings.Join(l.Flags, " ; "))
	}
	return b.String() + strings.Join(p.Notes, "\n")
}

func line(t *testing.T, p ImportPlan, code string) ImportLine {
	t.Helper()
	i := slices.IndexFunc(p.Lines, func(l ImportLine) bool { return l.Code == code })
	if i < 0 {
		t.Fatalf("no line for %s in\n%s", code, tell(p))
	}
	return p.Lines[i]
}

func hasFlag(l ImportLine, part string) bool {
	return slices.ContainsFunc(l.Flags, func(s string) bool { return strings.Contains(s, part) })
}

func eventCount(t *testing.T, f fixture) (n uint64) {
	t.Helper()
	if err := f.store.View(func(tx *store.Tx) (err error) { n, err = tx.Events(); return err }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportUnits_OfficialList(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	file := ImportFile{Name: "units-dak-lak.csv", Data: officialFile(t, "units-dak-lak.csv")}
	before := eventCount(t, f)
	p := mustPlan(t, f, ImportUnits, file)
	if p.Added != 124 || p.Changed+p.Left+p.Refused != 0 || eventCount(t, f) != before {
		t.Fatalf("dry run: %d added, %d refused, %d events\n%s", p.Added, p.Refused, eventCount(t, f)-before, tell(p))
	}
	if p, _, err := f.Import(f.System(), ImportUnits, file); err != nil || p.Added != 124 {
		t.Fatal(err, p.Added)
	}
	if p := mustPlan(t, f, ImportUnits, file); p.Left != 124 {
		t.Errorf("again: %d left\n%s", p.Left, tell(p))
	}
	kinds := map[kpi.UnitKind]int{}
	if err := f.store.View(func(tx *store.Tx) error {
		units, err := tx.Units()
		for _, u := range units {
			kinds[u.Kind]++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if kinds[kpi.Agency] != 14 || kinds[kpi.Vertical] != 6 || kinds[kpi.Party] != 2 || kinds[kpi.Ward]+kinds[kpi.Commune]+kinds[kpi.Zone] != 102 {
		t.Errorf("kinds: %v", kinds)
	}
}

func TestImportUnits_Layouts(t *testing.T) {
	t.Parallel()
	f := newFixture(t) // has SYT and XA1
	data := xlsx(t,
		[]string{"UBND TỈNH MẪU"}, []string{"DANH SÁCH ĐƠN VỊ"}, nil,
		[]string{"STT", "LOAI DON VI", "Tên đơn vị", "MÃ ĐƠN VỊ", "Hiệu lực từ", "Kế thừa"},
		[]string{"1", "Sở, ban, ngành", "Sở Y tế tỉnh", "SYT", "7/2025", ""},
		[]string{"2", "cấp xã", "UBND phường Một", "n:22015", "2025-07", ""},
		[]string{"3", "xa", "Xã Hai", "xa2", "", "SYT"})
	p := mustPlan(t, f, ImportUnits, ImportFile{Name: "dv.xlsx", Data: data})
	if p.Added != 2 || p.Changed != 1 || p.Refused != 0 {
		t.Fatal(tell(p))
	}
	if l := line(t, p, "SYT"); !strings.Contains(l.Text, "«Sở Y tế» → «Sở Y tế tỉnh»") || !strings.Contains(l.Text, "«» → «7/2025»") || l.Row != 5 {
		t.Errorf("%+v", l)
	}
	if l := line(t, p, "22015"); !hasFlag(l, "đọc theo tên là Phường") {
		t.Errorf("%+v", l)
	}
	if l := line(t, p, "XA2"); !hasFlag(l, "«xa2» đọc là XA2") {
		t.Errorf("%+v", l)
	}
	if !strings.Contains(strings.Join(p.Notes, " "), "giữ nguyên: XA1") {
		t.Errorf("notes: %q", p.Notes)
	}
}

func TestImportUnits_Refusals(t *testing.T) {
	t.Parallel()
	head := []string{"Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Đến", "Đơn vị kế thừa"}
	tests := []struct {
		name string
		row  []string
		want string
		cell string
	}{
		{"cyrillic", []string{"SКH", "Sở", "sở", "", ""}, "U+041A", "A"},
		{"zero width", []string{"S\u200bKH", "Sở", "sở", "", ""}, "U+200B", "A"},
		{"accent", []string{"SỞ", "Sở", "sở", "", ""}, "không dấu", "A"},
		{"empty code", []string{"", "Sở", "sở", "", ""}, "còn trống", "A"},
		{"unknown kind", []string{"A", "Sở", "thị trấn", "", ""}, "thị trấn", "C"},
		{"no name", []string{"A", "", "sở", "", ""}, "Tên đơn vị", ""},
		{"formula without value", []string{"A", `#=<c><f>1+1</f></c>`, "sở", "", ""}, "công thức", "B"},
		{"error", []string{"A", `#=<c t="e"><v>#N/A</v></c>`, "sở", "", ""}, "#N/A", "B"},
		{"no month", []string{"A", "Sở", "sở", "bao giờ", ""}, "7/2025", "D"},
		{"no successor", []string{"A", "Sở", "sở", "", "B"}, "kế thừa mã B", "E"},
		{"command", []string{"=cmd|'/c calc'!A0", "Sở", "sở", "", ""}, "không dấu", "A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			before := eventCount(t, f)
			file := ImportFile{Name: "dv.xlsx", Data: xlsx(t, head, []string{"TOT", "Sở tốt", "Sở", "", ""}, tt.row)}
			p, codes, err := f.Import(f.System(), ImportUnits, file)
			if kpi.KindOf(err) != kpi.Invalid || codes != nil || p.Refused != 1 || p.Added != 1 {
				t.Fatalf("%v\n%s", err, tell(p))
			}
			l := p.Lines[1]
			if l.Row != 3 || l.Column != tt.cell || !strings.Contains(l.Text, tt.want) || l.Sheet != "Trang 1" {
				t.Errorf("%+v", l)
			}
			if eventCount(t, f) != before {
				t.Error("something was written")
			}
		})
	}
}

func TestImportUnits_DuplicateNamesBothRows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := mustPlan(t, f, ImportUnits, ImportFile{Name: "a.csv", Data: []byte("Mã đơn vị,Tên đơn vị,Loại đơn vị\nA,Sở A,Sở\nB,Sở B,Sở\na,Sở A,Sở\n")})
	if p.Refused != 2 || p.Added != 1 || !strings.Contains(p.Lines[0].Text, "hàng 2 và hàng 4") || !strings.Contains(p.Lines[2].Text, "hàng 2 và hàng 4") {
		t.Error(tell(p))
	}
}

func TestImportUnits_CachedFormulaAndDecomposedText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := mustPlan(t, f, ImportUnits, ImportFile{Name: "a.xlsx", Data: xlsx(t, []string{"Mã đơn vị", "Tên đơn vị", "Loại đơn vị"},
		[]string{"A", `#=<c t="str"><f>B9</f><v>Sở Một</v></c>`, "Sở"}, []string{"B", "So\u031b\u0309 Hai", "So\u031b\u0309"})})
	if p.Added != 2 || !hasFlag(p.Lines[0], "công thức") || p.Lines[1].Name != "Sở Hai" {
		t.Error(tell(p))
	}
}

func TestImport_TwoSheetsAreAmbiguous(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	rows := [][]string{{"Mã đơn vị", "Tên đơn vị", "Loại đơn vị"}, {"A", "Sở A", "Sở"}}
	_, err := f.PlanImport(f.System(), ImportUnits, ImportFile{Name: "a.xlsx", Data: xlsxSheets(t, sheetRows{"Một", rows, false}, sheetRows{"Hai", rows, false})})
	if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "“Một” và “Hai”") {
		t.Error(err)
	}
	p := mustPlan(t, f, ImportUnits, ImportFile{Name: "a.xlsx", Data: xlsxSheets(t, sheetRows{"Bìa", [][]string{{"Danh sách"}}, false}, sheetRows{"Một", rows, false}, sheetRows{"Hai", rows, true})})
	if notes := strings.Join(p.Notes, " "); p.Added != 1 || !strings.Contains(notes, "Đọc trang “Một”") || !strings.Contains(notes, "bị ẩn: “Hai”") {
		t.Error(tell(p))
	}
}

func TestImport_Permissions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	may := map[kpi.Role][]string{kpi.Coordinator: {ImportUnits, ImportIndicators}, kpi.Admin: {ImportUnits, ImportIndicators, ImportUsers}}
	for _, role := range kpi.Roles() {
		actor := kpi.Actor{User: kpi.User{Login: "x", Grants: []kpi.Grant{{Role: role}}}, At: f.Now()}
		for _, what := range []string{ImportUnits, ImportIndicators, ImportUsers} {
			_, err := f.PlanImport(actor, what, ImportFile{Name: "x.csv", Data: []byte("x"), Set: "nq57"})
			if denied := kpi.KindOf(err) == kpi.Denied; denied == slices.Contains(may[role], what) {
				t.Errorf("%s %s: %v", role, what, err)
			}
		}
	}
}

func TestReadBook_BusyWhenAllPlacesAreTaken(t *testing.T) {
	t.Parallel()
	a := New(Options{})
	data := []byte("Mã đơn vị,Tên đơn vị\nA,B\n")
	for range cap(a.parsing) {
		a.parsing <- struct{}{}
	}
	a.parseLimit = 20 * time.Millisecond
	_, err := a.readBook("a.csv", data)
	if kpi.KindOf(err) != kpi.Busy || cap(a.parsing) != 4 {
		t.Errorf("%v, %d places", err, cap(a.parsing))
	}
	for range cap(a.parsing) {
		<-a.parsing
	}
	a.parseLimit = unhurried
	if book, err := a.readBook("a.csv", data); err != nil || len(book.Sheets) != 1 {
		t.Error(err)
	}
}
