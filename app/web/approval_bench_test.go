//go:build bench

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// acceptSizes are the records that one acceptance writes: sheet, event, its index, two hashes, two counters.
var acceptSizes = []int{600, 160, 0, 32, 32, 12, 12}

// TestBenchAccept prints the rows of the product's table about 100 sheets of 300 cells without anything to look at: the
// list of them, and accepting one after another from it, whole requests, beside a bare durable transaction in the same
// run.
func TestBenchAccept(t *testing.T) {
	const sheets = 100
	var units []string
	for i := range sheets {
		units = append(units, fmt.Sprintf("U%03d", i))
	}
	s := newLargeSheets(t, benchIndicators, true, units...)
	month := kpi.NewMonth(2026, 11)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.store.Update(func(tx *store.Tx) error {
		ev := s.app.System().Event(kpi.VerbLoad, "test", "", "", "")
		for i, unit := range units {
			sh, err := tx.Sheet("nq57", month, unit)
			if err != nil {
				return err
			}
			at := s.now.Add(-time.Duration(i) * time.Minute)
			sh.State, sh.Version, sh.Submit, sh.Approve, sh.FirstApproval = kpi.Approved, 2, kpi.Step{By: "nhap.syt", At: at}, kpi.Step{By: "duyet", At: at}, at
			if err := tx.PutSheet(sh, ev); err != nil {
				return err
			}
		}
		return tx.PutUser(kpi.User{Login: "dieuphoi", Name: "Điều phối tỉnh", Grants: []kpi.Grant{{Role: kpi.Coordinator}}, Password: s.hash(), Created: s.now}, ev)
	}))
	b := s.browser().signIn("dieuphoi", passphrase)
	list := func() *doc {
		d := b.get("/duyet?loai=sach")
		if d.Status != http.StatusOK {
			t.Fatalf("status %d: %s", d.Status, d.text("main"))
		}
		return d
	}
	start := time.Now()
	list()
	first := time.Since(start)
	var pages []time.Duration
	for range 15 {
		start := time.Now()
		list()
		pages = append(pages, time.Since(start))
	}
	slices.Sort(pages)
	row(fmt.Sprintf("list of %d waiting sheets of %d cells, whole page (first time %s)", sheets, benchIndicators, first.Round(time.Millisecond)),
		pages[len(pages)/2].Round(100*time.Microsecond).String(), "–", "–", "≤ 30 ms")
	raw := storetest.OpenRaw(t)
	form := list().form("#accept", url.Values{"v": {"2"}})
	var ours, bare []time.Duration
	for i, unit := range units { // in turns, so that other work on the machine weighs on both
		start := time.Now()
		must(raw.Put(uint64(i), acceptSizes...))
		between := time.Now()
		d := b.post("/duyet/nq57/2026-11/"+unit+"/phe-duyet", form)
		bare, ours = append(bare, between.Sub(start)), append(ours, time.Since(between))
		if d.Status != http.StatusSeeOther {
			t.Fatalf("%s: status %d %s", unit, d.Status, d.text(".error-summary"))
		}
	}
	slices.Sort(ours)
	slices.Sort(bare)
	row(fmt.Sprintf("accept %d clean sheets one after another, each (p99 %s)", sheets, ours[sheets-1].Round(100*time.Microsecond)),
		ours[sheets/2].Round(10*time.Microsecond).String(), bare[sheets/2].Round(10*time.Microsecond).String()+" bare Update",
		fmt.Sprintf("+%s", (ours[sheets/2]-bare[sheets/2]).Round(10*time.Microsecond)), "≤ 10 ms beyond its fsync")
}
