package web

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// pipe returns a connection of the listener and the other end of it.
func pipe(t *testing.T, l *listener) (*conn, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	return l.admit(near), far
}

// A large body waits until another has been answered or has gone; a small one does not.
func TestLarge_TakesTurns(t *testing.T) {
	t.Parallel()
	l := newListener(nil, func(string) bool { return false })
	l.patience = time.Millisecond
	body := strings.Repeat("x", 2*strangerLimit)
	receive := func(c *conn, far net.Conn, text string) error {
		go func() { _, _ = io.WriteString(far, text) }()
		_, err := io.ReadFull(c, make([]byte, len(text))) // as much in one read as the connection gives
		return err
	}
	var conns []*conn
	for range largeAtOnce {
		c, far := pipe(t, l)
		if err := receive(c, far, body); err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
	}
	small, far := pipe(t, l)
	if err := receive(small, far, "small"); err != nil {
		t.Errorf("a small one: %v", err)
	}
	late, far := pipe(t, l)
	go func() { _, _ = io.WriteString(far, body); _ = far.Close() }()
	if _, err := io.Copy(io.Discard, late); !errors.Is(err, errCrowded) || !late.refused {
		t.Errorf("one too many: %v", err)
	}
	go func() { _, _ = io.Copy(io.Discard, far) }()
	for name, done := range map[string]func(*conn){
		"answered": func(c *conn) {
			c.Conn = farConn{Conn: discard{}}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK")
			_ = c.Close() // counted out once
		},
		"gone": func(c *conn) { _ = c.Close() },
	} {
		done(conns[0])
		conns = conns[1:]
		next, far := pipe(t, l)
		if err := receive(next, far, body); err != nil {
			t.Errorf("after one has been %s: %v", name, err)
		}
	}
	if len(l.large) != largeAtOnce {
		t.Errorf("%d are counted", len(l.large))
	}
}

type discard struct{ net.Conn }

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// Who is refused is told to send again.
func TestLarge_Refusal(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newListener(ln, s.srv.bounded)
	l.patience = 50 * time.Millisecond
	for range largeAtOnce {
		l.large <- struct{}{}
	}
	served := make(chan error, 1)
	go func() { served <- s.srv.fiber.Listener(l) }()
	b := s.browser().signIn("nhap.syt", passphrase)
	req := httptest.NewRequest(http.MethodPost, "http://"+ln.Addr().String()+"/nhap-lieu", strings.NewReader(strings.Repeat("x", 2*strangerLimit)))
	req.RequestURI = ""
	req.Close = true
	for name, value := range b.jar {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || string(text) != crowdedText {
		t.Errorf("%v %v %q %v", res.Status, res.Header, text, err)
	}
	if err := s.srv.Shutdown(time.Second); err != nil {
		t.Error(err)
	}
	<-served
}
