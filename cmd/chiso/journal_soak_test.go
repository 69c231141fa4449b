//go:build soak && linux

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app"
)

// ack is one save that the server has acknowledged.
type ack struct {
	at   time.Time
	code string
	cell cellOnPage
}

// acks saves until the server is gone and returns what was acknowledged when, in order.
func (p *saver) acks(round int) (list []ack) {
	for n := 1; ; n++ {
		for code, cell := range p.acked {
			got, err := p.save(p.sheet, code, strconv.Itoa(n%90+1), fmt.Sprintf("journal-%d-%d-%s", round, n, strings.ReplaceAll(code, ".", "-")), cell.version)
			if err != nil {
				return list
			}
			if got.Status == "saved" {
				p.acked[code] = cellOnPage{got.Raw, got.Version}
				p.saves.Add(1)
				list = append(list, ack{time.Now(), code, p.acked[code]})
			}
		}
	}
}

// TestSoakJournal takes the data away from a server under load, CHISO_LOSSES times (10), and restores them from the journal: with only the
// process killed nothing that was acknowledged is lost, with the disk gone first at most what was acknowledged in the last second.
// Without the journal's records, by its base alone, the same comparison must find losses.
func TestSoakJournal(t *testing.T) {
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	journal := filepath.Join(t.TempDir(), "journal")
	lines := "  journal_dir: " + journal + "\n" // goes on with the part «backup»
	data := demoCopy(t)
	key, err := os.ReadFile(filepath.Join(data, app.KeyFileName)) // kept elsewhere, as the officer is told to
	if err != nil {
		t.Fatal(err)
	}
	lost, total := 0, 0
	for round := range soakCount("CHISO_LOSSES", 10) {
		srv := serving(t, data, lines)
		people := crowd(t, srv, "22015", "SYT", "STC")
		until(t, "a base", func() bool {
			list, _ := filepath.Glob(filepath.Join(journal, "chuoi-*", "chiso-*", "manifest.json"))
			return len(list) > 0 && recent(t, list[len(list)-1], srv)
		})
		before := make([]map[string]cellOnPage, len(people))
		acked := make([][]ack, len(people))
		var all sync.WaitGroup
		for i, p := range people {
			p.acked = p.numbers(p.sheet)
			before[i] = maps.Clone(p.acked)
			p.saves.Store(0)
			all.Go(func() { acked[i] = p.acks(round) })
		}
		for end := time.Now().Add(patience); saved(people) < int64(300+50*round) && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		destroyed := time.Now()
		diskFirst := round%2 == 1
		if diskFirst {
			if err := os.RemoveAll(data); err != nil {
				t.Fatal(err)
			}
		}
		srv.kill()
		all.Wait()
		data = filepath.Join(t.TempDir(), "data")
		runProgram(t, program, "restore", journal, "--data", data).exits(exitOK)
		if err := os.WriteFile(filepath.Join(data, app.KeyFileName), key, 0o600); err != nil {
			t.Fatal(err)
		}
		runDoctor(t, data)
		again := serving(t, data, "")
		for i, p := range people {
			c := newClient(t, again).signIn("nhaplieu."+strings.ToLower(p.sheet[strings.LastIndex(p.sheet, "/")+1:]), demoPassword)
			now := c.numbers(p.sheet)
			newest := maps.Clone(before[i])
			for _, a := range acked[i] {
				if diskFirst && a.at.After(destroyed.Add(-time.Second)) {
					break
				}
				newest[a.code] = a.cell
			}
			total += len(acked[i])
			for code, cell := range newest {
				if now[code].version < cell.version {
					t.Errorf("round %d, cell %s of %s: acknowledged version %d, found %d", round, code, p.sheet, cell.version, now[code].version)
				}
				if before[i][code].version < cell.version {
					lost++ // by the base alone
				}
			}
		}
		if err := again.stop(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d acknowledged saves compared; the bases alone would have lost %d cells", total, lost)
	if lost == 0 {
		t.Error("the test cannot fail")
	}
}

// recent reports whether the file was made since the server was started.
func recent(t *testing.T, path string, srv *server) bool {
	t.Helper()
	made, err := os.Stat(path)
	if err != nil {
		return false
	}
	begun, err := os.Stat(filepath.Join(srv.dir, "dang-chay"))
	return err == nil && !made.ModTime().Before(begun.ModTime())
}
