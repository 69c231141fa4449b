package web

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// TestStrictHTTP sends requests that two servers could read differently: each is answered with a refusal, and the
// connection ends with it.
func TestStrictHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.srv.Serve(ln) }()
	const form = "POST /dang-nhap HTTP/1.1\r\nHost: localhost\r\n"
	for _, c := range []struct{ name, raw, want string }{
		{"as it should be", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "200"},
		{"no host", "GET /healthz HTTP/1.1\r\nAccept: */*\r\n\r\n", "400"},
		{"two hosts", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: khac\r\n\r\n", "400"},
		{"two lengths", form + "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b", "400"},
		{"length and chunks", form + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
		{"unknown encoding", form + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400"},
		{"unknown method", "FOO /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405"},
		{"a long form of a stranger", form + "Content-Length: 65537\r\n\r\n", "413"},
		{"bare line feeds", "GET /healthz HTTP/1.1\nHost: localhost\n\n", "400"},
		{"one bare line feed", "GET /healthz HTTP/1.1\r\nHost: localhost\nX-A: b\r\n\r\n", "400"},
		{"control character", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: a\x01b\r\n\r\n", "400"},
		{"header without a name", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n", "400"},
		{"name that is none", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX(A): a\r\n\r\n", "400"},
		{"folded header", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n b\r\n\r\n", "400"},
		{"form at a page", "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "405 Method Not Allowed"},
		{"head", "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "200"},
		{"nowhere", "POST /khong-co HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "404"},
		{"trace", "TRACE /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405"},
		{"long header", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", 9<<10) + "\r\n\r\n", "4"},
	} {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, c.raw); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if err != nil && len(answer) == 0 {
			t.Errorf("%s: %v", c.name, err)
		}
		if status, _ := strings.CutPrefix(string(answer), "HTTP/1.1 "); !strings.HasPrefix(status, c.want) {
			t.Errorf("%s: %.60q, want %s", c.name, answer, c.want)
		}
		if !strings.Contains(string(answer), "\r\nContent-Security-Policy: default-src 'none'") {
			t.Errorf("%s: no headers", c.name)
		}
		if c.name == "form at a page" && !strings.Contains(string(answer), "\r\nAllow: GET, HEAD\r\n") {
			t.Errorf("%s: what is allowed is not said: %q", c.name, answer)
		}
		_ = conn.Close()
	}
	if err := s.srv.Shutdown(10 * time.Second); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestBody_Stranger: what somebody sends who never signed in is not read into memory; whose session has run out is
// asked to sign in.
func TestBody_Stranger(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	limit := func(method, token string, length int) int {
		var h fasthttp.RequestHeader
		h.SetMethod(method)
		h.SetCookie("phien", token)
		h.SetContentLength(length)
		return s.srv.admit(&h).MaxRequestBodySize
	}
	form := url.Values{"csrf": {"x"}, "old": {strings.Repeat("a", strangerLimit)}}
	b := s.browser().signIn("nhap.syt", passphrase)
	for _, c := range []struct {
		method, token string
		length, want  int
	}{{"POST", "", 1 << 20, strangerLimit}, {"POST", strings.Repeat("A", 43), 1 << 20, strangerLimit}, {"GET", b.jar["phien"], 1 << 20, strangerLimit},
		{"POST", b.jar["phien"], 1 << 20, 0}, {"POST", b.jar["phien"], -1, 0}, {"POST", b.jar["phien"], 100, strangerLimit}} {
		if got := limit(c.method, c.token, c.length); got != c.want {
			t.Errorf("%s of %d bytes with session %q: limit %d, want %d", c.method, c.length, c.token, got, c.want)
		}
	}
	if d := b.post("/tai-khoan", form); d.Status != http.StatusForbidden {
		t.Errorf("signed in: %d", d.Status)
	}
	s.now = s.now.Add(2 * time.Hour)
	if err := s.app.Sweep(); err != nil {
		t.Fatal(err)
	}
	if d := b.post("/tai-khoan", form); d.Status != http.StatusSeeOther || !strings.HasPrefix(d.Header.Get("Location"), "/dang-nhap") {
		t.Errorf("after its session: %d", d.Status)
	}
}

// TestHTMX_RunsNothing: what htmx is told on every page keeps it from running what stands in a page.
func TestHTMX_RunsNothing(t *testing.T) {
	t.Parallel()
	d := newSite(t).browser().get("/dang-nhap")
	meta := d.find(`meta[name="htmx-config"]`)
	if meta == nil {
		t.Fatal("no configuration")
	}
	for _, want := range []string{`"allowEval":false`, `"allowScriptTags":false`, `"includeIndicatorStyles":false`, `"selfRequestsOnly":true`} {
		if !strings.Contains(attr(meta, "content"), want) {
			t.Errorf("%s is missing", want)
		}
	}
}
