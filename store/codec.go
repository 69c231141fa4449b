package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"chiso/app/kpi"
)

// ErrDamaged is in the chain of every error about a record whose bytes are not what was written.
var ErrDamaged = errors.New("record is damaged")

func damaged(t table, k []byte) error { return fmt.Errorf("%s %q: %w", t, k, ErrDamaged) }

const sumSize = 4

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// seal appends to body the checksum over the key and body: a record under a key that is not its own is damaged too.
func seal(k, body []byte) []byte {
	return binary.BigEndian.AppendUint32(body, checksum(k, body))
}

// unseal checks and takes off the checksum.
func unseal(t table, k, v []byte) ([]byte, error) {
	n := len(v) - sumSize
	if n < 0 || binary.BigEndian.Uint32(v[n:]) != checksum(k, v[:n]) {
		return nil, damaged(t, k)
	}
	return v[:n], nil
}

func checksum(k, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(k, castagnoli()), castagnoli(), body)
}

func decodeJSON[T any](t table, k, v []byte) (T, error) {
	var x T
	b, err := unseal(t, k, v)
	if err != nil {
		return x, err
	}
	if err := json.Unmarshal(b, &x); err != nil {
		return x, fmt.Errorf("decode %s %q: %w", t, k, err)
	}
	return x, nil
}

// A writer builds a binary record: numbers as varints, texts with their length before them.
type writer struct{ b []byte }

func (w *writer) byte(x byte)      { w.b = append(w.b, x) }
func (w *writer) uint(x uint64)    { w.b = binary.AppendUvarint(w.b, x) }
func (w *writer) int(x int64)      { w.b = binary.AppendVarint(w.b, x) }
func (w *writer) time(t time.Time) { w.int(t.UnixMilli()) }
func (w *writer) text(s string) {
	w.uint(uint64(len(s)))
	w.b = append(w.b, s...)
}
func (w *writer) bytes(b []byte) {
	w.uint(uint64(len(b)))
	w.b = append(w.b, b...)
}
func (w *writer) decimal(d kpi.Decimal) {
	coef, scale := d.Parts()
	w.int(coef)
	w.byte(scale)
}

// A reader takes apart what a writer built. After the first short read bad stays true and zero values follow.
type reader struct {
	b    []byte
	at   int // how much of b has been read
	bad  bool
	last string // what name returned before
}

func (r *reader) byte() byte {
	if r.at == len(r.b) {
		r.bad = true
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

func (r *reader) uint() uint64 {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // one byte, as most are
		r.at++
		return uint64(r.b[r.at-1])
	}
	x, n := binary.Uvarint(r.b[r.at:])
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.at += n
	return x
}

func (r *reader) int() int64 {
	x := r.uint()
	return int64(x>>1) ^ -int64(x&1) // the sign is the last bit, as binary.AppendVarint puts it
}

func (r *reader) time() time.Time { return time.UnixMilli(r.int()).UTC() }

func (r *reader) bytes() []byte {
	n := r.uint()
	if n > uint64(len(r.b)-r.at) {
		r.bad = true
		return nil
	}
	r.at += int(n)
	return r.b[r.at-int(n) : r.at]
}

func (r *reader) text() string {
	if r.at < len(r.b) && r.b[r.at] == 0 { // empty, as most are
		r.at++
		return ""
	}
	return string(r.bytes())
}

// name reads a text that is mostly the same in one record after the other, and keeps one copy of it.
func (r *reader) name() string {
	if b := r.bytes(); string(b) != r.last {
		r.last = string(b)
	}
	return r.last
}

func (r *reader) decimal() kpi.Decimal {
	coef := r.int()
	return kpi.NewDecimal(coef, r.byte())
}
