package workbook

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// grid makes a sheet of lines with "|" between the cells; "<" and "^" copy the cell on the left and above as a
// merged area does, "#" begins a number.
func grid(lines ...string) Sheet {
	s := Sheet{Name: "Biểu 01"}
	for _, line := range lines {
		var row []Cell
		for text := range strings.SplitSeq(line, "|") {
			c := Cell{Text: clean(text)}
			switch {
			case c.Text == "<":
				c = row[len(row)-1]
				c.Merged = true
			case c.Text == "^":
				c = s.Cell(len(s.Rows)-1, len(row))
				c.Merged = true
			case strings.HasPrefix(c.Text, "#"):
				c = Cell{Text: c.Text[1:], Number: true}
			}
			row = append(row, c)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

var wanted = []Column{
	{Key: "code", Names: []string{"Mã chỉ số", "Mã"}, Required: true},
	{Key: "name", Names: []string{"Tên chỉ số"}},
	{Key: "unit", Names: []string{"Đơn vị"}},
	{Key: "measure", Names: []string{"Đơn vị tính", "ĐVT"}},
	{Key: "now", Names: []string{"Trong kỳ", "Tháng 6 Thực hiện"}, Required: true},
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		sheet Sheet
		want  string // head row, key=address of the first row below, unknown headings
	}{
		{"plain", grid("Mã chỉ số|Trong kỳ", "2.1|#5"), "1 code=A2 now=B2 []"},
		{"titles, empty row, other order, unknown", grid("BIỂU 01|<|<", "Tháng 5/2026", "", "Trong kỳ|Ghi chú|Mã chỉ số", "#5||2.1"), "4 code=C5 now=A5 [Ghi chú]"},
		{"case, marks, punctuation, i/y", grid("STT|MA CHI-SO (*)|Trong kì:|đvt"), "1 code=B2 measure=D2 now=C2 [STT]"},
		{"decomposed, tone placement, spaces", grid(norm.NFD.String("  Mã   chỉ\u00a0số") + "|" + norm.NFD.String("TRONG KỲ")), "1 code=A2 now=B2 []"},
		{"exact before longer", grid("Mã chỉ số|Tên chỉ số (đầy đủ)|Đơn vị tính|Đơn vị (xã, phường)|Trong kỳ|Trong kỳ trước"), "1 code=A2 name=B2 unit=D2 measure=C2 now=E2 [Trong kỳ trước]"},
		{"longer of two names", grid("Mã chỉ số|Đơn vị tính (ĐVT)|Trong kỳ"), "1 code=A2 measure=B2 now=C2 []"},
		{"merged down", grid("Mã chỉ số|Tên chỉ số|Trong kỳ", "^|^|^", "2.1|a|#5"), "2 code=A3 name=B3 now=C3 []"},
		{"two rows merged", grid("Mã chỉ số|Tên chỉ số|Kết quả|<", "^|^|Trong kỳ|Kỳ trước", "2.1|a|#5|#4"), "2 code=A3 name=B3 now=C3 [Kỳ trước]"},
		{"two rows not merged", grid("Mã chỉ số|Tên chỉ số|Kết quả|", "||Trong kỳ|Kỳ trước", "2.1|a|#5|#4"), "2 code=A3 name=B3 now=C3 [Kỳ trước]"},
		{"group joins", grid("Mã chỉ số|Tháng 5|<|Tháng 6|<", "^|Thực hiện|Mục tiêu|Thực hiện|Mục tiêu", "2.1|#1|#2|#3|#4"), "2 code=A3 now=D3 [Thực hiện Mục tiêu Mục tiêu]"},
		{"merged to the right", grid("Mã chỉ số|Trong kỳ|<", "2.1|#5|"), "1 code=A2 now=B2 []"},
		{"under a title", grid("BIỂU|<|<", "Mã chỉ số||Trong kỳ", "2.1||#1"), "2 code=A3 now=C3 []"},
		{"column numbers", grid("Mã chỉ số|Tên chỉ số|Trong kỳ", "(1)|(2)|(3)=(2)/(1)", "2.1|a|#5"), "1 code=A3 name=B3 now=C3 []"},
		{"column letters and numbers", grid("Mã chỉ số|Tên chỉ số|Trong kỳ|Kỳ trước", "A|B|#1|#2", "2.1|a|#5"), "1 code=A3 name=B3 now=C3 [Kỳ trước]"},
		{"a row of data that looks like numbers", grid("Mã chỉ số|Trong kỳ|x", "#1|#2|#3"), "1 code=A2 now=B2 [x]"},
		{"heading repeated below", grid("Mã chỉ số|Trong kỳ", "2.1|#5", "Mã chỉ số|Trong kỳ"), "1 code=A2 now=B2 []"},
		{"50th row", grid(append(make([]string, 49), "Mã chỉ số|Trong kỳ")...), "50 code=A51 now=B51 []"},
	}
	for _, tt := range tests {
		table, err := Find(tt.sheet, wanted)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		row := Row{Number: table.HeadRow + 1, columns: table.columns}
		if len(table.Rows) > 0 {
			row = table.Rows[0]
		}
		var b strings.Builder
		fmt.Fprint(&b, table.HeadRow)
		for _, c := range wanted {
			if table.Has(c.Key) {
				fmt.Fprintf(&b, " %s=%s", c.Key, row.Ref(c.Key))
			}
		}
		fmt.Fprint(&b, " ", table.Unknown)
		if b.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, b.String(), tt.want)
		}
	}
}

func TestFindRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		sheet Sheet
		want  []string
	}{
		{"empty", Sheet{Name: "Biểu 01"}, []string{"Biểu 01", "“Mã chỉ số”"}},
		{"nothing like it", grid("a|b", "c|d"), []string{"Không thấy bảng có cột “Mã chỉ số”"}},
		{"required missing", grid("BIỂU", "Mã chỉ số|Tên chỉ số|Ghi chú"), []string{"thiếu cột “Trong kỳ”", "Hàng tiêu đề 2", "“Ghi chú”"}},
		{"twice", grid("Mã chỉ số|Trong kỳ|TRONG KÌ"), []string{"hai cột", "B1 “Trong kỳ”", "C1 “TRONG KÌ”"}},
		{"two longer ones", grid("Mã chỉ số|Trong kỳ (số)|Trong kỳ (tỷ lệ)"), []string{"B1", "C1"}},
		{"below the 50th row", grid(append(make([]string, 50), "Mã chỉ số|Trong kỳ")...), []string{"50 hàng đầu"}},
	}
	for _, tt := range tests {
		table, err := Find(tt.sheet, wanted)
		if err == nil {
			t.Errorf("%s: found %+v", tt.name, table)
			continue
		}
		for _, want := range tt.want {
			checkSentence(t, err, want)
		}
	}
}

func TestRow(t *testing.T) {
	t.Parallel()
	table, err := Find(grid("Nhóm|Mã chỉ số|Trong kỳ", "I|2.1|#5", "^||", "", "II|2.2|#6"), wanted)
	if err != nil {
		t.Fatal(err)
	}
	blank := []bool{}
	for _, r := range table.Rows {
		blank = append(blank, r.Blank())
	}
	if !slices.Equal(blank, []bool{false, true, true, false}) {
		t.Errorf("blank %v", blank)
	}
	last := table.Rows[3]
	if last.Number != 5 || last.Get("now").Text != "6" || last.Ref("now") != "C5" || last.Get("none") != (Cell{}) || last.Ref("none") != "" || last.Get("unit") != (Cell{}) {
		t.Errorf("%+v", last)
	}
}
