package app

import (
	"cmp"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// ThreadLine is a thread as lists show it.
type ThreadLine struct {
	kpi.Thread
	UnitName  string
	Indicator string // name, "" for a question in general
	LastBy    string // name of who wrote last, "" for those who see only what is published
	Whole     bool   // the actor may read all of it
}

// FeedbackFilter is what a list of threads is narrowed to; what is zero does not narrow it.
type FeedbackFilter struct {
	State     kpi.ThreadState
	Kind      kpi.ThreadKind
	Unit      string
	Set       string // with Indicator
	Indicator string
	Query     string // part of the title or of what is published, with or without accents
	Published bool   // only those
}

// Feedback returns the threads that the actor may see and the filter keeps, the newest first: n of them from position
// from, how many there are, and how many of each state whatever state the filter names.
func (a *App) Feedback(actor kpi.Actor, f FeedbackFilter, from, n int) (list []ThreadLine, total int, states map[kpi.ThreadState]int, err error) {
	if err := kpi.May(actor.User, kpi.SeeFeedback); err != nil {
		return nil, 0, nil, err
	}
	query := kpi.Fold(f.Query)
	err = a.store.View(func(tx *store.Tx) error {
		list, total, states = nil, 0, map[kpi.ThreadState]int{}
		all, err := threadsOf(tx, actor.User)
		if err != nil {
			return err
		}
		for _, t := range all {
			if !f.keeps(t, query, actor.User) {
				continue
			}
			states[t.State]++
			if f.State != "" && f.State != t.State {
				continue
			}
			if total++; total > from && len(list) < n {
				line, err := threadLine(tx, actor, t)
				if err != nil {
					return err
				}
				list = append(list, line)
			}
		}
		return nil
	})
	return list, total, states, err
}

// threadsOf returns the threads that a user may see, the newest first.
func threadsOf(tx *store.Tx, u kpi.User) ([]kpi.Thread, error) {
	var list []kpi.Thread
	if kpi.May(u, kpi.SeeProvisional) == nil { // the province sees all
		for t, err := range tx.Threads() {
			if err != nil {
				return nil, err
			}
			list = append(list, t)
		}
		return list, nil
	}
	list, err := tx.PublishedThreads("", "")
	if err != nil {
		return nil, err
	}
	for _, unit := range u.Units(kpi.Clerk, kpi.Approver) {
		own, err := tx.UnitThreads(unit)
		if err != nil {
			return nil, err
		}
		list = append(list, own...)
	}
	slices.SortFunc(list, func(x, y kpi.Thread) int { return cmp.Compare(y.ID, x.ID) })
	return slices.CompactFunc(list, func(x, y kpi.Thread) bool { return x.ID == y.ID }), nil
}

// keeps reports whether a thread passes the filter, its state aside. What a user may not read whole is searched in
// what is published alone.
func (f FeedbackFilter) keeps(t kpi.Thread, query string, u kpi.User) bool {
	whole := kpi.TakesPart(u, t) == nil
	switch {
	case f.Kind != "" && f.Kind != t.Kind, f.Published && t.Published == nil, f.Unit != "" && (f.Unit != t.Unit || !whole),
		f.Indicator != "" && (f.Indicator != t.Indicator || f.Set != t.Set):
		return false
	}
	if query == "" {
		return true
	}
	words := t.Indicator
	if whole {
		words += " " + t.Title
	}
	if t.Published != nil {
		words += " " + t.Published.Question + " " + t.Published.Answer
	}
	return strings.Contains(kpi.Fold(words), query)
}

// threadLine names what a thread is about. Those who do not take part see what is published as its title, and not who
// asked.
func threadLine(tx *store.Tx, actor kpi.Actor, t kpi.Thread) (ThreadLine, error) {
	line := ThreadLine{Thread: t, Whole: kpi.TakesPart(actor.User, t) == nil}
	if t.Indicator != "" {
		m := t.Month
		if m == 0 {
			m = kpi.MonthOf(actor.At)
		}
		ind, err := tx.Indicator(t.Set, t.Indicator, m)
		if err != nil {
			return line, err
		}
		line.Indicator = ind.Name
	}
	if !line.Whole {
		title, _, _ := strings.Cut(t.Published.Question, "\n")
		line.Title, line.Unit, line.By, line.Last.By = kpi.Clip(title, kpi.MaxThreadTitle), "", "", ""
		line.Last.At = t.Published.At
		return line, nil
	}
	unit, err := tx.Unit(t.Unit)
	if err != nil {
		return line, err
	}
	line.UnitName = unit.Name
	who, err := names(tx, []string{t.Last.By})
	line.LastBy = who[t.Last.By]
	return line, err
}

// ThreadView is one thread with what was written in it.
type ThreadView struct {
	ThreadLine
	Posts []kpi.Post // none for those who see only what is published
	Names map[string]string
	Units map[string]string // unit of each writer, "" for the province
	Steps []kpi.ThreadStep  // that the actor may take now
}

// Thread returns a thread.
func (a *App) Thread(actor kpi.Actor, id kpi.ThreadID) (v ThreadView, err error) {
	if err := kpi.May(actor.User, kpi.SeeFeedback); err != nil {
		return v, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		t, err := visibleThread(tx, actor, id)
		if err != nil {
			return err
		}
		v, err = threadView(tx, actor, t)
		return err
	})
	return v, err
}

func threadView(tx *store.Tx, actor kpi.Actor, t kpi.Thread) (v ThreadView, err error) {
	if v.ThreadLine, err = threadLine(tx, actor, t); err != nil || !v.Whole {
		return v, err
	}
	v.Steps = kpi.ThreadButtons(actor.User, t)
	if v.Posts, err = tx.Posts(t.ID); err != nil {
		return v, err
	}
	people := []string{t.By}
	if t.Published != nil {
		people = append(people, t.Published.By)
	}
	for _, p := range v.Posts {
		people = append(people, p.By)
	}
	if v.Names, err = names(tx, people); err != nil {
		return v, err
	}
	v.Units = map[string]string{}
	for _, p := range v.Posts {
		if (t.Kind == kpi.Question) != p.Answer { // the unit's side
			v.Units[p.By] = v.UnitName
		}
	}
	return v, nil
}

// CellThreads returns the threads about a figure, the newest first, to those who may see its sheet; to others none.
func (a *App) CellThreads(actor kpi.Actor, k kpi.CellKey) (list []ThreadView, err error) {
	if kpi.MaySeeUnit(actor.User, k.Unit) != nil {
		return nil, nil
	}
	err = a.store.View(func(tx *store.Tx) error {
		list = nil
		all, err := tx.CellThreads(k)
		if err != nil {
			return err
		}
		for _, t := range all[:min(len(all), maxCellThreads)] {
			v, err := threadView(tx, actor, t)
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

// What lists of threads show at most.
const (
	maxCellThreads = 20
	maxAsked       = 20
)

// sheetExplanations returns the latest thread about each figure of a sheet that has one, by indicator.
func sheetExplanations(tx *store.Tx, set string, m kpi.Month, unit string) (map[string]kpi.Thread, error) {
	byCode := map[string]kpi.Thread{}
	all, err := tx.SheetThreads(set, m, unit)
	for _, t := range all {
		if t.ID > byCode[t.Indicator].ID {
			byCode[t.Indicator] = t
		}
	}
	return byCode, err
}

// Asked is what waits for the actor's words.
type Asked struct {
	Explanations []ThreadLine // of the actor's units, the oldest first, at most maxAsked
	Questions    int          // to be answered by the actor
}

// Asked returns what waits for an answer of the actor.
func (a *App) Asked(actor kpi.Actor) (w Asked, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		w = Asked{}
		for _, unit := range actor.User.Units(kpi.Clerk, kpi.Approver) {
			waiting, err := tx.WaitingThreads(kpi.Explanation, unit)
			if err != nil {
				return err
			}
			for _, t := range waiting {
				line, err := threadLine(tx, actor, t)
				if err != nil {
					return err
				}
				w.Explanations = append(w.Explanations, line)
			}
		}
		slices.SortFunc(w.Explanations, func(x, y ThreadLine) int { return cmp.Compare(x.ID, y.ID) })
		w.Explanations = w.Explanations[:min(len(w.Explanations), maxAsked)]
		if kpi.May(actor.User, kpi.AnswerQuestion) == nil {
			w.Questions = tx.CountWaiting(kpi.Question)
		}
		return nil
	})
	return w, err
}

// PublishedAnswers returns the questions with answers that everybody may read, the newest first: those about an
// indicator, or all if indicator is "". Their ids stay as long as they are published; every change of one is an event
// of its Thread.Object.
func (a *App) PublishedAnswers(actor kpi.Actor, set, indicator string) (list []kpi.Thread, err error) {
	if err := kpi.May(actor.User, kpi.SeeFeedback); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		list, err = publishedAnswers(tx, set, indicator)
		return err
	})
	return list, err
}

// publishedAnswers is PublishedAnswers in a transaction: what is not published of the threads is left out.
func publishedAnswers(tx *store.Tx, set, indicator string) ([]kpi.Thread, error) {
	all, err := tx.PublishedThreads(set, indicator)
	for i, t := range all {
		all[i] = kpi.Thread{ID: t.ID, Kind: t.Kind, Set: t.Set, Indicator: t.Indicator, State: t.State, Version: t.Version, Published: t.Published}
	}
	slices.SortFunc(all, func(x, y kpi.Thread) int { return cmp.Compare(y.ID, x.ID) })
	return all, err
}
