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
	return strings.NewReplacer(":set", "nq57", ":month", "2026-11", ":unit", "SYT", ":code", "1.01", ":login", "nhap.22015", ":what", "units", ":doc", "000000000000", ":role", "nhap-lieu", ":id", string(exampleEvidence), ":thread", string(exampleThread), ":officer", exampleOfficer).Replace(r.path)
}

// TestRoutes_EveryRole writes for every route what each person is told and compares it with the reviewed table:
// "+" the route answers, "login" sign-in is asked for, "403" the role may not, "404" the object is hidden.
func TestRoutes_EveryRole(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	fmt.Fprintf(&b, "%-55s %s\n", "", strings.Join(people, " "))
	answers := map[string][]string{}
	var order []string
	for _, r := range (*Server)(nil).routes() {
		order = append(order, r.method+" "+r.path)
	}
	for _, login := range people {
		b := newProvince(t).prove().converse().browser()
		if login != "" {
			b.signIn(login, passphrase)
		}
		b.get("/tai-khoan") // for the token of the forms
		for _, r := range b.srv.routes() {
			id := r.method + " " + r.path
			if r.path == "/dang-xuat" && login != "" {
				answers[id] = append(answers[id], "+") // TestRoutes_ForeignForm_Denied signs out
				continue
			}
			answers[id] = append(answers[id], b.ask(r))
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

// ask sends the route's request, forms with a valid token but nothing in them, and words the answer.
func (b *browser) ask(r route) string {
	b.t.Helper()
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
		b := newProvince(t).browser().signIn(login, passphrase)
		b.get("/tai-khoan")
		token := b.csrf
		for _, r := range b.srv.routes() {
			if r.method != "POST" || r.path == "/dang-xuat" {
				continue
			}
			for _, x := range bodies {
				req := httptest.NewRequest("POST", r.example(), strings.NewReader(x.body))
				req.Header.Set("Content-Type", x.kind)
				req.Header.Set("X-CSRF", token)
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
	for _, c := range []struct {
		header, value string
		token         bool
		want          int
	}{
		{"", "", false, http.StatusForbidden},
		{"Sec-Fetch-Site", "cross-site", true, http.StatusForbidden},
		{"Sec-Fetch-Site", "same-site", true, http.StatusForbidden},
		{"Origin", "http://evil.example", true, http.StatusForbidden},
		{"Origin", "null", true, http.StatusForbidden},
		{"Origin", "http://localhost", true, http.StatusSeeOther},
		{"Sec-Fetch-Site", "same-origin", true, http.StatusSeeOther},
		{"", "", true, http.StatusSeeOther},
	} {
		b := s.browser().signIn("nhap.syt", passphrase)
		b.get("/")
		token := mask("wrong")
		if c.token {
			token = b.csrf
		}
		req := httptest.NewRequest("POST", "/dang-xuat", strings.NewReader(url.Values{"csrf": {token}}.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.header != "" {
			req.Header.Set(c.header, c.value)
		}
		if d := b.do(req); d.Status != c.want {
			t.Errorf("%s: %s, right token %v: status %d, want %d", c.header, c.value, c.token, d.Status, c.want)
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
