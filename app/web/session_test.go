package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser()
	d := b.get("/")
	if d.find("#username") == nil {
		t.Fatal("no sign-in page for somebody who is not signed in")
	}
	d = b.post("/dang-nhap", url.Values{"username": {"nhap.syt"}, "password": {"sai"}})
	if d.Status != http.StatusUnprocessableEntity {
		t.Errorf("wrong password: status %d", d.Status)
	}
	d.has(".notice-error", "Tên đăng nhập hoặc mật khẩu")
	b.signInByForm("nhap.syt", passphrase)
	b.get("/").has("h1", "Việc của tôi")
}

// TestForms_AddressDoesNotCount: neither a password nor a token is taken from the address of a form.
func TestForms_AddressDoesNotCount(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser()
	b.get("/dang-nhap")
	d := b.post("/dang-nhap?"+url.Values{"username": {"nhap.syt"}, "password": {passphrase}}.Encode(), nil)
	if d.Status == http.StatusSeeOther {
		t.Error("signed in by the address")
	}
	b.signInByForm("nhap.syt", passphrase)
	b.get("/")
	if d := b.post("/dang-xuat?csrf="+b.csrf, url.Values{"csrf": {"x"}}); d.Status != http.StatusForbidden {
		t.Errorf("token in the address: status %d", d.Status)
	}
}

// Whoever is signed out by something else than their own button is told so.
func TestSignIn_SessionOver(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	s.now = s.now.Add(24 * time.Hour)
	b.get("/").has(".signin .notice", "Phiên làm việc đã kết thúc")
	b.signInByForm("nhap.syt", passphrase)
	b.post("/dang-xuat", nil)
	for who, d := range map[string]*doc{"a stranger": s.browser().get("/dang-nhap"), "one who has left": b.get("/dang-nhap")} {
		if d.find(".notice") != nil {
			t.Errorf("%s is told of a session", who)
		}
	}
}
