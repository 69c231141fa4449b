package kpi

import (
	"strings"
	"testing"
)

func TestCheckHard(t *testing.T) {
	t.Parallel()
	share := Indicator{Code: "1", Kind: KindRatio, Scale: Dec(100), Share: true, Decimals: 1}
	bounded := Indicator{Code: "1", Kind: KindNumber, Min: Some(Dec(0)), Max: Some(Dec(100))}
	for _, c := range []struct {
		ind  Indicator
		cell Cell
		ok   bool
	}{
		{share, ratioOf("60", "60"), true}, {share, ratioOf("61", "60"), false}, {share, Cell{Content: HasValue, Num: Some(Dec(61))}, true},
		{bounded, cellOf("100"), true}, {bounded, cellOf("100.1"), false}, {bounded, cellOf("-1"), false}, {bounded, Cell{Content: NoneOccurred}, true}, {bounded, Cell{}, true},
	} {
		if err := CheckHard(c.ind, c.cell); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.cell.Trace(c.ind), err)
		}
	}
}

func TestCheckCell(t *testing.T) {
	t.Parallel()
	flow := Indicator{Code: "1", Kind: KindNumber, Accumulation: Flow}
	cumulative := Indicator{Code: "1", Kind: KindNumber, Accumulation: Cumulative}
	ratio := Indicator{Code: "1", Kind: KindRatio, Scale: Dec(100), Decimals: 1}
	usual := Indicator{Code: "1", Kind: KindNumber, Accumulation: Point, UsualLow: Some(Dec(5)), UsualHigh: Some(Dec(100))}
	november := NewMonth(2026, 11)
	past := func(values ...string) []Cell {
		var cells []Cell
		for i, v := range values {
			c := cellOf(v)
			c.Month = november - 1 - Month(i)
			cells = append(cells, c)
		}
		return cells
	}
	for _, c := range []struct {
		name string
		ind  Indicator
		cell Cell
		past []Cell
		want string // level and beginning of the only issue; "" for none
	}{
		{"empty", flow, Cell{}, nil, "Lỗi Chưa nhập"},
		{"plain", flow, cellOf("12"), past("10"), ""},
		{"ten times", flow, cellOf("100"), past("10"), "Cảnh báo 100 gấp từ 10 lần"},
		{"a tenth", flow, cellOf("1"), past("10"), "Cảnh báo 1 chỉ bằng một phần mười"},
		{"from nothing", flow, cellOf("100"), past("0"), ""},
		{"same as last month", flow, cellOf("10"), past("10", "11"), "Cảnh báo Bằng đúng kỳ trước"},
		{"same as the only month", flow, cellOf("10"), past("10"), ""},
		{"far from the usual", flow, cellOf("50"), past("10", "11", "12", "10", "11", "13"), "Cảnh báo 50 lệch xa 6 kỳ"},
		{"within the usual", flow, cellOf("14"), past("10", "11", "12", "10", "11", "13"), ""},
		{"at the edge of the usual", flow, cellOf("18"), past("12", "10", "10", "10", "12", "13"), ""},
		{"beyond the edge of the usual", flow, cellOf("18.1"), past("12", "10", "10", "10", "12", "13"), "Cảnh báo 18 lệch xa 6 kỳ gần đây (từ 10 đến 13)"},
		{"far below the usual", flow, cellOf("5.9"), past("12", "10", "10", "10", "12", "13"), "Cảnh báo 6 lệch xa 6 kỳ"},
		{"after months without a change", flow, cellOf("20"), past("10", "10", "10", "10", "10", "10"), ""},
		{"nothing again", flow, cellOf("0"), past("0", "0"), ""},
		{"at the high limit", usual, cellOf("100"), nil, ""},
		{"above the high limit", usual, cellOf("101"), nil, "Cảnh báo 101 cao hơn mức thường gặp (100)"},
		{"at the low limit", usual, cellOf("5"), nil, ""},
		{"none occurred where some should", usual, Cell{Content: NoneOccurred}, nil, "Cảnh báo 0 thấp hơn mức thường gặp (5)"},
		{"cumulative stood still", cumulative, cellOf("10"), past("10", "9"), ""},
		{"cumulative fell", cumulative, cellOf("9"), past("10"), "Cảnh báo Số lũy kế 9 giảm"},
		{"cumulative over a gap", cumulative, cellOf("9"), past("10")[:0], ""},
		{"half a ratio", ratio, Cell{Content: HasValue, Num: Some(Dec(1))}, nil, "Lỗi Chưa ghi mẫu số"},
		{"no denominator", ratio, ratioOf("0", "0"), nil, "Cảnh báo Mẫu số bằng 0"},
		{"impossible denominator", ratio, ratioOf("1", "0"), nil, "Lỗi Mẫu số bằng 0 mà tử số"},
		{"no reason", flow, Cell{Content: NotApplicable}, nil, "Lỗi Chưa ghi lý do"},
		{"no date", flow, Cell{Content: NoData, Text: "chờ"}, nil, "Lỗi Chưa ghi ngày dự kiến"},
		{"accounted for", flow, Cell{Content: NoData, Text: "chờ", Expected: "01/12/2026"}, nil, ""},
		{"none occurred", flow, Cell{Content: NoneOccurred}, past("10"), ""},
	} {
		issues := CheckCell(c.ind, c.cell, PastOf(c.past...).Values, november)
		got := ""
		for _, i := range issues {
			got += i.Level.Label() + " " + i.Text
		}
		if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) || len(issues) > 1 {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	january := CheckCell(cumulative, cellOf("1"), PastOf(past("9")...).Values, NewMonth(2027, 1))
	if len(january) != 0 {
		t.Errorf("a new year starts from nothing: %v", january)
	}
}

func TestCheckAcross(t *testing.T) {
	t.Parallel()
	inds := map[string]*Indicator{}
	for _, c := range []string{"a", "b", "c"} {
		inds[c] = &Indicator{Code: c, Kind: KindNumber}
	}
	checks := []CrossCheck{{CheckLE, "a", []string{"b"}, "a ≤ b"}, {CheckSum, "c", []string{"a", "b"}, "c = a + b"}}
	if n := len(CheckAcross(checks, inds, map[string]Cell{"a": cellOf("1"), "b": cellOf("2"), "c": cellOf("3")})); n != 0 {
		t.Errorf("%d issues where all holds", n)
	}
	if n := len(CheckAcross(checks, inds, map[string]Cell{"a": cellOf("3"), "b": cellOf("2"), "c": cellOf("3")})); n != 2 {
		t.Errorf("%d issues where both are broken", n)
	}
	if n := len(CheckAcross(checks, inds, map[string]Cell{"a": cellOf("3"), "b": {}})); n != 0 {
		t.Error("a check binds although a number is missing")
	}
}

func TestBlocking(t *testing.T) {
	t.Parallel()
	issues := []Issue{{"a", Warning, ""}, {"b", Warning, ""}, {"c", Warning, ""}, {"d", Failure, ""}, {"e", Notice, ""}}
	cells := map[string]Cell{"a": {}, "b": {Note: "vì sao"}, "c": {Confirmed: true}, "d": {Note: "vì sao"}}
	got := ""
	for _, i := range Blocking(issues, cells) {
		got += i.Indicator
	}
	if got != "ad" {
		t.Errorf("blocking %q, want \"ad\"", got)
	}
}
