package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
)

// BackupKeep says how many backups stay: the newest of each of the last Days days that have one, of the last Weeks weeks and
// of the last Months months. The newest three and all younger than 26 hours stay in any case. With no number at all, all stay.
type BackupKeep struct {
	Days, Weeks, Months int
}

const (
	keepNewest   = 3
	backupPrefix = "chiso-"
	backupStamp  = "2006-01-02T150405"
	halfBackup   = ".tmp-"
	goneBackup   = ".del-"
)

// backupName is the name of the backup made at t; the time in it is that of Viet Nam.
func backupName(t time.Time) string { return backupPrefix + t.In(kpi.Location).Format(backupStamp) }

// backupTime is the instant that a name tells; ok is false for the name of anything else.
func backupTime(name string) (t time.Time, ok bool) {
	stamp, ok := strings.CutPrefix(name, backupPrefix)
	if !ok {
		return t, false
	}
	t, err := time.ParseInLocation(backupStamp, stamp, kpi.Location)
	return t, err == nil
}

// expired returns the names of the backups that need not stay, of names sorted from the newest to the oldest.
func expired(names []string, keep BackupKeep, now time.Time) (gone []string) {
	kept := map[string]bool{}
	spans := []struct {
		count int
		label func(time.Time) string
	}{
		{keep.Days, func(t time.Time) string { return t.Format("2006-01-02") }},
		{keep.Weeks, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprintf("%d/%d", y, w) }},
		{keep.Months, func(t time.Time) string { return t.Format("2006-01") }},
	}
	for _, span := range spans {
		seen := map[string]bool{}
		for _, name := range names {
			t, _ := backupTime(name)
			if label := span.label(t); !seen[label] && len(seen) < span.count {
				seen[label], kept[name] = true, true
			}
		}
	}
	for i, name := range names {
		t, _ := backupTime(name)
		if i >= keepNewest && !kept[name] && now.Sub(t) >= lateAfter {
			gone = append(gone, name)
		}
	}
	return gone
}

// backupNames returns the names of the backups in dir, the newest first; none if there is no such folder.
func backupNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var names []string
	for _, e := range entries {
		if _, ok := backupTime(e.Name()); ok && e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

// prune removes the backups in dir that need not stay. Each is renamed before it is emptied, so that nobody takes the rest of
// one for a whole one.
func prune(dir string, keep BackupKeep, now time.Time) error {
	if keep == (BackupKeep{}) {
		return nil
	}
	names, err := backupNames(dir)
	if err != nil {
		return err
	}
	for _, name := range expired(names, keep, now) {
		gone := filepath.Join(dir, goneBackup+name)
		if err := os.Rename(filepath.Join(dir, name), gone); err != nil {
			return fmt.Errorf("let go of backup: %w", err)
		}
		if err := os.RemoveAll(gone); err != nil {
			return fmt.Errorf("let go of backup: %w", err)
		}
	}
	return nil
}

func pruneSecond(p BackupPlan, now time.Time) error {
	if p.Second == "" {
		return nil
	}
	return prune(p.Second, p.Keep, now)
}

// sweepBackups removes what a crash left of a backup that was being made or removed.
func sweepBackups(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), halfBackup) || strings.HasPrefix(e.Name(), goneBackup) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("remove half a backup: %w", err)
	}
	return nil
}
