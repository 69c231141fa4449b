package kpi

import (
	"slices"
	"time"
)

// MaxHours is the longest time for which a locked sheet may be reopened at once.
const MaxHours = 240

// Reopening is a unit's request to change or add cells of a sheet that takes no more changes, and what became of it.
// Lateness stays: the instant of the unit's first approval does not change.
type Reopening struct {
	Set    string
	Month  Month
	Unit   string
	Number int      // of the sheet's requests, from 1
	Cells  []string // asked for, then those granted
	Reason string
	Asked  Step
	// Of the decision; zero while it waits.
	Decided Step
	Granted bool
	Until   time.Time `json:",omitzero"` // the sheet locks itself again from here
	Answer  string    `json:",omitempty"`
}

// ID returns "nq57/2026-05/SYT/1".
func (r Reopening) ID() string {
	return r.Set + "/" + r.Month.String() + "/" + r.Unit + "/" + Dec(int64(r.Number)).String()
}

// Waits reports whether nobody has decided about the request.
func (r Reopening) Waits() bool { return r.Decided.At.IsZero() }

// Label says how the request stands at instant t.
func (r Reopening) Label(t time.Time) string {
	switch {
	case r.Waits():
		return "Chờ quyết định"
	case !r.Granted:
		return "Không đồng ý"
	case t.Before(r.Until):
		return "Đang mở đến " + FormatTime(r.Until)
	}
	return "Đã khóa lại"
}

// Opening is what a sheet remembers of the reopening that is under way or was the last one.
type Opening struct {
	Number int
	Cells  []string
	Until  time.Time
}

// Has reports whether the cell was reopened.
func (o Opening) Has(code string) bool { return slices.Contains(o.Cells, code) }

// Admits returns nil if at instant t the unit may work on the sheet: the round is open, or the sheet was reopened and
// its time has not run out. Otherwise it returns the round's Closed error.
func (r Round) Admits(s Sheet, t time.Time) error {
	err := r.Open(t)
	if err != nil && t.Before(s.Reopened.Until) {
		return nil
	}
	if err != nil && !s.Reopened.Until.IsZero() {
		return Errorf(Closed, "Thời gian mở lại biểu đã hết lúc %s. Cần sửa tiếp thì gửi yêu cầu mở lại khác.", FormatTime(s.Reopened.Until))
	}
	return err
}

// In returns the sheet as it stands in the round at instant t: while the round takes changes from everybody, no
// reopening narrows the sheet to some of its cells.
func (s Sheet) In(r Round, t time.Time) Sheet {
	if r.Open(t) == nil {
		s.Reopened = Opening{}
	}
	return s
}

// Deadline returns the instant from which the unit's approval of the sheet is late: the round's, or a later one that
// the coordinator gave to this unit.
func (s Sheet) Deadline(r Round) time.Time {
	if s.Extended.After(r.UnitDue) {
		return s.Extended
	}
	return r.UnitDue
}
