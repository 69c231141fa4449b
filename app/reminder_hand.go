package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// ReminderPlan is what reminding some units of a round would come to.
type ReminderPlan struct {
	Set   kpi.IndicatorSet
	Round kpi.Round
	Units []Reminding // chosen and unfinished
	Text  string      // to start from
	Mail  bool        // mails are sent as well
}

// PlanReminder returns what reminding the units would come to, with no units all that have not finished. Units that
// have finished, or are none of the round, are left out.
func (a *App) PlanReminder(actor kpi.Actor, set string, m kpi.Month, units []string) (p ReminderPlan, err error) {
	if err := kpi.May(actor.User, kpi.SendReminders); err != nil {
		return p, err
	}
	err = a.store.View(func(tx *store.Tx) (err error) {
		if p.Round, err = tx.Round(set, m); err != nil {
			return err
		}
		if p.Set, err = tx.Set(set); err != nil {
			return err
		}
		p.Units, err = a.chosen(tx, p.Round, units)
		return err
	})
	p.Text, p.Mail = kpi.ReminderTemplate(p.Round, actor.At), a.mail.server.On()
	return p, err
}

// chosen returns the units among those named, or among all if none is, that have not finished.
func (a *App) chosen(tx *store.Tx, r kpi.Round, units []string) ([]Reminding, error) {
	return a.remindings(tx, r, func(s kpi.Sheet) (kpi.Occasion, bool) {
		return "", s.Unfinished() && (len(units) == 0 || slices.Contains(units, s.Unit))
	})
}

// Reminded is what a press of the button came to.
type Reminded struct {
	Units, Mails int
	Skipped      int // chosen units that have finished meanwhile
}

// Remind reminds the units that have not finished with the text. The same op again reminds nobody again and returns
// what it came to.
func (a *App) Remind(actor kpi.Actor, set string, m kpi.Month, units []string, text, op string) (done Reminded, err error) {
	if err := kpi.May(actor.User, kpi.SendReminders); err != nil {
		return done, err
	}
	o, err := kpi.OccasionByHand(op)
	if err != nil {
		return done, err
	}
	if text, err = readReminder(text); err != nil {
		return done, err
	}
	if len(units) == 0 {
		return done, kpi.Errorf(kpi.Invalid, "Chọn ít nhất một đơn vị để đôn đốc.")
	}
	err = a.store.Update(func(tx *store.Tx) error {
		done = Reminded{}
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		if r.IsClosed() {
			return r.Open(actor.At)
		}
		list, err := a.chosen(tx, r, units)
		if err != nil {
			return err
		}
		done.Skipped = len(units) - len(list)
		list = slices.DeleteFunc(list, func(x Reminding) bool {
			before, err := tx.Reminder(set, m, x.Sheet.Unit, o)
			if err == nil {
				done.Units, done.Mails = done.Units+1, done.Mails+before.Mails
			}
			return err == nil
		})
		if len(list)+done.Units == 0 {
			return kpi.Errorf(kpi.Conflict, "Các đơn vị đã chọn đều đã gửi tỉnh nên không cần đôn đốc nữa.")
		}
		for i := range list {
			list[i].Occasion, list[i].Text = o, text
		}
		if err := tx.PutReminderText(set, m, o, text); err != nil {
			return err
		}
		mails, err := a.putReminders(tx, actor, list)
		done.Units, done.Mails = done.Units+len(list), done.Mails+mails
		return err
	})
	return done, err
}

func readReminder(text string) (string, error) {
	text, err := kpi.CleanLongText(text, "Nội dung đôn đốc", kpi.MaxReminder)
	if err == nil && text == "" {
		err = kpi.Errorf(kpi.Invalid, "Ghi nội dung đôn đốc.")
	}
	if e, ok := err.(*kpi.Error); ok && len(e.Fields) == 0 {
		e.Fields = map[string]string{"text": e.Msg}
	}
	return text, err
}
