package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// aged returns a data folder whose database is of the first schema, and its bytes.
func aged(t *testing.T) (dir string, before []byte) {
	t.Helper()
	dir = t.TempDir()
	s := storetest.OpenIn(t, dir)
	seed(t, s)
	storetest.Update(t, s, func(tx *store.Tx) error {
		return tx.Bucket("meta").Put([]byte("schema"), store.Seal([]byte("schema"), []byte{1}))
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return dir, before
}

func rename(from, to string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil || u.Name != from {
			return errors.Join(err, errors.New("the step does not find what the one before left"))
		}
		u.Name = to
		return tx.PutUnit(u, storetest.Event("unit/"+unit))
	}
}

// TestUpgrade: the steps run in order on a copy, the old file stays aside as it was, and the whole is as good as new.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	dir, before := aged(t)
	path := filepath.Join(dir, store.FileName)
	if err := os.WriteFile(path+".upgrade", []byte("left by a crash"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.OpenSteps(path, rename("Sở Y tế", "A"), rename("A", "B")); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(store.BeforeUpgrade(dir, 1)); err != nil || string(kept) != string(before) {
		t.Errorf("the old file is not kept as it was: %v", err)
	}
	if _, err := os.Stat(path + ".upgrade"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy is left: %v", err)
	}
	if err := store.OpenSteps(path, rename("Sở Y tế", "A"), rename("A", "B")); err != nil {
		t.Errorf("opened again: %v", err)
	}
	if err := store.OpenSteps(path, rename("Sở Y tế", "A")); kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("an older program opens the newer file: %v", err)
	}
}

// TestUpgrade_Fails: a step that fails, first or last, leaves the old file byte for byte and nothing beside it.
func TestUpgrade_Fails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken step")
	fail := func(*store.Tx) error { return broken }
	for name, steps := range map[string][]func(*store.Tx) error{"first": {fail}, "second": {rename("Sở Y tế", "A"), fail}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, before := aged(t)
			path := filepath.Join(dir, store.FileName)
			if err := store.OpenSteps(path, steps...); !errors.Is(err, broken) {
				t.Fatalf("OpenSteps: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("the old file was changed (%v)", err)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		})
	}
}

// TestUpgrade_FirstRelease: a file without the tables that came later gets them, empty, and loses nothing.
func TestUpgrade_FirstRelease(t *testing.T) {
	t.Parallel()
	dir, _ := aged(t)
	path := filepath.Join(dir, store.FileName)
	first := strings.Fields("meta set indicator unit assignment round due sheet cell override figure user session signin op event event_by hash")
	for _, table := range store.Tables() {
		if slices.Contains(first, table) {
			continue
		}
		if err := drop(table)(path); err != nil {
			t.Fatal(err)
		}
	}
	s := storetest.OpenIn(t, dir)
	copied, live := snapshot(t, s)
	if _, err := store.Verify(copied); err != nil || live.Schema != s.SchemaVersion() || live.Counts["cell"] == 0 {
		t.Errorf("%+v, %v", live, err)
	}
}
