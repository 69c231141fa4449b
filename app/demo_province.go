package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// SeedProvince fills an empty store with a province of the given size for measurements: every unit reports every
// indicator in every month. All rounds are accepted and closed but the last, which is open and half filled. Accounts
// are those of SeedDemo.
func (a *App) SeedProvince(units, indicators, rounds int, password string) error {
	s, err := a.newSeeder(password, rounds)
	if err != nil {
		return err
	}
	s.resize(units, indicators)
	if err := s.setUpProvince(); err != nil {
		return fmt.Errorf("set up the province: %w", err)
	}
	s.prepare()
	loads := make(chan *roundLoad, 1)
	go func() {
		defer close(loads)
		for m := s.span.first; m <= s.span.last; m++ {
			loads <- s.loadRound(m)
		}
	}()
	for l := range loads {
		if err == nil {
			err = s.storeLoad(l)
		}
	}
	if err != nil {
		return fmt.Errorf("store the province's rounds: %w", err)
	}
	return nil
}

// resize makes the demo's content the size that is asked for: units beyond the real ones are numbered, indicators
// beyond the real ones repeat them under other codes. All are monthly and given to every unit.
func (s *seeder) resize(units, indicators int) {
	c := s.content
	for n := len(c.units) + 1; n <= units; n++ {
		c.units = append(c.units, kpi.Unit{Code: fmt.Sprintf("X%04d", n), Name: fmt.Sprintf("Đơn vị thử nghiệm %d", n), Kind: kpi.Commune, Cohort: "Xã, phường"})
	}
	c.units = c.units[:units]
	slices.SortFunc(c.units, func(a, b kpi.Unit) int { return strings.Compare(a.Code, b.Code) })
	codes := make([]string, units)
	for i, u := range c.units {
		codes[i] = u.Code
	}
	s.users = demoUsers(c.units, s.users[demoLogin(kpi.Admin, "")].Password, s.begun())
	real := c.indicators
	c.indicators = make([]demoIndicator, 0, indicators)
	for n := range indicators {
		ind := real[n%len(real)]
		ind.Frequency, ind.leads, ind.support, ind.LeadAgency = kpi.Monthly, codes, nil, ""
		if again := n / len(real); again > 0 {
			ind.Name = fmt.Sprintf("%s (phần %d)", ind.Name, again+1)
			ind.Code, ind.WeightBy = repeatCode(ind.Code, again), repeatCode(ind.WeightBy, again)
		}
		if ind.Aggregation == kpi.AggProvince && ind.Kind != kpi.KindText {
			ind.Aggregation = kpi.AggMean
		}
		c.indicators = append(c.indicators, ind)
	}
}

// repeatCode returns the code of the n-th repetition: 5.06 gives 5.46, then 5.86.
func repeatCode(code string, n int) string {
	group, number, ok := strings.Cut(code, ".")
	x, err := strconv.Atoi(number)
	if !ok || err != nil {
		return code
	}
	return fmt.Sprintf("%s.%02d", group, x+40*n)
}

// setUpProvince stores what setUp does, the assignments of each unit under one event.
func (s *seeder) setUpProvince() error {
	actor := kpi.System(s.begun())
	inds := slices.Clone(s.content.indicators)
	slices.SortFunc(inds, func(a, b demoIndicator) int { return strings.Compare(a.Code, b.Code) })
	return s.app.store.Update(func(tx *store.Tx) error {
		if err := s.putPeople(tx, actor); err != nil {
			return err
		}
		if err := s.putSet(tx, actor); err != nil {
			return err
		}
		for _, u := range s.content.units {
			list := make([]kpi.Assignment, len(inds))
			for i, ind := range inds {
				list[i] = kpi.Assignment{Set: ind.Set, Unit: u.Code, Indicator: ind.Code, Role: kpi.Lead, From: ind.From}
			}
			what := fmt.Sprintf("giao %d chỉ số từ kỳ %s", len(list), s.span.first.Short())
			if err := tx.LoadAssignments(list, actor.Event(kpi.VerbAssign, "unit/"+u.Code, "", what, "")); err != nil {
				return err
			}
		}
		return nil
	})
}

// roundLoad is one round of the province before it is stored.
type roundLoad struct {
	round  kpi.Round
	due    []string
	sheets []kpi.Sheet
	cells  [][]kpi.Cell // of each sheet, by code
}

// loadRound makes up one round.
func (s *seeder) loadRound(m kpi.Month) *roundLoad {
	r, opened := s.newRound(m)
	l := &roundLoad{round: r}
	for _, ind := range s.defs.list {
		l.due = append(l.due, ind.Code)
	}
	running := m == s.span.last
	entered := m.Day(15).Add(9 * time.Hour).UTC()
	if running {
		entered = opened.AddDate(0, 0, 2).Add(9 * time.Hour).UTC()
	}
	for _, u := range s.units {
		clerk, approver := demoLogin(kpi.Clerk, u.Code), demoLogin(kpi.Approver, u.Code)
		sheet := kpi.Sheet{Set: r.Set, Month: m, Unit: u.Code, State: kpi.Draft}
		cells := u.next(m, demoOdd)
		if running {
			cells = cells[:len(cells)/2]
		} else {
			sheet.State, sheet.Version = kpi.Accepted, 3
			sheet.Submit = kpi.Step{By: clerk, At: entered.Add(time.Hour)}
			sheet.Approve = kpi.Step{By: approver, At: entered.Add(2 * time.Hour)}
			sheet.Accept = kpi.Step{By: demoLogin(kpi.Coordinator, ""), At: entered.AddDate(0, 0, 2)}
			sheet.FirstApproval = sheet.Approve.At
		}
		for i := range cells {
			c := &cells[i]
			c.Version, c.By, c.At, c.Source, c.Definition = 1, clerk, entered, kpi.FromExcel, s.span.first
		}
		slices.SortFunc(cells, func(a, b kpi.Cell) int { return strings.Compare(a.Indicator, b.Indicator) })
		l.sheets, l.cells = append(l.sheets, sheet), append(l.cells, cells)
	}
	return l
}

// storeLoad stores a round in one transaction, in the order of the keys, and closes it unless it is the last.
func (s *seeder) storeLoad(l *roundLoad) error {
	r := l.round
	err := s.app.store.Update(func(tx *store.Tx) error {
		for i, sheet := range l.sheets {
			if err := tx.AddSheet(sheet, l.due); err != nil {
				return err
			}
			clerk := s.actor(kpi.Clerk, sheet.Unit, l.cells[i][0].At)
			ev := clerk.Event(kpi.VerbLoad, "sheet/"+sheet.ID(), "", fmt.Sprintf("%d ô", len(l.cells[i])), "")
			if err := tx.LoadCells(l.cells[i], ev); err != nil {
				return err
			}
		}
		what := fmt.Sprintf("%d biểu, %d ô; hạn nộp %s", len(l.sheets), len(l.sheets)*len(l.due), kpi.FormatDeadline(r.UnitDue))
		return tx.PutRound(r, s.actor(kpi.Coordinator, "", r.Opened).Event(kpi.VerbOpen, "round/"+r.ID(), "", what, ""))
	})
	if err != nil || r.Month == s.span.last {
		return err
	}
	closes := r.Locks.Add(9 * time.Hour)
	if closes.After(s.now) {
		closes = s.now
	}
	return s.app.CloseRound(s.actor(kpi.Coordinator, "", closes), r.Set, r.Month, false)
}
