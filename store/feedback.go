package store

import (
	"bytes"
	"fmt"
	"iter"
	"slices"

	"chiso/app/kpi"
)

// The first parts of the keys of thread_by.
const (
	threadUnit      = "unit"
	threadWaiting   = "waiting"
	threadCell      = "cell"
	threadPublished = "published"
)

// PutThread stores a thread and its place in the indexes.
func (tx *Tx) PutThread(t kpi.Thread, ev kpi.Event) error {
	if err := t.Validate(); err != nil {
		return err
	}
	was, ok, err := getJSON[kpi.Thread](tx, tThread, key(string(t.ID)))
	if err != nil {
		return err
	}
	var old [][]byte
	if ok {
		old = threadPlaces(was)
	}
	places := threadPlaces(t)
	holds := func(list [][]byte, k []byte) bool {
		return slices.ContainsFunc(list, func(x []byte) bool { return bytes.Equal(x, k) })
	}
	for _, k := range old {
		if holds(places, k) {
			continue
		}
		if err := tx.delete(tThreadBy, k); err != nil {
			return err
		}
	}
	for _, k := range places {
		if holds(old, k) {
			continue
		}
		if err := tx.put(tThreadBy, k, []byte{}); err != nil {
			return err
		}
	}
	return tx.putJSON(tThread, key(string(t.ID)), t, ev)
}

// threadPlaces returns the keys of the indexes that lead to a thread:
//
//	unit|unit|thread
//	waiting|kind|unit|thread
//	cell|set|month|unit|indicator|thread
//	published|set|indicator|thread
func threadPlaces(t kpi.Thread) [][]byte {
	id := string(t.ID)
	places := [][]byte{key(threadUnit, t.Unit, id)}
	if t.State == kpi.ThreadWaiting {
		places = append(places, key(threadWaiting, string(t.Kind), t.Unit, id))
	}
	if t.Kind == kpi.Explanation {
		places = append(places, key(threadCell, t.Set, t.Month.String(), t.Unit, t.Indicator, id))
	}
	if t.Published != nil {
		places = append(places, key(threadPublished, t.Set, t.Indicator, id))
	}
	return places
}

// Thread returns a thread.
func (tx *Tx) Thread(id kpi.ThreadID) (kpi.Thread, error) {
	return mustJSON[kpi.Thread](tx, tThread, key(string(id)), "Không tìm thấy câu hỏi này. Tìm trong danh sách của trang Hỏi đáp.")
}

// Threads yields all threads, the newest first.
func (tx *Tx) Threads() iter.Seq2[kpi.Thread, error] {
	return func(yield func(kpi.Thread, error) bool) {
		for k, v := range tx.scanBack(tThread, nil) {
			if !yield(decodeJSON[kpi.Thread](tThread, k, v)) {
				return
			}
		}
	}
}

// UnitThreads returns the threads in which a unit takes part, the newest first.
func (tx *Tx) UnitThreads(unit string) ([]kpi.Thread, error) {
	return tx.threadsBy(prefix(threadUnit, unit))
}

// WaitingThreads returns the threads of a kind that wait for an answer, of one unit, or of all if unit is "".
func (tx *Tx) WaitingThreads(kind kpi.ThreadKind, unit string) ([]kpi.Thread, error) {
	if unit == "" {
		return tx.threadsBy(prefix(threadWaiting, string(kind)))
	}
	return tx.threadsBy(prefix(threadWaiting, string(kind), unit))
}

// CountWaiting returns how many threads of a kind wait for an answer.
func (tx *Tx) CountWaiting(kind kpi.ThreadKind) int {
	n := 0
	for range tx.scan(tThreadBy, prefix(threadWaiting, string(kind))) {
		n++
	}
	return n
}

// CellThreads returns the threads about a figure, the newest first.
func (tx *Tx) CellThreads(k kpi.CellKey) ([]kpi.Thread, error) {
	return tx.threadsBy(append(append([]byte(threadCell), sep), append(cellKey(k), sep)...))
}

// SheetThreads returns the threads about the figures of a sheet, the newest of a figure first.
func (tx *Tx) SheetThreads(set string, m kpi.Month, unit string) ([]kpi.Thread, error) {
	return tx.threadsBy(prefix(threadCell, set, m.String(), unit))
}

// PublishedThreads returns the threads that everybody may read the answer of: those about an indicator, or all if
// indicator is "". The newest of an indicator stands first.
func (tx *Tx) PublishedThreads(set, indicator string) ([]kpi.Thread, error) {
	if indicator == "" {
		return tx.threadsBy(prefix(threadPublished))
	}
	return tx.threadsBy(prefix(threadPublished, set, indicator))
}

// threadsBy returns the threads that an index names under p, from the last to the first.
func (tx *Tx) threadsBy(p []byte) ([]kpi.Thread, error) {
	var list []kpi.Thread
	for k := range tx.scanBack(tThreadBy, p) {
		t, err := tx.Thread(kpi.ThreadID(k[bytes.LastIndexByte(k, sep)+1:]))
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// PutPost stores post n of a thread; n counts from 1. It counts for nothing until PutThread stores the thread that says
// how many it has.
func (tx *Tx) PutPost(id kpi.ThreadID, n int, p kpi.Post) error {
	return tx.putBare(tPost, postKey(id, n), p)
}

// Posts returns the posts of a thread, the first one first.
func (tx *Tx) Posts(id kpi.ThreadID) ([]kpi.Post, error) {
	return listJSON[kpi.Post](tx, tPost, prefix(string(id)))
}

// Post returns one post of a thread; ok is false when there is none.
func (tx *Tx) Post(id kpi.ThreadID, n int) (p kpi.Post, ok bool, err error) {
	return getJSON[kpi.Post](tx, tPost, postKey(id, n))
}

func postKey(id kpi.ThreadID, n int) []byte { return key(string(id), fmt.Sprintf("%04d", n)) }
