package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// demoApp returns an App on an empty store at the given local time.
func demoApp(t testing.TB, at time.Time) *App {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	a := New(Options{Store: st, Dir: dir, Now: func() time.Time { return at }})
	return a
}

func TestSeedSpeed(t *testing.T) {
	a := demoApp(t, time.Date(2026, 11, 22, 8, 30, 0, 0, kpi.Location))
	start := time.Now()
	list, err := a.SeedDemo("mật khẩu dùng thử")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
	for _, l := range list {
		t.Logf("%+v", l)
	}
	n, _ := a.store.Size()
	a.store.View(func(tx *store.Tx) error { e, _ := tx.Events(); t.Log(n, e); return nil })
}

func TestProvinceSpeed(t *testing.T) {
	a := demoApp(t, time.Date(2026, 11, 22, 8, 30, 0, 0, kpi.Location))
	start := time.Now()
	if err := a.SeedProvince(124, 300, 60, "mật khẩu dùng thử"); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
	n, _ := a.store.Size()
	a.store.View(func(tx *store.Tx) error { e, _ := tx.Events(); t.Log(n, e); return nil })
}
