package app

import (
	"slices"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

func TestHandOver_ToAnotherOfficer(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	before := f.review(t, "duyet").History
	plan, err := f.PlanHandover(f.System(), "duyet")
	f.must(t, err)
	if len(plan.Sheets) != 1 || plan.Sheets[0].Unit.Code != "SYT" || plan.Sheets[0].Status != kpi.StatusAtUnit || plan.Near != 4 || len(plan.Others) != 9 {
		t.Fatalf("%+v", plan)
	}
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		for hash, login := range map[string]string{"a": "duyet", "b": "xanhap", "c": "duyet2"} {
			if err := tx.PutSession(hash, store.Session{Login: login, Created: f.Now(), Seen: f.Now()}); err != nil {
				return err
			}
		}
		return nil
	}))
	code, err := f.HandOver(f.System(), "duyet", kpi.User{Login: "xanhap"})
	f.must(t, err)
	old, next := f.user(t, "duyet"), f.user(t, "xanhap")
	if code != "" || !old.Disabled || len(old.Grants) != 0 || !next.Has(kpi.Approver, "SYT") || !next.Has(kpi.Clerk, "XA1") {
		t.Errorf("%q %+v %+v", code, old, next)
	}
	f.must(t, f.store.View(func(tx *store.Tx) error {
		for hash, want := range map[string]bool{"a": false, "b": false, "c": true} { // whose roles have changed signs in again
			if _, ok, err := tx.Session(hash); err != nil || ok != want {
				t.Errorf("session %s: %v, %v", hash, ok, err)
			}
		}
		return nil
	}))
	f.must(t, f.Approve(f.as(t, "xanhap"), f.id(t, "SYT")))
	if h := f.review(t, "dieuphoi").History; len(h) != len(before)+1 || h[1] != before[0] {
		t.Errorf("the history changed: %+v", h)
	}
	f.refused(t, f.EnableUser(f.System(), "duyet"), kpi.Invalid) // without a role nobody signs in
}

func TestHandOver_ToNewOfficer(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	code, err := f.HandOver(f.System(), "nhap", kpi.User{Login: " Moi.SYT ", Name: "Người mới", Email: "moi@example.vn"})
	f.must(t, err)
	next := f.user(t, "moi.syt")
	if code == "" || !next.MustChange || !next.Has(kpi.Clerk, "SYT") || next.Email != "moi@example.vn" || !f.user(t, "nhap").Disabled {
		t.Errorf("%q %+v", code, next)
	}
	if _, _, _, err := f.SignIn("moi.syt", code, "10.0.0.1", ""); err != nil {
		t.Errorf("the code does not sign in: %v", err)
	}
}

func TestHandOver_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	admin := f.admin(t)
	for _, c := range []struct {
		by   kpi.Actor
		from string
		to   kpi.User
		want kpi.ErrorKind
	}{
		{f.as(t, "dieuphoi"), "nhap", kpi.User{Login: "nhap2"}, kpi.Denied},
		{admin, "khong", kpi.User{Login: "nhap2"}, kpi.NotFound},
		{admin, "nhap", kpi.User{}, kpi.Invalid},
		{admin, "nhap", kpi.User{Login: "nhap"}, kpi.Invalid},
		{admin, "nhap", kpi.User{Login: "khong"}, kpi.Invalid},
		{admin, "nhap", kpi.User{Login: "nhap2", Name: "Trùng tên"}, kpi.Invalid},
		{admin, "nhap", kpi.User{Login: "moi", Name: "Người mới", Email: "không phải thư"}, kpi.Invalid},
		{kpi.Actor{User: admin.User, At: admin.At, Seen: 1}, "nhap", kpi.User{Login: "nhap2"}, kpi.Conflict},
	} {
		_, err := f.HandOver(c.by, c.from, c.to)
		f.refused(t, err, c.want)
	}
	if u := f.user(t, "nhap"); u.Disabled || !slices.Equal(u.Grants, []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}) {
		t.Errorf("a refusal changed something: %+v", u)
	}
	_, err := f.HandOver(admin, "nhap", kpi.User{Login: "nhap2"})
	f.must(t, err)
	_, err = f.HandOver(admin, "nhap", kpi.User{Login: "nhap2"})
	f.refused(t, err, kpi.Conflict) // nothing is left
}

func TestHandOver_LastAdmin_PassesTheRole(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	admin := f.admin(t)
	_, err := f.HandOver(admin, admin.User.Login, kpi.User{Login: "nhap2"})
	f.must(t, err)
	if !f.user(t, "nhap2").HasRole(kpi.Admin) {
		t.Error("nobody manages accounts")
	}
}
