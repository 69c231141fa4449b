//go:build linux

package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// process returns the command that runs the calling test again in a process of its own, told so by the variable; inside is
// the value there.
func process(t *testing.T, value string) (cmd *exec.Cmd, inside string) {
	t.Helper()
	const name = "CHISO_TEST_PROCESS"
	if inside = os.Getenv(name); inside != "" {
		return nil, inside
	}
	cmd = exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), name+"="+value)
	return cmd, ""
}

// TestBackup_DiskFull: a disk that fills up in the middle of a backup ends it with the sentence and leaves no half folder, while
// data are saved on; with room again the next one is made.
func TestBackup_DiskFull(t *testing.T) {
	if cmd, inside := process(t, "1"); inside == "" {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	f := newArchive(t, nil)
	storetest.Update(t, f.store, func(tx *store.Tx) error {
		for i := range 3000 { // the file is full: nothing below makes it grow
			if err := storetest.PutCell(tx, storetest.Cell("STC", strconv.Itoa(i), int64(i))); err != nil {
				return err
			}
		}
		return nil
	})
	signal.Ignore(syscall.SIGXFSZ)
	limit := func(size uint64) {
		var l syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
		l.Cur = min(size, l.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []uint64{0, 4096, 200 << 10} {
		limit(size)
		_, err := f.Backup(context.Background(), f.System())
		limit(1 << 40)
		if kpi.KindOf(err) != kpi.NoSpace || !strings.HasPrefix(err.Error(), "Ổ đĩa chứa "+f.out+" đã đầy nên chưa ghi được.") {
			t.Errorf("at %d bytes: %v", size, err)
		}
		if got := files(t, f.out); len(got) != 0 {
			t.Errorf("left behind: %v", got)
		}
		if state, err := f.backupState(); err != nil || !strings.Contains(state.Failure, "đã đầy") {
			t.Errorf("state %+v, %v", state, err)
		}
	}
	if err := f.check(f.backUp()); err != nil {
		t.Error(err)
	}
}

// TestBackup_ReadOnlyFolder: a place that cannot be written is named.
func TestBackup_ReadOnlyFolder(t *testing.T) {
	t.Parallel()
	f := newArchive(t, func(p *BackupPlan) { p.Dir = "/proc/1/backup" }) // where nobody can make a folder
	if _, err := f.Backup(context.Background(), f.System()); err == nil {
		t.Error("a backup was made in /proc")
	}
	told := store.DiskError(fmt.Errorf("make backup: %w", syscall.EROFS), f.out)
	if kpi.KindOf(told) != kpi.Unavailable || !strings.HasPrefix(told.Error(), "Không ghi được vào "+f.out) {
		t.Errorf("told as %v", told)
	}
}

// untilKilled runs fn again and again in a process that is killed at a random moment.
func untilKilled(t *testing.T, dir string, longest time.Duration, fn func(dir string) error) (outside bool) {
	t.Helper()
	cmd, inside := process(t, dir)
	if inside != "" {
		for {
			if err := fn(inside); err != nil {
				fmt.Println("child:", err)
				os.Exit(1)
			}
		}
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(20*time.Millisecond+time.Duration(rand.Int64N(int64(longest))), func() { _ = cmd.Process.Kill() })
	exit, _ := errors.AsType[*exec.ExitError](cmd.Wait())
	if exit == nil || exit.ExitCode() != -1 {
		t.Fatalf("the child was to be killed, but ended by itself: %v\n%s", exit, &out)
	}
	return true
}

// at returns an App with backups on a folder that another process made and left.
func at(t testing.TB, root string) (*archive, error) {
	f := &archive{t: t, clock: &clock{t: time.Now()}, data: filepath.Join(root, "data"), out: filepath.Join(root, "backup")}
	s, err := store.Open(f.data)
	if err != nil {
		return nil, err
	}
	f.App = New(Options{Store: s, Dir: f.data, Backup: BackupPlan{Dir: f.out, Config: []byte("data: data\n")}})
	return f, nil
}

// TestKill_Backup: whatever moment a backup is killed at, each folder that has a backup's name is a whole one, and the next
// backup clears away the half one.
func TestKill_Backup(t *testing.T) {
	t.Parallel()
	root := ""
	if os.Getenv("CHISO_TEST_PROCESS") == "" {
		f := newArchive(t, nil)
		for i := range 30 {
			f.attach(fmt.Sprint("minh chung ", i))
		}
		root = filepath.Dir(f.data)
		f.quit()
	}
	for range 12 {
		untilKilled(t, root, 250*time.Millisecond, func(dir string) error {
			f, err := at(t, dir)
			if err != nil {
				return err
			}
			for {
				if _, err := f.Backup(context.Background(), f.System()); err != nil {
					return err
				}
			}
		})
	}
	f, err := at(t, root)
	if err != nil {
		t.Fatal(err)
	}
	defer f.quit()
	names, err := backupNames(f.out)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := f.check(filepath.Join(f.out, name)); err != nil {
			t.Error(err)
		}
	}
	f.backUp()
	entries, err := os.ReadDir(f.out)
	if err != nil || len(entries) != len(names)+1 {
		t.Errorf("%d backups, then %v, %v", len(names), entries, err)
	}
	t.Logf("%d backups were made between the kills", len(names))
}

// TestKill_Restore: whatever moment a restore is killed at, the data folder holds the old state or the new one, whole.
func TestKill_Restore(t *testing.T) {
	t.Parallel()
	root := ""
	var old, new store.Contents
	if os.Getenv("CHISO_TEST_PROCESS") == "" {
		f := newArchive(t, nil)
		for i := range 30 {
			f.attach(fmt.Sprint("minh chung ", i))
		}
		m, err := readManifest(f.backUp())
		if err != nil {
			t.Fatal(err)
		}
		new = m.Contents
		storetest.Update(t, f.store, func(tx *store.Tx) error {
			for i := range 100 {
				if err := storetest.PutCell(tx, storetest.Cell("STC", strconv.Itoa(i), 1)); err != nil {
					return err
				}
			}
			return nil
		})
		root = filepath.Dir(f.data)
		f.quit()
		old = contentsOf(t, f.data)
	}
	came := map[string]int{}
	for range 12 {
		untilKilled(t, root, 250*time.Millisecond, func(dir string) error {
			f := &archive{data: filepath.Join(dir, "data"), out: filepath.Join(dir, "backup"), clock: &clock{t: time.Now()}}
			_, _, err := f.restore(NewestBackup(f.out), f.data)
			return err
		})
		data := filepath.Join(root, "data")
		got := contentsOf(t, data)
		switch {
		case got.Same(old):
			came["old"]++
		case got.Events == new.Events+1 && got.Counts["cell"] == new.Counts["cell"] && got.Counts["session"] == 0:
			came["new"]++
		default:
			t.Errorf("neither: %+v", got)
		}
		s, err := store.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("after the kills: %v", came)
}
