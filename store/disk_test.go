//go:build linux

package store_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// alone runs the calling test again in a process of its own and reports whether this is that process.
func alone(t *testing.T) bool {
	t.Helper()
	const name = "CHISO_TEST_ALONE"
	if os.Getenv(name) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), name+"="+t.Name())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// limitFiles bounds the size of the files that this process can write, as a full disk would.
func limitFiles(t *testing.T, size uint64) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = min(size, limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
}

// TestDiskFull: saving stops with the sentence, reading goes on, and when there is room again saving does as well; nothing that
// was acknowledged is lost.
func TestDiskFull(t *testing.T) {
	if !alone(t) {
		return
	}
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	size, err := s.Size()
	if err != nil {
		t.Fatal(err)
	}
	limitFiles(t, uint64(size)+256<<10)
	saved := 0
	save := func() error {
		c := storetest.Cell("U"+fmt.Sprint(saved), "1.1", int64(saved))
		c.Note = strings.Repeat("giải trình ", 100)
		err := s.Update(func(tx *store.Tx) error { return storetest.PutCell(tx, c) })
		if err == nil {
			saved++
		}
		return err
	}
	for err = nil; err == nil && saved < 5000; {
		err = save()
	}
	told := store.DiskError(err, "/srv/chiso")
	if kpi.KindOf(told) != kpi.NoSpace || told.Error() != "Ổ đĩa chứa /srv/chiso đã đầy nên chưa ghi được. Giải phóng dung lượng rồi làm lại; số liệu đã báo «Đã lưu» vẫn còn nguyên." {
		t.Fatalf("after %d saves: %v, told as %v", saved, err, told)
	}
	full := saved
	storetest.View(t, s, func(tx *store.Tx) error {
		for n := range full {
			if c, err := tx.Cell(storetest.Cell("U"+fmt.Sprint(n), "1.1", 0).CellKey); err != nil || c.Value != kpi.Dec(int64(n)) {
				return fmt.Errorf("cell %d while the disk is full: %+v, %w", n, c, err)
			}
		}
		return nil
	})
	limitFiles(t, 1<<40)
	for range 100 {
		if err := save(); err != nil {
			t.Fatalf("with room again: %v", err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := store.Verify(filepath.Join(dir, store.FileName)); err != nil || c.Counts["cell"] != saved || full == 0 {
		t.Errorf("%d cells of %d, %v", c.Counts["cell"], saved, err)
	}
}

// TestReadOnly: a folder that cannot be written is named in a sentence, and nothing in it changes.
func TestReadOnly(t *testing.T) {
	if !alone(t) {
		return
	}
	root, err := os.MkdirTemp("", "chiso-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	dir := filepath.Join(root, "data")
	if err := storetest.OpenIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{root: 0o755, dir: 0o555, filepath.Join(dir, store.FileName): 0o444} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	uid := os.Getuid()
	if uid == 0 { // to whom no right is missing
		if err := syscall.Setreuid(-1, 65534); err != nil {
			t.Fatal("give up the rights of root: ", err)
		}
	}
	for _, folder := range []string{dir, filepath.Join(dir, "new")} {
		_, err := store.Open(folder)
		if kpi.KindOf(err) != kpi.Unavailable || !strings.HasPrefix(err.Error(), "Không ghi được vào "+folder+": ổ đĩa chỉ cho đọc, hoặc tài khoản chạy chiso thiếu quyền ghi.") {
			t.Errorf("Open %s: %v", folder, err)
		}
	}
	if uid == 0 {
		if err := syscall.Setreuid(-1, 0); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDiskError_Others(t *testing.T) {
	t.Parallel()
	plain := errors.New("something else")
	if err := store.DiskError(plain, "x"); err != plain {
		t.Errorf("got %v", err)
	}
	if err := store.DiskError(nil, "x"); err != nil {
		t.Errorf("got %v", err)
	}
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, &os.PathError{Op: "write", Path: "p", Err: syscall.ENOSPC}} {
		if err := store.DiskError(fmt.Errorf("commit: %w", e), "x"); kpi.KindOf(err) != kpi.NoSpace {
			t.Errorf("%v is told as %v", e, err)
		}
	}
	for _, e := range []error{syscall.EROFS, os.ErrPermission} {
		if err := store.DiskError(e, "x"); kpi.KindOf(err) != kpi.Unavailable {
			t.Errorf("%v is told as %v", e, err)
		}
	}
}
