//go:build soak && linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chiso/store"
)

func soakCount(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// crowd signs people in who save one sheet each.
func crowd(t *testing.T, srv *server, units ...string) (people []*saver) {
	t.Helper()
	for _, unit := range units {
		c := newClient(t, srv).signIn("nhaplieu."+strings.ToLower(unit), demoPassword)
		people = append(people, &saver{client: c, sheet: fmt.Sprintf("/nhap-lieu/%s/%s/%s", demoSet, demoMonth(t), unit)})
	}
	return people
}

// TestSoakKill kills the server CHISO_KILLS times (100) while people save. Each time the doctor finds nothing wrong, and all that
// was acknowledged is there.
func TestSoakKill(t *testing.T) {
	srv := ownDemo(t)
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	people := crowd(t, srv, "22015", "SYT", "STC")
	total := int64(0)
	for round := range soakCount("CHISO_KILLS", 100) {
		var all sync.WaitGroup
		for _, p := range people {
			p.acked = p.numbers(p.sheet)
			p.saves.Store(0)
			all.Go(func() { p.saveUntilDeath(round) })
		}
		want := int64(20 + round%40)
		for end := time.Now().Add(patience); saved(people) < want && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		srv.kill()
		all.Wait()
		runProgram(t, program, "doctor", "--data", srv.dir).exits(exitOK)
		if err := srv.restart(); err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			p.compare(round)
		}
		total += saved(people)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d acknowledged saves compared", total)
}

// serving starts «chiso serve» on a folder with its own configuration lines, under a wrapper if there is one.
func serving(t *testing.T, data string, lines string, wrap ...string) *server {
	t.Helper()
	config := write(t, "config.yaml", "data: "+data+"\nlisten: 127.0.0.1:"+freePort(t)+"\nsecond_factor: \"off\"\nbackup:\n  at: \"\"\n  dir: "+t.TempDir()+"\n"+lines)
	srv := &server{args: []string{"serve", "--config", config}, wrap: wrap, lenient: true, dir: data}
	if err := srv.run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		select {
		case <-srv.done:
		default:
			srv.kill()
		}
	})
	return srv
}

// mount mounts a tmpfs of a size in megabytes and copies the demo into it.
func mount(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("chiso", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", size)); err != nil {
		t.Fatal("mount needs root: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	data := filepath.Join(dir, "data")
	if err := copySeed(data); err != nil {
		t.Fatal(err)
	}
	return data
}

func (c *client) status(path string) int {
	res, err := c.http.Get(c.base + path)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// until waits for the condition, and fails the test if it does not come true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited for ", what)
		}
	}
}

// TestSoakDiskFull fills the disk of a running server: saving is refused with 507, people sign in and read, and saving goes on by
// itself when there is room. Without the reserve of min_free_mb the disk is full to the last byte.
func TestSoakDiskFull(t *testing.T) {
	for _, reserve := range []int{24, 0} {
		t.Run(strconv.Itoa(reserve), func(t *testing.T) {
			data := mount(t, 240)
			srv := serving(t, data, fmt.Sprintf("min_free_mb: %d\n", reserve))
			p := crowd(t, srv, "SYT")[0]
			p.acked = p.numbers(p.sheet)
			cells := p.acked
			var code string
			for code = range cells {
				break
			}
			version := cells[code].version
			save := func(n int) (savedCell, error) {
				return p.save(p.sheet, code, strconv.Itoa(n%90+1), fmt.Sprint("full-", reserve, "-", n), version)
			}
			for n := range 5 {
				got, err := save(n)
				if err != nil || got.Status != "saved" {
					t.Fatalf("%+v, %v", got, err)
				}
				version = got.Version
			}
			ballast := filepath.Join(filepath.Dir(data), "ballast")
			_ = exec.Command("dd", "if=/dev/zero", "of="+ballast, "bs=64k").Run() // ends when the disk is full
			var err error
			for n := 10; n < 60_000 && err == nil; n++ { // free pages in the file are used up first
				var got savedCell
				if got, err = save(n); err == nil && got.Status == "saved" {
					version = got.Version
				}
			}
			if err == nil || !strings.HasPrefix(err.Error(), "507 ") {
				t.Fatalf("saving on a full disk: %v", err)
			}
			if reserve > 0 {
				newClient(t, srv).get("/dang-nhap")
			}
			if status := p.status(p.sheet); status != http.StatusOK {
				t.Errorf("reading on a full disk: %d", status)
			}
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			if got, err := save(100_000); err != nil || got.Status != "saved" || got.Version != version+1 {
				t.Errorf("with room again: %+v, %v; version before %d", got, err, version)
			}
			srv.kill()
			runDoctor(t, data)
		})
	}
}

// runDoctor wants nothing wrong in the folder but the room and the kind of the small disk that it lies on.
func runDoctor(t *testing.T, data string) {
	t.Helper()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(program, "doctor", "--data", data).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Lỗi") && !strings.Contains(line, "Dung lượng trống") {
			t.Error(line)
		}
	}
	if !strings.Contains(string(out), "cây băm tính lại khớp") {
		t.Errorf("the doctor says\n%s", out)
	}
}

// TestSoakReadOnly serves from a disk that cannot be written: people who are signed in read, saving is refused, nothing crashes, and
// when the disk can be written again so can people, without a hand.
func TestSoakReadOnly(t *testing.T) {
	data := mount(t, 240)
	srv := serving(t, data, "min_free_mb: 0\n")
	p := crowd(t, srv, "SYT")[0]
	p.acked = p.numbers(p.sheet)
	if err := srv.stop(); err != nil {
		t.Fatal(err)
	}
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("", filepath.Dir(data), "", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	again := serving(t, data, "min_free_mb: 0\n")
	jar := p.http.Jar.(*cookiejar.Jar)
	moved, err := url.Parse(again.url)
	if err != nil {
		t.Fatal(err)
	}
	was, err := url.Parse(p.base)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(moved, jar.Cookies(was))
	p.base = again.url
	if status := p.status(p.sheet); status != http.StatusOK {
		t.Errorf("reading: %d", status)
	}
	if status := p.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readyz: %d", status)
	}
	var code string
	for code = range p.acked {
		break
	}
	if _, err := p.save(p.sheet, code, "7", "ro-1", p.acked[code].version); err == nil || !strings.HasPrefix(err.Error(), "503 ") {
		t.Errorf("saving: %v", err)
	}
	remount(0)
	until(t, "writing to go on", func() bool {
		select {
		case <-again.done:
			t.Fatal("the server ended: ", again.log)
		default:
		}
		return p.status("/readyz") == http.StatusOK
	})
}

// TestSoakFailedFlush lets a flush of the running server fail, well after people have signed in: it ends at once with 74, and started again it checks the data, which
// hold all that was acknowledged.
func TestSoakFailedFlush(t *testing.T) {
	data := demoCopy(t)
	srv := serving(t, data, "", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=150")
	people := crowd(t, srv, "SYT", "STC")
	var all sync.WaitGroup
	for _, p := range people {
		p.acked = p.numbers(p.sheet)
		all.Go(func() { p.saveUntilDeath(0) })
	}
	select {
	case <-srv.done:
	case <-time.After(patience):
		t.Fatal("the server goes on")
	}
	all.Wait()
	exit, ok := errors.AsType[*exec.ExitError](srv.err)
	if !ok || exit.ExitCode() != exitDisk {
		t.Fatalf("ended with %v\n%s", srv.err, srv.log)
	}
	again := serving(t, data, "")
	if !strings.Contains(again.log.String(), "the data are checked") {
		t.Error("the data were not checked")
	}
	for _, p := range people {
		c := newClient(t, again).signIn("nhaplieu."+strings.ToLower(p.sheet[strings.LastIndex(p.sheet, "/")+1:]), demoPassword)
		c.t = t
		after := &saver{client: c, sheet: p.sheet, acked: p.acked}
		after.compare(0)
	}
}

// TestSoakFlat lets people work for CHISO_MINUTES (20): memory, goroutines, descriptors and the size of the file do not grow once the
// server is warm.
func TestSoakFlat(t *testing.T) {
	data := demoCopy(t)
	srv := serving(t, data, "metrics: 127.0.0.1:"+freePort(t)+"\n")
	people := crowd(t, srv, "22015", "SYT", "STC", "SNV")
	ctx, stop := context.WithTimeout(context.Background(), time.Duration(soakCount("CHISO_MINUTES", 20))*time.Minute)
	defer stop()
	var all sync.WaitGroup
	for i, p := range people {
		p.acked = p.numbers(p.sheet)
		all.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				for code, cell := range p.acked {
					got, err := p.save(p.sheet, code, strconv.Itoa(n%90+1), fmt.Sprintf("flat-%d-%d-%s", i, n, strings.ReplaceAll(code, ".", "-")), cell.version)
					if err != nil || got.Status != "saved" {
						t.Errorf("%+v, %v", got, err)
						return
					}
					p.acked[code] = cellOnPage{got.Raw, got.Version}
					time.Sleep(5 * time.Millisecond)
				}
				p.status("/")
				p.status(p.sheet)
			}
		})
	}
	type sample struct{ memory, goroutines, files float64 }
	var samples []sample
	for tick := time.Tick(500 * time.Millisecond); ctx.Err() == nil; <-tick {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", srv.cmd.Process.Pid))
		m := regexp.MustCompile(`RssAnon:\s+(\d+)`).FindSubmatch(status)
		fds, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", srv.cmd.Process.Pid))
		if m != nil {
			kb, _ := strconv.ParseFloat(string(m[1]), 64)
			samples = append(samples, sample{kb / 1024, metric(srv, "chiso_goroutines"), float64(len(fds))})
		}
	}
	all.Wait()
	if len(samples) < 20 {
		t.Fatalf("%d samples", len(samples))
	}
	middle := func(part []sample, of func(sample) float64) float64 {
		var list []float64
		for _, s := range part {
			list = append(list, of(s))
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	n := len(samples)
	for name, of := range map[string]func(sample) float64{"MB of memory": func(s sample) float64 { return s.memory }, "goroutines": func(s sample) float64 { return s.goroutines }, "descriptors": func(s sample) float64 { return s.files }} {
		early, late := middle(samples[n/4:n/2], of), middle(samples[3*n/4:], of)
		t.Logf("%s: %.0f, later %.0f", name, early, late)
		if late > early*1.25+5 {
			t.Errorf("%s grow from %.0f to %.0f", name, early, late)
		}
	}
	if err := srv.stop(); err != nil {
		t.Error(err)
	}
	if _, err := store.Verify(filepath.Join(data, store.FileName)); err != nil {
		t.Error(err)
	}
}

// metric returns one number of /metrics.
func metric(srv *server, name string) float64 {
	config, err := os.ReadFile(srv.args[2])
	if err != nil {
		return -1
	}
	at := regexp.MustCompile(`metrics: (\S+)`).FindSubmatch(config)
	res, err := http.Get("http://" + string(at[1]) + "/metrics")
	if err != nil {
		return -1
	}
	defer res.Body.Close()
	var text strings.Builder
	if err := res.Write(&text); err != nil {
		return -1
	}
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)`).FindStringSubmatch(text.String())
	if m == nil {
		return -1
	}
	n, _ := strconv.ParseFloat(strings.TrimSpace(m[1]), 64)
	return n
}
