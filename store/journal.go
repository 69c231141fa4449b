package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

const (
	segmentSize     = 16 << 20
	journalSync     = time.Second // between two flushes
	journalPatience = 2 * time.Second
)

// JournalState tells how a journal is.
type JournalState struct {
	On      bool      // commits are recorded
	Trouble error     // why they no longer are
	Synced  time.Time // up to when all that was recorded is on the journal's disk, zero: nothing yet
}

// journal records every commit in a folder on another disk, so that a copy of the database from before can be brought to this
// moment. Each record is handed to the disk while the commit is, and is there before the commit is acknowledged; what the
// machine's memory holds of it is flushed once a second. Whatever goes wrong with it ends the journal and never a commit.
type journal struct {
	dir      string // of this run of records
	store    *Store
	now      func() time.Time
	full     int64         // bytes from which on another segment is begun
	patience time.Duration // for which a commit waits for its record to be written

	frame frame // of the commit under way; the leader's alone
	at    time.Time
	asked bool // a record was handed over and its end is not known

	work chan order
	done chan struct{}

	mu     sync.Mutex // not held while anything is written
	state  JournalState
	dirty  bool      // records were written since the last flush
	latest time.Time // of the newest
	files  []kpi.FileID
	sweep  bool // all files are to be looked at

	open sync.Mutex // held while a segment is flushed or changed
	file *os.File
	// the writer's alone
	next       uint64
	last, size int64 // where the last record begins and ends

	quit  chan struct{}
	ended sync.WaitGroup
}

// order is a record to be written, or the last one to be taken back.
type order struct {
	commit uint64
	at     time.Time
	frame  []byte
	undo   bool
}

// BeginJournal records from the next commit on in the new folder dir; a recording under way ends. What a copy of the database holds
// that is made from now on can be brought up to date by this journal. now tells the time of a record.
func (s *Store) BeginJournal(dir string, now func() time.Time) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("begin journal: %w", err)
	}
	if err := syncDir(filepath.Dir(dir)); err != nil {
		return fmt.Errorf("begin journal: %w", err)
	}
	s.useJournal(newJournal(s, dir, now))
	return nil
}

// ContinueJournal goes on recording in the folder dir if its last record is the database's last commit; ok is false if that is not
// so, as after a power cut, or when the database was written without a journal. A record whose commit did not come to be is cut off.
func (s *Store) ContinueJournal(dir string, now func() time.Time) (ok bool, err error) {
	list, err := segments(dir)
	if err != nil || len(list) == 0 {
		return false, err
	}
	var before, last record // the two newest
	seg, end, err := readJournal(dir, list[len(list)-1].first-1, func(r record) error { before, last = last, r; return nil })
	if errors.Is(err, ErrDamaged) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	fits := false
	err = s.View(func(tx *Tx) error {
		at := uint64(tx.b.ID())
		if last.Commit == at+1 && before.Commit == at {
			end, last = last.start, before
		}
		if last.Commit == at {
			fits, err = tx.has(last)
		}
		return err
	})
	if err != nil || !fits {
		return false, err
	}
	f, err := os.OpenFile(seg.path, os.O_RDWR, 0o600)
	if err == nil {
		err = f.Truncate(end)
	}
	if err != nil {
		return false, fmt.Errorf("continue journal: %w", err)
	}
	j := newJournal(s, dir, now)
	j.file, j.next, j.size, j.at = f, last.Commit+1, end, last.At
	s.useJournal(j)
	return true, nil
}

// has reports whether the database is as the record left it.
func (tx *Tx) has(r record) (bool, error) {
	type place struct{ t, k string }
	want := map[place][]byte{}
	events := uint64(0)
	err := r.calls(func(put bool, t table, k, v []byte) error {
		want[place{string(t), string(k)}] = v
		return nil
	}, func(n uint64) bool { events = n; return true })
	if err != nil {
		return false, err
	}
	for p, v := range want {
		b := tx.bucket(table(p.t))
		if b == nil {
			return false, nil
		}
		if got := b.Get([]byte(p.k)); !bytes.Equal(got, v) || got == nil != (v == nil) {
			return false, nil
		}
	}
	n, err := tx.Events()
	return n == events, err
}

func newJournal(s *Store, dir string, now func() time.Time) *journal {
	return &journal{dir: dir, store: s, now: now, full: segmentSize, patience: journalPatience, state: JournalState{On: true}, sweep: true,
		work: make(chan order, 1), done: make(chan struct{}, 1), quit: make(chan struct{})}
}

// useJournal lets j record from the next commit on.
func (s *Store) useJournal(j *journal) {
	j.ended.Go(j.write)
	j.ended.Go(j.flush)
	s.swapJournal(j)
}

// EndJournal ends the recording; what was recorded is flushed.
func (s *Store) EndJournal() { s.swapJournal(nil) }

// swapJournal changes the journal between two commits.
func (s *Store) swapJournal(j *journal) {
	s.turn.Lock()
	old := s.journal.Swap(j)
	s.turn.Unlock()
	old.close()
}

// JournalState tells how the journal is, as the zero value if there is none.
func (s *Store) JournalState() JournalState {
	j := s.journal.Load()
	if j == nil {
		return JournalState{}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.state
}

// recorder returns the journal if it records, else nil.
func (s *Store) recorder() *journal {
	j := s.journal.Load()
	if j == nil || !j.on() {
		return nil
	}
	return j
}

func (j *journal) on() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.state.On
}

// fail ends the recording.
func (j *journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.state.On {
		j.state.On, j.state.Trouble = false, err
	}
}

// begin returns the frame that the calls of a group write to; nil for no journal.
func (j *journal) begin() *frame {
	if j == nil {
		return nil
	}
	j.frame.begin()
	return &j.frame
}

// called ends what one call of the group did in tx.
func (j *journal) called(tx *Tx) {
	if j == nil {
		return
	}
	n, err := tx.Events()
	if err != nil {
		j.fail(fmt.Errorf("journal: %w", err))
	}
	j.frame.done(n)
}

// hand gives the record of the commit to the writer, who writes it while the commit is made.
func (j *journal) hand(b *bolt.Tx) {
	if j == nil || !j.on() {
		return
	}
	if now := j.now(); now.After(j.at) {
		j.at = now
	}
	j.asked = true
	j.work <- order{commit: uint64(b.ID()), at: j.at, frame: j.frame.end(uint64(b.ID()), j.at)}
}

// settle waits until the record of the commit is written; that of a commit that failed is taken back.
func (j *journal) settle(err error) {
	if j == nil || !j.asked {
		return
	}
	j.asked = false
	if j.wait(); err != nil && j.on() {
		j.work <- order{undo: true}
		j.wait()
	}
}

// wait waits for the writer. One that takes too long has lost its disk: it is left alone.
func (j *journal) wait() {
	select {
	case <-j.done:
		return
	default:
	}
	late := time.NewTimer(j.patience)
	defer late.Stop()
	select {
	case <-j.done:
	case <-late.C:
		j.frame = frame{} // the writer may hold the old one for long
		j.fail(fmt.Errorf("journal: the disk of %s does not answer", j.dir))
	}
}

// write is the goroutine that writes the records.
func (j *journal) write() {
	for o := range j.work {
		if j.on() {
			if err := j.do(o); err != nil {
				j.fail(fmt.Errorf("journal: %w", err))
			}
		}
		select {
		case j.done <- struct{}{}:
		default: // nobody waits any more
		}
	}
	j.open.Lock()
	defer j.open.Unlock()
	if j.file != nil {
		_ = errors.Join(j.file.Sync(), j.file.Close()) // whoever continues looks what is there
	}
}

func (j *journal) do(o order) error {
	if o.undo {
		j.size, j.next = j.last, j.next-1
		return j.file.Truncate(j.size)
	}
	if j.file != nil && o.commit != j.next {
		return fmt.Errorf("commit %d follows %d", o.commit, j.next-1)
	}
	if j.file == nil || j.size >= j.full {
		if err := j.another(o.commit); err != nil {
			return err
		}
	}
	j.last, j.next = j.size, o.commit+1
	n, err := j.file.WriteAt(o.frame, j.size)
	j.size += int64(n)
	j.mu.Lock()
	j.dirty, j.latest = true, o.at
	j.mu.Unlock()
	return err
}

// another begins a segment with the commit.
func (j *journal) another(commit uint64) error {
	j.open.Lock()
	defer j.open.Unlock()
	if j.file != nil {
		if err := errors.Join(j.file.Sync(), j.file.Close()); err != nil {
			return err
		}
		j.file = nil
	}
	f, err := os.OpenFile(segmentName(j.dir, commit), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	j.file, j.size = f, int64(len(segmentMagic))
	if _, err := f.WriteString(segmentMagic); err != nil {
		return err
	}
	return syncDir(j.dir)
}

// flush is the goroutine that makes the records durable, once a second, and copies new files.
func (j *journal) flush() {
	tick := time.NewTicker(journalSync)
	defer tick.Stop()
	for {
		select {
		case <-j.quit:
			return
		case <-tick.C:
		}
		if !j.on() {
			continue
		}
		if err := errors.Join(j.sync(), j.mirror()); err != nil {
			j.fail(fmt.Errorf("journal: %w", err))
		}
	}
}

// sync makes what was written so far durable.
func (j *journal) sync() error {
	j.mu.Lock()
	dirty, latest := j.dirty, j.latest
	j.dirty = false
	j.mu.Unlock()
	if !dirty {
		return nil
	}
	j.open.Lock()
	defer j.open.Unlock()
	if j.file == nil {
		return nil
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.state.Synced = latest
	return nil
}

// close ends the goroutines; what was recorded is flushed. It waits no longer than for a commit.
func (j *journal) close() {
	if j == nil {
		return
	}
	close(j.work)
	close(j.quit)
	ended := make(chan struct{})
	go func() { j.ended.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(j.patience):
	}
}
