package store

import (
	"encoding/binary"
	"time"
)

// ClockMark returns the time that the server kept last, zero if it never did.
func (tx *Tx) ClockMark() (time.Time, error) {
	v, err := tx.getMeta("clock")
	if err != nil || v == nil {
		return time.Time{}, err
	}
	if len(v) != 8 {
		return time.Time{}, damaged(tMeta, []byte("clock"))
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(v))).UTC(), nil
}

// PutClockMark keeps the time: when the server starts again, no time before it can be right.
func (tx *Tx) PutClockMark(at time.Time) error {
	return tx.putMeta("clock", number(uint64(at.UnixMilli())))
}
