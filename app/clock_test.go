package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// machine is a machine whose clock can be set; time passes in both only by pass.
type machine struct {
	wall    time.Time
	running time.Duration
}

func (m *machine) pass(d time.Duration) { m.wall, m.running = m.wall.Add(d), m.running+d }

// clocked opens a store under the machine's clock. built is when the program was made.
func clocked(t *testing.T, s *store.Store, m *machine, built time.Time) *App {
	t.Helper()
	a := New(Options{Store: s, Dir: t.TempDir(), Now: func() time.Time { return m.wall }, Elapsed: func() time.Duration { return m.running }})
	if err := a.StartClock(built); err != nil {
		t.Fatal(err)
	}
	return a
}

func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var noon = time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)

// The machine's clock is set while the server runs: the server's never goes back, a jump of more than five minutes is not followed,
// and time goes on by itself.
func TestClock_SetWhileRunning(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		set     time.Duration
		want    time.Duration // after one minute, from noon
		trusted bool
	}{
		{"runs", 0, time.Minute, true},
		{"two minutes on", 2 * time.Minute, 3 * time.Minute, true},
		{"two minutes back", -2 * time.Minute, 0, true},
		{"ten minutes on", 10 * time.Minute, time.Minute, false},
		{"ten minutes back", -10 * time.Minute, time.Minute, false},
		{"a year on", 365 * 24 * time.Hour, time.Minute, false},
		{"a year back", -365 * 24 * time.Hour, time.Minute, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := &machine{wall: noon}
			a := clocked(t, openStore(t), m, time.Time{})
			a.Now()
			m.wall = m.wall.Add(tt.set)
			m.pass(time.Minute)
			if got := a.Now().Sub(noon); got != tt.want {
				t.Errorf("the server says noon and %s, want %s", got, tt.want)
			}
			if off := a.ClockState().Off; (off == 0) != tt.trusted {
				t.Errorf("off %s", off)
			}
			m.wall = noon.Add(2 * time.Minute) // set right again
			m.running += time.Minute
			if a.ClockState().Off == 0 != tt.trusted {
				t.Error("a jump is forgotten without a person")
			}
		})
	}
}

// The clock is set back while the server is off: what has passed, by the newest event, the mark or the build, has passed.
func TestClock_SetBackWhileOff(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	m := &machine{wall: noon}
	a := clocked(t, s, m, time.Time{})
	if err := s.Update(func(tx *store.Tx) error { return tx.Log(a.System().Event(kpi.VerbAdd, "test", "", "", "")) }); err != nil {
		t.Fatal(err)
	}
	m.pass(time.Hour)
	if err := a.markClock(); err != nil {
		t.Fatal(err)
	}
	marked := noon.Add(time.Hour)
	for _, tt := range []struct {
		name        string
		wall, built time.Time
		want        time.Time
		trusted     bool
	}{
		{"on time", marked.Add(time.Hour), noon, marked.Add(time.Hour), true},
		{"a minute back", marked.Add(-time.Minute), noon, marked, true},
		{"before the mark, after the event", noon.Add(30 * time.Minute), noon, marked, false},
		{"a year back", noon.AddDate(-1, 0, 0), noon, marked, false},
		{"before the build", marked.Add(time.Hour), marked.AddDate(0, 1, 0), marked.AddDate(0, 1, 0), false},
	} {
		a := clocked(t, s, &machine{wall: tt.wall}, tt.built)
		if got := a.Now(); !got.Equal(tt.want) || (a.ClockState().Off == 0) != tt.trusted {
			t.Errorf("%s: %s, off %s", tt.name, got, a.ClockState().Off)
		}
	}
}

// A deadline that has passed stays passed when the clock goes back, before and after a restart; events keep their order; the jobs
// wait until the admin has said that the clock is right.
func TestClock_NothingReopens(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	m := &machine{wall: noon}
	a := clocked(t, s, m, time.Time{})
	admin := kpi.Actor{User: kpi.User{Login: "quantri", Grants: []kpi.Grant{{Role: kpi.Admin}}}}
	round := kpi.Round{Dates: kpi.Dates{Locks: noon.Add(time.Minute)}}
	note := func(a *App) {
		t.Helper()
		if err := s.Update(func(tx *store.Tx) error { return tx.Log(a.System().Event(kpi.VerbAdd, "test", "", "", "")) }); err != nil {
			t.Fatal(err)
		}
	}
	note(a)
	m.pass(2 * time.Minute)
	note(a)
	if round.Open(a.Now()) == nil {
		t.Fatal("the round does not lock")
	}
	m.wall = noon.Add(-time.Hour)
	note(a)
	if round.Open(a.Now()) == nil {
		t.Error("the round is open again after the clock went back")
	}
	if !a.jobsWait() {
		t.Error("jobs go on with a clock that jumped")
	}
	again := clocked(t, s, m, time.Time{})
	note(again)
	if round.Open(again.Now()) == nil || !again.jobsWait() {
		t.Error("the round is open again after a restart")
	}
	var last time.Time
	if err := s.View(func(tx *store.Tx) error {
		for n := uint64(1); n <= 4; n++ {
			ev, err := tx.Event(n)
			if err != nil {
				return err
			}
			if ev.At.Before(last) {
				t.Errorf("event %d at %s, after one at %s", n, ev.At, last)
			}
			last = ev.At
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := again.BelieveClock(kpi.Actor{User: kpi.User{Login: "nhap", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "X"}}}}); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a clerk confirms the clock: %v", err)
	}
	if err := again.BelieveClock(admin); err != nil {
		t.Fatal(err)
	}
	if again.jobsWait() || !again.Now().Equal(m.wall) {
		t.Errorf("after confirmation: waits %v, %s", again.jobsWait(), again.Now())
	}
	if err := again.BelieveClock(admin); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("twice: %v", err)
	}
	if third := clocked(t, s, m, time.Time{}); third.jobsWait() {
		t.Error("what was confirmed is asked again after a restart")
	}
}
