package app

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"

	"golang.org/x/mod/sumdb/tlog"
)

// demoApp returns an App with a cheap hasher on an empty store at the given local time.
func demoApp(t testing.TB, at time.Time) *App {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	a := New(Options{Store: st, Dir: dir, Now: func() time.Time { return at }})
	a.hash = makeHasher(cost{time: 1, memory: 64, threads: 1})
	return a
}

func local(y int, m time.Month, d, hour, minute int) time.Time {
	return time.Date(y, m, d, hour, minute, 0, 0, kpi.Location)
}

func treeHash(t *testing.T, a *App) (h tlog.Hash) {
	t.Helper()
	err := a.store.View(func(tx *store.Tx) (err error) {
		h, err = tx.TreeHash()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

const demoPassword = "mật khẩu của bản dùng thử"

func TestSeedDemo(t *testing.T) {
	t.Parallel()
	at := local(2026, 11, 22, 8, 30)
	a := demoApp(t, at)
	accounts, err := a.SeedDemo(demoPassword)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("again", func(t *testing.T) {
		if _, err := a.SeedDemo(demoPassword); kpi.KindOf(err) != kpi.Conflict {
			t.Errorf("a second seeding: %v", err)
		}
		b := demoApp(t, at)
		if _, err := b.SeedDemo("một mật khẩu khác"); err != nil {
			t.Fatal(err)
		}
		if treeHash(t, a) != treeHash(t, b) {
			t.Error("two demos of the same instant have different events")
		}
	})
	t.Run("rounds", func(t *testing.T) { checkDemoRounds(t, a, true) })
	t.Run("events", func(t *testing.T) { checkDemoEvents(t, a) })
	t.Run("states", func(t *testing.T) { checkDemoStates(t, a) })
	t.Run("content", func(t *testing.T) { checkDemoContent(t, a) })
	t.Run("accounts", func(t *testing.T) { checkDemoAccounts(t, a, accounts) })
}

// Whatever day it is, the rounds lie around it as they should and nothing has happened in the future.
func TestSeedDemo_AnyDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at      time.Time
		current string
		closed  int
	}{
		{local(2026, 11, 1, 0, 10), "2026-11", 12},
		{local(2026, 11, 15, 0, 0), "2026-12", 11},
		{local(2026, 11, 26, 0, 10), "2026-12", 12},
		{local(2027, 3, 2, 9, 0), "2027-03", 12},
	} {
		t.Run(c.at.Format("02-01"), func(t *testing.T) {
			t.Parallel()
			a := demoApp(t, c.at)
			if _, err := a.SeedDemo(demoPassword); err != nil {
				t.Fatal(err)
			}
			r, ok, err := a.CurrentRound(kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Leader}}}, At: a.Now()}, "nq57")
			if err != nil || !ok || r.Month.String() != c.current || r.Open(a.Now()) != nil {
				t.Errorf("current round %+v, %v, %v", r, ok, err)
			}
			if n := checkDemoRounds(t, a, false); n != c.closed {
				t.Errorf("%d closed rounds, want %d", n, c.closed)
			}
			checkDemoEvents(t, a)
			checkDemoStates(t, a)
		})
	}
}

// checkDemoStates checks that the current round is half done, the listed units stand where they should, and the past
// has what a past has.
func checkDemoStates(t *testing.T, a *App) {
	t.Helper()
	coordinator := kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, At: a.Now()}
	rounds, err := a.Rounds(coordinator, "nq57")
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.Board(coordinator, "nq57", rounds[0].Month)
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[kpi.Status][2]int{kpi.StatusAccepted: {25, 40}, kpi.StatusAtProvince: {25, 40}, kpi.StatusAtUnit: {8, 18},
		kpi.StatusReturnedUnit: {2, 6}, kpi.StatusReturnedProvince: {2, 8}, kpi.StatusInProgress: {18, 32}, kpi.StatusNotStarted: {12, 24}} {
		if n := b.Counts[status]; n < want[0] || n > want[1] {
			t.Errorf("%d sheets are %s, want %v", n, status, want)
		}
	}
	for _, c := range demoCast() {
		i := slices.IndexFunc(b.Rows, func(row BoardRow) bool { return row.Unit.Code == c.unit })
		if c.status != "" && b.Rows[i].Status != c.status {
			t.Errorf("%s is %s, want %s", c.unit, b.Rows[i].Status, c.status)
		}
	}
	clerk := kpi.Actor{User: kpi.User{Login: "nhaplieu.syt", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}}, At: a.Now()}
	v, err := a.Sheet(clerk, "nq57", rounds[0].Month, "SYT")
	if err != nil {
		t.Fatal(err)
	}
	warnings := 0
	for _, row := range v.Rows {
		if row.Cell.Content != kpi.Empty && warns(row.Issues) && !row.Cell.Explained() {
			warnings++
		}
	}
	if warnings != 1 || v.Locked != nil || v.Filled < len(v.Rows)/3 || v.Filled > len(v.Rows)*2/3 {
		t.Errorf("SYT: %d of %d filled, %d warnings, locked: %v", v.Filled, len(v.Rows), warnings, v.Locked)
	}
	if b, err = a.Board(coordinator, "nq57", rounds[1].Month); err != nil || b.Counts[kpi.StatusAccepted]+b.Counts[kpi.StatusClosed] < 118 {
		t.Errorf("previous round: %v, %v", b.Counts, err)
	}
	late := 0
	for _, r := range rounds[2:] {
		b, err := a.Board(coordinator, "nq57", r.Month)
		if err != nil || b.Counts[kpi.StatusClosed] != len(b.Rows) {
			t.Errorf("round %s: %v, %v", r.Month, b.Counts, err)
		}
		late += b.Late
	}
	if late < 20 || late > 150 {
		t.Errorf("%d sheets were late", late)
	}
}

// checkDemoContent checks that the set and its history show everything that the product can do.
func checkDemoContent(t *testing.T, a *App) {
	seen := map[string]bool{}
	verbs := map[kpi.Verb]int{}
	err := a.store.View(func(tx *store.Tx) error {
		units, err := tx.Units()
		if err != nil {
			return err
		}
		defs, err := a.definitions(tx, "nq57", kpi.MonthOf(a.Now()))
		if err != nil {
			return err
		}
		if len(units) != 124 || len(defs.list) < 60 || len(defs.set.Groups) < 8 || len(defs.set.Checks) == 0 {
			t.Errorf("%d units, %d indicators, %d groups, %d checks", len(units), len(defs.list), len(defs.set.Groups), len(defs.set.Checks))
		}
		for _, ind := range defs.list {
			for _, s := range []string{string(ind.Kind), string(ind.Direction), string(ind.Frequency), string(ind.Aggregation), string(ind.Accumulation), string(ind.Origin)} {
				seen[s] = true
			}
			if gaps := ind.Gaps(); len(gaps) > 0 || ind.Definition == "" || ind.Computation == "" || ind.Guidance == "" || ind.Source == "" {
				t.Errorf("indicator %s is not complete: %v", ind.Code, gaps)
			}
		}
		err = everyDemoCell(a, tx, func(_ kpi.Indicator, c kpi.Cell) {
			seen[c.Content.Label()] = true
			if c.Note != "" {
				seen["note"] = true
			}
			seen[c.Source.Label()] = true
		})
		if err != nil {
			return err
		}
		n, err := tx.Events()
		for seq := uint64(1); err == nil && seq <= n; seq++ {
			var ev kpi.Event
			ev, err = tx.Event(seq)
			verbs[ev.Verb]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"number", "ratio", "yesno", "grade", "text", "up", "down", "range", "none", "month", "quarter", "half", "year",
		"sum", "mean", "weighted", "min", "max", "province", "point", "flow", "cumulative", "central", "note",
		"Không phát sinh", "Không áp dụng", "Chưa có số liệu", "Nhập trên trang", "Nhập từ Excel"} {
		if !seen[want] {
			t.Errorf("the demo has no %q", want)
		}
	}
	for verb, least := range map[kpi.Verb]int{kpi.VerbSave: 17000, kpi.VerbSubmit: 1400, kpi.VerbApprove: 1400, kpi.VerbAccept: 1300, kpi.VerbReturn: 100,
		kpi.VerbOpen: demoRounds, kpi.VerbClose: demoRounds - 2} {
		if verbs[verb] < least {
			t.Errorf("%d events %s, want at least %d", verbs[verb], verb, least)
		}
	}
}

// checkDemoAccounts checks the list of the sign-in page: every role, every state, a password that fits.
func checkDemoAccounts(t *testing.T, a *App, accounts []DemoAccount) {
	if !reflect.DeepEqual(accounts, a.DemoAccounts()) || len(accounts) != len(demoCast()) {
		t.Errorf("%d accounts, or others later", len(accounts))
	}
	roles := map[string]bool{}
	for _, acc := range accounts {
		roles[acc.Role] = true
		if acc.Name == "" || acc.Does == "" {
			t.Errorf("%+v", acc)
		}
		if _, _, _, err := a.SignIn(acc.Login, demoPassword, "127.0.0.1", ""); err != nil {
			t.Errorf("%s: %v", acc.Login, err)
		}
	}
	if len(roles) != len(kpi.Roles()) {
		t.Errorf("roles %v", roles)
	}
	users, err := a.ListUsers(a.System())
	if err != nil || len(users) != 2*124+5 {
		t.Fatalf("%d users, %v", len(users), err)
	}
	for _, u := range users {
		if err := u.Validate(); err != nil || u.MustChange || u.Disabled {
			t.Errorf("%+v: %v", u, err)
		}
	}
	if list := demoApp(t, a.Now()).DemoAccounts(); len(list) != 0 {
		t.Errorf("an empty store lists %v", list)
	}
}

func TestSeedProvince(t *testing.T) {
	t.Parallel()
	a := demoApp(t, local(2026, 11, 22, 8, 30))
	const units, indicators, rounds = 126, 110, 3
	if err := a.SeedProvince(units, indicators, rounds, demoPassword); err != nil {
		t.Fatal(err)
	}
	if err := a.SeedProvince(units, indicators, rounds, demoPassword); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("a second seeding: %v", err)
	}
	err := a.store.View(func(tx *store.Tx) error {
		list, err := tx.Rounds("nq57")
		if err != nil {
			return err
		}
		if len(list) != rounds || list[rounds-1].IsClosed() || list[rounds-1].Open(a.Now()) != nil {
			t.Errorf("%d rounds, the last %+v", len(list), list[rounds-1])
		}
		for i, r := range list {
			sheets, err := tx.Sheets(r.Set, r.Month)
			if err != nil {
				return err
			}
			state, filled := kpi.Accepted, indicators
			if i == rounds-1 {
				state, filled = kpi.Draft, indicators/2
			} else if err := checkFrozen(t, a, tx, r); err != nil {
				return err
			}
			if len(sheets) != units {
				t.Errorf("round %s: %d sheets", r.Month, len(sheets))
			}
			for _, s := range sheets {
				n := 0
				for c, err := range tx.UnitCells(r.Set, r.Month, s.Unit) {
					n++
					ind, _ := tx.Indicator(r.Set, c.Indicator, r.Month)
					if err := errors.Join(err, kpi.CheckHard(ind, c)); err != nil {
						t.Errorf("%s: %v", c.ID(), err)
					}
				}
				if s.State != state || n != filled || s.Due != indicators {
					t.Errorf("%s: %s, %d of %d", s.ID(), s.State, n, s.Due)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDice(t *testing.T) {
	t.Parallel()
	d := dice{1234567}
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} { // reference SplitMix64
		if got := d.next(); got != want {
			t.Errorf("next() = %d, want %d", got, want)
		}
	}
	for range 1000 {
		if n := d.swing(10); n < -10 || n > 10 {
			t.Fatalf("swing(10) = %d", n)
		}
		if n := d.between(3, 5); n < 3 || n > 5 {
			t.Fatalf("between(3, 5) = %d", n)
		}
	}
}

func BenchmarkSeedDemo(b *testing.B) {
	for b.Loop() {
		a := demoApp(b, local(2026, 11, 22, 8, 30))
		a.hash = newHasher()
		if _, err := a.SeedDemo(demoPassword); err != nil {
			b.Fatal(err)
		}
	}
}
