package app

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

func storedIndicators(t *testing.T, f fixture, set string) map[string]kpi.Indicator {
	t.Helper()
	m := map[string]kpi.Indicator{}
	if err := f.store.View(func(tx *store.Tx) error {
		list, err := tx.Indicators(set, kpi.MonthOf(f.Now()))
		for _, ind := range list {
			m[ind.Code] = ind
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return m
}

func mustImport(t *testing.T, f fixture, what string, file ImportFile) ImportPlan {
	t.Helper()
	p, _, err := f.Import(f.System(), what, file)
	if err != nil {
		t.Fatalf("%v\n%s", err, tell(p))
	}
	return p
}

func TestImportAnnex_AsMailed(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	file := ImportFile{Name: "phu-luc-1-nq-03.xlsx", Data: officialFile(t, "phu-luc-1-nq-03.xlsx"), Set: "nq03"}
	p := mustImport(t, f, ImportIndicators, file)
	if p.Added != 57 || len(p.Lines) != 57 || !p.NewSet {
		t.Fatal(tell(p))
	}
	inds := storedIndicators(t, f, "nq03")
	if len(inds) != 57 {
		t.Fatalf("%d stored", len(inds))
	}
	top, headings, undecided, text := 0, 0, 0, 0
	for _, ind := range inds {
		if ind.Parent == "" {
			top++
		}
		switch {
		case ind.Heading:
			headings++
		case ind.Direction == "":
			undecided++
		}
		if len(ind.Targets) > 0 && ind.Targets[0].Op == "" && !ind.Heading {
			text++
		}
		if l := line(t, p, ind.Code); !ind.Heading && len(l.Flags) == 0 {
			t.Errorf("%s is not flagged", ind.Code)
		}
		if ind.Origin != kpi.Central || ind.Group != "1" || ind.Frequency != "" {
			t.Errorf("%s: %+v", ind.Code, ind)
		}
	}
	if top != 41 || headings != 2 || text != 3 || undecided != 29 {
		t.Errorf("%d top rows, %d headings, %d texts, %d without direction", top, headings, text, undecided)
	}
	dec := func(s string) kpi.Opt { return kpi.Some(kpi.MustDecimal(s)) }
	for code, want := range map[string]kpi.Indicator{
		"4":     {Direction: kpi.Down, Kind: kpi.KindNumber, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpLE, Value: dec("3"), Scope: "Đông Nam Á"}, {Year: 2030, Op: kpi.OpLE, Value: dec("50"), Scope: "Thế giới"}}},
		"11.1":  {Parent: "11", Direction: kpi.Up, Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpGE, Value: dec("80")}}},
		"11.10": {Parent: "11", Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpEQ, Value: dec("100")}}},
		"14":    {Direction: kpi.Up, Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpGT, Value: dec("0.7")}}},
		"17":    {Direction: kpi.Up, Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpGE, Value: dec("3"), Text: "≥ 3% và tăng dần theo yêu cầu phát triển"}}},
		"19":    {Kind: kpi.KindNumber, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpRange, Value: dec("40"), High: dec("50"), Text: "40 - 50"}}},
		"23":    {Heading: true, Targets: []kpi.Target{{Year: 2030, Text: "Tiên tiến, hiện đại, dung lượng siêu lớn, băng thông siêu rộng ngang tầm các nước tiên tiến"}}},
		"23.1":  {Parent: "23", Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpEQ, Value: dec("100"), Text: "100%"}}},
		"23.2":  {Parent: "23", Kind: kpi.KindNumber, Targets: []kpi.Target{{Year: 2030, Op: kpi.OpEQ, Value: dec("9"), Text: "09"}}},
		"36":    {Direction: kpi.Up, Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2045, Op: kpi.OpGE, Value: dec("50")}}},
		"41":    {Kind: kpi.KindNumber, Decimals: 2, Targets: []kpi.Target{{Year: 2045, Op: kpi.OpRange, Value: dec("20"), High: dec("50"), Text: "20% - 50%"}}},
	} {
		got := inds[code]
		if got.Parent != want.Parent || got.Heading != want.Heading || got.Direction != want.Direction || got.Kind != want.Kind || got.Decimals != want.Decimals || !slices.Equal(got.Targets, want.Targets) {
			t.Errorf("%s: %+v", code, got)
		}
	}
	for code, flag := range map[string]string{"1": "nguyên văn", "4": "2 phạm vi", "8": "tử số, mẫu số", "14": "chữ số thập phân: nhận đến 2", "17": "tăng dần", "19": "khoảng 40", "23.1": "chỉ ghi 100",
		"36": "trùng tên với chỉ số 10: nếu là một, chép mục tiêu 2045 vào chỉ số 10 rồi bỏ dòng này", "39": "chỉ số 7", "40": "chỉ số 25"} {
		if !hasFlag(line(t, p, code), flag) || !slices.ContainsFunc(inds[code].Flags, func(s string) bool { return strings.Contains(s, flag) }) {
			t.Errorf("%s lacks the flag %q: %q", code, flag, inds[code].Flags)
		}
	}
	if again := mustPlan(t, f, ImportIndicators, file); again.Left != 57 || again.NewSet {
		t.Errorf("again:\n%s", tell(again))
	}
}

// What people have filled in since stays when the annex is imported again.
func TestImportAnnex_AgainKeepsWhatPeopleFilledIn(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	rows := [][]string{{"TT", "Chỉ tiêu", "Đơn vị", "Mục tiêu 2030", "Cơ quan chủ trì"}, {"1", "Tỷ lệ A", "%", "≥ 80", "Bộ A"}}
	mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Data: xlsx(t, rows...), Set: "s"})
	ind := storedIndicators(t, f, "s")["1"]
	ind.Frequency, ind.Kind, ind.Scale, ind.Flags = kpi.Monthly, kpi.KindRatio, kpi.Dec(100), nil
	if err := f.SaveIndicator(f.System(), ind); err != nil {
		t.Fatal(err)
	}
	rows[1][3] = "≥ 85"
	p := mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Data: xlsx(t, rows...), Set: "s"})
	got := storedIndicators(t, f, "s")["1"]
	if p.Changed != 1 || got.Frequency != kpi.Monthly || got.Kind != kpi.KindRatio || got.Targets[0].Value.V != kpi.Dec(85) || len(got.Flags) != 0 {
		t.Errorf("%+v\n%s", got, tell(p))
	}
	if !strings.Contains(p.Lines[0].Text, "Mục tiêu 2030: «≥ 80» → «≥ 85»") {
		t.Error(p.Lines[0].Text)
	}
}

func TestImportAnnex_Layouts(t *testing.T) {
	t.Parallel()
	target := func(ind kpi.Indicator) string {
		s := ""
		for _, y := range targetYears(ind.Targets) {
			s += " " + targetText(ind.Targets, y) + "@" + string(rune('0'+y/10%10)) + string(rune('0'+y%10))
		}
		return ind.Parent + "|" + ind.Group + "|" + ind.Unit + "|" + ind.LeadAgency + "|" + strings.TrimSpace(s)
	}
	tests := []struct {
		name  string
		rows  [][]string
		want  map[string]string // code → parent|group|unit|lead|targets
		notes string
	}{
		{"year columns, other order, notes column, notes below", [][]string{
			{"TỈNH ỦY MẪU"}, {"BẢNG CHỈ TIÊU THỰC HIỆN NGHỊ QUYẾT 57"}, {"(Kèm theo Kế hoạch số 12/KH-UBND của UBND tỉnh)"}, nil,
			{"STT", "Đơn vị tính", "Nội dung", "Đơn vị chủ trì", "Thực hiện năm 2025", "Mục tiêu năm 2026", "Năm 2030", "Ghi chú"},
			{"(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"},
			{"1", "%", "Tỷ lệ A", "Sở A", "50", "n:60", "≥ 80%", "theo NQ"}, nil,
			{"2", "Doanh nghiệp", "Số B", "Sở B", "1", "≥ 3 doanh nghiệp", "tối thiểu 5"},
			{"Ghi chú: số liệu đến tháng 5"}, {"", "", "Nơi nhận: như trên"}},
			map[string]string{"1": "|1|%|Sở A|60@26 ≥ 80%@30", "2": "|1|Doanh nghiệp|Sở B|≥ 3@26 tối thiểu 5@30"}, "đứng dưới bảng"},
		{"group rows, letters, roman with title in one cell", [][]string{
			{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu đến năm 2030", "Cơ quan chủ trì"},
			{"A", "Thể chế"}, {"1", "Chỉ tiêu A", "%", "100", "Sở A"},
			{"II. Hạ tầng"}, {"2", "Chỉ tiêu B", "Trạm", "≥ 5", ""}, {"2.1", "Chỉ tiêu C", "Trạm", "≥ 1", ""}, {"a)", "Trong đó D", "Trạm", "≥ 1", ""}, {"b)", "Trong đó E", "Trạm", "≥ 1", ""}},
			map[string]string{"1": "|A|%|Sở A|100@30", "2": "|II|Trạm||≥ 5@30", "2.1": "2|II|Trạm||≥ 1@30", "2.1.A": "2.1|II|Trạm||≥ 1@30", "2.1.B": "2.1|II|Trạm||≥ 1@30"}, "nhóm chỉ số"},
		{"numbers begin again in each section", [][]string{
			{"TT", "Chỉ tiêu", "ĐVT", "Kết quả"}, {"I", "Mục tiêu đến năm 2030"}, {"1", "A", "%", "50"}, {"1.1", "B", "%", "60"}, {"II", "Tầm nhìn đến năm 2045"}, {"1", "A", "%", "90"}},
			map[string]string{"I.1": "|1|%||50@30", "I.1.1": "I.1|1|%||60@30", "II.1": "|1|%||90@45"}, "năm 2045"},
		{"11.10 as a number", [][]string{
			{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu 2030"}, {"n:11", "Cụm"}, {"n:11.8", "H", "%", "1"}, {"n:11.9", "I", "%", "1"}, {"n:11.1", "K", "%", "1"}, {"n:11.11", "L", "%", "1"}},
			map[string]string{"11": "|1|||", "11.8": "11|1|%||1@30", "11.9": "11|1|%||1@30", "11.10": "11|1|%||1@30", "11.11": "11|1|%||1@30"}, ""},
		{"year in the title", [][]string{
			{"CÁC CHỈ TIÊU ĐẾN NĂM 2030"}, nil, {"TT", "Chỉ tiêu", "ĐVT", "Kết quả"}, {"1.", "A", "%", "50"}},
			map[string]string{"1": "|1|%||50@30"}, "theo tiêu đề: 2030"},
		{"period as section", [][]string{
			{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu"}, {"", "Giai đoạn 2026 - 2030"}, {"1", "A", "%", "50"}},
			map[string]string{"1": "|1|%||50@30"}, "mốc mục tiêu năm 2030"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := emptyFixture(t)
			p := mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Data: xlsx(t, tt.rows...), Set: "s"})
			got := map[string]string{}
			for code, ind := range storedIndicators(t, f, "s") {
				got[code] = target(ind)
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v\n%s", got, tt.want, tell(p))
			}
			if !strings.Contains(strings.Join(p.Notes, "\n"), tt.notes) {
				t.Errorf("notes %q", p.Notes)
			}
		})
	}
}

func TestImportAnnex_Refusals(t *testing.T) {
	t.Parallel()
	head := []string{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu 2030"}
	tests := []struct {
		name string
		rows [][]string
		want string
	}{
		{"shortened number, not certain", [][]string{{"11.5", "A", "%", "1"}, {"n:11.1", "B", "%", "1"}}, "11.1 đứng sau 11.5"},
		{"twice", [][]string{{"1", "A", "%", "1"}, {"1", "B", "%", "1"}}, "hàng 2 và hàng 3"},
		{"error", [][]string{{"1", "A", "%", `#=<c t="e"><v>#REF!</v></c>`}}, "#REF!"},
		{"formula", [][]string{{"1", "A", "%", `#=<c><f>A1</f></c>`}}, "công thức"},
		{"no number", [][]string{{"1", "A", "%", "1"}, {"", "B", "%", "1"}}, "chưa có số thứ tự"},
		{"no name", [][]string{{"1", "", "%", "1"}}, "tên còn trống"},
		{"cyrillic", [][]string{{"А1", "A", "%", "1"}}, "U+0410"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := emptyFixture(t)
			before := eventCount(t, f)
			p, _, err := f.Import(f.System(), ImportIndicators, ImportFile{Name: "a.xlsx", Data: xlsx(t, append([][]string{head}, tt.rows...)...), Set: "s"})
			if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(tell(p), tt.want) || eventCount(t, f) != before {
				t.Errorf("%v\n%s", err, tell(p))
			}
		})
	}
}

func TestImportAnnex_NoYear(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	_, err := f.PlanImport(f.System(), ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s",
		Data: xlsx(t, []string{"TT", "Chỉ tiêu", "ĐVT", "Kết quả"}, []string{"1", "A", "%", "5"})})
	if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "không biết của năm nào") {
		t.Error(err)
	}
}

func TestImportAnnex_PercentAgainstUnit(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	p := mustPlan(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s",
		Data: xlsx(t, []string{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu 2030"}, []string{"1", "A", "Người", "≥ 5%"}, []string{"2", "B", "", "5%"}, []string{"3", "C", "%", "5%"})})
	if !hasFlag(p.Lines[0], "đơn vị tính là «Người»") || !hasFlag(p.Lines[1], "chưa có đơn vị tính") || hasFlag(p.Lines[2], "dấu %") {
		t.Error(tell(p))
	}
}

func TestImportAnnex_NoParent(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	p := mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s", Data: xlsx(t, []string{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu 2030"}, []string{"5.1", "A", "%", "1"})})
	if !hasFlag(p.Lines[0], "không có hàng số 5") || storedIndicators(t, f, "s")["5.1"].Parent != "" {
		t.Error(tell(p))
	}
}

// Excel turns «8 - 10» into 8 October and «1.1» into 1 January.
func TestImportAnnex_DatesAreRefused(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	day := workbook.Date(time.Date(2026, 10, 8, 0, 0, 0, 0, time.UTC))
	text := workbook.Text
	doc := workbook.Doc{Grids: []workbook.Grid{{Name: "A", Cols: make([]workbook.Col, 4), Head: [][]string{{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu 2030"}},
		Rows: [][]workbook.Value{{text("1"), text("A"), text("%"), day}, {day, text("B"), text("%"), text("5")}}}}}
	data, err := doc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	p := mustPlan(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s", Data: data})
	if p.Refused != 2 || p.Lines[0].Column != "D" || p.Lines[1].Column != "A" || !strings.Contains(p.Lines[0].Text, "ngày tháng") {
		t.Error(tell(p))
	}
}

// Headings of two rows, the upper one merged over the years, and titles merged over the table.
func TestImportAnnex_MergedHeadings(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	text := workbook.Text
	doc := workbook.Doc{Grids: []workbook.Grid{{Name: "Phụ lục", Titles: []string{"ỦY BAN NHÂN DÂN TỈNH", "CHỈ TIÊU CHUYỂN ĐỔI SỐ", "(Kèm theo Quyết định số 5/QĐ-UBND ngày 01/02/2026)"}, Cols: make([]workbook.Col, 7),
		Head: [][]string{{"TT", "Chỉ tiêu", "ĐVT", "Mục tiêu", "", "Đơn vị chủ trì", "Thực hiện năm 2025"}, {"", "", "", "2026", "2030", "", ""}},
		Rows: [][]workbook.Value{{text("I"), text("Chính quyền số")}, {text("1"), text("A"), text("%"), workbook.Percent("0.5", 0), text("≥ 80"), text("Sở A"), text("40")},
			{text("2"), text("B"), text("Người"), workbook.Number("1500", 0), text("-"), text("Sở B")}}}}}
	data, err := doc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	p := mustImport(t, f, ImportIndicators, ImportFile{Name: "a.xlsx", Set: "s", Data: data})
	got := storedIndicators(t, f, "s")
	a, b := got["1"], got["2"]
	if targetText(a.Targets, 2026) != "50" || targetText(a.Targets, 2030) != "≥ 80" || targetText(b.Targets, 2026) != "1.500" || len(b.Targets) != 1 || a.LeadAgency != "Sở A" || a.Group != "I" || len(got) != 2 {
		t.Errorf("%+v\n%+v\n%s", a, b, tell(p))
	}
	if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, "“CHỈ TIÊU CHUYỂN ĐỔI SỐ (Quyết định số 5/QĐ-UBND ngày 01/02/2026)”") || !strings.Contains(notes, "kết quả đã qua không dùng") {
		t.Error(notes)
	}
}
