package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store/storetest"

	"filippo.io/age"
)

// TestBackup_Encrypted: nothing readable lies in the folder but the manifest; with the key all comes back, with another nothing.
func TestBackup_Encrypted(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	f := newArchive(t, func(p *BackupPlan) { p.Recipient = key.Recipient().String() })
	id := f.attach("bien ban hop kin")
	f.backUp()
	f.clock.forward(time.Minute)
	dir := f.backUp()
	for _, path := range files(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("bien ban")) || bytes.Contains(b, []byte("5e55")) || !strings.HasSuffix(path, ".age") && path != backupManifest && path != backupSums {
			t.Errorf("%s is readable", path)
		}
	}
	for name, tt := range map[string]struct {
		vault  Vault
		opened bool
	}{"without key": {f.vault(), false}, "with key": {f.vault(key), true}} {
		if _, opened, err := tt.vault.Check(context.Background(), dir); opened != tt.opened || err != nil {
			t.Errorf("%s: opened %v, %v", name, opened, err)
		}
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "new")
	for _, v := range []Vault{f.vault(), f.vault(other)} {
		if _, _, err := v.Restore(context.Background(), dir, to); kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "--key") {
			t.Errorf("restored without the key: %v", err)
		}
	}
	if _, _, err := f.vault(key).Restore(context.Background(), dir, to); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(evidencePath(id)))); err != nil || string(b) != "bien ban hop kin" {
		t.Errorf("evidence %q, %v", b, err)
	}
	storetest.OpenIn(t, to)
	names, _ := backupNames(f.out)
	one, _ := os.Stat(filepath.Join(f.out, names[0], filepath.FromSlash(evidencePath(id)+codedSuffix)))
	two, _ := os.Stat(filepath.Join(f.out, names[1], filepath.FromSlash(evidencePath(id)+codedSuffix)))
	if !os.SameFile(one, two) {
		t.Error("encrypted evidence lies twice")
	}
}
