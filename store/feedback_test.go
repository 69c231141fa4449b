package store_test

import (
	"fmt"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

func threadAt(minute int, kind kpi.ThreadKind, unit string) kpi.Thread {
	at := storetest.At().Add(time.Duration(minute) * time.Minute)
	t := kpi.Thread{ID: kpi.NewThreadID(at, fmt.Sprintf("%08x", minute)), Kind: kind, Unit: unit, State: kpi.ThreadWaiting, Posts: 1, Version: 1,
		By: login, Last: kpi.Step{By: login, At: at}}
	if kind == kpi.Question {
		t.Title = "Hỏi về cách tính"
	} else {
		t.Set, t.Month, t.Indicator = set, storetest.Month(), "1.01"
	}
	return t
}

// Every index follows the thread through its life: waiting, answered, published, taken back.
func TestThread_Indexes(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	asked, other, figure := threadAt(1, kpi.Question, unit), threadAt(2, kpi.Question, "SKHCN"), threadAt(3, kpi.Explanation, unit)
	put := func(x kpi.Thread) {
		storetest.Update(t, s, func(tx *store.Tx) error { return tx.PutThread(x, storetest.Event(x.Object())) })
	}
	for _, x := range []kpi.Thread{asked, other, figure} {
		put(x)
	}
	check := func(what string, read func(*store.Tx) ([]kpi.Thread, error), want ...kpi.Thread) {
		t.Helper()
		storetest.View(t, s, func(tx *store.Tx) error {
			list, err := read(tx)
			got, ids := "", ""
			for _, x := range list {
				got += string(x.ID) + " "
			}
			for _, x := range want {
				ids += string(x.ID) + " "
			}
			if got != ids {
				t.Errorf("%s: got %s, want %s", what, got, ids)
			}
			return err
		})
	}
	waiting := func(kind kpi.ThreadKind, unit string) func(*store.Tx) ([]kpi.Thread, error) {
		return func(tx *store.Tx) ([]kpi.Thread, error) { return tx.WaitingThreads(kind, unit) }
	}
	published := func(indicator string) func(*store.Tx) ([]kpi.Thread, error) {
		return func(tx *store.Tx) ([]kpi.Thread, error) { return tx.PublishedThreads(set, indicator) }
	}
	check("all", func(tx *store.Tx) (list []kpi.Thread, err error) {
		for x, err := range tx.Threads() {
			if err != nil {
				return nil, err
			}
			list = append(list, x)
		}
		return list, nil
	}, figure, other, asked)
	check("of the unit", func(tx *store.Tx) ([]kpi.Thread, error) { return tx.UnitThreads(unit) }, figure, asked)
	check("waiting questions", waiting(kpi.Question, ""), asked, other) // by unit from behind
	check("waiting explanations of the unit", waiting(kpi.Explanation, unit), figure)
	check("of the cell", func(tx *store.Tx) ([]kpi.Thread, error) { return tx.CellThreads(figure.Cell()) }, figure)
	check("of the sheet", func(tx *store.Tx) ([]kpi.Thread, error) { return tx.SheetThreads(set, figure.Month, unit) }, figure)
	check("of a cell with a longer code", func(tx *store.Tx) ([]kpi.Thread, error) {
		k := figure.Cell()
		k.Indicator = "1.0"
		return tx.CellThreads(k)
	})

	asked.State, asked.Set, asked.Indicator = kpi.ThreadAnswered, set, "1.10"
	asked.Published = &kpi.PublishedQA{Question: "Hỏi", Answer: "Đáp", At: storetest.At(), By: login}
	put(asked)
	check("waiting after the answer", waiting(kpi.Question, ""), other)
	check("published of the indicator", published("1.10"), asked)
	check("published of another indicator", published("1.1"))
	check("published", published(""), asked)
	storetest.View(t, s, func(tx *store.Tx) error {
		if n := tx.CountWaiting(kpi.Question); n != 1 {
			t.Errorf("%d questions wait, want 1", n)
		}
		return nil
	})
	asked.Published = nil
	put(asked)
	check("published after it was taken back", published(""))
}
