package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// journalled is a store that records into a folder of its own.
type journalled struct {
	*store.Store
	t         *testing.T
	data, dir string
	now       time.Time
}

func newJournalled(t *testing.T) *journalled {
	t.Helper()
	root := t.TempDir()
	j := &journalled{t: t, data: filepath.Join(root, "data"), dir: filepath.Join(root, "journal", "run"), now: storetest.At()}
	j.Store = storetest.OpenIn(t, j.data)
	if err := os.Mkdir(filepath.Dir(j.dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := j.BeginJournal(j.dir, j.clock); err != nil {
		t.Fatal(err)
	}
	return j
}

// clock goes on by a second each time.
func (j *journalled) clock() time.Time {
	j.now = j.now.Add(time.Second)
	return j.now
}

func (j *journalled) save(from, to int) {
	j.t.Helper()
	for i := from; i < to; i++ {
		storetest.Update(j.t, j.Store, func(tx *store.Tx) error { return storetest.PutCell(tx, storetest.Cell("SYT", fmt.Sprint(i), int64(i))) })
	}
}

// copy returns a copy of the database as it is now.
func (j *journalled) copy() string {
	j.t.Helper()
	path := filepath.Join(j.t.TempDir(), "copy.db")
	if _, err := j.Snapshot(path); err != nil {
		j.t.Fatal(err)
	}
	return path
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	h, err := store.StateHash(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func copied(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "base.db")
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestJournal_Replay: whatever is written, by many at once and with calls that fail among them, a copy from before and the journal
// make the same state, at the end and at each moment on the way.
func TestJournal_Replay(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	j.TuneJournal(4<<10, time.Minute) // some segments
	j.save(0, 3)
	if err := j.FlushJournal(); err != nil || !j.JournalState().Synced.Equal(j.now) {
		t.Errorf("flushed up to %s of %s, %v", j.JournalState().Synced, j.now, err)
	}
	base := j.copy()
	seed(t, j.Store)
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 20 {
				c := storetest.Cell(fmt.Sprint("W", w), fmt.Sprint(i), int64(i))
				_ = j.Update(func(tx *store.Tx) error {
					if err := storetest.PutCell(tx, c); err != nil || i%5 != 3 {
						return err
					}
					return errUndo
				})
			}
		})
	}
	all.Wait()
	storetest.Update(t, j.Store, func(tx *store.Tx) error { return tx.DropSessions(func(store.Session) bool { return true }) })
	storetest.Update(t, j.Store, func(*store.Tx) error { return nil })
	live := j.copy()
	path := copied(t, base)
	r, err := store.Replay(path, j.dir, store.Until{})
	if err != nil || hashOf(t, path) != hashOf(t, live) {
		t.Fatalf("%+v, %v: another state", r, err)
	}
	want, err := store.Verify(live)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := store.Verify(path); err != nil || !got.Same(want) || r.Events != want.Events || r.More {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if list, err := filepath.Glob(filepath.Join(j.dir, "*.ghi")); err != nil || len(list) < 3 {
		t.Errorf("%d segments, %v", len(list), err)
	}
}

// TestJournal_Until: the state as of an event and as of an instant.
func TestJournal_Until(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	j.save(0, 2)
	base := j.copy()
	type moment struct {
		events uint64
		at     time.Time
		hash   string
	}
	var moments []moment
	for i := range 5 {
		j.save(10+i, 11+i)
		moments = append(moments, moment{uint64(3 + i), j.now, hashOf(t, j.copy())})
	}
	for i, m := range moments {
		for name, until := range map[string]store.Until{"event": {Event: m.events}, "time": {At: m.at.Add(time.Millisecond)}} {
			path := copied(t, base)
			r, err := store.Replay(path, j.dir, until)
			if err != nil || r.Events != m.events || r.More != (i < 4) || hashOf(t, path) != m.hash {
				t.Errorf("%s %d: %+v, %v", name, m.events, r, err)
			}
		}
	}
	// a call with several events is done whole or not at all
	storetest.Update(t, j.Store, func(tx *store.Tx) error {
		for i := range 3 {
			if err := storetest.PutCell(tx, storetest.Cell("STC", fmt.Sprint(i), 1)); err != nil {
				return err
			}
		}
		return nil
	})
	path := copied(t, base)
	if r, err := store.Replay(path, j.dir, store.Until{Event: 9}); err != nil || r.Events != 7 || hashOf(t, path) != moments[4].hash {
		t.Errorf("in the middle of a call: %+v, %v", r, err)
	}
}

// TestJournal_Continue: after a restart the journal goes on if it fits the database, and not if it does not.
func TestJournal_Continue(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	base := j.copy()
	j.save(0, 3)
	reopen := func(want bool, before func(path string)) {
		t.Helper()
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if before != nil {
			before(filepath.Join(j.data, store.FileName))
		}
		j.Store = storetest.OpenIn(t, j.data)
		if ok, err := j.ContinueJournal(j.dir, j.clock); err != nil || ok != want {
			t.Fatalf("continues %t, %v; want %t", ok, err, want)
		}
	}
	reopen(true, nil)
	j.save(3, 5)
	before := j.copy()
	j.save(5, 6)
	reopen(true, func(path string) { // killed between the record and the commit
		if err := os.WriteFile(path, read(t, before), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	j.save(7, 9)
	path := copied(t, base)
	if r, err := store.Replay(path, j.dir, store.Until{}); err != nil || hashOf(t, path) != hashOf(t, j.copy()) {
		t.Errorf("%+v, %v: another state", r, err)
	}
	reopen(false, func(string) { // written without a journal
		s := storetest.OpenIn(t, j.data)
		storetest.Update(t, s, func(*store.Tx) error { return nil })
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
	reopen(false, func(path string) { // an old copy
		if err := os.WriteFile(path, read(t, before), 0o600); err != nil {
			t.Fatal(err)
		}
	})
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestJournal_Damage: a last record that is torn at any byte is passed over; one that is damaged in the middle ends the replay at the
// last event before it; a segment that is gone is missed.
func TestJournal_Damage(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	base := j.copy()
	j.save(0, 4)
	list, err := filepath.Glob(filepath.Join(j.dir, "*.ghi"))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	short := len(read(t, list[0]))
	beforeLast := hashOf(t, j.copy())
	j.save(4, 5)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	whole := read(t, list[0])
	replay := func(b []byte) (store.Reached, string, error) {
		t.Helper()
		if err := os.WriteFile(list[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
		path := copied(t, base)
		r, err := store.Replay(path, j.dir, store.Until{})
		return r, hashOf(t, path), err
	}
	for n := short; n < len(whole); n += 9 {
		if r, hash, err := replay(whole[:n]); err != nil || r.Events != 4 || hash != beforeLast {
			t.Fatalf("torn at %d of %d: %+v, %v", n, len(whole), r, err)
		}
		zeros := append(slices.Clone(whole[:n]), make([]byte, len(whole)-n)...) // as a power cut leaves it
		if r, _, err := replay(zeros); err != nil || r.Events != 4 {
			t.Fatalf("zero from %d of %d: %+v, %v", n, len(whole), r, err)
		}
	}
	for at := 8; at < short; at += 7 {
		b := slices.Clone(whole)
		b[at] ^= 4
		if r, _, err := replay(b); !errors.Is(err, store.ErrDamaged) || r.Events > 3 {
			t.Fatalf("bit at %d: %+v, %v", at, r, err)
		}
	}
	if err := os.Rename(list[0], filepath.Join(j.dir, fmt.Sprintf("%020d.ghi", 99))); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Replay(copied(t, base), j.dir, store.Until{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a segment is missing: %v", err)
	}
}

// TestJournal_Trouble: a journal whose disk is broken or does not answer never keeps anybody from saving; another one goes on.
func TestJournal_Trouble(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	j.save(0, 2)
	j.BreakJournal()
	j.save(2, 4)
	if st := j.JournalState(); st.On || st.Trouble == nil {
		t.Fatalf("%+v", st)
	}
	j.dir += "2"
	if err := j.BeginJournal(j.dir, j.clock); err != nil {
		t.Fatal(err)
	}
	base := j.copy()
	j.save(4, 6)
	path := copied(t, base)
	if r, err := store.Replay(path, j.dir, store.Until{}); err != nil || hashOf(t, path) != hashOf(t, j.copy()) {
		t.Errorf("%+v, %v: another state", r, err)
	}
	j.TuneJournal(0, time.Millisecond)
	release := j.HangJournal()
	j.save(6, 8)
	if st := j.JournalState(); st.On || st.Trouble == nil || !strings.Contains(st.Trouble.Error(), "does not answer") {
		t.Errorf("%+v", st)
	}
	release()
	storetest.View(t, j.Store, func(tx *store.Tx) error {
		if n, err := tx.Events(); err != nil || n != 8 {
			return fmt.Errorf("%d events, %w", n, err)
		}
		return nil
	})
}

// TestJournal_Files: files of evidence are copied once, by their hash; a damaged one is not.
func TestJournal_Files(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	put := func(text string) kpi.FileID {
		id, _, err := j.PutFile(strings.NewReader(text), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	place := func(root string, id kpi.FileID) string {
		return filepath.Join(root, store.FileFolder, string(id[:2]), string(id[2:]))
	}
	one, bad := put("một"), put("hai")
	if err := os.WriteFile(place(j.data, bad), []byte("ba"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := j.FlushJournal(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, place(filepath.Dir(j.dir), one)); string(got) != "một" {
		t.Errorf("copy: %q", got)
	}
	if _, err := os.Stat(place(filepath.Dir(j.dir), bad)); err == nil {
		t.Error("a damaged file is copied")
	}
	three := put("bốn")
	if err := j.FlushJournal(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, place(filepath.Dir(j.dir), three)); string(got) != "bốn" {
		t.Errorf("copy: %q", got)
	}
}

// TestPruneJournal: segments before a commit go, those that hold what follows it stay.
func TestPruneJournal(t *testing.T) {
	t.Parallel()
	j := newJournalled(t)
	j.TuneJournal(1, time.Minute) // each commit its own
	j.save(0, 6)
	base := j.copy()
	j.save(6, 9)
	at, err := store.LastCommit(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.PruneJournal(j.dir, at); err != nil {
		t.Fatal(err)
	}
	if list, _ := filepath.Glob(filepath.Join(j.dir, "*.ghi")); len(list) != 3 {
		t.Errorf("left: %v", list)
	}
	path := copied(t, base)
	if r, err := store.Replay(path, j.dir, store.Until{}); err != nil || hashOf(t, path) != hashOf(t, j.copy()) {
		t.Errorf("%+v, %v: another state", r, err)
	}
}
