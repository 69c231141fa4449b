package web

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestDamage: a record that rots under a running server is told on the page that needs it, to the admin and to machines; the other
// pages are served.
func TestDamage(t *testing.T) {
	t.Parallel()
	s, b := newSaver(t)
	b.save(`{"items":[{"k":"1.06","v":0,"op":"aaaaaaaa1","raw":"khai-truong-trung-tam"}]}`)
	storetest.Spoil(t, filepath.Join(s.dir, store.FileName), "khai-truong-trung-tam")
	d := b.get(sheetPath)
	if d.Status != http.StatusServiceUnavailable || d.Header.Get("Retry-After") == "" {
		t.Fatalf("the sheet: %d", d.Status)
	}
	d.has("h1", "Số liệu bị hỏng")
	d.has("[data-reason]", "«chiso restore THƯ-MỤC-SAO-LƯU --data "+s.dir+"»")
	if d := b.get("/chi-so"); d.Status != http.StatusOK {
		t.Errorf("another page: %d", d.Status)
	}
	if a := s.health(); a.Status != "degraded" {
		t.Errorf("healthz: %+v", a)
	}
	admin := s.browser().signIn("quantri", passphrase)
	d = admin.get(statusURL)
	d.has(".strip-bad", "Số liệu bị hỏng")
	d.has(".task-note", "Gặp chỗ hỏng 1 lần")
}

// TestBadFile: a file that is gone is told where it is asked for, and after the weekly round to the admin.
func TestBadFile(t *testing.T) {
	t.Parallel()
	s := newProvince(t).prove()
	if err := s.app.CheckFiles(context.Background()); err != nil {
		t.Fatal(err)
	}
	admin := s.browser().signIn("quantri", passphrase)
	if d := admin.get(statusURL); !strings.Contains(d.Body, "đều còn nguyên") {
		t.Error("whole files are not told of")
	}
	var id kpi.FileID
	storetest.View(t, s.store, func(tx *store.Tx) error {
		list, err := tx.NamedFiles()
		id = list[0]
		return err
	})
	if err := os.Remove(filepath.Join(s.dir, store.FileFolder, string(id[:2]), string(id[2:]))); err != nil {
		t.Fatal(err)
	}
	d := s.browser().signIn("nhap.syt", passphrase).get("/minh-chung/SYT/" + string(exampleEvidence))
	if d.Status != http.StatusServiceUnavailable || !strings.Contains(d.text("[data-reason]"), "Tệp này mất hoặc hỏng") {
		t.Errorf("the file: %d %s", d.Status, d.Body)
	}
	s.now = s.now.AddDate(0, 0, 8)
	if err := s.app.CheckFiles(context.Background()); err != nil {
		t.Fatal(err)
	}
	admin = s.browser().signIn("quantri", passphrase)
	d = admin.get(statusURL)
	d.has(".strip-bad", "1 tệp đính kèm mất hoặc hỏng")
	d.has(".task-note", "files/"+string(id[:2])+"/"+string(id[2:]))
	if a := s.health(); a.Status != "degraded" {
		t.Errorf("healthz: %+v", a)
	}
}
