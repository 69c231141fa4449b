package store

import (
	"bytes"
	"sync"

	"chiso/app/kpi"
)

// memos keep what every request asks for again: decoding JSON costs more than all the rest of reading a record.
type memos struct {
	sets     memo[kpi.IndicatorSet]
	rounds   memo[kpi.Round]
	sheets   memo[kpi.Sheet]
	users    memo[kpi.User]
	sessions memo[Session]
	written  written
}

// A memo keeps what records were decoded to, together with their bytes: the same bytes under the same key are the same
// value, whichever transaction reads them. What T points to is shared and must not be changed.
type memo[T any] struct {
	mu    sync.RWMutex
	known map[string]remembered[T]
}

type remembered[T any] struct {
	v []byte
	x T
}

// maxRemembered is how many records of one table are kept: the sheets of eight rounds of a large province.
const maxRemembered = 1024

// decode is decodeJSON.
func (m *memo[T]) decode(t table, k, v []byte) (T, error) {
	m.mu.RLock()
	r, ok := m.known[string(k)]
	m.mu.RUnlock()
	if ok && bytes.Equal(r.v, v) {
		return r.x, nil
	}
	x, err := decodeJSON[T](t, k, v)
	if err != nil {
		return x, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= maxRemembered || m.known == nil {
		m.known = make(map[string]remembered[T])
	}
	m.known[string(k)] = remembered[T]{bytes.Clone(v), x}
	return x, nil
}
