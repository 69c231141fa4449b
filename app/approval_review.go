package app

import (
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Review is a sheet as those who decide about it see it.
type Review struct {
	SheetView
	Refusals     map[kpi.Action]error  // of Actions, those that the actor cannot take all the same, and why
	Since        time.Time             // when it was sent back before it came here again; zero: never
	Notable      map[string]bool       // by indicator: the cells that ask for a look
	Reasons      []string              // for which the province has sent cells back lately, the most used first; for those who may send back
	Corrections  map[string]Correction // by indicator: the cells that changed since
	Proofs       map[string][]Proof    // by indicator: the evidence of the cells that have any
	Explanations map[string]kpi.Thread // by indicator: the latest thread about the figure
	History      []kpi.Event           // of the sheet as a whole, the newest first
}

// Correction is what a cell said when its sheet was sent back, and what it says now, in full.
type Correction struct {
	Before, After string
}

// Review returns the sheet of a unit with what changed since its last return and why the actor may not decide.
func (a *App) Review(actor kpi.Actor, set string, m kpi.Month, unit string) (Review, error) {
	var v Review
	if err := kpi.MaySeeUnit(actor.User, unit); err != nil {
		return v, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		sh, err := a.readSheet(tx, actor.At, set, m, unit)
		if err != nil {
			return err
		}
		v = Review{Refusals: map[kpi.Action]error{}, Corrections: map[string]Correction{}, Proofs: map[string][]Proof{}}
		if v.SheetView, err = sh.view(tx, actor); err != nil {
			return err
		}
		for _, action := range v.Actions {
			if err := sh.refusal(tx, action, actor); err != nil {
				v.Refusals[action] = err
			}
		}
		if v.History, err = history(tx, "sheet/"+sh.ID()); err != nil {
			return err
		}
		if slices.Contains(v.Actions, kpi.ActProvinceReturn) {
			if v.Reasons, err = returnReasons(tx, set); err != nil {
				return err
			}
		}
		v.Since, v.Notable = sh.sentBack(v.History), sh.notable(sh.issues())
		if err := sh.correctionsSince(tx, v.Since, v.Corrections); err != nil {
			return err
		}
		var who []string // attached evidence
		for code, attached := range sh.proof {
			if v.Proofs[code], err = proofs(tx, unit, attached); err != nil {
				return err
			}
			who = append(who, proofPeople(v.Proofs[code])...)
		}
		if v.Explanations, err = sheetExplanations(tx, set, m, unit); err != nil {
			return err
		}
		people, err := names(tx, append(who, eventPeople(v.History)...))
		for login, name := range people {
			v.Names[login] = name
		}
		return err
	})
	return v, err
}

// refusal returns why the actor cannot take a step that the state of the sheet and their role allow, or nil.
func (sh *sheet) refusal(tx *store.Tx, action kpi.Action, actor kpi.Actor) error {
	if err := allows(sh.round, sh.Sheet, action, actor); err != nil {
		return err
	}
	if action == kpi.ActApprove || action == kpi.ActAccept {
		return sh.notOwn(tx, actor.User)
	}
	return nil
}

// correctionsSince notes the cells that say something else than they did at instant t.
func (sh *sheet) correctionsSince(tx *store.Tx, t time.Time, into map[string]Correction) error {
	if t.IsZero() {
		return nil
	}
	for code, c := range sh.cells {
		if !c.At.After(t) {
			continue
		}
		then, now, err := cellSince(tx, *sh.defs.of(code), c, t)
		if err != nil {
			return err
		}
		if then != now {
			into[code] = Correction{then, now}
		}
	}
	return nil
}

// cellSince returns what a cell said at instant t and what it says now, the same if its history does not tell. An
// explanation that has stayed the same is left out of both.
func cellSince(tx *store.Tx, ind kpi.Indicator, c kpi.Cell, t time.Time) (then, now string, err error) {
	now, n := traceWithNote(ind, c), 0
	then = now
	for ev, err := range tx.History("cell/" + c.ID()) {
		if err != nil {
			return "", "", err
		}
		if n++; !ev.At.After(t) || n > maxHistory {
			break
		}
		if ev.Verb == kpi.VerbSave {
			then = ev.Old
		}
	}
	if i := strings.Index(now, noteMark); i >= 0 && strings.HasSuffix(then, now[i:]) {
		then, now = strings.TrimSuffix(then, now[i:]), now[:i]
	}
	return then, now, nil
}
