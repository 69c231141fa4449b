package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Reminding is one unit that is, or may be, reminded.
type Reminding struct {
	kpi.Reminding
	Occasion kpi.Occasion // "": none asks for it
	Status   kpi.Status
	People   []kpi.User   // clerks and approvers of the unit who can sign in
	Last     kpi.Reminder // its number is 0 if there was none
}

// Addresses counts the people who can be written to.
func (r Reminding) Addresses() int {
	n := 0
	for _, u := range r.People {
		if u.Email != "" {
			n++
		}
	}
	return n
}

// remindedAtOnce is how many units one transaction reminds: people who save wait no longer for it than for an import.
const remindedAtOnce = 50

// lookEvery is how much the note of the last look for reminders may be behind.
const lookEvery = time.Hour

// RemindDue reminds, once, every unit that has not finished and whose deadline asks for a reminder at this instant, and
// returns how many it reminded. The record of a reminder and the mails to its people are made in one transaction, in
// which it is decided again whether the unit is to be reminded. What came due while the server was off is made up for, as
// far as kpi.OccasionAt still allows.
func (a *App) RemindDue(ctx context.Context) (units int, err error) {
	actor := a.System()
	if !kpi.RemindingAt(actor.At) {
		return 0, nil
	}
	due, err := a.DueReminders(actor)
	for len(due) > 0 && err == nil && ctx.Err() == nil {
		round, now := due[0].Round, map[string]bool{}
		for len(due) > 0 && due[0].Round.ID() == round.ID() && len(now) < remindedAtOnce {
			now[due[0].Unit.Code], due = true, due[1:]
		}
		n := 0
		err = a.store.Update(func(tx *store.Tx) error {
			list, err := a.dueReminders(tx, round, actor, func(unit string) bool { return now[unit] })
			if err != nil {
				return err
			}
			n = len(list)
			_, err = a.putReminders(tx, actor, list)
			return err
		})
		if err == nil {
			units += n
		}
	}
	if err == nil && ctx.Err() == nil {
		err = a.noteLook(actor.At)
	}
	return units, err
}

// noteLook keeps the instant of a look for reminders that came to its end.
func (a *App) noteLook(now time.Time) error {
	var looked time.Time
	err := a.store.View(func(tx *store.Tx) (err error) {
		looked, err = tx.LookedForReminders()
		return err
	})
	if err != nil || now.Sub(looked) < lookEvery {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error { return tx.PutLook(now) })
}

// DueReminders returns the units that RemindDue would remind now, round by round.
func (a *App) DueReminders(actor kpi.Actor) (list []Reminding, err error) {
	if err := kpi.May(actor.User, kpi.SendReminders); err != nil && !actor.IsSystem() {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		list = nil
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			for _, r := range of.Rounds {
				if r.IsClosed() || actor.At.Before(r.Opens) {
					continue
				}
				due, err := a.dueReminders(tx, r, actor, func(string) bool { return true })
				if err != nil {
					return err
				}
				list = append(list, due...)
			}
		}
		return nil
	})
	return list, err
}

// dueReminders returns the units of the round, among those that of takes, that are to be reminded now, for an occasion for
// which they were not. The round is read again: it may have been closed or moved.
func (a *App) dueReminders(tx *store.Tx, r kpi.Round, actor kpi.Actor, of func(unit string) bool) ([]Reminding, error) {
	r, err := tx.Round(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	looked, err := tx.LookedForReminders()
	if err != nil {
		return nil, err
	}
	return a.remindings(tx, r, func(s kpi.Sheet) (kpi.Occasion, bool) {
		if !of(s.Unit) || !s.Unfinished() || r.IsClosed() || r.Admits(s, actor.At) != nil {
			return "", false
		}
		o := kpi.OccasionAt(s.Deadline(r), looked, actor.At)
		return o, o != "" && !tx.Reminded(s.Set, s.Month, s.Unit, o)
	})
}

// remindings returns, of the units of a round, those that pick takes, each with its occasion, in the order of the board.
func (a *App) remindings(tx *store.Tx, r kpi.Round, pick func(kpi.Sheet) (kpi.Occasion, bool)) ([]Reminding, error) {
	sheets, err := tx.Sheets(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	var list []Reminding
	for _, s := range sheets {
		if o, ok := pick(s); ok {
			list = append(list, Reminding{Reminding: kpi.Reminding{Round: r, Sheet: s}, Occasion: o})
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	defs, err := a.definitions(tx, r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	last, err := tx.LastReminders(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	people, err := peopleOf(tx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		x := &list[i]
		if err := fillReminding(tx, x, defs); err != nil {
			return nil, err
		}
		x.Last, x.People = last[x.Sheet.Unit], people[x.Sheet.Unit]
		x.Number = x.Last.Number + 1
	}
	sortUnits(list, func(x Reminding) kpi.Unit { return x.Unit })
	return list, nil
}

// fillReminding completes a reminding whose round and sheet are known with what the unit has still to do.
func fillReminding(tx *store.Tx, x *Reminding, defs *definitions) (err error) {
	s := x.Sheet
	x.Set, x.Deadline = defs.set, s.Deadline(x.Round)
	if x.Unit, err = tx.Unit(s.Unit); err != nil {
		return err
	}
	codes, err := tx.Due(s.Set, s.Month, s.Unit)
	if err != nil {
		return err
	}
	cells, err := tx.SheetCells(s.Set, s.Month, s.Unit)
	if err != nil {
		return err
	}
	due := defs.due(codes)
	for _, ind := range due {
		if cells[ind.Code].Filled(ind.Kind) {
			x.Filled++
		}
	}
	x.Missing, x.Status = s.Missing(due, cells), s.Status(x.Filled, x.Round.IsClosed())
	return nil
}

// peopleOf returns the clerks and approvers of each unit who can sign in, by name.
func peopleOf(tx *store.Tx) (map[string][]kpi.User, error) {
	users, err := tx.Users()
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(users, func(x, y kpi.User) int { return cmp.Compare(x.Name, y.Name) })
	of := map[string][]kpi.User{}
	for _, u := range users {
		if u.Disabled {
			continue
		}
		for _, unit := range u.Units(kpi.Clerk, kpi.Approver) {
			of[unit] = append(of[unit], u)
		}
	}
	return of, nil
}

// maxRemindedCodes is how many missing cells the event of a reminder names one by one.
const maxRemindedCodes = 300

// putReminders stores that the units are reminded, each with its event, and queues a mail to each of their people who
// has an address. It returns how many mails that are.
func (a *App) putReminders(tx *store.Tx, actor kpi.Actor, list []Reminding) (mails int, err error) {
	for _, x := range list {
		s := x.Sheet
		r := kpi.Reminder{Set: s.Set, Month: s.Month, Unit: s.Unit, Occasion: x.Occasion, Number: x.Number, By: actor.User.Login, At: actor.At, Missing: len(x.Missing)}
		if a.mail.server.On() {
			for _, u := range x.People {
				if u.Email == "" {
					continue
				}
				if err := tx.PutMail(newMail(r, x, u)); err != nil {
					return mails, err
				}
				r.Mails++
			}
		}
		codes := make([]string, 0, len(x.Missing))
		for _, c := range x.Missing[:min(len(x.Missing), maxRemindedCodes)] {
			codes = append(codes, c.Code)
		}
		what := fmt.Sprintf("Lần %d; %s %s", r.Number, strings.ToLower(x.Occasion.Label()), x.Todo())
		if len(codes) > 0 {
			what += " " + strings.Join(codes, ", ")
		}
		if err := tx.PutReminder(r, actor.Event(kpi.VerbRemind, r.Object(), "", fmt.Sprintf("%s (gửi %d thư)", what, r.Mails), x.Text)); err != nil {
			return mails, err
		}
		mails += r.Mails
	}
	return mails, nil
}

// newMail returns the mail of a reminder to one person. One whose address cannot be written to has failed already.
func newMail(r kpi.Reminder, x Reminding, u kpi.User) kpi.Mail {
	m := kpi.Mail{Set: r.Set, Month: r.Month, Unit: r.Unit, Occasion: r.Occasion, Login: u.Login, To: u.Email, Subject: x.Subject(),
		State: kpi.MailQueued, Queued: r.At, Next: r.At}
	if !kpi.ValidEmail(u.Email) {
		return m.GiveUp(r.At, badAddress)
	}
	return m
}

const badAddress = "Địa chỉ thư của tài khoản không đúng dạng. Sửa ở Quản trị, mục Tài khoản, rồi gửi lại."

// reminded returns, of the units named, those that were reminded in the round and have not finished, with what they
// have still to do; not with their people.
func (a *App) reminded(tx *store.Tx, r kpi.Round, units []string) ([]Reminding, error) {
	var list []Reminding
	for _, unit := range units {
		last, err := tx.LastReminder(r.Set, r.Month, unit)
		if err != nil {
			return nil, err
		}
		if last.Number == 0 || r.IsClosed() {
			continue
		}
		x := Reminding{Occasion: last.Occasion, Last: last}
		x.Round, x.Number = r, last.Number
		if x.Sheet, err = tx.Sheet(r.Set, r.Month, unit); err != nil {
			return nil, err
		}
		if !x.Sheet.Unfinished() {
			continue
		}
		if x.Text, err = tx.ReminderText(r.Set, r.Month, x.Occasion); err != nil {
			return nil, err
		}
		defs, err := a.definitions(tx, r.Set, r.Month)
		if err != nil {
			return nil, err
		}
		if err := fillReminding(tx, &x, defs); err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}
