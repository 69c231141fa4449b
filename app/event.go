package app

import (
	"cmp"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// EventFilter says which entries of the log are wanted.
type EventFilter struct {
	From, To time.Time // From ≤ At < To
	Text     string    // part of login, address, act, object or reason; "": any
	Before   uint64    // number below which entries are wanted, 0: any
}

const (
	eventsShown   = 50
	eventsSearch  = 100_000        // looked through for one page
	eventsABatch  = 5_000          // read in one transaction of an export
	eventsToWeb   = 200_000        // exported by the page; the command has no bound
	eventDisorder = 48 * time.Hour // entries are not that far out of order
)

// EventPage is a part of the log, the newest first.
type EventPage struct {
	Events []kpi.Event
	Names  map[string]string
	Next   uint64 // Before of the page that follows, 0 if this is the last
	Cut    bool   // not all of the log could be looked through for these
}

// Events returns a page of the log.
func (a *App) Events(actor kpi.Actor, f EventFilter) (EventPage, error) {
	var p EventPage
	if err := kpi.May(actor.User, kpi.SeeEvents); err != nil {
		return p, err
	}
	text := kpi.Fold(f.Text)
	err := a.store.View(func(tx *store.Tx) error {
		n, err := tx.Events()
		if err != nil {
			return err
		}
		before, err := eventsBefore(tx, n, f.From)
		if err != nil {
			return err
		}
		if f.Before > 0 {
			n = min(n, f.Before-1)
		}
		var people []string
		for looked := 0; n > before; n-- {
			ev, err := tx.Event(n)
			if err != nil {
				return err
			}
			if looked++; len(p.Events) == eventsShown || looked > eventsSearch {
				p.Next, p.Cut = n+1, looked > eventsSearch
				break
			}
			if f.wants(ev, text) {
				p.Events = append(p.Events, ev)
				people = append(people, ev.By)
			}
		}
		p.Names, err = names(tx, people)
		return err
	})
	return p, err
}

// eventsBefore returns a number up to which no entry was made at t or later. It is found by halving each stretch in which
// the clock went on: it goes back only when a person says so.
func eventsBefore(tx *store.Tx, n uint64, t time.Time) (uint64, error) {
	before := n
	look := func(begin uint64) (err error) {
		at := begin + uint64(sort.Search(int(n+1-begin), func(i int) bool {
			ev, e := tx.Event(begin + uint64(i))
			err = cmp.Or(err, e)
			return !ev.At.Before(t.Add(-eventDisorder))
		}))
		if at <= n {
			before = at - 1
		}
		n = begin - 1
		return err
	}
	for ev, err := range tx.History("clock") {
		if err := cmp.Or(err, look(ev.Seq)); err != nil {
			return 0, err
		}
	}
	err := look(1)
	return before, err
}

// wants reports whether the entry passes; text is the filter's, folded.
func (f EventFilter) wants(ev kpi.Event, text string) bool {
	if ev.At.Before(f.From) || !ev.At.Before(f.To) {
		return false
	}
	return text == "" || strings.Contains(kpi.Fold(strings.Join([]string{ev.By, ev.Addr, ev.Verb.Label(), ev.About(), ev.Reason}, " ")), text)
}

// ExportEvents writes the entries of the log from From to To as CSV, for inspectors: with a byte order mark, every text
// quoted and none a formula. It is in the log itself that they were taken. It returns how many entries there are, and
// the hash over the whole log as a person compares it with the checkpoint of a backup.
func (a *App) ExportEvents(actor kpi.Actor, f EventFilter, w io.Writer) (n int, checkpoint string, err error) {
	if !actor.IsSystem() {
		if err := kpi.May(actor.User, kpi.SeeEvents); err != nil {
			return 0, "", err
		}
	}
	var before, last uint64
	err = a.store.Update(func(tx *store.Tx) error {
		span := kpi.FormatDate(f.From) + " – " + kpi.FormatDate(f.To.Add(-time.Second))
		if err := tx.Log(actor.Event(kpi.VerbExport, "events", "", span, "")); err != nil {
			return err
		}
		if last, err = tx.Events(); err != nil {
			return err
		}
		if !actor.IsSystem() { // the command looks at all, whatever the clock was
			if before, err = eventsBefore(tx, last, f.From); err != nil {
				return err
			}
		}
		hash, err := tx.TreeHash()
		checkpoint = fmt.Sprintf("%d:%s", last, hash)
		return err
	})
	if err != nil {
		return 0, "", fmt.Errorf("log the export: %w", err)
	}
	head := []string{"Số", "Thời điểm", "Tài khoản", "Địa chỉ", "Mã yêu cầu", "Việc", "Đối tượng", "Trước", "Sau", "Lý do"}
	if err := workbook.WriteCSV(w, true, head); err != nil {
		return 0, "", err
	}
	for from := before + 1; from <= last; from += eventsABatch {
		var lines [][]string
		err := a.store.View(func(tx *store.Tx) error {
			for seq := from; seq < from+eventsABatch && seq <= last; seq++ {
				ev, err := tx.Event(seq)
				if err != nil {
					return err
				}
				if f.wants(ev, "") {
					lines = append(lines, []string{strconv.FormatUint(ev.Seq, 10), ev.At.In(kpi.Location).Format("2006-01-02T15:04:05.000-07:00"), ev.By, ev.Addr, ev.Request,
						ev.Verb.Label(), ev.About(), ev.Old, ev.New, ev.Reason})
				}
			}
			return nil
		})
		if err != nil {
			return n, "", err
		}
		if n += len(lines); n > eventsToWeb && !actor.IsSystem() {
			return n, "", kpi.Errorf(kpi.TooLarge, "Nhật ký của khoảng thời gian này dài hơn %d mục. Chọn khoảng ngắn hơn, hoặc dùng lệnh «chiso export events» trên máy chủ.", eventsToWeb)
		}
		if err := workbook.WriteCSV(w, false, lines...); err != nil {
			return n, "", err
		}
	}
	return n, checkpoint, nil
}
