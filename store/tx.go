package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

// Tx is a transaction. Nothing that its methods return points into the file.
type Tx struct {
	b     *bolt.Tx
	frame *frame // of the journal, nil: none
	memos *memos
	dirty bool
	after []func()
}

// newTx returns a transaction outside an open store.
func newTx(b *bolt.Tx) *Tx { return &Tx{b: b, memos: new(memos)} }

// AfterCommit registers fn to run once the transaction is on disk. fn must be quick: the caller still waits.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Writable reports whether tx may change the database: what it reads may then be of changes that are undone yet.
func (tx *Tx) Writable() bool { return tx.b.Writable() }

func (tx *Tx) bucket(t table) *bolt.Bucket { return tx.b.Bucket([]byte(t)) }

// pack lets the pages of a table be filled nearly full in this transaction, for keys that are only ever put behind
// the others; elsewhere half-empty pages leave room for what comes between.
func (tx *Tx) pack(t table) { tx.bucket(t).FillPercent = 0.95 }

// putRecord stores a record under k with its checksum.
func (tx *Tx) putRecord(t table, k, body []byte) error {
	return tx.put(t, k, seal(k, append(make([]byte, 0, len(body)+sumSize), body...)))
}

// put stores plain bytes, for the tables that are no records: an index, hashes.
func (tx *Tx) put(t table, k, v []byte) error {
	tx.dirty = true
	if err := tx.bucket(t).Put(k, v); err != nil {
		return fmt.Errorf("put %s %q: %w", t, k, err)
	}
	tx.memos.written.note(t, k, tx.ID())
	tx.frame.put(t, k, v)
	return nil
}

func (tx *Tx) delete(t table, k []byte) error {
	tx.dirty = true
	if err := tx.bucket(t).Delete(k); err != nil {
		return fmt.Errorf("delete %s %q: %w", t, k, err)
	}
	tx.memos.written.note(t, k, tx.ID())
	tx.frame.delete(t, k)
	return nil
}

// putJSON stores x under k and logs the event.
func (tx *Tx) putJSON(t table, k []byte, x any, ev kpi.Event) error {
	if err := tx.putBare(t, k, x); err != nil {
		return err
	}
	return tx.log(ev)
}

// putBare stores x under k without an event: for what is no figure and no right, such as sessions.
func (tx *Tx) putBare(t table, k []byte, x any) error {
	body, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("encode %T: %w", x, err)
	}
	return tx.putRecord(t, k, body)
}

// decoder reads the record v stored under k.
type decoder[T any] func(t table, k, v []byte) (T, error)

// getJSON reads the record under k; ok is false when there is none.
func getJSON[T any](tx *Tx, t table, k []byte) (x T, ok bool, err error) {
	return get(tx, t, k, decodeJSON[T])
}

func get[T any](tx *Tx, t table, k []byte, decode decoder[T]) (x T, ok bool, err error) {
	v := tx.bucket(t).Get(k)
	if v == nil {
		return x, false, nil
	}
	x, err = decode(t, k, v)
	return x, err == nil, err
}

// mustJSON reads the record under k, or fails with NotFound and the given sentence.
func mustJSON[T any](tx *Tx, t table, k []byte, missing string) (T, error) {
	return must(tx, t, k, missing, decodeJSON[T])
}

func must[T any](tx *Tx, t table, k []byte, missing string, decode decoder[T]) (T, error) {
	x, ok, err := get(tx, t, k, decode)
	if err == nil && !ok {
		err = &kpi.Error{Kind: kpi.NotFound, Msg: missing}
	}
	return x, err
}

// scan yields the keys and values that begin with p, in order. Both are valid only until the next step.
func (tx *Tx) scan(t table, p []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := tx.bucket(t).Cursor()
		for k, v := c.Seek(p); hasPrefix(k, p); k, v = c.Next() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// scanBack is scan from the last key to the first.
func (tx *Tx) scanBack(t table, p []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		c := tx.bucket(t).Cursor()
		step := c.Prev
		if k, _ := c.Seek(append(bytes.Clone(p), 0xff)); k == nil { // no key has this byte
			step = c.Last
		}
		for k, v := step(); hasPrefix(k, p); k, v = c.Prev() {
			if !yield(k, v) {
				return
			}
		}
	}
}

// listJSON returns all records whose key begins with p, in key order.
func listJSON[T any](tx *Tx, t table, p []byte) ([]T, error) {
	return list(tx, t, p, decodeJSON[T])
}

func list[T any](tx *Tx, t table, p []byte, decode decoder[T]) ([]T, error) {
	var list []T
	for k, v := range tx.scan(t, p) {
		x, err := decode(t, k, v)
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

func (tx *Tx) getMeta(name string) ([]byte, error) {
	v := tx.bucket(tMeta).Get([]byte(name))
	if v == nil {
		return nil, nil
	}
	b, err := unseal(tMeta, []byte(name), v)
	return append([]byte(nil), b...), err
}

func (tx *Tx) putMeta(name string, b []byte) error {
	return tx.putRecord(tMeta, []byte(name), b)
}

// Secret returns the random key with which forms are signed before anybody is signed in.
func (tx *Tx) Secret() ([]byte, error) { return tx.getMeta("secret") }
