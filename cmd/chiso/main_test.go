package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

// suite is what the tests of this package share: the program as it is shipped, a demo folder to copy, one demo that
// is running, and one browser. Each part is made when the first test asks for it.
type suite struct {
	dir     string
	program func() (string, error)
	seed    func() (seeded, error)
	demo    func() (*server, error)
	large   func() (*server, error)
	browser func() (context.Context, error)

	mu  sync.Mutex
	end []func() error // run last to first after all tests
}

// seeded is a demo folder that no process has open.
type seeded struct {
	dir   string
	month kpi.Month // of its running round
	code  string    // first password of secondClerk
}

// demoSet is the set of the demo. secondClerk is an account that the tests add to it: a colleague of nhaplieu.stc.
const (
	demoSet     = "nq57"
	secondClerk = "nhaplieu2.stc"
)

// indexFolder is where a data folder has its search index.
const indexFolder = "search.bleve"

// shared is the suite of the running test binary, made by TestMain.
var shared *suite

func newSuite() *suite {
	s := &suite{}
	s.program = sync.OnceValues(s.build)
	s.seed = sync.OnceValues(s.plant)
	s.demo = sync.OnceValues(s.startDemo)
	s.large = sync.OnceValues(s.startLarge)
	s.browser = sync.OnceValues(s.startBrowser)
	return s
}

func TestMain(m *testing.M) {
	shared = newSuite()
	os.Exit(shared.run(m))
}

func (s *suite) run(m *testing.M) (code int) {
	var err error
	if s.dir, err = os.MkdirTemp("", "chiso-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code = m.Run()
	for i := len(s.end) - 1; i >= 0; i-- {
		err = errors.Join(err, s.end[i]())
	}
	if err = errors.Join(err, os.RemoveAll(s.dir)); err != nil {
		fmt.Fprintln(os.Stderr, "after the tests:", err)
		return 1
	}
	return code
}

func (s *suite) atEnd(f func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = append(s.end, f)
}

// build compiles the program as «make build» does, but for what would keep it from using the cache of «go test».
func (s *suite) build() (string, error) {
	path := filepath.Join(s.dir, "chiso")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-s -w -X main.version=test", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// plant fills a demo folder once and indexes it; that takes seconds, copying its files a tenth of one.
func (s *suite) plant() (made seeded, err error) {
	made.dir = filepath.Join(s.dir, "seed")
	err = withApp(made.dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		if err := seed(a, "small"); err != nil {
			return err
		}
		sets, err := a.RoundList(kpi.Actor{User: kpi.User{Login: "dieuphoi", Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, At: time.Now()})
		if err != nil || len(sets) != 1 {
			return fmt.Errorf("rounds of the demo: %d sets, %w", len(sets), err)
		}
		made.month = sets[0].Next - 1
		made.code, err = a.AddUser(a.System(), kpi.User{Login: secondClerk, Name: "Nhập liệu 2 – Sở Tài chính", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "STC"}}})
		return err
	})
	if err != nil {
		return made, err
	}
	return made, withSearch(made.dir, func(a *app.App) error { return a.RefreshSearch(context.Background(), nil) })
}

func (s *suite) startDemo() (*server, error) {
	dir := filepath.Join(s.dir, "demo")
	if err := copySeed(dir); err != nil {
		return nil, err
	}
	srv, err := start("demo", "--data", dir, "--listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	srv.dir = dir
	s.atEnd(srv.stop)
	return srv, nil
}

func (s *suite) startLarge() (*server, error) {
	srv, err := startLarge(filepath.Join(s.dir, "large"), largeRows)
	if err == nil {
		s.atEnd(srv.stop)
	}
	return srv, err
}

// copySeed makes a demo folder that a test may change.
func copySeed(dir string) error {
	from, err := shared.seed()
	if err != nil {
		return fmt.Errorf("seed the demo: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	in, err := os.Open(filepath.Join(from.dir, store.FileName))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(dir, store.FileName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	if err := store.KeepAs(filepath.Join(from.dir, app.KeyFileName), filepath.Join(dir, app.KeyFileName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, name := range []string{store.FileFolder, indexFolder} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(from.dir, name))); err != nil {
			return err
		}
	}
	return nil
}

// demoCopy returns a demo folder of the test's own.
func demoCopy(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := copySeed(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// demoMonth returns the month of the demo's running round.
func demoMonth(t testing.TB) kpi.Month {
	t.Helper()
	made, err := shared.seed()
	if err != nil {
		t.Fatal(err)
	}
	return made.month
}

// sharedDemo returns the demo that runs for all tests: each test changes only sheets that no other one touches.
func sharedDemo(t testing.TB) *server {
	t.Helper()
	srv, err := shared.demo()
	if err != nil {
		t.Fatal(err)
	}
	return srv
}
