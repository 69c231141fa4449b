package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Every page that a role can reach by links, once of each kind: one heading, a title, nothing wider than the screen
// on a desk or on a phone, and, as in every tab of these tests, no error in the console and no foreign host.
func TestPages_EveryRole(t *testing.T) {
	t.Parallel()
	const unitPages = "/ /chi-so /chi-so/* /chi-so/*/* /nhap-lieu /nhap-lieu/*/*/* /tai-khoan /tong-hop /tong-hop/*/* /tong-hop/*/*/*"
	const boardPages = " /duyet/*/*/* /theo-doi /theo-doi/*/*"
	const adminPages = " /quan-tri /quan-tri/chi-so/*/* /quan-tri/don-vi /quan-tri/don-vi/* /quan-tri/giao /quan-tri/nap/indicators /quan-tri/nap/units"
	tests := []struct{ login, pages string }{
		{"nhaplieu.24373", unitPages},
		{"duyet.24133", unitPages + " /duyet /duyet/*/*/* /o/*/*/*/*"},
		{"dieuphoi", unitPages + boardPages + adminPages + " /duyet /ky /ky/*/* /ky/*/mo"},
		{"daumoi", unitPages + boardPages},
		{"lanhdao", unitPages + boardPages},
		{"quantri", "/ /chi-so /chi-so/* /chi-so/*/* /tai-khoan" + adminPages + " /quan-tri/nap/users /quan-tri/tai-khoan /quan-tri/tai-khoan/*"},
	}
	srv := sharedDemo(t)
	for _, tt := range tests {
		t.Run(tt.login, func(t *testing.T) {
			t.Parallel()
			seen := map[string]bool{}
			b := signedIn(t, srv, tt.login)
			for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
				kind := kindOf(queue[0])
				if seen[kind] {
					continue
				}
				seen[kind] = true
				b.open(queue[0])
				b.wellFormed(queue[0])
				for _, link := range b.links() {
					if !seen[kindOf(link)] {
						queue = append(queue, link)
					}
				}
			}
			for _, kind := range strings.Fields(tt.pages) {
				if !seen[kind] {
					t.Errorf("no link leads to a page %s", kind)
				}
			}
		})
	}
	t.Run("nobody", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, srv)
		b.open("/dang-nhap")
		b.wellFormed("/dang-nhap")
		b.open("/khong-co-trang-nay")
		b.wellFormed("/khong-co-trang-nay")
	})
}

var (
	reID = regexp.MustCompile(`[0-9A-Z_]`)
	sets = []string{demoSet}
)

// kindOf reduces a path to its kind: «/nhap-lieu/nq57/2026-12/SYT» to «/nhap-lieu/*/*/*».
func kindOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if reID.MatchString(p) || slices.Contains(sets, p) || i == 3 && parts[2] == "tai-khoan" || i == 3 && parts[2] == "don-vi" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// links lists the pages of this site that the page links to; files to keep are none.
func (b *tab) links() []string {
	b.t.Helper()
	return js[[]string](b, `[...new Set([...document.querySelectorAll("a[href]")].filter(a => a.origin === location.origin && !a.hasAttribute("download") && !/\/(excel|mau|tep|cong-van)$|^\/minh-chung\//.test(a.pathname)).map(a => a.pathname + a.search))]`)
}

// wellFormed looks at the page that is open, on a desk and on the narrowest phone.
func (b *tab) wellFormed(path string) {
	b.t.Helper()
	var page struct {
		Title    string
		Headings int
		Menu     int
		Status   int
	}
	text := js[string](b, `JSON.stringify({Title: document.title, Status: performance.getEntriesByType("navigation")[0].responseStatus, Headings: [...document.querySelectorAll("h1")].filter(h => h.textContent.trim()).length,
		Menu: document.querySelectorAll("nav.menu a[aria-current=page]").length})`)
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		b.fail("%v", err)
	}
	if missing := path == "/khong-co-trang-nay"; page.Status != 200 && !missing || page.Status != 404 && missing {
		b.t.Errorf("%s: a link leads to %s, which is answered with %d", b.who, path, page.Status)
	}
	if page.Headings != 1 {
		b.t.Errorf("%s: %s has %d h1", b.who, path, page.Headings)
	}
	if name, ok := strings.CutSuffix(page.Title, " – Hệ thống báo cáo chỉ số"); !ok || strings.TrimSpace(name) == "" {
		b.t.Errorf("%s: the title of %s is %q", b.who, path, page.Title)
	}
	if page.Menu > 1 {
		b.t.Errorf("%s: %s is in %d places of the menu", b.who, path, page.Menu)
	}
	b.fits(path)
	b.narrow = !b.narrow // the next page opens at the width that this one ends with
	width := int64(1366)
	if b.narrow {
		width = 320
	}
	b.do(fmt.Sprintf("show %s at %d px", path, width), chromedp.EmulateViewport(width, 800))
	b.fits(path)
}

// fits looks for what makes the page wider than the screen.
func (b *tab) fits(path string) {
	b.t.Helper()
	wide := js[string](b, `(() => {
		const page = document.scrollingElement;
		if (page.scrollWidth <= innerWidth) return "";
		const over = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (texts.nextNode()) {
			const range = document.createRange();
			range.selectNodeContents(texts.currentNode);
			if (range.getBoundingClientRect().right > innerWidth + 1) over.push(texts.currentNode.parentElement.outerHTML.slice(0, 160));
		}
		return page.scrollWidth + " px on a screen of " + innerWidth + ", with " + over.slice(0, 3).join(" … ");
	})()`)
	if wide != "" {
		b.t.Errorf("%s: %s is too wide: %s", b.who, path, wide)
	}
}
