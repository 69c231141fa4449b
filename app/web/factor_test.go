package web

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app"
)

// factors starts the site again with a policy.
func (s *site) factors(policy app.FactorPolicy) *site {
	s.t.Helper()
	s.app = app.New(app.Options{Store: s.store, Dir: s.t.TempDir(), Now: func() time.Time { return s.now }, SecondFactor: policy})
	s.serve(Options{})
	return s
}

// code makes the code of a key as a phone does.
func (s *site) code(key string) string {
	s.t.Helper()
	seed, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(key, " ", ""))
	if err != nil {
		s.t.Fatal(err)
	}
	mac := hmac.New(sha1.New, seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(s.now.Unix()/30)))
	sum := mac.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

func TestFactor_RequiredRole_EnrolsThenSignsInWithCode(t *testing.T) {
	t.Parallel()
	s := newProvince(t).factors(app.FactorRequired)
	b := s.browser().signInByForm("quantri", passphrase)
	before := b.jar["phien"]
	for _, path := range []string{"/", "/quan-tri", "/quan-tri/tai-khoan", "/nhat-ky"} {
		b.get(path).has("h1", "Xác thực hai lớp")
	}
	if d := b.post("/quan-tri/tai-khoan/nhap.syt/khoa", nil); d.Status != http.StatusSeeOther || s.account("nhap.syt").Disabled {
		t.Errorf("a form before enrolment: status %d", d.Status)
	}
	d := b.get(factorURL)
	if d.find("main svg") == nil || d.find("nav.menu") != nil {
		t.Error("no QR code, or a menu that leads nowhere")
	}
	key := d.text("code.copy")
	if again := b.get(factorURL).text("code.copy"); again != key {
		t.Error("the key is another one when the page is loaded again")
	}
	d = b.post(factorURL, url.Values{"code": {"000000"}})
	if d.Status != http.StatusUnprocessableEntity || d.text("code.copy") != key {
		t.Errorf("wrong code: status %d", d.Status)
	}
	d = b.post(factorURL, url.Values{"code": {s.code(key)}})
	codes := d.all("main ol code")
	if d.Status != http.StatusOK || len(codes) != 10 || b.jar["phien"] == before {
		t.Fatalf("status %d, %d recovery codes, new session %v", d.Status, len(codes), b.jar["phien"] != before)
	}
	b.get("/quan-tri").has("h1", "Quản trị")
	s.now = s.now.Add(time.Minute)

	c := s.browser()
	c.get("/dang-nhap?toi=/quan-tri")
	d = c.post("/dang-nhap", url.Values{"username": {"quantri"}, "password": {passphrase}, "toi": {"/quan-tri"}})
	if d.Status != http.StatusSeeOther || !strings.HasPrefix(d.Header.Get("Location"), codeURL) || c.jar["phien"] != "" {
		t.Fatalf("first step: %d to %s, session %q", d.Status, d.Header.Get("Location"), c.jar["phien"])
	}
	half := c.jar["buoc-hai"]
	c.jar["phien"] = half
	c.get("/quan-tri").has("h1", "Đăng nhập")
	delete(c.jar, "phien")
	c.get(d.Header.Get("Location")).has("h1", "Mã xác thực")
	if d := c.post(codeURL, url.Values{"code": {"123456"}, "toi": {"/quan-tri"}}); d.Status != http.StatusUnprocessableEntity || attr(d.find("[name=toi]"), "value") != "/quan-tri" {
		t.Errorf("wrong code: %d", d.Status)
	}
	d = c.post(codeURL, url.Values{"code": {s.code(key)}, "toi": {"/quan-tri"}})
	if d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/quan-tri" || c.jar["phien"] == half || c.jar["buoc-hai"] != "" {
		t.Fatalf("right code: %d to %s", d.Status, d.Header.Get("Location"))
	}
	c.get("/quan-tri").has("h1", "Quản trị")

	s.browser().signInByForm("nhap.syt", passphrase).get("/").has("h1", "Việc của tôi")
}

func TestFactor_OfAClerk_ResetByAdmin(t *testing.T) {
	t.Parallel()
	s := newProvince(t).factors(app.FactorOffered)
	b := s.browser().signInByForm("nhap.syt", passphrase)
	key := b.get(factorURL).text("code.copy")
	if d := b.post(factorURL, url.Values{"code": {s.code(key)}}); d.Status != http.StatusOK {
		t.Fatalf("status %d", d.Status)
	}
	b.get("/tai-khoan").has(".badge", "Xác thực hai lớp bật từ ngày 10/11/2026")
	admin := s.browser().signInByForm("quantri", passphrase)
	admin.get("/quan-tri/tai-khoan/nhap.syt").has("form", "Đặt lại xác thực hai lớp")
	if d := admin.post("/quan-tri/tai-khoan/nhap.syt/xac-thuc", nil); d.Status != http.StatusSeeOther {
		t.Fatalf("reset: status %d", d.Status)
	}
	b.get("/").has("h1", "Đăng nhập")
	b.signInByForm("nhap.syt", passphrase).get("/").has("h1", "Việc của tôi")

	key = b.get(factorURL).text("code.copy")
	b.post(factorURL, url.Values{"code": {s.code(key)}})
	if d := b.post(factorURL+"/tat", nil); d.Status != http.StatusSeeOther {
		t.Errorf("off: status %d", d.Status)
	}
	s.browser().signInByForm("nhap.syt", passphrase).get(factorURL).has("button", "Bật xác thực hai lớp")
}
