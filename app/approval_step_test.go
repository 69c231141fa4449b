package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// take takes any step of the workflow with the sheet of SYT.
func (f month) take(actor kpi.Actor, action kpi.Action, id SheetID) error {
	switch action {
	case kpi.ActEnter:
		raw := "7"
		_, err := f.SaveCells(actor, id.Set, id.Month, id.Unit, []CellSave{{Indicator: "1", Version: 1, Entry: kpi.Entry{Raw: &raw}}})
		return err
	case kpi.ActSubmit:
		return f.Submit(actor, id)
	case kpi.ActRecall:
		return f.Recall(actor, id)
	case kpi.ActUnitReturn:
		return f.UnitReturn(actor, id, "Xem lại", nil)
	case kpi.ActApprove:
		return f.Approve(actor, id)
	case kpi.ActWithdraw:
		return f.Withdraw(actor, id)
	case kpi.ActProvinceReturn:
		return f.ProvinceReturn(actor, id, "", map[string]string{"1": "Sai"})
	case kpi.ActAccept:
		return f.Accept(actor, id)
	}
	return f.UndoAccept(actor, id, "Duyệt nhầm")
}

// TestSteps_WholeProduct takes every action in every state in every role: it succeeds exactly where the reviewed table
// of app/kpi says so, leads to the state that it names, and changes nothing elsewhere.
func TestSteps_WholeProduct(t *testing.T) {
	t.Parallel()
	for _, state := range []kpi.State{kpi.Draft, kpi.Submitted, kpi.Approved, kpi.Accepted} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			f := newMonth(t)
			f.upTo(t, state)
			for _, action := range kpi.Actions() {
				for _, role := range kpi.Roles() {
					u := kpi.User{Login: "ai." + string(role), Grants: []kpi.Grant{{Role: role}}}
					if role.Scoped() {
						u.Grants[0].Unit = "SYT"
					}
					to, want := kpi.Next(state, action)
					if want == nil {
						want = kpi.MayAct(u, action, "SYT")
					}
					before := f.sheet(t, "SYT").Sheet
					err := f.take(kpi.Actor{User: u, At: f.Now()}, action, f.id(t, "SYT"))
					after := f.sheet(t, "SYT").Sheet
					if want == nil {
						if err != nil || after.State != to {
							t.Errorf("%s by %s: %v, state %s, want %s", action, role, err, after.State, to)
						}
						f.must(t, f.store.Update(func(tx *store.Tx) error {
							return tx.PutSheet(before, f.System().Event(kpi.VerbChange, "test", "", "", ""))
						}))
						continue
					}
					if kpi.KindOf(err) == 0 || after.State != state || after.Version != before.Version {
						t.Errorf("%s by %s: %v, state %s", action, role, err, after.State)
					}
				}
			}
		})
	}
}

// TestSteps_SentTwice_SameAnswer: the form of a step that arrives twice has the same answer and one effect.
func TestSteps_SentTwice_SameAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   kpi.State
		action kpi.Action
		login  string
	}{{kpi.Draft, kpi.ActSubmit, "nhap"}, {kpi.Submitted, kpi.ActRecall, "nhap"}, {kpi.Submitted, kpi.ActUnitReturn, "duyet"}, {kpi.Submitted, kpi.ActApprove, "duyet"},
		{kpi.Approved, kpi.ActWithdraw, "duyet"}, {kpi.Approved, kpi.ActProvinceReturn, "dieuphoi"}, {kpi.Approved, kpi.ActAccept, "dieuphoi"}, {kpi.Accepted, kpi.ActUndoAccept, "dieuphoi"}} {
		t.Run(string(c.action), func(t *testing.T) {
			t.Parallel()
			f := newMonth(t)
			f.upTo(t, c.from)
			id := f.id(t, "SYT")
			f.must(t, f.take(f.as(t, c.login), c.action, id))
			once := f.sheet(t, "SYT").Sheet
			f.clock.forward(time.Second)
			f.must(t, f.take(f.as(t, c.login), c.action, id))
			if twice := f.sheet(t, "SYT").Sheet; twice.Version != once.Version || twice.State != once.State {
				t.Errorf("%+v, then %+v", once, twice)
			}
		})
	}
}

// TestSteps_OldPage_Conflict: who looked at an older version of the sheet decides nothing.
func TestSteps_OldPage_Conflict(t *testing.T) {
	t.Parallel()
	for from, actions := range map[kpi.State][]kpi.Action{kpi.Submitted: {kpi.ActRecall, kpi.ActUnitReturn, kpi.ActApprove},
		kpi.Approved: {kpi.ActWithdraw, kpi.ActProvinceReturn, kpi.ActAccept}, kpi.Accepted: {kpi.ActProvinceReturn, kpi.ActUndoAccept}} {
		f := newMonth(t)
		f.upTo(t, from)
		for _, action := range actions {
			for _, login := range []string{"nhap", "duyet", "dieuphoi"} {
				if actor := f.as(t, login); kpi.MayAct(actor.User, action, "SYT") == nil {
					id := f.id(t, "SYT")
					id.Seen--
					f.refused(t, f.take(actor, action, id), kpi.Conflict)
				}
			}
		}
	}
}

// TestUnderReview_NothingChanges: neither figures nor evidence of a sheet change under those who review it.
func TestUnderReview_NothingChanges(t *testing.T) {
	t.Parallel()
	for _, state := range []kpi.State{kpi.Submitted, kpi.Approved, kpi.Accepted} {
		f := newMonth(t)
		f.upTo(t, state)
		key := kpi.CellKey{Set: "nq57", Month: f.m, Unit: "SYT", Indicator: "1"}
		f.refused(t, f.take(f.as(t, "nhap"), kpi.ActEnter, f.id(t, "SYT")), kpi.Conflict)
		_, err := f.AddCitation(f.as(t, "nhap"), key, kpi.Citation{Number: "1/BC", Date: "01/06/2026", Agency: "Sở Y tế", Summary: "Báo cáo"})
		f.refused(t, err, kpi.Conflict)
		if c := f.cell(t, "SYT", "1"); c.Version != 1 {
			t.Errorf("%s: %+v", state, c)
		}
	}
}

func TestWithdraw_ApprovalDoesNotCount(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.Withdraw(f.as(t, "duyet"), f.id(t, "SYT")))
	if s := f.sheet(t, "SYT").Sheet; s.State != kpi.Submitted || !s.FirstApproval.IsZero() || !s.Approve.At.IsZero() {
		t.Errorf("%+v", s)
	}
	f.at(kpi.DefaultDates(f.m).UnitDue)
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if got := f.sheet(t, "SYT").Timing; got != kpi.Late {
		t.Errorf("taken back and approved again after the deadline: %s", got)
	}
}

func TestWithdraw_AfterAProvinceReturn_StaysOnTime(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai"}))
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.clock.forward(time.Minute)
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.Withdraw(f.as(t, "duyet"), f.id(t, "SYT")))
	f.at(kpi.DefaultDates(f.m).UnitDue)
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if got := f.sheet(t, "SYT").Timing; got != kpi.OnTime {
		t.Errorf("%s: the first approval was before the deadline and the province looked at it", got)
	}
}

func TestUndoAccept(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	boss := f.as(t, "dieuphoi")
	f.refused(t, f.UndoAccept(boss, f.id(t, "SYT"), " "), kpi.Invalid)
	f.at(kpi.DefaultDates(f.m).Locks)
	f.must(t, f.UndoAccept(f.as(t, "dieuphoi"), f.id(t, "SYT"), "Duyệt nhầm"))
	v := f.review(t, "dieuphoi")
	if v.Sheet.State != kpi.Approved || !v.Sheet.Accept.At.IsZero() || v.Timing != kpi.OnTime || v.History[0].Verb != kpi.VerbUndo || v.History[0].Reason != "Duyệt nhầm" {
		t.Errorf("%+v %+v", v.Sheet, v.History[0])
	}
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
}
