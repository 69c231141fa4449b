package app

import (
	"fmt"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// MailLog is what became of the mails of one round.
type MailLog struct {
	On     bool // mails are sent at all
	Set    kpi.IndicatorSet
	Round  kpi.Round
	Lines  []MailLine // the latest first
	Counts map[kpi.MailState]int
	Again  int // mails that ResendAll would send again
}

// MailLine is one mail with the names of whom it concerns.
type MailLine struct {
	kpi.Mail
	UnitName string
	Person   string
}

// MailLog returns what became of the mails of a round; only those in one state unless state is "".
func (a *App) MailLog(actor kpi.Actor, set string, m kpi.Month, state kpi.MailState) (l MailLog, err error) {
	if err := kpi.May(actor.User, kpi.SeeMail); err != nil {
		return l, err
	}
	err = a.store.View(func(tx *store.Tx) (err error) {
		l = MailLog{On: a.mail.server.On(), Counts: map[kpi.MailState]int{}}
		if l.Round, err = tx.Round(set, m); err != nil {
			return err
		}
		if l.Set, err = tx.Set(set); err != nil {
			return err
		}
		mails, err := tx.Mails(set, m)
		if err != nil {
			return err
		}
		units, people := map[string]string{}, map[string]string{}
		for _, m := range mails {
			l.Counts[m.State]++
			if resendable(m) {
				l.Again++
			}
			if state != "" && m.State != state {
				continue
			}
			if err := nameMail(tx, m, units, people); err != nil {
				return err
			}
			l.Lines = append(l.Lines, MailLine{m, units[m.Unit], people[m.Login]})
		}
		slices.SortStableFunc(l.Lines, func(x, y MailLine) int { return y.Queued.Compare(x.Queued) })
		return nil
	})
	return l, err
}

// nameMail looks up the names of the mail's unit and person, once each.
func nameMail(tx *store.Tx, m kpi.Mail, units, people map[string]string) error {
	if _, known := units[m.Unit]; !known {
		u, err := tx.Unit(m.Unit)
		if err != nil {
			return err
		}
		units[m.Unit] = u.Name
	}
	if _, known := people[m.Login]; !known {
		u, _, err := tx.User(m.Login)
		if err != nil {
			return err
		}
		people[m.Login] = u.Name
	}
	return nil
}

// resendable reports whether the mail may be sent again along with others. One that perhaps arrived is sent again only
// by itself.
func resendable(m kpi.Mail) bool { return m.Stuck() && !m.Unsure }

// Resend queues one mail whose last attempt failed again. Its key is the set, month, unit, occasion and login of m.
func (a *App) Resend(actor kpi.Actor, m kpi.Mail) error {
	if err := a.mayResend(actor); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		m, err := tx.Mail(m)
		if err != nil {
			return err
		}
		if m, err = m.Again(actor.At); err != nil {
			return err
		}
		if err := tx.PutMail(m); err != nil {
			return err
		}
		return tx.Log(actor.Event(kpi.VerbResend, reminderObject(m), "", m.Login, ""))
	})
}

// ResendAll queues all mails of the round whose last attempt failed again, but for those that perhaps arrived, and returns their number.
func (a *App) ResendAll(actor kpi.Actor, set string, m kpi.Month) (n int, err error) {
	if err := a.mayResend(actor); err != nil {
		return 0, err
	}
	err = a.store.Update(func(tx *store.Tx) error {
		n = 0
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		mails, err := tx.Mails(set, m)
		if err != nil {
			return err
		}
		for _, m := range mails {
			if !resendable(m) {
				continue
			}
			if m, err = m.Again(actor.At); err != nil {
				return err
			}
			if err := tx.PutMail(m); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return nil
		}
		return tx.Log(actor.Event(kpi.VerbResend, "round/"+r.ID(), "", fmt.Sprintf("%d thư", n), ""))
	})
	return n, err
}

func (a *App) mayResend(actor kpi.Actor) error {
	if err := kpi.May(actor.User, kpi.SeeMail); err != nil {
		return err
	}
	if !a.mail.server.On() {
		return kpi.Errorf(kpi.Conflict, "Việc gửi thư đang tắt nên không gửi lại được. Khai phần mail trong tệp cấu hình rồi khởi động lại hệ thống.")
	}
	return nil
}

func reminderObject(m kpi.Mail) string {
	return kpi.Reminder{Set: m.Set, Month: m.Month, Unit: m.Unit}.Object()
}
