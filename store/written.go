package store

import (
	"bytes"
	"sync"

	"chiso/app/kpi"
)

// written tells by round in which transaction something of it was last changed: what was computed from a round holds until then.
type written struct {
	mu   sync.RWMutex
	sets map[string]map[kpi.Month]change
}

// change is when a round was last changed, and when one of its cells was.
type change struct{ any, cell uint64 }

// note is told of every change before it is committed, so that no reader can see one that is not noted.
func (w *written) note(t table, k []byte, id uint64) {
	switch t {
	case tRound, tDue, tSheet, tCell, tOverride, tFigure: // set|month…
	default:
		return
	}
	const month = len("2026-05")
	at := bytes.IndexByte(k, sep)
	if at < 0 || len(k) < at+1+month {
		return
	}
	m, err := kpi.ParseMonth(string(k[at+1 : at+1+month]))
	if err != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	rounds := w.sets[string(k[:at])]
	if rounds == nil {
		if rounds = (map[kpi.Month]change{}); w.sets == nil {
			w.sets = map[string]map[kpi.Month]change{}
		}
		w.sets[string(k[:at])] = rounds
	}
	last := rounds[m]
	if last.any = id; t == tCell {
		last.cell = id
	}
	rounds[m] = last
}

// ID returns the number of the last change that the transaction sees.
func (tx *Tx) ID() uint64 { return uint64(tx.b.ID()) }

// Same reports whether the rounds of the months from…to, their sheets, cells, overrides and figures are what they were in the
// transaction with the given ID.
func (tx *Tx) Same(set string, from, to kpi.Month, id uint64) bool {
	return tx.same(set, from, to, id, func(c change) uint64 { return c.any })
}

// SameCells is Same for the cells alone.
func (tx *Tx) SameCells(set string, from, to kpi.Month, id uint64) bool {
	return tx.same(set, from, to, id, func(c change) uint64 { return c.cell })
}

func (tx *Tx) same(set string, from, to kpi.Month, id uint64, last func(change) uint64) bool {
	w := &tx.memos.written
	w.mu.RLock()
	defer w.mu.RUnlock()
	for m, c := range w.sets[set] {
		if from <= m && m <= to && last(c) > min(id, tx.ID()) {
			return false
		}
	}
	return true
}
