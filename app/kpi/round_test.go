package kpi

import (
	"testing"
	"time"
)

func TestDeadline_IsTheInstantAfterDay16(t *testing.T) {
	t.Parallel()
	due := DefaultDates(NewMonth(2026, 11)).UnitDue
	if !due.Equal(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC)) {
		t.Fatalf("due %s", due)
	}
	for _, c := range []struct {
		at   time.Time
		want Timing
	}{
		{due.Add(-time.Millisecond), OnTime},
		{due, Late},
		{due.Add(-time.Millisecond).In(time.FixedZone("", -8*3600)), OnTime},
	} {
		if got := (Sheet{FirstApproval: c.at}).Timing(due, c.at); got != c.want {
			t.Errorf("approved at %s: %s, want %s", c.at, got, c.want)
		}
	}
	if got := (Sheet{}).Timing(due, due); got != Overdue {
		t.Errorf("not approved at the deadline: %s", got)
	}
	if got := (Sheet{}).Timing(due, due.Add(-48*time.Hour)); got != Soon {
		t.Errorf("two days before: %s", got)
	}
	if got := (Sheet{}).Timing(due, due.Add(-49*time.Hour)); got != Running {
		t.Errorf("49 hours before: %s", got)
	}
}

func TestRoundOpen(t *testing.T) {
	t.Parallel()
	r := Round{Set: "nq57", Month: NewMonth(2026, 5), Dates: DefaultDates(NewMonth(2026, 5))}
	for _, c := range []struct {
		at   time.Time
		want ErrorKind
	}{
		{r.Opens.Add(-1), Closed}, {r.Opens, 0}, {r.Locks.Add(-1), 0}, {r.Locks, Closed},
	} {
		if got := KindOf(r.Open(c.at)); got != c.want {
			t.Errorf("at %s: kind %d, want %d", c.at, got, c.want)
		}
	}
	if got, want := r.Open(r.Locks).Error(), "Kỳ 5/2026 đã khóa lúc 24h00 ngày 25/05/2026; gửi yêu cầu mở lại cho Sở Khoa học và Công nghệ."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Closed = r.Locks
	if KindOf(r.Open(r.Opens)) != Closed {
		t.Error("a closed round is open")
	}
}

func TestFrequencyDue(t *testing.T) {
	t.Parallel()
	for f, want := range map[Frequency]int{Monthly: 12, Quarterly: 4, HalfYear: 2, Yearly: 1, "": 0} {
		n := 0
		for m := time.January; m <= time.December; m++ {
			if f.Due(NewMonth(2026, m)) {
				n++
			}
		}
		if n != want {
			t.Errorf("%q is due %d times a year, want %d", f, n, want)
		}
	}
	if !Yearly.Due(NewMonth(2026, 12)) || !Quarterly.Due(NewMonth(2026, 3)) || HalfYear.Due(NewMonth(2026, 3)) {
		t.Error("a period is not due in its last month")
	}
}

func TestMonth(t *testing.T) {
	t.Parallel()
	m, err := ParseMonth("2026-12")
	if err != nil || m.Label() != "Tháng 12/2026" || (m+1).String() != "2027-01" || (m-12).String() != "2025-12" {
		t.Errorf("%v %v", m, err)
	}
	for _, s := range []string{"", "2026-13", "2026-00", "26-05", "2026/05", "2026-5", "1999-05", "2026-05x"} {
		if _, err := ParseMonth(s); KindOf(err) != Invalid {
			t.Errorf("%q is read as a month", s)
		}
	}
	// the last moment of October in Hà Nội is still October although UTC and Tokyo differ
	last := time.Date(2026, 10, 31, 16, 59, 59, 0, time.UTC)
	if MonthOf(last) != NewMonth(2026, 10) || MonthOf(last.Add(time.Second)) != NewMonth(2026, 11) {
		t.Error("month of an instant")
	}
}
