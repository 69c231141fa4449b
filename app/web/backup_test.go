package web

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app"
)

// newBackupSite is newProvince with nightly backups into a folder that it returns.
func newBackupSite(t *testing.T, change func(*app.BackupPlan)) (*site, string) {
	t.Helper()
	s := newProvince(t)
	dir := filepath.Join(t.TempDir(), "backup")
	plan := app.BackupPlan{Dir: dir, Nightly: true, At: 2 * time.Hour, Keep: app.BackupKeep{Days: 14, Weeks: 8, Months: 12}}
	if change != nil {
		change(&plan)
	}
	s.app = app.New(app.Options{Store: s.store, Dir: t.TempDir(), Now: func() time.Time { return s.now }, Backup: plan})
	s.serve(Options{})
	return s, dir
}

// healthAnswer is what /healthz tells.
type healthAnswer struct {
	Status string
	Backup *struct {
		Last *time.Time
		Late bool
	}
}

func (s *site) health() (a healthAnswer) {
	s.t.Helper()
	d := s.browser().get("/healthz")
	if err := json.Unmarshal([]byte(d.Body), &a); err != nil || d.Status != http.StatusOK {
		s.t.Fatalf("%d %s: %v", d.Status, d.Body, err)
	}
	return a
}

// TestBackups follows the admin: no backup yet, one made by hand, none for more than 26 hours.
func TestBackups(t *testing.T) {
	t.Parallel()
	s, dir := newBackupSite(t, nil)
	b := s.browser().signIn("quantri", passphrase)
	b.get("/quan-tri").has(".panel h2", "Sao lưu")
	d := b.get(backupsURL)
	d.has(".empty h2", "Chưa có bản sao lưu nào")
	d.has("dd", dir)
	d.has("dd", "11/11/2026 02h00")
	d.has("dd", "14 ngày, 8 tuần, 12 tháng gần nhất")
	if a := s.health(); a.Status != "ok" || a.Backup == nil || a.Backup.Last != nil || a.Backup.Late {
		t.Errorf("health before the first: %+v", a)
	}

	if d = b.post(backupsURL, nil); d.Status != http.StatusSeeOther || d.Header.Get("Location") != backupsURL {
		t.Fatalf("status %d %s", d.Status, d.text(".notice"))
	}
	d = b.get(backupsURL)
	d.has("#flash", "Đã sao lưu và kiểm chứng chiso-2026-11-10T090000")
	d.has(".notice-success", "Bản sao lưu được kiểm chứng gần nhất: 10/11/2026 09h00.")
	d.has("tbody td", "chiso-2026-11-10T090000")
	d.has("code", "chiso restore "+filepath.Join(dir, "chiso-2026-11-10T090000")+" --data")
	if _, err := os.Stat(filepath.Join(dir, "chiso-2026-11-10T090000", "manifest.json")); err != nil {
		t.Error(err)
	}
	if a := s.health(); a.Status != "ok" || a.Backup.Last == nil || !a.Backup.Last.Equal(s.now) {
		t.Errorf("health after it: %+v", a)
	}

	s.now = s.now.Add(26*time.Hour + time.Minute)
	d = s.browser().signIn("quantri", passphrase).get(backupsURL)
	d.has(".notice-error", "Bản sao lưu được kiểm chứng gần nhất là lúc 10/11/2026 09h00, đã 26 giờ.")
	if d.find(".notice-success") != nil {
		t.Error("red and green at once")
	}
	if a := s.health(); a.Status != "degraded" || !a.Backup.Late {
		t.Errorf("health after 26 hours: %+v", a)
	}
}

// TestBackups_Fails: the sentence stands on the page, once, and stays there until a backup is made.
func TestBackups_Fails(t *testing.T) {
	t.Parallel()
	s, dir := newBackupSite(t, func(p *app.BackupPlan) { p.Reserve = 1 << 60 })
	b := s.browser().signIn("quantri", passphrase)
	b.get(backupsURL)
	d := b.post(backupsURL, nil)
	if d.Status != http.StatusInsufficientStorage {
		t.Errorf("status %d", d.Status)
	}
	d.has(".notice-error", "Ổ đĩa chứa thư mục sao lưu "+dir+" còn")
	if n := strings.Count(d.Body, "Ổ đĩa chứa thư mục sao lưu"); n != 1 {
		t.Errorf("the sentence stands %d times on the page", n)
	}
	b.get(backupsURL).has(".notice-error", "Lần sao lưu lúc 10/11/2026 09h00: Ổ đĩa chứa")
}

// TestBackups_NotConfigured: the page says what to do, and the health says nothing about backups.
func TestBackups_NotConfigured(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get(backupsURL).has(".notice-warning", "backup.dir")
	if d := b.post(backupsURL, nil); d.Status != http.StatusConflict {
		t.Errorf("status %d", d.Status)
	}
	if a := s.health(); a.Status != "ok" || a.Backup != nil {
		t.Errorf("health %+v", a)
	}
}
