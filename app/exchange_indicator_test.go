package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// fullIndicator has every field set.
func fullIndicator() kpi.Indicator {
	d := func(s string) kpi.Opt { return kpi.Some(kpi.MustDecimal(s)) }
	return kpi.Indicator{Set: "nq57", Code: "5.10", From: kpi.NewMonth(2026, 5), To: kpi.NewMonth(2030, 12), Name: "Tỷ lệ hồ sơ trực tuyến", Group: "5", Parent: "5", Origin: kpi.Province,
		Definition: "Hồ sơ qua Cổng\ntrong kỳ", Computation: "=Tử/Mẫu", Guidance: "- **Tính:** 1.234,5\n- Không tính", Source: "Hệ thống", Verifier: "VPUB", LeadAgency: "Sở; ban", CentralCode: "TW.05",
		Unit: "%", Kind: kpi.KindRatio, Decimals: 2, Share: true, Scale: kpi.Dec(100), Numerator: "Số nộp", Denominator: "Tổng số", PartDecimals: 1,
		Direction: kpi.Up, Frequency: kpi.Quarterly, Accumulation: kpi.Cumulative, Aggregation: kpi.AggWeighted, WeightBy: "5.2", Weight: 3, Floor: d("12.5"),
		Targets: []kpi.Target{{Year: 2026, Op: kpi.OpEQ, Value: d("1500")}, {Year: 2027, Op: kpi.OpRange, Value: d("40"), High: d("50")}, {Year: 2030, Op: kpi.OpLE, Value: d("3"), Scope: "Đông Nam Á"},
			{Year: 2030, Op: kpi.OpLE, Value: d("50"), Scope: "Thế giới"}, {Year: 2033, Op: kpi.OpGT, Value: d("0.7")}, {Year: 2045, Text: "Đạt mức tiên tiến"}},
		TargetBasis: "NQ 03", Min: d("0"), Max: d("1234567.125"), UsualLow: d("-1.5"), UsualHigh: d("99"), Evidence: true, MinDenominator: d("20"), Flags: []string{"một điều", "hai điều"}}
}

func seedSet(t testing.TB, f fixture) kpi.IndicatorSet {
	t.Helper()
	set := kpi.IndicatorSet{Code: "nq57", Name: "Bộ chỉ số", Groups: []kpi.Group{{Code: "5", Layer: 2, Name: "Chính quyền số", Weight: 22}},
		Checks: []kpi.CrossCheck{{Kind: kpi.CheckSum, Left: "5.2", Right: []string{"5.10", "5.3"}, Text: "Tổng."}, {Kind: kpi.CheckLE, Left: "5.3", Right: []string{"5.2"}, Text: "Nhỏ hơn."}}}
	grade := kpi.Indicator{Set: "nq57", Code: "5.3", From: kpi.NewMonth(2026, 1), Name: "Mức", Group: "5", Origin: kpi.Central, Kind: kpi.KindGrade,
		Grades: []kpi.Grade{{Code: "A", Label: "Tốt: rất", Points: 100}, {Code: "B", Label: "Khá", Points: 75}}, Direction: kpi.Up, Frequency: kpi.Monthly, Accumulation: kpi.Point, Aggregation: kpi.AggMean}
	err := f.store.Update(func(tx *store.Tx) error {
		if err := tx.PutSet(set, f.System().Event(kpi.VerbAdd, "set/nq57", "", "", "")); err != nil {
			return err
		}
		for _, ind := range []kpi.Indicator{fullIndicator(), grade, {Set: "nq57", Code: "5", From: kpi.NewMonth(2026, 1), Name: "Cụm", Group: "5", Heading: true, Origin: kpi.Central},
			{Set: "nq57", Code: "5.2", From: kpi.NewMonth(2026, 1), Name: "Số", Group: "5", Kind: kpi.KindNumber, Unit: "Hồ sơ", Origin: kpi.Central}} {
			if err := saveIndicator(tx, f.System(), ind); err != nil {
				return err
			}
		}
		for unit, role := range map[string]kpi.AssignRole{"SYT": kpi.Support, "XA1": kpi.Lead} {
			if err := tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: unit, Indicator: "5.10", Role: role, From: kpi.NewMonth(2026, 5)}, f.System().Event(kpi.VerbAssign, "x", "", "", "")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestExportIndicators_RoundTrip(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	set := seedSet(t, f)
	name, data, err := f.ExportIndicators(f.System(), "nq57", kpi.MonthOf(f.Now()), false)
	if err != nil || name != "Chi-so-nq57.xlsx" {
		t.Fatal(name, err)
	}
	if p := mustPlan(t, f, ImportIndicators, ImportFile{Name: name, Data: data, Set: "nq57"}); p.Left != len(p.Lines) || p.Left != 6 {
		t.Errorf("over itself:\n%s", tell(p))
	}
	g := newFixture(t)
	p := mustImport(t, g, ImportIndicators, ImportFile{Name: name, Data: data, Set: "nq57", SetName: set.Name})
	if p.Added != 6 {
		t.Fatal(tell(p))
	}
	want, got := storedIndicators(t, f, "nq57"), storedIndicators(t, g, "nq57")
	for code := range want {
		if a, b := asJSON(t, want[code]), asJSON(t, got[code]); a != b {
			t.Errorf("%s:\nwant %s\ngot  %s", code, a, b)
		}
	}
	if err := g.store.View(func(tx *store.Tx) error {
		s, err := tx.Set("nq57")
		if a, b := asJSON(t, set), asJSON(t, s); a != b {
			t.Errorf("set:\nwant %s\ngot  %s", a, b)
		}
		list, errA := tx.Assignments("nq57", "")
		if len(list) != 2 || list[0].Role != kpi.Support || list[1].Role != kpi.Lead || list[1].From != kpi.NewMonth(2026, 5) {
			t.Errorf("assignments: %+v", list)
		}
		if errA != nil {
			return errA
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// What is still to be said comes as a file of its own, which changes nothing until it is filled in.
func TestExportIndicators_Todo(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seedSet(t, f)
	name, data, err := f.ExportIndicators(f.System(), "nq57", kpi.MonthOf(f.Now()), true)
	if err != nil {
		t.Fatal(err)
	}
	p := mustPlan(t, f, ImportIndicators, ImportFile{Name: name, Data: data, Set: "nq57"})
	if p.Left != len(p.Lines) || !strings.Contains(tell(p), "5.2") {
		t.Errorf("over itself:\n%s", tell(p))
	}
	for code, ind := range storedIndicators(t, f, "nq57") {
		if listed := slices.ContainsFunc(p.Lines, func(l ImportLine) bool { return l.Code == code }); listed != ind.Todo() {
			t.Errorf("%s: listed %t, to be completed %t", code, listed, ind.Todo())
		}
	}
	table := "Mã chỉ số,Tên chỉ số,Chiều tốt,Tần suất,Lũy kế,Tổng hợp,Đơn vị nhập\n5.2,Số,Cao hơn tốt hơn,Hằng tháng,Tại thời điểm chốt,Cộng các đơn vị,Tất cả xã\n"
	mustImport(t, f, ImportIndicators, ImportFile{Name: "khai.csv", Data: []byte(table), Set: "nq57"})
	if ind := storedIndicators(t, f, "nq57")["5.2"]; ind.Todo() || ind.Unit != "Hồ sơ" || ind.Group != "5" {
		t.Errorf("filled in: %+v", ind)
	}
}

func asJSON(t *testing.T, x any) string {
	t.Helper()
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTemplate_EmptyAndReadable(t *testing.T) {
	t.Parallel()
	for _, what := range []string{ImportUnits, ImportIndicators, ImportUsers} {
		data, err := New(Options{}).Template(what)
		if err != nil {
			t.Fatal(err)
		}
		book, err := workbook.Read("mau.xlsx", data)
		if err != nil {
			t.Fatal(err)
		}
		guide := book.Sheets[len(book.Sheets)-1]
		for i := range book.Sheets {
			if book.Sheets[i].Name == guideSheet {
				guide = book.Sheets[i]
			}
		}
		explained := map[string]bool{}
		for _, row := range guide.Rows {
			if len(row) > 1 && row[1].Text != "" {
				explained[row[0].Text] = true
			}
		}
		for col, c := range book.Sheets[0].Rows[0] {
			if !explained[c.Text] {
				t.Errorf("%s: column %d «%s» is not explained", what, col, c.Text)
			}
		}
		f := newFixture(t)
		_, err = f.PlanImport(f.System(), what, ImportFile{Name: "mau.xlsx", Data: data, Set: "s"})
		if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "không có hàng nào") {
			t.Errorf("%s: the sample row is taken: %v", what, err)
		}
	}
}

// form makes a filled template of a few columns.
func form(t testing.TB, head string, rows ...string) []byte {
	t.Helper()
	all := [][]string{strings.Split(head, "|")}
	for _, r := range rows {
		all = append(all, strings.Split(r, "|"))
	}
	return xlsx(t, all...)
}

const formHead = "Mã chỉ số|Tên chỉ số|Mã nhóm|Tên nhóm|Loại số liệu|Chiều tốt|Tần suất|Đơn vị tính|Đơn vị nhập"

func TestImportForm_Refusals(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, row, want, cell string }{
		{"kind", "2|B|1||Chuỗi||||", "Số · Tỷ lệ", "E"},
		{"unknown group", "2|B|9||Số||||", "Nhóm 9 chưa có", "C"},
		{"group named twice", "2|B|1|Tên khác|Số||||", "khác với hàng 2", "D"},
		{"ratio without scale", "2|B|1||Tỷ lệ||||", "hệ số nhân", ""},
		{"unknown unit", "2|B|1||Số||||KHONGCO", "Không có đơn vị mã", "I"},
		{"twice", "1|B|1||Số||||", "hàng 2 và hàng 3", "A"},
		{"code", "1б|B|1||Số||||", "U+0431", "A"},
		{"shortened", "n:0.1|B|1||Số||||", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			p, _, err := f.Import(f.System(), ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s", Data: form(t, formHead, "1|A|1|Nhóm một|Số|Cao hơn tốt hơn|Hằng tháng|%|SYT", tt.row)})
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			l := p.Lines[len(p.Lines)-1]
			if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(l.Text, tt.want) || l.Column != tt.cell || len(storedIndicatorsOrNone(f)) > 0 {
				t.Errorf("%v\n%s", err, tell(p))
			}
		})
	}
}

func storedIndicatorsOrNone(f fixture) (list []kpi.Indicator) {
	_ = f.store.View(func(tx *store.Tx) (err error) { list, err = tx.Indicators("s", kpi.MonthOf(f.Now())); return err })
	return list
}

// A list of units or accounts under the tab of indicators is told, not read as an annex.
func TestImportIndicators_AnotherList(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for want, data := range map[string]string{
		"danh sách đơn vị":    "Mã đơn vị,Tên đơn vị,Loại đơn vị\nP1,Phường Một,Phường\n",
		"danh sách tài khoản": "Tên đăng nhập,Họ tên,Vai trò,Mã đơn vị\nhoa,Hoa,Nhập liệu,SYT\n",
	} {
		_, _, err := f.Import(f.System(), ImportIndicators, ImportFile{Name: "a.csv", Set: "moi", Data: []byte(data)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestImportForm_Assignments(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mustImport(t, f, ImportUnits, ImportFile{Name: "u.csv", Data: []byte("Mã đơn vị,Tên đơn vị,Loại đơn vị\nP1,Phường Một,Phường\nCAT,Công an tỉnh,Ngành dọc\n")})
	leads := func() string {
		var s []string
		if err := f.store.View(func(tx *store.Tx) error {
			list, err := tx.Assignments("s", "")
			for _, as := range list {
				s = append(s, fmt.Sprintf("%s:%s:%s-%s", as.Unit, as.Role, as.From, as.To))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(s, " ")
	}
	load := func(units string) ImportPlan {
		return mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s", Data: form(t, formHead, "1|A|1|N|Số|Cao hơn tốt hơn|Hằng tháng|%|"+units)})
	}
	steps := []struct{ units, want, flag string }{
		{"Tất cả xã, phường; SYT", "P1:lead:2026-06- SYT:lead:2026-06- XA1:lead:2026-06-", ""},
		{"", "P1:lead:2026-06- SYT:lead:2026-06- XA1:lead:2026-06-", ""},
		{"Sở, ban, ngành; XA1", "SYT:lead:2026-06- XA1:lead:2026-06-", "không gồm cơ quan ngành dọc"},
		{"Tất cả", "CAT:lead:2026-06- P1:lead:2026-06- SYT:lead:2026-06- XA1:lead:2026-06-", ""},
		{"công an tỉnh; SYT", "CAT:lead:2026-06- SYT:lead:2026-06-", ""},
		{"Không", "", "thôi giao 2 đơn vị"},
	}
	for _, s := range steps {
		p := load(s.units)
		if got := leads(); got != s.want {
			t.Errorf("%q: got %q, want %q", s.units, got, s.want)
		}
		if s.flag != "" && !hasFlag(p.Lines[0], s.flag) {
			t.Errorf("%q: %q", s.units, p.Lines[0].Flags)
		}
	}
	// A unit that has reported keeps its past.
	load("SYT")
	f.clock.forward(40 * 24 * 3600e9)
	load("XA1")
	if got := leads(); got != "SYT:lead:2026-06-2026-06 XA1:lead:2026-07-" {
		t.Error(got)
	}
}

// What an open round uses cannot be measured otherwise, except from a later month.
func TestImportForm_UsedByARound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	head := formHead + "|Lũy kế|Tổng hợp|Hiệu lực từ kỳ"
	load := func(unit, from string) (ImportPlan, error) {
		p, _, err := f.Import(f.System(), ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s",
			Data: form(t, head, "1|A|1|N|Số|Cao hơn tốt hơn|Hằng tháng|"+unit+"|SYT|Tại thời điểm chốt|Cộng các đơn vị|"+from)})
		return p, err
	}
	if _, err := load("%", ""); err != nil {
		t.Fatal(err)
	}
	m := kpi.MonthOf(f.Now())
	if err := f.store.Update(func(tx *store.Tx) error {
		return tx.PutRound(kpi.Round{Set: "s", Month: m, Dates: kpi.DefaultDates(m), Opened: f.Now()}, f.System().Event(kpi.VerbOpen, "x", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	p, err := load("Người", "")
	if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(tell(p), "đã dùng trong kỳ") {
		t.Errorf("%v\n%s", err, tell(p))
	}
	p, err = load("Người", "7/2026")
	if err != nil || p.Changed != 1 || !strings.Contains(p.Lines[0].Text, "phiên bản mới từ kỳ 7/2026; Đơn vị tính: «%» → «Người»") {
		t.Errorf("%v\n%s", err, tell(p))
	}
}

func TestImportForm_CircleAndChecks(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	head := []string{"Mã chỉ số", "Tên chỉ số", "Mã nhóm", "Tên nhóm", "Loại số liệu", "Thuộc chỉ số"}
	data := xlsxSheets(t, sheetRows{"Chỉ số", [][]string{head, {"1", "A", "1", "N", "Số", "2"}, {"2", "B", "1", "", "Số", "1"}, {"3", "C", "1", "", "Số", "1"}}, false},
		sheetRows{checkSheet, [][]string{{"Loại", "Vế trái", "Vế phải", "Thông báo"}, {"Tổng bằng", "1", "2; 9", ""}, {"Khác", "1", "2", ""}}, false})
	p := mustPlan(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Data: data, Set: "s"})
	if p.Refused != 5 || !strings.Contains(p.Lines[0].Text, "dưới chính nó") || !strings.Contains(p.Lines[3].Text, "Không có chỉ số 9") || p.Lines[4].Sheet != checkSheet || p.Lines[4].Column != "A" {
		t.Error(tell(p))
	}
}

// A province's whole list with its assignments goes in as one.
func TestImportForm_ManyAssignments(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("4,000 assignments")
	}
	f := emptyFixture(t)
	units := []byte("Mã đơn vị,Tên đơn vị,Loại đơn vị\n")
	for i := range 40 {
		units = fmt.Appendf(units, "U%d,Xã %d,Xã\n", i, i)
	}
	mustImport(t, f, ImportUnits, ImportFile{Name: "u.csv", Data: units})
	rows := make([]string, 100)
	for i := range rows {
		rows[i] = fmt.Sprintf("1.%d|Chỉ số %d|1|N|Số|Cao hơn tốt hơn|Hằng tháng|%%|Tất cả", i+1, i+1)
	}
	start := time.Now()
	p := mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s", Data: form(t, formHead, rows...)})
	if p.Added != 100 {
		t.Fatal(tell(p))
	}
	t.Logf("100 indicators for 40 units: %v", time.Since(start).Round(time.Millisecond))
	if err := f.store.View(func(tx *store.Tx) error {
		list, err := tx.Assignments("s", "")
		if len(list) != 100*40 {
			t.Errorf("%d assignments", len(list))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
