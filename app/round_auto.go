package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// SetOpenDay lets the next round of the set open by itself on that day of its month; 0: somebody opens it.
func (a *App) SetOpenDay(actor kpi.Actor, code string, day int) error {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		set, err := tx.Set(code)
		if err != nil || set.OpenDay == day {
			return err
		}
		before := describeOpenDay(set.OpenDay)
		set.OpenDay = day
		return tx.PutSet(set, actor.Event(kpi.VerbChange, "set/"+code, before, describeOpenDay(day), ""))
	})
}

func describeOpenDay(day int) string {
	if day == 0 {
		return "không tự mở kỳ"
	}
	return fmt.Sprintf("tự mở kỳ vào ngày %d hằng tháng", day)
}

// opensBy returns the round of the set that should have opened by itself at instant t: the one after the newest. The
// first round of a set is always opened by somebody.
func opensBy(of store.SetRounds, t time.Time) (m kpi.Month, ok bool) {
	n := len(of.Rounds)
	if of.Set.OpenDay == 0 || n == 0 {
		return 0, false
	}
	m = of.Rounds[n-1].Month + 1
	return m, !t.Before(m.Day(of.Set.OpenDay))
}

// stops returns the findings of the configuration check for which the round does not open by itself at instant t: what
// blocks, a unit that could not report, a deadline that has passed.
func (p Plan) stops(t time.Time) []Problem {
	var out []Problem
	if !t.Before(p.Dates.UnitDue) {
		out = append(out, Problem{true, ProblemRound, "", "hạn nộp " + kpi.FormatDeadline(p.Dates.UnitDue) + " đã qua; chọn các mốc khác."})
	}
	for _, x := range p.Problems {
		switch {
		case x.Blocking, x.Kind == ProblemClerk, x.Kind == ProblemApprover, x.Kind == ProblemSelf:
			out = append(out, x)
		}
	}
	return out
}

// OpenDueRounds opens the rounds whose day has come, on the day or at the first start after it. One that the
// configuration check stops stays shut, once noted in the log, until that is put right or somebody opens it;
// HeldRounds tells.
func (a *App) OpenDueRounds(ctx context.Context) error {
	actor := a.System()
	type round struct {
		set string
		m   kpi.Month
	}
	var due []round
	err := a.store.View(func(tx *store.Tx) error {
		due = nil
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			if m, ok := opensBy(of, actor.At); ok {
				due = append(due, round{of.Set.Code, m})
			}
		}
		return nil
	})
	for _, r := range due {
		if ctx.Err() == nil {
			err = errors.Join(err, a.openByItself(actor, r.set, r.m))
		}
	}
	return err
}

// openByItself opens the round, or notes why not unless that is noted already.
func (a *App) openByItself(actor kpi.Actor, set string, m kpi.Month) error {
	return a.store.Update(func(tx *store.Tx) error {
		_, err := tx.Round(set, m)
		if kpi.KindOf(err) != kpi.NotFound {
			return err // somebody has opened it
		}
		p, err := a.plan(tx, actor, set, m)
		if err != nil || p.Set.OpenDay == 0 { // taken back just now
			return err
		}
		stops := p.stops(actor.At)
		if len(stops) == 0 {
			return p.open(tx, actor, p.Dates)
		}
		ev := actor.Event(kpi.VerbHold, "round/"+set+"/"+m.String(), "", wordStops(stops), "")
		last, err := lastChange(tx, ev.Object)
		if err != nil || last.Verb == kpi.VerbHold && last.New == ev.New {
			return err
		}
		return tx.Log(ev)
	})
}

// wordStops names the first findings and counts the others.
func wordStops(stops []Problem) string {
	const named = 5
	texts := make([]string, 0, named)
	for _, x := range stops[:min(len(stops), named)] {
		texts = append(texts, x.Text)
	}
	s := strings.Join(texts, " ")
	if more := len(stops) - named; more > 0 {
		s += fmt.Sprintf(" Và %d điểm khác.", more)
	}
	return s
}

// HeldRound is a round that should have opened by itself and has not.
type HeldRound struct {
	Set  kpi.IndicatorSet
	From time.Time // when it should have
	Plan
	Stops []Problem // none: it opens within minutes
}

// HeldRounds returns the rounds that should have opened by itself by now, as they stand now.
func (a *App) HeldRounds(actor kpi.Actor) (held []HeldRound, err error) {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		held = nil
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			m, ok := opensBy(of, actor.At)
			if !ok {
				continue
			}
			p, err := a.plan(tx, actor, of.Set.Code, m)
			if err != nil {
				return err
			}
			held = append(held, HeldRound{of.Set, m.Day(of.Set.OpenDay), p, p.stops(actor.At)})
		}
		return nil
	})
	return held, err
}
