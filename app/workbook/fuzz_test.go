package workbook

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

// FuzzRead: no input makes Check or Read panic; both agree; a refusal is a sentence; and where the library can
// read what we read, it has no row that we lack.
func FuzzRead(f *testing.F) {
	const workbook, text, sheet = 0, 1, 2 // what the data is: a whole .xlsx, a .csv, the XML of the sheet of one
	good := base(f)
	f.Add(workbooktest.Zip(f, good), workbook)
	f.Add(nasty(f), workbook)
	f.Add([]byte("Mã;Số\n\"2,1\";5\n"), text)
	for _, part := range slices.Concat(good, workbooktest.Unzip(f, nasty(f))) {
		if part.Name == workbooktest.Sheet1 {
			f.Add(part.Data, sheet)
		}
	}
	for _, tt := range workbooktest.Hostile(f, workbooktest.Zip(f, good), "2.3") {
		if len(tt.Data) < 50_000 {
			f.Add(tt.Data, map[string]int{".csv": text}[extension(tt.Name)])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, kind int) {
		name := "a.xlsx"
		switch kind {
		case text:
			name = "a.csv"
		case sheet:
			files := slices.Clone(good)
			for i := range files {
				if files[i].Name == workbooktest.Sheet1 {
					files[i].Data = data
				}
			}
			data = workbooktest.Zip(t, files)
		}
		book, err := Read(name, data)
		if err != nil {
			if k := kpi.KindOf(err); k != kpi.Invalid && k != kpi.TooLarge {
				t.Fatalf("kind %d: %v", k, err)
			}
			return
		}
		for _, s := range book.Sheets {
			_, _ = Find(s, []Column{{Key: "k", Names: []string{"Mã chỉ số"}, Required: true}})
		}
		if kind == text {
			return
		}
		if err := Check(name, data); err != nil {
			t.Fatalf("read but refused: %v", err)
		}
		x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 32 << 20})
		if err != nil {
			return
		}
		defer x.Close()
		for _, s := range book.Sheets {
			theirs, err := x.GetRows(s.Name)
			if err != nil {
				continue
			}
			for y, row := range theirs {
				for col, text := range row {
					if clean(text) != "" && s.Cell(y, col) == (Cell{}) {
						t.Fatalf("%s: the library has %q where we have nothing", Address(y, col), text)
					}
				}
			}
		}
	})
}

// FuzzPlain: a number that is read is plain, stable and close to what was stored.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"0.30000000000000004", "1E-05", "-9.99e15", "1e309", ".", "007"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, ok := plain(s)
		if !ok {
			return
		}
		if again, ok := plain(text); !ok || again != text {
			t.Fatalf("%q: %q, again %q", s, text, again)
		}
		if shift(shift(text, 2), -2) != text {
			t.Fatalf("%q does not shift there and back", text)
		}
	})
}
