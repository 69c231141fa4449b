package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// maxReopenings bounds the list of requests and how many one sheet may have.
const maxReopenings = 200

// ReopenView is one request with what is needed to decide about it.
type ReopenView struct {
	kpi.Reopening
	Set    kpi.IndicatorSet
	Round  kpi.Round
	Unit   kpi.Unit
	Sheet  kpi.Sheet
	Cells  []SheetRow // of the sheet: those asked for first of all
	Names  map[string]string
	Decide bool // the actor may decide now
}

// AskReopening records that the unit wants to change or add the given cells of a sheet that takes no changes now.
func (a *App) AskReopening(actor kpi.Actor, set string, m kpi.Month, unit string, cells []string, reason string) error {
	if err := mayAskReopening(actor.User, unit); err != nil {
		return err
	}
	reason, err := kpi.RequiredReason(reason, "Ghi lý do đề nghị mở lại.")
	if err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		sh, err := a.readSheet(tx, actor.At, set, m, unit)
		if err != nil {
			return err
		}
		if cells, err = sh.chosen(cells); err != nil {
			return err
		}
		if sh.takes(actor, cells) {
			return kpi.Errorf(kpi.Conflict, "Biểu đang mở, nhập thẳng vào biểu; không cần đề nghị mở lại.")
		}
		if actor.At.Before(sh.round.Opens) {
			return sh.round.Open(actor.At)
		}
		list, err := tx.SheetReopenings(set, m, unit)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, kpi.Reopening.Waits) {
			return kpi.Errorf(kpi.Conflict, "Biểu này đã có một yêu cầu mở lại đang chờ Sở Khoa học và Công nghệ quyết định.")
		}
		if len(list) >= maxReopenings {
			return kpi.Errorf(kpi.Conflict, "Biểu này đã có %d yêu cầu mở lại. Liên hệ Sở Khoa học và Công nghệ.", len(list))
		}
		r := kpi.Reopening{Set: set, Month: m, Unit: unit, Number: len(list) + 1, Cells: cells, Reason: reason,
			Asked: kpi.Step{By: actor.User.Login, At: actor.At}}
		return tx.PutReopening(r, actor.Event(kpi.VerbAsk, "sheet/"+sh.ID(), "", strings.Join(cells, ", "), reason))
	})
}

// mayAskReopening: a sheet is reopened for those who enter or approve it.
func mayAskReopening(u kpi.User, unit string) error {
	if err := kpi.MaySeeUnit(u, unit); err != nil {
		return err
	}
	if !u.Has(kpi.Clerk, unit) && !u.Has(kpi.Approver, unit) {
		return kpi.Errorf(kpi.Denied, "Chỉ người nhập liệu hoặc người duyệt của đơn vị được đề nghị mở lại biểu.")
	}
	return nil
}

// chosen returns the codes of due cells among those given, in the order of the sheet; none or a foreign one is refused.
func (sh *sheet) chosen(codes []string) ([]string, error) {
	var out []string
	for _, ind := range sh.due {
		if slices.Contains(codes, ind.Code) {
			out = append(out, ind.Code)
		}
	}
	if len(out) == 0 {
		return nil, &kpi.Error{Kind: kpi.Invalid, Msg: "Chọn ít nhất một ô.", Fields: map[string]string{"cells": "Chọn ít nhất một ô."}}
	}
	for _, code := range codes {
		if !slices.Contains(out, code) {
			return nil, kpi.Errorf(kpi.Invalid, "Chỉ số %s không có trong biểu này.", kpi.Clip(code, 32))
		}
	}
	return out, nil
}

// takes reports whether somebody of the unit can change all the cells without a reopening.
func (sh *sheet) takes(actor kpi.Actor, codes []string) bool {
	switch {
	case sh.State == kpi.Submitted:
		return sh.round.Open(actor.At) == nil // it can be recalled
	case sh.round.Admits(sh.Sheet, actor.At) != nil:
		return false
	}
	for _, code := range codes {
		if kpi.Editable(sh.Sheet, sh.cells[code]) != nil {
			return false
		}
	}
	return true
}

// DecideReopening grants a request for some hours and for the chosen cells, or refuses it with an answer.
func (a *App) DecideReopening(actor kpi.Actor, set string, m kpi.Month, unit string, number int, grant bool, cells []string, hours int, answer string) error {
	if err := kpi.May(actor.User, kpi.DecideReopening); err != nil {
		return err
	}
	answer, err := kpi.CleanText(answer, "Ý kiến")
	if err != nil {
		return err
	}
	switch {
	case grant && (hours < 1 || hours > kpi.MaxHours):
		return &kpi.Error{Kind: kpi.Invalid, Msg: fmt.Sprintf("Số giờ mở lại từ 1 đến %d.", kpi.MaxHours), Fields: map[string]string{"hours": fmt.Sprintf("Ghi số giờ từ 1 đến %d.", kpi.MaxHours)}}
	case !grant && answer == "":
		return &kpi.Error{Kind: kpi.Invalid, Msg: "Ghi lý do không đồng ý.", Fields: map[string]string{"answer": "Ghi lý do không đồng ý."}}
	}
	return a.store.Update(func(tx *store.Tx) error {
		r, err := tx.Reopening(set, m, unit, number)
		if err != nil {
			return err
		}
		if !r.Waits() {
			if r.Decided.By == actor.User.Login && r.Granted == grant {
				return nil // pressed twice
			}
			return kpi.Errorf(kpi.Conflict, "Yêu cầu này đã được quyết định lúc %s.", kpi.FormatTime(r.Decided.At))
		}
		r.Decided, r.Answer, r.Granted = kpi.Step{By: actor.User.Login, At: actor.At}, answer, grant
		if !grant {
			return tx.PutReopening(r, actor.Event(kpi.VerbRefuse, "sheet/"+set+"/"+m.String()+"/"+unit, "", "Không mở lại", answer))
		}
		sh, err := a.readSheet(tx, actor.At, set, m, unit)
		if err != nil {
			return err
		}
		if r.Cells, err = sh.chosen(cells); err != nil {
			return err
		}
		r.Until = actor.At.Add(time.Duration(hours) * time.Hour)
		if err := sh.reopen(tx, actor, r); err != nil {
			return err
		}
		what := fmt.Sprintf("%s; đến %s", strings.Join(r.Cells, ", "), kpi.FormatTime(r.Until))
		return tx.PutReopening(r, actor.Event(kpi.VerbReopen, "sheet/"+sh.ID(), "", what, r.Reason))
	})
}

// reopen brings the sheet back to the unit with the granted cells open. What the province had let stand stays.
func (sh *sheet) reopen(tx *store.Tx, actor kpi.Actor, r kpi.Reopening) error {
	if sh.State == kpi.Accepted || sh.State == kpi.Approved || sh.Returned == kpi.ByProvince {
		sh.Returned = kpi.ByProvince
		why := map[string]string{}
		for _, code := range r.Cells {
			why[code] = kpi.Clip("Mở lại theo đề nghị: "+r.Reason, kpi.MaxNote)
		}
		if _, err := sh.sendBack(tx, actor, "Mở lại theo đề nghị của đơn vị", why); err != nil {
			return err
		}
	}
	sh.State = kpi.Draft
	sh.Version++
	sh.Reopened = kpi.Opening{Number: r.Number, Cells: r.Cells, Until: r.Until}
	return tx.PutSheet(sh.Sheet, actor.Event(kpi.VerbReopen, "sheet/"+sh.ID(), "", strings.Join(r.Cells, ", "), r.Reason))
}

// Reopening returns one request with its sheet.
func (a *App) Reopening(actor kpi.Actor, set string, m kpi.Month, unit string, number int) (v ReopenView, err error) {
	if err := kpi.MaySeeUnit(actor.User, unit); err != nil {
		return v, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		r, err := tx.Reopening(set, m, unit, number)
		if err != nil {
			return err
		}
		v, err = a.reopenView(tx, actor, r)
		return err
	})
	return v, err
}

// NewReopening returns what the unit chooses from when it asks: the cells of its sheet and the earlier requests.
func (a *App) NewReopening(actor kpi.Actor, set string, m kpi.Month, unit string) (v ReopenView, earlier []kpi.Reopening, err error) {
	if err := mayAskReopening(actor.User, unit); err != nil {
		return v, nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		if v, err = a.reopenView(tx, actor, kpi.Reopening{Set: set, Month: m, Unit: unit}); err != nil {
			return err
		}
		earlier, err = tx.SheetReopenings(set, m, unit)
		return err
	})
	return v, earlier, err
}

func (a *App) reopenView(tx *store.Tx, actor kpi.Actor, r kpi.Reopening) (v ReopenView, err error) {
	sh, err := a.readSheet(tx, actor.At, r.Set, r.Month, r.Unit)
	if err != nil {
		return v, err
	}
	v = ReopenView{Reopening: r, Set: sh.defs.set, Round: sh.round, Unit: sh.unit, Sheet: sh.Sheet, Decide: r.Waits() && r.Number > 0 && kpi.May(actor.User, kpi.DecideReopening) == nil}
	for _, ind := range sh.due {
		v.Cells = append(v.Cells, SheetRow{Indicator: ind, Cell: sh.cells[ind.Code]})
	}
	slices.SortStableFunc(v.Cells, func(x, y SheetRow) int {
		return boolOrder(slices.Contains(r.Cells, y.Indicator.Code)) - boolOrder(slices.Contains(r.Cells, x.Indicator.Code))
	})
	v.Names, err = names(tx, []string{r.Asked.By, r.Decided.By})
	return v, err
}

// Reopenings returns the requests that the actor may see, those that wait first, then the latest.
func (a *App) Reopenings(actor kpi.Actor) (list []ReopenView, err error) {
	all := kpi.May(actor.User, kpi.SeeBoard) == nil
	err = a.store.View(func(tx *store.Tx) error {
		requests, err := tx.Reopenings()
		if err != nil {
			return err
		}
		if !all {
			mine := actor.User.Units(kpi.Clerk, kpi.Approver)
			requests = slices.DeleteFunc(requests, func(r kpi.Reopening) bool { return !slices.Contains(mine, r.Unit) })
		}
		slices.SortStableFunc(requests, func(x, y kpi.Reopening) int {
			return cmp.Or(boolOrder(y.Waits())-boolOrder(x.Waits()), y.Asked.At.Compare(x.Asked.At))
		})
		for _, r := range requests[:min(len(requests), maxReopenings)] {
			v := ReopenView{Reopening: r, Decide: r.Waits() && kpi.May(actor.User, kpi.DecideReopening) == nil}
			if v.Unit, err = tx.Unit(r.Unit); err != nil {
				return err
			}
			if v.Set, err = tx.Set(r.Set); err != nil {
				return err
			}
			if v.Names, err = names(tx, []string{r.Asked.By, r.Decided.By}); err != nil {
				return err
			}
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

// ExtendUnit gives one unit a later deadline for its sheet, with a reason. It moves no date of the round.
func (a *App) ExtendUnit(actor kpi.Actor, set string, m kpi.Month, unit string, due time.Time, reason string) error {
	return a.changeRound(actor, kpi.ManageRounds, set, m, reason, "Ghi lý do gia hạn.", func(tx *store.Tx, r kpi.Round, reason string) error {
		s, err := tx.Sheet(set, m, unit)
		if err != nil {
			return err
		}
		old := s.Deadline(r)
		switch {
		case !due.After(r.UnitDue):
			return &kpi.Error{Kind: kpi.Invalid, Msg: fmt.Sprintf("Hạn mới phải sau hạn chung (%s).", kpi.FormatDeadline(r.UnitDue)), Fields: map[string]string{"due": "Chọn ngày sau hạn chung: " + kpi.FormatDeadline(r.UnitDue) + "."}}
		case due.After(r.Locks):
			return &kpi.Error{Kind: kpi.Invalid, Msg: fmt.Sprintf("Hạn mới không được sau lúc khóa kỳ (%s).", kpi.FormatDeadline(r.Locks)), Fields: map[string]string{"due": "Chọn ngày không sau lúc khóa kỳ: " + kpi.FormatDeadline(r.Locks) + "."}}
		case due.Equal(old):
			return nil
		}
		if err := unchanged(tx, actor, "sheet/"+s.ID()); err != nil {
			return err
		}
		s.Extended = due
		return tx.PutSheet(s, actor.Event(kpi.VerbDates, "sheet/"+s.ID(), kpi.FormatDeadline(old), kpi.FormatDeadline(due), reason))
	})
}
