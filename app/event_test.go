package app

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

func TestEvents_FilterAndPages(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for range 3 {
		f.clock.forward(24 * time.Hour)
		f.signIn(t, "sep", adminPassword)
		f.failSignIn("sep", "10.0.0.7", "")
	}
	all := EventFilter{From: f.Now().AddDate(-1, 0, 0), To: f.Now().Add(time.Hour)}
	page := func(filter EventFilter) EventPage {
		t.Helper()
		p, err := f.Events(f.admin(t), filter)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := page(all)
	if p.Events[0].Verb != kpi.VerbRefuse || p.Events[1].Verb != kpi.VerbSignIn || p.Names["sep"] != "Lê Sếp" || p.Next != 0 {
		t.Errorf("newest %+v, names %v, next %d", p.Events[0], p.Names, p.Next)
	}
	last := all
	last.From = f.Now().Add(-time.Hour)
	if n := len(page(last).Events); n != 2 {
		t.Errorf("%d events of the last hour, want 2", n)
	}
	last = all
	last.Text = "10.0.0.7"
	if n := len(page(last).Events); n != 3 {
		t.Errorf("%d events of the address, want 3", n)
	}
	last.Text, last.Before = "", p.Events[3].Seq
	if got := page(last).Events[0].Seq; got != p.Events[4].Seq {
		t.Errorf("the page before begins with %d, want %d", got, p.Events[4].Seq)
	}
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Coordinator})
	if _, err := f.Events(f.actor(t, "nv.an"), all); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a coordinator: %v", err)
	}
}

func TestExportEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	evil := []string{"=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", `say "no"`}
	err := f.store.Update(func(tx *store.Tx) error {
		for _, text := range evil {
			if err := tx.Log(f.System().Event(kpi.VerbChange, "unit/SYT", "", text, "dòng một\ndòng hai")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, checkpoint, err := f.ExportEvents(f.admin(t), EventFilter{From: f.Now().Add(-time.Hour), To: f.Now().Add(time.Hour)}, &b)
	if err != nil || !strings.Contains(checkpoint, ":") {
		t.Fatal(checkpoint, err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != n+1 {
		t.Fatalf("%d rows for %d events, %v", len(rows), n, err)
	}
	found := 0
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.IndexAny(cell, "=+-@\t\r＝＋－＠") == 0 {
				t.Errorf("a spreadsheet would count %q", cell)
			}
		}
		if row[9] == "dòng một\ndòng hai" {
			found++
		}
	}
	if last := rows[len(rows)-1]; found != len(evil) || last[5] != "Xuất nhật ký" || last[2] != "sep" {
		t.Errorf("%d of %d, last %v", found, len(evil), last)
	}
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Coordinator})
	if _, _, err := f.ExportEvents(f.actor(t, "nv.an"), EventFilter{}, &b); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a coordinator: %v", err)
	}
}

// The entries of some days are found without reading the whole log, also where the clock was set back a little.
func TestExportEvents_OfSomeDays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.Now()
	day := func(n int) time.Time { return first.AddDate(0, 0, n) }
	made := func(n int) time.Time {
		switch {
		case n%7 == 3: // set back a little
			return day(n).Add(-40 * time.Hour)
		case n > 19 && n < 23: // was wrong, until a person saw it
			return day(n + 300)
		}
		return day(n)
	}
	for n := range 40 {
		err := f.store.Update(func(tx *store.Tx) error {
			by := kpi.System(made(n))
			if n == 23 {
				if err := tx.Log(by.Event(kpi.VerbClock, "clock", "", "", "")); err != nil {
					return err
				}
			}
			return tx.Log(by.Event(kpi.VerbChange, "unit/KHAC", "", strconv.Itoa(n), ""))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	f.clock.forward(40 * 24 * time.Hour)
	admin := f.admin(t)
	for _, span := range [][2]int{{-9, 100}, {0, 1}, {2, 3}, {9, 10}, {10, 20}, {17, 18}, {39, 40}, {20, 24}, {321, 400}, {60, 70}, {-20, -10}} {
		filter := EventFilter{From: day(span[0]), To: day(span[1]), Text: "KHAC"}
		var want []string
		for n := range 40 {
			if at := made(n); !at.Before(filter.From) && at.Before(filter.To) {
				want = append(want, strconv.Itoa(n))
			}
		}
		var b bytes.Buffer
		if _, _, err := f.ExportEvents(admin, filter, &b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
		var got []string
		for _, row := range rows {
			if strings.Contains(row[6], "KHAC") {
				got = append(got, row[8])
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("days %v: %v, want %v; %v", span, got, want, err)
		}
		page, err := f.Events(admin, filter)
		if err != nil || len(page.Events) != len(want) {
			t.Errorf("days %v: the page has %d, want %d; %v", span, len(page.Events), len(want), err)
		}
	}
}

func TestLogRefusal_Bounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	me := f.actor(t, "sep")
	for range 100 {
		f.LogRefusal(me, "GET /duyet", "/duyet", "Không được.")
	}
	events := f.history(t, "page/GET /duyet")
	if len(events) != refusalsLogged || !strings.Contains(events[0].Reason, "không ghi riêng") || events[1].By != "sep" || events[1].Addr != "10.0.0.5" || events[1].New != "/duyet" {
		t.Errorf("%d events, the last %+v", len(events), events[0])
	}
	f.clock.forward(refusalsWithin)
	f.LogRefusal(f.actor(t, "sep"), "GET /duyet", "/duyet", "Không được.")
	if n := len(f.history(t, "page/GET /duyet")); n != refusalsLogged+1 {
		t.Errorf("%d events after ten minutes", n)
	}
}
