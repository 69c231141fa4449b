package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"chiso/app/kpi"
)

func TestInitAdmin_OnlyWhileEmpty(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	if has, err := f.HasUsers(); has || err != nil {
		t.Fatalf("HasUsers of a new store = %v, %v", has, err)
	}
	if err := f.InitAdmin(kpi.Actor{At: f.Now()}, "sep", "Lê Sếp", adminPassword); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("by nobody: %v", err)
	}
	if err := f.InitAdmin(f.System(), "sep", "Lê Sếp", "ngắn"); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("short password: %v", err)
	}
	if err := f.InitAdmin(f.System(), "hethong", "Lê Sếp", adminPassword); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("the system's own name: %v", err)
	}
	if has, _ := f.HasUsers(); has {
		t.Fatal("a refused set-up left an account")
	}
	if err := f.InitAdmin(f.System(), "sep", "Lê Sếp", adminPassword); err != nil {
		t.Fatal(err)
	}
	if has, err := f.HasUsers(); !has || err != nil {
		t.Errorf("HasUsers = %v, %v", has, err)
	}
	if u := f.user(t, "sep"); !u.HasRole(kpi.Admin) || u.MustChange {
		t.Errorf("admin %+v", u)
	}
	if err := f.InitAdmin(f.System(), "sep2", "Lê Sếp", adminPassword); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("second: %v", err)
	}
	f.signIn(t, "sep", adminPassword)
}

func TestUsers_OnlyAdminAndConsole(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Clerk, Unit: "SYT"})
	u := kpi.User{Login: "nv.moi", Name: "Mới", Grants: []kpi.Grant{{Role: kpi.Leader}}}
	uses := map[string]func(kpi.Actor) error{
		"list":    func(a kpi.Actor) error { _, err := f.ListUsers(a); return err },
		"add":     func(a kpi.Actor) error { _, err := f.AddUser(a, u); return err },
		"set":     func(a kpi.Actor) error { return f.SetUser(a, f.user(t, "nv.an")) },
		"reset":   func(a kpi.Actor) error { _, err := f.ResetUser(a, "nv.an"); return err },
		"disable": func(a kpi.Actor) error { return f.DisableUser(a, "nv.an") },
		"enable":  func(a kpi.Actor) error { return f.EnableUser(a, "nv.an") },
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		for _, role := range kpi.Roles() {
			if role == kpi.Admin {
				continue
			}
			g := kpi.Grant{Role: role}
			if role.Scoped() {
				g.Unit = "SYT"
			}
			actor := kpi.Actor{User: kpi.User{Login: "ai.do", Grants: []kpi.Grant{g}}, At: f.Now()}
			if err := uses[name](actor); kpi.KindOf(err) != kpi.Denied {
				t.Errorf("%s by %s: %v", name, role, err)
			}
		}
		if err := uses[name](kpi.Actor{At: f.Now()}); kpi.KindOf(err) != kpi.Denied {
			t.Errorf("%s by nobody: %v", name, err)
		}
	}
	for _, name := range []string{"list", "add", "set", "reset", "disable", "enable"} {
		if err := uses[name](f.System()); err != nil {
			t.Errorf("%s on the console: %v", name, err)
		}
	}
}

func TestListUsers_WithoutPasswords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Clerk, Unit: "SYT"})
	users, err := f.ListUsers(f.admin(t))
	if err != nil || len(users) != 2 || users[0].Login != "nv.an" || users[0].Name == "" {
		t.Fatalf("users %+v, %v", users, err)
	}
	for _, u := range users {
		if u.Password != "" {
			t.Errorf("%s comes with its hash", u.Login)
		}
	}
}

func TestAddUser_Refused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	clerk := []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}
	for _, c := range []struct {
		name  string
		user  kpi.User
		field string
	}{
		{"duplicate", kpi.User{Login: "sep", Name: "A", Grants: clerk}, "login"},
		{"duplicate in another case", kpi.User{Login: " SEP ", Name: "A", Grants: clerk}, "login"},
		{"name of the system", kpi.User{Login: "hethong", Name: "A", Grants: clerk}, "login"},
		{"unknown unit", kpi.User{Login: "nv.an", Name: "A", Grants: []kpi.Grant{{Role: kpi.Approver, Unit: "KHONG"}}}, "grants"},
		{"bad mail", kpi.User{Login: "nv.an", Name: "A", Grants: clerk, Email: "An <an@x.vn>"}, "email"},
		{"bad phone", kpi.User{Login: "nv.an", Name: "A", Grants: clerk, Phone: "09<b>1"}, "phone"},
		{"no grant", kpi.User{Login: "nv.an", Name: "A"}, ""},
		{"bad login", kpi.User{Login: "nv|an", Name: "A", Grants: clerk}, ""},
	} {
		code, err := f.AddUser(f.admin(t), c.user)
		if kpi.KindOf(err) != kpi.Invalid || code != "" {
			t.Errorf("%s: %q, %v", c.name, code, err)
		} else if e := err.(*kpi.Error); c.field != "" && e.Fields[c.field] == "" {
			t.Errorf("%s: fields %v", c.name, e.Fields)
		}
	}
}

func TestAddUser_CodeSignsIn_MustChange(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code, err := f.AddUser(f.admin(t), kpi.User{Login: "NV.An", Name: "  Nguyễn   Văn An ", Email: "an@syt.gov.vn", Phone: "+84 (91) 234-5678",
		Password: "x", Disabled: true, Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}, {Role: kpi.Approver, Unit: "SYT"}, {Role: kpi.Clerk, Unit: "SYT"}}})
	if err != nil {
		t.Fatal(err)
	}
	u, _, err := f.Session(f.signIn(t, "nv.an", code))
	if err != nil || !u.MustChange || u.Disabled || u.Name != "Nguyễn Văn An" || len(u.Grants) != 2 {
		t.Errorf("user %+v, %v", u, err)
	}
	ev := f.history(t, "user/nv.an")
	added := ev[len(ev)-1]
	if added.Verb != kpi.VerbAdd || added.By != "sep" || added.New != "Nguyễn Văn An: Nhập liệu SYT; Duyệt của đơn vị SYT" {
		t.Errorf("event %+v", added)
	}
	for _, e := range ev {
		if strings.Contains(fmt.Sprint(e), code) || strings.Contains(fmt.Sprint(e), "argon2") {
			t.Errorf("the log holds a password: %+v", e)
		}
	}
}

func TestAddUsers_AllOrNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	leader := []kpi.Grant{{Role: kpi.Leader}}
	list := []kpi.User{{Login: "nv.mot", Name: "Một", Grants: leader}, {Login: "nv.hai", Name: "Hai", Grants: leader}, {Login: "nv.mot", Name: "Lặp", Grants: leader}}
	codes, err := f.AddUsers(f.admin(t), list)
	if kpi.KindOf(err) != kpi.Invalid || codes != nil {
		t.Fatalf("with one login twice: %v, %v", codes, err)
	}
	if users, _ := f.ListUsers(f.admin(t)); len(users) != 1 {
		t.Fatalf("%d accounts after the refusal, want 1", len(users))
	}
	codes, err = f.AddUsers(f.admin(t), list[:2])
	if err != nil || len(codes) != 2 || codes["nv.mot"] == codes["nv.hai"] {
		t.Fatalf("codes %v, %v", codes, err)
	}
	for login, code := range codes {
		f.signIn(t, login, code)
	}
}

func TestAddUser_TwoAtOnce_OneWins(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	actor := f.admin(t)
	var codes [8]string
	var errs [8]error
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() {
			codes[i], errs[i] = f.AddUser(actor, kpi.User{Login: "nv.an", Name: "An", Grants: []kpi.Grant{{Role: kpi.Leader}}})
		})
	}
	wg.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
			f.signIn(t, "nv.an", codes[i])
		} else if kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("loser: %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d won, want 1", won)
	}
}

func TestSetUser_GrantsChanged_SessionsEnd(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Clerk, Unit: "SYT"})
	token := f.signIn(t, "nv.an", code)
	was := f.user(t, "nv.an")

	u := was
	u.Name, u.Phone, u.Password, u.Disabled, u.MustChange = "Nguyễn Thị An", "0912345678", "x", true, false
	if err := f.SetUser(f.admin(t), u); err != nil {
		t.Fatal(err)
	}
	is := f.user(t, "nv.an")
	if is.Name != u.Name || is.Phone != u.Phone || is.Password != was.Password || is.Disabled || !is.MustChange || !is.Created.Equal(was.Created) {
		t.Errorf("account %+v", is)
	}
	if _, _, err := f.Session(token); err != nil {
		t.Errorf("session after a change of name: %v", err)
	}
	n := len(f.history(t, "user/nv.an"))
	if err := f.SetUser(f.admin(t), u); err != nil || len(f.history(t, "user/nv.an")) != n {
		t.Errorf("the same again: %v, %d events, want %d", err, len(f.history(t, "user/nv.an")), n)
	}

	u.Grants = []kpi.Grant{{Role: kpi.Approver, Unit: "XA1"}}
	if err := f.SetUser(f.admin(t), u); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Session(token); kpi.KindOf(err) != kpi.Login {
		t.Errorf("session after a change of grants: %v", err)
	}
	ev := f.history(t, "user/nv.an")[0]
	if ev.Verb != kpi.VerbChange || ev.Old != "Nguyễn Thị An: Nhập liệu SYT" || ev.New != "Nguyễn Thị An: Duyệt của đơn vị XA1" {
		t.Errorf("event %+v", ev)
	}

	u.Grants = []kpi.Grant{{Role: kpi.Clerk, Unit: "KHONG"}}
	if err := f.SetUser(f.admin(t), u); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("unknown unit: %v", err)
	}
	u.Login = "khong.co"
	if err := f.SetUser(f.admin(t), u); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("unknown account: %v", err)
	}
}

func TestLastAdmin_Stays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.add(t, "sep2", kpi.Grant{Role: kpi.Admin})
	if err := f.DisableUser(f.admin(t), "sep2"); err != nil {
		t.Fatal(err)
	}
	for name, actor := range map[string]kpi.Actor{"admin": f.admin(t), "console": f.System()} {
		if err := f.DisableUser(actor, "sep"); kpi.KindOf(err) != kpi.Conflict {
			t.Errorf("disable by %s: %v", name, err)
		}
		u := f.user(t, "sep")
		u.Grants = []kpi.Grant{{Role: kpi.Leader}}
		if err := f.SetUser(actor, u); kpi.KindOf(err) != kpi.Conflict {
			t.Errorf("role taken by %s: %v", name, err)
		}
	}
	if err := f.EnableUser(f.admin(t), "sep2"); err != nil {
		t.Fatal(err)
	}
	if err := f.DisableUser(f.admin(t), "sep"); err != nil {
		t.Errorf("disable one of two: %v", err)
	}
	if err := f.DisableUser(f.System(), "sep2"); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("disable the other: %v", err)
	}
}

func TestDisableUser_SessionsEnd_EnableLetsIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	one, two := f.signIn(t, "nv.an", code), f.signIn(t, "nv.an", code)
	if err := f.DisableUser(f.admin(t), "nv.an"); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{one, two} {
		if _, _, err := f.Session(token); kpi.KindOf(err) != kpi.Login {
			t.Errorf("session of a disabled account: %v", err)
		}
	}
	if _, _, _, err := f.SignIn("nv.an", code, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("sign-in of a disabled account: %v", err)
	}
	if err := f.EnableUser(f.admin(t), "nv.an"); err != nil {
		t.Fatal(err)
	}
	f.signIn(t, "nv.an", code)
	ev := f.history(t, "user/nv.an")
	if !hasVerb(ev, kpi.VerbDisable) || !hasVerb(ev, kpi.VerbEnable) {
		t.Errorf("events %v", ev)
	}
}

func TestResetUser_NewCodeOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	token := f.signIn(t, "nv.an", code)
	fresh, err := f.ResetUser(f.admin(t), "nv.an")
	if err != nil || fresh == code {
		t.Fatalf("code %q after %q, %v", fresh, code, err)
	}
	if _, _, err := f.Session(token); kpi.KindOf(err) != kpi.Login {
		t.Errorf("session after the reset: %v", err)
	}
	if _, _, _, err := f.SignIn("nv.an", code, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("old code: %v", err)
	}
	f.signIn(t, "nv.an", fresh)
	if !f.user(t, "nv.an").MustChange {
		t.Error("the code may be kept as a password")
	}
	if _, err := f.ResetUser(f.admin(t), "khong.co"); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("unknown account: %v", err)
	}
}
