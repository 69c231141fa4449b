package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	"filippo.io/age"
)

// archive is an App with backups beside its data.
type archive struct {
	*App
	t     testing.TB
	clock *clock
	data  string // folder
	out   string // of the backups
}

// newArchive returns an App with a few cells and one file of evidence, on 10/06/2026 at 09h00; change may change its plan.
func newArchive(t testing.TB, change func(*BackupPlan)) *archive {
	t.Helper()
	root := t.TempDir()
	f := &archive{t: t, clock: &clock{t: time.Date(2026, 6, 10, 2, 0, 0, 0, time.UTC)}, data: filepath.Join(root, "data"), out: filepath.Join(root, "backup")}
	plan := BackupPlan{Dir: f.out, Nightly: true, At: 2 * time.Hour, Keep: BackupKeep{Days: 14, Weeks: 8, Months: 12}, Config: []byte("data: data\n")}
	if change != nil {
		change(&plan)
	}
	s := storetest.OpenIn(t, f.data)
	f.App = New(Options{Store: s, Dir: f.data, Now: f.clock.now, Version: "1.2.3", Backup: plan})
	storetest.Update(t, s, func(tx *store.Tx) error {
		for i := range 20 {
			if err := storetest.PutCell(tx, storetest.Cell("SYT", fmt.Sprintf("1.%d", i), int64(i))); err != nil {
				return err
			}
		}
		return tx.PutSession("5e55", store.Session{Login: "lan", Created: f.Now(), Seen: f.Now()})
	})
	f.attach("bao cao thang 5")
	return f
}

// attach stores a file as evidence and returns its id.
func (f *archive) attach(text string) kpi.FileID {
	f.t.Helper()
	id, size, err := f.store.PutFile(strings.NewReader(text), 1<<20)
	if err != nil {
		f.t.Fatal(err)
	}
	storetest.Update(f.t, f.store, func(tx *store.Tx) error {
		e := kpi.Evidence{Unit: "SYT", ID: kpi.NewEvidenceID(storetest.Month(), hex.EncodeToString([]byte(id[:16]))), By: "lan", At: f.Now(),
			File: &kpi.File{Name: "Báo cáo.pdf", Type: kpi.PDF, Size: size, SHA256: id}}
		return tx.PutEvidence(e, storetest.Event("evidence/SYT"))
	})
	return id
}

// backUp makes a backup and returns its folder.
func (f *archive) backUp() string {
	f.t.Helper()
	made, err := f.Backup(context.Background(), f.System())
	if err != nil {
		f.t.Fatal(err)
	}
	return filepath.Join(f.out, made.Name)
}

// quit closes the store, as when the service is stopped.
func (f *archive) quit() {
	f.t.Helper()
	if err := f.store.Close(); err != nil {
		f.t.Fatal(err)
	}
}

// vault reads backups with the keys.
func (f *archive) vault(keys ...age.Identity) Vault {
	return Vault{Now: f.clock.now, Keys: keys, Verify: func(_ context.Context, path string) (store.Contents, error) { return store.Verify(path) }}
}

func (f *archive) check(dir string) error {
	_, _, err := f.vault().Check(context.Background(), dir)
	return err
}

// files lists the files below a folder.
func files(t testing.TB, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestBackup(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	id := f.attach("bien ban hop")
	dir := f.backUp()
	if filepath.Base(dir) != "chiso-2026-06-10T090000" {
		t.Errorf("named %s", dir)
	}
	got := files(t, dir)
	for _, want := range []string{"chiso.db", "config.yaml", "manifest.json", "SHA256SUMS", evidencePath(id)} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if len(got) != 6 {
		t.Errorf("files %v", got)
	}
	if err := f.check(dir); err != nil {
		t.Error(err)
	}
	state, err := f.BackupState(kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Admin}}}})
	if err != nil || len(state.List) != 1 || state.Last.Cells != 20 || state.Last.Files != 2 || state.Last.Damaged != 0 || state.Late || state.Free <= 0 || !state.Last.Made.Equal(f.Now()) {
		t.Errorf("state %+v, %v", state, err)
	}
	evs := fixture{App: f.App}.history(t, "backup/"+state.Last.Name)
	if len(evs) != 1 || evs[0].Verb != kpi.VerbBackup {
		t.Errorf("events %+v", evs)
	}
	m, err := readManifest(dir)
	if err != nil || m.Version != "1.2.3" || m.Contents.Schema != f.Schema() || m.Contents.Counts["cell"] != 20 {
		t.Errorf("manifest %+v, %v", m, err)
	}
}

func TestBackup_Denied(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	for _, role := range kpi.Roles() {
		if role == kpi.Admin {
			continue
		}
		actor := kpi.Actor{User: kpi.User{Login: "x", Grants: []kpi.Grant{{Role: role}}}}
		if _, err := f.Backup(context.Background(), actor); kpi.KindOf(err) != kpi.Denied {
			t.Errorf("%s: %v", role, err)
		}
		if _, err := f.BackupState(actor); kpi.KindOf(err) != kpi.Denied {
			t.Errorf("%s: %v", role, err)
		}
	}
	if _, err := os.Stat(f.out); !errors.Is(err, os.ErrNotExist) {
		t.Error("a refused backup made the folder")
	}
}

// TestBackup_Links: evidence lies on the disk once, however many backups name it.
func TestBackup_Links(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	id := f.attach("bien ban hop")
	one := f.backUp()
	two := f.backUp() // within the same second: the name is the next one's
	if filepath.Base(two) != "chiso-2026-06-10T090001" {
		t.Errorf("named %s", two)
	}
	var infos []os.FileInfo
	for _, dir := range []string{f.data, one, two} {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(evidencePath(id))))
		if err != nil {
			t.Fatal(err)
		}
		infos = append(infos, info)
	}
	if !os.SameFile(infos[0], infos[1]) || !os.SameFile(infos[1], infos[2]) {
		t.Error("the file was copied, not linked")
	}
}

// TestBackup_SpoiltEvidence: a backup is made all the same, and names what it could not take along.
func TestBackup_SpoiltEvidence(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	spoilt, gone := f.attach("hong"), f.attach("mat")
	if err := os.WriteFile(filepath.Join(f.data, filepath.FromSlash(evidencePath(spoilt))), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(f.data, filepath.FromSlash(evidencePath(gone)))); err != nil {
		t.Fatal(err)
	}
	dir := f.backUp()
	m, err := readManifest(dir)
	if err != nil || len(m.Damaged) != 2 || !slices.Contains(m.Damaged, spoilt) || !slices.Contains(m.Damaged, gone) || m.evidence() != 1 {
		t.Errorf("manifest %+v, %v", m, err)
	}
	if err := f.check(dir); err != nil {
		t.Error(err)
	}
}

// TestBackup_WholeWeek: a file that rots on the disk after it was backed up is found within a week.
func TestBackup_WholeWeek(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	id := f.attach("se hong")
	f.backUp()
	path := filepath.Join(f.data, filepath.FromSlash(evidencePath(id)))
	if err := errors.Join(os.Remove(path), os.WriteFile(path, []byte("se hỏng"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for day := range 8 {
		f.clock.forward(24 * time.Hour)
		m, err := readManifest(f.backUp())
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(m.Damaged, id) {
			return
		}
		if day == 7 {
			t.Error("not found within a week")
		}
	}
}

func TestBackup_NoRoom(t *testing.T) {
	t.Parallel()
	f := newArchive(t, func(p *BackupPlan) { p.Reserve = 1 << 60 })
	_, err := f.Backup(context.Background(), f.System())
	if kpi.KindOf(err) != kpi.NoSpace || !strings.Contains(err.Error(), "cần ít nhất 1.048.576,0 TB") || !strings.Contains(err.Error(), f.out) {
		t.Errorf("got %v", err)
	}
	if got := files(t, f.out); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	state, err := f.backupState()
	if err != nil || !strings.HasPrefix(state.Failure, "Ổ đĩa chứa thư mục sao lưu") || !state.Failed.Equal(f.Now()) {
		t.Errorf("state %+v, %v", state, err)
	}
}

// TestBackup_NotWhole: what the check refuses is no backup, and leaves nothing.
func TestBackup_NotWhole(t *testing.T) {
	t.Parallel()
	for name, verify := range map[string]func(context.Context, string) (store.Contents, error){
		"damaged": func(context.Context, string) (store.Contents, error) {
			return store.Contents{}, &store.Damage{Part: store.RecordsPart}
		},
		"something else": func(_ context.Context, path string) (store.Contents, error) {
			c, err := store.Verify(path)
			c.Counts["cell"]--
			return c, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newArchive(t, nil)
			f.backups.verify = verify
			if _, err := f.Backup(context.Background(), f.System()); kpi.KindOf(err) != kpi.Invalid || !strings.HasPrefix(err.Error(), "Bản sao vừa tạo không ") {
				t.Errorf("got %v", err)
			}
			if got := files(t, f.out); len(got) != 0 {
				t.Errorf("left behind: %v", got)
			}
			f.backups.verify = func(_ context.Context, path string) (store.Contents, error) { return store.Verify(path) }
			f.backUp()
			if state, err := f.backupState(); err != nil || state.Failure != "" {
				t.Errorf("a good backup leaves the failure: %+v, %v", state, err)
			}
		})
	}
}

func TestBackup_OneAtATime(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	inside, goOn := make(chan bool), make(chan bool)
	f.backups.verify = func(_ context.Context, path string) (store.Contents, error) {
		close(inside)
		<-goOn
		return store.Verify(path)
	}
	done := make(chan error)
	go func() {
		_, err := f.Backup(context.Background(), f.System())
		done <- err
	}()
	<-inside
	if _, err := f.Backup(context.Background(), f.System()); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("a second one: %v", err)
	}
	if state, err := f.backupState(); err != nil || state.Running.IsZero() {
		t.Errorf("state %+v, %v", state, err)
	}
	storetest.Update(t, f.store, func(tx *store.Tx) error { return tx.Log(storetest.Event("x")) }) // writers go on
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestBackup_Second: the copy in the second place is as whole as the first; one that cannot be made is told, and the first stays.
func TestBackup_Second(t *testing.T) {
	t.Parallel()
	second := filepath.Join(t.TempDir(), "disk")
	f := newArchive(t, func(p *BackupPlan) { p.Second = second })
	id := f.attach("bien ban hop")
	for range 2 {
		copied := filepath.Join(second, filepath.Base(f.backUp()))
		if err := f.check(copied); err != nil {
			t.Error(err)
		}
		f.clock.forward(24 * time.Hour)
	}
	names, err := backupNames(second)
	if err != nil || len(names) != 2 {
		t.Fatalf("%v, %v", names, err)
	}
	one, _ := os.Stat(filepath.Join(second, names[0], filepath.FromSlash(evidencePath(id))))
	two, _ := os.Stat(filepath.Join(second, names[1], filepath.FromSlash(evidencePath(id))))
	if !os.SameFile(one, two) {
		t.Error("evidence lies twice in the second place")
	}
	if err := errors.Join(os.RemoveAll(second), os.WriteFile(second, nil, 0o600)); err != nil { // no folder any more
		t.Fatal(err)
	}
	made, err := f.Backup(context.Background(), f.System())
	if kpi.KindOf(err) != kpi.Unavailable || !strings.Contains(err.Error(), "chưa chép được sang nơi thứ hai "+second) {
		t.Errorf("got %v", err)
	}
	if err := f.check(filepath.Join(f.out, made.Name)); err != nil {
		t.Errorf("the first: %v", err)
	}
}

func TestBackup_SweepsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	for _, name := range []string{halfBackup + "chiso-2026-06-09T020000", goneBackup + "chiso-2026-01-09T020000", "anh-gia-dinh"} {
		if err := os.MkdirAll(filepath.Join(f.out, name, "files"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	f.backUp()
	entries, err := os.ReadDir(f.out)
	if err != nil || len(entries) != 2 || entries[0].Name() != "anh-gia-dinh" {
		t.Errorf("%v, %v", entries, err)
	}
}
