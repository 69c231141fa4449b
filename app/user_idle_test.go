package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
)

func TestDisableIdle(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.idleDays = 45
	code := f.add(t, "nv.dung", kpi.Grant{Role: kpi.Leader})
	f.add(t, "nv.bo", kpi.Grant{Role: kpi.Leader})
	f.clock.forward(6 * 24 * time.Hour)
	f.signIn(t, "nv.dung", code)
	f.clock.forward(39 * 24 * time.Hour)
	f.run(t)
	if f.user(t, "nv.bo").Disabled {
		t.Error("disabled on day 45")
	}
	f.failSignIn("nv.bo", "10.0.0.1", "") // a failure is no use
	f.clock.forward(time.Minute)
	f.run(t)
	f.run(t)
	for login, want := range map[string]bool{"nv.bo": true, "nv.dung": false, "sep": false} { // «sep» is the last admin
		if got := f.user(t, login).Disabled; got != want {
			t.Errorf("%s disabled: %v, want %v", login, got, want)
		}
	}
	events := f.history(t, "user/nv.bo")
	if ev := events[0]; ev.Verb != kpi.VerbDisable || ev.By != "hethong" || ev.Reason != "không đăng nhập 45 ngày" || events[1].Verb == kpi.VerbDisable {
		t.Errorf("event %+v", ev)
	}
	if err := f.EnableUser(f.admin(t), "nv.bo"); err != nil {
		t.Fatal(err)
	}
	f.run(t)
	if f.user(t, "nv.bo").Disabled {
		t.Error("disabled again at once")
	}
	f.idleDays = 0
	f.clock.forward(1000 * 24 * time.Hour)
	f.run(t)
	if f.user(t, "nv.bo").Disabled {
		t.Error("disabled though it is off")
	}
}

func (f fixture) run(t *testing.T) {
	t.Helper()
	if err := f.DisableIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestFirstAdmin(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	me := func() kpi.Actor { return kpi.Actor{At: f.Now(), Addr: "10.0.0.1"} }
	try := func(code string) error { return f.FirstAdmin(me(), code, "sep", "Lê Sếp", adminPassword) }
	if err := try(""); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("before a code is offered: %v", err)
	}
	code := f.OfferFirstAdmin()
	for range firstTries {
		if err := try("xxxx-xxxx-xxxx"); kpi.KindOf(err) != kpi.Invalid {
			t.Fatal(err)
		}
	}
	if err := try(code); kpi.KindOf(err) != kpi.Closed {
		t.Errorf("after five wrong codes: %v", err)
	}
	code = f.OfferFirstAdmin()
	f.clock.forward(10 * time.Minute)
	if err := try(code); kpi.KindOf(err) != kpi.Closed {
		t.Errorf("after ten minutes: %v", err)
	}
	code = f.OfferFirstAdmin()
	if err := f.FirstAdmin(me(), code, "sep", "Lê Sếp", "ngắn"); kpi.KindOf(err) != kpi.Invalid || !f.FirstAdminOpen() {
		t.Errorf("a short password: %v", err)
	}
	if err := try(code); err != nil {
		t.Fatal(err)
	}
	if err := f.FirstAdmin(me(), code, "hai", "Hai", adminPassword); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("a second account: %v", err)
	}
	if u := f.user(t, "sep"); !u.HasRole(kpi.Admin) || u.MustChange {
		t.Errorf("account %+v", u)
	}
	f.signIn(t, "sep", adminPassword)
}
