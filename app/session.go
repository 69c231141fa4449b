package app

import (
	"crypto/sha256"
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
	sessionKept = 12 * time.Hour   // after its end, so that what its browser then sends is read and answered with the sign-in
	seenEvery   = time.Minute      // a session's Seen is at most this much behind
	halfLife    = 5 * time.Minute  // from the password to the code
	proofLife   = 10 * time.Minute // a proof of who one is counts for what is critical
	opLife      = 48 * time.Hour
	deviceSize  = 16  // bytes
	maxDevices  = 10  // remembered for an account
	noLogin     = "-" // stands where a name is no account's
)

// SessionEnd returns the instant at which the session ends if it is not used before then.
func SessionEnd(s store.Session) time.Time {
	if s.Half {
		return s.Created.Add(halfLife)
	}
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

// A Client is the browser that somebody signs in with.
type Client struct {
	Addr   string
	Device string // token that it kept from an earlier sign-in, "" if none
	Name   string // as people call it
}

// SignIn opens a session for the account. It returns the session's token, and newDevice, the device token for the
// browser to keep, "" if the one it has is still good. The session is Half, and good for nothing but SignInCode, where
// the account has a second factor. Whether the account is unknown, disabled or has another password, the Invalid error
// is the same and takes as long; after too many failures the error is Busy.
func (a *App) SignIn(login, password, addr, device string) (token, newDevice string, s store.Session, err error) {
	return a.SignInFrom(Client{Addr: addr, Device: device}, login, password)
}

// SignInFrom is SignIn from a named browser.
func (a *App) SignInFrom(c Client, login, password string) (token, newDevice string, s store.Session, err error) {
	addr, device := c.Addr, c.Device
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
	s = store.Session{Login: login, Created: now, Seen: now, CSRF: randomToken(32), Addr: addr, Device: c.Name, Proved: now}
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
		if u.MustChange && !u.CodeEnds.IsZero() && !now.Before(u.CodeEnds) {
			refused = kpi.Errorf(kpi.Invalid, "Mã đăng nhập đã hết hạn lúc %s. Đề nghị người quản trị cấp lại.", kpi.FormatTime(u.CodeEnds))
			return refuse(tx, limits, exists, s)
		}
		if s.Half, err = a.asksCode(tx, login); err != nil {
			return err
		}
		if !s.Half && a.outside(addr) {
			refused = kpi.Errorf(kpi.Invalid, "Đăng nhập từ ngoài mạng của cơ quan cần xác thực hai lớp mà tài khoản này chưa bật. Đăng nhập trong mạng của cơ quan, vào Tài khoản, mục Xác thực hai lớp để bật.")
			return refuse(tx, limits, exists, s)
		}
		ev := kpi.Event{At: now, By: login, Addr: addr, Verb: kpi.VerbSignIn, Object: userObject(login)}
		if s.Half {
			ev.Reason = "mật khẩu đúng, chờ mã xác thực"
		}
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
		if !s.Half {
			err = remember(tx, login, tokenHash(device))
		}
		if err != nil {
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
	return a.useSession(token, true)
}

// WatchSession is Session for what a page asks by itself: that does not keep the session from ending.
func (a *App) WatchSession(token string) (user kpi.User, s store.Session, err error) {
	return a.useSession(token, false)
}

// KnowsSession reports whether the token is that of a session, even of one that has lately run out.
func (a *App) KnowsSession(token string) bool {
	known := false
	err := a.store.View(func(tx *store.Tx) error {
		s, ok, err := tx.Session(tokenHash(token))
		known = ok && !s.Half
		return err
	})
	return err == nil && known
}

func (a *App) useSession(token string, used bool) (user kpi.User, s store.Session, err error) {
	hash, now := tokenHash(token), a.Now()
	err = a.store.View(func(tx *store.Tx) (err error) {
		user, s, err = session(tx, hash, now)
		return err
	})
	if err == nil && used && now.Sub(s.Seen) >= seenEvery {
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
	if !ok || s.Half || !now.Before(SessionEnd(s)) {
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

// next returns the session that takes the place of another one of the actor, once they have proved who they are.
func next(was store.Session, actor kpi.Actor) store.Session {
	return store.Session{Login: was.Login, Created: actor.At, Seen: actor.At, CSRF: randomToken(32), Addr: actor.Addr, Device: was.Device, Proved: actor.At}
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

// Sweep forgets what has expired: sessions, answers to repeated saves, failed sign-ins, staged uploads.
func (a *App) Sweep() error {
	now := a.Now()
	err := a.store.Update(func(tx *store.Tx) error {
		if err := tx.DropSessions(func(s store.Session) bool { return !now.Before(SessionEnd(s).Add(sessionKept)) }); err != nil {
			return err
		}
		if err := tx.DropOps(now.Add(-opLife)); err != nil {
			return err
		}
		return tx.DropFailures(func(f store.Failures) bool { return forgotten(f, now) })
	})
	return errors.Join(err, a.SweepUploads())
}
