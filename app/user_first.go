package app

import (
	"crypto/subtle"
	"sync"
	"time"

	"chiso/app/kpi"
)

const (
	firstLife  = 10 * time.Minute // of the code that makes the first admin
	firstTries = 5
)

// firstAdmin is the one-time code that lets whoever reads the server's console make the first account. It lives in
// memory: another start gives another code.
type firstAdmin struct {
	mu    sync.Mutex
	code  string // "": none is offered
	until time.Time
	tries int
}

// OfferFirstAdmin returns the code that FirstAdmin asks for, good for ten minutes and one account.
func (a *App) OfferFirstAdmin() string {
	a.first.mu.Lock()
	defer a.first.mu.Unlock()
	a.first.code, a.first.until, a.first.tries = randomCode(3), a.Now().Add(firstLife), firstTries
	return a.first.code
}

// FirstAdminOpen reports whether the first account waits to be made, though its code may have run out.
func (a *App) FirstAdminOpen() bool {
	a.first.mu.Lock()
	defer a.first.mu.Unlock()
	return a.first.code != ""
}

// FirstAdmin makes the first account for whoever has the code. It is NotFound once there is an account, Invalid on the
// field "code" with another code, Closed after ten minutes or five wrong codes.
func (a *App) FirstAdmin(actor kpi.Actor, code, login, name, password string) error {
	a.first.mu.Lock()
	defer a.first.mu.Unlock()
	f := &a.first
	switch {
	case f.code == "":
		return kpi.Errorf(kpi.NotFound, "Hệ thống đã có tài khoản quản trị. Đăng nhập để làm việc.")
	case f.tries == 0 || !actor.At.Before(f.until):
		return kpi.Errorf(kpi.Closed, "Mã khởi tạo đã hết hạn. Khởi động lại dịch vụ trên máy chủ để có mã mới.")
	case subtle.ConstantTimeCompare([]byte(tidyCode(code)), []byte(tidyCode(f.code))) != 1:
		f.tries--
		return fieldError("code", "Mã khởi tạo không đúng. Xem mã ở màn hình điều khiển hoặc nhật ký dịch vụ trên máy chủ.")
	}
	sys := kpi.System(actor.At)
	sys.Addr, sys.Request = actor.Addr, actor.Request
	if err := a.InitAdmin(sys, login, name, password); err != nil {
		return err
	}
	f.code = ""
	return nil
}
