package app

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// demoRounds is how many rounds the demo has, the current one included.
const demoRounds = 13

// SeedDemo fills an empty store with the demo province: units, indicators, an account of each role and two for each
// unit, all with the given password, and thirteen months of made-up history, the current round half done. The same
// instant gives the same events. It returns the accounts that the sign-in page lists.
func (a *App) SeedDemo(password string) ([]DemoAccount, error) {
	s, err := a.newSeeder(password, demoRounds)
	if err != nil {
		return nil, err
	}
	if err := s.setUp(); err != nil {
		return nil, fmt.Errorf("set up the demo: %w", err)
	}
	if err := s.putGuidance(); err != nil {
		return nil, err
	}
	if err := s.putFocal(); err != nil {
		return nil, fmt.Errorf("store the demo's focal points: %w", err)
	}
	s.prepare()
	plans := make(chan *roundPlan, demoRounds) // holds all of them: the planner never waits
	go func() {
		defer close(plans)
		for m := s.span.first; m <= s.span.last; m++ {
			plans <- s.planRound(m)
		}
	}()
	for p := range plans {
		if err == nil {
			err = s.store(p)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("store the demo's rounds: %w", err)
	}
	for _, put := range []func() error{s.putFeedback, s.putReminders, s.putDelegation} {
		if err := put(); err != nil {
			return nil, err
		}
	}
	return a.DemoAccounts(), nil
}

// seeder makes a demo.
type seeder struct {
	app     *App
	now     time.Time
	span    demoSpan
	content *demoContent
	users   map[string]kpi.User // by login
	units   []*demoUnit
	defs    *definitions
	linked  map[string]bool // indicators that a check or a weight binds to others
}

// newSeeder reads what the demo is made of. It refuses a store that is not empty.
func (a *App) newSeeder(password string, rounds int) (*seeder, error) {
	if err := a.store.View(mustBeEmpty); err != nil {
		return nil, err
	}
	s := &seeder{app: a, now: a.Now(), linked: map[string]bool{}}
	s.span.last = currentDemoMonth(s.now)
	s.span.first = s.span.last - kpi.Month(rounds) + 1
	hash := make(chan string, 1)
	go func() { hash <- a.hash.make(password) }()
	content, err := readDemo(s.span.first)
	phc := <-hash
	if err != nil {
		return nil, err
	}
	s.content = content
	s.users = demoUsers(content.units, phc, s.begun())
	return s, nil
}

func mustBeEmpty(tx *store.Tx) error {
	n, err := tx.Events()
	if err == nil && n > 0 {
		err = kpi.Errorf(kpi.Conflict, "Thư mục số liệu đã có số liệu. Dữ liệu mẫu chỉ nạp được vào thư mục trống.")
	}
	return err
}

// currentDemoMonth returns the month that is being reported at instant t: figures are taken on day 14.
func currentDemoMonth(t time.Time) kpi.Month {
	m := kpi.MonthOf(t)
	if t.In(kpi.Location).Day() > 14 {
		m++
	}
	return m
}

// begun returns when the demo's set-up was done: some weeks before the first round.
func (s *seeder) begun() time.Time {
	return s.span.first.Day(1).AddDate(0, 0, -21).Add(8 * time.Hour).UTC()
}

// actor returns the holder of a role at an instant.
func (s *seeder) actor(r kpi.Role, unit string, at time.Time) kpi.Actor {
	return kpi.Actor{User: s.users[demoLogin(r, unit)], At: at.UTC()}
}

// setUp stores units, accounts, the set, its indicators and their assignments, each with its event.
func (s *seeder) setUp() error {
	at := func(hours int) kpi.Actor { return kpi.System(s.begun().Add(time.Duration(hours) * time.Hour)) }
	return s.app.store.Update(func(tx *store.Tx) error {
		if err := s.putPeople(tx, at(0)); err != nil {
			return err
		}
		if err := s.putSet(tx, at(24)); err != nil {
			return err
		}
		var list []kpi.Assignment
		for _, ind := range s.content.indicators {
			for _, unit := range ind.leads {
				list = append(list, kpi.Assignment{Set: ind.Set, Unit: unit, Indicator: ind.Code, Role: kpi.Lead, From: s.span.first})
			}
			for _, unit := range ind.support {
				if !slices.Contains(ind.leads, unit) {
					list = append(list, kpi.Assignment{Set: ind.Set, Unit: unit, Indicator: ind.Code, Role: kpi.Support, From: s.span.first})
				}
			}
		}
		slices.SortFunc(list, func(a, b kpi.Assignment) int {
			return cmp.Or(strings.Compare(a.Unit, b.Unit), strings.Compare(a.Indicator, b.Indicator))
		})
		for _, as := range list {
			what := "giao " + as.Unit + " từ kỳ " + as.From.Short()
			if as.Role == kpi.Support {
				what = "giao " + as.Unit + " phối hợp từ kỳ " + as.From.Short()
			}
			if err := tx.PutAssignment(as, at(48).Event(kpi.VerbAssign, "indicator/"+as.Set+"/"+as.Indicator, "", what, "")); err != nil {
				return err
			}
		}
		return nil
	})
}

// putPeople stores the units and the accounts.
func (s *seeder) putPeople(tx *store.Tx, actor kpi.Actor) error {
	for _, u := range s.content.units {
		if err := tx.PutUnit(u, actor.Event(kpi.VerbAdd, "unit/"+u.Code, "", describeUnit(u), "")); err != nil {
			return err
		}
	}
	for _, login := range slices.Sorted(maps.Keys(s.users)) {
		u := s.users[login]
		if err := tx.PutUser(u, actor.Event(kpi.VerbAdd, userObject(u.Login), "", describe(u), "")); err != nil {
			return err
		}
	}
	return nil
}

// putSet stores the set and its indicators.
func (s *seeder) putSet(tx *store.Tx, actor kpi.Actor) error {
	set := s.content.set
	if err := tx.PutSet(set, actor.Event(kpi.VerbAdd, "set/"+set.Code, "", set.Name, "")); err != nil {
		return err
	}
	for _, ind := range s.content.indicators {
		ev := actor.Event(kpi.VerbAdd, "indicator/"+set.Code+"/"+ind.Code, "", describeIndicator(ind.Indicator), "")
		if err := tx.PutIndicator(ind.Indicator, ev); err != nil {
			return err
		}
	}
	return nil
}

// prepare puts the indicators in the set's order and the units at the January before the first round.
func (s *seeder) prepare() {
	place := map[string]int{}
	for i, g := range s.content.set.Groups {
		place[g.Code] = i
	}
	list := s.content.indicators
	slices.SortStableFunc(list, func(a, b demoIndicator) int {
		return cmp.Or(place[a.Group]-place[b.Group], kpi.CompareCodes(a.Code, b.Code))
	})
	s.defs = &definitions{set: s.content.set, byCode: map[string]*kpi.Indicator{}}
	for i, ind := range list {
		s.defs.list = append(s.defs.list, ind.Indicator)
		s.defs.byCode[ind.Code] = &list[i].Indicator
		if ind.WeightBy != "" {
			s.linked[ind.WeightBy], s.linked[ind.Code] = true, true
		}
	}
	for _, k := range s.content.set.Checks {
		s.linked[k.Left] = true
		for _, code := range k.Right {
			s.linked[code] = true
		}
	}
	s.units = newDemoUnits(s.content, list, s.span)
	for m := kpi.NewMonth(s.span.first.Year(), time.January); m < s.span.first; m++ {
		for _, u := range s.units {
			u.next(m, 0)
		}
	}
}
