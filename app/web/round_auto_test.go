package web

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"chiso/app/kpi"
)

func TestRound_OpensByItself(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	b.get("/ky").has("option[selected]", "Không tự mở")
	for _, day := range []string{"", "x", "16", "-1"} {
		if d := b.post("/ky/nq57/tu-mo", url.Values{"day": {day}}); d.Status != http.StatusUnprocessableEntity {
			t.Errorf("day %q: %d", day, d.Status)
		}
	}
	if d := b.post("/ky/nq57/tu-mo", url.Values{"day": {"2"}}); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d", d.Status)
	}
	d := b.get("/ky")
	d.has("option[selected]", "Ngày 2 hằng tháng")
	d.has(".notice", "Kỳ tháng 12/2026 tự mở vào ngày 02/12/2026, nếu")
	d.has(".panel-foot", "Kỳ tháng 12/2026 tự mở vào ngày 02/12/2026.")
	if err := s.app.DisableUser(s.admin(), "duyet.22015"); err != nil {
		t.Fatal(err)
	}
	s.now = kpi.NewMonth(2026, 12).Day(3)
	if err := s.app.OpenDueRounds(context.Background()); err != nil {
		t.Fatal(err)
	}
	b = s.browser().signIn("dieuphoi", passphrase)
	for _, path := range []string{"/", "/ky"} {
		d := b.get(path)
		d.has(".notice", "Kỳ tháng 12/2026 chưa tự mở được vào ngày 02/12/2026")
		d.has(".notice li", "chưa có tài khoản duyệt")
	}
	if d := s.browser().signIn("lanhdao", passphrase).get("/"); d.find(".notice-error") != nil {
		t.Error("others are told as well")
	}
	if err := s.app.EnableUser(s.admin(), "duyet.22015"); err != nil {
		t.Fatal(err)
	}
	if err := s.app.OpenDueRounds(context.Background()); err != nil {
		t.Fatal(err)
	}
	d = b.get("/ky")
	d.has("tbody tr", "Tháng 12/2026")
	d.has("tbody tr", "Hệ thống")
	if d.find(".notice-error") != nil {
		t.Error("the notice stays")
	}
}
