package web

import (
	"net/url"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// signInView is the sign-in page.
type signInView struct {
	page
	Login string
	Next  string    // where to go afterwards
	Text  string    // why the last try failed
	Ended string    // why the session that the browser still knows is over, "" if it knows none
	Rows  []Account // the accounts of the demo
}

func (s *Server) signInForm(r *request) error {
	switch {
	case s.App.FirstAdminOpen():
		return r.redirect(firstURL)
	case r.actor.User.Login != "":
		return r.redirect("/")
	}
	v := signInView{Next: localPath(r.Query("toi"))}
	if r.token != "" {
		v.Ended = "Phiên làm việc đã kết thúc: lâu không thao tác, hoặc tài khoản vừa được thay đổi. Đăng nhập lại để làm tiếp."
	}
	return s.renderSignIn(r, v)
}

func (s *Server) renderSignIn(r *request, v signInView) error {
	v.page = s.page(r, "Đăng nhập")
	v.Rows = s.Demo
	return r.Render("session/sign-in", v)
}

// deviceLife is how long a browser is known as one that has signed in before.
const deviceLife = 180 * 24 * time.Hour

func (s *Server) signIn(r *request) error {
	login, next := r.FormValue("username"), localPath(r.FormValue("toi"))
	client := app.Client{Addr: r.actor.Addr, Device: r.Cookies(s.cookie("thiet-bi")), Name: browserName(r.Get("User-Agent"))}
	token, device, session, err := s.App.SignInFrom(client, login, r.FormValue("password"))
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderSignIn(r, signInView{Login: login, Next: next, Text: s.refuseSoftly(r, err)})
	}
	if device != "" {
		s.setCookie(r.Ctx, "thiet-bi", device, deviceLife)
	}
	if session.Half {
		s.setCookie(r.Ctx, "buoc-hai", token, halfLife)
		return r.redirect(codeURL + "?toi=" + url.QueryEscape(next))
	}
	return s.enter(r, token, next)
}

// refuseSoftly sets the status of a refusal, with the time to wait where there is one, and returns its sentence.
func (s *Server) refuseSoftly(r *request, err error) string {
	r.Status(statusOf(err))
	if kpi.KindOf(err) == kpi.Busy {
		r.Set(fiber.HeaderRetryAfter, "30")
	}
	return err.Error()
}

// enter gives the browser its session, ends the one that it replaces, and goes on to a page.
func (s *Server) enter(r *request, token, next string) error {
	if r.actor.User.Login != "" {
		if err := s.App.SignOut(r.actor, r.token); err != nil {
			return err
		}
	}
	s.setCookie(r.Ctx, "phien", token, 0)
	s.setCookie(r.Ctx, "truoc-phien", "", -1)
	return r.redirect(next)
}

// localPath returns a path of this site to go to, "/" for anything else.
func localPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(raw, "/") || strings.HasPrefix(raw, "//") || strings.ContainsAny(raw, "\\\r\n") {
		return "/"
	}
	return raw
}

func (s *Server) signOut(r *request) error {
	if err := s.App.SignOut(r.actor, r.token); err != nil {
		return err
	}
	s.setCookie(r.Ctx, "phien", "", -1)
	return r.redirect("/dang-nhap")
}

// accountView is the page of one's own account.
type accountView struct {
	page
	Login  string
	Forced bool   // the password was given by somebody else and must be changed first
	Old    string // label of the password that is asked for first, "" if none is
	Roles  []string
	Factor app.FactorState
	Since  string // of the second factor
	List   sessionList
}

func (s *Server) account(r *request) error { return s.renderAccount(r, nil) }

func (s *Server) renderAccount(r *request, failed error) error {
	u := r.actor.User
	v := accountView{page: s.page(r, "Tài khoản", crumb{"Tài khoản", ""}), Login: u.Login, Forced: u.MustChange}
	v.Errors = errorsOf(failed)
	switch {
	case !u.MustChange:
		v.Old = "Mật khẩu hiện tại"
	case app.AsksOld(u, r.session, r.actor.At):
		v.Old = "Mã đăng nhập đã được cấp"
	}
	for _, g := range u.Grants {
		role := g.Role.Label()
		if g.Unit != "" {
			role += " – " + s.App.UnitName(g.Unit)
		}
		v.Roles = append(v.Roles, role)
	}
	var err error
	if v.Factor, err = s.App.Factor(r.actor, u.Login); err != nil {
		return err
	}
	v.Since = kpi.FormatDate(v.Factor.Since)
	if v.List, err = s.sessionsOf(r, u.Login, "/tai-khoan/phien"); err != nil {
		return err
	}
	return r.Render("session/account", v)
}

func (s *Server) changePassword(r *request) error {
	if r.FormValue("new") != r.FormValue("again") {
		err := &kpi.Error{Kind: kpi.Invalid, Msg: "Hai lần ghi mật khẩu mới không giống nhau.", Fields: map[string]string{"again": "Hai lần ghi mật khẩu mới không giống nhau."}}
		r.Status(statusOf(err))
		return s.renderAccount(r, err)
	}
	token, err := s.App.ChangePassword(r.actor, r.FormValue("old"), r.FormValue("new"), r.token)
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderAccount(r, err)
	}
	s.setCookie(r.Ctx, "phien", token, 0)
	s.flash(r, "success", "Đã đổi mật khẩu. Các phiên đăng nhập khác của tài khoản đã kết thúc.")
	return r.redirect("/")
}
