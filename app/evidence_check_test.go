package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"chiso/app/kpi"
)

// TestCheckFiles: one bit flipped in each of some files, all of them found, a missing one too; put back, they are no longer told.
func TestCheckFiles(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	var ids []kpi.FileID
	for i := range 120 {
		ids = append(ids, f.attach(fmt.Sprint("báo cáo số ", i)))
	}
	check := func(files, bad int) FileCheck {
		t.Helper()
		if err := f.CheckFiles(context.Background()); err != nil {
			t.Fatal(err)
		}
		c, err := f.FileCheck()
		if err != nil || c.Files != files || c.Bad != bad {
			t.Fatalf("%+v, %v; want %d of %d", c, err, bad, files)
		}
		return c
	}
	first := check(121, 0)
	path := func(id kpi.FileID) string { return filepath.Join(f.data, filepath.FromSlash(evidencePath(id))) }
	whole := map[kpi.FileID][]byte{}
	for i, id := range ids[:100] {
		b, err := os.ReadFile(path(id))
		if err != nil {
			t.Fatal(err)
		}
		whole[id] = slices.Clone(b)
		b[i%len(b)] ^= 1 << (i % 8)
		if err := os.WriteFile(path(id), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(path(ids[110])); err != nil {
		t.Fatal(err)
	}
	check(121, 0) // not due
	f.clock.t = first.At.Add(fileCheckEvery)
	c := check(121, 101)
	if len(c.Names) != fileCheckNames {
		t.Errorf("%d named", len(c.Names))
	}
	for _, id := range c.Names[:2] {
		if err := os.WriteFile(path(id), whole[id], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check(121, 101-2)
	again := New(Options{Store: f.store, Dir: f.data, Now: f.clock.now}) // after a restart
	if c, err := again.FileCheck(); err != nil || c.Bad != 99 {
		t.Errorf("after a restart: %+v, %v", c, err)
	}
}
