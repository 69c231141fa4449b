package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	bolt "go.etcd.io/bbolt"
)

// TestOpen_Held: the second opener does not wait for the first one but is told who is in the way.
func TestOpen_Held(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := storetest.OpenIn(t, dir)
	s, err := store.Open(dir)
	if s != nil || kpi.KindOf(err) != kpi.Unavailable {
		t.Fatalf("second Open: %v, %v; want Unavailable", s, err)
	}
	if want := "Thư mục số liệu " + dir + " đang được một chương trình chiso khác sử dụng."; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("sentence %q, want it to begin %q", err, want)
	}
	storetest.Update(t, first, func(tx *store.Tx) error { return tx.Log(storetest.Event("x")) })
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	checkLog(t, storetest.OpenIn(t, dir))
}

// TestOpen_Newer: a file of a newer program is refused and left as it was.
func TestOpen_Newer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	schema := func(v byte) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return tx.Bucket("meta").Put([]byte("schema"), store.Seal([]byte("schema"), []byte{v}))
		}
	}
	storetest.Update(t, s, schema(byte(s.SchemaVersion())+1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the refusal lets go of the file
		s, err := store.Open(dir)
		if s != nil || kpi.KindOf(err) != kpi.Unavailable || !strings.HasPrefix(err.Error(), "Số liệu do phiên bản chiso mới hơn ghi") {
			t.Fatalf("Open: %v, %v; want Unavailable", s, err)
		}
	}
	if after, err := os.ReadFile(filepath.Join(dir, store.FileName)); err != nil || string(after) != string(before) {
		t.Errorf("the refused file was changed (%v)", err)
	}
}

// TestOpen_HalfMade: what a crash left of the very first start is no obstacle and does not stay.
func TestOpen_HalfMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	half := filepath.Join(dir, store.FileName+".new")
	if err := os.WriteFile(half, []byte("torn in the first write"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenIn(t, dir)
	seed(t, s)
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there (%v)", half, err)
	}
}

func TestOpen_Modes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := storetest.OpenIn(t, dir)
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, store.FileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s: %v, want %v", path, info.Mode(), want)
		}
	}
	if n, err := s.Size(); n == 0 || err != nil {
		t.Errorf("Size: %d, %v", n, err)
	}
}

// TestOpen_Damaged: a file that cannot be the database is refused with ErrDamaged and not overwritten.
func TestOpen_Damaged(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(path string) error{
		"empty":      func(path string) error { return os.Truncate(path, 0) },
		"no meta":    drop("meta"),
		"no table":   drop("cell"),
		"bad schema": func(path string) error { return edit(path, "schema", []byte{1, 0, 0, 0, 0}) },
		"no schema":  func(path string) error { return edit(path, "schema", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := storetest.OpenIn(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, store.FileName)
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := store.Open(dir); s != nil || !errors.Is(err, store.ErrDamaged) {
				t.Errorf("Open: %v, %v; want ErrDamaged", s, err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Errorf("the refused file was changed (%v)", err)
			}
		})
	}
}

func drop(table string) func(path string) error {
	return func(path string) error {
		return below(path, func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(table)) })
	}
}

func edit(path, name string, value []byte) error {
	return below(path, func(tx *bolt.Tx) error {
		if value == nil {
			return tx.Bucket([]byte("meta")).Delete([]byte(name))
		}
		return tx.Bucket([]byte("meta")).Put([]byte(name), value)
	})
}

// below changes the file without the store.
func below(path string, fn func(*bolt.Tx) error) error {
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	return errors.Join(db.Update(fn), db.Close())
}

func TestSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := func(dir string) (b []byte) {
		s := storetest.OpenIn(t, dir)
		storetest.View(t, s, func(tx *store.Tx) (err error) { b, err = tx.Secret(); return err })
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return b
	}
	one, again, other := secret(dir), secret(dir), secret(t.TempDir())
	if len(one) < 16 || string(one) != string(again) || string(one) == string(other) {
		t.Errorf("secrets %q, after reopening %q, of another store %q", one, again, other)
	}
}
