package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chiso/store"
)

// here is a «chiso serve» that runs.
type here struct {
	t    *testing.T
	url  string
	out  *firstURL
	stop func()
	done chan outcome
}

var reURL = regexp.MustCompile(`https?://\S+`)

// serveHere runs «chiso serve» in this process and returns when it has said where it listens.
func serveHere(t *testing.T, config string) *here {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	return await(t, stop, func(out, said io.Writer) int {
		return run([]string{"serve", "--config", config}, terminal{ctx: ctx, in: strings.NewReader(""), out: out, err: said})
	})
}

// serveProgram is serveHere in a process of its own.
func serveProgram(t *testing.T, program, config string) *here {
	t.Helper()
	cmd := exec.Command(program, "serve", "--config", config)
	return await(t, func() { _ = cmd.Process.Signal(syscall.SIGTERM) }, func(out, said io.Writer) int {
		cmd.Stdout, cmd.Stderr = out, said
		_ = cmd.Run()
		return cmd.ProcessState.ExitCode()
	})
}

func await(t *testing.T, stop func(), serve func(out, said io.Writer) int) *here {
	t.Helper()
	said, out := &output{}, &firstURL{found: make(chan string, 1)}
	h := &here{t: t, out: out, stop: stop, done: make(chan outcome, 1)}
	go func() {
		code := serve(out, said)
		h.done <- outcome{t, code, out.String(), said.String()}
	}()
	select {
	case h.url = <-out.found:
	case o := <-h.done:
		t.Fatalf("serve ended with %d\n%s", o.code, o.err)
	case <-time.After(patience):
		stop()
		t.Fatalf("serve has not said where it listens\n%s", said)
	}
	return h
}

// firstURL is an output that hands on the first address in it.
type firstURL struct {
	output
	once  sync.Once
	found chan string
}

func (f *firstURL) Write(p []byte) (int, error) {
	if url := reURL.Find(p); url != nil {
		f.once.Do(func() { f.found <- string(url) })
	}
	return f.output.Write(p)
}

// get returns the status and the body of an answer.
func (h *here) get(path string) (int, string) {
	h.t.Helper()
	res, err := http.Get(h.url + path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// stops tells the server to end and wants the exit code.
func (h *here) stops(code int) outcome {
	h.t.Helper()
	h.stop()
	select {
	case o := <-h.done:
		return o.exits(code)
	case <-time.After(patience):
		h.t.Fatal("the server does not stop")
		return outcome{}
	}
}

// A server that did not end in order reads the whole file before it opens it: a page that is damaged somewhere in the middle is not
// served. One that ended in order leaves no mark.
func TestServe_AfterACrash(t *testing.T) {
	t.Parallel()
	data := initialised(t)
	config := write(t, "config.yaml", "data: "+data+"\nlisten: 127.0.0.1:0\nbackup:\n  at: \"\"\n")
	srv := serveHere(t, config)
	if _, err := os.Stat(runningMark(data)); err != nil {
		t.Error("a running server leaves no mark:", err)
	}
	if status, _ := srv.get("/readyz"); status != http.StatusOK {
		t.Errorf("readyz %d", status)
	}
	chiso(t, "", "serve", "--config", config).exits(exitHeld).complains("Tiến trình đang chạy: số " + strconv.Itoa(os.Getpid()))
	srv.stops(exitOK)
	if _, err := os.Stat(runningMark(data)); err == nil {
		t.Error("the mark stays after an orderly end")
	}
	path := filepath.Join(data, store.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	name := []byte("Quản trị hệ thống") // in the admin's record: only its checksum tells
	spoilt := bytes.ReplaceAll(whole, name, append([]byte("q"), name[1:]...))
	if bytes.Equal(spoilt, whole) {
		t.Fatal("the admin's name is not in the file")
	}
	if err := errors.Join(os.WriteFile(path, spoilt, 0o600), os.WriteFile(runningMark(data), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	srv = serveHere(t, config)
	for _, page := range []string{"/", "/dang-nhap", "/healthz", "/readyz"} {
		if status, _ := srv.get(page); status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", page, status)
		}
	}
	srv.stops(exitRefused)
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	srv = serveHere(t, config)
	if status, _ := srv.get("/dang-nhap"); status != http.StatusOK {
		t.Errorf("with the file mended: %d", status)
	}
	srv.stops(exitOK)
}

// The metrics have their own listener.
func TestServe_Metrics(t *testing.T) {
	t.Parallel()
	config := write(t, "config.yaml", "data: "+initialised(t)+"\nlisten: 127.0.0.1:0\nmetrics: 127.0.0.1:0\nbackup:\n  at: \"\"\n")
	srv := serveHere(t, config)
	if status, _ := srv.get("/metrics"); status != http.StatusNotFound {
		t.Errorf("the pages' listener answers /metrics with %d", status)
	}
	srv.stops(exitOK)
}

// The code that the console shows makes the first account on the page.
func TestServe_FirstAdmin(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	chiso(t, "", "init", "--data", dir, "--web").exits(exitOK)
	srv := serveHere(t, write(t, "config.yaml", "data: "+dir+"\nlisten: 127.0.0.1:0\nbackup:\n  at: \"\"\n"))
	_, code, _ := strings.Cut(srv.out.String(), "mã khởi tạo ")
	code, _, _ = strings.Cut(code, " ")
	c := newClient(t, &server{url: srv.url})
	c.get("/")
	page := c.post("/cai-dat", url.Values{"code": {code}, "login": {"an.nv"}, "name": {"Nguyễn Văn An"}, "new": {passphrase}, "again": {passphrase}})
	if heading := words(page, "h1"); heading != "Đăng nhập" {
		t.Errorf("after the first account: %q", heading)
	}
	srv.stops(exitOK)
}

// Nothing that people type is in the log: no password, no citizen's number, no search text.
func TestServe_LogHasNoSecrets(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "chiso.log")
	config := write(t, "config.yaml", "data: "+initialised(t)+"\nlisten: 127.0.0.1:0\nbackup:\n  at: \"\"\nlog:\n  file: "+log+"\n")
	srv := serveHere(t, config)
	c := newClient(t, &server{url: srv.url})
	c.signIn("quantri", passphrase)
	c.get("/tim?q=066123456789")
	srv.stops(exitOK)
	text, err := os.ReadFile(log)
	if err != nil || !bytes.Contains(text, []byte(`"msg":"request"`)) {
		t.Fatalf("%s, %v", text, err)
	}
	for _, secret := range []string{passphrase, "bon+con", "066123456789"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

func TestReport_DiskFailure(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	err := fmt.Errorf("serve: %w", &store.DiskFailure{Cause: errors.New("fdatasync: input/output error")})
	if code := report(terminal{err: &said}, command{name: "serve"}, err); code != exitDisk || !strings.Contains(said.String(), "Ổ đĩa báo lỗi khi ghi") {
		t.Errorf("%d %s", code, &said)
	}
}
