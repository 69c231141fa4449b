package main

import (
	"fmt"
	"testing"
)

// How a rate is computed is found from the sheet by keyboard alone: the row's panel, its box, a few letters.
func TestPanel_FindsHowARateIsComputed(t *testing.T) {
	t.Parallel()
	b := signedIn(t, sharedDemo(t), "nhaplieu.24373")
	s := b.openSheet(sheetOf(t, "24373"))
	s.ready()
	js[bool](b, `(async () => {
		while ((await (await fetch("/tim?q=so")).text()).includes("đang được lập")) await new Promise(r => setTimeout(r, 200));
		return true;
	})()`)
	var code string
	for _, c := range s.cells() {
		if c.Kind == "ratio" {
			code = c.Code
			break
		}
	}
	s.at(code)
	s.has(fmt.Sprintf(".panel-body[data-code=%q] dt", code), "Cách tính")
	s.press("Control+Enter")
	s.press("/") // the panel's own box, not that of the page
	s.until("the focus in the box of the panel", `document.activeElement.matches("#panel-guidance [data-search]")`)
	s.write("ty le")
	s.has("#panel-found mark", "lệ")
	s.press("Escape")
	s.until("the focus back in the cell", fmt.Sprintf(`document.activeElement.name === %q`, "c."+code))
}
