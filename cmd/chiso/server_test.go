package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for anything before it fails.
const patience = 20 * time.Second

// stopTime is how long a server may take to end while browsers hold connections open but ask for nothing.
const stopTime = 10 * time.Second

// server is the shipped program, running as a process of its own.
type server struct {
	args []string
	dir  string // data folder
	url  string // http://127.0.0.1:port

	wrap    []string // a program that runs this one, with its arguments
	lenient bool     // it may have something to complain of

	cmd  *exec.Cmd
	log  *output
	done chan struct{} // closed when the process has ended
	err  error         // how, set before done is closed
}

// output keeps what a process prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// start runs a command that serves and returns when it answers.
func start(args ...string) (*server, error) {
	s := &server{args: args}
	return s, s.run()
}

func (s *server) run() error {
	program, err := shared.program()
	if err != nil {
		return err
	}
	line := append(append(slices.Clone(s.wrap), program), s.args...)
	s.cmd, s.log, s.done = exec.Command(line[0], line[1:]...), &output{}, make(chan struct{})
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	address := make(chan string, 1)
	go func(cmd *exec.Cmd, done chan struct{}) {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if _, rest, ok := strings.Cut(lines.Text(), "chiso đang chạy tại "); ok {
				url, _, _ := strings.Cut(rest, " ")
				address <- url
			}
		}
		s.err = cmd.Wait()
		close(done)
	}(s.cmd, s.done)
	select {
	case s.url = <-address:
		return s.answers()
	case <-s.done:
		return fmt.Errorf("chiso %s ended: %w\n%s", strings.Join(s.args, " "), s.err, s.log)
	case <-time.After(patience):
		s.kill()
		return fmt.Errorf("chiso %s has not said where it listens\n%s", strings.Join(s.args, " "), s.log)
	}
}

// answers waits for /healthz.
func (s *server) answers() error {
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(s.url + "/healthz")
		if last = err; err != nil {
			continue
		}
		var health struct{ Status, Version string }
		err = errors.Join(json.NewDecoder(res.Body).Decode(&health), res.Body.Close())
		if err == nil && res.StatusCode == http.StatusOK && (health.Status == "ok" || s.lenient) && health.Version == "test" {
			return nil
		}
		last = fmt.Errorf("/healthz: %d %+v %w", res.StatusCode, health, err)
	}
	return last
}

// kill ends the process as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended already
	<-s.done
}

// stop asks the process to end. It must do so with exit code 0, having logged no error.
func (s *server) stop() error {
	select {
	case <-s.done:
		return fmt.Errorf("chiso ended before it was stopped: %w\n%s", s.err, s.log)
	default:
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-s.done:
	case <-time.After(stopTime):
		_ = s.cmd.Process.Signal(syscall.SIGQUIT) // tells where each goroutine is, and ends the process
		<-s.done
		return fmt.Errorf("chiso did not end within %s of SIGTERM\n%s", stopTime, s.log)
	}
	if s.err != nil {
		return fmt.Errorf("chiso ended with %w\n%s", s.err, s.log)
	}
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			return fmt.Errorf("chiso logged an error: %s", line)
		}
	}
	return nil
}

// restart runs the program again on the same folder and the same port, after kill or stop.
func (s *server) restart() error {
	for i, arg := range s.args {
		if arg == "--listen" {
			s.args[i+1] = strings.TrimPrefix(s.url, "http://")
		}
	}
	return s.run()
}

// ownDemo starts a demo of the test's own and stops it at the end of the test.
func ownDemo(t testing.TB) *server {
	t.Helper()
	return demoOn(t, demoCopy(t))
}

// demoOn is ownDemo on a folder that the test has made.
func demoOn(t testing.TB, dir string) *server {
	t.Helper()
	srv, err := start("demo", "--data", dir, "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv.dir = dir
	t.Cleanup(func() {
		if err := srv.stop(); err != nil {
			t.Error(err)
		}
	})
	return srv
}

// Without --data the demo leaves nothing behind.
func TestDemo_TemporaryFolder(t *testing.T) {
	t.Parallel()
	tmp := t.TempDir()
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	cmd := exec.Command(program, "demo", "--listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	var log output
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(log.String(), "chiso đang chạy tại http://127.0.0.1:") && time.Since(began) < patience {
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("a demo without data folder was ready after %s", time.Since(began).Round(10*time.Millisecond))
	if made, _ := filepath.Glob(filepath.Join(tmp, "chiso-demo-*", "chiso.db")); len(made) != 1 {
		t.Errorf("the running demo has %d folders\n%s", len(made), log.String())
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after Ctrl+C: %v\n%s", err, log.String())
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "chiso-demo-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// While a server holds the data folder, every command says so instead of waiting, in one sentence, and exits 3.
func TestCommands_FolderHeldByServer(t *testing.T) {
	t.Parallel()
	srv := sharedDemo(t)
	config := write(t, "config.yaml", "data: "+srv.dir+"\nlisten: 127.0.0.1:0\n")
	units := write(t, "don-vi.csv", threeUnits)
	for _, args := range [][]string{
		{"init", "--data", srv.dir, "--admin", "quantri", "--password-stdin"},
		{"import", "units", units, "--data", srv.dir},
		{"import", "units", units, "--data", srv.dir, "--dry-run"},
		{"export", "consolidated", "--set", demoSet, "--round", "2026-05", "--out", filepath.Join(t.TempDir(), "a.xlsx"), "--data", srv.dir},
		{"user", "list", "--data", srv.dir},
		{"demo", "--data", srv.dir, "--listen", "127.0.0.1:0"},
		{"serve", "--config", config},
	} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			t.Parallel()
			o := chiso(t, passphrase, args...).exits(exitHeld).complains(srv.dir, "đang được một chương trình chiso khác sử dụng")
			if strings.Count(o.err, "\n") != 1 {
				t.Errorf("more than one line: %q", o.err)
			}
		})
	}
}

// A second server on the same port says which address is taken.
func TestServe_AddressTaken(t *testing.T) {
	t.Parallel()
	address := strings.TrimPrefix(sharedDemo(t).url, "http://")
	config := write(t, "config.yaml", "data: "+initialised(t)+"\nlisten: "+address+"\n")
	chiso(t, "", "serve", "--config", config).exits(exitRefused).complains(address)
}
