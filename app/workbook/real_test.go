package workbook

import (
	"os"
	"path/filepath"
	"testing"
)

// realFile reads one of the official files that are kept beside the repository.
func realFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../shared/data", name))
	if err != nil {
		t.Skipf("%s is not here: %v", name, err)
	}
	return data
}

func TestAppendixOfResolution03(t *testing.T) {
	t.Parallel()
	book, err := Read("phu-luc-1-nq-03.xlsx", realFile(t, "phu-luc-1-nq-03.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	s := book.Sheets[0]
	if len(book.Sheets) != 1 || len(s.Rows) != 64 {
		t.Fatalf("%d sheets, %d rows", len(book.Sheets), len(s.Rows))
	}
	table, err := Find(s, []Column{
		{Key: "number", Names: []string{"TT", "STT"}, Required: true},
		{Key: "name", Names: []string{"Chỉ tiêu", "Tên chỉ tiêu", "Chỉ số"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if table.HeadRow != 5 || len(table.Rows) != 59 || table.Rows[0].Ref("number") != "A6" {
		t.Errorf("head row %d, %d rows, first %s, unknown %q", table.HeadRow, len(table.Rows), table.Rows[0].Ref("number"), table.Unknown)
	}
	if c := s.Cell(5, 4); !c.Merged || c.Text != s.Cell(5, 1).Text { // B6:E6, a section over all columns
		t.Errorf("section row: %+v", c)
	}
}

func TestUnitsOfProvince(t *testing.T) {
	t.Parallel()
	book, err := Read("units-dak-lak.csv", realFile(t, "units-dak-lak.csv"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := Find(book.Sheets[0], []Column{
		{Key: "code", Names: []string{"Mã đơn vị"}, Required: true}, {Key: "name", Names: []string{"Tên đơn vị"}, Required: true},
		{Key: "kind", Names: []string{"Loại đơn vị"}, Required: true}, {Key: "cohort", Names: []string{"Nhóm xếp hạng"}, Required: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 124 || len(table.Unknown) > 0 || table.Rows[1].Get("name").Text != "Sở Khoa học và Công nghệ" || table.Rows[0].Get("kind").Text != "Sở, ban, ngành" {
		t.Errorf("%d rows, unknown %q, second %+v", len(table.Rows), table.Unknown, table.Rows[1])
	}
}
