package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"chiso/app/kpi"

	"golang.org/x/mod/sumdb/tlog"
)

const eventFormat = 1

// log appends the event: its record, its place under its object, and the hashes that it adds to the tree.
func (tx *Tx) log(ev kpi.Event) error {
	n, err := tx.Events()
	if err != nil {
		return err
	}
	ev.Seq = n + 1
	tx.pack(tEvent)
	tx.pack(tHash)
	body := encodeEvent(ev)
	if err := tx.putRecord(tEvent, number(ev.Seq), body); err != nil {
		return err
	}
	if err := tx.put(tEventBy, objectKey(ev.Object, ev.Seq), []byte{}); err != nil {
		return err
	}
	hashes, err := tlog.StoredHashes(int64(n), body, tx.hashReader())
	if err != nil {
		return fmt.Errorf("hash event %d: %w", ev.Seq, err)
	}
	at := tlog.StoredHashIndex(0, int64(n))
	for i := range hashes {
		if err := tx.put(tHash, number(uint64(at)+uint64(i)), hashes[i][:]); err != nil {
			return err
		}
	}
	return tx.putMeta("events", number(ev.Seq))
}

// Log appends an event that goes with no record, such as a sign-in or a refusal.
func (tx *Tx) Log(ev kpi.Event) error { return tx.log(ev) }

func (tx *Tx) hashReader() tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			v := tx.bucket(tHash).Get(number(uint64(x)))
			if len(v) != tlog.HashSize {
				return nil, damaged(tHash, number(uint64(x)))
			}
			copy(out[i][:], v)
		}
		return out, nil
	}
}

// Events returns how many events the log has; it is the store's change number.
func (tx *Tx) Events() (uint64, error) {
	v, err := tx.getMeta("events")
	if err != nil || v == nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, damaged(tMeta, []byte("events"))
	}
	return binary.BigEndian.Uint64(v), nil
}

// TreeHash returns the RFC 6962 hash over all events.
func (tx *Tx) TreeHash() (tlog.Hash, error) {
	n, err := tx.Events()
	if err != nil {
		return tlog.Hash{}, err
	}
	return tlog.TreeHash(int64(n), tx.hashReader())
}

// Event returns event seq.
func (tx *Tx) Event(seq uint64) (kpi.Event, error) {
	k := number(seq)
	v := tx.bucket(tEvent).Get(k)
	if v == nil {
		return kpi.Event{}, damaged(tEvent, k)
	}
	return decodeEvent(k, v)
}

// History yields the events of one object, the newest first.
func (tx *Tx) History(object string) iter.Seq2[kpi.Event, error] {
	return func(yield func(kpi.Event, error) bool) {
		p := prefix(object)
		c := tx.bucket(tEventBy).Cursor()
		k, _ := c.Seek(append(p, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
		if k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		for ; hasPrefix(k, p); k, _ = c.Prev() {
			if len(k) != len(p)+8 {
				continue
			}
			if !yield(tx.Event(binary.BigEndian.Uint64(k[len(p):]))) {
				return
			}
		}
	}
}

func encodeEvent(ev kpi.Event) []byte {
	w := &writer{b: make([]byte, 0, 128)}
	w.byte(eventFormat)
	w.uint(ev.Seq)
	w.time(ev.At)
	for _, s := range []string{ev.By, ev.Addr, ev.Request, string(ev.Verb), ev.Object, ev.Old, ev.New, ev.Reason} {
		w.text(s)
	}
	return w.b
}

func decodeEvent(k, v []byte) (kpi.Event, error) {
	b, err := unseal(tEvent, k, v)
	if err != nil {
		return kpi.Event{}, err
	}
	r := &reader{b: b}
	if r.byte() != eventFormat {
		return kpi.Event{}, damaged(tEvent, k)
	}
	ev := kpi.Event{Seq: r.uint(), At: r.time(), By: r.text(), Addr: r.text(), Request: r.text(), Verb: kpi.Verb(r.text()),
		Object: r.text(), Old: r.text(), New: r.text(), Reason: r.text()}
	if r.bad || !bytes.Equal(k, number(ev.Seq)) {
		return kpi.Event{}, damaged(tEvent, k)
	}
	return ev, nil
}
