package store

import (
	"bytes"
	"sync"

	"chiso/app/kpi"
)

// written tells by round in which transaction something of it was last changed: what was computed from a round holds until then.
type written struct {
	mu     sync.RWMutex
	rounds map[string]uint64 // by set|month
}

// note is told of every change before it is committed, so that no reader can see one that is not noted.
func (w *written) note(t table, k []byte, id uint64) {
	switch t {
	case tRound, tDue, tSheet, tCell, tOverride, tFigure:
	default:
		return
	}
	end := len(k)
	if set := bytes.IndexByte(k, sep) + 1; set > 0 {
		if month := bytes.IndexByte(k[set:], sep); month >= 0 {
			end = set + month
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rounds[string(k[:end])] == id {
		return
	}
	if w.rounds == nil {
		w.rounds = map[string]uint64{}
	}
	w.rounds[string(k[:end])] = id
}

// ID returns the number of the last change that the transaction sees.
func (tx *Tx) ID() uint64 { return uint64(tx.b.ID()) }

// Same reports whether the round, its sheets, cells, overrides and figures are what they were in the transaction with the
// given ID.
func (tx *Tx) Same(set string, m kpi.Month, id uint64) bool {
	w := &tx.memos.written
	w.mu.RLock()
	defer w.mu.RUnlock()
	last := w.rounds[string(key(set, m.String()))]
	return last <= id && last <= tx.ID()
}
