package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app/kpi"
)

func TestEventsPage(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.browser().signInByForm("nhap.syt", passphrase).get("/quan-tri") // refused
	b := s.browser().signInByForm("lanhdao", passphrase)
	d := b.get(eventsURL)
	d.has("tr.row-warn", "Từ chối trang GET /quan-tri")
	d.has("nav.menu a", "Nhật ký")
	if d := b.get(eventsURL + "?q=" + url.QueryEscape(script)); d.Status != http.StatusOK || strings.Contains(d.Body, "<script>alert") || d.find("tbody") != nil {
		t.Errorf("script as text: %d", d.Status)
	}
	for query, want := range map[string]int{"tu=x": 422, "tu=2026-11-12&den=2026-11-11": 422, "tu=2026-11-01&den=2026-11-30&truoc=x": 200, "tu=2025-01-01&den=2025-01-02": 200} {
		if d := b.get(eventsURL + "?" + query); d.Status != want {
			t.Errorf("%s: status %d", query, d.Status)
		}
	}
	d = b.post(eventsURL, url.Values{"tu": {"2026-11-10"}, "den": {"2026-11-10"}})
	if d.Status != http.StatusOK || !strings.HasPrefix(d.Header.Get("Content-Type"), "text/csv") || !strings.Contains(d.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(d.Body, `"nhap.syt"`) {
		t.Errorf("export: %d %v", d.Status, d.Header)
	}
	b.get(eventsURL).has("tbody tr", "Xuất nhật ký")
	s.browser().signInByForm("quantri", passphrase).get("/quan-tri").has(".panel", "Nhật ký hệ thống")
	if err := kpi.May(kpi.User{Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, kpi.SeeEvents); err == nil {
		t.Error("a coordinator may")
	}
}
