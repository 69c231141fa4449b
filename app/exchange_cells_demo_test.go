package app

import (
	"testing"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// Every sheet of the demo's last rounds comes back as it went out, whatever its state.
func TestCellsTemplate_DemoUnchanged_EveryRowSame(t *testing.T) {
	t.Parallel()
	a := demoApp(t, local(2026, 11, 10, 8, 30))
	if _, err := a.SeedDemo(demoPassword); err != nil {
		t.Fatal(err)
	}
	var sheets []*sheet
	err := a.store.View(func(tx *store.Tx) error {
		for m := kpi.NewMonth(2026, 9); m <= kpi.NewMonth(2026, 11); m++ {
			list, err := tx.Sheets("nq57", m)
			if err != nil {
				return err
			}
			for i, s := range list {
				if i%3 != int(m)%3 && s.Due < 60 { // the large ones, and a third of the others
					continue
				}
				sh, err := a.readSheet(tx, a.Now(), s.Set, s.Month, s.Unit)
				if err != nil {
					return err
				}
				sheets = append(sheets, sh)
			}
		}
		return nil
	})
	if err != nil || len(sheets) < 50 {
		t.Fatalf("%d sheets, %v", len(sheets), err)
	}
	rows := 0
	for _, sh := range sheets {
		doc := workbook.Doc{Grids: []workbook.Grid{sh.cellsGrid("Biểu", a.System()), sh.keyGrid()}}
		data, err := doc.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		book, err := workbook.Read("a.xlsx", data)
		if err != nil {
			t.Fatal(err)
		}
		file, err := findCells(book, CellsFile{})
		if err != nil {
			t.Fatal(err)
		}
		list := file.rows(sh)
		if len(list) != len(sh.due) {
			t.Errorf("%s: %d rows for %d cells", sh.ID(), len(list), len(sh.due))
		}
		for _, r := range list {
			rows++
			if l := r.judge(sh, a.System(), kpi.StyleVN); l.Outcome != CellsSame || len(l.Flags) > 0 {
				t.Errorf("%s %s: %+v, texts %+v", sh.ID(), l.Code, l, r.texts)
			}
		}
	}
	t.Logf("%d rows of %d sheets", rows, len(sheets))
}
