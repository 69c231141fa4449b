package kpi

import (
	"strings"
	"testing"
)

func p[T any](x T) *T { return &x }

func TestEntryRead(t *testing.T) {
	t.Parallel()
	number := Indicator{Code: "1", Kind: KindNumber, Decimals: 1}
	ratio := Indicator{Code: "2", Kind: KindRatio, Scale: Dec(100), Decimals: 1, Unit: "%"}
	yes := Indicator{Code: "3", Kind: KindYesNo}
	grade := Indicator{Code: "4", Kind: KindGrade, Grades: []Grade{{"A", "Tốt", 100}, {"B", "Khá", 75}}}
	text := Indicator{Code: "5", Kind: KindText}
	filled := Cell{Content: HasValue, Value: Dec(7), Confirmed: true, Note: "cũ"}
	for _, c := range []struct {
		name  string
		ind   Indicator
		old   Cell
		entry Entry
		want  string // Trace, or the beginning of the refusal after "!"
	}{
		{"number", number, Cell{}, Entry{Raw: p("1.234,5")}, "1.234,5"},
		{"zero is a number", number, Cell{}, Entry{Raw: p("0")}, "0,0"},
		{"cleared", number, filled, Entry{Raw: p(" ")}, "(trống)"},
		{"dash", number, filled, Entry{Raw: p("-")}, "Không phát sinh"},
		{"dots", number, filled, Entry{Raw: p("…")}, "Chưa có số liệu"},
		{"not a number", number, filled, Entry{Raw: p("mười")}, "!Không phải là số"},
		{"too precise", number, filled, Entry{Raw: p("1,55")}, "!Chỉ ghi đến 1 chữ số thập phân"},
		{"denominator of a number", number, Cell{}, Entry{Den: p("5")}, "!Chỉ số 1 không có mẫu số"},
		{"numerator first", ratio, Cell{}, Entry{Raw: p("45")}, "45/…"},
		{"then denominator", ratio, Cell{Content: HasValue, Num: Some(Dec(45))}, Entry{Den: p("60")}, "45/60 = 75,0"},
		{"both at once", ratio, Cell{}, Entry{Raw: p("1"), Den: p("3")}, "1/3 = 33,3"},
		{"dash in a numerator", ratio, ratioOf("1", "2"), Entry{Raw: p("-"), Den: p("5")}, "Không phát sinh"},
		{"dash in a denominator", ratio, ratioOf("1", "2"), Entry{Den: p("-")}, "Không phát sinh"},
		{"negative part", ratio, Cell{}, Entry{Raw: p("-3")}, "!Tử số không được âm"},
		{"part is a percentage", ratio, Cell{}, Entry{Den: p("5%")}, "!Mẫu số: Chỉ số này không tính bằng %"},
		{"yes", yes, Cell{}, Entry{Raw: p("co")}, "Có"},
		{"no", yes, Cell{}, Entry{Raw: p("khong")}, "Không"},
		{"maybe", yes, Cell{}, Entry{Raw: p("maybe")}, "!Chỉ số 3 chỉ nhận Có hoặc Không"},
		{"grade", grade, Cell{}, Entry{Raw: p("B")}, "Khá"},
		{"unknown grade", grade, Cell{}, Entry{Raw: p("Z")}, "!Mức «Z»"},
		{"text in NFD", text, Cell{}, Entry{Raw: p("Tie\u0302\u0301n")}, "Tiến"},
		{"text too long", text, Cell{}, Entry{Raw: p(strings.Repeat("a", MaxNote+1))}, "!Nội dung dài 1001 ký tự"},
		{"not applicable with reason", number, filled, Entry{None: p("khong-ap-dung"), Reason: p("không có trạm")}, "Không áp dụng: không có trạm"},
		{"no data with reason and date", number, filled, Entry{None: p("chua-co"), Reason: p("chờ thuế"), Expected: p("5/12/26")}, "Chưa có số liệu: chờ thuế (dự kiến 05/12/2026)"},
		{"month first date", number, filled, Entry{None: p("chua-co"), Expected: p("12/31/2026")}, "!Ngày «12/31/2026» không đọc được"},
		{"none occurred of a text", text, Cell{}, Entry{None: p("khong-phat-sinh")}, "!Chỉ số 5 không phải là số lượng"},
		{"a number and a kind of none", number, Cell{}, Entry{Raw: p("5"), None: p("chua-co")}, "!Vừa ghi «5» vừa chọn «Chưa có số liệu»"},
		{"unknown kind of none", number, filled, Entry{None: p("x")}, "!Không rõ tình trạng"},
		{"value again", number, Cell{Content: NotApplicable, Text: "x"}, Entry{None: p(""), Raw: p("5")}, "5,0"},
		{"reason alone", number, Cell{Content: NoData}, Entry{Reason: p("chờ")}, "Chưa có số liệu: chờ"},
		{"value chosen, not yet typed", number, Cell{Content: NoData, Text: "chờ"}, Entry{None: p("")}, "(trống)"},
	} {
		r, err := c.entry.Read(c.ind, c.old)
		got := r.Cell.Trace(c.ind)
		if err != nil {
			got = "!" + err.Error()
		}
		if refused := strings.HasPrefix(c.want, "!"); refused && !strings.HasPrefix(got, c.want) || !refused && got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if err != nil && KindOf(err) != Invalid {
			t.Errorf("%s: kind %v", c.name, KindOf(err))
		}
	}
}

// ValueOf takes a cell with parts for a ratio's.
func TestEntryRead_Number_LeavesNoPartsOfARatio(t *testing.T) {
	t.Parallel()
	number := Indicator{Code: "1", Kind: KindNumber}
	r, err := Entry{Raw: p("5")}.Read(number, ratioOf("1", "2"))
	if x, ok := r.Cell.Number(number); err != nil || !ok || x.RatString() != "5" {
		t.Errorf("%v of %+v: %v", x, r.Cell, err)
	}
}

func TestEntryRead_NewNumber_TakesTheTickOff(t *testing.T) {
	t.Parallel()
	ind := Indicator{Code: "1", Kind: KindNumber}
	old := Cell{Content: HasValue, Value: Dec(7), Confirmed: true, Note: "đã giải trình"}
	r, err := Entry{Raw: p("8")}.Read(ind, old)
	if err != nil || r.Cell.Confirmed || r.Cell.Note != "đã giải trình" {
		t.Errorf("%+v %v", r.Cell, err)
	}
	r, err = Entry{Raw: p("7")}.Read(ind, old)
	if err != nil || !SameContent(old, r.Cell) {
		t.Error("the same number changes the cell")
	}
	r, err = Entry{Note: p("khác")}.Read(ind, old)
	if err != nil || !r.Cell.Confirmed || r.Cell.Note != "khác" {
		t.Error("a new note takes the tick off")
	}
}

func FuzzEntryRead(f *testing.F) {
	f.Add("12,5", "3", "chua-co", "lý do", "5/3/26", uint8(1))
	f.Fuzz(func(t *testing.T, raw, den, none, reason, expected string, kind uint8) {
		kinds := []Kind{KindNumber, KindRatio, KindYesNo, KindGrade, KindText}
		ind := Indicator{Code: "1", Kind: kinds[int(kind)%len(kinds)], Decimals: 1, Scale: Dec(100), Grades: []Grade{{"A", "Tốt", 1}, {"B", "Khá", 2}}}
		for _, e := range []Entry{{Raw: &raw}, {Raw: &raw, Den: &den}, {None: &none, Reason: &reason, Expected: &expected}, {None: &none, Raw: &raw}, {Reason: &reason}} {
			for _, old := range []Cell{{}, {Content: NoData, Text: "x"}, {Content: HasValue, Value: Dec(1)}} {
				r, err := e.Read(ind, old)
				if err != nil && KindOf(err) != Invalid {
					t.Fatalf("%v", err)
				}
				_ = r.Cell.Trace(ind)
				_ = CheckCell(ind, r.Cell, PastOf(old).Values, NewMonth(2026, 5))
			}
		}
	})
}
