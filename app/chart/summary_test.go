package chart

import (
	"testing"

	"chiso/app/kpi"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	target := func(op kpi.TargetOp, value string) kpi.Target {
		return kpi.Target{Op: op, Value: kpi.Some(kpi.MustDecimal(value))}
	}
	between := target(kpi.OpRange, "40")
	between.High = kpi.Some(kpi.MustDecimal("50"))
	tests := []struct {
		name      string
		values    []string
		unit      string
		decimals  int
		direction kpi.Direction
		target    kpi.Target
		breaks    []Break
		want      string
	}{
		{"streak up, below", []string{"90", "90.5", "91", "92", "92.5", "93.1"}, "%", 1, kpi.Up, target(kpi.OpGE, "95"), nil,
			"Tăng 5 kỳ liên tiếp, còn thiếu 1,9 điểm % so với mục tiêu."},
		{"one step up", []string{"93", "92.5", "93.1"}, "%", 1, kpi.Up, kpi.Target{}, nil, "Tăng 0,6 điểm % so với kỳ trước."},
		{"falling against the good direction", []string{"93", "92", "91"}, "%", 1, kpi.Up, target(kpi.OpGE, "90"), nil,
			"Giảm 2 kỳ liên tiếp (ngược chiều tốt), vượt mục tiêu 1,0 điểm %."},
		{"falling is good", []string{"12", "7"}, "vụ", 0, kpi.Down, target(kpi.OpLE, "5"), nil, "Giảm 5 vụ so với kỳ trước, còn cao hơn mục tiêu 2 vụ."},
		{"falling below the bound", []string{"12", "4"}, "vụ", 0, kpi.Down, target(kpi.OpLE, "5"), nil,
			"Giảm 8 vụ so với kỳ trước, đạt mục tiêu, thấp hơn mức giao 1 vụ."},
		{"flat once", []string{"5", "5"}, "", 0, kpi.Up, kpi.Target{}, nil, "Không đổi so với kỳ trước."},
		{"flat long", []string{"4", "5", "5", "5"}, "", 0, kpi.Up, target(kpi.OpEQ, "5"), nil, "Không đổi 2 kỳ liên tiếp, đạt mục tiêu."},
		{"no difference as shown is flat", []string{"5.01", "5.04"}, "%", 1, kpi.Up, kpi.Target{}, nil, "Không đổi so với kỳ trước."},
		{"difference of the shown values", []string{"92.46", "93.14"}, "%", 1, kpi.Up, kpi.Target{}, nil, "Tăng 0,6 điểm % so với kỳ trước."},
		{"thousands", []string{"1000", "3500"}, "lượt", 0, kpi.Neither, kpi.Target{}, nil, "Tăng 2.500 lượt so với kỳ trước."},
		{"rounds to the target but misses it", []string{"90", "94.96"}, "%", 1, kpi.Up, target(kpi.OpGE, "95"), nil,
			"Tăng 5,0 điểm % so với kỳ trước, còn thiếu chưa đến 0,1 điểm % so với mục tiêu."},
		{"strict bound", []string{"0.6", "0.7"}, "", 1, kpi.Up, target(kpi.OpGT, "0.7"), nil, "Tăng 0,1 so với kỳ trước, mới bằng mục tiêu, chưa đạt."},
		{"in range", []string{"38", "45"}, "%", 0, kpi.Within, between, nil, "Tăng 7 điểm % so với kỳ trước, trong khoảng mục tiêu."},
		{"below range", []string{"39", "38"}, "%", 0, kpi.Within, between, nil, "Giảm 1 điểm % so với kỳ trước, thấp hơn khoảng mục tiêu 2 điểm %."},
		{"above range", []string{"38", "53"}, "%", 0, kpi.Within, between, nil, "Tăng 15 điểm % so với kỳ trước, cao hơn khoảng mục tiêu 3 điểm %."},
		{"bare figure without direction", []string{"1", "2"}, "", 0, kpi.Neither, target(kpi.OpEQ, "5"), nil, "Tăng 1 so với kỳ trước."},
		{"negative", []string{"-3.5", "-12.5"}, "%", 1, kpi.Neither, kpi.Target{}, nil, "Giảm 9,0 điểm % so với kỳ trước."},
		{"one point", []string{"93.1"}, "%", 1, kpi.Up, target(kpi.OpGE, "95"), nil, "Mới có số liệu một kỳ: 93,1%, còn thiếu 1,9 điểm % so với mục tiêu."},
		{"nothing", []string{"-", "-"}, "%", 1, kpi.Up, kpi.Target{}, nil, "Chưa có số liệu."},
		{"empty", nil, "%", 1, kpi.Up, kpi.Target{}, nil, "Chưa có số liệu."},
		{"gap before the last", []string{"90", "-", "91"}, "%", 1, kpi.Up, kpi.Target{}, nil,
			"Tăng 1,0 điểm % so với kỳ 9/2026 (ở giữa chưa có số liệu)."},
		{"gap ends the streak", []string{"89", "-", "90", "91", "92"}, "%", 0, kpi.Up, kpi.Target{}, nil, "Tăng 2 kỳ liên tiếp."},
		{"last missing", []string{"90", "91", "92", "-"}, "%", 0, kpi.Up, kpi.Target{}, nil,
			"Kỳ 11/2026 chưa có số liệu; đến kỳ 10/2026: tăng 2 kỳ liên tiếp."},
		{"provisional", []string{"90", "91?"}, "%", 0, kpi.Up, kpi.Target{}, nil, "Tăng 1 điểm % so với kỳ trước (số liệu tạm)."},
		{"definition changed now", []string{"90", "50"}, "%", 0, kpi.Up, kpi.Target{}, []Break{{1, "mới"}},
			"Định nghĩa đã thay đổi, không so với kỳ 10/2026; hiện là 50%."},
		{"definition change ends the streak", []string{"90", "91", "92", "93", "94"}, "%", 0, kpi.Up, kpi.Target{}, []Break{{2, "mới"}}, "Tăng 2 kỳ liên tiếp."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Summary(Trend{Periods: months(len(tt.values)), Points: points(tt.values...), Unit: tt.unit, Decimals: tt.decimals,
				Direction: tt.direction, Target: tt.target, Breaks: tt.breaks})
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
