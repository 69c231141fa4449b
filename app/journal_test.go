package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// newRecorded returns an archive with a journal and its first base.
func newRecorded(t testing.TB) *archive {
	t.Helper()
	f := newArchive(t, func(p *BackupPlan) { p.Journal = filepath.Join(filepath.Dir(p.Dir), "journal") })
	f.StartJournal()
	f.tend(true)
	return f
}

// tend looks after the journal and wants it to be well, or not.
func (f *archive) tend(good bool) {
	f.t.Helper()
	f.clock.t = f.clock.t.Add(2 * time.Minute)
	f.TendJournal(context.Background())
	if st := f.JournalState(); st.Good != good || (st.Failure == "") != good {
		f.t.Fatalf("%+v; want good %t", st, good)
	}
}

func (f *archive) enter(unit string, n int) {
	f.t.Helper()
	f.clock.t = f.clock.t.Add(time.Second)
	storetest.Update(f.t, f.store, func(tx *store.Tx) error { return storetest.PutCell(tx, storetest.Cell(unit, "9.9", int64(n))) })
}

func (f *archive) events() (n uint64) {
	f.t.Helper()
	storetest.View(f.t, f.store, func(tx *store.Tx) (err error) { n, err = tx.Events(); return err })
	return n
}

// restored replays the journal into a new folder, whose contents it returns: those before the event of the restore itself.
func (f *archive) restored(to Moment) (Replayed, string, error) {
	f.t.Helper()
	dir := filepath.Join(f.t.TempDir(), "new")
	r, old, err := f.vault().RestoreJournal(context.Background(), f.backups.plan.Journal, dir, to)
	if old != "" {
		f.t.Errorf("an old database: %s", old)
	}
	return r, dir, err
}

// TestRestoreJournal: with the data gone, the journal gives back all that was saved, files too; or the state as of an event or an hour.
func TestRestoreJournal(t *testing.T) {
	t.Parallel()
	f := newRecorded(t)
	id := f.attach("báo cáo tháng 6")
	f.enter("SYT", 1)
	half, at := f.events(), f.clock.t
	f.enter("STC", 2)
	f.enter("SNV", 3)
	all := f.events()
	if err := f.store.Close(); err != nil { // its files are copied within a second; here at the next start
		t.Fatal(err)
	}
	f.App = New(Options{Store: storetest.OpenIn(t, f.data), Dir: f.data, Now: f.clock.now, Backup: f.backups.plan})
	f.StartJournal()
	waitFor(t, filepath.Join(f.backups.plan.Journal, filepath.FromSlash(evidencePath(id))))
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	live, err := store.Verify(filepath.Join(f.data, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(f.data); err != nil {
		t.Fatal(err)
	}
	r, dir, err := f.restored(Moment{})
	if err != nil || !r.Contents.Same(live) || r.Missing != 0 || r.Contents.Events != all {
		t.Fatalf("%+v, %v; want %+v", r, err, live)
	}
	s := storetest.OpenIn(t, dir)
	if err := s.VerifyFile(id); err != nil {
		t.Error(err)
	}
	storetest.View(t, s, func(tx *store.Tx) error {
		if n, err := tx.Events(); err != nil || n != all+1 {
			t.Errorf("%d events, %v", n, err)
		}
		ev, err := tx.Event(all + 1)
		if ev.Verb != kpi.VerbRestore {
			t.Errorf("last event %+v", ev)
		}
		return err
	})
	for _, to := range []Moment{{Event: half}, {At: at}} {
		if r, _, err := f.restored(to); err != nil || r.Contents.Events != half {
			t.Errorf("%+v: %+v, %v", to, r, err)
		}
	}
	for _, to := range []Moment{{Event: all + 1}, {Event: 1}, {At: at.AddDate(0, -1, 0)}} {
		if _, dir, err := f.restored(to); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("%+v: %v", to, err)
		} else if _, err := os.Stat(filepath.Join(dir, store.FileName)); err == nil {
			t.Errorf("%+v: a database all the same", to)
		}
	}
}

// waitFor waits until the file is there.
func waitFor(t *testing.T, path string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal("no ", path)
		}
	}
}

// TestJournal_Nightly: each night another base, proven with the one before; three stay, with the records behind the oldest.
func TestJournal_Nightly(t *testing.T) {
	t.Parallel()
	f := newRecorded(t)
	var moments []uint64
	for n := range 5 {
		f.enter("SYT", n)
		moments = append(moments, f.events())
		f.clock.t = f.clock.t.AddDate(0, 0, 1)
		f.tend(true)
		if st := f.JournalState(); !st.Proven.Equal(f.Now()) {
			t.Fatalf("night %d: %+v", n, st)
		}
	}
	bases, err := journalBasesOf(f.backups.plan.Journal)
	if err != nil || len(bases) != journalBases {
		t.Fatalf("%+v, %v", bases, err)
	}
	if _, _, err := f.restored(Moment{Event: moments[1]}); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("what was let go: %v", err)
	}
	for _, n := range moments[2:] {
		if r, _, err := f.restored(Moment{Event: n}); err != nil || r.Contents.Events != n {
			t.Errorf("event %d: %+v, %v", n, r, err)
		}
	}
	// the newest base rots: an older one gives the same
	storetest.Spoil(t, filepath.Join(bases[0].dir(), store.FileName), "lan.syt")
	if r, _, err := f.restored(Moment{}); err != nil || r.Contents.Events != moments[4] || r.Base != bases[1].dir() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestJournal_Lies: records that do not make the live state are found at night.
func TestJournal_Lies(t *testing.T) {
	t.Parallel()
	f := newRecorded(t)
	f.enter("SYT", 1)
	older := f.journal.base
	f.clock.t = f.clock.t.AddDate(0, 0, 1)
	newer, err := f.copyBase(context.Background(), f.journal.run)
	if err != nil {
		t.Fatal(err)
	}
	if err := proveJournal(older, newer); err != nil {
		t.Fatal(err)
	}
	other := storetest.OpenIn(t, filepath.Join(t.TempDir(), "other"))
	path := filepath.Join(newer.dir(), store.FileName)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Snapshot(path); err != nil {
		t.Fatal(err)
	}
	if err := proveJournal(older, newer); kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "không ra đúng số liệu") {
		t.Errorf("%v", err)
	}
}

// TestJournal_BreaksOff: whatever happens to the journal's folder, saving goes on; it is told, and another run begins by itself.
func TestJournal_BreaksOff(t *testing.T) {
	t.Parallel()
	f := newRecorded(t)
	journal := f.backups.plan.Journal
	if err := os.RemoveAll(journal); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(journal, nil, 0o600); err != nil { // as a disk that is not there
		t.Fatal(err)
	}
	f.clock.t = f.clock.t.AddDate(0, 0, 1)
	f.tend(false)
	f.enter("SYT", 1)
	if err := os.Remove(journal); err != nil {
		t.Fatal(err)
	}
	f.clock.t = f.clock.t.Add(journalRetry)
	f.tend(true)
	f.enter("STC", 2)
	if r, _, err := f.restored(Moment{}); err != nil || r.Contents.Events != f.events() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestJournal_Damaged: the sentence about a damaged record names the last good event, and restoring to that works.
func TestJournal_Damaged(t *testing.T) {
	t.Parallel()
	f := newRecorded(t)
	f.enter("SYT", 1)
	good := f.events()
	f.enter("STC", 2)
	f.enter("SNV", 3)
	list, err := filepath.Glob(filepath.Join(f.journal.run, "*.ghi"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	storetest.Spoil(t, list[0], "|STC|9.9")
	_, _, err = f.restored(Moment{})
	if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "hỏng ở sau sự kiện "+kpi.Dec(int64(good)).String()+";") {
		t.Fatalf("%v", err)
	}
	if r, _, err := f.restored(Moment{Event: good}); err != nil || r.Contents.Events != good {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestJournal_AfterRestore: data put back from elsewhere begin another run; what was before can still be had.
func TestJournal_AfterRestore(t *testing.T) {
	t.Parallel()
	f := newRecorded(t)
	backup := f.backUp()
	f.enter("SYT", 1)
	before := f.events()
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.vault().Restore(context.Background(), backup, f.data); err != nil {
		t.Fatal(err)
	}
	f.App = New(Options{Store: storetest.OpenIn(t, f.data), Dir: f.data, Now: f.clock.now, Backup: f.backups.plan})
	f.StartJournal()
	f.tend(true)
	f.enter("SYT", 5)
	if runs, err := journalRuns(f.backups.plan.Journal); err != nil || len(runs) != 2 {
		t.Fatal(runs, err)
	}
	if r, _, err := f.restored(Moment{}); err != nil || r.Contents.Events != f.events() {
		t.Errorf("%+v, %v", r, err)
	}
	bases, err := journalBasesOf(f.backups.plan.Journal)
	if err != nil {
		t.Fatal(err)
	}
	if r, _, err := f.restored(Moment{At: bases[0].made.Add(-2 * time.Second)}); err != nil || r.Contents.Events != before {
		t.Errorf("%+v, %v; want %d", r, err, before)
	}
}
