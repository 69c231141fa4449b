package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSessions_ListAndEnd(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	a, b := s.browser().signInByForm("nhap.syt", passphrase), s.browser().signIn("nhap.syt", passphrase)
	d := a.get("/tai-khoan")
	if n := len(d.all("main tbody tr")); n != 2 {
		t.Fatalf("%d sessions", n)
	}
	d.has("tbody .badge", "Phiên này")
	id := attr(d.find("input[name=phien]"), "value")
	if strings.Contains(d.Body, a.jar["phien"]) || strings.Contains(d.Body, b.jar["phien"]) {
		t.Error("the page shows a token")
	}
	other := s.browser().signInByForm("nhap.22015", passphrase)
	other.get("/tai-khoan")
	if other.post("/tai-khoan/phien", url.Values{"phien": {id}}); b.get("/").text("h1") == "Đăng nhập" {
		t.Error("somebody else ended it")
	}
	if d := a.post("/tai-khoan/phien", url.Values{"phien": {id}}); d.Status != http.StatusSeeOther {
		t.Errorf("status %d", d.Status)
	}
	b.get("/").has("h1", "Đăng nhập")
	b.signInByForm("nhap.syt", passphrase)
	a.get("/tai-khoan")
	a.post("/tai-khoan/phien", nil)
	b.get("/").has("h1", "Đăng nhập")
	a.get("/").has("h1", "Việc của tôi")
	admin := s.browser().signInByForm("quantri", passphrase)
	admin.get("/quan-tri/tai-khoan/nhap.syt").has("#sessions", "Phiên đăng nhập")
	admin.post("/quan-tri/tai-khoan/nhap.syt/phien", nil)
	a.get("/").has("h1", "Đăng nhập")
}

// TestBoard_Refresh_DoesNotKeepSession: the board asks for its rows every minute.
func TestBoard_Refresh_DoesNotKeepSession(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signInByForm("dieuphoi", passphrase)
	rows := b.get("/theo-doi").find("#rows")
	if rows == nil || !strings.Contains(attr(rows, "hx-headers"), `"X-Background":"1"`) {
		t.Fatal("the refresh does not say what it is")
	}
	for minute := range 31 {
		s.now = s.now.Add(time.Minute)
		req := httptest.NewRequest("GET", attr(rows, "hx-get"), nil)
		req.Header.Set("HX-Request", "true")
		req.Header.Set("X-Background", "1")
		if d := b.do(req); (d.Status < 400) != (minute < 29) {
			t.Fatalf("minute %d: status %d", minute+1, d.Status)
		}
	}
}

func TestBrowserName(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0":  "Edge trên Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130 Chrome/130 Safari/537": "Cốc Cốc trên Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1":               "Safari trên iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                     "Firefox trên Linux",
		"<script>": "",
	} {
		if got := browserName(agent); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestCookies_SecureAndNot(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	for _, secure := range []bool{true, false} {
		s.serve(Options{Secure: secure})
		b := s.browser().signInByForm("quantri", passphrase)
		if _, ok := b.jar["__Host-phien"]; ok != secure {
			t.Errorf("secure %v: cookies %v", secure, b.jar)
		}
		d := b.get("/quan-tri")
		if red := strings.Contains(d.text(".strip-bad"), "Kết nối không mã hóa"); red == secure {
			t.Errorf("secure %v: red strip %v", secure, red)
		}
		if !secure && s.browser().signInByForm("nhap.syt", passphrase).get("/").find(".strip-bad") != nil {
			t.Error("a clerk cannot do anything about it, and is told")
		}
		req := httptest.NewRequest("GET", "/dang-nhap", nil)
		req.Host = "localhost"
		res, err := s.srv.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range res.Cookies() {
			if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("cookie %+v", c)
			}
		}
	}
}
