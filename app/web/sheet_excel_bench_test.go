//go:build bench

package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

// TestBenchUpload prints the row of the product's table about filled-in templates: the gate, reading, matching and
// checking of 300 rows, five of six of which change their cell, beside the library only iterating over the same rows.
func TestBenchUpload(t *testing.T) {
	s := newLargeSheet(t, 300)
	actor := kpi.Actor{User: kpi.User{Login: "nhap.syt", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}}, At: s.now}
	name, data, err := s.app.CellsTemplate(actor, "nq57", kpi.NewMonth(2026, 11), "SYT")
	if err != nil {
		t.Fatal(err)
	}
	data = workbooktest.Zip(t, workbooktest.Edit(t, workbooktest.Unzip(t, data), workbooktest.Sheet1, func(sheet string) string {
		return regexp.MustCompile(`<c r="[EF]\d+" s="\d+"><v>\d+`).ReplaceAllStringFunc(sheet, func(cell string) string {
			m := regexp.MustCompile(`^(.*>)(\d+)$`).FindStringSubmatch(cell)
			n, _ := strconv.Atoi(m[2])
			return m[1] + strconv.Itoa(n+1)
		})
	}))
	file := app.CellsFile{Name: name, Data: data}
	plan, err := s.app.PlanCells(actor, "nq57", kpi.NewMonth(2026, 11), "SYT", file)
	if err != nil || plan.Writes() < 240 {
		t.Fatalf("%v: %d of %d rows are written", err, plan.Writes(), len(plan.Lines))
	}
	var ours, reference []time.Duration
	for range 60 { // in turns, so that other work on the machine weighs on both
		start := time.Now()
		_, err := workbooktest.RawRows(data, plan.Tab)
		between := time.Now()
		if err == nil {
			_, err = s.app.PlanCells(actor, "nq57", kpi.NewMonth(2026, 11), "SYT", file)
		}
		if err != nil {
			t.Fatal(err)
		}
		reference, ours = append(reference, between.Sub(start)), append(ours, time.Since(between))
	}
	slices.Sort(ours)
	slices.Sort(reference)
	our, ref := ours[len(ours)/2], reference[len(reference)/2]
	fmt.Printf("| upload of 300 rows read and checked | %s | %s excelize raw iterator | %.2f × | ≤ 1.5 × |\n",
		our.Round(100*time.Microsecond), ref.Round(100*time.Microsecond), float64(our)/float64(ref))
}
