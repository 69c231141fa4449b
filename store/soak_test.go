//go:build soak && linux

package store_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// sector is what a disk writes whole.
const sector = 512

// traced is the child of TestKill under strace, which does something to its flushes or writes.
type traced struct {
	t    *testing.T
	cmd  *exec.Cmd
	said *bufio.Reader // what strace tells

	mu    sync.Mutex
	acked map[kpi.CellKey]uint32
	ended chan struct{}
}

func trace(t *testing.T, dir string, args ...string) *traced {
	t.Helper()
	pipe, log, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := &traced{t: t, said: bufio.NewReader(pipe), acked: map[kpi.CellKey]uint32{}, ended: make(chan struct{})}
	x.cmd = exec.Command("strace", append(append([]string{"-f", "-qq", "-o", "/dev/fd/3"}, args...), os.Args[0])...)
	x.cmd.Env, x.cmd.ExtraFiles = append(os.Environ(), childDir+"="+dir), []*os.File{log}
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := x.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = log.Close()
	go func() {
		defer close(x.ended)
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			c := storetest.Cell("", "", 0)
			if _, err := fmt.Sscanf(line, "%s %s %d\n", &c.Unit, &c.Indicator, &c.Version); err == nil {
				x.mu.Lock()
				x.acked[c.CellKey] = c.Version
				x.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-x.cmd.Process.Pid, syscall.SIGKILL)
		_ = x.cmd.Wait()
		<-x.ended
	})
	return x
}

// known returns a copy of what the child has acknowledged so far.
func (x *traced) known() map[kpi.CellKey]uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	m := map[kpi.CellKey]uint32{}
	for k, v := range x.acked {
		m[k] = v
	}
	return m
}

// stopped waits until the child stands still behind its next flush, and returns the file as the disk has it then, with what was
// acknowledged before.
func (x *traced) stopped(path string) ([]byte, map[kpi.CellKey]uint32) {
	x.t.Helper()
	x.hears("--- SIGSTOP {")         // once for each flush, when that has returned
	x.hears("stopped by SIGSTOP")    // from each thread: the first is enough, nobody else may write
	time.Sleep(2 * time.Millisecond) // what was said before is read; less only makes the test milder
	acked := x.known()
	image, err := os.ReadFile(path)
	if err != nil {
		x.t.Fatal(err)
	}
	return image, acked
}

// hears reads what strace tells up to a line with the text.
func (x *traced) hears(text string) {
	x.t.Helper()
	again := time.AfterFunc(2*time.Second, x.goOn) // a thread that stopped late missed the first call
	defer again.Stop()
	for {
		line, err := x.said.ReadString('\n')
		if err != nil {
			x.t.Fatal("strace ended: ", err)
		}
		if strings.Contains(line, text) {
			return
		}
	}
}

func (x *traced) goOn() {
	_ = syscall.Kill(-x.cmd.Process.Pid, syscall.SIGCONT) // one that has ended is found by who reads
}

// cut returns what a disk holds after the power went: the image old, of the last flush, with some of the sectors that were written
// since.
func cut(r *rand.Rand, old, written []byte) []byte {
	image := bytes.Clone(old)
	if len(written) > len(image) && r.IntN(2) == 0 { // the file had grown already
		image = append(image, make([]byte, len(written)-len(image))...)
	}
	share := r.Float64()
	for at := 0; at+sector <= min(len(image), len(written)); at += sector {
		if !bytes.Equal(image[at:at+sector], written[at:at+sector]) && r.Float64() < share {
			copy(image[at:], written[at:at+sector])
		}
	}
	return image
}

// outcomeOf opens an image and returns how many acknowledged cells it lost, or that it is damaged.
func outcomeOf(t *testing.T, image []byte, acked map[kpi.CellKey]uint32) (n int, err error) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, os.Args[0]) // a damaged file can end the process that reads it, or keep it busy for ever
	cmd.Env = append(os.Environ(), childVerify+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		first, _, _ := bytes.Cut(out, []byte("\n"))
		return 0, fmt.Errorf("%w: %s", err, first)
	}
	s := storetest.OpenIn(t, dir)
	n = lost(t, s, acked)
	return n, s.Close()
}

func soakCount(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestSoakPowerCut cuts the power of a disk under load, CHISO_CUTS times (30): the process is stopped behind two flushes in a row;
// what lies between them reached the disk in any selection of sectors. Every image opens whole and has all that was acknowledged. A
// disk that lies about four flushes must fail the same test.
func TestSoakPowerCut(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	if err := storetest.OpenIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	x := trace(t, dir, "-e", "trace=fdatasync", "-e", "inject=fdatasync:signal=SIGSTOP:when=1+")
	r := rand.New(rand.NewPCG(57, uint64(time.Now().UnixNano())))
	cuts := soakCount("CHISO_CUTS", 30)
	var past [][]byte
	var ackedPast []map[kpi.CellKey]uint32
	failed, controls := 0, 0
	for n := 0; n < cuts*3; n++ {
		image, acked := x.stopped(path)
		past, ackedPast = append(past, image), append(ackedPast, acked)
		x.goOn()
		if n%3 != 2 {
			continue
		}
		last := len(past) - 1
		if lost, err := outcomeOf(t, cut(r, past[last-1], past[last]), ackedPast[last-1]); err != nil || lost > 0 {
			t.Errorf("cut %d: %d acknowledged cells lost, %v", n/3, lost, err)
		}
		if last >= 5 {
			controls++
			if lost, err := outcomeOf(t, cut(r, past[last-5], past[last]), ackedPast[last]); err != nil || lost > 0 {
				failed++
			}
		}
		past, ackedPast = past[max(0, len(past)-6):], ackedPast[max(0, len(ackedPast)-6):]
	}
	if len(x.known()) == 0 {
		t.Error("nothing was acknowledged")
	}
	t.Logf("%d cuts; of %d on a disk that lies, %d lost something", cuts, controls, failed)
	if controls > 3 && failed == 0 {
		t.Error("a disk that lies loses nothing: the test cannot fail")
	}
}

// TestSoakDiskErrors lets one flush or write fail: a full disk or a broken one at any moment damages nothing, and what was
// acknowledged is there.
func TestSoakDiskErrors(t *testing.T) {
	for _, fault := range []string{"pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fdatasync:error=EIO"} {
		for when := 1; when <= 100; when += 100 / soakCount("CHISO_FAULTS", 20) {
			t.Run(fmt.Sprintf("%s:when=%d", fault, when), func(t *testing.T) {
				dir := t.TempDir()
				if err := storetest.OpenIn(t, dir).Close(); err != nil {
					t.Fatal(err)
				}
				name, _, _ := strings.Cut(fault, ":")
				x := trace(t, dir, "-e", "trace="+name, "-e", fmt.Sprintf("inject=%s:when=%d", fault, when))
				go func() { _, _ = io.Copy(io.Discard, x.said) }()
				select {
				case <-x.ended: // the child ends at the first error
				case <-time.After(2 * time.Second): // or the fault hit none of its threads
					_ = syscall.Kill(-x.cmd.Process.Pid, syscall.SIGKILL)
					<-x.ended
				}
				path := filepath.Join(dir, store.FileName)
				if _, err := store.Verify(path); errors.Is(err, store.ErrDamaged) {
					t.Fatal(err)
				}
				s := storetest.OpenIn(t, dir)
				if n := lost(t, s, x.known()); n > 0 {
					t.Errorf("%d acknowledged cells lost", n)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
