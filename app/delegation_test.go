package app

import (
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// signed is a person as a request finds them, with those for whom they sign at this instant.
func (f month) signed(t *testing.T, login string) kpi.Actor {
	t.Helper()
	actor := f.as(t, login)
	f.must(t, f.store.View(func(tx *store.Tx) (err error) {
		actor.User, err = signing(tx, actor.User, actor.At)
		return err
	}))
	return actor
}

// delegate lets nhap2 sign for duyet from the first day of the fixture's clock for so many days.
func (f month) delegate(t *testing.T, first, last int) {
	t.Helper()
	f.must(t, f.Delegate(f.as(t, "duyet"), "SYT", "nhap2", f.m.Day(first), f.m.Day(last), "Đi công tác"))
}

func TestDelegate_OnlyFromTo(t *testing.T) {
	t.Parallel()
	start, end := kpi.NewMonth(2026, 6).Day(10), kpi.NewMonth(2026, 6).Day(13)
	for _, c := range []struct {
		at   time.Time
		want kpi.ErrorKind
	}{{start.Add(-time.Millisecond), kpi.Denied}, {start, 0}, {end.Add(-time.Millisecond), 0}, {end, kpi.Denied}} {
		f := newMonth(t)
		f.at(f.m.Day(8))
		f.delegate(t, 10, 12)
		f.upTo(t, kpi.Submitted)
		f.at(c.at)
		err := f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT"))
		if kpi.KindOf(err) != c.want {
			t.Errorf("%s: %v", kpi.FormatTime(c.at), err)
		}
	}
}

func TestDelegate_ApprovalSaysForWhom(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(8))
	f.delegate(t, 8, 12)
	f.upTo(t, kpi.Submitted)
	f.must(t, f.UnitReturn(f.signed(t, "nhap2"), f.id(t, "SYT"), "Xem lại", nil))
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT")))
	v := f.review(t, "nhap2")
	if s := v.Sheet.Approve; s.By != "nhap2" || s.For != "duyet" || v.Names["duyet"] != "Người duyệt" && v.Names["duyet"] == "" {
		t.Errorf("%+v, %v", s, v.Names)
	}
	if !strings.Contains(v.History[0].New, "ký theo ủy quyền của "+v.Names["duyet"]) || !strings.Contains(v.History[2].Reason, "ký theo ủy quyền của ") {
		t.Errorf("%+v", v.History)
	}
	f.must(t, f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT"))) // pressed twice
}

func TestDelegate_OwnFigures_Denied(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(8))
	f.delegate(t, 8, 12)
	f.fill(t)
	f.save(t, "nhap2", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT")), kpi.Denied)

	g := newMonth(t) // the approver who lets another sign has entered figures
	g.at(g.m.Day(8))
	g.must(t, g.Delegate(g.as(t, "cahai"), "SYT", "nhap2", g.m.Day(8), g.m.Day(9), "Nghỉ phép"))
	g.fill(t)
	g.save(t, "cahai", "1", "6")
	note := "Đã đối chiếu"
	g.saveOn(t, "nhap", "1", g.cell(t, "SYT", "1").Version, kpi.Entry{Note: &note})
	g.must(t, g.Submit(g.as(t, "nhap"), g.id(t, "SYT")))
	g.refused(t, g.Approve(g.signed(t, "nhap2"), g.id(t, "SYT")), kpi.Denied)
}

func TestDelegate_EndedEarly(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(8))
	f.delegate(t, 8, 12)
	f.upTo(t, kpi.Submitted)
	before := f.signed(t, "nhap2")
	f.refused(t, f.EndDelegation(f.as(t, "xaduyet"), "nhap2", 1), kpi.NotFound)
	f.must(t, f.EndDelegation(f.as(t, "duyet2"), "nhap2", 1))
	f.must(t, f.EndDelegation(f.as(t, "duyet"), "nhap2", 1)) // pressed twice
	f.refused(t, f.Approve(before, f.id(t, "SYT")), kpi.Denied)
	f.refused(t, f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT")), kpi.Denied)
	v, err := f.Delegations(f.as(t, "duyet"))
	f.must(t, err)
	if len(v.List) != 1 || v.List[0].Now || v.List[0].Ended.By != "duyet2" || len(v.Units[0].Officers) != 2 {
		t.Errorf("%+v", v)
	}
	f.delegate(t, 8, 12) // and again
	f.must(t, f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT")))
}

func TestDelegate_ApproverGone_Ends(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(8))
	f.delegate(t, 8, 12)
	f.upTo(t, kpi.Submitted)
	f.must(t, f.DisableUser(f.System(), "duyet"))
	f.refused(t, f.Approve(f.signed(t, "nhap2"), f.id(t, "SYT")), kpi.Denied)
}

func TestDelegate_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(8).Add(9 * time.Hour))
	f.delegate(t, 10, 12)
	f.delegate(t, 10, 12) // pressed twice
	day := f.m.Day
	for _, c := range []struct {
		by, unit, to string
		from, last   time.Time
		reason       string
		want         kpi.ErrorKind
	}{
		{"duyet", "SYT", "nhap", day(7), day(9), "x", kpi.Invalid}, // a day that has passed
		{"duyet", "SYT", "nhap", day(9), day(8), "x", kpi.Invalid},
		{"duyet", "SYT", "nhap", day(9), day(9 + kpi.MaxDelegation), "x", kpi.Invalid},
		{"duyet", "SYT", "nhap", day(9), day(9), " ", kpi.Invalid},
		{"duyet", "SYT", "duyet2", day(9), day(9), "x", kpi.Invalid},
		{"duyet", "SYT", "duyet", day(9), day(9), "x", kpi.Invalid},
		{"duyet", "SYT", "xanhap", day(9), day(9), "x", kpi.Invalid},
		{"duyet", "SYT", "khong", day(9), day(9), "x", kpi.Invalid},
		{"duyet", "XA1", "xanhap", day(9), day(9), "x", kpi.Denied},
		{"nhap", "SYT", "nhap2", day(20), day(20), "x", kpi.Denied},
		{"duyet2", "SYT", "nhap2", day(12), day(14), "x", kpi.Conflict}, // overlaps
		{"duyet2", "SYT", "nhap2", day(13), day(14), "x", 0},
	} {
		err := f.Delegate(f.as(t, c.by), c.unit, c.to, c.from, c.last, c.reason)
		if kpi.KindOf(err) != c.want || c.want == 0 && err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	f.at(f.m.Day(10))
	f.refused(t, f.Delegate(f.signed(t, "nhap2"), "SYT", "nhap", day(10), day(11), "x"), kpi.Denied) // no passing on
	if n := len(f.user(t, "nhap2").Delegated); n != 2 {
		t.Errorf("%d kept", n)
	}
	events := 0
	f.must(t, f.store.View(func(tx *store.Tx) error {
		for ev, err := range tx.History(userObject("nhap2")) {
			if err != nil {
				return err
			}
			if ev.Verb == kpi.VerbDelegate {
				events++
			}
		}
		return nil
	}))
	if events != 2 {
		t.Errorf("%d events", events)
	}
}
