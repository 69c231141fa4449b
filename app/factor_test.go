package app

import (
	"encoding/base32"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// TestTOTP_RFC6238 holds codes against the last six digits of appendix B.
func TestTOTP_RFC6238(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := totp([]byte("12345678901234567890"), at/codeStep); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// phone is the app that makes codes for an account.
type phone struct {
	fixture
	seed []byte
}

func (p phone) code(steps int64) string { return totp(p.seed, p.Now().Unix()/codeStep+steps) }

// actor is the account at this instant, from an address.
func (f fixture) actor(t *testing.T, login string) kpi.Actor {
	t.Helper()
	return kpi.Actor{User: f.user(t, login), At: f.Now(), Addr: "10.0.0.5", Request: "r2"}
}

// enrol sets up the second factor of «sep» and returns the phone, the recovery codes and the token of the session.
func (f fixture) enrol(t *testing.T) (phone, []string, string) {
	t.Helper()
	token := f.signIn(t, "sep", adminPassword)
	seed, err := f.NewSeed(f.actor(t, "sep"), token, "Báo cáo chỉ số")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(seed.Text, " ", ""))
	if err != nil || len(raw) != 20 || !strings.Contains(seed.URI, strings.ReplaceAll(seed.Text, " ", "")) || !strings.HasPrefix(seed.URI, "otpauth://totp/") {
		t.Fatalf("seed %+v, %v", seed, err)
	}
	p := phone{f, raw}
	if _, _, err := f.EnrolFactor(f.actor(t, "sep"), token, p.code(5)); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("enrolled with a wrong code: %v", err)
	}
	codes, fresh, err := f.EnrolFactor(f.actor(t, "sep"), token, p.code(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Session(token); fresh == token || kpi.KindOf(err) != kpi.Login {
		t.Errorf("the session before enrolment goes on: %v", err)
	}
	if _, _, err := f.Session(fresh); err != nil {
		t.Error(err)
	}
	f.clock.forward(2 * time.Minute)
	return p, codes, fresh
}

// half gives the password and returns the token of the first step.
func (p phone) half(t *testing.T) string {
	t.Helper()
	token, _, s, err := p.SignIn("sep", adminPassword, "10.0.0.1", "")
	if err != nil || !s.Half {
		t.Fatalf("first step: half %v, %v", s.Half, err)
	}
	return token
}

func (f fixture) with(policy FactorPolicy) fixture { f.factors = policy; return f }

func TestSignInCode(t *testing.T) {
	t.Parallel()
	p, _, _ := newFixture(t).with(FactorRequired).enrol(t)
	half := p.half(t)
	if _, _, err := p.Session(half); kpi.KindOf(err) != kpi.Login {
		t.Errorf("a session with the password alone: %v", err)
	}
	for _, off := range []int64{-2, 2} {
		if _, err := p.SignInCode(half, p.code(off), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("step %d: %v", off, err)
		}
	}
	code := p.code(-1)
	token, err := p.SignInCode(half, code[:3]+" "+code[3:], "10.0.0.1", "d")
	if err != nil || token == half {
		t.Fatalf("previous step: new id %v, %v", token != half, err)
	}
	if u, _, err := p.Session(token); err != nil || u.Login != "sep" {
		t.Errorf("session of %q, %v", u.Login, err)
	}
	if _, err := p.SignInCode(half, p.code(0), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Login {
		t.Errorf("the first step is used twice: %v", err)
	}
	half = p.half(t)
	for _, old := range []int64{-1} {
		if _, err := p.SignInCode(half, p.code(old), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("the same code again: %v", err)
		}
	}
	if _, err := p.SignInCode(half, p.code(1), "10.0.0.1", "d"); err != nil {
		t.Errorf("next step: %v", err)
	}
	if _, err := p.SignInCode(p.half(t), p.code(0), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("a code before the last one used: %v", err)
	}
	if ev := p.history(t, "user/sep")[0]; ev.Verb != kpi.VerbRefuse || ev.Reason != "Mã xác thực không đúng" {
		t.Errorf("event %+v", ev)
	}
}

// A browser that keeps no device token is not one that is known from then on: so would be everybody's who has none.
func TestSignInCode_NoDevice_NotRemembered(t *testing.T) {
	t.Parallel()
	p, _, _ := newFixture(t).with(FactorRequired).enrol(t)
	for device, want := range map[string]bool{"": false, "d": true} {
		p.clock.forward(2 * time.Minute)
		if _, err := p.SignInCode(p.half(t), p.code(0), "10.0.0.1", device); err != nil {
			t.Fatal(err)
		}
		err := p.store.View(func(tx *store.Tx) error {
			known, err := tx.Devices("sep")
			if slices.Contains(known, tokenHash(device)) != want {
				t.Errorf("device %q: known %v, want %v", device, !want, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestSignInCode_FiveMinutesLate_StartsOver(t *testing.T) {
	t.Parallel()
	p, _, _ := newFixture(t).with(FactorRequired).enrol(t)
	half := p.half(t)
	p.clock.forward(halfLife)
	if _, err := p.SignInCode(half, p.code(0), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Login {
		t.Errorf("%v", err)
	}
}

func TestSignInCode_Disabled_Refused(t *testing.T) {
	t.Parallel()
	f := newFixture(t).with(FactorRequired)
	p, _, _ := f.enrol(t)
	half := p.half(t)
	f.add(t, "nv.hai", kpi.Grant{Role: kpi.Admin})
	if err := f.DisableUser(f.System(), "sep"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.SignInCode(half, p.code(0), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Login {
		t.Errorf("%v", err)
	}
}

func TestSignInCode_WrongCodes_PausedWhateverThePassword(t *testing.T) {
	t.Parallel()
	p, recovery, _ := newFixture(t).with(FactorRequired).enrol(t)
	for range 5 { // a right password between them does not help
		if _, err := p.SignInCode(p.half(t), p.code(7), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Invalid {
			t.Fatal(err)
		}
	}
	half := p.half(t)
	for _, code := range []string{p.code(0), recovery[0]} {
		if _, err := p.SignInCode(half, code, "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Busy {
			t.Errorf("right code in the pause: %v", err)
		}
	}
	p.clock.forward(15 * time.Minute)
	if _, err := p.SignInCode(p.half(t), p.code(0), "10.0.0.1", "d"); err != nil {
		t.Error(err)
	}
}

func TestSignInCode_Recovery_OnceEach(t *testing.T) {
	t.Parallel()
	p, codes, _ := newFixture(t).with(FactorRequired).enrol(t)
	if len(codes) != 10 {
		t.Fatalf("%d codes", len(codes))
	}
	err := p.store.View(func(tx *store.Tx) error {
		f, _, err := tx.Factor("sep")
		if strings.Contains(strings.Join(f.Codes, " ")+f.Seed.Text, codes[0]) || strings.Contains(f.Seed.Text, string(p.seed)) {
			t.Error("a code or the key is stored as it is")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	typed := strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))
	if _, err := p.SignInCode(p.half(t), typed, "10.0.0.1", "d"); err != nil {
		t.Errorf("as typed: %v", err)
	}
	if _, err := p.SignInCode(p.half(t), codes[3], "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("again: %v", err)
	}
	if s, err := p.Factor(p.actor(t, "sep"), "sep"); err != nil || s.Codes != 9 || !s.On || !s.Required {
		t.Errorf("state %+v, %v", s, err)
	}
}

func TestSignInCode_KeyFileGone_RecoveryWorks(t *testing.T) {
	t.Parallel()
	p, codes, token := newFixture(t).with(FactorRequired).enrol(t)
	if err := os.Rename(p.KeyFile(), p.KeyFile()+".away"); err != nil {
		t.Fatal(err)
	}
	half := p.half(t)
	_, err := p.SignInCode(half, p.code(0), "10.0.0.1", "d")
	if kpi.KindOf(err) != kpi.Unavailable || !strings.Contains(err.Error(), "tệp khóa") {
		t.Errorf("without the key: %v", err)
	}
	if _, _, err := p.EnrolFactor(p.actor(t, "sep"), token, p.code(0)); err == nil {
		t.Error("a new key was begun although the old one is missing")
	}
	if _, err := p.SignInCode(half, codes[0], "10.0.0.1", "d"); err != nil {
		t.Errorf("recovery code: %v", err)
	}
}

func TestRotateKey_SealsFactorsAnew(t *testing.T) {
	t.Parallel()
	p, _, _ := newFixture(t).with(FactorRequired).enrol(t)
	if sealed, closed, err := p.RotateKey(p.System()); err != nil || sealed != 1 || closed != 0 {
		t.Fatalf("%d sealed, %d closed, %v", sealed, closed, err)
	}
	ring, err := readKeys(p.KeyFile())
	if err != nil || len(ring) != 2 {
		t.Fatalf("%d keys, %v", len(ring), err)
	}
	err = p.store.View(func(tx *store.Tx) error {
		f, _, err := tx.Factor("sep")
		if seed, ok := ring[:1].open(factorPlace("sep"), f.Seed); !ok || seed != string(p.seed) {
			t.Error("the new key does not open it")
		}
		if _, ok := ring.open(factorPlace("khac"), f.Seed); ok {
			t.Error("it opens for another account")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFactor_WhoMust(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, c := range []struct {
		policy FactorPolicy
		role   kpi.Role
		must   bool
	}{
		{FactorRequired, kpi.Admin, true}, {FactorRequired, kpi.Coordinator, true}, {FactorRequired, kpi.Liaison, true}, {FactorRequired, kpi.Leader, true},
		{FactorRequired, kpi.Clerk, false}, {FactorRequired, kpi.Approver, false}, {FactorOffered, kpi.Admin, false}, {FactorOff, kpi.Admin, false},
	} {
		f.factors = c.policy
		if must, err := f.MustEnrol(kpi.User{Login: "x", Grants: []kpi.Grant{{Role: c.role, Unit: "SYT"}}}); err != nil || must != c.must {
			t.Errorf("%s, %s: must enrol %v, %v", c.policy, c.role, must, err)
		}
	}
	f.factors = FactorRequired
	p, _, _ := f.enrol(t)
	if must, err := p.MustEnrol(p.user(t, "sep")); err != nil || must {
		t.Errorf("still asked to enrol: %v, %v", must, err)
	}
	if err := p.DropFactor(p.actor(t, "sep")); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("an admin turned it off: %v", err)
	}
	f.factors = FactorOff
	if _, _, s, err := f.SignIn("sep", adminPassword, "10.0.0.1", ""); err != nil || s.Half {
		t.Errorf("turned off for all: half %v, %v", s.Half, err)
	}
}

// TestSignIn_Outside: from elsewhere than the networks of the office nobody comes in with a password alone.
func TestSignIn_Outside(t *testing.T) {
	t.Parallel()
	f := newFixture(t).with(FactorOffered)
	f.inside = netip.MustParsePrefix("10.0.0.0/24").Contains
	for addr, want := range map[string]kpi.ErrorKind{"10.0.0.1": 0, "10.0.0.9": 0, "::ffff:10.0.0.9": 0, "10.0.1.9": kpi.Invalid, "2001:db9::5": kpi.Invalid, "": kpi.Invalid} {
		_, _, _, err := f.SignIn("sep", adminPassword, addr, "")
		if kpi.KindOf(err) != want || want != 0 && !strings.Contains(err.Error(), "xác thực hai lớp") {
			t.Errorf("from %q: %v", addr, err)
		}
		if err := f.failSignIn("sep", addr, ""); err == nil || strings.Contains(err.Error(), "xác thực hai lớp") {
			t.Errorf("from %q without the password: %v", addr, err)
		}
	}
	p, _, _ := f.enrol(t)
	half, _, s, err := p.SignIn("sep", adminPassword, "192.0.2.1", "")
	if err != nil || !s.Half {
		t.Fatalf("with a second factor: half %v, %v", s.Half, err)
	}
	if _, err := p.SignInCode(half, p.code(0), "192.0.2.1", ""); err != nil {
		t.Error(err)
	}
}

func TestResetFactor(t *testing.T) {
	t.Parallel()
	f := newFixture(t).with(FactorRequired)
	p, _, token := f.enrol(t)
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	if err := f.ResetFactor(f.actor(t, "nv.an"), "sep"); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a leader: %v", err)
	}
	half := p.half(t)
	if err := f.ResetFactor(f.admin(t), "sep"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Session(token); kpi.KindOf(err) != kpi.Login {
		t.Errorf("the session goes on: %v", err)
	}
	if _, err := f.SignInCode(half, p.code(0), "10.0.0.1", "d"); kpi.KindOf(err) != kpi.Login {
		t.Errorf("the first step goes on: %v", err)
	}
	if must, err := f.MustEnrol(f.user(t, "sep")); err != nil || !must {
		t.Errorf("must enrol again: %v, %v", must, err)
	}
	if ev := f.history(t, "user/sep")[0]; ev.Verb != kpi.VerbFactor || ev.New != "đặt lại" {
		t.Errorf("event %+v", ev)
	}
}
