package app

import (
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// failSignIn tries a wrong password and returns the error.
func (f fixture) failSignIn(login, addr, device string) error {
	_, _, _, err := f.SignIn(login, "không phải mật khẩu này", addr, device)
	return err
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token, device, s, err := f.SignIn(" SEP ", adminPassword, "10.0.0.1", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(token) != 43 || len(device) != 22 || len(s.CSRF) != 43 || s.Login != "sep" || s.Addr != "10.0.0.1" || !s.Created.Equal(f.Now()) {
		t.Errorf("token %q, device %q, session %+v", token, device, s)
	}
	u, same, err := f.Session(token)
	if err != nil || u.Login != "sep" || u.Password != "" || !u.HasRole(kpi.Admin) || same.CSRF != s.CSRF {
		t.Errorf("user %+v, session %+v, %v", u, same, err)
	}
	again, none, _, err := f.SignIn("sep", adminPassword, "10.0.0.1", device)
	if err != nil || again == token || none != "" {
		t.Errorf("second sign-in on the device: same token %v, device %q, %v", again == token, none, err)
	}
	if ev := f.history(t, "user/sep")[0]; ev.Verb != kpi.VerbSignIn || ev.By != "sep" || ev.Addr != "10.0.0.1" {
		t.Errorf("event %+v", ev)
	}
	err = f.store.View(func(tx *store.Tx) error {
		if _, ok, err := tx.Session(token); ok || err != nil {
			t.Errorf("the token itself is stored (%v)", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignIn_Failures_OneText_AlwaysHashed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.khoa", kpi.Grant{Role: kpi.Leader})
	if err := f.DisableUser(f.admin(t), "nv.khoa"); err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	var costs []cost
	derive := f.hash.derive
	f.hash.derive = func(p, s []byte, t, m uint32, n uint8, size uint32) []byte {
		calls.Add(1)
		costs = append(costs, cost{time: t, memory: m, threads: n})
		return derive(p, s, t, m, n, size)
	}
	for _, c := range []struct{ name, login, password string }{
		{"wrong password", "sep", "sai"},
		{"empty password", "sep", ""},
		{"endless password", "sep", strings.Repeat("a", 1<<20)},
		{"unknown account", "khong.co", "sai"},
		{"unknown account, empty password", "khong.co", ""},
		{"name that none can have", "a|b\x00", "sai"},
		{"disabled account, right password", "nv.khoa", code},
		{"the system's name", "hethong", ""},
	} {
		calls.Store(0)
		token, device, s, err := f.SignIn(c.login, c.password, "10.0.0.1", "")
		if kpi.KindOf(err) != kpi.Invalid || err.Error() != "Tên đăng nhập hoặc mật khẩu không đúng." {
			t.Errorf("%s: %v", c.name, err)
		}
		if token != "" || device != "" || s != (store.Session{}) {
			t.Errorf("%s: token %q, device %q, session %+v", c.name, token, device, s)
		}
		if calls.Load() != 1 {
			t.Errorf("%s: hashed %d times, want once", c.name, calls.Load())
		}
	}
	for _, c := range costs {
		if c != f.hash.cost {
			t.Errorf("hashed at cost %+v, want %+v", c, f.hash.cost)
		}
	}
}

func TestSignIn_Failure_LoggedWithoutWhatWasTyped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const typed = "matkhau.go.nham.o" // a password in the field of the name
	for _, login := range []string{"sep", typed} {
		if _, _, _, err := f.SignIn(login, "bí mật của tôi", "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
			t.Fatal(err)
		}
	}
	if ev := f.history(t, "user/sep")[0]; ev.Verb != kpi.VerbRefuse || ev.Addr != "10.0.0.1" || ev.By != "" {
		t.Errorf("event %+v", ev)
	}
	if ev := f.history(t, "user/-"); len(ev) != 1 || ev[0].Verb != kpi.VerbRefuse {
		t.Errorf("events of no account %+v", ev)
	}
	err := f.store.View(func(tx *store.Tx) error {
		n, err := tx.Events()
		for seq := uint64(1); err == nil && seq <= n; seq++ {
			var ev kpi.Event
			if ev, err = tx.Event(seq); strings.Contains(fmt.Sprint(ev), "bí mật") || strings.Contains(fmt.Sprint(ev), typed) {
				t.Errorf("the log holds what was typed: %+v", ev)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignIn_StaleHash_Renewed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	before := f.user(t, "sep").Password
	f.hash = makeHasher(cost{time: 2, memory: 64, threads: 1})
	for range 2 {
		f.signInFrom(t, "10.0.0.1")
	}
	after := f.user(t, "sep").Password
	if after == before || !strings.Contains(after, "t=2") {
		t.Errorf("hash %q after %q", after, before)
	}
}

func TestSignIn_AccountChangedMeanwhile_Refused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(fixture, kpi.Actor) error{
		"disabled": func(f fixture, admin kpi.Actor) error { return f.DisableUser(admin, "nv.an") },
		"other password": func(f fixture, admin kpi.Actor) error {
			return f.store.Update(func(tx *store.Tx) error {
				u, _, err := tx.User("nv.an")
				if err != nil {
					return err
				}
				u.Password = f.hash.dummy
				return tx.PutUser(u, admin.Event(kpi.VerbReset, "user/nv.an", "", "", ""))
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
			admin := f.admin(t)
			derive := f.hash.derive
			f.hash.derive = func(p, s []byte, t0, m uint32, n uint8, size uint32) []byte {
				if err := change(f, admin); err != nil {
					t.Error(err)
				}
				return derive(p, s, t0, m, n, size)
			}
			if _, _, _, err := f.SignIn("nv.an", code, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestSession_Ends(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, token := range []string{"", "x"} {
		if _, _, err := f.Session(token); kpi.KindOf(err) != kpi.Login {
			t.Errorf("token %q: %v", token, err)
		}
	}
	idle := f.signIn(t, "sep", adminPassword)
	f.clock.forward(30*time.Minute - time.Second)
	busy := f.signIn(t, "sep", adminPassword)
	f.clock.forward(time.Second)
	if _, _, err := f.Session(idle); kpi.KindOf(err) != kpi.Login {
		t.Errorf("idle for half an hour: %v", err)
	}
	for range 25 {
		f.clock.forward(28 * time.Minute)
		if _, _, err := f.Session(busy); err != nil {
			t.Fatalf("in use, at %v: %v", f.Now(), err)
		}
	}
	f.clock.forward(20*time.Minute - time.Second)
	if _, _, err := f.Session(busy); kpi.KindOf(err) != kpi.Login {
		t.Errorf("in use for twelve hours: %v", err)
	}
}

func TestSession_SeenWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token := f.signIn(t, "sep", adminPassword)
	start := f.Now()
	for _, c := range []struct {
		forward time.Duration
		seen    time.Time
	}{
		{59 * time.Second, start},
		{time.Second, start.Add(time.Minute)},
		{59 * time.Second, start.Add(time.Minute)},
		{5 * time.Second, start.Add(2*time.Minute + 4*time.Second)},
	} {
		f.clock.forward(c.forward)
		if _, s, err := f.Session(token); err != nil || !s.Seen.Equal(c.seen) {
			t.Errorf("at %v: seen %v, want %v, %v", f.Now().Sub(start), s.Seen.Sub(start), c.seen.Sub(start), err)
		}
	}
}

func TestSession_Reopened_Kept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	a := New(Options{Store: s})
	a.hash = newTestHasher()
	if err := a.InitAdmin(a.System(), "sep", "Lê Sếp", adminPassword); err != nil {
		t.Fatal(err)
	}
	token, _, _, err := a.SignIn("sep", adminPassword, "10.0.0.1", "")
	if err != nil {
		t.Fatal(err)
	}
	key := a.FormKey("n")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := New(Options{Store: s})
	if _, _, err := b.Session(token); err != nil {
		t.Errorf("session after a restart: %v", err)
	}
	if !b.CheckFormKey("n", key) {
		t.Error("form key after a restart does not hold")
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token, other := f.signIn(t, "sep", adminPassword), f.signIn(t, "sep", adminPassword)
	stranger := kpi.Actor{User: kpi.User{Login: "nv.an"}, At: f.Now()}
	if err := f.SignOut(stranger, token); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Session(token); err != nil {
		t.Errorf("ended by another: %v", err)
	}
	for range 2 {
		if err := f.SignOut(f.admin(t), token); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := f.Session(token); kpi.KindOf(err) != kpi.Login {
		t.Errorf("after signing out: %v", err)
	}
	if _, _, err := f.Session(other); err != nil {
		t.Errorf("the other session: %v", err)
	}
	n := 0
	for _, ev := range f.history(t, "user/sep") {
		if ev.Verb == kpi.VerbSignOut {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d events of signing out, want 1", n)
	}
}

func TestFormKey(t *testing.T) {
	t.Parallel()
	f, g := newFixture(t), emptyFixture(t)
	key := f.FormKey("nonce")
	if len(key) != 43 || !f.CheckFormKey("nonce", key) {
		t.Errorf("key %q does not hold", key)
	}
	seed, err := f.seedOf("token")
	if err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{
		"the key of a second factor": strings.HasPrefix(f.FormKey("second factor|token"), base64.RawURLEncoding.EncodeToString(seed)[:20]),
		"another nonce":              f.CheckFormKey("nonce2", key),
		"another value":              f.CheckFormKey("nonce", key[:42]+"x"),
		"no value":                   f.CheckFormKey("nonce", ""),
		"another server":             g.CheckFormKey("nonce", key),
	} {
		if ok {
			t.Errorf("%s holds", name)
		}
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ended := f.signIn(t, "sep", adminPassword)
	for range 3 {
		f.failSignIn("sep", "10.0.0.1", "")
	}
	putOp := func(op string) {
		err := f.store.Update(func(tx *store.Tx) error { return tx.PutOp("sep", op, store.Op{At: f.Now(), Answer: []byte("x")}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	putOp("old")
	f.clock.forward(47 * time.Hour)
	putOp("new")
	f.clock.forward(2 * time.Hour)
	live := f.signIn(t, "sep", adminPassword)
	if err := f.Sweep(); err != nil {
		t.Fatal(err)
	}
	err := f.store.View(func(tx *store.Tx) error {
		_, oldOp, err1 := tx.Op("sep", "old")
		_, newOp, err2 := tx.Op("sep", "new")
		_, first, err3 := tx.Session(tokenHash(ended))
		_, second, err6 := tx.Session(tokenHash(live))
		fails, err4 := tx.Failures("sep", "anywhere")
		devices, err5 := tx.Devices("sep")
		for _, err := range []error{err1, err2, err3, err4, err5, err6} {
			if err != nil {
				return err
			}
		}
		if oldOp || !newOp || first || !second || len(fails.Recent) != 0 || len(devices) != 2 {
			t.Errorf("old op %v, new op %v, ended session %v, live session %v, failures %+v, %d devices", oldOp, newOp, first, second, fails, len(devices))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestForgotten(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 10, 2, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for _, c := range []struct {
		row  int
		age  time.Duration
		want bool
	}{
		{0, time.Hour, false}, {0, time.Hour + 1, true},
		{19, day, false}, {19, day + 1, true},
		{20, 30 * day, false}, {99, 30*day + 1, true},
		{100, 9999 * day, false},
	} {
		f := store.Failures{Recent: []time.Time{now.Add(-c.age)}, Row: c.row}
		if got := forgotten(f, now); got != c.want {
			t.Errorf("row of %d, %v old: %v", c.row, c.age, got)
		}
	}
}
