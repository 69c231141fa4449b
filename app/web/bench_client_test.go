//go:build bench

package web

import (
	"net/http/httptest"
	"strings"

	"github.com/valyala/fasthttp"
)

// client is one signed-in browser over a kept connection.
type client struct {
	b      *bench
	http   *fasthttp.HostClient
	unit   string
	cookie string
	csrf   string
}

func (b *bench) signIn(login string) *client {
	b.t.Helper()
	s := &site{t: b.t, app: b.app, srv: b.srv, store: b.store}
	br := s.browser().signIn(login, passphrase)
	if d := br.do(httptest.NewRequest("GET", "/tai-khoan", nil)); d.Status != 200 {
		b.t.Fatalf("%s: %d", login, d.Status)
	}
	_, code, _ := strings.Cut(login, ".")
	return &client{b: b, http: &fasthttp.HostClient{Addr: b.addr, MaxConns: 512}, unit: strings.ToUpper(code), cookie: br.jar["phien"], csrf: br.csrf}
}

func (c *client) get(path string) []byte { return c.send("GET", path, "") }

func (c *client) post(path, body string) []byte { return c.send("POST", path, body) }

func (c *client) send(method, path, body string) []byte {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	req.SetRequestURI("http://" + c.b.addr + path)
	req.Header.SetMethod(method)
	req.Header.SetCookie("phien", c.cookie)
	if body != "" {
		req.Header.SetContentType("application/json")
		req.Header.Set("X-CSRF", c.csrf)
		req.SetBodyString(body)
	}
	if err := c.http.Do(req, res); err != nil {
		c.b.t.Error(err)
		return nil
	}
	if res.StatusCode() != 200 {
		c.b.t.Errorf("%s %s: status %d %s", method, path, res.StatusCode(), res.Body())
	}
	return append([]byte(nil), res.Body()...)
}
