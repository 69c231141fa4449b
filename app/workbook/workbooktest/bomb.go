package workbooktest

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Bomb is an upload that expands or multiplies.
type Bomb struct {
	ID   string
	Data func() []byte
	Want string // a part of the sentence in which it is refused; "": it may be read
}

// Bombs makes bombs out of a good workbook.
func Bombs(t testing.TB, whole []byte) []Bomb {
	t.Helper()
	good := Unzip(t, whole)
	sheet := func(xml string) []byte { return Zip(t, Edit(t, good, Sheet1, Rows(xml))) }
	lists := func(xml string) []byte { return Zip(t, Add(good, "xl/sharedStrings.xml", xml)) }
	noise := func(n int) string { // packs badly, so that no ratio gives it away
		b := make([]byte, n)
		x := uint32(1)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[x>>24%36]
		}
		return string(b)
	}
	return []Bomb{
		{"s09 sheet", func() []byte { return sheet(strings.Repeat(`<row><c><v>1</v></c></row>`, 1_300_000)) }, "giải nén"},
		{"s10 shared strings", func() []byte {
			return lists("<sst>" + strings.Repeat("<si><t>aaaaaaaa</t></si>", 1_400_000) + "</sst>")
		}, "giải nén"},
		{"s11 620,000 rows", func() []byte { return sheet(Numbered(620_000, 1)) }, "20000 hàng"},
		{"60,000 rows", func() []byte { return sheet(Numbered(60_000, 4)) }, "20000 hàng"},
		{"s11 empty rows", func() []byte { return sheet(strings.ReplaceAll(Numbered(400_000, 0), "></row>", "/>")) }, ""},
		{"tokens", func() []byte { return sheet("<row>" + noisy("<c/>", 2_100_000) + "</row>") }, "giải nén"},
		{"attributes", func() []byte {
			var b strings.Builder
			for i := range 600_000 {
				fmt.Fprintf(&b, ` a%x=""`, i*7919)
			}
			return sheet("<row" + b.String() + "/>")
		}, "dài quá mức"},
		{"one long comment", func() []byte { return sheet("<!--" + noise(12<<20) + "-->") }, "dài quá mức"},
		{"one long text", func() []byte { return lists("<sst><si><t>" + noise(12<<20) + "</t></si></sst>") }, "dài quá mức"},
		{"million cells in the last column", func() []byte {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, `<row><c r="GR%d"><v>%d</v></c></row>`, i+1, i)
			}
			return sheet(b.String())
		}, "một triệu ô"},
		{"merged areas", func() []byte {
			xml := strings.Repeat(`<row><c><v>1</v></c></row>`, 19_999) + `<row><c/><c r="GR20000"><v>1</v></c></row>`
			return Zip(t, Edit(t, good, Sheet1, func(s string) string {
				s = Rows(xml)(s)
				return s[:strings.Index(s, "</sheetData>")] + `</sheetData><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:GR20000"/>`, 5000) + `</mergeCells></worksheet>`
			}))
		}, "một triệu ô"},
		{"700,000 cells", func() []byte { return sheet(Numbered(3500, 200)) }, ""},
		{"5,000 rows", func() []byte { return sheet(Numbered(5000, 3)) }, ""},
	}
}

// Numbered is the XML of a table of different numbers.
func Numbered(height, width int) string {
	var b []byte
	x := uint32(1)
	for row := range height {
		b = append(strconv.AppendInt(append(b, `<row r="`...), int64(row+1), 10), `">`...)
		for range width {
			x = x*1664525 + 1013904223
			b = append(strconv.AppendUint(append(b, "<c><v>"...), uint64(x>>12), 10), "</v></c>"...)
		}
		b = append(b, "</row>"...)
	}
	return string(b)
}

// noisy repeats xml with comments in between that keep it from packing well.
func noisy(xml string, n int) string {
	var b strings.Builder
	x := uint32(1)
	for i := range n {
		b.WriteString(xml)
		if x = x*1664525 + 1013904223; i%50 == 0 {
			fmt.Fprintf(&b, "<!--%x-->", x)
		}
	}
	return b.String()
}

// Cost is what a piece of work takes, in what does not depend on how busy the machine is.
type Cost struct {
	Peak   uint64 // bytes by which the heap grew at most
	Bytes  uint64 // allocated in all
	Pieces uint64 // allocations
}

// CostOf measures f. Nothing else may run meanwhile: no parallel test calls it.
func CostOf(f func()) Cost {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before, peak := stats, stats.HeapAlloc
	done := make(chan bool)
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				runtime.ReadMemStats(&stats)
				peak = max(peak, stats.HeapAlloc)
			}
		}
	})
	f()
	close(done)
	watch.Wait()
	runtime.ReadMemStats(&stats)
	return Cost{max(peak, stats.HeapAlloc) - before.HeapAlloc, stats.TotalAlloc - before.TotalAlloc, stats.Mallocs - before.Mallocs}
}

// Bounded reports whether the cost is within what reading any one file may take.
func (c Cost) Bounded() bool { return c.Peak <= 100<<20 && c.Bytes <= 250<<20 && c.Pieces <= 6_000_000 }

func (c Cost) String() string {
	return fmt.Sprintf("%d MB at a time, %d MB in all, %d allocations", c.Peak>>20, c.Bytes>>20, c.Pieces)
}
