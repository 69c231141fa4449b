//go:build linux

package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/store"
	"chiso/store/storetest"
)

// TestJournal_FailedCommit: what a full disk of the data kept from being saved is not in the journal either.
func TestJournal_FailedCommit(t *testing.T) {
	if !alone(t) {
		return
	}
	j := newJournalled(t)
	j.TuneJournal(16<<10, time.Minute) // its files stay small
	base := j.copy()
	size, err := j.Size()
	if err != nil {
		t.Fatal(err)
	}
	limitFiles(t, uint64(size)+128<<10)
	save := func(n int) error {
		c := storetest.Cell("SYT", fmt.Sprint(n), int64(n))
		c.Note = strings.Repeat("giải trình ", 300)
		return j.Update(func(tx *store.Tx) error { return storetest.PutCell(tx, c) })
	}
	saved, failed := 0, 0
	for n := 0; failed < 5 && n < 2000; n++ {
		if save(n) == nil {
			saved++
		} else {
			failed++
		}
	}
	limitFiles(t, 1<<40)
	path := copied(t, base)
	check := func() {
		t.Helper()
		if r, err := store.Replay(path, j.dir, store.Until{}); err != nil || r.Events != uint64(saved) || hashOf(t, path) != hashOf(t, j.copy()) {
			t.Errorf("%d saved, %d failed: %+v, %v", saved, failed, r, err)
		}
	}
	if failed == 0 {
		t.Fatal("nothing failed")
	}
	check()
	for n := range 20 {
		if err := save(5000 + n); err != nil {
			t.Fatal(err)
		}
		saved++
	}
	if st := j.JournalState(); !st.On {
		t.Error(st.Trouble)
	}
	check()
	if list, _ := filepath.Glob(filepath.Join(j.dir, "*.ghi")); len(list) == 0 {
		t.Error("no journal")
	}
}
