package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	berrors "go.etcd.io/bbolt/errors"
)

// An outcome is how one Update ended.
type outcome struct {
	err      error
	panicked any
}

// together runs the updates in one group commit: they arrive while another update holds the store.
func together(t *testing.T, s *store.Store, fns ...func(*store.Tx) error) []outcome {
	t.Helper()
	held, release := make(chan bool), make(chan bool)
	var once sync.Once
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = s.Update(func(*store.Tx) error {
			once.Do(func() { close(held) })
			<-release
			return nil
		})
	})
	<-held
	out := make([]outcome, len(fns))
	for i, fn := range fns {
		wg.Go(func() {
			defer func() { out[i].panicked = recover() }()
			out[i].err = s.Update(fn)
		})
		for s.Waiting() <= i { // one after the other, so that the order in the group is known
			time.Sleep(50 * time.Microsecond)
		}
	}
	close(release)
	wg.Wait()
	return out
}

// TestUpdate_Counter: many add one to the same cell, and none is lost.
func TestUpdate_Counter(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	const writers, each = 32, 25
	zero := storetest.Cell(unit, "1.01", 0)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := s.Update(func(tx *store.Tx) error {
					c, err := tx.Cell(zero.CellKey)
					if err != nil {
						return err
					}
					n, _ := c.Value.Parts()
					c.Content, c.Value = kpi.HasValue, kpi.Dec(n+1)
					c.Version++
					return storetest.PutCell(tx, c)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	storetest.View(t, s, func(tx *store.Tx) error {
		c, err := tx.Cell(zero.CellKey)
		if c.Value != kpi.Dec(writers*each) || c.Version != writers*each {
			t.Errorf("%v at version %d after %d updates", c.Value, c.Version, writers*each)
		}
		return err
	})
	if n := checkLog(t, s); n != writers*each {
		t.Errorf("%d events, want %d", n, writers*each)
	}
}

var errOdd = errors.New("this one fails")

// TestUpdate_OneFails puts an update that fails or panics among others of the same group: it alone is undone, and it
// alone learns of it.
func TestUpdate_OneFails(t *testing.T) {
	t.Parallel()
	const size = 9
	type odd struct {
		name     string
		fn       func(*store.Tx) error
		panicked any
	}
	write := func(tx *store.Tx) error { return storetest.PutCell(tx, storetest.Cell(unit, "ODD", 1)) }
	for _, odd := range []odd{
		{name: "fails before it writes", fn: func(*store.Tx) error { return errOdd }},
		{name: "fails after it wrote", fn: func(tx *store.Tx) error { return errors.Join(write(tx), errOdd) }},
		{name: "panics before it writes", fn: func(*store.Tx) error { panic("odd") }, panicked: "odd"},
		{name: "panics after it wrote", fn: func(tx *store.Tx) error { panic(fmt.Sprint("odd", write(tx))) }, panicked: "odd<nil>"},
	} {
		for _, at := range []int{0, size / 2, size - 1} {
			t.Run(fmt.Sprint(odd.name, " at ", at), func(t *testing.T) {
				t.Parallel()
				s := storetest.Open(t)
				var fns []func(*store.Tx) error
				runs, after, groups := make([]int, size), make([]int, size), make([]int, size)
				for i := range size {
					fns = append(fns, func(tx *store.Tx) error {
						runs[i]++
						groups[i] = tx.Group()
						tx.AfterCommit(func() { after[i]++ })
						if i == at {
							return odd.fn(tx)
						}
						return storetest.PutCell(tx, storetest.Cell(unit, fmt.Sprint("1.", i), int64(i)))
					})
				}
				for i, out := range together(t, s, fns...) {
					switch {
					case i == at && (odd.panicked == nil && !errors.Is(out.err, errOdd) || out.panicked != odd.panicked):
						t.Errorf("the odd one ended with %v, panic %v", out.err, out.panicked)
					case i == at && after[i] != 0:
						t.Error("AfterCommit ran for the one that failed")
					case i != at && (out.err != nil || out.panicked != nil || after[i] != 1):
						t.Errorf("update %d ended with %v, panic %v, AfterCommit %d times", i, out.err, out.panicked, after[i])
					case i != at && groups[i] != groups[(at+1)%size]:
						t.Errorf("update %d ran in a transaction of its own", i)
					case runs[i] > 2:
						t.Errorf("update %d ran %d times", i, runs[i])
					}
				}
				storetest.View(t, s, func(tx *store.Tx) error {
					got, err := tx.SheetCells(set, storetest.Month(), unit)
					if len(got) != size-1 || got["ODD"].Version != 0 {
						t.Errorf("%d cells, the odd one at version %d", len(got), got["ODD"].Version)
					}
					return err
				})
				if n := checkLog(t, s); n != size-1 {
					t.Errorf("%d events for %d updates, some of which ran twice", n, size-1)
				}
			})
		}
	}
}

// TestUpdate_AllFail: a group in which nobody succeeds leaves nothing, and the store goes on.
func TestUpdate_AllFail(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	fail := func(tx *store.Tx) error {
		return errors.Join(storetest.PutCell(tx, storetest.Cell(unit, "1.01", 1)), errOdd)
	}
	for i, out := range together(t, s, fail, fail, fail, fail) {
		if !errors.Is(out.err, errOdd) {
			t.Errorf("update %d: %v", i, out.err)
		}
	}
	if n := checkLog(t, s); n != 0 {
		t.Errorf("%d events", n)
	}
	seed(t, s)
	checkLog(t, s)
}

// TestUpdate_ManyWaiting: more than one group's worth of updates all commit, each once.
func TestUpdate_ManyWaiting(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	const n = 600
	var after atomic.Int64
	var fns []func(*store.Tx) error
	for i := range n {
		fns = append(fns, func(tx *store.Tx) error {
			tx.AfterCommit(func() { after.Add(1) })
			return tx.Log(storetest.Event(fmt.Sprint(i)))
		})
	}
	for i, out := range together(t, s, fns...) {
		if out.err != nil {
			t.Errorf("update %d: %v", i, out.err)
		}
	}
	if events := checkLog(t, s); events != n || after.Load() != n {
		t.Errorf("%d events, AfterCommit %d times, want %d", events, after.Load(), n)
	}
}

// TestUpdate_CommitFails: when the file cannot grow, nobody in the group is told that it is saved, nothing is, and
// the next commit works.
func TestUpdate_CommitFails(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	s.DB().MaxSize = 1
	var after atomic.Int64
	save := func(tx *store.Tx) error {
		tx.AfterCommit(func() { after.Add(1) })
		c := storetest.Cell(unit, "1.01", 1)
		c.Note = strings.Repeat("x", 60_000) // needs new pages
		return storetest.PutCell(tx, c)
	}
	refuse := func(*store.Tx) error { return errOdd }
	for i, out := range together(t, s, save, save, refuse, save) {
		if want := map[bool]error{true: errOdd, false: berrors.ErrMaxSizeReached}[i == 2]; !errors.Is(out.err, want) {
			t.Errorf("update %d: %v, want %v", i, out.err, want)
		}
	}
	if n := checkLog(t, s); n != 0 || after.Load() != 0 {
		t.Errorf("%d events, AfterCommit %d times", n, after.Load())
	}
	s.DB().MaxSize = 0
	seed(t, s)
	checkLog(t, s)
}

// TestUpdate_Closed: after Close no update is acknowledged.
func TestUpdate_Closed(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ran := false
	err := s.Update(func(*store.Tx) error { ran = true; return nil })
	if !errors.Is(err, berrors.ErrDatabaseNotOpen) || ran {
		t.Errorf("Update after Close: %v, ran %v", err, ran)
	}
	if err := s.View(func(*store.Tx) error { return nil }); !errors.Is(err, berrors.ErrDatabaseNotOpen) {
		t.Errorf("View after Close: %v", err)
	}
}

// TestUpdate_AfterCommitPanics: the panic reaches one caller; the others of the group hear that they are saved, and
// the store goes on.
func TestUpdate_AfterCommitPanics(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	calm := func(tx *store.Tx) error { return tx.Log(storetest.Event("calm")) }
	panics := 0
	for i, out := range together(t, s, calm, func(tx *store.Tx) error {
		tx.AfterCommit(func() { panic("after") })
		return tx.Log(storetest.Event("wild"))
	}, calm) {
		if out.panicked != nil {
			panics++
		} else if out.err != nil {
			t.Errorf("update %d: %v", i, out.err)
		}
	}
	storetest.Update(t, s, calm)
	if n := checkLog(t, s); n != 4 || panics != 1 {
		t.Errorf("%d events, %d panics; want 4 and 1", n, panics)
	}
}
