package web

import (
	"os"
	"path/filepath"
	"testing"

	"chiso/app"
)

// TestJournal: the admin sees that the journal is kept, and on every page when it is not; others and saving are left alone.
func TestJournal(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	dir := filepath.Join(t.TempDir(), "journal")
	s.remake(app.Options{Backup: app.BackupPlan{Journal: dir}})
	s.app.StartJournal()
	s.app.TendJournal(t.Context())
	admin := s.browser().signIn("quantri", passphrase)
	d := admin.get(statusURL)
	d.has(".task-note", "Đang ghi ở "+dir)
	d.has(".task-note", "Nằm cùng ổ đĩa với số liệu")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a disk that is gone
		t.Fatal(err)
	}
	s.app.TendJournal(t.Context())
	admin.get("/").has(".strip-bad", "Nhật ký ghi trước ở "+dir+" không ghi được")
	b := s.browser().signIn("nhap.syt", passphrase)
	if d := b.get(sheetPath); d.find(".strip-bad") != nil {
		t.Error("a clerk reads of the journal")
	}
	if _, a := b.save(`{"items":[{"k":"1.01","v":0,"op":"aaaaaaaa1","raw":"12"}]}`); len(a.Items) != 1 || a.Items[0].Status != "saved" {
		t.Errorf("saving: %+v", a)
	}
	if a := s.health(); a.Status != "degraded" {
		t.Errorf("healthz: %+v", a)
	}
}
