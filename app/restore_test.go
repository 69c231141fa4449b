package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// state returns what the database in a data folder holds.
func contentsOf(t testing.TB, dir string) store.Contents {
	t.Helper()
	c, err := store.Verify(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// restored fails the test unless dir holds exactly what the backup's manifest says, without sessions and with the event of the
// restore on top.
func restored(t testing.TB, dir string, m Manifest) {
	t.Helper()
	got := contentsOf(t, dir)
	for table, n := range m.Contents.Counts {
		want := n
		switch table {
		case "session":
			want = 0
		case "event", "event_by":
			want = n + 1
		case "hash":
			want = got.Counts["hash"]
		}
		if got.Counts[table] != want {
			t.Errorf("%s has %d records, want %d", table, got.Counts[table], want)
		}
	}
	err := store.Peek(filepath.Join(dir, store.FileName), func(tx *store.Tx) error {
		if at, err := tx.TreeAt(m.Contents.Events); err != nil || at != m.Contents.Tree {
			t.Errorf("the log does not begin with the one backed up: %s, %v", at, err)
		}
		ev, err := tx.Event(m.Contents.Events + 1)
		if err != nil || ev.Verb != kpi.VerbRestore || !strings.Contains(ev.New, m.Contents.Tree) {
			t.Errorf("event %+v, %v", ev, err)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (f *archive) restore(from, to string) (Manifest, string, error) {
	return f.vault().Restore(context.Background(), from, to)
}

func TestRestore_NewFolder(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	id := f.attach("bien ban hop")
	from := f.backUp()
	to := filepath.Join(t.TempDir(), "moi")
	m, old, err := f.restore(from, to)
	if err != nil || old != "" {
		t.Fatalf("old %q, %v", old, err)
	}
	restored(t, to, m)
	if b, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(evidencePath(id)))); err != nil || string(b) != "bien ban hop" {
		t.Errorf("evidence %q, %v", b, err)
	}
	if got := files(t, to); len(got) != 3 {
		t.Errorf("files %v", got)
	}
}

// TestRestore_OverOld: the old database is kept aside byte for byte, the index is dropped, spoilt evidence is whole again, and what
// the backup does not know stays.
func TestRestore_OverOld(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	id := f.attach("bien ban hop")
	from := f.backUp()
	later := f.attach("sau khi sao luu")
	f.quit()
	path := filepath.Join(f.data, filepath.FromSlash(evidencePath(id)))
	err := errors.Join(os.Remove(path), os.WriteFile(path, []byte("hong"), 0o600),
		os.MkdirAll(filepath.Join(f.data, indexFolder, "store"), 0o700), os.WriteFile(filepath.Join(f.data, "khoa"), []byte("k"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(f.data, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	m, old, err := f.restore(from, f.data)
	if err != nil {
		t.Fatal(err)
	}
	restored(t, f.data, m)
	if old != filepath.Join(f.data, "chiso.db.cu-2026-06-10T090000") {
		t.Errorf("old data at %s", old)
	}
	if kept, err := os.ReadFile(old); err != nil || string(kept) != string(before) {
		t.Errorf("the old database is not as it was (%v)", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "bien ban hop" {
		t.Errorf("evidence %q, %v", b, err)
	}
	for name, want := range map[string]bool{indexFolder: false, "khoa": true, "khoi-phuc": false, evidencePath(later): true} {
		if _, err := os.Stat(filepath.Join(f.data, filepath.FromSlash(name))); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
	storetest.OpenIn(t, f.data)
}

func TestRestore_ServerRuns(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	from := f.backUp()
	_, _, err := f.restore(from, f.data)
	if kpi.KindOf(err) != kpi.Unavailable || !strings.HasPrefix(err.Error(), "Thư mục số liệu "+f.data+" đang được một chương trình chiso khác sử dụng.") {
		t.Errorf("got %v", err)
	}
}

// TestRestore_OverDamaged: a database that cannot be opened is no obstacle, and is kept.
func TestRestore_OverDamaged(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	from := f.backUp()
	f.quit()
	path := filepath.Join(f.data, store.FileName)
	if err := os.Truncate(path, 5000); err != nil {
		t.Fatal(err)
	}
	m, old, err := f.restore(from, f.data)
	if err != nil {
		t.Fatal(err)
	}
	restored(t, f.data, m)
	if info, err := os.Stat(old); err != nil || info.Size() != 5000 {
		t.Errorf("the damaged file is not kept: %v", err)
	}
}

// TestCheck_Refuses: a backup that is torn, mixed or changed is refused with the reason, by verify and by restore, and the data stay
// as they were.
func TestCheck_Refuses(t *testing.T) {
	t.Parallel()
	edit := func(name, old, new string) func(dir, other string) error {
		return func(dir, _ string) error {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err == nil && !strings.Contains(string(b), old) {
				err = errors.New("nothing to edit")
			}
			return errors.Join(err, os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(string(b), old, new, 1)), 0o600))
		}
	}
	take := func(names ...string) func(dir, other string) error {
		return func(dir, other string) error {
			for _, name := range names {
				b, err := os.ReadFile(filepath.Join(other, name))
				if err := errors.Join(err, os.Remove(filepath.Join(dir, name)), os.WriteFile(filepath.Join(dir, name), b, 0o600)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	cut := func(name string, size int64) func(dir, other string) error {
		return func(dir, _ string) error { return os.Truncate(filepath.Join(dir, name), size) }
	}
	gone := func(name string) func(dir, other string) error {
		return func(dir, _ string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	tests := []struct {
		name, says string
		spoil      func(dir, other string) error
	}{
		{"database cut", "Tệp chiso.db trong bản sao lưu", cut("chiso.db", 10000)},
		{"database empty", "có 0 byte", cut("chiso.db", 0)},
		{"database of another backup", "Tệp chiso.db trong bản sao lưu", take("chiso.db")},
		{"database and manifest of another", "không khớp nhau", take("chiso.db", "manifest.json")},
		{"sums of another", "không khớp nhau", take("SHA256SUMS")},
		{"no manifest", "không phải là bản sao lưu", gone("manifest.json")},
		{"no sums", "thiếu tệp SHA256SUMS", gone("SHA256SUMS")},
		{"no database", "thiếu tệp chiso.db", gone("chiso.db")},
		{"no configuration", "thiếu tệp config.yaml", gone("config.yaml")},
		{"manifest cut", "hỏng hoặc đã bị sửa", cut("manifest.json", 100)},
		{"counts changed", "không khớp nhau", edit("manifest.json", `"cell": 20`, `"cell": 21`)},
		{"a path out of the folder", "hỏng hoặc đã bị sửa", edit("manifest.json", `"chiso.db"`, `"../chiso.db"`)},
		{"configuration changed", "mã SHA-256 khác", edit("config.yaml", "data", "dato")},
		{"evidence gone", "thiếu tệp files/", func(dir, _ string) error { return os.RemoveAll(filepath.Join(dir, "files")) }},
		{"empty folder", "không phải là bản sao lưu", func(dir, _ string) error { return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newArchive(t, nil)
			other := f.backUp()
			f.attach("giua hai lan")
			dir := f.backUp()
			f.quit()
			before := contentsOf(t, f.data)
			if err := tt.spoil(dir, other); err != nil {
				t.Fatal(err)
			}
			if err := f.check(dir); kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("verify: %v; want %q", err, tt.says)
			}
			if _, _, err := f.restore(dir, f.data); kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("restore: %v; want %q", err, tt.says)
			}
			if !contentsOf(t, f.data).Same(before) {
				t.Error("the refused restore changed the data")
			}
		})
	}
}

// TestCheck_Forged: sums and manifest that were both made anew do not hide a changed database.
func TestCheck_Forged(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	other := f.backUp()
	f.attach("giua hai lan")
	dir := f.backUp()
	m, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	was, err := readManifest(other)
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range m.Files {
		if file.Path == store.FileName {
			m.Files[i], _ = was.find(file.Path)
		}
	}
	b, err := os.ReadFile(filepath.Join(other, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{store.FileName, backupManifest, backupSums} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, store.FileName), b, 0o600), writeManifest(dir, m)); err != nil {
		t.Fatal(err)
	}
	if err := f.check(dir); kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "không khớp manifest.json") {
		t.Errorf("got %v", err)
	}
}

// TestRestore_AnyOfMany: each of many backups made between changes brings back exactly its own state.
func TestRestore_AnyOfMany(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	for n := range 8 {
		storetest.Update(t, f.store, func(tx *store.Tx) error {
			return storetest.PutCell(tx, storetest.Cell("STC", fmt.Sprintf("3.%d", n), int64(n)))
		})
		f.backUp()
		f.clock.forward(time.Minute)
	}
	names, err := backupNames(f.out)
	if err != nil || len(names) != 8 {
		t.Fatalf("%v, %v", names, err)
	}
	to := filepath.Join(t.TempDir(), "data")
	for _, name := range names {
		f.clock.forward(time.Minute)
		m, _, err := f.restore(filepath.Join(f.out, name), to)
		if err != nil {
			t.Fatal(err)
		}
		restored(t, to, m)
	}
}
