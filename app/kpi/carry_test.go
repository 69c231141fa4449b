package kpi

import (
	"strings"
	"testing"
)

func TestCarry_OnlyWhatMayStandAgain(t *testing.T) {
	t.Parallel()
	point := Indicator{Code: "1", Kind: KindRatio, Accumulation: Point, Scale: Dec(100)}
	flow := point
	flow.Accumulation = Flow
	last := Cell{Content: HasValue, Num: Some(Dec(45)), Den: Some(Dec(60)), Note: "cũ", Confirmed: true, Version: 7, By: "ai"}
	for name, tt := range map[string]struct {
		ind     Indicator
		c, last Cell
		says    string
	}{
		"taken over":     {point, Cell{Version: 2}, last, ""},
		"not applicable": {point, Cell{}, Cell{Content: NotApplicable, Text: "Không có hệ thống"}, ""},
		"a flow":         {flow, Cell{}, last, "tính trong kỳ"},
		"already filled": {point, Cell{Content: NoData, Text: "x"}, last, "đã có số liệu"},
		"nothing before": {point, Cell{}, Cell{}, "chưa có số liệu của kỳ trước"},
		"no data before": {point, Cell{}, Cell{Content: NoData, Text: "Chưa báo cáo"}, "chưa có số liệu của kỳ trước"},
	} {
		got, err := Carry(tt.ind, tt.c, tt.last)
		if tt.says != "" {
			if KindOf(err) != Invalid || !strings.Contains(err.Error(), tt.says) || got != tt.c {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			continue
		}
		if err != nil || !SameValue(got, tt.last) || got.Version != tt.c.Version || got.Note != "" || got.Confirmed || got.By != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestCheckCell_CarriedOver_WantsATick(t *testing.T) {
	t.Parallel()
	ind := Indicator{Code: "1", Kind: KindNumber, Accumulation: Point}
	c := Cell{Content: HasValue, Value: Dec(5), Source: FromCarry}
	issues := CheckCell(ind, c, nil, NewMonth(2026, 11))
	if len(issues) != 1 || issues[0].Level != Warning || issues[0].Text != CarriedText {
		t.Errorf("%+v", issues)
	}
	c.Confirmed = true
	if issues := CheckCell(ind, c, nil, NewMonth(2026, 11)); len(issues) != 0 {
		t.Errorf("ticked: %+v", issues)
	}
}

func TestCheckHard_ShareGivenAsARate(t *testing.T) {
	t.Parallel()
	ind := Indicator{Code: "1", Kind: KindNumber, Unit: "%", Share: true, Decimals: 1}
	if err := CheckHard(ind, Cell{Content: HasValue, Value: MustDecimal("100.1")}); err == nil || !strings.Contains(err.Error(), "vượt 100%") {
		t.Errorf("%v", err)
	}
	if err := CheckHard(ind, Cell{Content: HasValue, Value: Dec(100)}); err != nil {
		t.Errorf("%v", err)
	}
}
