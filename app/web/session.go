package web

import (
	"net/url"
	"strings"
	"time"

	"chiso/app/kpi"
)

// signInView is the sign-in page.
type signInView struct {
	page
	Login string
	Next  string    // where to go afterwards
	Text  string    // why the last try failed
	Rows  []Account // the accounts of the demo
}

func (s *Server) signInForm(r *request) error {
	if r.actor.User.Login != "" {
		return r.redirect("/")
	}
	return s.renderSignIn(r, signInView{Next: localPath(r.Query("toi"))})
}

func (s *Server) renderSignIn(r *request, v signInView) error {
	v.page = s.page(r, "Đăng nhập")
	v.Rows = s.Demo
	return r.Render("session/sign-in", v)
}

// deviceLife is how long a browser is known as one that has signed in before.
const deviceLife = 180 * 24 * time.Hour

func (s *Server) signIn(r *request) error {
	login := r.FormValue("username")
	token, device, _, err := s.App.SignIn(login, r.FormValue("password"), r.actor.Addr, r.Cookies(s.cookie("thiet-bi")))
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderSignIn(r, signInView{Login: login, Next: localPath(r.FormValue("toi")), Text: err.Error()})
	}
	if r.actor.User.Login != "" { // the session that this one replaces
		if err := s.App.SignOut(r.actor, r.token); err != nil {
			return err
		}
	}
	if device != "" {
		s.setCookie(r.Ctx, "thiet-bi", device, deviceLife)
	}
	s.setCookie(r.Ctx, "phien", token, 0)
	s.setCookie(r.Ctx, "truoc-phien", "", -1)
	return r.redirect(localPath(r.FormValue("toi")))
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
	Forced bool // the password was given by somebody else and must be changed first
	Roles  []string
}

func (s *Server) account(r *request) error { return s.renderAccount(r, nil) }

func (s *Server) renderAccount(r *request, failed error) error {
	u := r.actor.User
	v := accountView{page: s.page(r, "Tài khoản", crumb{"Tài khoản", ""}), Login: u.Login, Forced: u.MustChange}
	v.Errors = errorsOf(failed)
	for _, g := range u.Grants {
		role := g.Role.Label()
		if g.Unit != "" {
			role += " – " + s.App.UnitName(g.Unit)
		}
		v.Roles = append(v.Roles, role)
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
