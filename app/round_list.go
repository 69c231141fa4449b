package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// SetRounds is a set with its rounds.
type SetRounds struct {
	Set    kpi.IndicatorSet
	Rounds []RoundLine // the newest first, at most maxRounds
	More   int         // older rounds that are left out
	Next   kpi.Month   // the round to open next: after the newest, or the current month
}

// RoundLine is a round with its progress.
type RoundLine struct {
	kpi.Round
	Opener   string // name of who opened it
	Sheets   int
	Accepted int // sheets that the province has accepted
}

// maxRounds bounds the list of a set's rounds.
const maxRounds = 36

// RoundList returns every set with its rounds.
func (a *App) RoundList(actor kpi.Actor) (list []SetRounds, err error) {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		list = nil
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			s := SetRounds{Set: of.Set, Next: kpi.MonthOf(actor.At)}
			if n := len(of.Rounds); n > 0 {
				s.Next = of.Rounds[n-1].Month + 1
				s.More = max(n-maxRounds, 0)
			}
			for _, r := range slices.Backward(of.Rounds[s.More:]) {
				line, err := roundLine(tx, r)
				if err != nil {
					return err
				}
				s.Rounds = append(s.Rounds, line)
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

func roundLine(tx *store.Tx, r kpi.Round) (RoundLine, error) {
	line := RoundLine{Round: r}
	sheets, err := tx.Sheets(r.Set, r.Month)
	if err != nil {
		return line, err
	}
	line.Sheets = len(sheets)
	for _, s := range sheets {
		if s.State == kpi.Accepted {
			line.Accepted++
		}
	}
	who, err := names(tx, []string{r.OpenedBy})
	line.Opener = who[r.OpenedBy]
	return line, err
}

// RoundHistory returns what happened to a round as a whole, the newest first, and the names of those who did it.
func (a *App) RoundHistory(actor kpi.Actor, set string, m kpi.Month) (events []kpi.Event, people map[string]string, err error) {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil {
		return nil, nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		if events, err = history(tx, "round/"+r.ID()); err != nil {
			return err
		}
		people, err = names(tx, eventPeople(events, r.OpenedBy, r.ClosedBy))
		return err
	})
	return events, people, err
}
