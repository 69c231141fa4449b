package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

const (
	sessionIdle = 30 * time.Minute
	sessionLife = 12 * time.Hour
	seenEvery   = time.Minute // a session's Seen is at most this much behind
	opLife      = 48 * time.Hour
	deviceSize  = 16  // bytes
	maxDevices  = 10  // remembered for an account
	noLogin     = "-" // stands where a name is no account's
)

// SessionEnd returns the instant at which the session ends if it is not used before then.
func SessionEnd(s store.Session) time.Time {
	idle, life := s.Seen.Add(sessionIdle), s.Created.Add(sessionLife)
	if idle.Before(life) {
		return idle
	}
	return life
}

func userObject(login string) string { return "user/" + login }

// tokenHash is what the store keeps of a token.
func tokenHash(token string) string {
	h := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// A limit stops tries after too many failures recorded for who from where.
type limit struct {
	who, where string
	count      int           // this many failures …
	within     time.Duration // … no further apart than this …
	pause      time.Duration // … stop tries until this long after the last
	row        int           // failures in a row after which only an admin helps, 0: no such number
	shared     bool          // others may be the cause: a success does not make up for them
}

// limitsOf returns what bounds the tries of an account. A device that has signed in to it before stands for itself:
// what others do does not stop it.
func limitsOf(login, addr, device string, known bool) []limit {
	own := limit{who: login, where: "address " + addr, count: 5, within: 15 * time.Minute, pause: 15 * time.Minute}
	all := limit{who: login, where: "anywhere", count: 50, within: time.Hour, pause: 30 * time.Second, row: 100, shared: true}
	office := limit{who: noLogin, where: "address " + addr, count: 300, within: time.Hour, pause: 15 * time.Minute, shared: true}
	switch {
	case login == noLogin:
		return []limit{office}
	case known:
		own.where, own.row = "device "+tokenHash(device), 100
		return []limit{own}
	}
	return []limit{own, all, office}
}

// stop returns a Busy error while one of the limits is reached.
func stop(tx *store.Tx, limits []limit, now time.Time) error {
	for _, l := range limits {
		f, err := tx.Failures(l.who, l.where)
		if err != nil {
			return err
		}
		if l.row > 0 && f.Row >= l.row {
			return kpi.Errorf(kpi.Busy, "Tài khoản tạm khóa vì nhập sai mật khẩu %d lần liên tiếp. Đề nghị người quản trị cấp lại mật khẩu.", l.row)
		}
		n := len(f.Recent)
		if n < l.count || f.Recent[n-1].Sub(f.Recent[n-l.count]) >= l.within {
			continue
		}
		wait := f.Recent[n-1].Add(l.pause).Sub(now)
		switch {
		case wait > time.Minute:
			until := now.Add(wait + time.Minute - time.Nanosecond).Truncate(time.Minute)
			return kpi.Errorf(kpi.Busy, "Nhập sai mật khẩu quá nhiều lần. Thử lại từ %s ngày %s.", kpi.FormatClock(until), kpi.FormatDate(until))
		case wait > 0:
			return kpi.Errorf(kpi.Busy, "Nhập sai mật khẩu quá nhiều lần. Thử lại sau %d giây.", (wait+time.Second-1)/time.Second)
		}
	}
	return nil
}

// fail records one more failure.
func fail(tx *store.Tx, limits []limit, now time.Time) error {
	for _, l := range limits {
		f, err := tx.Failures(l.who, l.where)
		if err != nil {
			return err
		}
		f.Recent = append(f.Recent, now)
		f.Recent = f.Recent[max(0, len(f.Recent)-l.count):]
		if l.row > 0 {
			f.Row++
		}
		if err := tx.PutFailures(l.who, l.where, f); err != nil {
			return err
		}
	}
	return nil
}

// succeed ends the rows of failures.
func succeed(tx *store.Tx, limits []limit) error {
	for _, l := range limits {
		f, err := tx.Failures(l.who, l.where)
		if err != nil {
			return err
		}
		if f.Row = 0; !l.shared {
			f.Recent = nil
		}
		if err := tx.PutFailures(l.who, l.where, f); err != nil {
			return err
		}
	}
	return nil
}

// forgotten reports whether failures no longer matter. A long row is kept for a month, and one that locks for ever.
func forgotten(f store.Failures, now time.Time) bool {
	if len(f.Recent) == 0 {
		return true
	}
	age := now.Sub(f.Recent[len(f.Recent)-1])
	switch {
	case f.Row == 0:
		return age > time.Hour
	case f.Row < 20:
		return age > 24*time.Hour
	case f.Row < 100:
		return age > 30*24*time.Hour
	}
	return false
}

// SignIn opens a session for the account. addr is the client's address, device the token that its browser kept from
// an earlier sign-in, "" if none. It returns the session's token, and newDevice, the device token for the browser to
// keep, "" if the one it has is still good. Whether the account is unknown, disabled or has another password, the
// Invalid error is the same and takes as long; after too many failures the error is Busy.
func (a *App) SignIn(login, password, addr, device string) (token, newDevice string, s store.Session, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !kpi.ValidLogin(login) {
		login = noLogin
	}
	var user kpi.User
	var limits []limit
	err = a.store.View(func(tx *store.Tx) error {
		known, err := tx.Devices(login)
		if err != nil {
			return err
		}
		limits = limitsOf(login, addr, device, slices.Contains(known, tokenHash(device)))
		if err := stop(tx, limits, a.Now()); err != nil {
			return err
		}
		user, _, err = tx.User(login)
		return err
	})
	if err != nil {
		return "", "", s, err
	}
	phc := user.Password
	if phc == "" {
		phc = a.hash.dummy
	}
	ok, stale, err := a.hash.verify(phc, password)
	if err != nil {
		return "", "", s, fmt.Errorf("verify password of %s: %w", login, err)
	}
	rehashed := user.Password
	if ok && stale {
		rehashed = a.hash.make(password)
	}

	token = randomToken(32)
	if len(device) != base64.RawURLEncoding.EncodedLen(deviceSize) {
		newDevice = randomToken(deviceSize)
		device = newDevice
	}
	now := a.Now()
	s = store.Session{Login: login, Created: now, Seen: now, CSRF: randomToken(32), Addr: addr}
	var refused error
	err = a.store.Update(func(tx *store.Tx) error {
		// The limits are asked again: many tries at once have all passed them above.
		if refused = stop(tx, limits, now); refused != nil {
			return refused
		}
		u, exists, err := tx.User(login)
		if err != nil {
			return err
		}
		if !ok || !exists || u.Disabled || u.Password != user.Password {
			refused = kpi.Errorf(kpi.Invalid, "Tên đăng nhập hoặc mật khẩu không đúng.")
			return refuse(tx, limits, exists, s)
		}
		ev := kpi.Event{At: now, By: login, Addr: addr, Verb: kpi.VerbSignIn, Object: userObject(login)}
		if u.Password = rehashed; rehashed != user.Password {
			err = tx.PutUser(u, ev)
		} else {
			err = tx.Log(ev)
		}
		if err != nil {
			return err
		}
		if err := succeed(tx, limits); err != nil {
			return err
		}
		if err := remember(tx, login, tokenHash(device)); err != nil {
			return err
		}
		return tx.PutSession(tokenHash(token), s)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return "", "", store.Session{}, err
	}
	return token, newDevice, s, nil
}

// refuse records a failed sign-in. A name that is no account's is not logged: it may be a password in the wrong field.
func refuse(tx *store.Tx, limits []limit, exists bool, s store.Session) error {
	if err := fail(tx, limits, s.Created); err != nil {
		return err
	}
	ev := kpi.Event{At: s.Created, Addr: s.Addr, Verb: kpi.VerbRefuse, Object: userObject(s.Login), Reason: "Đăng nhập không thành công"}
	if !exists {
		ev.Object, ev.Reason = userObject(noLogin), "Đăng nhập bằng tên không có tài khoản"
	}
	if err := stop(tx, limits, s.Created); err != nil {
		if kpi.KindOf(err) != kpi.Busy {
			return err
		}
		ev.Reason += "; tạm dừng vì quá nhiều lần"
	}
	return tx.Log(ev)
}

// remember puts the device last among those of the account and lets go of the one not used for longest.
func remember(tx *store.Tx, login, hash string) error {
	list, err := tx.Devices(login)
	if err != nil || len(list) > 0 && list[len(list)-1] == hash {
		return err
	}
	list = append(slices.DeleteFunc(list, func(h string) bool { return h == hash }), hash)
	return tx.PutDevices(login, list[max(0, len(list)-maxDevices):])
}

// Session returns the session of the token and its user, both as they are now; the user comes without the password.
// It fails with kpi.Login when there is no such session, when it has ended, and when the account is disabled.
func (a *App) Session(token string) (user kpi.User, s store.Session, err error) {
	hash, now := tokenHash(token), a.Now()
	err = a.store.View(func(tx *store.Tx) (err error) {
		user, s, err = session(tx, hash, now)
		return err
	})
	if err == nil && now.Sub(s.Seen) >= seenEvery {
		s.Seen = now
		err = a.touch(hash, now)
	}
	if err != nil {
		return kpi.User{}, store.Session{}, err
	}
	user.Password = ""
	return user, s, nil
}

// touch writes that the session is in use. Only if it has been ended meanwhile is that an error: people can still
// read when nothing can be written.
func (a *App) touch(hash string, now time.Time) error {
	err := a.store.Update(func(tx *store.Tx) error {
		_, s, err := session(tx, hash, now)
		if err != nil || now.Sub(s.Seen) < seenEvery {
			return err
		}
		s.Seen = now
		return tx.PutSession(hash, s)
	})
	if err != nil && kpi.KindOf(err) != kpi.Login {
		a.log.Warn("session not kept alive", "err", err)
		return nil
	}
	return err
}

// session reads an open session and its user.
func session(tx *store.Tx, hash string, now time.Time) (kpi.User, store.Session, error) {
	s, ok, err := tx.Session(hash)
	if err != nil {
		return kpi.User{}, s, err
	}
	if !ok || !now.Before(SessionEnd(s)) {
		return kpi.User{}, s, kpi.Errorf(kpi.Login, "Phiên làm việc đã kết thúc. Đăng nhập để tiếp tục.")
	}
	user, ok, err := tx.User(s.Login)
	if err == nil && (!ok || user.Disabled) {
		err = kpi.Errorf(kpi.Login, "Tài khoản không còn hoạt động. Liên hệ người quản trị.")
	}
	if err == nil {
		user, err = signing(tx, user, now)
	}
	return user, s, err
}

// SignOut ends the actor's session. Ending one that has ended is no error.
func (a *App) SignOut(actor kpi.Actor, token string) error {
	hash := tokenHash(token)
	return a.store.Update(func(tx *store.Tx) error {
		s, ok, err := tx.Session(hash)
		if err != nil || !ok || s.Login != actor.User.Login {
			return err
		}
		if err := tx.DropSession(hash); err != nil {
			return err
		}
		return tx.Log(actor.Event(kpi.VerbSignOut, userObject(s.Login), "", "", ""))
	})
}

// FormKey returns the proof that a form with this nonce came from here: what guards the sign-in form, which has no
// session. It is "" if the store cannot be read.
func (a *App) FormKey(nonce string) string {
	var secret []byte
	err := a.store.View(func(tx *store.Tx) (err error) {
		secret, err = tx.Secret()
		return err
	})
	if err != nil || len(secret) == 0 {
		a.log.Error("read form secret", "err", err)
		return ""
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(nonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// CheckFormKey reports whether value is the FormKey of the nonce.
func (a *App) CheckFormKey(nonce, value string) bool {
	key := a.FormKey(nonce)
	return key != "" && subtle.ConstantTimeCompare([]byte(key), []byte(value)) == 1
}

// Sweep forgets what has expired: sessions, answers to repeated saves, failed sign-ins, staged uploads.
func (a *App) Sweep() error {
	now := a.Now()
	err := a.store.Update(func(tx *store.Tx) error {
		if err := tx.DropSessions(func(s store.Session) bool { return !now.Before(SessionEnd(s)) }); err != nil {
			return err
		}
		if err := tx.DropOps(now.Add(-opLife)); err != nil {
			return err
		}
		return tx.DropFailures(func(f store.Failures) bool { return forgotten(f, now) })
	})
	return errors.Join(err, a.SweepUploads())
}
