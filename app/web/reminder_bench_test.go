//go:build bench

package web

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

// TestBenchReminders prints the rows of the product's table about reminders: what 150 units of 300 cells lack, beside
// only reading the round's cells in the same run, and reminding them all with a mail to each of their people.
func TestBenchReminders(t *testing.T) {
	const units = 150
	dir := t.TempDir()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	seeder := app.New(app.Options{Store: st, Dir: dir})
	if err := seeder.SeedProvince(units, benchIndicators, 2, passphrase); err != nil {
		t.Fatal(err)
	}
	round, _, err := seeder.CurrentRound(kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, At: seeder.Now()}, "nq57")
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Update(func(tx *store.Tx) error {
		users, err := tx.Users()
		for _, u := range users {
			u.Email = u.Login + "@example.vn"
			if err == nil {
				err = tx.PutUser(u, seeder.System().Event(kpi.VerbChange, "user/"+u.Login, "", "", ""))
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	at := round.UnitDue.AddDate(0, 0, -3).Add(8 * time.Hour) // two days before the last day
	a := app.New(app.Options{Store: st, Dir: dir, Now: func() time.Time { return at },
		Mail: app.MailServer{Host: "127.0.0.1", Port: 9, Security: app.PlainText, From: "chiso@example.vn", URL: "https://chiso.example.vn"}})
	var ours, reference []time.Duration
	lacking := 0
	for range 20 { // in turns, so that other work on the machine weighs on both
		start := time.Now()
		err := st.View(func(tx *store.Tx) error {
			for _, err := range tx.RoundValues(round.Set, round.Month) {
				if err != nil {
					return err
				}
			}
			return nil
		})
		between := time.Now()
		due, dueErr := a.DueReminders(a.System())
		if err != nil || dueErr != nil {
			t.Fatal(err, dueErr)
		}
		reference, ours, lacking = append(reference, between.Sub(start)), append(ours, time.Since(between)), len(due)
	}
	if lacking == 0 {
		t.Fatal("nobody lacks anything")
	}
	slices.Sort(ours)
	slices.Sort(reference)
	our, ref := ours[len(ours)/2], reference[len(reference)/2]
	fmt.Printf("| reminders of %d units computed (%d unfinished) | %s | %s reading the round's cells | %.2f × | ≤ 1 s |\n", units, lacking,
		our.Round(100*time.Microsecond), ref.Round(100*time.Microsecond), float64(our)/float64(ref))
	start := time.Now()
	n, err := a.RemindDue(context.Background())
	if err != nil || n != lacking {
		t.Fatal(n, err)
	}
	fmt.Printf("| all of them stored, mails queued | %s | – | – | ≤ 1 s |\n", time.Since(start).Round(100*time.Microsecond))
}
