package app

import (
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// demoReminded is how many units of the demo were reminded by hand.
const demoReminded = 12

// putReminders lets the coordinator have reminded some units yesterday, with what became of the mails.
func (s *seeder) putReminders() error {
	actor := s.actor(kpi.Coordinator, "", s.now.Add(-20*time.Hour))
	return s.app.store.Update(func(tx *store.Tx) error {
		r, err := tx.Round(s.content.set.Code, s.span.last)
		if err != nil {
			return err
		}
		list, err := s.app.remindings(tx, r, func(sh kpi.Sheet) (kpi.Occasion, bool) {
			inCast := slices.ContainsFunc(demoCast(), func(c castMember) bool { return c.unit == sh.Unit })
			return "hand-0d0e00000001", sh.Unfinished() && !inCast
		})
		if err != nil {
			return err
		}
		if err := tx.PutReminderText(r.Set, r.Month, "hand-0d0e00000001", kpi.ReminderTemplate(r, actor.At)); err != nil {
			return err
		}
		for i, x := range list[:min(len(list), demoReminded)] {
			done := kpi.Reminder{Set: r.Set, Month: r.Month, Unit: x.Sheet.Unit, Occasion: x.Occasion, Number: x.Number, By: actor.User.Login, At: actor.At,
				Missing: len(x.Missing), Mails: len(x.People)}
			for _, u := range x.People {
				m := newMail(done, x, u)
				m.Attempts, m.State, m.Done, m.Next = 1, kpi.MailSent, actor.At.Add(time.Minute), time.Time{}
				if i%5 == 2 && u.Has(kpi.Clerk, x.Sheet.Unit) {
					m = m.GiveUp(m.Done, "Máy chủ thư từ chối: không có hộp thư này.")
				}
				if err := tx.PutMail(m); err != nil {
					return err
				}
			}
			if err := tx.PutReminder(done, actor.Event(kpi.VerbRemind, done.Object(), "", "Lần 1; "+strings.ToLower(x.Occasion.Label())+" "+x.Todo(), "")); err != nil {
				return err
			}
		}
		return nil
	})
}

// demoSecond is the second clerk of the unit SYT, who may sign for its approver for a week.
const demoSecond = "nhaplieu2.syt"

// putDelegation lets the approver of SYT be away.
func (s *seeder) putDelegation() error {
	y, m, day := s.now.In(kpi.Location).Date()
	today := time.Date(y, m, day, 0, 0, 0, 0, kpi.Location)
	return s.app.Delegate(s.actor(kpi.Approver, "SYT", s.now), "SYT", demoSecond, today, today.AddDate(0, 0, 6), "Đi công tác")
}
