package store_test

import (
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestReminders_Last: the latest reminder is that of the largest number, whatever the order of the occasions' names.
func TestReminders_Last(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	m := storetest.Month()
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, r := range []kpi.Reminder{
			{Unit: "SYT", Occasion: "20260516-5", Number: 1},
			{Unit: "SYT", Occasion: "20260516-2", Number: 2},
			{Unit: "SYT", Occasion: "hand-0123456789ab", Number: 3},
			{Unit: "SYT", Occasion: "20260516-0", Number: 4},
			{Unit: "SYT2", Occasion: "20260516-0", Number: 1},
		} {
			r.Set, r.Month, r.At = set, m, storetest.At()
			if err := tx.PutReminder(r, storetest.Event(r.Object())); err != nil {
				return err
			}
		}
		next := kpi.Reminder{Set: set, Month: m + 1, Unit: "SYT", Occasion: "20260616-5", Number: 9}
		return tx.PutReminder(next, storetest.Event(next.Object()))
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		last, err := tx.LastReminders(set, m)
		if err != nil || len(last) != 2 || last["SYT"].Occasion != "20260516-0" || last["SYT2"].Number != 1 {
			t.Errorf("last %+v, %v", last, err)
		}
		one, err := tx.LastReminder(set, m, "SYT")
		if err != nil || one.Number != 4 {
			t.Errorf("last of SYT %+v, %v", one, err)
		}
		if none, err := tx.LastReminder(set, m, "SNV"); err != nil || none.Number != 0 {
			t.Errorf("last of a unit without any %+v, %v", none, err)
		}
		if !tx.Reminded(set, m, "SYT2", "20260516-0") || tx.Reminded(set, m, "SYT2", "20260516-2") || tx.Reminded(set, m-1, "SYT", "20260516-0") {
			t.Error("Reminded does not tell one occasion, unit and round from another")
		}
		return nil
	})
}

// TestMails_OfARound: a round lists its own mails alone.
func TestMails_OfARound(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	m := storetest.Month()
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, x := range []kpi.Mail{{Month: m, Unit: "SYT", Login: "lan"}, {Month: m, Unit: "SYT", Login: "hoa"}, {Month: m + 1, Unit: "SYT", Login: "lan"}} {
			x.Set, x.Occasion, x.State = set, "20260516-2", kpi.MailQueued
			if err := tx.PutMail(x); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		list, err := tx.Mails(set, m)
		if err != nil || len(list) != 2 || list[0].Login != "hoa" {
			t.Errorf("mails %+v, %v", list, err)
		}
		if _, err := tx.Mail(kpi.Mail{Set: set, Month: m, Unit: "SYT", Occasion: "20260516-0", Login: "lan"}); kpi.KindOf(err) != kpi.NotFound {
			t.Errorf("a mail that does not exist: %v", err)
		}
		return nil
	})
}
