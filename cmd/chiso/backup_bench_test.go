//go:build bench

package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app"
)

const (
	benchClients = 50
	benchPause   = 200 * time.Millisecond // between two saves of one client: ten times faster than people
	benchTime    = 60 * time.Second
)

// TestBenchBackup measures the shipped program on a large province: what a backup costs those who save meanwhile, and how long
// a backup with its proof, a check and a restore take.
func TestBenchBackup(t *testing.T) {
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	data := filepath.Join(root, "data")
	if err := withApp(data, slog.New(slog.DiscardHandler), func(a *app.App) error { return seed(a, "province") }); err != nil {
		t.Fatal(err)
	}
	srv, err := start("demo", "--data", data, "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	people := benchPeople(t, srv)
	people.run(benchTime / 10) // until nothing is measured for the first time
	admin := newClient(t, srv).signIn("quantri", demoPassword)
	admin.get("/quan-tri/sao-luu")
	var backups []span
	done := make(chan bool)
	go func() {
		defer close(done)
		for end := time.Now().Add(benchTime); time.Now().Before(end); {
			one := span{from: time.Now()}
			res, err := admin.http.PostForm(admin.base+"/quan-tri/sao-luu", url.Values{"csrf": {admin.csrf}})
			if err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("backup: %v %v", res, err)
				return
			}
			_ = res.Body.Close()
			one.to = time.Now()
			backups = append(backups, one)
			time.Sleep(one.took()) // as long without a backup: whatever else the machine does falls on both
		}
	}()
	saves := people.run(benchTime)
	<-done
	var quiet, busy, backupTimes []time.Duration
	for _, s := range saves {
		if slices.ContainsFunc(backups, s.meets) {
			busy = append(busy, s.took())
		} else {
			quiet = append(quiet, s.took())
		}
	}
	for _, b := range backups {
		backupTimes = append(backupTimes, b.took())
	}
	if err := srv.stop(); err != nil {
		t.Fatal(err)
	}

	fmt.Println("| work | ours | reference | ratio | goal |")
	fmt.Println("|---|---|---|---|---|")
	fmt.Printf("| p99 of a save, %d clients, %d saves/s, %d during a hot backup, %d between two | %s | %s without a backup | %.2f × | ≤ 2 × |\n",
		benchClients, int(float64(len(saves))/benchTime.Seconds()), len(busy), len(quiet), quantile(busy, 0.99), quantile(quiet, 0.99), float64(quantile(busy, 0.99))/float64(quantile(quiet, 0.99)))
	fmt.Printf("| p50 of the same | %s | %s | %.2f × | |\n", quantile(busy, 0.5), quantile(quiet, 0.5), float64(quantile(busy, 0.5))/float64(quantile(quiet, 0.5)))
	size := "?"
	if info, err := os.Stat(filepath.Join(data, "chiso.db")); err == nil {
		size = fmt.Sprintf("%d MB", info.Size()>>20)
	}
	fmt.Printf("| 2.2 million values (%s) backed up and proven while they save, slowest of %d | %s | | | ≤ 30 s |\n", size, len(backups), quantile(backupTimes, 1))
	timed := func(work, goal string, args ...string) {
		began := time.Now()
		runProgram(t, program, args...).exits(exitOK)
		fmt.Printf("| %s | %s | | | %s |\n", work, time.Since(began).Round(10*time.Millisecond), goal)
	}
	timed("the same on a stopped server", "≤ 30 s", "backup", "--data", data, "--out", filepath.Join(root, "backup"))
	made, err := filepath.Glob(filepath.Join(root, "backup", "chiso-*"))
	if err != nil || len(made) != 1 {
		t.Fatalf("%v, %v", made, err)
	}
	timed("checked: chiso verify", "", "verify", made[0])
	timed("restored and proven: chiso restore", "≤ 30 s", "restore", made[0], "--data", filepath.Join(root, "new"))
	timed("looked over: chiso doctor", "", "doctor", "--data", filepath.Join(root, "new"))
}

func quantile(list []time.Duration, q float64) time.Duration {
	slices.Sort(list)
	return list[int(q*float64(len(list)-1))].Round(10 * time.Microsecond)
}

// crowd is people who save, each on a sheet of their own.
type crowd []*benchPerson

type benchPerson struct {
	*client
	sheet string
	codes []string
	cells map[string]cellOnPage
	n     int
}

// benchPeople signs the clerks of the first units in and finds out which cells of their sheets take small whole numbers.
func benchPeople(t *testing.T, srv *server) (people crowd) {
	t.Helper()
	list, err := os.ReadFile("../../app/demo/units.csv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.SplitAfterN(string(list), "\n", 2)[1]) {
		unit, _, _ := strings.Cut(line, ",")
		p := &benchPerson{client: newClient(t, srv).signIn("nhaplieu."+strings.ToLower(unit), demoPassword)}
		if p.sheet = attribute(p.get("/nhap-lieu"), `a[href^="/nhap-lieu/`+demoSet+`/"][href$="/`+unit+`"]`, "href"); p.sheet == "" {
			t.Fatalf("no sheet of %s", unit)
		}
		p.cells = p.numbers(p.sheet)
		for code := range p.cells {
			if p.takes(code, "7") && p.takes(code, "6") {
				p.codes = append(p.codes, code)
			}
			if len(p.codes) == 20 {
				break
			}
		}
		if people = append(people, p); len(people) == benchClients {
			break
		}
	}
	return people
}

// takes saves a number in a cell and reports whether it was taken.
func (p *benchPerson) takes(code, raw string) bool {
	got, err := p.save(p.sheet, code, raw, "bench-"+raw+"-"+strings.ReplaceAll(code, ".", "-"), p.cells[code].version)
	if err != nil || got.Status != "saved" {
		return false
	}
	p.cells[code] = cellOnPage{got.Raw, got.Version}
	return true
}

// span is a stretch of time.
type span struct{ from, to time.Time }

func (s span) took() time.Duration { return s.to.Sub(s.from) }

func (s span) meets(o span) bool { return s.from.Before(o.to) && o.from.Before(s.to) }

// run lets everybody save for a while and returns when each save was under way.
func (people crowd) run(d time.Duration) (all []span) {
	var mu sync.Mutex
	var wait sync.WaitGroup
	end := time.Now().Add(d)
	for i, p := range people {
		wait.Go(func() {
			time.Sleep(benchPause * time.Duration(i) / benchClients)
			var own []span
			for next := time.Now(); time.Now().Before(end); next = next.Add(benchPause) {
				time.Sleep(time.Until(next))
				own = append(own, p.once())
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, own...)
		})
	}
	wait.Wait()
	return all
}

// once saves the next cell and returns when.
func (p *benchPerson) once() (s span) {
	p.n++
	code := p.codes[p.n%len(p.codes)]
	s.from = time.Now()
	got, err := p.save(p.sheet, code, strconv.Itoa(6+p.n/len(p.codes)%2), fmt.Sprintf("bench-run-%d", p.n), p.cells[code].version)
	s.to = time.Now()
	if err != nil || got.Status != "saved" {
		p.t.Errorf("%s %s: %+v, %v", p.sheet, code, got, err)
		return s
	}
	p.cells[code] = cellOnPage{got.Raw, got.Version}
	return s
}
