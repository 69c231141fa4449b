package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/static"
	"chiso/store"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// site is a server on a real store, with a clock that the test moves.
type site struct {
	t     testing.TB
	app   *app.App
	srv   *Server
	store *store.Store
	dir   string // data folder
	now   time.Time
}

// newSite starts an empty site.
func newSite(t testing.TB) *site {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &site{t: t, store: st, dir: dir, now: time.Date(2026, 11, 10, 2, 0, 0, 0, time.UTC)}
	s.app = app.New(app.Options{Store: st, Dir: dir, Now: func() time.Time { return s.now }})
	s.serve(Options{})
	return s
}

// files are the static files, made once: that is most of what a server costs.
var files = sync.OnceValues(static.New)

// serve puts a server before the app of the site, in place of the one before.
func (s *site) serve(o Options) {
	s.t.Helper()
	var err error
	if o.Static, err = files(); err != nil {
		s.t.Fatal(err)
	}
	o.App, o.Version, o.Province = s.app, "test", "Tỉnh Đắk Lắk"
	if s.srv, err = New(o); err != nil {
		s.t.Fatal(err)
	}
}

// browser keeps cookies as a browser does.
type browser struct {
	*site
	jar  map[string]string
	csrf string
}

func (s *site) browser() *browser { return &browser{site: s, jar: map[string]string{}} }

// doc is an answer.
type doc struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
	root   *html.Node
}

func (b *browser) do(req *http.Request) *doc {
	b.t.Helper()
	req.Host = "localhost"
	for k, v := range b.jar {
		req.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	res, err := b.srv.Test(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.Value == "" || !c.Expires.IsZero() && c.Expires.Before(time.Now()) {
			delete(b.jar, c.Name)
		} else {
			b.jar[c.Name] = c.Value
		}
	}
	d := &doc{t: b.t, Status: res.StatusCode, Header: res.Header, Body: string(body)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if d.root, err = html.Parse(strings.NewReader(d.Body)); err != nil {
			b.t.Fatal(err)
		}
		if n := d.find(`meta[name="csrf"]`); n != nil {
			b.csrf = attr(n, "content")
		}
	}
	return d
}

// get opens a page, following redirects.
func (b *browser) get(path string) *doc {
	b.t.Helper()
	for range 5 {
		d := b.do(httptest.NewRequest("GET", path, nil))
		if d.Status != http.StatusSeeOther {
			return d
		}
		path = d.Header.Get("Location")
	}
	b.t.Fatalf("%s redirects for ever", path)
	return nil
}

// post sends a form with the token of the last page. It does not follow the redirect.
func (b *browser) post(path string, form url.Values) *doc {
	b.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if form.Get("csrf") == "" {
		form.Set("csrf", b.csrf)
	}
	req := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

// signIn gives the browser a session of the account, as a sign-in does but without its hashing, which would be most of
// what these tests cost. Another password than that of all accounts goes through the form.
func (b *browser) signIn(login, password string) *browser {
	b.t.Helper()
	if password != passphrase {
		return b.signInByForm(login, password)
	}
	token, now := rand.Text(), b.app.Now()
	hash := sha256.Sum256([]byte(token))
	if err := b.store.Update(func(tx *store.Tx) error {
		s := store.Session{Login: login, Created: now, Seen: now, Proved: now, CSRF: base64.RawURLEncoding.EncodeToString(hash[:])}
		return tx.PutSession(base64.RawURLEncoding.EncodeToString(hash[:]), s)
	}); err != nil {
		b.t.Fatal(err)
	}
	b.jar[b.srv.cookie("phien")] = token
	return b
}

// signInByForm signs in and fails the test if that does not work.
func (b *browser) signInByForm(login, password string) *browser {
	b.t.Helper()
	b.get("/dang-nhap")
	if d := b.post("/dang-nhap", url.Values{"username": {login}, "password": {password}}); d.Status != http.StatusSeeOther {
		b.t.Fatalf("sign-in of %s: %d %s", login, d.Status, d.text(".notice"))
	}
	return b
}

// find returns the first element that the selector matches, or nil.
func (d *doc) find(selector string) *html.Node {
	if d.root == nil {
		return nil
	}
	return cascadia.Query(d.root, cascadia.MustCompile(selector))
}

// all returns every element that the selector matches.
func (d *doc) all(selector string) []*html.Node {
	return cascadia.QueryAll(d.root, cascadia.MustCompile(selector))
}

// text returns the text of the first match, its white space folded; "" if there is none.
func (d *doc) text(selector string) string {
	n := d.find(selector)
	if n == nil {
		return ""
	}
	return textOf(n)
}

// has fails the test unless the selector matches and its text contains want.
func (d *doc) has(selector, want string) {
	d.t.Helper()
	for _, n := range d.all(selector) {
		if strings.Contains(textOf(n), want) {
			return
		}
	}
	d.t.Errorf("status %d: no %s contains %q; the first says %q", d.Status, selector, want, d.text(selector))
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// passphrase is the password of every account in these tests.
const passphrase = "bon tu ghep lai voi nhau"

// province is a small province with one set and an open round, 2026-11: units SYT and 22015, indicators of every
// kind, a clerk and an approver for each unit, one account per other role. Logins: nhap.syt, duyet.syt, nhap.22015,
// duyet.22015, dieuphoi, daumoi, lanhdao, quantri.
func newProvince(t testing.TB) *site {
	t.Helper()
	s := newSite(t)
	sys := s.app.System()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	phc := s.hash()
	from := kpi.NewMonth(2026, 1)
	ten, hundred := kpi.Some(kpi.Dec(0)), kpi.Some(kpi.Dec(100))
	base := kpi.Indicator{Set: "nq57", From: from, Group: "1", Origin: kpi.Province, Direction: kpi.Up, Frequency: kpi.Monthly,
		Accumulation: kpi.Flow, Aggregation: kpi.AggSum, Weight: 1, Definition: "Định nghĩa.", Computation: "Cách tính.", Source: "Báo cáo của đơn vị."}
	ind := func(code, name, unit string, kind kpi.Kind, change func(*kpi.Indicator)) kpi.Indicator {
		x := base
		x.Code, x.Name, x.Unit, x.Kind = code, name, unit, kind
		if change != nil {
			change(&x)
		}
		return x
	}
	inds := []kpi.Indicator{
		ind("1.01", "Số hồ sơ tiếp nhận", "Hồ sơ", kpi.KindNumber, nil),
		ind("1.02", "Số hồ sơ trực tuyến", "Hồ sơ", kpi.KindNumber, nil),
		ind("1.03", "Tỷ lệ hồ sơ đúng hạn", "%", kpi.KindRatio, func(x *kpi.Indicator) {
			x.Scale, x.Share, x.Decimals, x.Aggregation = kpi.Dec(100), true, 1, kpi.AggRatio
			x.Numerator, x.Denominator, x.Min, x.Max = "Hồ sơ đúng hạn", "Hồ sơ đã giải quyết", ten, hundred
			x.Targets = []kpi.Target{{Year: 2026, Op: kpi.OpGE, Value: kpi.Some(kpi.Dec(95))}}
		}),
		ind("1.04", "Đã ban hành kế hoạch", "Có/Không", kpi.KindYesNo, func(x *kpi.Indicator) { x.Aggregation, x.Accumulation = kpi.AggMean, kpi.Point }),
		ind("1.05", "Mức bảo đảm an toàn thông tin", "Mức", kpi.KindGrade, func(x *kpi.Indicator) {
			x.Aggregation, x.Accumulation = kpi.AggMean, kpi.Point
			x.Grades = []kpi.Grade{{Code: "1", Label: "Mức 1", Points: 50}, {Code: "2", Label: "Mức 2", Points: 100}}
		}),
		ind("1.06", "Kết quả nổi bật", "", kpi.KindText, func(x *kpi.Indicator) { x.Direction = kpi.Neither }),
	}
	check(s.store.Update(func(tx *store.Tx) error {
		ev := sys.Event(kpi.VerbAdd, "test", "", "", "")
		set := kpi.IndicatorSet{Code: "nq57", Name: "Bộ chỉ số thử", Groups: []kpi.Group{{Code: "1", Layer: 1, Name: "Nhóm thử", Weight: 1}},
			Checks: []kpi.CrossCheck{{Kind: kpi.CheckLE, Left: "1.02", Right: []string{"1.01"}, Text: "Hồ sơ trực tuyến không lớn hơn tổng số hồ sơ."}}}
		if err := tx.PutSet(set, ev); err != nil {
			return err
		}
		for _, x := range inds {
			if err := tx.PutIndicator(x, ev); err != nil {
				return err
			}
		}
		for _, u := range []kpi.Unit{{Code: "SYT", Name: "Sở Y tế", Kind: kpi.Agency}, {Code: "22015", Name: "Ủy ban nhân dân phường Tuy Hoà", Kind: kpi.Ward}} {
			if err := tx.PutUnit(u, sys.Event(kpi.VerbAdd, "unit/"+u.Code, "", u.Name, "")); err != nil {
				return err
			}
			for _, x := range inds {
				if err := tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: u.Code, Indicator: x.Code, Role: kpi.Lead, From: from}, ev); err != nil {
					return err
				}
			}
		}
		user := func(login, name string, role kpi.Role, unit string) error {
			return tx.PutUser(kpi.User{Login: login, Name: name, Grants: []kpi.Grant{{Role: role, Unit: unit}}, Password: phc, Created: s.now}, ev)
		}
		for _, u := range []string{"SYT", "22015"} {
			if err := user("nhap."+strings.ToLower(u), "Nhập liệu "+u, kpi.Clerk, u); err != nil {
				return err
			}
			if err := user("duyet."+strings.ToLower(u), "Người duyệt "+u, kpi.Approver, u); err != nil {
				return err
			}
		}
		for login, role := range map[string]kpi.Role{"dieuphoi": kpi.Coordinator, "daumoi": kpi.Liaison, "lanhdao": kpi.Leader, "quantri": kpi.Admin} {
			if err := user(login, role.Label(), role, ""); err != nil {
				return err
			}
		}
		return nil
	}))
	check(s.app.OpenRound(sys, "nq57", kpi.NewMonth(2026, 11), kpi.DefaultDates(kpi.NewMonth(2026, 11))))
	return s
}

// hash returns the stored form of passphrase, with cheap parameters so that the tests are quick.
func (s *site) hash() string {
	const cheap = "$argon2id$v=19$m=64,t=1,p=1$"
	return cheap + testSalt + "$" + testKey(passphrase)
}
