package app

import (
	"fmt"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// sheetPlan is the life of one sheet of the demo before any of it is stored: who does what, and when.
type sheetPlan struct {
	unit    *demoUnit
	due     []*kpi.Indicator
	source  kpi.Source
	steps   []planStep
	entered []kpi.Cell // as they stand in the end
}

// planStep is one step: run does it, with the sheet as the steps before have left it.
type planStep struct {
	at  time.Time
	who kpi.Role // in the unit or in the province
	run func(*demoSheet, *store.Tx, kpi.Actor) error
}

// demoSheet is a sheet in the middle of its life.
type demoSheet struct {
	sheet
	source kpi.Source
}

func (p *sheetPlan) then(at time.Time, who kpi.Role, run func(*demoSheet, *store.Tx, kpi.Actor) error) {
	p.steps = append(p.steps, planStep{at.UTC(), who, run})
}

// enter plans that the content is saved into its cell.
func (p *sheetPlan) enter(at time.Time, content kpi.Cell) {
	p.then(at, kpi.Clerk, func(d *demoSheet, tx *store.Tx, actor kpi.Actor) error {
		ind, old := *d.defs.of(content.Indicator), d.cells[content.Indicator]
		c := content
		c.Version, c.By, c.At, c.Source, c.Definition = old.Version+1, actor.User.Login, actor.At, d.source, ind.From
		c.Review, c.ReviewNote, c.ReviewBy = old.Review, old.ReviewNote, old.ReviewBy
		d.cells[c.Indicator] = c
		return tx.PutCell(c, actor.Event(kpi.VerbSave, "cell/"+c.ID(), traceWithNote(ind, old), traceWithNote(ind, c), ""))
	})
}

// step plans a workflow step, as App.step takes it.
func (p *sheetPlan) step(at time.Time, who kpi.Role, action kpi.Action, decide func(*demoSheet, *store.Tx, kpi.Actor) (kpi.Event, error)) {
	p.then(at, who, func(d *demoSheet, tx *store.Tx, actor kpi.Actor) error {
		to, err := kpi.Next(d.State, action)
		if err != nil {
			return fmt.Errorf("%s at %s: %w", d.ID(), actor.At, err)
		}
		ev, err := decide(d, tx, actor)
		if err != nil {
			return err
		}
		ev.Object = "sheet/" + d.ID()
		d.State = to
		d.Version++
		return tx.PutSheet(d.Sheet, ev)
	})
}

func (p *sheetPlan) submit(at time.Time) {
	p.step(at, kpi.Clerk, kpi.ActSubmit, func(d *demoSheet, _ *store.Tx, actor kpi.Actor) (kpi.Event, error) {
		d.Submit = kpi.Step{By: actor.User.Login, At: actor.At}
		if d.Returned == kpi.ByUnit {
			d.Returned, d.Reason = "", ""
		}
		return actor.Event(kpi.VerbSubmit, "", "", fmt.Sprintf("%d/%d ô", d.filled(), len(d.due)), ""), nil
	})
}

func (p *sheetPlan) approve(at time.Time) {
	p.step(at, kpi.Approver, kpi.ActApprove, func(d *demoSheet, tx *store.Tx, actor kpi.Actor) (kpi.Event, error) {
		d.Approve = kpi.Step{By: actor.User.Login, At: actor.At}
		if d.FirstApproval.IsZero() {
			d.FirstApproval = actor.At
		}
		ev := actor.Event(kpi.VerbApprove, "", "", d.Timing(d.round.UnitDue, actor.At).Label(), "")
		if d.Returned == kpi.ByProvince {
			return ev, nil
		}
		return ev, d.clear(tx, actor, kpi.VerbApprove)
	})
}

func (p *sheetPlan) accept(at time.Time) {
	p.step(at, kpi.Coordinator, kpi.ActAccept, func(d *demoSheet, tx *store.Tx, actor kpi.Actor) (kpi.Event, error) {
		d.Accept = kpi.Step{By: actor.User.Login, At: actor.At}
		d.Returned, d.Reason = "", ""
		return actor.Event(kpi.VerbAccept, "", "", "", ""), d.clear(tx, actor, kpi.VerbAccept)
	})
}

// sendBack plans that one cell is returned, by the unit's approver or by the province.
func (p *sheetPlan) sendBack(at time.Time, action kpi.Action, code, why string) {
	who, stage := kpi.Approver, kpi.ByUnit
	if action == kpi.ActProvinceReturn {
		who, stage = kpi.Coordinator, kpi.ByProvince
	}
	p.step(at, who, action, func(d *demoSheet, tx *store.Tx, actor kpi.Actor) (kpi.Event, error) {
		d.Returned = stage
		ev, err := d.sheet.sendBack(tx, actor, "", map[string]string{code: why})
		c := d.cells[code]
		c.Review, c.ReviewNote, c.ReviewBy = kpi.ReviewReturned, why, actor.User.Login
		d.cells[code] = c
		return ev, err
	})
}

// clear takes the marks of returns off the cells.
func (d *demoSheet) clear(tx *store.Tx, actor kpi.Actor, verb kpi.Verb) error {
	if err := d.clearReviews(tx, actor, verb, nil); err != nil {
		return err
	}
	for code, c := range d.cells {
		if c.Review != kpi.ReviewOpen {
			c.Review, c.ReviewNote, c.ReviewBy = kpi.ReviewOpen, "", ""
			d.cells[code] = c
		}
	}
	return nil
}

// wrong returns a content that somebody could have entered by mistake instead of c and that passes the checks on
// saving; ok is false where there is none. Far off is a slip of the keyboard, a digit too many or too few; else it
// is a little too low.
func wrong(ind kpi.Indicator, c kpi.Cell, far bool) (kpi.Cell, bool) {
	if c.Content != kpi.HasValue || c.Note != "" {
		return c, false
	}
	x := c.Value
	if ind.Kind == kpi.KindRatio {
		x = c.Num.V
	}
	coef, scale := x.Parts()
	switch {
	case ind.Kind != kpi.KindRatio && ind.Kind != kpi.KindNumber, coef < 2:
		return c, false
	case !far:
		coef -= max(1, coef/40)
	case ind.Kind == kpi.KindRatio:
		coef /= 10
	default:
		coef *= 10
	}
	x = kpi.NewDecimal(coef, scale)
	if ind.Kind == kpi.KindNumber {
		c.Value = x
	} else {
		c.Num = kpi.Some(x)
	}
	c.Confirmed = false
	return c, kpi.CheckHard(ind, c) == nil
}
