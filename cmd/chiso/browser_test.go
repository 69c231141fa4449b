package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium returns the browser that the tests drive; the one without windows of its own needs half the processor time.
func chromium() (string, error) {
	for _, name := range []string{os.Getenv("CHROME"), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium found: run «make test», which installs it, or set CHROME to its path")
}

// startBrowser starts the one browser process of this package.
func (s *suite) startBrowser() (context.Context, error) {
	path, err := chromium()
	if err != nil {
		return nil, err
	}
	options := slices.Clone(chromedp.DefaultExecAllocatorOptions[:])
	options = append(options, chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(s.dir, "profile")), chromedp.WindowSize(1366, 768),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("headless", "new"), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("no-proxy-server", true), chromedp.Flag("lang", "vi"))
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	s.atEnd(func() error {
		err := chromedp.Cancel(ctx)
		cancel()
		cancelAllocator()
		return err
	})
	return ctx, chromedp.Do(ctx)
}

// tab is one person's browser: its own cookies and storage, one page. Whatever goes wrong in it that a person would
// not see, an error in the console, a request to a foreign host, fails the test at its end.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string // of the server
	who  string // for messages

	narrow bool // on the screen of a phone

	mu       sync.Mutex
	problems []string
	dialogs  int // how many «leave this page?» were asked
}

// newTab opens a tab that talks to the server.
func newTab(t testing.TB, srv *server) *tab {
	t.Helper()
	browser, err := shared.browser()
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, base: srv.url, who: "nobody"}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	b.ctx = ctx
	t.Cleanup(func() {
		b.mu.Lock()
		for _, p := range b.problems {
			t.Errorf("%s: %s", b.who, p)
		}
		b.mu.Unlock()
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil { // with this context: the tab lives as long as that of its first run
		t.Fatal(err)
	}
	b.do("set the size of the window", chromedp.EmulateViewport(1366, 768))
	return b
}

// hear notes what must not happen on any page.
func (b *tab) hear(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if slices.Contains([]runtime.ConsoleAPICalledType{runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert}, ev.Type) {
			var words []string
			for _, a := range ev.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			b.problem("console %s: %s", ev.Type, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		b.problem("uncaught: %s", (&chromedp.ExceptionError{ExceptionDetails: ev.ExceptionDetails}).Error())
	case *log.EventEntryAdded: // breaches of the content security policy are told here; answers are judged below
		if ev.Entry.Level == log.EntryLevelError && ev.Entry.Source != log.EntrySourceNetwork {
			b.problem("browser log: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(ev.Request.URL); err != nil || u.Scheme != "data" && u.Scheme != "blob" && "http://"+u.Host != b.base {
			b.problem("request to a foreign host: %s", ev.Request.URL)
		}
	case *network.EventResponseReceived:
		if ev.Response.Status >= 500 {
			b.problem("%s answered %d", ev.Response.URL, ev.Response.Status)
		}
	case *page.EventJavascriptDialogOpening:
		b.mu.Lock()
		b.dialogs++
		b.mu.Unlock()
		go func() { // the listener must not wait for the browser
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

func (b *tab) problem(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

// fail ends the test and says where the page can be looked at.
func (b *tab) fail(format string, args ...any) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	where := "no picture could be taken"
	if dir, err := os.MkdirTemp("", "chiso-page-"); err == nil {
		address, _ := chromedp.Run(ctx, chromedp.Location())
		html, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
		picture, _ := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "page.html"), []byte(html), 0o600), os.WriteFile(filepath.Join(dir, "page.png"), picture, 0o600)); err == nil {
			where = address + ", kept in " + dir
		}
	}
	b.t.Fatalf("%s: %s\npage: %s", b.who, fmt.Sprintf(format, args...), where)
}

// do runs actions within the patience of a test.
func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fail("%s: %v", what, err)
	}
}

// js evaluates an expression in the page.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail("evaluate %s: %v", expression, err)
	}
	return v
}

// until waits for a condition in the page, over reloads and redirects.
func (b *tab) until(what, condition string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+condition+")"))
		cancel()
		if err == nil && ok { // an error is the page changing meanwhile
			return
		}
	}
	b.fail("waited %s for %s", patience, what)
}

// open goes to a page of the server, whose scripts have run when it returns.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.base+path))
	b.loaded()
}

func (b *tab) loaded() {
	b.t.Helper()
	b.until("the page to load", `document.readyState === "complete" && location.protocol !== "about:" && !window.leaving`)
}

// path returns where the tab is.
func (b *tab) path() string {
	b.t.Helper()
	return js[string](b, "location.pathname + location.search")
}

// matches is a script that lists the visible elements of a selector whose text contains the given one.
func matches(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].filter(e => e.getClientRects().length && e.textContent.normalize("NFC").replace(/\s+/g, " ").includes(%s))`,
		quote(selector), quote(text))
}

func quote(s string) string { return strconv.QuoteToASCII(s) }

// has waits until a visible element of the selector contains the text.
func (b *tab) has(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("%s with %q", selector, text), matches(selector, text)+".length")
}

// lacks fails the test if the page, as it stands, has a visible element of the selector with the text.
func (b *tab) lacks(selector, text string) {
	b.t.Helper()
	if n := js[int](b, matches(selector, text)+".length"); n > 0 {
		b.fail("the page has %d of %s with %q", n, selector, text)
	}
}

// value returns what stands in an input.
func (b *tab) value(selector string) string {
	b.t.Helper()
	b.until(selector, "document.querySelector("+quote(selector)+")")
	return js[string](b, "document.querySelector("+quote(selector)+").value")
}

// click presses the mouse on the first visible element of the selector with the text, as it lies on the screen: one
// that something else covers cannot be clicked.
func (b *tab) click(selector, text string) {
	b.t.Helper()
	b.has(selector, text)
	type spot struct {
		X, Y    float64
		Covered string
	}
	at := js[spot](b, `(() => {
		const e = `+matches(selector, text)+`[0];
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2, top = document.elementFromPoint(x, y);
		return {X: x, Y: y, Covered: !top ? "nothing" : e.contains(top) || top.contains(e) ? "" : top.outerHTML.slice(0, 200)};
	})()`)
	if at.Covered != "" {
		b.fail("%s %q cannot be clicked: %s lies over it", selector, text, at.Covered)
	}
	b.do("click "+selector, chromedp.MouseClickXY(at.X, at.Y))
}

// follow clicks and waits for the page that the click leads to.
func (b *tab) follow(selector, text string) {
	b.t.Helper()
	b.leave(func() { b.click(selector, text) })
}

// leave does something that leads to another page and waits for that page.
func (b *tab) leave(act func()) {
	b.t.Helper()
	js[bool](b, "window.leaving = true")
	act()
	b.loaded()
}

// keys presses keys, one after the other: text, or keys of package kb.
func (b *tab) keys(keys string) {
	b.t.Helper()
	for i, part := range strings.Split(keys, kb.Enter) {
		if i > 0 {
			b.do("press Enter", chromedp.Func(pressEnter))
		}
		if part != "" {
			b.do("press keys", chromedp.KeyEvent(part))
		}
	}
}

// pressEnter sends the key as a keyboard does. chromedp sends its character as well when the page has taken the key.
func pressEnter(ctx context.Context, t *chromedp.Target) error {
	enter := input.DispatchKeyEventParams{Type: "keyDown", Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	_, err := chromedp.Call(ctx, input.DispatchKeyEvent, enter)
	enter.Type, enter.Text = "keyUp", ""
	if err == nil {
		_, err = chromedp.Call(ctx, input.DispatchKeyEvent, enter)
	}
	return err
}

// fill clicks into an input, replaces what stands in it in one stroke, as a paste does, and stays there.
func (b *tab) fill(selector, value string) {
	b.t.Helper()
	b.click(selector, "")
	js[bool](b, "document.querySelector("+quote(selector)+").select?.() ?? true")
	if value == "" {
		b.keys("\b")
		return
	}
	b.do("fill "+selector, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: value})
		return err
	}))
}

// choose picks an option of a list, as a person does by mouse or keys.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.until(selector, "document.querySelector("+quote(selector)+")")
	got := js[string](b, fmt.Sprintf(`(() => {
		const list = document.querySelector(%s);
		list.focus();
		list.value = %s;
		list.dispatchEvent(new Event("input", {bubbles: true}));
		list.dispatchEvent(new Event("change", {bubbles: true}));
		return list.value;
	})()`, quote(selector), quote(value)))
	if got != value {
		b.fail("%s has no choice %q", selector, value)
	}
}

// upload puts a file into a file input.
func (b *tab) upload(selector, path string) {
	b.t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}))
}

// signIn signs in on the sign-in page and waits for the first page.
func (b *tab) signIn(login, password string) *tab {
	b.t.Helper()
	b.who = login
	b.open("/dang-nhap")
	b.fill("#username", login)
	b.fill("#password", password)
	b.follow(".signin button[type=submit]", "Đăng nhập")
	b.has("details.user summary", "")
	return b
}

// signedIn opens a tab in which an account of the demo is signed in, without its pages: what they do is told by the tests that call
// signIn. No page is open yet.
func signedIn(t testing.TB, srv *server, login string) *tab {
	t.Helper()
	c := newClient(t, srv).signIn(login, demoPassword)
	b := newTab(t, srv)
	b.who = login
	at, err := url.Parse(srv.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range c.http.Jar.Cookies(at) {
		b.do("take over the session", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: srv.url, HTTPOnly: new(true), SameSite: network.CookieSameSiteLax})
			return err
		}))
	}
	return b
}
