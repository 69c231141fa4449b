package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

// TestRestore_Journal: an officer makes the data anew from the journal, as of now or of an event, and is told what is wrong with a flag.
func TestRestore_Journal(t *testing.T) {
	t.Parallel()
	data := initialised(t)
	root := t.TempDir()
	journal := filepath.Join(root, "journal")
	st, err := store.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(app.Options{Store: st, Dir: data, Backup: app.BackupPlan{Journal: journal}})
	a.StartJournal()
	a.TendJournal(t.Context())
	for _, code := range []string{"A", "B"} {
		ev := a.System().Event(kpi.VerbAdd, "unit/"+code, "", "", "")
		if err := st.Update(func(tx *store.Tx) error { return tx.Log(ev) }); err != nil {
			t.Fatal(err)
		}
	}
	var events uint64
	if err := st.View(func(tx *store.Tx) (err error) { events, err = tx.Events(); return err }); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	chiso(t, "", "restore", journal, "--data", data).exits(exitOK).prints("Đã khôi phục "+data+" từ nhật ký ghi trước, đến", kpi.Dec(int64(events)).String()+" sự kiện")
	past := filepath.Join(root, "past")
	chiso(t, "", "restore", journal, "--data", past, "--event", kpi.Dec(int64(events-1)).String()).exits(exitOK).prints(kpi.Dec(int64(events-1)).String() + " sự kiện")
	chiso(t, "", "restore", journal, "--data", past, "--at", "2020-01-01T00:00").exits(exitRefused)
	chiso(t, "", "restore", journal, "--data", past, "--at", time.Now().Format("02/01/2006")).exits(exitUsage)
	chiso(t, "", "restore", root, "--data", past, "--event", "3").exits(exitUsage)
}
