package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// The folder of the journal, on another disk than the data, holds one folder for each unbroken run of records, with the copies of the
// database («bases», ordinary backups without files) that the records of that run go on from, and beside the runs the files of
// evidence and guidance. A run ends where the journal and the database do not fit any more: another one begins with a new base.
const (
	runPrefix    = "chuoi-"
	journalLook  = 10 * time.Second
	journalRetry = time.Minute      // after which what failed is tried again
	journalBases = 3                // that stay
	baseAge      = 24 * time.Hour   // after which another is made, where no hour is set for backups
	journalLimit = int64(256 << 20) // bytes of records after which another is made, or twice the database if that is more
)

// JournalState tells how the journal is.
type JournalState struct {
	Dir     string    // "": none is kept
	Good    bool      // all that is saved can be brought back from it, but for the last second
	Failure string    // sentence about what is wrong
	Base    time.Time // when the newest copy that the records go on from was made
	Proven  time.Time // when an older copy and the records were last found to make the newer copy; zero: not since the start
	Beside  bool      // it lies on the disk of the data, and is lost with them
}

// journals is the part of an App that looks after the journal.
type journals struct {
	tending sync.Mutex // held while something is done about it
	begun   bool       // a journal is wanted from this App

	beside  atomic.Bool
	mu      sync.Mutex
	run     string // folder of the run under way
	base    journalBase
	proven  time.Time
	failure string
	tried   time.Time // when something failed last
}

// journalBase is a copy of the database that a run of records goes on from.
type journalBase struct {
	run, name string
	made      time.Time
	commit    uint64
}

func (b journalBase) dir() string { return filepath.Join(b.run, b.name) }

// JournalState tells how the journal is.
func (a *App) JournalState() JournalState {
	dir := a.backups.plan.Journal
	if dir == "" {
		return JournalState{}
	}
	st := a.store.JournalState()
	j := &a.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	s := JournalState{Dir: dir, Failure: j.failure, Base: j.base.made, Proven: j.proven, Beside: j.beside.Load()}
	if s.Failure == "" && st.Trouble != nil {
		s.Failure = journalSentence(dir, st.Trouble)
	}
	s.Good = st.On && !s.Base.IsZero() && s.Failure == ""
	return s
}

// journalSentence words what is wrong with the journal.
func journalSentence(dir string, err error) string {
	why := "Nguyên nhân ghi trong nhật ký của dịch vụ chiso."
	if e := store.DiskError(err, dir); kpi.KindOf(e) != 0 {
		why = e.Error()
	}
	return "Nhật ký ghi trước ở " + dir + " không ghi được; số liệu vẫn ghi bình thường nhưng chưa có bản thứ hai tức thời. " + why + " Khi ghi được lại, dịch vụ tự làm tiếp."
}

// StartJournal goes on with the journal where the last server ended, or begins another run; nothing may be written before. What goes
// wrong with it is told and tried again: it keeps nobody from saving.
func (a *App) StartJournal() {
	j := &a.journal
	if j.begun = a.backups.plan.Journal != "" && !a.store.ReadOnly(); !j.begun {
		return
	}
	j.tending.Lock()
	defer j.tending.Unlock()
	a.journalEnded(a.continueJournal())
}

func (a *App) continueJournal() error {
	runs, err := journalRuns(a.backups.plan.Journal)
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		ok, err := a.store.ContinueJournal(runs[0], a.Now)
		if err != nil {
			a.log.Error("continue journal", "err", err) // another run is begun
		}
		if ok {
			bases, err := basesIn(runs[0])
			if err != nil {
				return err
			}
			a.journalRun(runs[0], slices.Concat(bases, []journalBase{{}})[0])
			return nil
		}
	}
	return a.beginRun()
}

// beginRun records into a new folder; a base is made later.
func (a *App) beginRun() error {
	if err := os.MkdirAll(a.backups.plan.Journal, 0o700); err != nil {
		return fmt.Errorf("make journal folder: %w", err)
	}
	for at := a.Now().In(kpi.Location); ; {
		run := filepath.Join(a.backups.plan.Journal, runPrefix+at.Format(backupStamp))
		err := a.store.BeginJournal(run, a.Now)
		if errors.Is(err, os.ErrExist) { // a name is never used twice
			at = at.Add(time.Second)
			continue
		}
		if err != nil {
			return err
		}
		a.log.Info("journal begun", "run", filepath.Base(run))
		a.journalRun(run, journalBase{})
		return nil
	}
}

func (a *App) journalRun(run string, base journalBase) {
	j := &a.journal
	j.beside.Store(store.SameDisk(a.dir, run))
	j.mu.Lock()
	defer j.mu.Unlock()
	j.run, j.base = run, base
}

// journalEnded remembers how something that was done about the journal ended.
func (a *App) journalEnded(err error) {
	j := &a.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failure = ""; err == nil {
		return
	}
	a.log.Error("journal", "err", err)
	j.tried = a.Now()
	if j.failure = journalSentence(a.backups.plan.Journal, err); kpi.KindOf(err) != 0 {
		j.failure = err.Error()
	}
}

// KeepJournal looks after the journal until ctx ends.
func (a *App) KeepJournal(ctx context.Context) {
	if !a.journal.begun {
		return
	}
	tick := time.NewTicker(journalLook)
	defer tick.Stop()
	for {
		a.TendJournal(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// TendJournal begins another run if the journal has broken off, and makes a base if one is due.
func (a *App) TendJournal(ctx context.Context) {
	j := &a.journal
	j.tending.Lock()
	defer j.tending.Unlock()
	j.mu.Lock()
	wait := j.failure != "" && a.Now().Sub(j.tried).Abs() < journalRetry
	j.mu.Unlock()
	if wait {
		return
	}
	_, gone := os.Stat(j.run) // or a disk that is no longer there
	if st := a.store.JournalState(); !st.On || gone != nil {
		if st.Trouble != nil && j.failure == "" { // told before the next try
			a.journalEnded(st.Trouble)
			return
		}
		if err := a.beginRun(); err != nil {
			a.journalEnded(err)
			return
		}
	}
	due, err := a.baseDue()
	if err == nil && due {
		err = a.makeBase(ctx)
	}
	if err != nil && ctx.Err() == nil || due {
		a.journalEnded(err)
	}
}

// baseDue reports whether another copy is to be made for the records to go on from.
func (a *App) baseDue() (bool, error) {
	j, plan, now := &a.journal, a.backups.plan, a.Now()
	if j.base.made.IsZero() || plan.Nightly && j.base.made.Before(nightBefore(now, plan.At)) || !plan.Nightly && now.Sub(j.base.made) >= baseAge {
		return true, nil
	}
	size, err := store.JournalSize(j.run, j.base.commit)
	if err != nil {
		return false, err
	}
	whole, err := a.store.Size()
	return size > max(journalLimit, 2*whole), err
}

// journalRuns returns the folders of the runs in dir, the newest first; none if there is no such folder.
func journalRuns(dir string) (runs []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list journal: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), runPrefix) {
			runs = append(runs, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(runs)
	slices.Reverse(runs)
	return runs, nil
}

// basesIn returns the bases of a run, the newest first; one that cannot be read is passed over.
func basesIn(run string) (list []journalBase, err error) {
	names, err := backupNames(run)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b := journalBase{run: run, name: name}
		m, err := readManifest(b.dir())
		if err == nil {
			b.commit, err = store.LastCommit(filepath.Join(b.dir(), store.FileName))
		}
		if kpi.KindOf(err) == kpi.Invalid || errors.Is(err, store.ErrDamaged) || errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		b.made = m.Made
		list = append(list, b)
	}
	return list, nil
}

// journalBasesOf returns the bases of all runs in dir, the newest first.
func journalBasesOf(dir string) (list []journalBase, err error) {
	runs, err := journalRuns(dir)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		bases, err := basesIn(run)
		if err != nil {
			return nil, err
		}
		list = append(list, bases...)
	}
	return list, nil
}
