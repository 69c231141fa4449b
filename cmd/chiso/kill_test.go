package main

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// cellOnPage is a cell of a sheet as its page shows it.
type cellOnPage struct {
	raw     string
	version uint32
}

// numbers returns the cells of a sheet that hold one number, by code.
func (c *client) numbers(sheet string) map[string]cellOnPage {
	c.t.Helper()
	root := c.get(sheet)
	cells := map[string]cellOnPage{}
	for _, n := range cascadia.QueryAll(root, cascadia.MustCompile(`#sheet input.cell[name^="c."]`)) {
		code := strings.TrimPrefix(attributeOf(n, "name"), "c.")
		if cascadia.Query(root, cascadia.MustCompile(`[name="d.`+code+`"]`)) != nil {
			continue // a ratio
		}
		seen, _, _ := strings.Cut(attribute(root, `[name="v.`+code+`"]`, "value"), "-")
		version, err := strconv.ParseUint(seen, 10, 32)
		if err != nil {
			c.t.Fatalf("cell %s shows version %q", code, seen)
		}
		cells[code] = cellOnPage{attributeOf(n, "value"), uint32(version)}
	}
	return cells
}

func attributeOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Several people save while the process is killed, three times over: what was acknowledged is there afterwards, and
// nobody has to sign in again.
func TestKill_AcknowledgedCellsSurvive(t *testing.T) {
	t.Parallel()
	srv := ownDemo(t)
	var people []*saver
	for _, unit := range []string{"22015", "SYT", "STC"} {
		c := newClient(t, srv).signIn("nhaplieu."+strings.ToLower(unit), demoPassword)
		people = append(people, &saver{client: c, sheet: fmt.Sprintf("/nhap-lieu/%s/%s/%s", demoSet, demoMonth(t), unit)})
	}
	for round := range 3 {
		var all sync.WaitGroup
		for _, p := range people {
			p.acked = p.numbers(p.sheet)
			p.saves.Store(0)
			all.Go(func() { p.saveUntilDeath(round) })
		}
		for end := time.Now().Add(patience); saved(people) < 60 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		srv.kill()
		all.Wait()
		if err := srv.restart(); err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			p.compare(round)
		}
		if n := saved(people); n < 60 {
			t.Errorf("round %d: only %d saves within %s", round, n, patience)
		}
	}
}

// saver is a person who saves numbers, cell after cell, and remembers what the server has acknowledged.
type saver struct {
	*client
	sheet string
	acked map[string]cellOnPage
	saves atomic.Int64
}

// saved returns how many saves of the people the server has acknowledged since it was started.
func saved(people []*saver) (n int64) {
	for _, p := range people {
		n += p.saves.Load()
	}
	return n
}

func (p *saver) saveUntilDeath(round int) {
	for n := 1; ; n++ {
		for code, cell := range p.acked {
			got, err := p.save(p.sheet, code, strconv.Itoa(n%90+1), fmt.Sprintf("kill-%d-%d-%s", round, n, strings.ReplaceAll(code, ".", "-")), cell.version)
			if err != nil {
				return // the server is gone
			}
			if got.Status == "saved" {
				p.acked[code] = cellOnPage{got.Raw, got.Version}
				p.saves.Add(1)
			}
		}
	}
}

// compare fails the test unless the sheet holds what was acknowledged last, or the one save after it that was under
// way when the server died.
func (p *saver) compare(round int) {
	p.t.Helper()
	for code, now := range p.numbers(p.sheet) {
		acked := p.acked[code]
		if now != acked && now.version != acked.version+1 {
			p.t.Errorf("round %d, %s cell %s: acknowledged %q as version %d, found %q as version %d", round, p.sheet, code, acked.raw, acked.version, now.raw, now.version)
		}
	}
}
