package kpi

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestWorkflow_WholeProduct writes every state × action × role as one line and compares it with the reviewed table.
func TestWorkflow_WholeProduct(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, s := range []State{Draft, Submitted, Approved, Accepted} {
		for _, a := range Actions() {
			for _, r := range Roles() {
				u := User{Login: "x", Grants: []Grant{{Role: r}}}
				if r.Scoped() {
					u.Grants[0].Unit = "SYT"
				}
				to, err := Next(s, a)
				if err == nil {
					err = MayAct(u, a, "SYT")
				}
				result := string(to)
				if err != nil {
					result = map[ErrorKind]string{Denied: "denied", NotFound: "hidden", Conflict: "does not fit"}[KindOf(err)]
				}
				fmt.Fprintf(&b, "%-9s %-15s %-11s %s\n", s, a, r, result)
			}
		}
	}
	want, err := os.ReadFile("testdata/workflow.txt")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		if err := os.WriteFile("testdata/workflow.got.txt", []byte(b.String()), 0o644); err != nil {
			t.Error(err)
		}
		t.Error("the workflow is not the reviewed one: compare testdata/workflow.got.txt with testdata/workflow.txt")
	}
}

func TestMayAct_OtherUnit_Hidden(t *testing.T) {
	t.Parallel()
	clerk := User{Login: "a", Grants: []Grant{{Clerk, "SYT"}}}
	for _, a := range Actions() {
		if k := KindOf(MayAct(clerk, a, "STC")); k != NotFound {
			t.Errorf("%s at another unit: %v", a, k)
		}
	}
	both := User{Login: "b", Grants: []Grant{{Clerk, "SYT"}, {Approver, "STC"}}}
	if MayAct(both, ActApprove, "SYT") == nil || MayAct(both, ActEnter, "STC") == nil {
		t.Error("a role at one unit works at another")
	}
}

// TestDelegate_WholeProduct: whoever signs for an approver may do at the unit what a clerk or an approver may, and
// elsewhere nothing.
func TestDelegate_WholeProduct(t *testing.T) {
	t.Parallel()
	clerk, approver := User{Grants: []Grant{{Clerk, "SYT"}}}, User{Grants: []Grant{{Approver, "SYT"}}}
	signs := clerk
	signs.Signs = []Delegation{{Unit: "SYT", By: "hoa"}}
	for _, a := range Actions() {
		want := MayAct(clerk, a, "SYT") == nil || MayAct(approver, a, "SYT") == nil
		if got := MayAct(signs, a, "SYT") == nil; got != want {
			t.Errorf("%s: %v, want %v", a, got, want)
		}
		if KindOf(MayAct(signs, a, "STC")) != NotFound {
			t.Errorf("%s at another unit", a)
		}
	}
	for _, task := range Tasks() {
		want := May(clerk, task) == nil || task == SeeQueue
		if got := May(signs, task) == nil; got != want {
			t.Errorf("%s: %v, want %v", task, got, want)
		}
	}
	own := Sheet{Unit: "SYT", State: Submitted}
	if KindOf(NotOwn(signs, own, []string{"hoa"})) != Denied {
		t.Error("the figures of the approver are signed for the approver")
	}
	own.Submit.By = "hoa"
	if KindOf(NotOwn(signs, own, nil)) != Denied {
		t.Error("what the approver submitted is signed for the approver")
	}
	if signs.SignsFor("SYT") != "hoa" || approver.SignsFor("SYT") != "" || signs.SignsFor("STC") != "" {
		t.Error("signs for the wrong person")
	}
}

func TestButtons_AreWhatMayBeDone(t *testing.T) {
	t.Parallel()
	for _, s := range []State{Draft, Submitted, Approved, Accepted} {
		for _, r := range Roles() {
			u := User{Login: "x", Grants: []Grant{{Role: r, Unit: "SYT"}}}
			shown := map[Action]bool{}
			for _, a := range Buttons(u, s, "SYT") {
				shown[a] = true
			}
			for _, a := range Actions() {
				_, err := Next(s, a)
				if can := err == nil && MayAct(u, a, "SYT") == nil; can != shown[a] {
					t.Errorf("%s %s %s: may %v, shown %v", s, r, a, can, shown[a])
				}
			}
		}
	}
}

func TestNotOwn(t *testing.T) {
	t.Parallel()
	u := User{Login: "an"}
	if NotOwn(u, Sheet{}, []string{"binh"}) != nil {
		t.Error("somebody else's figures are refused")
	}
	if KindOf(NotOwn(u, Sheet{}, []string{"binh", "an"})) != Denied || KindOf(NotOwn(u, Sheet{Submit: Step{By: "an"}}, nil)) != Denied {
		t.Error("own figures are approved")
	}
}

func TestEditable_AfterProvinceReturn_OnlyReturnedCells(t *testing.T) {
	t.Parallel()
	s := Sheet{State: Draft, Returned: ByProvince}
	if err := Editable(s, Cell{Review: ReviewReturned}); err != nil {
		t.Error(err)
	}
	if KindOf(Editable(s, Cell{})) != Conflict {
		t.Error("a cell that stands is open")
	}
	if err := Editable(Sheet{State: Draft, Returned: ByUnit}, Cell{}); err != nil {
		t.Error(err)
	}
	if KindOf(Editable(Sheet{State: Submitted}, Cell{})) != Conflict {
		t.Error("a submitted sheet is open")
	}
}

// TestMay_WholeTable compares every task × role with the reviewed table: the roles that may, in order.
func TestMay_WholeTable(t *testing.T) {
	t.Parallel()
	want := map[Task]string{
		SeeSheets:       "clerk approver coordinator liaison leader",
		SeeQueue:        "approver coordinator",
		SeeUnits:        "clerk approver coordinator liaison leader admin",
		SeeIndicators:   "clerk approver coordinator liaison leader admin",
		SeeBoard:        "coordinator liaison leader",
		SeeConsolidated: "clerk approver coordinator liaison leader",
		SeeProvisional:  "coordinator liaison leader",
		SetFigure:       "coordinator",
		SeeGuidance:     "clerk approver coordinator liaison leader admin",
		ManageGuidance:  "coordinator admin",
		ManageUnits:     "coordinator admin",
		ManageSets:      "coordinator admin",
		ManageRounds:    "coordinator",
		ManageUsers:     "admin",
		ManageBackups:   "admin",
		SeeEvents:       "leader admin",
		SeeHealth:       "admin",
		SendReminders:   "coordinator",
		SeeMail:         "coordinator admin",
		SeeFeedback:     "clerk approver coordinator liaison leader admin",
		AskQuestion:     "clerk approver",
		AnswerQuestion:  "coordinator",
		AskExplanation:  "coordinator leader",
		SeeFocal:        "approver coordinator liaison leader admin",
		SeeAllFocal:     "coordinator liaison leader admin",
		SeeCitizen:      "liaison",
		DecideReopening: "coordinator",
		Delegate:        "approver",
	}
	if len(want) != len(Tasks()) {
		t.Fatalf("%d tasks in the table, %d in the code", len(want), len(Tasks()))
	}
	for _, task := range Tasks() {
		var may []string
		for _, r := range Roles() {
			if May(User{Grants: []Grant{{Role: r, Unit: "SYT"}}}, task) == nil {
				may = append(may, string(r))
			}
		}
		if got := strings.Join(may, " "); got != want[task] {
			t.Errorf("%s: %q, want %q", task, got, want[task])
		}
	}
	if May(User{}, SeeIndicators) == nil {
		t.Error("a person without a role may see indicators")
	}
}
