package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// openSelf runs the job and returns the newest round.
func (f month) openSelf(t *testing.T) kpi.Round {
	t.Helper()
	f.must(t, f.OpenDueRounds(context.Background()))
	rounds, err := f.Rounds(f.as(t, "dieuphoi"), "nq57")
	f.must(t, err)
	return rounds[0]
}

func TestOpenDueRounds_OnTheDay_Once(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	next := f.m + 1
	if f.at(next.Day(3)); f.openSelf(t).Month != f.m {
		t.Fatal("opens although nobody has asked for it")
	}
	f.must(t, f.SetOpenDay(f.as(t, "dieuphoi"), "nq57", 3))
	if f.at(next.Day(3).Add(-time.Millisecond)); f.openSelf(t).Month != f.m {
		t.Error("opens too early")
	}
	f.at(next.Day(3))
	r := f.openSelf(t)
	if r.Month != next || r.OpenedBy != "hethong" || !r.Opened.Equal(next.Day(3)) || !r.Dates.Equal(kpi.DefaultDates(next)) {
		t.Errorf("%+v", r)
	}
	if again := f.openSelf(t); !again.Opened.Equal(r.Opened) {
		t.Error("opened twice")
	}
	if held, err := f.HeldRounds(f.as(t, "dieuphoi")); err != nil || len(held) != 0 {
		t.Errorf("%v, %v", held, err)
	}
}

func TestOpenDueRounds_ServerOff_CatchesUp(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.SetOpenDay(f.as(t, "dieuphoi"), "nq57", 1))
	f.at((f.m + 1).Day(9).Add(14 * time.Hour))
	if f.openSelf(t).Month != f.m+1 {
		t.Error("not opened at the next start")
	}
	f.at((f.m + 2).Day(17)) // off until the deadline has passed: nobody would be on time
	if f.openSelf(t).Month != f.m+1 {
		t.Error("opened with a deadline that has passed")
	}
	held, err := f.HeldRounds(f.as(t, "dieuphoi"))
	f.must(t, err)
	if len(held) != 1 || len(held[0].Stops) != 1 || !strings.Contains(held[0].Stops[0].Text, "đã qua") {
		t.Errorf("%+v", held)
	}
}

func TestOpenDueRounds_SeriousFinding_StopsAndTells(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	next := f.m + 1
	f.must(t, f.SetOpenDay(f.as(t, "dieuphoi"), "nq57", 1))
	f.must(t, f.DisableUser(f.System(), "xaduyet"))
	f.at(next.Day(1))
	for range 3 {
		if f.openSelf(t).Month != f.m {
			t.Fatal("opened without an approver")
		}
	}
	held, err := f.HeldRounds(f.as(t, "dieuphoi"))
	f.must(t, err)
	if len(held) != 1 || held[0].Month != next || len(held[0].Stops) != 1 || held[0].Stops[0].Kind != ProblemApprover {
		t.Fatalf("%+v", held)
	}
	var holds []kpi.Event
	f.must(t, f.store.View(func(tx *store.Tx) error {
		for ev, err := range tx.History("round/nq57/" + next.String()) {
			if err != nil {
				return err
			}
			holds = append(holds, ev)
		}
		return nil
	}))
	if len(holds) != 1 || holds[0].Verb != kpi.VerbHold || !strings.Contains(holds[0].New, "chưa có tài khoản duyệt") {
		t.Errorf("%+v", holds)
	}
	f.must(t, f.EnableUser(f.System(), "xaduyet"))
	if f.openSelf(t).Month != next {
		t.Error("not opened once it was put right")
	}
}

func TestSetOpenDay_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.refused(t, f.SetOpenDay(f.as(t, "lanhdao"), "nq57", 1), kpi.Denied)
	f.refused(t, f.SetOpenDay(f.as(t, "dieuphoi"), "nq57", 16), kpi.Invalid)
	f.refused(t, f.SetOpenDay(f.as(t, "dieuphoi"), "nq57", -1), kpi.Invalid)
	f.refused(t, f.SetOpenDay(f.as(t, "dieuphoi"), "khong", 1), kpi.NotFound)
	if _, err := f.HeldRounds(f.as(t, "lanhdao")); kpi.KindOf(err) != kpi.Denied {
		t.Error(err)
	}
}
