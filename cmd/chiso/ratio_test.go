package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// slow makes every answer of the server take at least so long.
func (b *tab) slow(latency time.Duration) {
	b.t.Helper()
	rule := network.Conditions{Latency: float64(latency.Milliseconds()), DownloadThroughput: -1, UploadThroughput: -1}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&rule}}); err != nil {
		b.fail("slow the network: %v", err)
	}
}

// Somebody types a new numerator and denominator faster than the server answers. The numerator alone does not fit the
// old denominator and is refused; together they are right, and both are saved.
func TestRatio_TypedFasterThanTheAnswer(t *testing.T) {
	t.Parallel()
	s := signedIn(t, sharedDemo(t), "nhaplieu.22045").openSheet(sheetOf(t, "22045"))
	s.alone()
	var code string
	for _, c := range s.cells() {
		if c.Kind == "ratio" {
			code = c.Code
			break
		}
	}
	s.enterRatio(code, "20", "30")
	s.stored(code)
	s.slow(500 * time.Millisecond)
	s.fill(field("c", code), "180")
	s.keys(kb.Tab)
	s.focused(field("d", code))
	s.keys("200" + kb.Tab)
	s.allSaved()
	s.stored(code)
	s.has(fmt.Sprintf("tr:has(%s) output", field("c", code)), "90,0")
	s.slow(0)
	s.open(s.path)
	if num, den := s.value(field("c", code)), s.value(field("d", code)); num != "180" || den != "200" {
		t.Errorf("the cell holds %s/%s, want 180/200", num, den)
	}
}

// A dot that was read as the decimal mark is told beside the cell, until something else is typed.
func TestNumber_TellsHowItWasRead(t *testing.T) {
	t.Parallel()
	s := signedIn(t, sharedDemo(t), "nhaplieu.22045").openSheet(sheetOf(t, "22045"))
	s.ready()
	code := js[string](s.tab, `[...document.querySelectorAll("#sheet input[name^='c.']")].find(e => e.dataset.d > 0 && !document.querySelector("[name='d." + e.name.slice(2) + "']"))?.name.slice(2) ?? ""`)
	if code == "" {
		t.Fatal("no number with decimals on the sheet")
	}
	s.enter(code, "12.5")
	s.stored(code)
	s.says(code, "Đã hiểu dấu chấm là dấu thập phân.")
	s.enter(code, "12,6")
	s.until("the words to go", fmt.Sprintf(`!document.querySelector('tr:has(%s) .cell-msg').textContent.includes("dấu thập phân")`, field("c", code)))
	s.stored(code)
}
