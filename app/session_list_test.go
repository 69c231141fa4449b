package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
)

func TestOpenSessions_EndOneAndOthers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var tokens []string
	for _, device := range []string{"Chrome trên Windows", "Firefox trên Linux", "Safari trên iPhone"} {
		token, _, _, err := f.SignInFrom(Client{Addr: "10.0.0.1", Name: device}, "sep", adminPassword)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
		f.clock.forward(time.Minute)
	}
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	me := f.actor(t, "sep")
	list, err := f.OpenSessions(me, "sep", tokens[0])
	if err != nil || len(list) != 3 || list[0].Device != "Safari trên iPhone" || list[2].Own != true || list[0].Own {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, do := range []func() error{
		func() error { _, err := f.OpenSessions(f.actor(t, "nv.an"), "sep", ""); return err },
		func() error { return f.EndSession(f.actor(t, "nv.an"), "sep", list[0].ID) },
		func() error { _, err := f.EndSessions(f.actor(t, "nv.an"), "sep", ""); return err },
	} {
		if err := do(); kpi.KindOf(err) != kpi.Denied {
			t.Errorf("somebody else's sessions: %v", err)
		}
	}
	if err := f.EndSession(me, "sep", list[0].ID); err != nil {
		t.Fatal(err)
	}
	for i, open := range []bool{true, true, false} {
		if _, _, err := f.Session(tokens[i]); (err == nil) != open {
			t.Errorf("session %d after one has ended: %v", i, err)
		}
	}
	if n, err := f.EndSessions(me, "sep", tokens[0]); err != nil || n != 1 {
		t.Fatalf("ended %d, %v", n, err)
	}
	if _, _, err := f.Session(tokens[0]); err != nil {
		t.Errorf("one's own: %v", err)
	}
	code := f.signIn(t, "sep", adminPassword)
	if n, err := f.EndSessions(f.System(), "sep", ""); err != nil || n != 2 {
		t.Fatalf("all: ended %d, %v", n, err)
	}
	if _, _, err := f.Session(code); kpi.KindOf(err) != kpi.Login {
		t.Errorf("a session that was ended: %v", err)
	}
	if ev := f.history(t, "user/sep")[0]; ev.Verb != kpi.VerbEnd || ev.New != "2 phiên" {
		t.Errorf("event %+v", ev)
	}
}

func TestWatchSession_LetsItGoIdle(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token := f.signIn(t, "sep", adminPassword)
	for range 29 {
		f.clock.forward(time.Minute)
		if _, _, err := f.WatchSession(token); err != nil {
			t.Fatal(err)
		}
	}
	f.clock.forward(time.Minute)
	if _, _, err := f.WatchSession(token); kpi.KindOf(err) != kpi.Login {
		t.Errorf("a page that asks by itself kept the session: %v", err)
	}
}

func TestProve(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token := f.signIn(t, "sep", adminPassword)
	proved := func() bool {
		_, s, err := f.Session(token)
		if err != nil {
			t.Fatal(err)
		}
		return Proved(s, f.Now())
	}
	if !proved() {
		t.Error("a sign-in is no proof")
	}
	f.clock.forward(10 * time.Minute)
	if proved() {
		t.Error("a proof counts after ten minutes")
	}
	if err := f.Prove(f.actor(t, "sep"), token, adminPassword); err != nil || !proved() {
		t.Errorf("with the password: %v", err)
	}
	for range 5 {
		if err := f.Prove(f.actor(t, "sep"), token, "sai"); kpi.KindOf(err) != kpi.Invalid {
			t.Fatal(err)
		}
	}
	if err := f.Prove(f.actor(t, "sep"), token, adminPassword); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("after five wrong ones: %v", err)
	}
}

func TestOneTimeCode_RunsOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	f.clock.forward(CodeLife - time.Minute)
	f.signIn(t, "nv.an", code)
	f.clock.forward(time.Minute)
	if _, _, _, err := f.SignIn("nv.an", code, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid || err.Error() == "Tên đăng nhập hoặc mật khẩu không đúng." {
		t.Errorf("after seven days: %v", err)
	}
	if _, _, _, err := f.SignIn("nv.an", "sai", "10.0.0.1", ""); err == nil || err.Error() != "Tên đăng nhập hoặc mật khẩu không đúng." {
		t.Errorf("a wrong code after seven days: %v", err)
	}
}
