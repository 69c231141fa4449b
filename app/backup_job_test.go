package app

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// TestNightlyBackup follows three days on the clock.
func TestNightlyBackup(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	made := func() int {
		t.Helper()
		if err := f.DueBackup(context.Background()); err != nil {
			t.Fatal(err)
		}
		names, err := backupNames(f.out)
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	steps := []struct {
		forward time.Duration
		want    int
		why     string
	}{
		{0, 1, "there is none at all"},
		{time.Minute, 1, "there is one since 02h00"},
		{16*time.Hour + 50*time.Minute, 1, "01h51 of the next day is before the hour"},
		{9 * time.Minute, 2, "02h00"},
		{time.Minute, 2, "once a night"},
		{30 * time.Hour, 3, "one was missed while the server was off, and is made at 08h01"},
		{time.Minute, 3, "that one counts"},
		{17*time.Hour + 58*time.Minute, 4, "the night after"},
	}
	for _, s := range steps {
		f.clock.forward(s.forward)
		if got := made(); got != s.want {
			t.Errorf("%s: %d backups, want %d: %s", kpi.FormatTime(f.Now()), got, s.want, s.why)
		}
	}
}

// TestNightlyBackup_Hourly: between two nights one an hour, and none where nothing has happened since the newest.
func TestNightlyBackup_Hourly(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	f.backups.plan.Hourly = true
	for _, s := range []struct {
		forward time.Duration
		happens bool
		want    int
	}{{0, false, 1}, {time.Hour, false, 1}, {0, true, 2}, {59 * time.Minute, true, 2}, {time.Minute, false, 3}, {5 * time.Hour, false, 3}} {
		f.clock.forward(s.forward)
		if s.happens {
			if err := f.store.Update(func(tx *store.Tx) error { return tx.Log(f.System().Event(kpi.VerbChange, "test", "", "", "")) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.DueBackup(context.Background()); err != nil {
			t.Fatal(err)
		}
		if names, err := backupNames(f.out); err != nil || len(names) != s.want {
			t.Errorf("%s: %d backups, want %d (%v)", kpi.FormatTime(f.Now()), len(names), s.want, err)
		}
	}
}

// TestNightlyBackup_Fails: a backup that fails is told, is tried again after an hour, and turns the health red after 26.
func TestNightlyBackup_Fails(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	if err := f.DueBackup(context.Background()); err != nil {
		t.Fatal(err)
	}
	first := f.Now()
	f.backups.plan.Reserve = 1 << 60
	f.clock.forward(24 * time.Hour)
	if err := f.DueBackup(context.Background()); kpi.KindOf(err) != kpi.NoSpace {
		t.Fatalf("got %v", err)
	}
	f.clock.forward(59 * time.Minute)
	if err := f.DueBackup(context.Background()); err != nil {
		t.Errorf("tried again within the hour: %v", err)
	}
	if last, late, ok := f.BackupHealth(); !ok || late || !last.Equal(first) {
		t.Errorf("after 25 hours: %v %v %v", last, late, ok)
	}
	f.clock.forward(time.Minute)
	if err := f.DueBackup(context.Background()); kpi.KindOf(err) != kpi.NoSpace {
		t.Errorf("not tried again after an hour: %v", err)
	}
	f.clock.forward(time.Hour + time.Second)
	if last, late, ok := f.BackupHealth(); !ok || !late || !last.Equal(first) {
		t.Errorf("after 26 hours: %v %v %v", last, late, ok)
	}
	f.backups.plan.Reserve = 0
	if err := f.DueBackup(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, late, _ := f.BackupHealth(); late {
		t.Error("still late after a good one")
	}
}

func TestBackupHealth_NeverMade(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	f.clock.t = time.Date(2026, 5, 15, 4, 0, 0, 0, time.UTC) // half an hour after the first event
	if last, late, ok := f.BackupHealth(); !ok || late || !last.IsZero() {
		t.Errorf("just installed: %v %v %v", last, late, ok)
	}
	f.clock.forward(27 * time.Hour)
	if _, late, _ := f.BackupHealth(); !late {
		t.Error("no backup in 27 hours is not late")
	}
	f.backups.plan.Nightly = false
	if _, _, ok := f.BackupHealth(); ok {
		t.Error("health speaks of backups that nobody asked for")
	}
}

// TestBackup_ClockSetBack: names stay in order, nothing is overwritten, nothing is let go of.
func TestBackup_ClockSetBack(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	f.backUp()
	f.clock.forward(-10 * time.Minute)
	f.backUp()
	f.clock.forward(-365 * 24 * time.Hour)
	f.backUp()
	f.clock.forward(3 * 365 * 24 * time.Hour)
	f.backUp()
	names, err := backupNames(f.out)
	if err != nil || len(names) != 4 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		if err := f.check(f.out + "/" + name); err != nil {
			t.Error(err)
		}
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 2, 0, 0, 0, kpi.Location)
	nightly := func(n int) (names []string) {
		for i := range n {
			names = append(names, backupName(now.AddDate(0, 0, -i)))
		}
		return names
	}
	kept := func(names []string, keep BackupKeep) []string {
		gone := expired(names, keep, now)
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(gone, n) })
	}
	days := func(names []string) string {
		var list []string
		for _, n := range names {
			list = append(list, strings.TrimSuffix(strings.TrimPrefix(n, "chiso-2026-"), "T020000"))
		}
		return strings.Join(list, " ")
	}
	tests := []struct {
		name string
		keep BackupKeep
		want string
	}{
		{"days", BackupKeep{Days: 5}, "11-21 11-20 11-19 11-18 11-17"},
		{"weeks", BackupKeep{Days: 1, Weeks: 3}, "11-21 11-20 11-19 11-15 11-08"}, // Sundays end a week
		{"months", BackupKeep{Days: 1, Months: 3}, "11-21 11-20 11-19 10-31 09-30"},
		{"the newest three in any case", BackupKeep{Days: 1}, "11-21 11-20 11-19"},
	}
	for _, tt := range tests {
		if got := days(kept(nightly(90), tt.keep)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	// Twenty by hand on the last day: all are younger than 26 hours.
	var many []string
	for i := range 20 {
		many = append(many, backupName(now.Add(-time.Duration(i)*time.Hour)))
	}
	if got := kept(many, BackupKeep{Days: 1}); len(got) != 20 {
		t.Errorf("of twenty of one day %d stay", len(got))
	}
	// A server that makes one a week: the last five days that have one, however far back.
	var sparse []string
	for i := range 9 {
		sparse = append(sparse, backupName(now.AddDate(0, 0, -7*i)))
	}
	if got := kept(sparse, BackupKeep{Days: 5}); len(got) != 5 {
		t.Errorf("of nine weekly ones %d stay", len(got))
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Date(2026, 11, 21, 2, 0, 0, 0, kpi.Location)
	for i := range 10 {
		name := dir + "/" + backupName(now.AddDate(0, 0, -i))
		if err := os.MkdirAll(name+"/files/ab", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name+"/files/ab/cd", []byte(fmt.Sprint(i)), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := prune(dir, BackupKeep{}, now); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 10 {
		t.Errorf("without a number %d of 10 stay", len(entries))
	}
	if err := prune(dir, BackupKeep{Days: 4}, now); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 4 || entries[0].Name() != "chiso-2026-11-18T020000" {
		t.Errorf("%v", entries)
	}
}
