package store

import (
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// maxGroup bounds how many updates share one commit.
const maxGroup = 256

// errNotCommitted is the result of a call until its group is on disk, and for good if the group breaks off in a panic
// of bbolt: nothing is acknowledged that is not known to be kept.
var errNotCommitted = errors.New("group commit broke off")

// call is one Update waiting for its turn.
type call struct {
	fn    func(*Tx) error
	err   error
	panic any
	wake  chan bool // true: lead the next group; false: done
}

// Update runs fn in a write transaction and returns once it is on disk. Updates that arrive while a commit is under
// way run together in the next transaction and share its fsync; each has its own result, and one that fails is
// undone alone. fn may therefore run more than once and must have no effect but on tx.
func (s *Store) Update(fn func(*Tx) error) error {
	if s.ReadOnly() {
		return ReadOnlyError()
	}
	if err := s.stopped(); err != nil {
		return err
	}
	c := &call{fn: fn, err: errNotCommitted, wake: make(chan bool, 1)}
	s.mu.Lock()
	s.queue = append(s.queue, c)
	lead := !s.busy
	s.busy = true
	s.mu.Unlock()
	if !lead {
		lead = <-c.wake
	}
	if lead {
		s.lead(c)
	}
	if c.panic != nil {
		panic(c.panic)
	}
	return c.err
}

// lead commits the waiting calls, its own among them, and hands the lead on.
func (s *Store) lead(own *call) {
	s.mu.Lock()
	n := min(len(s.queue), maxGroup)
	group := s.queue[:n:n]
	s.queue = s.queue[n:]
	s.mu.Unlock()
	defer s.handOn(group, own) // after a panic as well, or the store would never write again
	s.commit(group)
}

// handOn wakes the group that was led and the first of those who came meanwhile, to lead the next.
func (s *Store) handOn(group []*call, own *call) {
	s.mu.Lock()
	if len(s.queue) > 0 {
		s.queue[0].wake <- true
	} else {
		s.busy = false
	}
	s.mu.Unlock()
	for _, c := range group {
		if c != own {
			c.wake <- false
		}
	}
}

// commit runs the group in one transaction, again without those that fail after writing, until the rest commits.
func (s *Store) commit(group []*call) {
	pending := group
	if err := s.stopped(); err != nil { // it was still whole when they came
		for _, c := range group {
			c.err = err
		}
		return
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	j := s.recorder()
	for len(pending) > 0 {
		var after []func()
		var failed *call
		err := shield(func() error {
			return s.db.Update(func(b *bolt.Tx) error {
				frame := j.begin()
				for _, c := range pending {
					tx := &Tx{b: b, frame: frame, memos: &s.memos}
					c.panic, c.err = run(c.fn, tx)
					switch {
					case c.err == nil:
						c.err = errNotCommitted
						after = append(after, tx.after...)
						j.called(tx)
					case tx.dirty:
						failed = c
						return c.err
					}
				}
				j.hand(b)
				return nil
			})
		})
		j.settle(err)
		if failed != nil {
			pending = without(pending, failed)
			continue
		}
		if errors.Is(err, ErrDamaged) {
			s.spoilt.Store(true)
		}
		err = s.broken(err)
		for _, c := range pending {
			switch {
			case c.err != errNotCommitted: // its own
			case err == nil:
				c.err = nil
			default:
				c.err = fmt.Errorf("commit: %w", err)
			}
		}
		if err == nil {
			s.written.Store(time.Now().UnixMicro())
			for _, fn := range after {
				fn()
			}
		}
		return
	}
}

// stopped returns why nothing is written any more, nil while it is.
func (s *Store) stopped() error {
	if s.spoilt.Load() {
		return errSpoilt
	}
	return s.Failure()
}

// run calls fn and turns a panic into an error: ErrDamaged if a broken page raised it, else the panic value is handed back to be
// raised by the caller.
func run(fn func(*Tx) error, tx *Tx) (raised any, err error) {
	defer func() {
		if r := recover(); r != nil {
			if err = brokenPage(r); err == nil {
				raised, err = r, fmt.Errorf("panic: %v", r)
			}
		}
	}()
	return nil, fn(tx)
}

func without(calls []*call, drop *call) []*call {
	rest := make([]*call, 0, len(calls)-1)
	for _, c := range calls {
		if c != drop {
			rest = append(rest, c)
		}
	}
	return rest
}
