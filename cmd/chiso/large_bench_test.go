//go:build bench

package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestBenchSheet measures the entry sheet of 300 numbers in a browser whose processor is slowed down six times: from
// Enter until the next cell has been painted, and from the paste of 300 cells until they have.
func TestBenchSheet(t *testing.T) {
	srv, err := startLarge(filepath.Join(t.TempDir(), "data"), 300)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.kill)
	b := newTab(t, srv).signIn("hoa.dv1", largePass)
	s := b.openSheet(fmt.Sprintf("/nhap-lieu/%s/%s/DV1", demoSet, largeMonth()))
	s.ready()
	s.alone()
	bytes := js[int](b, `performance.getEntriesByType("navigation")[0].transferSize`)
	nodes := js[int](b, "document.querySelectorAll('*').length")
	if _, err := chromedp.Call(b.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 6}); err != nil {
		t.Fatal(err)
	}
	s.at("1.002")
	enter := js[[]float64](b, `(async () => {
		const painted = () => new Promise(r => requestAnimationFrame(() => setTimeout(r, 0))), took = [];
		for (let i = 0; i < 60; i++) { // some four cells a second, faster than anybody types
			await new Promise(r => setTimeout(r, 200));
			document.activeElement.value = String(i % 90);
			const start = performance.now();
			document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
			await painted();
			took.push(performance.now() - start);
		}
		took.sort((x, y) => x - y);
		return [took[29], took[56]];
	})()`)
	s.allSaved()
	lines := strings.Repeat("5\r\n", 300)
	open := js[float64](b, `(async () => {
		document.querySelector("[name='c.1.001']").focus();
		const data = new DataTransfer();
		data.setData("text/plain", `+quote(lines)+`);
		const start = performance.now();
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
		await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)));
		return performance.now() - start;
	})()`)
	write := js[float64](b, `(async () => {
		const start = performance.now();
		document.querySelector("dialog[open] .btn-main").click();
		await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)));
		while (!document.getElementById("said").textContent.startsWith("Đã dán")) await new Promise(r => setTimeout(r, 0));
		await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)));
		return performance.now() - start;
	})()`)
	s.allSaved()
	fmt.Println("| work | ours | reference | ratio | goal |")
	fmt.Println("|---|---|---|---|---|")
	fmt.Printf("| sheet of 300 rows, the page (%d elements) | %.1f KB | – | – | ≤ 40 KB |\n", nodes, float64(bytes)/1024)
	fmt.Printf("| Enter to the next cell at 6× slow-down, p50 (p95) | %.0f ms (%.0f) | – | – | ≤ 100 ms |\n", enter[0], enter[1])
	fmt.Printf("| paste of 300 cells at 6× slow-down, to the preview | %.0f ms | – | – | ≤ 300 ms |\n", open)
	fmt.Printf("| paste of 300 cells at 6× slow-down, into the sheet | %.0f ms | – | – | ≤ 300 ms |\n", write)
}
