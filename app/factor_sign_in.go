package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// SignInCode finishes a sign-in that SignIn has left Half. code is that of the app, or one of the recovery codes, which
// works once. It returns the token of the session. The error is Login when the password must be given again, Invalid
// when the code is wrong or was used already, Busy after too many of these.
func (a *App) SignInCode(half, code, addr, device string) (token string, err error) {
	hash, now := tokenHash(half), a.Now()
	token = randomToken(32)
	ring := a.keys()
	var refused error
	err = a.store.Update(func(tx *store.Tx) error {
		s, ok, err := tx.Session(hash)
		if err != nil {
			return err
		}
		u, known, err := tx.User(s.Login)
		if err != nil {
			return err
		}
		if !ok || !s.Half || !now.Before(SessionEnd(s)) || !known || u.Disabled {
			return kpi.Errorf(kpi.Login, "Quá 5 phút chưa nhập mã xác thực. Đăng nhập lại từ đầu.")
		}
		limits := codeLimits(s.Login, addr)
		if refused = stop(tx, limits, now); refused != nil {
			return refused
		}
		f, ok, err := tx.Factor(s.Login)
		if err != nil {
			return err
		}
		ev := kpi.Event{At: now, By: s.Login, Addr: addr, Verb: kpi.VerbSignIn, Object: userObject(s.Login)}
		if ok {
			if refused = spend(&f, ring, s.Login, tidyCode(code), now, &ev); kpi.KindOf(refused) == kpi.Unavailable {
				return refused
			}
		}
		if refused != nil {
			if err := fail(tx, limits, now); err != nil {
				return err
			}
			ev.By, ev.Verb, ev.Reason = "", kpi.VerbRefuse, "Mã xác thực không đúng"
			return tx.Log(ev)
		}
		if ok {
			err = tx.PutFactor(s.Login, f, ev)
		} else { // taken away meanwhile by an admin: the password was right
			err = tx.Log(ev)
		}
		if err != nil {
			return err
		}
		if err := succeed(tx, limits); err != nil {
			return err
		}
		if device != "" { // else whoever has none would be taken for a device known here
			if err := remember(tx, s.Login, tokenHash(device)); err != nil {
				return err
			}
		}
		if err := tx.DropSession(hash); err != nil {
			return err
		}
		return tx.PutSession(tokenHash(token), next(s, kpi.Actor{At: now, Addr: addr}))
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return "", err
	}
	return token, nil
}

// spend uses up the code in f, and says in the event if it was a recovery code.
func spend(f *store.Factor, ring keyring, login, code string, now time.Time, ev *kpi.Event) error {
	if len(code) > codeDigits {
		const group = 4
		var parts []string
		for p := range slices.Chunk([]byte(code), group) {
			parts = append(parts, string(p))
		}
		i := slices.Index(f.Codes, tokenHash(strings.Join(parts, "-")))
		if i < 0 {
			return kpi.Errorf(kpi.Invalid, "Mã dự phòng không đúng hoặc đã dùng.")
		}
		f.Codes = slices.Delete(slices.Clone(f.Codes), i, i+1)
		ev.New = fmt.Sprintf("bằng mã dự phòng, còn %d mã", len(f.Codes))
		return nil
	}
	seed, ok := ring.open(factorPlace(login), f.Seed)
	if !ok {
		return kpi.Errorf(kpi.Unavailable, "Máy chủ thiếu tệp khóa nên không kiểm tra được mã xác thực. Đăng nhập bằng mã dự phòng, hoặc báo quản trị máy chủ chép lại tệp khóa.")
	}
	step, ok := totpStep([]byte(seed), code, now, f.Step)
	if !ok {
		return kpi.Errorf(kpi.Invalid, "Mã xác thực không đúng hoặc đã dùng. Chờ ứng dụng hiện mã mới rồi gõ mã đó.")
	}
	f.Step = step
	return nil
}
