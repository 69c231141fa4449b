package app

import (
	"fmt"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

func TestPeek(t *testing.T) {
	a := demoApp(t, time.Date(2026, 11, 22, 8, 30, 0, 0, kpi.Location))
	if _, err := a.SeedDemo("x"); err != nil {
		t.Fatal(err)
	}
	a.store.View(func(tx *store.Tx) error {
		rounds, _ := tx.Rounds("nq57")
		content := map[string]int{}
		for _, r := range rounds {
			sheets, _ := tx.Sheets("nq57", r.Month)
			st := map[kpi.Status]int{}
			tm := map[kpi.Timing]int{}
			notes, conf, ver2, cells := 0, 0, 0, 0
			for _, s := range sheets {
				n := 0
				for c := range tx.UnitCells("nq57", r.Month, s.Unit) {
					n++
					cells++
					if c.Note != "" {
						notes++
					}
					if c.Confirmed {
						conf++
					}
					if c.Version > 1 {
						ver2++
					}
					content[c.Content.Label()]++
				}
				st[s.Status(n, r.IsClosed())]++
				tm[s.Timing(r.UnitDue, a.Now())]++
			}
			fmt.Println(r.Month, len(sheets), cells, "notes", notes, "conf", conf, "v2", ver2, st, tm, r.Opened, r.Opens, r.Closed)
		}
		fmt.Println(content)
		defs, _ := a.definitions(tx, "nq57", rounds[11].Month)
		for _, ind := range defs.list {
			line := fmt.Sprintf("%-6s %-8s %-5s", ind.Code, ind.Accumulation, ind.Kind)
			for _, r := range rounds {
				f, err := a.figureOf(tx, r, ind.Code, false)
				if err != nil {
					return err
				}
				if f.Due > 0 {
					line += " " + f.Show(ind)
				}
			}
			tg, ok := ind.TargetFor(rounds[11].Month)
			if ok {
				line += " | " + tg.String()
			}
			fmt.Println(line)
		}
		return nil
	})
}
