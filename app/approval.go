package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// SheetID names the sheet that a workflow step is about, and the version of it that the person saw.
type SheetID struct {
	Set   string
	Month kpi.Month
	Unit  string
	Seen  uint32
}

// Submit hands the sheet to the unit's approver. What blocks it comes back as an Invalid error whose Fields tell
// each cell's sentence.
func (a *App) Submit(actor kpi.Actor, id SheetID) error {
	return a.step(actor, id, kpi.ActSubmit, func(tx *store.Tx, sh *sheet) (kpi.Event, error) {
		if err := a.readContext(tx, sh); err != nil {
			return kpi.Event{}, err
		}
		if blocking := sh.blocking(); len(blocking) > 0 {
			return kpi.Event{}, blocked(blocking)
		}
		sh.Submit = kpi.Step{By: actor.User.Login, At: actor.At}
		verb := kpi.VerbSubmit
		if sh.Returned == kpi.ByUnit {
			sh.Returned, sh.Reason = "", ""
		}
		return actor.Event(verb, "", "", fmt.Sprintf("%d/%d ô", sh.filled(), len(sh.due)), ""), nil
	})
}

// blocking returns what stands in the way of submission. Of a sheet that was reopened for some of its cells, the
// others are not asked about: nobody can change them.
func (sh *sheet) blocking() []kpi.Issue {
	issues := kpi.Blocking(sh.issues(), sh.cells)
	if sh.Reopened.Until.IsZero() {
		return issues
	}
	return slices.DeleteFunc(issues, func(i kpi.Issue) bool { return !sh.Reopened.Has(i.Indicator) })
}

func blocked(issues []kpi.Issue) error {
	fields := map[string]string{}
	for _, i := range issues {
		if fields[i.Indicator] == "" {
			fields[i.Indicator] = i.Text
		}
	}
	return &kpi.Error{Kind: kpi.Invalid, Fields: fields,
		Msg: fmt.Sprintf("Chưa trình được: còn %d ô phải sửa hoặc giải trình.", len(fields))}
}

// Recall takes a submitted sheet back before the approver has handled it.
func (a *App) Recall(actor kpi.Actor, id SheetID) error {
	return a.step(actor, id, kpi.ActRecall, func(*store.Tx, *sheet) (kpi.Event, error) {
		return actor.Event(kpi.VerbRecall, "", "", "", ""), nil
	})
}

// Approve signs the sheet off for the unit and sends it to the province. Its instant decides whether the unit was on
// time. Approving what the same person has approved already changes nothing.
func (a *App) Approve(actor kpi.Actor, id SheetID) error {
	return a.step(actor, id, kpi.ActApprove, func(tx *store.Tx, sh *sheet) (kpi.Event, error) {
		if err := sh.notOwn(tx, actor.User); err != nil {
			return kpi.Event{}, err
		}
		sh.Approve = kpi.Step{By: actor.User.Login, At: actor.At, For: actor.User.SignsFor(id.Unit)}
		if sh.FirstApproval.IsZero() {
			sh.FirstApproval = actor.At
		}
		timing := sh.Timing(sh.Deadline(sh.round), actor.At).Label()
		if sh.Returned != kpi.ByProvince {
			if err := sh.clearReviews(tx, actor, kpi.VerbApprove, nil); err != nil {
				return kpi.Event{}, err
			}
		}
		return actor.Event(kpi.VerbApprove, "", "", timing, ""), nil
	})
}

// Withdraw takes back what the unit has approved while the province has not decided: the sheet stands before the unit's
// approver again. An approval that was taken back does not count as on time.
func (a *App) Withdraw(actor kpi.Actor, id SheetID) error {
	return a.step(actor, id, kpi.ActWithdraw, func(_ *store.Tx, sh *sheet) (kpi.Event, error) {
		if sh.FirstApproval.Equal(sh.Approve.At) {
			sh.FirstApproval = time.Time{}
		}
		sh.Approve = kpi.Step{}
		return actor.Event(kpi.VerbRecall, "", "", "", ""), nil
	})
}

// Accept takes the unit's figures as the province's. Accepting twice changes nothing.
func (a *App) Accept(actor kpi.Actor, id SheetID) error {
	return a.step(actor, id, kpi.ActAccept, func(tx *store.Tx, sh *sheet) (kpi.Event, error) { return sh.accept(tx, actor) })
}

func (sh *sheet) accept(tx *store.Tx, actor kpi.Actor) (kpi.Event, error) {
	if err := sh.notOwn(tx, actor.User); err != nil {
		return kpi.Event{}, err
	}
	sh.Accept = kpi.Step{By: actor.User.Login, At: actor.At}
	sh.Returned, sh.Reason, sh.Reopened = "", "", kpi.Opening{}
	return actor.Event(kpi.VerbAccept, "", "", "", ""), sh.clearReviews(tx, actor, kpi.VerbAccept, nil)
}

// AcceptClean accepts a sheet that nobody has looked at, from the list of those that wait. One with a cell that asks
// for a look is refused.
func (a *App) AcceptClean(actor kpi.Actor, id SheetID) error {
	return a.step(actor, id, kpi.ActAccept, func(tx *store.Tx, sh *sheet) (kpi.Event, error) {
		asked, err := sheetExplanations(tx, sh.Set, sh.Month, sh.Unit)
		if err != nil {
			return kpi.Event{}, err
		}
		st, err := a.standing(tx, actor.At, sh.Sheet)
		if err != nil {
			return kpi.Event{}, err
		}
		if st.notable+len(asked) > 0 {
			return kpi.Event{}, kpi.Errorf(kpi.Conflict, "Biểu có ô cần chú ý nên không phê duyệt thẳng từ danh sách. Mở biểu, xem rồi phê duyệt.")
		}
		return sh.accept(tx, actor)
	})
}

// UndoAccept takes the province's acceptance back, with a reason: the sheet waits for the province again.
func (a *App) UndoAccept(actor kpi.Actor, id SheetID, reason string) error {
	reason, err := kpi.RequiredReason(reason, "Ghi lý do hủy phê duyệt.")
	if err != nil {
		return err
	}
	return a.step(actor, id, kpi.ActUndoAccept, func(_ *store.Tx, sh *sheet) (kpi.Event, error) {
		sh.Accept = kpi.Step{}
		return actor.Event(kpi.VerbUndo, "", "", "", reason), nil
	})
}

// UnitReturn sends the sheet back to the unit's clerk, with a reason for the whole sheet, reasons for cells, or both.
func (a *App) UnitReturn(actor kpi.Actor, id SheetID, reason string, cells map[string]string) error {
	return a.step(actor, id, kpi.ActUnitReturn, func(tx *store.Tx, sh *sheet) (kpi.Event, error) {
		if strings.TrimSpace(reason) == "" && len(cells) == 0 {
			return kpi.Event{}, &kpi.Error{Kind: kpi.Invalid, Msg: "Ghi lý do trả lại: lý do chung hoặc góp ý ở từng ô.",
				Fields: map[string]string{"reason": "Lý do trả lại là bắt buộc."}}
		}
		if sh.Returned == kpi.ByProvince { // the unit cannot open what the province let stand
			for code := range cells {
				if c := sh.cells[code]; c.Review != kpi.ReviewReturned {
					return kpi.Event{}, kpi.Errorf(kpi.Conflict, "Tỉnh chỉ trả lại các ô có lý do; ô %s giữ nguyên số đã duyệt nên không trả lại được.", kpi.Clip(code, 32))
				}
			}
		} else {
			sh.Returned = kpi.ByUnit
		}
		return sh.sendBack(tx, actor, reason, cells)
	})
}

// ProvinceReturn sends cells of the sheet back to the unit, each with a reason. The other cells stand, those too that
// came back corrected from an earlier return.
func (a *App) ProvinceReturn(actor kpi.Actor, id SheetID, reason string, cells map[string]string) error {
	return a.step(actor, id, kpi.ActProvinceReturn, func(tx *store.Tx, sh *sheet) (kpi.Event, error) {
		if len(cells) == 0 {
			return kpi.Event{}, kpi.Errorf(kpi.Invalid, "Ghi lý do ở mục Góp ý của ít nhất một ô cần trả lại.")
		}
		if err := sh.clearReviews(tx, actor, kpi.VerbAccept, cells); err != nil {
			return kpi.Event{}, err
		}
		sh.Returned = kpi.ByProvince
		return sh.sendBack(tx, actor, reason, cells)
	})
}

// sendBack marks the named cells as returned, each under its own event.
func (sh *sheet) sendBack(tx *store.Tx, actor kpi.Actor, reason string, cells map[string]string) (kpi.Event, error) {
	reason, err := kpi.CleanText(reason, "Lý do trả lại")
	if err != nil {
		return kpi.Event{}, err
	}
	codes := make([]string, 0, len(cells))
	for code := range cells {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, kpi.CompareCodes)
	for _, code := range codes {
		why, err := kpi.CleanText(cells[code], "Lý do trả lại ô "+kpi.Clip(code, 32))
		if err != nil {
			return kpi.Event{}, err
		}
		c, ok := sh.cells[code]
		switch {
		case !ok:
			return kpi.Event{}, kpi.Errorf(kpi.Invalid, "Chỉ số %s không có trong biểu này.", kpi.Clip(code, 32))
		case why == "":
			return kpi.Event{}, &kpi.Error{Kind: kpi.Invalid, Msg: "Ô " + code + " chưa có lý do trả lại.", Fields: map[string]string{code: "Lý do trả lại là bắt buộc."}}
		}
		c.Review, c.ReviewNote, c.ReviewBy = kpi.ReviewReturned, why, actor.User.Login
		ev := actor.Event(kpi.VerbReturn, "cell/"+c.ID(), "", traceWithNote(*sh.defs.of(code), c), why)
		if err := tx.PutCell(c, ev); err != nil {
			return kpi.Event{}, err
		}
	}
	sh.Reason = reason
	sh.Return = kpi.Step{By: actor.User.Login, At: actor.At}
	return actor.Event(kpi.VerbReturn, "", "", strings.Join(codes, ", "), reason), nil
}

// clearReviews takes the marks of earlier returns off the cells but for those that are returned again; verb is the
// step that does so.
func (sh *sheet) clearReviews(tx *store.Tx, actor kpi.Actor, verb kpi.Verb, again map[string]string) error {
	for _, ind := range sh.due {
		c := sh.cells[ind.Code]
		if _, returned := again[ind.Code]; returned || c.Review == kpi.ReviewOpen {
			continue
		}
		c.Review, c.ReviewNote, c.ReviewBy = kpi.ReviewOpen, "", ""
		if err := tx.PutCell(c, actor.Event(verb, "cell/"+c.ID(), "", traceWithNote(*ind, c), "")); err != nil {
			return err
		}
	}
	return nil
}

// notOwn returns a Denied error if the user submitted the sheet or ever wrote one of its cells.
func (sh *sheet) notOwn(tx *store.Tx, u kpi.User) error {
	makers, err := sh.makers(tx)
	if err != nil {
		return err
	}
	return kpi.NotOwn(u, sh.Sheet, makers)
}

// makers returns the logins of all who ever wrote a cell of the sheet, each once. A cell names only who wrote it last,
// perhaps a note beside another's number, so its history is asked as well.
func (sh *sheet) makers(tx *store.Tx) ([]string, error) {
	var makers []string
	add := func(login string) {
		if login != "" && !slices.Contains(makers, login) {
			makers = append(makers, login)
		}
	}
	for _, c := range sh.cells {
		add(c.By)
		if c.Version < 2 {
			continue
		}
		for ev, err := range tx.History("cell/" + c.ID()) {
			if err != nil {
				return nil, err
			}
			if ev.Verb == kpi.VerbSave {
				add(ev.By)
			}
		}
	}
	return makers, nil
}

// step takes one workflow step: it asks whether the actor may, whether the round and the state allow it, whether the
// sheet is still the one that was seen, lets decide change the sheet, and stores it with its event.
func (a *App) step(actor kpi.Actor, id SheetID, action kpi.Action, decide func(*store.Tx, *sheet) (kpi.Event, error)) error {
	if err := kpi.MayAct(actor.User, action, id.Unit); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		sh, err := a.readBare(tx, actor.At, id.Set, id.Month, id.Unit)
		if err != nil {
			return err
		}
		if err := allows(sh.round, sh.Sheet, action, actor); err != nil {
			return err
		}
		to, err := kpi.Next(sh.State, action)
		if err != nil {
			if already, done := sh.already(tx, action, actor, id.Seen); already {
				return done
			}
			return err
		}
		if err := kpi.SeenVersion(sh.Sheet, id.Seen); err != nil {
			return err
		}
		ev, err := decide(tx, sh)
		if err != nil {
			return err
		}
		if ev, err = onBehalf(tx, actor, action, id.Unit, ev); err != nil {
			return err
		}
		ev.Object = "sheet/" + sh.ID()
		sh.State = to
		sh.Version++
		return tx.PutSheet(sh.Sheet, ev)
	})
}

// allows returns nil if the round's dates let the actor take the action. The province may still accept after the
// lock, and take that back, until the round is closed; then it may accept what it has let the unit add.
func allows(round kpi.Round, s kpi.Sheet, action kpi.Action, actor kpi.Actor) error {
	switch {
	case action == kpi.ActAccept && !s.Reopened.Until.IsZero(),
		(action == kpi.ActAccept || action == kpi.ActUndoAccept) && !round.IsClosed():
		return nil
	}
	return round.Admits(s, actor.At)
}

// already tells what became of a step that somebody has taken before: nil for the same person, who perhaps pressed
// twice, a Conflict that names the other for anybody else. A step back counts as the same one only if it was the last
// that was taken with the sheet, and on the version that the person saw.
func (sh *sheet) already(tx *store.Tx, action kpi.Action, actor kpi.Actor, seen uint32) (bool, error) {
	var done kpi.Step
	switch {
	case action == kpi.ActSubmit && sh.State == kpi.Submitted:
		done = sh.Submit
	case action == kpi.ActApprove && sh.State == kpi.Approved:
		done = sh.Approve
	case action == kpi.ActAccept && sh.State == kpi.Accepted:
		done = sh.Accept
	default:
		last, err := lastChange(tx, "sheet/"+sh.ID())
		return err != nil || last.By == actor.User.Login && last.Verb == action.Verb() && sh.Version == seen+1, err
	}
	if done.By == actor.User.Login {
		return true, nil
	}
	who, err := names(tx, []string{done.By})
	if err != nil {
		return true, err
	}
	return true, kpi.Errorf(kpi.Conflict, "%s đã %s biểu này lúc %s.", who[done.By], strings.ToLower(action.Label()), kpi.FormatTime(done.At))
}
