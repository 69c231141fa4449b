package store_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	bolt "go.etcd.io/bbolt"
)

// BenchmarkUpdate saves a cell with its event from 1, 16 and 128 goroutines, and puts the same bytes into the same
// tables with bbolt's own Update. x-bare is how many times as many saves a second the store makes.
func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 16, 128} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			s := storetest.Open(b)
			var n atomic.Uint64
			save := func() error {
				c := storetest.Cell("SYT", fmt.Sprintf("1.%03d", n.Add(1)%300), 42)
				return s.Update(func(tx *store.Tx) error { return storetest.PutCell(tx, c) })
			}
			bare := bareSave(storetest.Open(b), &n) // a file of its own: it leaves no valid log behind
			var took, reference time.Duration
			done := 0
			b.ResetTimer()
			for done < b.N { // in turns, so that a busy machine slows both
				n := min(b.N-done, 64*writers)
				few := max(n/writers, 1) // the slower of the two does fewer, and its time is scaled up
				took += share(b, n, writers, save)
				reference += share(b, few, writers, bare) * time.Duration(n) / time.Duration(few)
				done += n
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(b.N)/took.Seconds(), "saves/s")
			b.ReportMetric(float64(b.N)/reference.Seconds(), "bare/s")
			b.ReportMetric(reference.Seconds()/took.Seconds(), "x-bare")
		})
	}
}

// share calls fn n times from the given number of goroutines and returns how long that took.
func share(b *testing.B, n, writers int, fn func() error) time.Duration {
	var left atomic.Int64
	left.Store(int64(n))
	var wg sync.WaitGroup
	start := time.Now()
	for range writers {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if err := fn(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// bareSave returns a function that puts what saving one cell puts: the cell, the event, its place under its object,
// two hashes (their mean over all events) and the count.
func bareSave(s *store.Store, n *atomic.Uint64) func() error {
	c := storetest.Cell("SYT", "1.001", 42)
	cell, event := store.EncodeCell(c), store.EncodeEvent(storetest.Event("cell/"+c.ID()))
	put := func(tx *bolt.Tx, table string, k, v []byte) error { return tx.Bucket([]byte(table)).Put(k, v) }
	return func() error {
		i := n.Add(1)
		seq := binary.BigEndian.AppendUint64(nil, i)
		return s.DB().Update(func(tx *bolt.Tx) error {
			for _, err := range []error{
				put(tx, "cell", fmt.Appendf(nil, "nq57|2026-05|SYT|1.%03d", i%300), cell),
				put(tx, "event", seq, event),
				put(tx, "event_by", append([]byte("cell/"+c.ID()+"|"), seq...), nil),
				put(tx, "hash", binary.BigEndian.AppendUint64(nil, 2*i), event[:32]),
				put(tx, "hash", binary.BigEndian.AppendUint64(nil, 2*i+1), event[:32]),
				put(tx, "meta", []byte("events"), append(seq, 0, 0, 0, 0)),
			} {
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
}

const (
	provinceUnits      = 124
	provinceIndicators = 300
)

// province returns a store with one round of a whole province, as a day's work leaves it.
func province(b *testing.B) *store.Store {
	s := storetest.Open(b)
	for u := range provinceUnits {
		var cells []kpi.Cell
		for i := range provinceIndicators {
			c := storetest.Cell(unitCode(u), fmt.Sprintf("%d.%02d", i/30+1, i%30+1), int64(u*1000+i))
			c.By = "can.bo." + unitCode(u)
			switch i % 10 {
			case 1, 2, 3:
				c.Value, c.Num, c.Den = kpi.Decimal{}, kpi.Some(kpi.Dec(int64(i))), kpi.Some(kpi.Dec(int64(u+i+1)))
			case 4:
				c.Content, c.Text = kpi.NotApplicable, "Đơn vị không có chức năng này"
			case 5:
				c.Note = "Tăng do mở thêm ba điểm phục vụ trong tháng"
			}
			cells = append(cells, c)
		}
		storetest.Update(b, s, func(tx *store.Tx) error { return tx.LoadCells(cells, storetest.Event("round/nq57/2026-05")) })
	}
	return s
}

func unitCode(u int) string { return fmt.Sprintf("X%05d", 20000+u) }

// BenchmarkDecodeCell reads one record: a ratio with a note.
func BenchmarkDecodeCell(b *testing.B) {
	c := storetest.Cell("SYT", "1.01", 42)
	c.Num, c.Den, c.Note = kpi.Some(kpi.Dec(45)), kpi.Some(kpi.Dec(60)), "Tăng do mở thêm ba điểm"
	v := store.EncodeCell(c)
	b.ReportAllocs()
	b.ResetTimer()
	if got, err := store.DecodeCell(c.CellKey, v, b.N); err != nil || got != c {
		b.Fatalf("%+v, %v", got, err)
	}
}

// BenchmarkSheet reads the 300 cells of one sheet, as the page of a sheet does.
func BenchmarkSheet(b *testing.B) {
	s := province(b)
	b.ReportAllocs()
	for b.Loop() {
		storetest.View(b, s, func(tx *store.Tx) error {
			cells, err := tx.SheetCells("nq57", storetest.Month(), unitCode(77))
			if len(cells) != provinceIndicators {
				b.Fatalf("%d cells", len(cells))
			}
			return err
		})
	}
}

// BenchmarkProvince reads the 37,200 cells of one round, sheet by sheet. x-bare compares with the same range scans
// in bbolt that only look at each record's last byte.
func BenchmarkProvince(b *testing.B) {
	s := province(b)
	const all = provinceUnits * provinceIndicators
	bare := func() (took time.Duration) {
		storetest.View(b, s, func(tx *store.Tx) error {
			start := time.Now()
			n, sum := 0, 0
			for u := range provinceUnits {
				p := []byte("nq57|2026-05|" + unitCode(u) + "|")
				c := tx.Bucket("cell").Cursor()
				for k, v := c.Seek(p); bytes.HasPrefix(k, p); k, v = c.Next() {
					n++
					sum += int(v[len(v)-1])
				}
			}
			took = time.Since(start)
			if n != all || sum == 0 {
				b.Fatalf("%d cells", n)
			}
			return nil
		})
		return took
	}
	var reference time.Duration
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		reference += bare()
		b.StartTimer()
		storetest.View(b, s, func(tx *store.Tx) error {
			n := 0
			sheet := make([]kpi.Cell, 0, provinceIndicators) // as a page keeps them
			for u := range provinceUnits {
				sheet = sheet[:0]
				for c, err := range tx.UnitCells("nq57", storetest.Month(), unitCode(u)) {
					if err != nil {
						return err
					}
					sheet = append(sheet, c)
				}
				n += len(sheet)
			}
			if n != all {
				b.Fatalf("%d cells", n)
			}
			return nil
		})
	}
	per := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(per/all, "ns/cell")
	b.ReportMetric(float64(reference.Nanoseconds())/float64(b.N)/all, "bare-ns/cell")
	b.ReportMetric(per*float64(b.N)/float64(reference.Nanoseconds()), "x-bare")
}
