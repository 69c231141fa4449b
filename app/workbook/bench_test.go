package workbook

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/app/workbook/workbooktest"
)

// province is a table of 124 units × 300 indicators, the size that storage.md sets goals for.
func province() *Doc {
	g := Grid{Name: "Bảng tổng hợp", Titles: []string{"Bảng tổng hợp"}, Head: [][]string{make([]string, 300)}, Cols: make([]Col, 300)}
	for i := range g.Head[0] {
		g.Head[0][i] = fmt.Sprintf("Chỉ số %d", i)
	}
	for y := range 124 {
		row := make([]Value, 300)
		for x := range row {
			row[x] = Number(fmt.Sprintf("%d.%d", y*300+x, x%9+1), 1)
		}
		g.Rows = append(g.Rows, row)
	}
	return &Doc{Title: "Bảng tổng hợp", Author: "Sở Khoa học và Công nghệ", Grids: []Grid{g}}
}

// streamConstants lets the library write as many constants as province has numbers.
func streamConstants() error {
	f := excelize.NewFile()
	defer f.Close()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	row := make([]any, 300)
	for i := range row {
		row[i] = 1234.5
	}
	for y := range 124 {
		if err := sw.SetRow(Address(y, 0), row); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return f.Write(new(bytes.Buffer))
}

// BenchmarkWrite compares the province's table with the library writing as many constants: at most 1.5 times.
func BenchmarkWrite(b *testing.B) {
	b.Run("reference", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := streamConstants(); err != nil {
				b.Fatal(err)
			}
		}
	})
	d := province()
	b.Run("doc", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Bytes(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkRead compares gate and reading of 300 rows with the library's own row iterator: at most 1.5 times.
func BenchmarkRead(b *testing.B) {
	g := Grid{Name: "Biểu 01", Cols: make([]Col, 8), Head: [][]string{{"Mã", "Tên", "ĐVT", "Trong kỳ", "Kỳ trước", "Mục tiêu", "Ghi chú", "Khóa"}}}
	for i := range 300 {
		g.Rows = append(g.Rows, []Value{Text(fmt.Sprint("CS", i)), Text(fmt.Sprint("Tên chỉ số ", i)), Text("%"), Number("95.5", 1), Number("94.2", 1), Number("98", 0), Text(""), Text("k")})
	}
	data, err := (&Doc{Grids: []Grid{g}}).Bytes()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("reference", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := workbooktest.RawRows(data, "Biểu 01"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Read("a.xlsx", data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
