package web

import (
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app"
)

// full lets no disk be large enough for the site's figures.
func (s *site) full() {
	s.t.Helper()
	s.remake(app.Options{MinFree: math.MaxInt64})
}

// remake gives the site another App on its store.
func (s *site) remake(o app.Options) {
	s.t.Helper()
	o.Store, o.Dir, o.Now = s.store, s.t.TempDir(), func() time.Time { return s.now }
	s.app = app.New(o)
	s.serve(Options{})
}

// The disk is nearly full: forms are refused with 507 and a sentence, signing in and reading go on, everybody sees why; with room
// again all goes on without a restart.
func TestDiskNearlyFull(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.full()
	const says = "Ổ đĩa của máy chủ sắp đầy"
	b := s.browser().signIn("nhap.syt", passphrase)
	const sheet = "/nhap-lieu/nq57/2026-11/SYT"
	d := b.get(sheet)
	d.has(".strip-bad", says)
	d = b.post(sheet+"/luu", url.Values{"c.1.01": {"5"}, "v.1.01": {"0"}})
	if d.Status != http.StatusInsufficientStorage {
		t.Fatalf("saving: %d", d.Status)
	}
	d.has("[data-reason]", says)
	if d := s.browser().get("/readyz"); d.Status != http.StatusInsufficientStorage || !strings.Contains(d.Body, says) {
		t.Errorf("readyz: %d %s", d.Status, d.Body)
	}
	if a := s.health(); a.Status != "degraded" {
		t.Errorf("healthz: %+v", a)
	}
	admin := s.browser().signIn("quantri", passphrase)
	admin.get(statusURL).has(".task-note", says)
	jar := b.jar
	s.remake(app.Options{MinFree: 1})
	b = s.browser()
	b.jar = jar
	if d := b.get(sheet); d.find(".strip-bad") != nil && strings.Contains(d.text(".strip-bad"), says) {
		t.Error("the strip stays")
	}
	if d := b.post(sheet+"/luu", url.Values{"c.1.01": {"5"}, "v.1.01": {"0"}}); d.Status >= 400 {
		t.Errorf("with room again: %d %s", d.Status, d.text("[data-reason]"))
	}
	if d := s.browser().get("/readyz"); d.Status != http.StatusOK {
		t.Errorf("readyz: %d %s", d.Status, d.Body)
	}
}

// The clock jumps: the admin reads of it on every page, others do not; the admin confirms it.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	var running time.Duration
	s.remake(app.Options{Elapsed: func() time.Duration { return running }})
	if err := s.app.StartClock(time.Time{}); err != nil {
		t.Fatal(err)
	}
	b, clerk := s.browser().signIn("quantri", passphrase), s.browser().signIn("nhap.syt", passphrase)
	if d := b.get(statusURL); strings.Contains(d.Body, "Đồng hồ máy chủ") {
		t.Error("a clock that runs is complained of")
	}
	s.now = s.now.Add(-3 * time.Hour)
	running += time.Minute
	b.get("/").has(".strip-bad", "Đồng hồ máy chủ lùi lại 3 giờ")
	if d := clerk.get("/"); strings.Contains(d.Body, "Đồng hồ máy chủ") {
		t.Error("a clerk reads of the clock")
	}
	d := b.get(statusURL)
	d.has(".notice-error", "Máy chủ đang chỉ 10/11/2026 06h00; hệ thống giữ giờ của mình là 10/11/2026 09h01")
	if a := s.health(); a.Status != "degraded" {
		t.Errorf("healthz: %+v", a)
	}
	if d := clerk.post(statusURL+"/gio", nil); d.Status != http.StatusForbidden {
		t.Errorf("a clerk confirms the clock: %d", d.Status)
	}
	if d := b.post(statusURL+"/gio", nil); d.Status != http.StatusSeeOther || d.Header.Get("Location") != statusURL {
		t.Fatalf("confirm: %d", d.Status)
	}
	d = b.get(statusURL)
	d.has(".notice-success", "Đã theo giờ của máy chủ")
	d.has("dd", "10/11/2026 06h00")
	if d := b.post(statusURL+"/gio", nil); d.Status != http.StatusSeeOther {
		t.Errorf("again: %d", d.Status)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get("/nhap-lieu/nq57/2026-11/SYT")
	b.get("/khong-co-" + strings.Repeat("x", 50))
	w := httptest.NewRecorder()
	s.srv.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text := w.Body.String()
	for _, want := range []string{
		`chiso_requests_total{route="GET /nhap-lieu/:set/:month/:unit",status="2xx"} 1`, `chiso_requests_total{route="GET khác",status="4xx"} 1`,
		`chiso_request_seconds_bucket{route="GET /nhap-lieu/:set/:month/:unit",le="+Inf"} 1`, "chiso_writable 1\n", "chiso_sessions 1\n", "chiso_backup_age_seconds -1\n", "chiso_clock_offset_seconds 0\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") && len(strings.Fields(line)) < 2 || strings.Contains(line, "xxxxx") {
			t.Errorf("line %q", line)
		}
	}
	if s.browser().get("/metrics").Status != http.StatusNotFound {
		t.Error("the pages' listener tells the metrics")
	}
}

func TestMeter_SlowIsBounded(t *testing.T) {
	t.Parallel()
	var m meter
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for i := range slowKept + 7 {
		m.count(slowRequest{At: start.Add(time.Duration(i) * time.Minute), Route: "GET /x", Status: 200, Took: slowFrom})
		m.count(slowRequest{Route: "GET /x", Status: 200, Took: slowFrom - 1})
	}
	list := m.slowest()
	if len(list) != slowKept || !list[0].At.Equal(start.Add((slowKept+6)*time.Minute)) || !list[slowKept-1].At.Equal(start.Add(7*time.Minute)) {
		t.Errorf("%d kept, from %s to %s", len(list), list[len(list)-1].At, list[0].At)
	}
}

// Damaged data: every page says so and names the way back; machines are told without it.
func TestMaintenance(t *testing.T) {
	t.Parallel()
	h := Maintenance("Tỉnh <x>", "chiso restore /a --data /b")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/nhap-lieu", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "chiso restore /a --data /b") || strings.Contains(w.Body.String(), "<x>") || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.HasPrefix(w.Body.String(), `{"status":"damaged"`) || strings.Contains(w.Body.String(), "/a") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
