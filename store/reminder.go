package store

import (
	"encoding/binary"
	"time"

	"chiso/app/kpi"
)

// LookedForReminders returns when PutLook was last called, zero if never.
func (tx *Tx) LookedForReminders() (time.Time, error) {
	b, err := tx.getMeta("reminders")
	if err != nil || len(b) != 8 {
		return time.Time{}, err
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b))).UTC(), nil
}

// PutLook notes that at instant t every unit that was to be reminded has been. It takes no event.
func (tx *Tx) PutLook(t time.Time) error {
	return tx.putMeta("reminders", number(uint64(t.UnixMilli())))
}

// PutReminder stores that a unit was reminded.
func (tx *Tx) PutReminder(r kpi.Reminder, ev kpi.Event) error {
	return tx.putJSON(tReminder, key(r.Set, r.Month.String(), r.Unit, string(r.Occasion)), r, ev)
}

// Reminded reports whether the unit was reminded for the occasion.
func (tx *Tx) Reminded(set string, m kpi.Month, unit string, o kpi.Occasion) bool {
	return tx.bucket(tReminder).Get(key(set, m.String(), unit, string(o))) != nil
}

// Reminder returns one reminder.
func (tx *Tx) Reminder(set string, m kpi.Month, unit string, o kpi.Occasion) (kpi.Reminder, error) {
	return mustJSON[kpi.Reminder](tx, tReminder, key(set, m.String(), unit, string(o)), "Không có lần đôn đốc này.")
}

// LastReminders returns the latest reminder of each unit that was reminded in the round.
func (tx *Tx) LastReminders(set string, m kpi.Month) (map[string]kpi.Reminder, error) {
	list, err := listJSON[kpi.Reminder](tx, tReminder, prefix(set, m.String()))
	return lastReminders(list), err
}

// LastReminder returns the unit's latest reminder in the round; its number is 0 if there was none.
func (tx *Tx) LastReminder(set string, m kpi.Month, unit string) (kpi.Reminder, error) {
	list, err := listJSON[kpi.Reminder](tx, tReminder, prefix(set, m.String(), unit))
	return lastReminders(list)[unit], err
}

func lastReminders(list []kpi.Reminder) map[string]kpi.Reminder {
	last := map[string]kpi.Reminder{}
	for _, r := range list {
		if r.Number > last[r.Unit].Number {
			last[r.Unit] = r
		}
	}
	return last
}

// reminderText is what somebody wrote to all units of one occasion.
type reminderText struct{ Text string }

// PutReminderText stores the text of the reminders of an occasion; their events go with them.
func (tx *Tx) PutReminderText(set string, m kpi.Month, o kpi.Occasion, text string) error {
	return tx.putBare(tRemindText, key(set, m.String(), string(o)), reminderText{text})
}

// ReminderText returns the text of the reminders of an occasion, "" if nobody wrote one.
func (tx *Tx) ReminderText(set string, m kpi.Month, o kpi.Occasion) (string, error) {
	t, _, err := getJSON[reminderText](tx, tRemindText, key(set, m.String(), string(o)))
	return t.Text, err
}
