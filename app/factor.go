package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"chiso/app/kpi"
	"chiso/store"
)

// FactorPolicy says who signs in with a second factor, codes of an app on the phone.
type FactorPolicy string

// The policies.
const (
	FactorOff      FactorPolicy = ""         // nobody is asked, not even those who have one
	FactorOffered  FactorPolicy = "offered"  // who has set one up
	FactorRequired FactorPolicy = "required" // and all of kpi.User.NeedsFactor must
)

// recoveryCodes is how many times somebody can sign in without the phone.
const recoveryCodes = 10

// FactorState is what an account has of a second factor.
type FactorState struct {
	Policy   FactorPolicy
	Required bool // of this account
	Outside  bool // of everybody who signs in from outside the network
	On       bool
	Since    time.Time
	Codes    int // recovery codes left
}

// Factor returns the state of the actor's own account, or of another one to those who manage accounts.
func (a *App) Factor(actor kpi.Actor, login string) (FactorState, error) {
	s := FactorState{Policy: a.factors, Outside: a.inside != nil}
	if login != actor.User.Login {
		if err := mayManageUsers(actor); err != nil {
			return s, err
		}
	}
	err := a.store.View(func(tx *store.Tx) error {
		u, _, err := tx.User(login)
		if err != nil {
			return err
		}
		f, ok, err := tx.Factor(login)
		s.Required, s.On, s.Since, s.Codes = a.factors == FactorRequired && u.NeedsFactor(), ok, f.Since, len(f.Codes)
		return err
	})
	return s, err
}

// asksCode reports whether signing in to the account takes a code.
func (a *App) asksCode(tx *store.Tx, login string) (bool, error) {
	if a.factors == FactorOff {
		return false, nil
	}
	_, ok, err := tx.Factor(login)
	return ok, err
}

// outside reports whether nobody signs in from the address without a second factor.
func (a *App) outside(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	return a.inside != nil && (err != nil || !a.inside(ip.Unmap()))
}

// MustEnrol reports whether the user can do nothing before they have set up a second factor.
func (a *App) MustEnrol(u kpi.User) (must bool, err error) {
	if a.factors != FactorRequired || !u.NeedsFactor() {
		return false, nil
	}
	err = a.store.View(func(tx *store.Tx) error {
		_, ok, err := tx.Factor(u.Login)
		must = !ok
		return err
	})
	return must, err
}

// FactorSeed is what the app on the phone is given.
type FactorSeed struct {
	Text string // of the key, in groups of four
	URI  string // the same for a QR code
}

// NewSeed returns the key that EnrolFactor with the same session would set up: the same for the session's life, and
// stored nowhere. issuer is what the app shows beside the login.
func (a *App) NewSeed(actor kpi.Actor, token, issuer string) (FactorSeed, error) {
	if a.factors == FactorOff {
		return FactorSeed{}, noFactors()
	}
	seed, err := a.seedOf(token)
	if err != nil {
		return FactorSeed{}, err
	}
	text := base32.StdEncoding.EncodeToString(seed)
	var groups []string
	for g := range slices.Chunk([]byte(text), 4) {
		groups = append(groups, string(g))
	}
	return FactorSeed{Text: strings.Join(groups, " "), URI: "otpauth://totp/" + url.PathEscape(actor.User.Login) + "?secret=" + text + "&issuer=" + url.PathEscape(issuer)}, nil
}

func noFactors() error {
	return kpi.Errorf(kpi.Conflict, "Hệ thống này không dùng xác thực hai lớp.")
}

// seedOf derives the key from the token of a session, which only its browser has.
func (a *App) seedOf(token string) (seed []byte, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		secret, err := tx.Secret()
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("second factor|" + token))
		seed = mac.Sum(nil)[:seedSize]
		return err
	})
	return seed, err
}

// EnrolFactor sets up the second factor of the actor's account with the key of NewSeed, in place of one it may have, as
// soon as a code shows that the phone has the key. It returns the recovery codes, which are not shown again, and the
// token of a new session: all others of the account end. An Invalid error names the field "code".
func (a *App) EnrolFactor(actor kpi.Actor, token, code string) (codes []string, newToken string, err error) {
	if a.factors == FactorOff {
		return nil, "", noFactors()
	}
	seed, err := a.seedOf(token)
	if err != nil {
		return nil, "", err
	}
	step, ok := totpStep(seed, tidyCode(code), actor.At, 0)
	if !ok {
		return nil, "", fieldError("code", "Mã không đúng hoặc đã hết hạn. Gõ mã 6 chữ số đang hiện trong ứng dụng; giờ của điện thoại phải đúng.")
	}
	ring, err := a.sealing()
	if err != nil {
		return nil, "", err
	}
	login := actor.User.Login
	f := store.Factor{Seed: ring.seal(factorPlace(login), string(seed)), Since: actor.At, Step: step}
	for range recoveryCodes {
		c := randomCode(4)
		codes, f.Codes = append(codes, c), append(f.Codes, tokenHash(c))
	}
	newToken = randomToken(32)
	err = a.store.Update(func(tx *store.Tx) error {
		_, was, err := session(tx, tokenHash(token), actor.At)
		if err != nil {
			return err
		}
		if was.Login != login {
			return kpi.Errorf(kpi.Denied, "Phiên làm việc này là của tài khoản khác.")
		}
		if err := tx.PutFactor(login, f, actor.Event(kpi.VerbFactor, userObject(login), "", "bật", "")); err != nil {
			return err
		}
		if err := tx.SignOut(login); err != nil {
			return err
		}
		return tx.PutSession(tokenHash(newToken), next(was, actor))
	})
	if err != nil {
		return nil, "", err
	}
	return codes, newToken, nil
}

// DropFactor takes the second factor away from the actor's own account, if it is not required of it.
func (a *App) DropFactor(actor kpi.Actor) error {
	login := actor.User.Login
	return a.store.Update(func(tx *store.Tx) error {
		u, _, err := tx.User(login)
		if err != nil {
			return err
		}
		if a.factors == FactorRequired && u.NeedsFactor() {
			return kpi.Errorf(kpi.Conflict, "Vai trò của tài khoản bắt buộc xác thực hai lớp nên không tắt được. Đổi điện thoại thì thiết lập lại trên điện thoại mới.")
		}
		if _, ok, err := tx.Factor(login); err != nil || !ok {
			return err
		}
		return tx.DropFactor(login, actor.Event(kpi.VerbFactor, userObject(login), "", "tắt", ""))
	})
}

// ResetFactor takes the second factor away from an account whose person has lost the phone and the recovery codes. It
// ends the account's sessions and lifts what wrong codes have locked.
func (a *App) ResetFactor(actor kpi.Actor, login string) error {
	return a.changeUser(actor, login, func(tx *store.Tx, u kpi.User) error {
		if _, ok, err := tx.Factor(login); err != nil || !ok {
			return err
		}
		if err := tx.SignOut(login); err != nil {
			return err
		}
		if err := tx.ClearFailures(login); err != nil {
			return err
		}
		return tx.DropFactor(login, actor.Event(kpi.VerbFactor, userObject(login), "", "đặt lại", ""))
	})
}

// factorPlace is where the key of an account's second factor lies; sealed for it, it opens nowhere else.
func factorPlace(login string) string { return "factor/" + login }

// tidyCode returns a code as typed without what people put between its parts.
func tidyCode(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(kpi.Clip(s, 64)))
}

// resealFactors seals the keys of all second factors with the first key of the ring. It returns how many it sealed and
// how many it could not open.
func (a *App) resealFactors(actor kpi.Actor, ring keyring) (sealed, closed int, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		sealed, closed = 0, 0
		for _, login := range tx.Factors() {
			f, _, err := tx.Factor(login)
			if err != nil {
				return err
			}
			seed, ok := ring.open(factorPlace(login), f.Seed)
			if !ok {
				closed++
				continue
			}
			f.Seed = ring.seal(factorPlace(login), seed)
			sealed++
			if err := tx.PutFactor(login, f, actor.Event(kpi.VerbFactor, userObject(login), "", "đổi khóa mã hóa", "")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("seal second factors anew: %w", err)
	}
	return sealed, closed, nil
}
