package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

const fileLimit = 1 << 20

func fileID(content []byte) kpi.FileID {
	sum := sha256.Sum256(content)
	return kpi.FileID(hex.EncodeToString(sum[:]))
}

func filePath(dir string, id kpi.FileID) string {
	return filepath.Join(dir, store.FileFolder, string(id[:2]), string(id[2:]))
}

// inFolder returns the paths of all regular files below the folder of files.
func inFolder(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, store.FileFolder), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return paths
}

func TestPutFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	for name, content := range map[string][]byte{"small": []byte("%PDF-1.7"), "empty": {}, "full": bytes.Repeat([]byte{7}, fileLimit)} {
		for range 2 { // the same content is the same file
			id, size, err := s.PutFile(iotest.HalfReader(bytes.NewReader(content)), fileLimit)
			if err != nil || id != fileID(content) || size != int64(len(content)) {
				t.Fatalf("%s: %s, %d, %v", name, id, size, err)
			}
		}
		f, err := s.OpenFile(fileID(content))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: read back %d bytes, %v", name, len(got), err)
		}
		if err := s.VerifyFile(fileID(content)); err != nil {
			t.Error(err)
		}
		path := filePath(dir, fileID(content))
		for path, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700, filepath.Dir(filepath.Dir(path)): 0o700} {
			if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
			}
		}
	}
	if paths := inFolder(t, dir); len(paths) != 3 {
		t.Errorf("files %q, want three", paths)
	}
}

// TestPutFile_Refused: what is too large or breaks off leaves nothing behind.
func TestPutFile_Refused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	if _, _, err := s.PutFile(bytes.NewReader(make([]byte, fileLimit+1)), fileLimit); kpi.KindOf(err) != kpi.TooLarge {
		t.Errorf("one byte too many: %v", err)
	}
	broken := errors.New("line went dead")
	if _, _, err := s.PutFile(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), fileLimit); !errors.Is(err, broken) {
		t.Errorf("broken off: %v", err)
	}
	if paths := inFolder(t, dir); len(paths) != 0 {
		t.Errorf("left behind: %q", paths)
	}
}

func TestPutFile_ManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	content := bytes.Repeat([]byte("minh chứng "), 1000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if id, _, err := s.PutFile(bytes.NewReader(content), fileLimit); err != nil || id != fileID(content) {
				t.Errorf("%s, %v", id, err)
			}
		})
	}
	wg.Wait()
	if paths := inFolder(t, dir); len(paths) != 1 {
		t.Errorf("files %q, want one", paths)
	}
	if err := s.VerifyFile(fileID(content)); err != nil {
		t.Error(err)
	}
}

// TestOpen_HalfFiles: what a crash left of a file that was being written goes at the next start; files stay.
func TestOpen_HalfFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	id, _, err := s.PutFile(strings.NewReader("whole"), fileLimit)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, store.FileFolder, "new-123"), []byte("who"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = storetest.OpenIn(t, dir)
	if paths := inFolder(t, dir); !slices.Equal(paths, []string{filePath(dir, id)}) {
		t.Errorf("files %q, want the whole one", paths)
	}
	if err := s.VerifyFile(id); err != nil {
		t.Error(err)
	}
}

// TestPutFile_Mends: a file that lost its end is written anew when its content comes again.
func TestPutFile_Mends(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	id, _, err := s.PutFile(strings.NewReader("whole"), fileLimit)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filePath(dir, id), 2); err != nil {
		t.Fatal(err)
	}
	if err := s.VerifyFile(id); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("verify a torn file: %v", err)
	}
	if _, _, err := s.PutFile(strings.NewReader("whole"), fileLimit); err != nil {
		t.Fatal(err)
	}
	if err := s.VerifyFile(id); err != nil {
		t.Error(err)
	}
}

func TestOpenFile_None(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	for _, id := range []kpi.FileID{"", "../chiso.db", "../../../../../../../../../../../../../../../../../etc/passwd", fileID([]byte("other")),
		kpi.FileID(strings.ToUpper(string(fileID(nil)))), fileID(nil) + "\n"} {
		if f, err := s.OpenFile(id); f != nil || !errors.Is(err, store.ErrDamaged) {
			t.Errorf("OpenFile(%q): %v, %v", id, f, err)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	list := func() (ids []kpi.FileID) {
		for id, err := range s.Files() {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		return ids
	}
	if ids := list(); len(ids) != 0 {
		t.Errorf("nothing stored, listed %q", ids)
	}
	var want []kpi.FileID
	for _, content := range []string{"a", "b", "c"} {
		id, _, err := s.PutFile(strings.NewReader(content), fileLimit)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
	}
	slices.Sort(want)
	stray := filepath.Join(filepath.Dir(filePath(dir, want[0])), "note.txt")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if ids := list(); !slices.Equal(ids, want) {
		t.Errorf("listed %q, want %q", ids, want)
	}
}
