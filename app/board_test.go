package app

import (
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

func TestExportBoard_StatesAndGroups(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	_, data, err := f.ExportBoard(f.as(t, "lanhdao"), "UBND tỉnh", "nq57", f.m)
	f.must(t, err)
	text := bookText(t, data)
	for _, want := range []string{"Đơn vị|Trạng thái|Hạn|Đã nhập|Phải nhập|1. Nhóm|Trình lúc", "Chờ đơn vị duyệt||3|3|3/3|", "Chưa nhập||0|3|0/3|"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	_, _, err = f.ExportBoard(f.as(t, "nhap"), "", "nq57", f.m)
	f.refused(t, err, kpi.Denied)
}

// bookText returns every row of a workbook, its texts joined.
func bookText(t *testing.T, data []byte) string {
	t.Helper()
	book, err := workbook.Read("a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, sheet := range book.Sheets {
		for _, row := range sheet.Rows {
			for _, c := range row {
				out.WriteString(c.Text + "|")
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}
