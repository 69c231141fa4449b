package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab until the element of the selector has the focus, and fails the test if the focus cannot be seen
// somewhere on the way or never arrives.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 400 {
		b.keys(kb.Tab)
		switch js[string](b, `(() => {
			const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
			if (e === document.body) return "none";
			const x = Math.min(Math.max(r.x + r.width / 2, 1), innerWidth - 1), y = Math.min(Math.max(r.y + Math.min(r.height, 40) / 2, 0), innerHeight - 1);
			const top = document.elementFromPoint(x, y);
			if (r.bottom <= 0 || r.top >= innerHeight || !(e.contains(top) || top?.contains(e))) return "hidden: " + e.outerHTML.slice(0, 200) + " under " + top?.outerHTML.slice(0, 200);
			if (s.outlineStyle === "none" && s.boxShadow === "none") return "unmarked: " + e.outerHTML.slice(0, 200);
			return e.matches(`+quote(selector)+`) ? "there" : "elsewhere";
		})()`) {
		case "there":
			return
		case "none", "elsewhere":
		default:
			b.fail("the focus is not visible: %s", js[string](b, "document.activeElement.outerHTML.slice(0, 300)"))
		}
	}
	b.fail("Tab never reaches %s", selector)
}

// focused fails the test unless the focus is on the element of the selector.
func (b *tab) focused(selector string) {
	b.t.Helper()
	b.until("the focus on "+selector, "document.activeElement.matches("+quote(selector)+")")
}

// Signing in, entering a sheet and submitting it without a mouse.
func TestKeyboard_SignInEnterSubmit(t *testing.T) {
	t.Parallel()
	const unit = "22015"
	b := newTab(t, sharedDemo(t))
	b.who = "nhaplieu." + unit
	b.open("/dang-nhap")
	b.tabTo("#username")
	b.keys(b.who)
	b.tabTo("#password")
	b.keys(demoPassword)
	b.leave(func() { b.keys(kb.Enter) })
	b.has("details.user summary", "")

	b.tabTo(fmt.Sprintf(`a.btn[href="%s"]`, sheetOf(t, unit)))
	b.leave(func() { b.keys(kb.Enter) })
	s := &sheetTab{b, sheetOf(t, unit)}
	cells := s.cells()
	entered := 0
	for _, c := range cells {
		b.tabTo(field("c", c.Code))
		switch c.Kind {
		case "ratio":
			b.keys("180" + kb.Tab)
			b.focused(field("d", c.Code))
			b.keys("200" + kb.Enter)
		case "choice":
			b.do("arrow", chromedp.KeyEvent(kb.ArrowDown))
		case "words":
			b.keys("Hoàn thành đúng kế hoạch tháng." + kb.Tab)
		default:
			b.keys(plausible(c) + kb.Enter)
		}
		s.stored(c.Code)
		if entered++; entered == 3 {
			break
		}
	}
	s.allSaved()

	// The rest as quickly as it goes; how each kind is entered by keys was seen above.
	s.complete()
	b.tabTo("[data-submit]")
	b.keys(kb.Enter)
	b.has("dialog#submit", "Trình duyệt biểu")
	if !js[bool](b, "document.querySelector('dialog#submit').contains(document.activeElement)") {
		t.Error("the dialog does not take the focus")
	}
	b.keys(kb.Escape)
	b.until("the dialog to close", "!document.querySelector('dialog#submit').open")
	b.focused("[data-submit]")
	b.keys(kb.Enter)
	b.tabTo("dialog#submit button[type=submit]")
	b.leave(func() { b.keys(kb.Enter) })
	b.has("#flash", "Đã trình biểu")
	b.has(".page-meta .badge", "Chờ đơn vị duyệt")

	b.tabTo("details.user summary")
	b.keys(kb.Enter)
	b.tabTo(`form[action="/dang-xuat"] button`)
	b.leave(func() { b.keys(kb.Enter) })
	b.has("h1", "Đăng nhập")
}

var reNumber = regexp.MustCompile(`^[0-9][0-9.,]*$`)

// plausible is a number that a cell takes: the one of an earlier period, or 12 where there was none.
func plausible(c cell) string {
	if number, _, _ := strings.Cut(c.Before, " "); reNumber.MatchString(number) {
		return number
	}
	return "12"
}
