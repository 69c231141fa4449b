package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
	"chiso/store"
)

// newKinds is a month with one cell of every kind for SYT: 1 number up to 1000, 2 share in %, 3 number up to cell 1,
// 5 yes or no, 6 grade, 7 text, 8 number in % with a decimal, 9 number with three decimals. In its template they stand
// in rows 7 to 14.
func newKinds(t *testing.T) month {
	t.Helper()
	f := newMonth(t)
	f.m++
	base := kpi.Indicator{Set: "nq57", From: kpi.NewMonth(2026, 1), Group: "1", Origin: kpi.Province, Direction: kpi.Up, Frequency: kpi.Monthly,
		Accumulation: kpi.Point, Aggregation: kpi.AggMean, Weight: 1}
	var list []kpi.Indicator
	add := func(code, name, unit string, kind kpi.Kind, decimals int) *kpi.Indicator {
		x := base
		x.Code, x.Name, x.Unit, x.Kind, x.Decimals = code, name, unit, kind, decimals
		list = append(list, x)
		return &list[len(list)-1]
	}
	add("5", "Đã ban hành kế hoạch", "Có/Không", kpi.KindYesNo, 0)
	add("6", "Mức an toàn", "Mức", kpi.KindGrade, 0).Grades = []kpi.Grade{{Code: "A", Label: "Tốt", Points: 100}, {Code: "B", Label: "Khá", Points: 50}}
	add("7", "Kết quả nổi bật", "", kpi.KindText, 0)
	add("8", "Tỷ lệ hài lòng", "%", kpi.KindNumber, 1)
	add("9", "Khối lượng dữ liệu", "TB", kpi.KindNumber, 3)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ev := f.System().Event(kpi.VerbAdd, "test", "", "", "")
		for _, ind := range list {
			if err := tx.PutIndicator(ind, ev); err != nil {
				return err
			}
			if err := tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: "SYT", Indicator: ind.Code, Role: kpi.Lead}, ev); err != nil {
				return err
			}
		}
		return nil
	}))
	f.at(f.m.Day(10))
	f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", f.m, kpi.DefaultDates(f.m)))
	return f
}

// enter saves an entry into a cell of SYT.
func (f month) enter(t *testing.T, login, code string, e kpi.Entry) {
	t.Helper()
	if ans := f.saveOn(t, login, code, f.cell(t, "SYT", code).Version, e); ans.Outcome != Saved {
		t.Fatalf("%s: %+v", code, ans)
	}
}

// enterAll fills in a cell of every kind.
func (f month) enterAll(t *testing.T) {
	t.Helper()
	p := func(s string) *string { return &s }
	for code, e := range map[string]kpi.Entry{"1": {Raw: p("12"), Note: p("Đợt cao điểm\nquý II")}, "2": {Raw: p("5"), Den: p("10")},
		"3": {None: p("chua-co"), Reason: p("Chờ số liệu của huyện"), Expected: p("5/8/2026")}, "5": {Raw: p("khong")}, "6": {Raw: p("B")},
		"7": {Raw: p("=1+1 <b>tốt</b>")}, "8": {Raw: p("95,5")}, "9": {Raw: p("1,2345"[:5])}} {
		f.enter(t, "nhap", code, e)
	}
}

// template returns the template of SYT's sheet, with the XML of some cells of its first page changed.
func (f month) template(t *testing.T, cells map[string]string) CellsFile {
	t.Helper()
	name, data, err := f.CellsTemplate(f.as(t, "nhap"), "nq57", f.m, "SYT")
	f.must(t, err)
	if len(cells) > 0 {
		data = workbooktest.SetCells(t, data, cells)
	}
	return CellsFile{Name: name, Data: data}
}

func (f month) plan(t *testing.T, file CellsFile) CellsPlan {
	t.Helper()
	p, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file)
	f.must(t, err)
	return p
}

func (f month) write(t *testing.T, file CellsFile, choice CellsChoice) int {
	t.Helper()
	_, n, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, choice)
	f.must(t, err)
	return n
}

// events returns how many changes have been logged.
func (f month) events(t *testing.T) (n uint64) {
	t.Helper()
	f.must(t, f.store.View(func(tx *store.Tx) (err error) {
		n, err = tx.Events()
		return err
	}))
	return n
}

// of returns the plan's line of a cell.
func (p CellsPlan) of(t *testing.T, code string) CellsLine {
	t.Helper()
	i := slices.IndexFunc(p.Lines, func(l CellsLine) bool { return l.Code == code })
	if i < 0 {
		t.Fatalf("no line of %s in %+v", code, p.Lines)
	}
	return p.Lines[i]
}

func TestCellsTemplate_Unchanged_NothingToWrite(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	for _, filled := range []bool{false, true} {
		if filled {
			f.enterAll(t)
		}
		file := f.template(t, nil)
		p := f.plan(t, file)
		if !p.Template || len(p.Lines) != 8 || p.Counts[CellsSame] != 8 || len(p.Notes) > 0 || !p.Decided {
			t.Errorf("filled %v: %+v", filled, p)
		}
		before := f.events(t)
		_, n, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, CellsChoice{Digest: p.Digest})
		if f.refused(t, err, kpi.Invalid); n != 0 || f.events(t) != before {
			t.Errorf("an unchanged file wrote %d cells", n)
		}
	}
}

func TestWriteCells_AllInOneTransaction_WithEvents(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	file := f.template(t, map[string]string{"E7": `<v>12</v>`, "K7": workbooktest.Text("Đợt cao điểm"), "F8": `<v>45</v>`, "G8": `<v>60</v>`, "H9": workbooktest.Text("Chưa có số liệu"),
		"I9": workbooktest.Text("Chờ huyện"), "J9": workbooktest.Text("5/8/26"), "E10": workbooktest.Text("Có"), "E11": workbooktest.Text("Khá"), "E12": workbooktest.Text("Tốt lên"),
		"E13": `<v>95.5</v>`, "E14": `<v>1.234</v>`})
	p := f.plan(t, file)
	if p.Counts[CellsNew] != 8 || p.Stopped() != 0 {
		t.Fatalf("%+v", p)
	}
	if n := f.write(t, file, CellsChoice{Digest: p.Digest}); n != 8 {
		t.Errorf("wrote %d", n)
	}
	for code, want := range map[string]string{"1": "12", "2": "45/60 = 75,0", "3": "Chưa có số liệu: Chờ huyện (dự kiến 05/08/2026)", "5": "Có", "6": "Khá", "7": "Tốt lên", "8": "95,5", "9": "1,234"} {
		c := f.cell(t, "SYT", code)
		if got := c.Trace(*f.row(t, code).Indicator); got != want || c.Source != kpi.FromExcel || c.By != "nhap" || c.Version != 1 {
			t.Errorf("%s: %q, want %q (%+v)", code, got, want, c)
		}
	}
	if c := f.cell(t, "SYT", "1"); c.Note != "Đợt cao điểm" {
		t.Errorf("note %q", c.Note)
	}
	trail, err := f.Trail(f.as(t, "nhap"), f.cell(t, "SYT", "2").CellKey)
	f.must(t, err)
	if e := trail.Events; len(e) != 1 || e[0].New != "45/60 = 75,0" || e[0].Reason != "Nhập từ Excel: "+file.Name {
		t.Errorf("%+v", e)
	}
	// The same file again: everything is there.
	if p := f.plan(t, file); p.Counts[CellsSame] != 8 {
		t.Errorf("again: %+v", p)
	}
	// A correction in the same file is no conflict with oneself.
	fixed := CellsFile{Name: file.Name, Data: workbooktest.SetCells(t, file.Data, map[string]string{"E7": `<v>13</v>`})}
	if l := f.plan(t, fixed).of(t, "1"); l.Outcome != CellsChanged || !l.Overwrites {
		t.Errorf("own correction: %+v", l)
	}
}

func (f month) row(t *testing.T, code string) SheetRow {
	t.Helper()
	for _, r := range f.sheet(t, "SYT").Rows {
		if r.Indicator.Code == code {
			return r
		}
	}
	t.Fatalf("no row %s", code)
	return SheetRow{}
}

func TestWriteCells_RefusedRow_NothingUntilItIsLetGo(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	file := f.template(t, map[string]string{"E7": `<v>2000</v>`, "E13": `<v>95.5</v>`})
	p := f.plan(t, file)
	l := p.of(t, "1")
	if l.Outcome != CellsRefused || l.Row != 7 || l.Column != "E" || l.Read != "2000" || !strings.Contains(l.Text, "vượt mức tối đa 1.000") {
		t.Errorf("%+v", l)
	}
	before := f.events(t)
	_, _, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, CellsChoice{Digest: p.Digest})
	if f.refused(t, err, kpi.Invalid); f.events(t) != before {
		t.Error("half a file was written")
	}
	if n := f.write(t, file, CellsChoice{Digest: p.Digest, Skip: true}); n != 1 || f.cell(t, "SYT", "8").Version != 1 || f.cell(t, "SYT", "1").Version != 0 {
		t.Errorf("wrote %d", n)
	}
}

func TestWriteCells_ChangedSincePreview_Conflict(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	file := f.template(t, map[string]string{"E7": `<v>12</v>`, "E13": `<v>95.5</v>`})
	p := f.plan(t, file)
	fifteen := "15"
	f.enter(t, "nhap2", "1", kpi.Entry{Raw: &fifteen})
	now, _, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, CellsChoice{Digest: p.Digest})
	f.refused(t, err, kpi.Conflict)
	if f.cell(t, "SYT", "8").Version != 0 {
		t.Error("half a file was written")
	}
	l := now.of(t, "1")
	if l.Outcome != CellsConflict || l.By != "Người nhap2" || l.Old != "15" || l.New != "12" || now.Digest == p.Digest {
		t.Errorf("%+v", l)
	}
	if n := f.write(t, file, CellsChoice{Digest: now.Digest}); n != 1 || f.cell(t, "SYT", "1").Value != kpi.Dec(15) {
		t.Errorf("wrote %d, nobody said that the file is right", n)
	}
	now = f.plan(t, file)
	if n := f.write(t, file, CellsChoice{Digest: now.Digest, Take: []string{"1"}}); n != 1 || f.cell(t, "SYT", "1").Value != kpi.Dec(12) {
		t.Errorf("wrote %d, the file was chosen", n)
	}
}

// Somebody changed a cell that the file leaves as it came: no intent, no conflict.
func TestPlanCells_RowNotTouched_KeepsTheNewerValue(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	twelve, fifteen := "12", "15"
	f.enter(t, "nhap", "1", kpi.Entry{Raw: &twelve})
	file := f.template(t, map[string]string{"E13": `<v>95.5</v>`})
	f.enter(t, "nhap2", "1", kpi.Entry{Raw: &fifteen})
	if l := f.plan(t, file).of(t, "1"); l.Outcome != CellsSame || len(l.Flags) != 1 || !strings.Contains(l.Flags[0], "giữ số đang có: 15") {
		t.Errorf("%+v", l)
	}
}

func TestPlanCells_BlankNeverErases(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	f.enterAll(t)
	blank := map[string]string{}
	for _, row := range []string{"7", "8", "9", "10", "11", "12", "13", "14"} {
		for _, col := range []string{"E", "F", "G", "H", "I", "J", "K"} {
			blank[col+row] = workbooktest.Text("")
		}
	}
	p := f.plan(t, f.template(t, blank))
	if p.Counts[CellsSame] != 8 {
		t.Errorf("%+v", p.Counts)
	}
	if l := p.of(t, "2"); len(l.Flags) != 1 || !strings.Contains(l.Flags[0], "không xóa") {
		t.Errorf("%+v", l)
	}
}

func TestPlanCells_OtherTemplate_RefusedWhole(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	other := func(login, set string, m kpi.Month, unit string) CellsFile {
		_, data, err := f.CellsTemplate(f.as(t, login), set, m, unit)
		f.must(t, err)
		return CellsFile{Name: "a.xlsx", Data: data}
	}
	unit := other("xanhap", "nq57", f.m, "XA1")
	for what, file := range map[string]CellsFile{
		"unit":                   unit,
		"unit without key sheet": {Name: "a.xlsx", Data: workbooktest.Zip(t, workbooktest.Edit(t, workbooktest.Unzip(t, unit.Data), "xl/workbook.xml", workbooktest.Swap("Khóa biểu", "Trang 9")))},
	} {
		_, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file)
		f.refused(t, err, kpi.Invalid)
		if err == nil || !strings.Contains(err.Error(), "XA1") && !strings.Contains(err.Error(), "Xã Một") || !strings.Contains(err.Error(), "Sở Y tế") {
			t.Errorf("%s: %v", what, err)
		}
	}
	f.m--
	f.at(f.m.Day(20)) // the round of June still runs
	june := f.template(t, nil)
	f.m++
	f.at(f.m.Day(10))
	_, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", june)
	if f.refused(t, err, kpi.Invalid); !strings.Contains(err.Error(), "tháng 6/2026") || !strings.Contains(err.Error(), "tháng 7/2026") {
		t.Error(err)
	}
	_, err = f.PlanCells(f.as(t, "xanhap"), "nq57", f.m, "SYT", june)
	f.refused(t, err, kpi.NotFound)
	_, _, err = f.CellsTemplate(f.as(t, "duyet"), "nq57", f.m, "SYT")
	f.refused(t, err, kpi.Denied)
}

func TestPlanCells_SheetSubmitted_Refused(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	file := f.template(t, map[string]string{"E7": `<v>9</v>`})
	f.upTo(t, kpi.Submitted)
	_, err := f.PlanCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file)
	f.refused(t, err, kpi.Conflict)
	_, _, err = f.CellsTemplate(f.as(t, "nhap"), "nq57", f.m, "SYT")
	f.refused(t, err, kpi.Conflict)
}

// After the province has sent one cell back only that one is open: in the template and on the way in.
func TestPlanCells_ReturnedByProvince_OthersLocked(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Kiểm tra lại"}))
	file := f.template(t, map[string]string{"E7": `<v>9</v>`, "E9": `<v>4</v>`})
	p := f.plan(t, file)
	if p.of(t, "1").Outcome != CellsChanged || p.of(t, "3").Outcome != CellsLocked || p.of(t, "2").Outcome != CellsSame {
		t.Errorf("%+v", p.Lines)
	}
	if n := f.write(t, file, CellsChoice{Digest: p.Digest, Skip: true}); n != 1 || f.cell(t, "SYT", "3").Value != kpi.Dec(5) {
		t.Errorf("wrote %d", n)
	}
}

// An indicator that counts something else since the template was made is not filled from it.
func TestPlanCells_DefinitionChanged_RowRefused(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	file := f.template(t, map[string]string{"E7": `<v>12</v>`, "E14": `<v>2</v>`})
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		defs, err := f.definitions(tx, "nq57", f.m)
		if err != nil {
			return err
		}
		nine := *defs.of("9")
		nine.Unit = "GB"
		return tx.PutIndicator(nine, f.System().Event(kpi.VerbChange, "test", "", "", ""))
	}))
	p := f.plan(t, file)
	if l := p.of(t, "9"); l.Outcome != CellsRefused || !strings.Contains(l.Text, "đã đổi sau khi tải mẫu") {
		t.Errorf("%+v", l)
	}
	if p.of(t, "1").Outcome != CellsNew || len(p.Notes) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestWriteCells_AfterLock_Closed(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	file := f.template(t, map[string]string{"E7": `<v>12</v>`})
	p := f.plan(t, file)
	f.clock.forward(30 * 24 * time.Hour)
	_, _, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, CellsChoice{Digest: p.Digest})
	f.refused(t, err, kpi.Closed)
}
