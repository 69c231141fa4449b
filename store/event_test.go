package store_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	"golang.org/x/mod/sumdb/tlog"
)

// checkLog compares the log with itself and stops the test at the first fault: the events are numbered without a gap,
// each stands under its object once, and the stored tree is the one computed anew from the records. It returns how
// many events there are.
func checkLog(t testing.TB, s *store.Store) (events uint64) {
	t.Helper()
	storetest.View(t, s, func(tx *store.Tx) (err error) {
		if events, err = tx.Events(); err != nil {
			return err
		}
		objects := map[uint64]string{}
		c := tx.Bucket("event").Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			seq := binary.BigEndian.Uint64(k)
			ev, err := tx.Event(seq)
			if err != nil || seq != uint64(len(objects))+1 || ev.Seq != seq {
				return fmt.Errorf("event %d stands as number %d under %d: %w", ev.Seq, len(objects)+1, seq, err)
			}
			objects[seq] = ev.Object
		}
		if events != uint64(len(objects)) {
			return fmt.Errorf("%d events, but the count says %d", len(objects), events)
		}
		c = tx.Bucket("event_by").Cursor()
		n := 0
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			object, seq := string(k[:len(k)-9]), binary.BigEndian.Uint64(k[len(k)-8:])
			if objects[seq] != object || k[len(k)-9] != '|' {
				return fmt.Errorf("event_by %q: event %d is about %q", k, seq, objects[seq])
			}
			n++
		}
		if n != len(objects) {
			return fmt.Errorf("%d entries in event_by for %d events", n, len(objects))
		}
		fresh, hashes, err := recompute(tx)
		if err != nil {
			return err
		}
		if root, err := tx.TreeHash(); err != nil || root != fresh {
			return fmt.Errorf("tree hash %v, computed anew %v: %w", root, fresh, err)
		}
		i := 0
		c = tx.Bucket("hash").Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			if i >= len(hashes) || binary.BigEndian.Uint64(k) != uint64(i) || !bytes.Equal(v, hashes[i][:]) {
				return fmt.Errorf("hash %d under %x is not the one computed anew", i, k)
			}
			i++
		}
		if i != len(hashes) {
			return fmt.Errorf("%d hashes, computed anew %d", i, len(hashes))
		}
		return nil
	})
	return events
}

// recompute builds the tree from the event records alone.
func recompute(tx *store.Tx) (root tlog.Hash, hashes []tlog.Hash, err error) {
	read := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	n := int64(0)
	c := tx.Bucket("event").Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		added, err := tlog.StoredHashes(n, v[:len(v)-4], read)
		if err != nil {
			return tlog.Hash{}, nil, err
		}
		hashes = append(hashes, added...)
		n++
	}
	root, err = tlog.TreeHash(n, read)
	return root, hashes, err
}

// history returns the numbers of the object's events in the order of History.
func history(t *testing.T, s *store.Store, object string) (seqs []uint64) {
	storetest.View(t, s, func(tx *store.Tx) error {
		for ev, err := range tx.History(object) {
			if err != nil {
				return err
			}
			if ev.Object != object {
				t.Errorf("history of %q holds event %d of %q", object, ev.Seq, ev.Object)
			}
			seqs = append(seqs, ev.Seq)
		}
		return nil
	})
	return seqs
}

// TestHistory: the newest first, and nothing of an object that begins, ends or sorts alike. There are enough events
// for a tree of several pages, more than 256 of them, and so numbers that hold the byte of the separator.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	objects := []string{"cell/nq57/2026-05/SYT/1.1", "cell/nq57/2026-05/SYT/1.10", "cell/nq57/2026-05/SYT/1", "cell/nq57/2026-05/SYT/1.1|", "a", "zz",
		"cell/nq57/2026-05/SYT/1.1|\x00\x00\x00\x00\x00\x00\x00\x01", "", "z\xff", "z\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}
	want := map[string][]uint64{}
	n := uint64(0)
	for range 40 {
		storetest.Update(t, s, func(tx *store.Tx) error {
			for range 5 {
				for _, object := range objects {
					if err := tx.Log(storetest.Event(object)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for range 5 {
			for _, object := range objects {
				n++
				want[object] = append([]uint64{n}, want[object]...)
			}
		}
	}
	for _, object := range objects {
		if got := history(t, s, object); fmt.Sprint(got) != fmt.Sprint(want[object]) {
			t.Errorf("history of %q: %d events, want %d, or not the newest first: %v", object, len(got), len(want[object]), got)
		}
	}
	for _, object := range []string{"cell", "cell/nq57/2026-05/SYT/1.", "b", "zzz", "\xff\xff"} {
		if got := history(t, s, object); len(got) != 0 {
			t.Errorf("history of %q, of which nothing happened: %v", object, got)
		}
	}
	checkLog(t, s)
}

func TestEvent_RoundTrip(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	w := kpi.Event{At: storetest.At(), By: "lan.syt", Addr: "10.0.0.7", Request: "r-9", Verb: kpi.VerbReturn, Object: "sheet/nq57/2026-05/SYT",
		Old: "45/60 = 75,0", New: "(trống)", Reason: "Sai đơn vị tính | «đề nghị sửa»\n"}
	storetest.Update(t, s, func(tx *store.Tx) error {
		if err := tx.Log(kpi.Event{}); err != nil {
			return err
		}
		return tx.Log(w)
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		w.Seq = 2
		if got, err := tx.Event(2); err != nil || got != w {
			t.Errorf("%v\n got %+v\nwant %+v", err, got, w)
		}
		if got, err := tx.Event(1); err != nil || (got != kpi.Event{Seq: 1}) {
			t.Errorf("event of nothing but zeroes: %+v, %v", got, err)
		}
		return nil
	})
	checkLog(t, s)
}

// TestTreeHash_Altered: an event that somebody rewrote, checksum and all, no longer fits the tree, whichever it is.
func TestTreeHash_Altered(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	n := checkLog(t, s)
	for seq := uint64(1); seq <= n; seq++ {
		err := s.Update(func(tx *store.Tx) error {
			ev, err := tx.Event(seq)
			if err != nil {
				return err
			}
			ev.New += " "
			if err := tx.Bucket("event").Put(binary.BigEndian.AppendUint64(nil, seq), store.EncodeEvent(ev)); err != nil {
				return err
			}
			if forged, err := tx.Event(seq); err != nil || forged != ev {
				t.Errorf("event %d: the forgery is to pass for a record: %v", seq, err)
			}
			stored, err := tx.TreeHash()
			fresh, _, err2 := recompute(tx)
			if err != nil || err2 != nil || fresh == stored {
				t.Errorf("event %d was altered and the tree hash still fits (%v, %v)", seq, err, err2)
			}
			return fmt.Errorf("undo")
		})
		if err == nil {
			t.Fatal("the forgery was kept")
		}
	}
	checkLog(t, s)
}

// TestTreeHash_Grows: the tree after more events is proven to begin with the tree before them.
func TestTreeHash_Grows(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	var roots []tlog.Hash
	for i := range 20 {
		storetest.Update(t, s, func(tx *store.Tx) error { return tx.Log(storetest.Event(fmt.Sprint("user/", i))) })
		storetest.View(t, s, func(tx *store.Tx) error {
			root, err := tx.TreeHash()
			roots = append(roots, root)
			return err
		})
	}
	storetest.View(t, s, func(tx *store.Tx) error {
		_, hashes, err := recompute(tx)
		if err != nil {
			return err
		}
		read := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
			for _, i := range indexes {
				out = append(out, hashes[i])
			}
			return out, nil
		})
		last := int64(len(roots))
		for i, root := range roots {
			proof, err := tlog.ProveTree(last, int64(i)+1, read)
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(proof, last, roots[last-1], int64(i)+1, root); err != nil {
				t.Errorf("the tree of %d events is no beginning of the last: %v", i+1, err)
			}
		}
		return nil
	})
}
