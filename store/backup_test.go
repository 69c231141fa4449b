package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	bolt "go.etcd.io/bbolt"
)

// snapshot copies the store into a folder of the test and returns the file and what it held.
func snapshot(t *testing.T, s *store.Store) (string, store.Contents) {
	t.Helper()
	path := filepath.Join(t.TempDir(), store.FileName)
	c, err := s.Snapshot(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, c
}

// TestSnapshot_UnderLoad: every copy that is made while others save is whole, and holds what the store held at one moment.
func TestSnapshot_UnderLoad(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	var stop atomic.Bool
	done := make(chan error)
	go func() {
		for n := int64(0); !stop.Load(); n++ {
			c := storetest.Cell(unit, fmt.Sprintf("2.%d", n%50), n)
			c.Version = uint32(n/50) + 1
			if err := s.Update(func(tx *store.Tx) error { return storetest.PutCell(tx, c) }); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	last := uint64(0)
	for range 10 {
		path, live := snapshot(t, s)
		copied, err := store.Verify(path)
		if err != nil || !copied.Same(live) {
			t.Fatalf("copy holds %+v, the store held %+v: %v", copied, live, err)
		}
		if live.Events < last || live.Counts["event"] != int(live.Events) {
			t.Errorf("%d events after %d, %d records", live.Events, last, live.Counts["event"])
		}
		last = live.Events
	}
	stop.Store(true)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestSnapshot_NeverOverwrites(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	path, _ := snapshot(t, s)
	if _, err := s.Snapshot(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second copy into the same file: %v", err)
	}
}

// TestVerify_Damage: what is broken is found, and in the part where it is.
func TestVerify_Damage(t *testing.T) {
	t.Parallel()
	marker := []byte("Kế hoạch của đơn vị số 57")
	tests := []struct {
		name, part string
		spoil      func(path string) error
	}{
		{"cut in half", store.PagesPart, func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			return os.Truncate(path, info.Size()/2)
		}},
		{"last page gone", store.PagesPart, func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			return os.Truncate(path, info.Size()-int64(os.Getpagesize()))
		}},
		{"empty", store.PagesPart, func(path string) error { return os.Truncate(path, 0) }},
		{"text", store.PagesPart, func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("x"), 1<<16), 0o600) }},
		{"both heads gone", store.PagesPart, func(path string) error { return overwrite(path, 0, make([]byte, 2*os.Getpagesize())) }},
		{"one bit of a record", store.RecordsPart, func(path string) error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			at := bytes.Index(b, marker)
			if at < 0 {
				return errors.New("the record is not in the file")
			}
			return overwrite(path, int64(at), []byte{marker[0] ^ 4})
		}},
		{"record of another key", store.RecordsPart, func(path string) error {
			return below(path, func(tx *bolt.Tx) error {
				b := tx.Bucket([]byte("unit"))
				return b.Put([]byte("SYX"), bytes.Clone(b.Get([]byte(unit))))
			})
		}},
		{"tail of the log gone", store.LogPart, func(path string) error {
			return below(path, func(tx *bolt.Tx) error {
				k, _ := tx.Bucket([]byte("event")).Cursor().Last()
				return tx.Bucket([]byte("event")).Delete(k)
			})
		}},
		{"event changed with its checksum", store.LogPart, func(path string) error {
			return below(path, func(tx *bolt.Tx) error {
				ev := storetest.Event("sheet/nq57/2026-05/SYT")
				ev.Seq, ev.New = 2, "forged"
				k, _ := tx.Bucket([]byte("event")).Cursor().Seek([]byte{0, 0, 0, 0, 0, 0, 0, 2})
				return tx.Bucket([]byte("event")).Put(k, store.EncodeEvent(ev))
			})
		}},
		{"hash changed", store.LogPart, func(path string) error {
			return below(path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("hash")).Put(make([]byte, 8), make([]byte, 32)) })
		}},
		{"hash too many", store.LogPart, func(path string) error {
			return below(path, func(tx *bolt.Tx) error {
				return tx.Bucket([]byte("hash")).Put(bytes.Repeat([]byte{0x7f}, 8), make([]byte, 32))
			})
		}},
		{"place of an event gone", store.LogPart, func(path string) error {
			return below(path, func(tx *bolt.Tx) error {
				k, _ := tx.Bucket([]byte("event_by")).Cursor().First()
				return tx.Bucket([]byte("event_by")).Delete(k)
			})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t)
			seed(t, s)
			storetest.Update(t, s, func(tx *store.Tx) error {
				return tx.PutUnit(kpi.Unit{Code: "SKH", Name: string(marker), Kind: kpi.Agency}, storetest.Event("unit/SKH"))
			})
			path, _ := snapshot(t, s)
			if _, err := store.Verify(path); err != nil {
				t.Fatalf("before: %v", err)
			}
			if err := tt.spoil(path); err != nil {
				t.Fatal(err)
			}
			_, err := store.Verify(path)
			damage, ok := errors.AsType[*store.Damage](err)
			if !ok || !errors.Is(err, store.ErrDamaged) || damage.Part != tt.part {
				t.Errorf("%v, want damage in %s", err, tt.part)
			}
		})
	}
}

func overwrite(path string, at int64, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, at)
	return errors.Join(err, f.Close())
}

// TestVerify_Seeded: a file with a record in every table passes; a new table that carries no checksums must be named in unsealed.
func TestVerify_Seeded(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	path, live := snapshot(t, s)
	if c, err := store.Verify(path); err != nil || !c.Same(live) {
		t.Errorf("%+v, %v; want %+v", c, err, live)
	}
	storetest.View(t, s, func(tx *store.Tx) error {
		at, err := tx.TreeAt(live.Events)
		if err != nil || at != live.Tree {
			t.Errorf("tree at %d is %s, %v; want %s", live.Events, at, err, live.Tree)
		}
		return nil
	})
}

// TestVerify_Held: the file of a running store is refused with the sentence of the second opener.
func TestVerify_Held(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	storetest.OpenIn(t, dir)
	if _, err := store.Verify(filepath.Join(dir, store.FileName)); kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("Verify: %v", err)
	}
	if _, err := store.Hold(dir); kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("Hold: %v", err)
	}
}

// TestHold: while a folder is held no store opens in it, and afterwards one does.
func TestHold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := storetest.OpenIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	release, err := store.Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(dir); kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("Open while held: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	storetest.OpenIn(t, dir)
}

// TestRestored: sessions are gone, the event is there, all else is as it was.
func TestRestored(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	_, before := snapshot(t, s)
	if err := s.Restored(storetest.Event("backup/x")); err != nil {
		t.Fatal(err)
	}
	path, after := snapshot(t, s)
	if _, err := store.Verify(path); err != nil {
		t.Fatal(err)
	}
	if after.Counts["session"] != 0 || after.Events != before.Events+1 || after.Counts["cell"] != before.Counts["cell"] {
		t.Errorf("before %+v, after %+v", before, after)
	}
	storetest.View(t, s, func(tx *store.Tx) error {
		if at, err := tx.TreeAt(before.Events); err != nil || at != before.Tree {
			t.Errorf("the log no longer begins as it did: %s, %v", at, err)
		}
		return nil
	})
}
