package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Moment is up to when a journal is replayed; the zero value is the newest.
type Moment struct {
	Event uint64
	At    time.Time
}

// Replayed tells what came out of a journal.
type Replayed struct {
	Base     string // folder of the copy that the records went on from
	Contents store.Contents
	At       time.Time // of the last record
	Missing  int       // files that records name and the journal does not have
}

// IsJournal reports whether the folder is that of a journal.
func IsJournal(dir string) bool {
	runs, err := journalRuns(dir)
	return err == nil && len(runs) > 0
}

// RestoreJournal makes the data folder dir, which no server may hold, anew from the journal in from: as of the moment, or the newest
// one that the journal has. It goes about it as Restore does with a backup.
func (v Vault) RestoreJournal(ctx context.Context, from, dir string, to Moment) (r Replayed, old string, err error) {
	release, err := store.Hold(dir)
	if err != nil {
		return r, "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	base, m, err := chooseBase(from, to)
	if err != nil {
		return r, "", err
	}
	r.Base = base.dir()
	old, err = v.stage(dir, func(staged, database string) error {
		if err := v.roomFor(dir, r.Base, m); err != nil {
			return err
		}
		if err := v.fetch(r.Base, m, store.FileName, database); err != nil {
			return err
		}
		if err := v.prove(ctx, r.Base, database, m); err != nil {
			return err
		}
		reached, err := replayTo(database, base, to)
		if err != nil {
			return err
		}
		if r.At = reached.At; r.At.IsZero() {
			r.At = m.Made
		}
		if r.Contents, err = v.Verify(ctx, database); err != nil {
			return fmt.Errorf("open the replayed database: %w", err)
		}
		if r.Contents.Events != reached.Events {
			return kpi.Errorf(kpi.Invalid, "Phát lại nhật ký ghi trước ra %d sự kiện, đúng ra là %d. Dùng một bản sao lưu.", r.Contents.Events, reached.Events)
		}
		if r.Missing, err = journalFiles(from, dir, database); err != nil {
			return err
		}
		return v.mark(staged, base.name, r.Contents)
	})
	return r, old, store.DiskError(err, dir)
}

// chooseBase returns the newest base that is whole and not behind the moment.
func chooseBase(from string, to Moment) (b journalBase, m Manifest, err error) {
	bases, err := journalBasesOf(from)
	if err != nil {
		return b, m, err
	}
	var bad error
	var first Manifest
	for _, b := range bases {
		m, err := readManifest(b.dir())
		if err != nil {
			return b, m, err
		}
		first = m
		if to.Event > 0 && m.Contents.Events > to.Event || !to.At.IsZero() && m.Made.After(to.At) {
			continue
		}
		err = checkFiles(b.dir(), m)
		if err == nil {
			return b, m, nil
		}
		if kpi.KindOf(err) == 0 {
			return b, m, err
		}
		bad = err // an older one has the same records behind it
	}
	switch {
	case bad != nil:
		return b, m, bad
	case first.Made.IsZero():
		return b, m, kpi.Errorf(kpi.Invalid, "Nhật ký ghi trước %s chưa có bản gốc nào dùng được. Dùng một bản sao lưu.", from)
	}
	return b, m, kpi.Errorf(kpi.Invalid, "Nhật ký ghi trước %s chỉ giữ từ sự kiện %d, %s. Trước đó thì dùng một bản sao lưu.", from, first.Contents.Events, kpi.FormatTime(first.Made))
}

// replayTo brings the database on to the moment.
func replayTo(database string, base journalBase, to Moment) (store.Reached, error) {
	got, err := store.Replay(database, base.run, store.Until{Event: to.Event, At: to.At})
	switch {
	case errors.Is(err, store.ErrDamaged) && (to.Event == 0 || got.Events != to.Event):
		return got, kpi.Errorf(kpi.Invalid, "Nhật ký ghi trước %s hỏng ở sau sự kiện %d; phần sau không dùng được. Khôi phục đến đó: thêm cờ --event %d. (%v)", base.run, got.Events, got.Events, err)
	case err != nil && !errors.Is(err, store.ErrDamaged):
		return got, fmt.Errorf("replay journal: %w", err)
	case to.Event > got.Events && !got.More:
		return got, kpi.Errorf(kpi.Invalid, "Nhật ký ghi trước %s chỉ có đến sự kiện %d. Bỏ cờ --event để khôi phục đến đó.", base.run, got.Events)
	}
	return got, nil
}

// journalFiles copies the files that the database names and the data folder lacks out of the journal in from, and returns how many
// are nowhere.
func journalFiles(from, dir, database string) (missing int, err error) {
	var named []kpi.FileID
	if err := store.Peek(database, func(tx *store.Tx) (err error) { named, err = tx.NamedFiles(); return err }); err != nil {
		return 0, err
	}
	for _, id := range named {
		path := filepath.FromSlash(evidencePath(id))
		if has, err := hashFile(filepath.Join(dir, path)); err == nil && has.SHA256 == string(id) {
			continue
		}
		has, err := hashFile(filepath.Join(from, path))
		switch {
		case errors.Is(err, fs.ErrNotExist) || err == nil && has.SHA256 != string(id):
			missing++
			continue
		case err != nil:
			return missing, err
		}
		if err := placeFile(dir, id, func(half string) error { return copyFile(filepath.Join(from, path), half, has) }); err != nil {
			return missing, err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, store.FileFolder)); err != nil {
		return missing, nil // no files
	}
	return missing, syncTree(filepath.Join(dir, store.FileFolder))
}
