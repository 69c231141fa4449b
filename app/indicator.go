package app

import (
	"fmt"
	"math/big"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Sets returns all indicator sets.
func (a *App) Sets(actor kpi.Actor) (sets []kpi.IndicatorSet, err error) {
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		sets, err = tx.Sets()
		return err
	})
	return sets, err
}

// Catalogue is a set with its indicators as they hold in one month.
type Catalogue struct {
	Set        kpi.IndicatorSet
	Indicators []kpi.Indicator     // in the order of groups and codes
	Leads      map[string][]string // indicator → units that report it
}

// Catalogue returns the indicators of a set as they hold in month m, and who reports them.
func (a *App) Catalogue(actor kpi.Actor, set string, m kpi.Month) (Catalogue, error) {
	var c Catalogue
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return c, err
	}
	err := a.store.View(func(tx *store.Tx) (err error) {
		c, err = a.catalogue(tx, set, m)
		return err
	})
	return c, err
}

func (a *App) catalogue(tx *store.Tx, set string, m kpi.Month) (Catalogue, error) {
	defs, err := a.definitions(tx, set, m)
	if err != nil {
		return Catalogue{}, err
	}
	c := Catalogue{Set: defs.set, Indicators: slices.Clone(defs.list), Leads: map[string][]string{}}
	list, err := tx.Assignments(set, "")
	for _, as := range list {
		if as.Role == kpi.Lead && as.Active(m) {
			c.Leads[as.Indicator] = append(c.Leads[as.Indicator], as.Unit)
		}
	}
	return c, err
}

// IndicatorPage is one indicator through time.
type IndicatorPage struct {
	Set       kpi.IndicatorSet
	Indicator kpi.Indicator
	Versions  []kpi.Indicator // the oldest first
	Breaks    []kpi.Month     // months from which another measure than before holds: figures across them do not compare
	Leads     []kpi.Unit
	Supports  []kpi.Unit
	Points    []SeriesPoint // the oldest first
}

// SeriesPoint is the province figure of one round in which the indicator was due.
type SeriesPoint struct {
	Month  kpi.Month
	Figure kpi.Figure
	ToDate *big.Rat // since January, of a flow
	Closed bool
}

// IndicatorPage returns an indicator with its figures of at most the last rounds rounds.
func (a *App) IndicatorPage(actor kpi.Actor, set, code string, rounds int) (IndicatorPage, error) {
	var p IndicatorPage
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return p, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		versions, err := tx.IndicatorVersions(set, code)
		if err != nil {
			return err
		}
		now := kpi.MonthOf(actor.At)
		defs, err := a.definitions(tx, set, now)
		if err != nil {
			return err
		}
		ind, ok := defs.byCode[code]
		if !ok {
			return kpi.Errorf(kpi.NotFound, "Không có chỉ số «%s» trong bộ này.", kpi.Clip(code, 32))
		}
		p = IndicatorPage{Set: defs.set, Indicator: *ind, Versions: versions}
		since := kpi.Month(0)
		for i := 1; i < len(versions); i++ {
			if !kpi.Commensurable(versions[i-1], versions[i]) {
				since = versions[i].From
			}
			if !sameMeasure(versions[i-1], versions[i]) {
				p.Breaks = append(p.Breaks, versions[i].From)
			}
		}
		if err := p.readUnits(tx, now); err != nil {
			return err
		}
		if kpi.May(actor.User, kpi.SeeConsolidated) == nil {
			p.Points, err = a.series(tx, *ind, since, rounds, kpi.May(actor.User, kpi.SeeProvisional) != nil)
		}
		return err
	})
	return p, err
}

func (p *IndicatorPage) readUnits(tx *store.Tx, m kpi.Month) error {
	units, err := tx.Units()
	if err != nil {
		return err
	}
	for _, u := range units {
		as, ok, err := tx.Assignment(p.Set.Code, u.Code, p.Indicator.Code)
		switch {
		case err != nil:
			return err
		case !ok || !as.Active(m):
		case as.Role == kpi.Lead:
			p.Leads = append(p.Leads, u)
		default:
			p.Supports = append(p.Supports, u)
		}
	}
	sortUnits(p.Leads, func(u kpi.Unit) kpi.Unit { return u })
	sortUnits(p.Supports, func(u kpi.Unit) kpi.Unit { return u })
	return nil
}

// series returns the province figures of the indicator in the last n rounds in which it was due; since is the month from which they are
// in its unit of measure.
func (a *App) series(tx *store.Tx, ind kpi.Indicator, since kpi.Month, n int, acceptedOnly bool) ([]SeriesPoint, error) {
	rounds, err := tx.Rounds(ind.Set)
	if err != nil {
		return nil, err
	}
	var points []SeriesPoint
	for _, r := range rounds[max(0, len(rounds)-n):] {
		f, err := a.figureOf(tx, r, ind.Code, acceptedOnly)
		if err != nil {
			return nil, err
		}
		if f.Due == 0 {
			continue
		}
		points = append(points, SeriesPoint{Month: r.Month, Figure: f, Closed: r.IsClosed()})
	}
	if ind.Accumulates() {
		accumulate(ind, since, points, rounds)
	}
	return points, nil
}

// accumulate gives every point the figure since January, where the points cover all rounds of its year in one unit of measure.
func accumulate(ind kpi.Indicator, since kpi.Month, points []SeriesPoint, rounds []kpi.Round) {
	first := map[int]kpi.Month{} // the first round of each year in which the indicator was due
	for _, r := range slices.Backward(rounds) {
		if ind.Due(r.Month) {
			first[r.Month.Year()] = r.Month
		}
	}
	var year []kpi.Figure
	whole := false
	for i, p := range points {
		if i == 0 || p.Month.Year() != points[i-1].Month.Year() || points[i-1].Month < since && since <= p.Month {
			year, whole = nil, p.Month == first[p.Month.Year()]
		}
		year = append(year, p.Figure)
		if x, ok := kpi.Accumulate(ind, year); ok && whole {
			points[i].ToDate = x
		}
	}
}

// IndicatorEdit is what a person who changes an indicator starts from.
type IndicatorEdit struct {
	Set      kpi.IndicatorSet
	Versions []kpi.Indicator // the oldest first; empty: there is no such indicator yet
	Used     bool            // a round has been opened under the last version
	Next     kpi.Month       // first month that no round has opened, this month at the earliest
}

// IndicatorEdit returns the versions of an indicator and the months in which it may change.
func (a *App) IndicatorEdit(actor kpi.Actor, set, code string) (e IndicatorEdit, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return e, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		if e.Set, err = tx.Set(set); err != nil {
			return err
		}
		if e.Versions, err = tx.IndicatorVersions(set, code); err != nil {
			return err
		}
		rounds, err := tx.Rounds(set)
		e.Next = nextMonth(rounds, actor)
		if n := len(e.Versions); n > 0 {
			last := e.Versions[n-1]
			e.Used = used(rounds, last.From) && len(last.Gaps()) == 0
		}
		return err
	})
	return e, err
}

// nextMonth returns the first month, from the present one on, after all rounds, the oldest first, that were opened.
func nextMonth(rounds []kpi.Round, actor kpi.Actor) kpi.Month {
	m := kpi.MonthOf(actor.At)
	if len(rounds) > 0 {
		m = max(m, rounds[len(rounds)-1].Month+1)
	}
	return m
}

// AddIndicator adds an indicator whose code the set does not have yet.
func (a *App) AddIndicator(actor kpi.Actor, ind kpi.Indicator) error {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		versions, err := tx.IndicatorVersions(ind.Set, ind.Code)
		if err != nil {
			return err
		}
		if len(versions) > 0 {
			return &kpi.Error{Kind: kpi.Invalid, Msg: "Mã chỉ số " + ind.Code + " đã có trong bộ này.", Fields: map[string]string{"code": "Mã " + ind.Code + " đã có trong bộ này."}}
		}
		return saveIndicator(tx, actor, ind)
	})
}

// SaveIndicator adds a version of an indicator, or changes the one that begins in the same month. What a round has
// already used is frozen: then only texts that explain may change, and anything else needs a version from a later
// month. What the centre has defined is not redefined here: it changes when its list is loaded again.
func (a *App) SaveIndicator(actor kpi.Actor, ind kpi.Indicator) error {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil && !actor.IsSystem() {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		versions, err := tx.IndicatorVersions(ind.Set, ind.Code)
		if err != nil {
			return err
		}
		if err := unchanged(tx, actor, indicatorObject(ind.Set, ind.Code)); err != nil {
			return err
		}
		if n := len(versions); n > 0 && !actor.IsSystem() {
			if err := kpi.KeepsCentral(versions[n-1], ind); err != nil {
				return err
			}
		}
		return saveIndicator(tx, actor, ind)
	})
}

func indicatorObject(set, code string) string { return "indicator/" + set + "/" + code }

// saveIndicator stores a version. One with gaps has been in no round, so it may still become anything.
func saveIndicator(tx *store.Tx, actor kpi.Actor, ind kpi.Indicator) error {
	set, err := tx.Set(ind.Set)
	if err != nil {
		return err
	}
	if _, ok := set.Group(ind.Group); !ok {
		return kpi.Errorf(kpi.Invalid, "Nhóm «%s» của chỉ số %s không có trong bộ chỉ số.", kpi.Clip(ind.Group, 32), ind.Code)
	}
	versions, err := tx.IndicatorVersions(ind.Set, ind.Code)
	if err != nil {
		return err
	}
	rounds, err := tx.Rounds(ind.Set)
	if err != nil {
		return err
	}
	if err := versionFits(versions, rounds, ind); err != nil {
		return err
	}
	verb, before := kpi.VerbAdd, ""
	for _, old := range versions {
		if old.From == ind.From {
			verb, before = kpi.VerbChange, describeIndicator(old)
		}
	}
	return tx.PutIndicator(ind, actor.Event(verb, indicatorObject(ind.Set, ind.Code), before, describeIndicator(ind), ""))
}

// versionFits returns a Conflict error if a version may not be saved beside the others: what a round has used stays
// as it is, but for the texts that explain and for gaps that are filled.
func versionFits(versions []kpi.Indicator, rounds []kpi.Round, ind kpi.Indicator) error {
	if !used(rounds, ind.From) || len(versions) == 0 {
		return nil
	}
	i := slices.IndexFunc(versions, func(v kpi.Indicator) bool { return v.From == ind.From })
	switch {
	case i < 0:
		return kpi.Errorf(kpi.Conflict, "Kỳ %s đã mở với định nghĩa đang có của chỉ số %s. Ghi «Hiệu lực từ kỳ» là một kỳ chưa mở.", ind.From.Short(), ind.Code)
	case len(versions[i].Gaps()) == 0 && (!sameMeasure(versions[i], ind) || len(ind.Gaps()) > 0):
		return kpi.Errorf(kpi.Conflict, "Chỉ số %s đã dùng trong kỳ từ %s. Đổi cách đo thì ghi «Hiệu lực từ kỳ» là một kỳ chưa mở.", ind.Code, ind.From.Short())
	}
	return nil
}

// used reports whether a round of month m or later has been opened.
func used(rounds []kpi.Round, m kpi.Month) bool {
	return len(rounds) > 0 && rounds[len(rounds)-1].Month >= m
}

// sameMeasure reports whether two versions measure the same thing in the same way: everything but the texts that
// explain, the targets, the weight and the flags of an import.
func sameMeasure(a, b kpi.Indicator) bool {
	return kpi.Commensurable(a, b) && a.Decimals == b.Decimals && a.PartDecimals == b.PartDecimals && a.Share == b.Share &&
		a.Frequency == b.Frequency && a.Aggregation == b.Aggregation && a.WeightBy == b.WeightBy && a.Definition == b.Definition &&
		a.Computation == b.Computation && a.Heading == b.Heading
}

func describeIndicator(ind kpi.Indicator) string {
	s := fmt.Sprintf("%s · %s · %s · hiệu lực từ kỳ %s", ind.Name, ind.Kind.Label(), ind.Unit, ind.From.Short())
	if len(ind.Targets) > 0 {
		s += " · mục tiêu"
		for i, t := range ind.Targets {
			if i > 0 {
				s += ";"
			}
			s += fmt.Sprintf(" %d: %s", t.Year, t)
		}
	}
	return s
}
