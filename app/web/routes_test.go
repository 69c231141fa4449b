package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
)

// people are the accounts of newProvince that the matrix is about: a column each.
var people = []string{"", "nhap.syt", "duyet.syt", "nhap.22015", "dieuphoi", "daumoi", "lanhdao", "quantri"}

// path fills the parameters of a route with objects of the unit SYT.
func (r route) example() string {
	return strings.NewReplacer(":set", "nq57", ":month", "2026-11", ":unit", "SYT", ":code", "1.01", ":login", "nhap.22015", ":what", "units").Replace(r.path)
}

// TestRoutes_EveryRole writes for every route what each person is told and compares it with the reviewed table:
// "+" the route answers, "login" sign-in is asked for, "403" the role may not, "404" the object is hidden.
func TestRoutes_EveryRole(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	fmt.Fprintf(&b, "%-55s %s\n", "", strings.Join(people, " "))
	answers := map[string][]string{}
	var order []string
	for _, login := range people {
		for _, r := range (*Server)(nil).routes() {
			s := matrixSite(t, login)
			id := r.method + " " + r.path
			if len(answers[id]) == 0 {
				order = append(order, id)
			}
			answers[id] = append(answers[id], s.ask(r))
		}
	}
	for _, id := range order {
		fmt.Fprintf(&b, "%-55s %s\n", id, strings.Join(answers[id], " "))
	}
	want, err := os.ReadFile("testdata/routes.txt")
	if err != nil || b.String() != string(want) {
		if err := os.WriteFile("testdata/routes.got.txt", []byte(b.String()), 0o644); err != nil {
			t.Error(err)
		}
		t.Error("the matrix of roles and routes is not the reviewed one: compare testdata/routes.got.txt with testdata/routes.txt")
	}
}

// matrixSite is one site for all routes of a person, made anew when a route has signed the person out or changed
// what the next one needs.
func matrixSite(t *testing.T, login string) *browser {
	t.Helper()
	b := newProvince(t).browser()
	if login == "" {
		b.get("/dang-nhap")
		return b
	}
	return b.signIn(login, passphrase)
}

// ask sends the route's request, forms with a valid token but nothing in them, and words the answer.
func (b *browser) ask(r route) string {
	b.t.Helper()
	if b.csrf == "" {
		b.get("/tai-khoan")
	}
	var d *doc
	if r.method == "GET" {
		d = b.do(httptest.NewRequest("GET", r.example(), nil))
	} else {
		d = b.post(r.example(), nil)
	}
	switch {
	case d.Status >= 500:
		b.t.Errorf("%s %s: status %d", r.method, r.example(), d.Status)
		return "5xx"
	case d.Status == http.StatusUnauthorized || d.Status == http.StatusSeeOther && strings.HasPrefix(d.Header.Get("Location"), "/dang-nhap?"):
		return "login"
	case d.Status == http.StatusForbidden:
		return "403"
	case d.Status == http.StatusNotFound:
		return "404"
	}
	return "+"
}

// TestRoutes_Junk sends every form a body that means nothing: a sentence comes back, never a fault of the server.
func TestRoutes_Junk(t *testing.T) {
	t.Parallel()
	bodies := []struct{ kind, body string }{
		{"application/x-www-form-urlencoded", "%%%=%zz&&&=\x00\xff"},
		{"application/x-www-form-urlencoded", url.Values{"v": {"-1"}, "month": {"99"}, "code": {"<script>"}, "c.1.01": {strings.Repeat("9", 5000)}}.Encode()},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../etc/x.xlsx\"\r\n\r\nPK\x03\x04junk\r\n--x--\r\n"},
		{"multipart/form-data", "no boundary"},
		{"application/json", `{"items":[{"k":1,"v":"x"}]`},
		{"application/json", `{"items":[{"k":"1.01","v":-5,"raw":"<script>","op":"` + strings.Repeat("x", 3000) + `"}]}`},
		{"text/plain", "\x00\x01\x02"},
	}
	for _, login := range []string{"nhap.syt", "duyet.syt", "dieuphoi", "quantri"} {
		s := newProvince(t)
		for _, r := range s.srv.routes() {
			if r.method != "POST" || r.path == "/dang-xuat" {
				continue
			}
			for _, x := range bodies {
				b := s.browser().signIn(login, passphrase)
				b.get("/tai-khoan")
				req := httptest.NewRequest("POST", r.example(), strings.NewReader(x.body))
				req.Header.Set("Content-Type", x.kind)
				req.Header.Set("X-CSRF", b.csrf)
				if d := b.do(req); d.Status >= 500 {
					t.Errorf("%s %s as %s with %s %.40q: status %d", r.method, r.path, login, x.kind, x.body, d.Status)
				}
			}
		}
	}
}

func TestRoutes_ForeignForm_Denied(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get("/")
	for _, c := range []struct {
		header, value, token string
		want                 int
	}{
		{"", "", b.csrf, http.StatusSeeOther},
		{"Origin", "http://localhost", b.csrf, http.StatusSeeOther},
		{"Sec-Fetch-Site", "same-origin", b.csrf, http.StatusSeeOther},
		{"Sec-Fetch-Site", "cross-site", b.csrf, http.StatusForbidden},
		{"Sec-Fetch-Site", "same-site", b.csrf, http.StatusForbidden},
		{"Origin", "http://evil.example", b.csrf, http.StatusForbidden},
		{"Origin", "null", b.csrf, http.StatusForbidden},
		{"", "", "", http.StatusForbidden},
		{"", "", mask("wrong"), http.StatusForbidden},
	} {
		d := func() *doc {
			b := s.browser().signIn("nhap.syt", passphrase)
			b.get("/")
			if c.token != "" && c.token != mask("wrong") && unmask(c.token) != "wrong" {
				c.token = b.csrf
			}
			req := httptest.NewRequest("POST", "/dang-xuat", strings.NewReader(url.Values{"csrf": {c.token}}.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if c.header != "" {
				req.Header.Set(c.header, c.value)
			}
			return b.do(req)
		}()
		if d.Status != c.want {
			t.Errorf("%s: %s: status %d, want %d", c.header, c.value, d.Status, c.want)
		}
	}
}

func TestHeaders_OnEveryAnswer(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser()
	for _, path := range []string{"/dang-nhap", "/healthz", "/khong-co", "/nhap-lieu", "/static/khong-co.css"} {
		d := b.do(httptest.NewRequest("GET", path, nil))
		if !strings.Contains(d.Header.Get("Content-Security-Policy"), "default-src 'none'") || d.Header.Get("X-Content-Type-Options") != "nosniff" || d.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, d.Header)
		}
		if d.Header.Get("Server") != "" {
			t.Errorf("%s names its server", path)
		}
	}
	req := httptest.NewRequest("GET", "/healthz", nil)
	req.Host = "evil.example"
	res, err := s.srv.Test(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a foreign host name is answered with %d", res.StatusCode)
	}
}
