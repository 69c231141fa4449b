//go:build bench

package web

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// The size of a large province.
const (
	benchUnits      = 124
	benchIndicators = 300
	benchRounds     = 60
)

// TestBench measures the province-size store through HTTP beside bare bbolt in the same run, and prints one table.
func TestBench(t *testing.T) {
	debug.SetGCPercent(200) // as chiso serve does
	dir := t.TempDir()
	b := &bench{t: t, dir: dir}
	b.open()
	start := time.Now()
	if err := b.app.SeedProvince(benchUnits, benchIndicators, benchRounds, passphrase); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("Province of %d units, %d indicators, %d rounds made in %s.\n\n", benchUnits, benchIndicators, benchRounds, time.Since(start).Round(time.Second))
	b.close()
	b.raw = storetest.CopyRaw(t, dir)
	syscall.Sync() // what was made must not be written out while something else is measured
	fmt.Println("| work | ours | reference | ratio | goal |")
	fmt.Println("|---|---|---|---|---|")
	b.coldStart()
	b.reads()
	b.saves()
	b.memory()
	b.close()
}

type bench struct {
	t     *testing.T
	dir   string
	store *store.Store
	app   *app.App
	srv   *Server
	addr  string
	raw   *storetest.Raw
	round kpi.Round
	codes []string // of the indicators
	plain []string // of those that take any whole number
	units []string
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) open() {
	var err error
	b.store, err = store.Open(b.dir)
	b.must(err)
	b.app = app.New(app.Options{Store: b.store, Dir: b.dir})
	b.srv, err = New(Options{App: b.app, Province: "Tỉnh"})
	b.must(err)
}

func (b *bench) close() {
	if b.addr != "" {
		b.must(b.srv.Shutdown(5 * time.Second))
		b.addr = ""
	}
	b.must(b.store.Close())
}

func (b *bench) listen() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	b.must(err)
	b.addr = ln.Addr().String()
	go func() {
		if err := b.srv.Serve(ln); err != nil {
			b.t.Error(err)
		}
	}()
}

func row(work, ours, reference, ratio, goal string) {
	fmt.Printf("| %s | %s | %s | %s | %s |\n", work, ours, reference, ratio, goal)
}

func (b *bench) coldStart() {
	start := time.Now()
	b.open()
	b.listen()
	res, err := http.Get("http://" + b.addr + "/healthz")
	b.must(err)
	b.must(res.Body.Close())
	row("cold start to /healthz", time.Since(start).Round(time.Millisecond).String(), "–", "–", "≤ 1 s")

	sys := kpi.Actor{User: kpi.User{Login: "bench", Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, At: b.app.Now()}
	var ok bool
	b.round, ok, err = b.app.CurrentRound(sys, "nq57")
	b.must(err)
	if !ok {
		b.t.Fatal("no open round")
	}
	c, err := b.app.Catalogue(sys, "nq57", b.round.Month)
	b.must(err)
	for _, ind := range c.Indicators {
		b.codes = append(b.codes, ind.Code)
		if ind.Kind == kpi.KindNumber && !ind.Max.OK {
			b.plain = append(b.plain, ind.Code)
		}
	}
	units, err := b.app.Units(sys)
	b.must(err)
	for _, u := range units {
		b.units = append(b.units, u.Code)
	}
}

// median runs work n times and returns the median of its time.
func (b *bench) median(n int, work func()) time.Duration { return b.medianAfter(func() {}, n, work) }

// medianAfter is median with something done each time before, which does not count.
func (b *bench) medianAfter(before func(), n int, work func()) time.Duration {
	times := make([]time.Duration, n)
	work()
	for i := range times {
		before()
		start := time.Now()
		work()
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times[n/2]
}

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.2f ×", float64(a)/float64(b)) }

// cpu returns the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (b *bench) reads() {
	coordinator := b.signIn("dieuphoi")
	clerk := b.signIn("nhaplieu." + strings.ToLower(b.units[0]))
	boss := kpi.Actor{User: kpi.User{Login: "dieuphoi", Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, At: b.app.Now()}
	base := "nq57/" + b.round.Month.String()

	page := func(who *client, path string) func() {
		return func() {
			if n := len(who.get(path)); n < 1000 {
				b.t.Fatalf("%s: %d bytes", path, n)
			}
		}
	}
	scan := func(prefix string) (func(), int) {
		n, _, err := b.raw.Scan("cell", prefix)
		b.must(err)
		return func() {
			_, _, err := b.raw.Scan("cell", prefix)
			b.must(err)
		}, n
	}

	used := func(work func()) string {
		const times = 50
		work()
		before := cpu()
		for range times {
			work()
		}
		return ((cpu() - before) / times).Round(10 * time.Microsecond).String()
	}
	bare, _ := scan("nq57|" + b.round.Month.String() + "|" + b.units[0] + "|")
	bareSheet := b.median(50, bare).String() + " bare scan"
	row("sheet of 300 cells, whole page, processor time", used(page(clerk, "/nhap-lieu/"+base+"/"+b.units[0])), bareSheet, "–", "≤ 4 ms")
	row("the same sheet read and checked, processor time", used(func() {
		v, err := b.app.Sheet(boss, "nq57", b.round.Month, b.units[0])
		b.must(err)
		if len(v.Rows) < benchIndicators/2 {
			b.t.Fatalf("%d rows", len(v.Rows))
		}
	}), bareSheet, "–", "–")

	bare, n := scan("nq57|" + b.round.Month.String() + "|")
	table := page(coordinator, "/tong-hop/"+base+"?tam=1")
	ours, ref := b.median(101, table), b.median(101, bare)
	row(fmt.Sprintf("province table of one round, whole page, %d live cells", n), ours.Round(10*time.Microsecond).String(), ref.Round(10*time.Microsecond).String()+" bare scan", ratio(ours, ref), "≤ 4 ×")
	set := 0
	ours = b.medianAfter(func() {
		set++
		b.must(b.app.SetOverride(boss, "nq57", b.round.Month, b.plain[0], strconv.Itoa(set), "Đo tốc độ"))
	}, 15, table)
	row("the same page, read anew after each change of the round", ours.Round(10*time.Microsecond).String(), ref.Round(10*time.Microsecond).String()+" bare scan", ratio(ours, ref), "–")

	ours = b.median(15, page(coordinator, "/theo-doi/"+base))
	row("board of 124 units, whole page", ours.Round(100*time.Microsecond).String(), ref.Round(10*time.Microsecond).String()+" bare scan", ratio(ours, ref), "≤ 30 ms")

	var keys []string
	for m := b.round.Month - benchRounds + 1; m <= b.round.Month; m++ {
		for _, u := range b.units {
			keys = append(keys, "nq57|"+m.String()+"|"+u+"|"+b.codes[10])
		}
	}
	ours = b.median(31, func() {
		p, err := b.app.IndicatorPage(boss, "nq57", b.codes[10], benchRounds)
		b.must(err)
		if len(p.Points) < benchRounds/12 {
			b.t.Fatalf("%d points", len(p.Points))
		}
	})
	ref = b.median(31, func() {
		found, err := b.raw.Get("cell", keys)
		b.must(err)
		if found < len(keys)/2 {
			b.t.Fatalf("%d records of %d", found, len(keys))
		}
	})
	row("one indicator over 60 rounds", ours.Round(10*time.Microsecond).String(), ref.Round(10*time.Microsecond).String()+" bare reads of all its cells", ratio(ours, ref), "≤ 3 ×")

	start := time.Now()
	_, data, err := b.app.ExportTable(boss, "Tỉnh", "nq57", b.round.Month, false)
	b.must(err)
	row("Excel of the table, units on a second sheet", time.Since(start).Round(time.Millisecond).String(), fmt.Sprintf("%d KB", len(data)>>10), "–", "see app/workbook")
}

// saveSizes are the records that one save writes: cell, event, its index, two hashes, two counters, the answer.
var saveSizes = []int{84, 150, 0, 32, 32, 12, 12, 70}

func (b *bench) saves() {
	const span = 4 * time.Second
	raw, n := storetest.OpenRaw(b.t), uint64(0)
	start := time.Now()
	for time.Since(start) < span {
		b.must(raw.Put(n, saveSizes...))
		n++
	}
	bare := float64(n) / time.Since(start).Seconds()
	const people = 32
	sessions := make([]*client, people)
	for i := range sessions {
		sessions[i] = b.signIn("nhaplieu." + strings.ToLower(b.units[i]))
	}
	goals := map[int]string{1: "≥ 0.6 ×", 32: "≥ 2.5 ×", 256: "≥ 4 ×"}
	for _, clients := range []int{1, 32, 256} {
		rate, p50, p99 := b.load(sessions, clients, span, 0)
		row(fmt.Sprintf("save one cell, %d at once (p50 %s, p99 %s)", clients, p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond)),
			fmt.Sprintf("%.0f/s", rate), fmt.Sprintf("%.0f/s bare Update", bare), fmt.Sprintf("%.2f ×", rate/bare), goals[clients])
	}
	for _, clients := range []int{1, 32} { // in turns: the machine is not the same from one minute to the next
		const turns = 8
		var with, without []float64
		for range turns {
			rate, _, _ := b.load(sessions, clients, span/8, 0)
			without = append(without, rate)
			b.must(b.store.BeginJournal(filepath.Join(b.t.TempDir(), "run"), time.Now))
			rate, _, _ = b.load(sessions, clients, span/8, 0)
			with = append(with, rate)
			if st := b.store.JournalState(); !st.On {
				b.t.Error(st.Trouble)
			}
			b.store.EndJournal()
		}
		slices.Sort(with)
		slices.Sort(without)
		row(fmt.Sprintf("save one cell with a journal, %d at once", clients), fmt.Sprintf("%.0f/s", with[turns/2]), fmt.Sprintf("%.0f/s without", without[turns/2]),
			fmt.Sprintf("%.2f ×", with[turns/2]/without[turns/2]), "≥ 0.9 ×")
	}
	rate, p50, p99 := b.load(sessions, 300, 20*time.Second, 2*time.Second)
	disk := make([]time.Duration, 0, 2000)
	for next := time.Now(); len(disk) < cap(disk); n++ { // the same bytes in the same rhythm
		next = next.Add(time.Duration(float64(time.Second) / rate))
		time.Sleep(time.Until(next))
		at := time.Now()
		b.must(raw.Put(n, saveSizes...))
		disk = append(disk, time.Since(at))
	}
	slices.Sort(disk)
	bareP99 := disk[len(disk)*99/100]
	row(fmt.Sprintf("300 clerks, one cell each per 2 s (%.0f/s, p50 %s)", rate, p50.Round(100*time.Microsecond)), "p99 "+p99.Round(100*time.Microsecond).String(),
		"p99 "+bareP99.Round(100*time.Microsecond).String()+" bare Update as often", ratio(p99, bareP99), "≤ 50 ms, none lost, none doubled")
}

// load lets clients save cells of their own for a while, each pausing between two, and checks at the end that every
// cell holds what was last acknowledged, in as many versions as were acknowledged.
func (b *bench) load(sessions []*client, clients int, span, pause time.Duration) (rate float64, p50, p99 time.Duration) {
	type result struct {
		times []time.Duration
		code  string
		unit  string
		last  string
		v     int
	}
	results := make([]result, clients)
	for i := range results {
		r := &results[i]
		r.unit, r.code = sessions[i%len(sessions)].unit, b.plain[i/len(sessions)]
		r.v = b.version(r.unit, r.code)
	}
	var wg sync.WaitGroup
	start := time.Now()
	for i := range clients {
		wg.Go(func() {
			c, r := sessions[i%len(sessions)], &results[i]
			if pause > 0 {
				time.Sleep(pause * time.Duration(i) / time.Duration(clients))
			}
			for n := 0; time.Since(start) < span; n++ {
				raw := fmt.Sprint(1000 + n%9000)
				if raw == r.last {
					continue
				}
				at := time.Now()
				body := fmt.Sprintf(`{"items":[{"k":%q,"v":%d,"op":"bench-%d-%d-%d","raw":%q}]}`, r.code, r.v, start.UnixNano(), i, n, raw)
				answer := c.post("/nhap-lieu/nq57/"+b.round.Month.String()+"/"+c.unit+"/o", body)
				if !bytes.Contains(answer, []byte(`"saved"`)) {
					b.t.Errorf("not saved: %s", answer)
					return
				}
				r.times = append(r.times, time.Since(at))
				r.last = raw
				if v := savedVersion(answer); v != r.v { // unless the cell held this number already
					r.v++
					if v != r.v {
						b.t.Errorf("version %d after %d", v, r.v-1)
					}
				}
				time.Sleep(pause)
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	var all []time.Duration
	for _, r := range results {
		all = append(all, r.times...)
		b.must(b.store.View(func(tx *store.Tx) error {
			c, err := tx.Cell(kpi.CellKey{Set: "nq57", Month: b.round.Month, Unit: r.unit, Indicator: r.code})
			if err == nil && (c.Value.String() != r.last || int(c.Version) != r.v) {
				b.t.Errorf("%s of %s: stored %s in version %d, acknowledged %s in %d", r.code, r.unit, c.Value, c.Version, r.last, r.v)
			}
			return err
		}))
	}
	if len(all) == 0 {
		b.t.Fatal("nothing was saved")
	}
	slices.Sort(all)
	return float64(len(all)) / took.Seconds(), all[len(all)/2], all[len(all)*99/100]
}

var reVersion = regexp.MustCompile(`"v":(\d+)`)

// savedVersion returns the version that the answer to one save gives the cell.
func savedVersion(answer []byte) int {
	m := reVersion.FindSubmatch(answer)
	if m == nil {
		return -1
	}
	v, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return -1
	}
	return v
}

func (b *bench) version(unit, code string) (v int) {
	b.must(b.store.View(func(tx *store.Tx) error {
		c, err := tx.Cell(kpi.CellKey{Set: "nq57", Month: b.round.Month, Unit: unit, Indicator: code})
		v = int(c.Version)
		return err
	}))
	return v
}

func (b *bench) memory() {
	b.must(b.raw.Close()) // its mapped pages are not the program's
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return // not Linux
	}
	find := func(name string) string {
		m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
		if m == nil {
			return "?"
		}
		return string(m[1]) + " kB"
	}
	row("memory after all this, clients included", find("VmRSS"), find("RssAnon")+" of it anonymous", "–", "≤ 300 MB, ≤ 80 MB anonymous")
}
