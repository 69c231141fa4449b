package kpi

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestThread_EveryStep writes what each role is told for every kind, state and step, and compares it with the reviewed
// table: the state that the step leads to, or the kind of refusal.
func TestThread_EveryStep(t *testing.T) {
	t.Parallel()
	people := []struct {
		name  string
		grant Grant
	}{{"clerk", Grant{Clerk, "SYT"}}, {"approver", Grant{Approver, "SYT"}}, {"other", Grant{Clerk, "STC"}}, {"coordinator", Grant{Role: Coordinator}},
		{"liaison", Grant{Role: Liaison}}, {"leader", Grant{Role: Leader}}, {"admin", Grant{Role: Admin}}}
	var b strings.Builder
	fmt.Fprintf(&b, "%-40s", "")
	for _, p := range people {
		fmt.Fprintf(&b, " %-11s", p.name)
	}
	b.WriteString("\n")
	for _, kind := range ThreadKinds() {
		for _, published := range []bool{false, true} {
			if published && kind == Explanation {
				continue
			}
			for _, state := range ThreadStates() {
				for _, step := range ThreadSteps() {
					th := Thread{Kind: kind, Unit: "SYT", State: state}
					what := fmt.Sprintf("%s %s %s", kind, state, step)
					if published {
						th.Published, what = &PublishedQA{Question: "?", Answer: "!"}, what+" published"
					}
					fmt.Fprintf(&b, "%-40s", what)
					for _, p := range people {
						to, err := NextThread(User{Grants: []Grant{p.grant}}, th, step)
						said := string(to)
						if err != nil {
							said = map[ErrorKind]string{Denied: "denied", NotFound: "hidden", Conflict: "conflict"}[KindOf(err)]
						}
						fmt.Fprintf(&b, " %-11s", said)
					}
					b.WriteString("\n")
				}
			}
		}
	}
	got := strings.ReplaceAll(b.String(), " \n", "\n")
	for strings.Contains(got, " \n") {
		got = strings.ReplaceAll(got, " \n", "\n")
	}
	want, err := os.ReadFile("testdata/threads.txt")
	if err != nil || got != string(want) {
		t.Errorf("the table of steps is not the reviewed one in testdata/threads.txt (%v); it is now:\n%s", err, got)
	}
}

func TestThreadID(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 10, 2, 0, 0, 123e6, time.UTC)
	id, later := NewThreadID(at, "ffffffff"), NewThreadID(at.Add(time.Millisecond), "00000000")
	if !id.Valid() || !id.Opened().Equal(at) || id >= later {
		t.Errorf("id %s of %v opened %v, later %s", id, at, id.Opened(), later)
	}
	for _, bad := range []ThreadID{"", "moi", id + "0", id[1:], "../../../../../../..", ThreadID(strings.ToUpper(string(later[:19]) + "F"))} {
		if bad.Valid() {
			t.Errorf("%q is taken for an id", bad)
		}
	}
}

func TestCleanPost(t *testing.T) {
	t.Parallel()
	if s, err := CleanPost(" e\u0302\u0323 \r\nhai\x00 ", "Ghi."); err != nil || s != "ệ \nhai" {
		t.Errorf("%q, %v", s, err)
	}
	if _, err := CleanPost(strings.Repeat("ệ", MaxPost), "Ghi."); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", " \n\t ", strings.Repeat("ệ", MaxPost+1)} {
		_, err := CleanPost(bad, "Ghi nội dung.")
		if e, ok := err.(*Error); !ok || e.Kind != Invalid || e.Fields["text"] == "" {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}
