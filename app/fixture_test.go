package app

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// fixture is an App on a real store with the units SYT and XA1, the admin «sep» and a clock that tests move.
type fixture struct {
	*App
	clock *clock
}

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

const adminPassword = "trăng lên đỉnh núi trăng mờ"

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := emptyFixture(t)
	err := f.store.Update(func(tx *store.Tx) error {
		for _, u := range []kpi.Unit{{Code: "SYT", Name: "Sở Y tế", Kind: kpi.Agency}, {Code: "XA1", Name: "Xã Một", Kind: kpi.Commune}} {
			if err := tx.PutUnit(u, f.System().Event(kpi.VerbAdd, "unit/"+u.Code, "", u.Name, "")); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = f.InitAdmin(f.System(), "sep", "Lê Sếp", adminPassword)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// emptyFixture is a fixture on a new store.
func emptyFixture(t *testing.T) fixture {
	t.Helper()
	s := openStore(t)
	c := &clock{t: time.Date(2026, 6, 10, 2, 0, 0, 0, time.UTC)}
	a := New(Options{Store: s, Dir: t.TempDir(), Now: c.now})
	a.hash = newTestHasher()
	return fixture{App: a, clock: c}
}

// admin is the admin «sep» at this instant.
func (f fixture) admin(t *testing.T) kpi.Actor {
	t.Helper()
	return kpi.Actor{User: f.user(t, "sep"), At: f.Now(), Addr: "10.0.0.9", Request: "r1"}
}

// user returns an account as it is stored.
func (f fixture) user(t *testing.T, login string) (u kpi.User) {
	t.Helper()
	err := f.store.View(func(tx *store.Tx) error {
		var ok bool
		var err error
		if u, ok, err = tx.User(login); err == nil && !ok {
			err = fmt.Errorf("no account %s", login)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// add makes an account and returns its code.
func (f fixture) add(t *testing.T, login string, grants ...kpi.Grant) string {
	t.Helper()
	code, err := f.AddUser(f.admin(t), kpi.User{Login: login, Name: "Nguyễn Văn An", Grants: grants})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// signIn opens a session from 10.0.0.1 on a new device and returns its token.
func (f fixture) signIn(t *testing.T, login, password string) string {
	t.Helper()
	token, _, _, err := f.SignIn(login, password, "10.0.0.1", "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// history returns the events of an object, the newest first.
func (f fixture) history(t *testing.T, object string) (list []kpi.Event) {
	t.Helper()
	err := f.store.View(func(tx *store.Tx) error {
		for ev, err := range tx.History(object) {
			if err != nil {
				return err
			}
			list = append(list, ev)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func hasVerb(list []kpi.Event, v kpi.Verb) bool {
	return slices.ContainsFunc(list, func(ev kpi.Event) bool { return ev.Verb == v })
}
