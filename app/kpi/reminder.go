package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reminder is one reminder of one unit in one round. There is at most one for each occasion.
type Reminder struct {
	Set      string
	Month    Month
	Unit     string
	Occasion Occasion
	Number   int // among the unit's reminders in the round, from 1
	By       string
	At       time.Time
	Missing  int // cells that were still to be filled in or corrected
	Mails    int // people written to
}

// Object is what the events about the reminders of a unit happen to.
func (r Reminder) Object() string {
	return "reminder/" + r.Set + "/" + r.Month.String() + "/" + r.Unit
}

// Occasion is the cause of a reminder: a day before or after a deadline, «20261116-5», «20261116+1», or one press of a
// button, «hand-0123456789ab».
type Occasion string

const (
	remindHour = 8 // in Location: reminders go out from here until midnight
	byHand     = "hand-"
)

// remindDays are the days of reminders, counted from the last day of a deadline.
func remindDays() []int { return []int{-5, -2, 0, 1} }

// lateDays is how many days after its own a missed reminder is still sent.
const lateDays = 3

// RemindingAt reports whether reminders go out at instant t: from 8h00 until midnight.
func RemindingAt(t time.Time) bool { return t.In(Location).Hour() >= remindHour }

// OccasionAt returns the occasion for which whoever has not finished is reminded at instant t: 5, 2 and 0 days before
// the last day of the deadline and 1 day after it, from 8h00 of that day until its end; "" at any other time. The last
// day of «24h00 ngày 16» is the 16th. Of a deadline that moves to another day there are other occasions. One whose 8h00
// passed while nobody looked, after the instant looked (zero: never), lasts until the next one, until the deadline if it
// is of a day before it, and for 3 days at most.
func OccasionAt(deadline, looked, t time.Time) Occasion {
	if !RemindingAt(t) {
		return ""
	}
	last := deadline.Add(-time.Nanosecond).In(Location)
	for _, days := range slices.Backward(remindDays()) {
		day := time.Date(last.Year(), last.Month(), last.Day()+days, remindHour, 0, 0, 0, Location)
		if day.After(t) {
			continue
		}
		missed := !looked.IsZero() && looked.Before(day) && t.Before(day.AddDate(0, 0, lateDays))
		if (sameDay(day, t) || missed) && (days > 0 || t.Before(deadline)) {
			return Occasion(fmt.Sprintf("%s%s%d", last.Format("20060102"), map[bool]string{true: "+", false: "-"}[days > 0], max(days, -days)))
		}
		return ""
	}
	return ""
}

func sameDay(a, b time.Time) bool {
	return a.In(Location).Format(time.DateOnly) == b.In(Location).Format(time.DateOnly)
}

// OccasionByHand returns the occasion of a reminder that somebody sends; op is what tells one press of the button from
// another: 12 hexadecimal digits.
func OccasionByHand(op string) (Occasion, error) {
	if o := Occasion(byHand + op); o.Valid() {
		return o, nil
	}
	return "", Errorf(Invalid, "Biểu mẫu đôn đốc đã cũ. Mở lại trang đôn đốc rồi gửi lại.")
}

// ByHand reports whether somebody sent the reminder.
func (o Occasion) ByHand() bool { return strings.HasPrefix(string(o), byHand) }

// Valid reports whether o can be an occasion.
func (o Occasion) Valid() bool {
	if op, ok := strings.CutPrefix(string(o), byHand); ok {
		return len(op) == 12 && only(op, 'a', 'f', "")
	}
	if len(o) != 10 || o[8] != '-' && o[8] != '+' {
		return false
	}
	_, err := time.Parse("20060102", string(o[:8]))
	return err == nil && digits(string(o[9:]))
}

// Label says what the occasion is: «Trước hạn 5 ngày», «Điều phối tỉnh gửi».
func (o Occasion) Label() string {
	switch {
	case o.ByHand():
		return "Điều phối tỉnh gửi"
	case !o.Valid():
		return ""
	case o[8] == '+':
		return "Sau hạn " + string(o[9:]) + " ngày"
	case o[9] == '0':
		return "Ngày hết hạn"
	}
	return "Trước hạn " + string(o[9:]) + " ngày"
}

// MissingCell is a cell that a unit has still to fill in, or to correct.
type MissingCell struct {
	Code, Name string
	Returned   bool // it was sent back and has not been changed since
}

// Missing returns the due cells that the sheet waits for, in the order of due: those without content, and those sent
// back that nobody has changed since. A sheet that is no draft waits for none.
func (s Sheet) Missing(due []*Indicator, cells map[string]Cell) []MissingCell {
	if s.State != Draft {
		return nil
	}
	var missing []MissingCell
	for _, ind := range due {
		c := cells[ind.Code]
		returned := c.Review == ReviewReturned && !c.At.After(s.Return.At)
		if returned || !c.Filled(ind.Kind) {
			missing = append(missing, MissingCell{ind.Code, ind.Name, returned})
		}
	}
	return missing
}

// Unfinished reports whether the unit has still to do something about the sheet: enter, submit, approve.
func (s Sheet) Unfinished() bool { return s.State.Awaits() != "" }
