package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

const (
	fileCheckEvery = 7 * 24 * time.Hour
	fileCheckRun   = 10 * time.Second // of reading before the other jobs have their turn
	fileCheckNames = 50               // files that are named
)

// FileCheck is the outcome of reading every file that records name, of evidence and guidance.
type FileCheck struct {
	At    time.Time    // when the last one was read, zero: never yet
	Files int          // that were read
	Bad   int          // missing, or not what they were
	Names []kpi.FileID `json:",omitempty"` // the first of the bad ones
}

// fileCheck is the part of an App that reads the files, some at a time.
type fileCheck struct {
	mu   sync.Mutex
	last FileCheck
	told bool // last was read from the store

	todo []kpi.FileID // of the round that is under way, by the job alone
	now  FileCheck
}

// FileCheck returns the outcome of the newest whole round.
func (a *App) FileCheck() (FileCheck, error) {
	c := &a.files
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told {
		return c.last, nil
	}
	err := a.store.View(func(tx *store.Tx) (err error) {
		c.last, err = store.Note[FileCheck](tx, store.FileCheckNote)
		return err
	})
	c.told = err == nil
	return c.last, err
}

// CheckFiles reads the files that records name, all of them once a week, for ten seconds at a time; the bad ones of the last round
// are looked at again each time.
func (a *App) CheckFiles(ctx context.Context) error {
	last, err := a.FileCheck()
	if err != nil {
		return err
	}
	c := &a.files
	if c.todo == nil {
		if age := a.Now().Sub(last.At); age >= 0 && age < fileCheckEvery {
			return a.checkAgain(last)
		}
		if err := a.store.View(func(tx *store.Tx) (err error) { c.todo, err = tx.NamedFiles(); return err }); err != nil {
			return err
		}
		c.now = FileCheck{}
	}
	for end := time.Now().Add(fileCheckRun); len(c.todo) > 0; c.todo = c.todo[1:] {
		if ctx.Err() != nil || time.Now().After(end) {
			return ctx.Err()
		}
		if err := a.readFile(&c.now, c.todo[0]); err != nil {
			return err
		}
	}
	c.todo = nil
	return a.keepFileCheck(c.now)
}

// readFile reads one file and counts it.
func (a *App) readFile(c *FileCheck, id kpi.FileID) error {
	err := a.store.VerifyFile(id)
	c.Files++
	if err == nil || !errors.Is(err, store.ErrFileDamaged) {
		return err
	}
	a.log.Error("file is damaged", "file", id, "err", err)
	if c.Bad++; len(c.Names) < fileCheckNames {
		c.Names = append(c.Names, id)
	}
	return nil
}

// checkAgain takes the files off the outcome that somebody has put back.
func (a *App) checkAgain(last FileCheck) error {
	left := slices.DeleteFunc(slices.Clone(last.Names), func(id kpi.FileID) bool { return a.store.VerifyFile(id) == nil })
	if len(left) == len(last.Names) {
		return nil
	}
	last.Bad -= len(last.Names) - len(left)
	last.Names = left
	if len(left) == 0 && last.Bad > 0 {
		last.At = time.Time{} // those that were not named: all are read again
	}
	return a.noteFileCheck(last)
}

func (a *App) keepFileCheck(c FileCheck) error {
	c.At = a.Now()
	a.log.Info("files read", "files", c.Files, "bad", c.Bad)
	return a.noteFileCheck(c)
}

func (a *App) noteFileCheck(c FileCheck) error {
	if err := a.store.Update(func(tx *store.Tx) error { return tx.PutNote(store.FileCheckNote, c) }); err != nil {
		return err
	}
	a.files.mu.Lock()
	defer a.files.mu.Unlock()
	a.files.last, a.files.told = c, true
	return nil
}
