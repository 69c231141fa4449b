package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

const (
	mailsAtOnce = 200             // of one run
	mailsTime   = 2 * time.Minute // of one run: other work waits for it
)

// SendMails sends the mails that are due, each at most once: a mail is marked before it is handed over, and one that
// is still marked after a restart is left to a person. A server that cannot be reached stops nothing; the mails wait.
func (a *App) SendMails(ctx context.Context) error {
	if !a.mail.server.On() {
		return nil
	}
	a.mail.run.Lock()
	defer a.mail.run.Unlock()
	due, err := a.dueMails()
	if err != nil || len(due) == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mailsTime)
	defer cancel()
	var c *connection
	defer func() {
		if c != nil {
			c.close()
		}
	}()
	for i, m := range due {
		if ctx.Err() != nil {
			return nil // the rest is due the next time
		}
		if c == nil {
			if c, err = a.mail.server.connect(ctx); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				a.log.Warn("mail server", "err", err, "waiting", len(due)-i)
				return a.holdMails(due[i:], wordConnect(err))
			}
		}
		l, ok, err := a.takeMail(m)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		done := c.send(l)
		if err := a.putOutcome(m, done); err != nil {
			return err
		}
		switch done.kind {
		case lost, unsure:
			c.close()
			c = nil
		case unserved:
			return a.holdMails(due[i+1:], done.text)
		}
	}
	return nil
}

// dueMails returns the mails to send now. What an earlier run left half-way it gives up: nobody knows whether it went.
func (a *App) dueMails() ([]kpi.Mail, error) {
	var due, left []kpi.Mail
	now := a.Now()
	err := a.store.View(func(tx *store.Tx) error {
		due, left = nil, nil
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			for _, r := range of.Rounds {
				if r.IsClosed() && now.Sub(r.Closed) > 48*time.Hour { // its mails have been dropped
					continue
				}
				mails, err := tx.Mails(r.Set, r.Month)
				if err != nil {
					return err
				}
				for _, m := range mails {
					switch {
					case m.State == kpi.MailSending:
						left = append(left, m)
					case m.IsDue(now) && len(due) < mailsAtOnce:
						due = append(due, m)
					}
				}
			}
		}
		return nil
	})
	if err != nil || len(left) == 0 {
		return due, err
	}
	return due, a.store.Update(func(tx *store.Tx) error {
		for _, m := range left {
			m = m.GiveUp(now, "Hệ thống dừng giữa chừng khi đang gửi, không rõ thư đã đến hay chưa. Hỏi người nhận trước khi gửi lại.")
			m.Unsure = true
			if err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeMail marks the mail as being sent and returns what to send; ok is false when it is not to be sent any more.
func (a *App) takeMail(m kpi.Mail) (l message, ok bool, err error) {
	var x Reminding
	var person kpi.User
	now := a.Now()
	err = a.store.Update(func(tx *store.Tx) error {
		ok, x, person = false, Reminding{}, kpi.User{}
		fresh, err := tx.Mail(m)
		if err != nil || !fresh.IsDue(now) {
			return err
		}
		why := ""
		if x, person, why, err = a.toSend(tx, fresh, now); err != nil {
			return err
		}
		switch {
		case why != "":
			fresh = fresh.Drop(now, why)
		case !kpi.ValidEmail(person.Email):
			fresh = fresh.GiveUp(now, badAddress)
		default:
			fresh.State, fresh.To, fresh.Subject, ok = kpi.MailSending, person.Email, x.Subject(), true
		}
		return tx.PutMail(fresh)
	})
	if err != nil || !ok {
		return l, false, err
	}
	return message{id: a.messageID(m), to: person.Email, subject: x.Subject(), body: x.Body(person.Name, a.mail.server.URL, now), at: now}, true, nil
}

// toSend returns what the mail has to tell now and to whom, or why nobody needs it any more.
func (a *App) toSend(tx *store.Tx, m kpi.Mail, now time.Time) (x Reminding, person kpi.User, why string, err error) {
	r, err := tx.Round(m.Set, m.Month)
	if err != nil {
		return x, person, "", err
	}
	s, err := tx.Sheet(m.Set, m.Month, m.Unit)
	if err != nil {
		return x, person, "", err
	}
	person, known, err := tx.User(m.Login)
	if err != nil {
		return x, person, "", err
	}
	switch {
	case !s.Unfinished():
		return x, person, "Đơn vị đã gửi tỉnh trước khi thư được gửi.", nil
	case r.IsClosed():
		return x, person, "Kỳ đã chốt số liệu trước khi thư được gửi.", nil
	case !known || person.Disabled || !person.Has(kpi.Clerk, m.Unit) && !person.Has(kpi.Approver, m.Unit):
		return x, person, "Tài khoản không còn làm việc cho đơn vị này.", nil
	}
	reminder, err := tx.Reminder(m.Set, m.Month, m.Unit, m.Occasion)
	if err != nil {
		return x, person, "", err
	}
	x.Round, x.Sheet, x.Number = r, s, reminder.Number
	if x.Text, err = tx.ReminderText(m.Set, m.Month, m.Occasion); err != nil {
		return x, person, "", err
	}
	defs, err := a.definitions(tx, m.Set, m.Month)
	if err != nil {
		return x, person, "", err
	}
	return x, person, "", fillReminding(tx, &x, defs)
}

// messageID is the same for every attempt, so that a mail that came twice is seen to be one.
func (a *App) messageID(m kpi.Mail) string {
	_, domain, _ := strings.Cut(a.mail.server.From, "@")
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", m.ID(), m.Queued.UnixMilli()))
	return hex.EncodeToString(sum[:16]) + "@" + strings.TrimRight(domain, "> ")
}

// putOutcome stores what became of the mail that was being sent.
func (a *App) putOutcome(m kpi.Mail, done outcome) error {
	now := a.Now()
	return a.store.Update(func(tx *store.Tx) error {
		m, err := tx.Mail(m)
		if err != nil {
			return err
		}
		switch done.kind {
		case taken:
			m.State, m.Done, m.Next, m.Error = kpi.MailSent, now, time.Time{}, ""
			m.Attempts++
		case refused, unsure:
			m.Attempts++
			m = m.GiveUp(now, done.text)
			m.Unsure = done.kind == unsure
		default:
			m = m.Wait(now, done.text)
		}
		return tx.PutMail(m)
	})
}

// holdMails lets the mails wait after an attempt that did not even reach them.
func (a *App) holdMails(mails []kpi.Mail, why string) error {
	now := a.Now()
	return a.store.Update(func(tx *store.Tx) error {
		for _, m := range mails {
			m, err := tx.Mail(m)
			if err != nil {
				return err
			}
			if m.State != kpi.MailQueued {
				continue
			}
			if err := tx.PutMail(m.Wait(now, why)); err != nil {
				return err
			}
		}
		return nil
	})
}
