package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// makeBase makes a copy for the records to go on from, proves with it that an older one and the records make the same state, and lets
// go of what is no longer kept.
func (a *App) makeBase(ctx context.Context) error {
	a.backups.making.Lock() // not beside a backup
	defer a.backups.making.Unlock()
	older := a.journal.base
	newer, err := a.copyBase(ctx, a.journal.run)
	if err != nil {
		return store.DiskError(err, a.backups.plan.Journal)
	}
	a.journalRun(newer.run, newer)
	a.log.Info("journal base proven", "name", newer.name, "commit", newer.commit)
	if !older.made.IsZero() {
		if err := proveJournal(older, newer); err != nil {
			return err
		}
		a.journal.mu.Lock()
		a.journal.proven = a.Now()
		a.journal.mu.Unlock()
		a.log.Info("journal proven", "from", older.name, "to", newer.name)
	}
	return pruneJournal(a.backups.plan.Journal, newer.run)
}

// copyBase makes a base in the folder of a run, as a backup without files.
func (a *App) copyBase(ctx context.Context, run string) (b journalBase, err error) {
	if err := sweepBackups(run); err != nil {
		return b, err
	}
	m, err := a.newMaker(ctx, run, "")
	if err != nil {
		return b, err
	}
	size, err := a.store.Size()
	if err != nil {
		return b, err
	}
	free, err := store.Free(run)
	if err != nil {
		return b, err
	}
	if need := 2*size + a.backups.plan.Reserve; free < need { // the copy, and another to prove the records
		return b, kpi.Errorf(kpi.NoSpace, "Ổ đĩa chứa nhật ký ghi trước %s còn %s, cần ít nhất %s. Giải phóng dung lượng hoặc đổi khóa backup.journal_dir.",
			a.backups.plan.Journal, kpi.FormatSize(free), kpi.FormatSize(need))
	}
	if err := os.Mkdir(m.half, 0o700); err != nil {
		return b, err
	}
	err = m.database()
	m.m.Made = a.Now().Truncate(time.Second).Add(time.Second) // all that is in it was before
	if err == nil {
		err = writeManifest(m.half, m.m)
	}
	b = journalBase{run: run, name: m.name, made: m.m.Made}
	if err == nil {
		b.commit, err = store.LastCommit(filepath.Join(m.half, store.FileName))
	}
	if err == nil {
		err = publishBackup(m.half, b.dir())
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(m.half))
	}
	return b, err
}

// proveJournal finds out whether the older base and the records behind it make the newer one.
func proveJournal(older, newer journalBase) (err error) {
	m, err := readManifest(older.dir())
	if err != nil {
		return err
	}
	want, ok := m.find(store.FileName)
	if !ok {
		return kpi.Errorf(kpi.Invalid, "Bản gốc %s của nhật ký ghi trước không có tệp %s.", older.dir(), store.FileName)
	}
	half := filepath.Join(newer.run, halfBackup+"proof")
	if err := os.MkdirAll(half, 0o700); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(half)) }()
	path := filepath.Join(half, store.FileName)
	if err := copyFile(filepath.Join(older.dir(), store.FileName), path, want); err != nil {
		return err
	}
	got, err := store.Replay(path, newer.run, store.Until{Commit: newer.commit})
	if err != nil {
		return fmt.Errorf("replay journal: %w", err)
	}
	var hash [2]string
	for i, path := range []string{path, filepath.Join(newer.dir(), store.FileName)} {
		if hash[i], err = store.StateHash(path); err != nil {
			return err
		}
	}
	if got.Commit != newer.commit || hash[0] != hash[1] {
		return kpi.Errorf(kpi.Invalid, "Phát lại nhật ký ghi trước từ bản %s không ra đúng số liệu của bản %s (sự kiện %d). Số liệu đang dùng và bản mới không sao; giữ thư mục %s để kiểm tra.",
			older.name, newer.name, got.Events, newer.run)
	}
	return nil
}

// pruneJournal lets go of the bases in dir but the newest, and of the records and runs before them. The run under way stays.
func pruneJournal(dir, current string) error {
	bases, err := journalBasesOf(dir)
	if err != nil {
		return err
	}
	oldest := map[string]journalBase{} // of each run, of those that stay
	for i, b := range bases {
		if i < journalBases {
			oldest[b.run] = b
			continue
		}
		if err := letGo(b.dir()); err != nil {
			return err
		}
	}
	runs, err := journalRuns(dir)
	if err != nil {
		return err
	}
	for _, run := range runs {
		b, stays := oldest[run]
		switch {
		case stays:
			err = store.PruneJournal(run, b.commit)
		case run != current:
			err = letGo(run)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// letGo removes a folder under another name, so that nobody takes the rest for a whole one.
func letGo(path string) error {
	gone := filepath.Join(filepath.Dir(path), goneBackup+filepath.Base(path))
	if err := os.Rename(path, gone); err != nil {
		return fmt.Errorf("let go of %s: %w", path, err)
	}
	if err := os.RemoveAll(gone); err != nil {
		return fmt.Errorf("let go of %s: %w", path, err)
	}
	return nil
}
