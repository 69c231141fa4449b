package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// seedRound opens a round of two units: SYT is accepted, XA1 is not.
func seedRound(t *testing.T, f fixture) kpi.Month {
	t.Helper()
	m := kpi.NewMonth(2026, 5)
	base := kpi.Indicator{Set: "nq57", From: m, Group: "5", Frequency: kpi.Monthly, Accumulation: kpi.Point, Direction: kpi.Up}
	number, ratio, yes := base, base, base
	number.Code, number.Name, number.Unit, number.Kind, number.Decimals, number.Aggregation = "5.1", "=Số hồ sơ", "Hồ sơ", kpi.KindNumber, 1, kpi.AggSum
	number.Targets = []kpi.Target{{Year: 2026, Op: kpi.OpEQ, Value: kpi.Some(kpi.Dec(100))}}
	ratio.Code, ratio.Name, ratio.Unit, ratio.Kind, ratio.Decimals, ratio.Scale, ratio.Aggregation = "5.2", "Tỷ lệ", "%", kpi.KindRatio, 2, kpi.Dec(100), kpi.AggRatio
	ratio.Targets = []kpi.Target{{Year: 2030, Op: kpi.OpGE, Value: kpi.Some(kpi.Dec(80))}}
	yes.Code, yes.Name, yes.Kind, yes.Aggregation = "5.3", "Có kế hoạch", kpi.KindYesNo, kpi.AggSum
	cell := func(unit, code string) kpi.Cell {
		return kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: m, Unit: unit, Indicator: code}, Content: kpi.HasValue, At: f.Now(), Version: 1, Definition: m}
	}
	part := func(unit string, a, b int64) kpi.Cell {
		c := cell(unit, "5.2")
		c.Num, c.Den = kpi.Some(kpi.Dec(a)), kpi.Some(kpi.Dec(b))
		return c
	}
	a, b, c, d := cell("SYT", "5.1"), cell("XA1", "5.1"), cell("SYT", "5.3"), cell("XA1", "5.3")
	a.Value, b.Value, c.Value, d.Content, d.Text = kpi.MustDecimal("60.5"), kpi.Dec(50), kpi.Dec(1), kpi.NotApplicable, "=lý do"
	err := f.store.Update(func(tx *store.Tx) error {
		if err := tx.PutSet(kpi.IndicatorSet{Code: "nq57", Name: "Bộ chỉ số", Groups: []kpi.Group{{Code: "5", Layer: 2, Name: "Chính quyền số"}}}, kpi.Event{Object: "x"}); err != nil {
			return err
		}
		for _, ind := range []kpi.Indicator{number, ratio, yes} {
			if err := tx.PutIndicator(ind, kpi.Event{Object: "x"}); err != nil {
				return err
			}
		}
		for unit, state := range map[string]kpi.State{"SYT": kpi.Accepted, "XA1": kpi.Draft} {
			if err := tx.AddSheet(kpi.Sheet{Set: "nq57", Month: m, Unit: unit, State: state}, []string{"5.1", "5.2", "5.3"}); err != nil {
				return err
			}
		}
		if err := tx.PutRound(kpi.Round{Set: "nq57", Month: m, Dates: kpi.DefaultDates(m), Opened: f.Now()}, kpi.Event{Object: "x"}); err != nil {
			return err
		}
		if err := tx.PutOverride(kpi.Override{Set: "nq57", Month: m, Indicator: "5.3", Value: kpi.Dec(2), Reason: "đã kiểm tra", By: "x", At: f.Now()}, kpi.Event{Object: "x"}); err != nil {
			return err
		}
		return tx.LoadCells([]kpi.Cell{a, part("SYT", 2, 3), c, b, part("XA1", 1, 3), d}, kpi.Event{Object: "x"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sheetText writes cells as «B7=60.5», numbers marked with #.
func sheetText(s workbook.Sheet) string {
	var b strings.Builder
	for y, row := range s.Rows {
		for x, c := range row {
			if c.Text == "" || c.Merged {
				continue
			}
			mark := ""
			if c.Number {
				mark = "#"
			}
			fmt.Fprintf(&b, "%s=%s%s|", s.Ref(y, x), mark, c.Text)
		}
	}
	return b.String()
}

func TestExportTable(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m := seedRound(t, f)
	read := func(actor kpi.Actor, accepted bool) (table, units string) {
		name, data, err := f.ExportTable(actor, "UBND tỉnh Mẫu", "nq57", m, accepted)
		if err != nil || name != "Tong-hop-nq57-2026-05.xlsx" {
			t.Fatal(name, err)
		}
		book, err := workbook.Read(name, data)
		if err != nil || len(book.Sheets) != 2 {
			t.Fatal(err)
		}
		return sheetText(book.Sheets[0]), sheetText(book.Sheets[1])
	}
	as := func(r kpi.Role, unit string) kpi.Actor {
		return kpi.Actor{User: kpi.User{Login: "x", Grants: []kpi.Grant{{Role: r, Unit: unit}}}, At: f.Now()}
	}
	table, units := read(as(kpi.Coordinator, ""), false)
	for _, want := range []string{"A1=UBND tỉnh Mẫu", "A3=Kỳ báo cáo: Tháng 5/2026. Số liệu tạm. Đã phê duyệt 1/2 biểu.", "Thời điểm xuất: 10/06/2026 09h00", "A7=5|B7=Chính quyền số|",
		"A8=5.1|B8==Số hồ sơ|C8=Hồ sơ|D8=#100|F8=#110.5|H8=Có|I8=#2|J8=#2|K8=Số liệu tạm|",
		"A9=5.2|B9=Tỷ lệ|C9=%|D9=≥ 80 (năm 2030)|F9=#50|H9=Chưa|I9=#2|J9=#2|", "F10=#2|", "K10=Số do tỉnh đặt|L10=Số toàn tỉnh do cán bộ tổng hợp đặt: đã kiểm tra (số tự tính 1)"} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
	for _, want := range []string{"D5=5.1|E5=5.2|F5=5.3|", "D6==Số hồ sơ|", "A7=SYT|B7=Sở Y tế|C7=Đã phê duyệt|D7=#60.5|E7=#66.67|F7=Có|", "A8=XA1|B8=Xã Một|C8=Đang nhập|D8=#50|E8=#33.33|F8=Không áp dụng|"} {
		if !strings.Contains(units, want) {
			t.Errorf("no %q in\n%s", want, units)
		}
	}
	for _, actor := range []kpi.Actor{as(kpi.Clerk, "SYT"), as(kpi.Approver, "XA1")} {
		table, units = read(actor, false)
		if !strings.Contains(table, "F8=#60.5|") || !strings.Contains(table, "I8=#1|J8=#2|") || !strings.Contains(units, "D7=#60.5|") || strings.Contains(units, "D8=") || !strings.Contains(units, "C8=Chưa phê duyệt") {
			t.Errorf("provisional figures are seen:\n%s\n%s", table, units)
		}
	}
	if _, _, err := f.ExportTable(as(kpi.Admin, ""), "", "nq57", m, true); kpi.KindOf(err) != kpi.Denied {
		t.Error(err)
	}
	if table, _ := read(f.System(), true); !strings.Contains(table, "F8=#60.5|") {
		t.Error(table)
	}
	if _, _, err := f.ExportTable(f.System(), "", "nq57", m+1, true); kpi.KindOf(err) != kpi.NotFound {
		t.Error(err)
	}
}

// TestExportTable_AsOnThePage: what is provisional, what lacks units and what is final is told as the page tells it.
func TestExportTable_AsOnThePage(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss := f.as(t, "dieuphoi")
	one := *f.row(t, "1").Indicator
	one.Targets = []kpi.Target{{Year: f.m.Year(), Op: kpi.OpGE, Value: kpi.Some(kpi.Dec(100))}}
	f.must(t, f.SaveIndicator(boss, one))
	f.save(t, "nhap", "1", "5")
	read := func() string {
		t.Helper()
		name, data, err := f.ExportTable(boss, "", "nq57", f.m, false)
		f.must(t, err)
		book, err := workbook.Read(name, data)
		f.must(t, err)
		return sheetText(book.Sheets[0])
	}
	if table := read(); !strings.Contains(table, "F8=#5|H8=Chưa đủ đơn vị|") || !strings.Contains(table, "K8=Số liệu tạm") {
		t.Errorf("one of two units:\n%s", table)
	}
	f.upTo(t, kpi.Approved)
	f.must(t, f.Accept(boss, f.id(t, "SYT")))
	f.must(t, f.CloseRound(boss, "nq57", f.m, true))
	if table := read(); !strings.Contains(table, "|H8=Chưa|") || !strings.Contains(table, "K8=Số liệu chính thức") || strings.Contains(table, "Số liệu tạm") {
		t.Errorf("closed:\n%s", table)
	}
}

// BenchmarkExportTable writes 124 units × 300 indicators: at most 1.5 times the bare streaming of as many constants,
// which app/workbook measures as BenchmarkWrite/reference.
func BenchmarkExportTable(b *testing.B) {
	s, err := store.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2026, 6, 10, 2, 0, 0, 0, time.UTC)
	a := New(Options{Store: s, Now: func() time.Time { return now }})
	m := kpi.NewMonth(2026, 5)
	err = s.Update(func(tx *store.Tx) error {
		if err := tx.PutSet(kpi.IndicatorSet{Code: "nq57", Name: "Bộ chỉ số", Groups: []kpi.Group{{Code: "1", Name: "Nhóm"}}}, kpi.Event{Object: "x"}); err != nil {
			return err
		}
		var codes []string
		for i := range 300 {
			ind := kpi.Indicator{Set: "nq57", Code: fmt.Sprintf("1.%03d", i), Name: fmt.Sprintf("Chỉ số %d", i), Group: "1", From: m, Kind: kpi.KindNumber, Decimals: 1,
				Direction: kpi.Up, Frequency: kpi.Monthly, Accumulation: kpi.Point, Aggregation: kpi.AggSum}
			codes = append(codes, ind.Code)
			if err := tx.PutIndicator(ind, kpi.Event{Object: "x"}); err != nil {
				return err
			}
		}
		var cells []kpi.Cell
		for u := range 124 {
			unit := kpi.Unit{Code: fmt.Sprintf("U%03d", u), Name: fmt.Sprintf("Xã %d", u), Kind: kpi.Commune}
			if err := tx.PutUnit(unit, kpi.Event{Object: "x"}); err != nil {
				return err
			}
			if err := tx.AddSheet(kpi.Sheet{Set: "nq57", Month: m, Unit: unit.Code, State: kpi.Accepted}, codes); err != nil {
				return err
			}
			for i, code := range codes {
				cells = append(cells, kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: m, Unit: unit.Code, Indicator: code}, Content: kpi.HasValue,
					Value: kpi.NewDecimal(int64(u*3000+i), 1), At: now, Version: 1, Definition: m})
			}
		}
		if err := tx.PutRound(kpi.Round{Set: "nq57", Month: m, Dates: kpi.DefaultDates(m), Opened: now}, kpi.Event{Object: "x"}); err != nil {
			return err
		}
		return tx.LoadCells(cells, kpi.Event{Object: "x"})
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := a.ExportTable(a.System(), "UBND tỉnh", "nq57", m, false); err != nil {
			b.Fatal(err)
		}
	}
}
