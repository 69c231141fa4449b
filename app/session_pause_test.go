package app

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

func TestSignIn_SixthFailure_Paused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, login := range []string{"sep", "khong.co"} {
		for i := range 5 {
			if err := f.failSignIn(login, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
				t.Fatalf("%s, failure %d: %v", login, i+1, err)
			}
		}
		err := f.failSignIn(login, "10.0.0.1", "")
		if kpi.KindOf(err) != kpi.Busy || !strings.Contains(err.Error(), "09h15 ngày 10/06/2026") {
			t.Errorf("%s, sixth try: %v", login, err)
		}
	}
	if _, _, _, err := f.SignIn("sep", adminPassword, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("right password in the pause: %v", err)
	}
	f.signInFrom(t, "10.0.0.2")
	f.clock.forward(15*time.Minute - time.Second)
	if err := f.failSignIn("sep", "10.0.0.1", ""); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("a second before the end: %v", err)
	}
	f.clock.forward(time.Second)
	f.signInFrom(t, "10.0.0.1")
}

func (f fixture) signInFrom(t *testing.T, addr string) {
	t.Helper()
	if _, _, _, err := f.SignIn("sep", adminPassword, addr, ""); err != nil {
		t.Errorf("sign-in from %s: %v", addr, err)
	}
}

func TestSignIn_FailuresFarApart_NotPaused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 12 {
		if err := f.failSignIn("sep", "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
			t.Fatalf("failure %d: %v", i+1, err)
		}
		f.clock.forward(4 * time.Minute)
	}
}

func TestSignIn_Success_ClearsRow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for range 3 {
		for range 4 {
			if err := f.failSignIn("sep", "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
				t.Fatal(err)
			}
		}
		f.signInFrom(t, "10.0.0.1")
	}
}

func TestSignIn_ManyAtOnce_NoMoreThanFiveJudged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	gate := make(chan struct{}) // opens when all tries have passed the first look at the limits
	derive := f.hash.derive
	f.hash.derive = func(p, s []byte, t, m uint32, n uint8, size uint32) []byte {
		<-gate
		return derive(p, s, t, m, n, size)
	}
	errs := make([]error, 40)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = f.failSignIn("sep", "10.0.0.1", "") })
	}
	for len(f.hash.queue) < len(errs) {
		time.Sleep(time.Millisecond)
	}
	close(gate)
	wg.Wait()
	judged := 0
	for _, err := range errs {
		if kpi.KindOf(err) == kpi.Invalid {
			judged++
		} else if kpi.KindOf(err) != kpi.Busy {
			t.Error(err)
		}
	}
	if judged != 5 {
		t.Errorf("%d of 40 tries at once were judged, want 5", judged)
	}
}

func TestSignIn_FiftyAnHour_OneEveryHalfMinute(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 50 {
		if err := f.failSignIn("sep", fmt.Sprintf("10.0.1.%d", i), ""); kpi.KindOf(err) != kpi.Invalid {
			t.Fatalf("failure %d: %v", i+1, err)
		}
	}
	err := f.failSignIn("sep", "10.0.2.1", "")
	if kpi.KindOf(err) != kpi.Busy || !strings.Contains(err.Error(), "sau 30 giây") {
		t.Errorf("fifty-first try: %v", err)
	}
	f.clock.forward(30 * time.Second)
	if err := f.failSignIn("sep", "10.0.2.1", ""); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("after 30 s: %v", err)
	}
	if err := f.failSignIn("sep", "10.0.2.1", ""); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("again at once: %v", err)
	}
	f.clock.forward(30 * time.Second)
	f.signInFrom(t, "10.0.2.2")
}

func TestSignIn_HundredInARow_OnlyResetHelps(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	old := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	for i := range 100 {
		if err := f.failSignIn("nv.an", fmt.Sprintf("10.0.1.%d", i), ""); kpi.KindOf(err) != kpi.Invalid {
			t.Fatalf("failure %d: %v", i+1, err)
		}
		f.clock.forward(2 * time.Minute)
	}
	f.clock.forward(400 * 24 * time.Hour)
	if err := f.Sweep(); err != nil {
		t.Fatal(err)
	}
	_, _, _, err := f.SignIn("nv.an", old, "10.0.2.1", "")
	if kpi.KindOf(err) != kpi.Busy || !strings.Contains(err.Error(), "cấp lại mã đăng nhập") {
		t.Errorf("right password a year later: %v", err)
	}
	code, err := f.ResetUser(f.admin(t), "nv.an")
	if err != nil {
		t.Fatal(err)
	}
	f.signIn(t, "nv.an", code)
}

func TestSignIn_KnownDevice_NotStoppedByOthers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, device, _, err := f.SignIn("sep", adminPassword, "10.0.0.1", "")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 { // from the office's own address among others
		f.failSignIn("sep", fmt.Sprintf("10.0.0.%d", 1+i/5), "")
		f.clock.forward(time.Minute)
	}
	if err := f.failSignIn("sep", "10.0.0.1", ""); kpi.KindOf(err) != kpi.Busy {
		t.Fatalf("a new device: %v", err)
	}
	if err := f.failSignIn("sep", "10.0.0.1", "AAAAAAAAAAAAAAAAAAAAAA"); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("a made-up device: %v", err)
	}
	if _, _, _, err := f.SignIn("sep", adminPassword, "10.0.0.1", device); err != nil {
		t.Errorf("the known device: %v", err)
	}
	f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	for range 5 {
		f.failSignIn("nv.an", "10.0.3.1", device)
	}
	if err := f.failSignIn("nv.an", "10.0.3.1", device); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("the device at an account that it does not know: %v", err)
	}

	for range 5 {
		f.failSignIn("sep", "10.0.0.1", device)
	}
	if err := f.failSignIn("sep", "10.0.4.1", device); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("its own failures: %v", err)
	}
}

func TestSignIn_ManyDevices_TenRemembered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var devices []string
	for range 10 {
		_, device, _, err := f.SignIn("sep", adminPassword, "10.0.0.1", "")
		if err != nil {
			t.Fatal(err)
		}
		devices = append(devices, device)
	}
	if _, again, _, err := f.SignIn("sep", adminPassword, "10.0.0.1", devices[0]); err != nil || again != "" {
		t.Fatalf("device %q, %v", again, err)
	}
	f.signInFrom(t, "10.0.0.1") // an eleventh: the second, used longest ago, goes
	err := f.store.View(func(tx *store.Tx) error {
		list, err := tx.Devices("sep")
		if len(list) != 10 || list[8] != tokenHash(devices[0]) || list[0] != tokenHash(devices[2]) {
			t.Errorf("%d devices %v", len(list), list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignIn_ThreeHundredFromAnAddress_Paused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 300 {
		login := fmt.Sprintf("nv.%d", i)
		if i%2 == 0 {
			login = "|" // names that none can have count too
		}
		if err := f.failSignIn(login, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
			t.Fatalf("failure %d: %v", i+1, err)
		}
	}
	for _, login := range []string{"sep", "|"} {
		if err := f.failSignIn(login, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Busy {
			t.Errorf("%q: %v", login, err)
		}
	}
	f.signInFrom(t, "10.0.0.2")
}
