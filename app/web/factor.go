package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"

	"rsc.io/qr"
)

const (
	codeURL   = "/dang-nhap/ma"
	factorURL = "/tai-khoan/xac-thuc"
	halfLife  = 5 * time.Minute // of the cookie between the two steps of a sign-in
)

// codeView is the second step of a sign-in.
type codeView struct {
	page
	Next, Text string
}

func (s *Server) codeForm(r *request) error {
	next := localPath(r.Query("toi"))
	if r.Cookies(s.cookie("buoc-hai")) == "" {
		return r.redirect("/dang-nhap?toi=" + url.QueryEscape(next))
	}
	return r.Render("session/code", codeView{page: s.page(r, "Mã xác thực"), Next: next})
}

func (s *Server) signInCode(r *request) error {
	next := localPath(r.FormValue("toi"))
	token, err := s.App.SignInCode(r.Cookies(s.cookie("buoc-hai")), r.FormValue("code"), r.actor.Addr, r.Cookies(s.cookie("thiet-bi")))
	switch {
	case kpi.KindOf(err) == kpi.Login:
		s.setCookie(r.Ctx, "buoc-hai", "", -1)
		return s.renderSignIn(r, signInView{Next: next, Text: s.refuseSoftly(r, err)})
	case refusal(err) || kpi.KindOf(err) == kpi.Unavailable:
		return r.Render("session/code", codeView{page: s.page(r, "Mã xác thực"), Next: next, Text: s.refuseSoftly(r, err)})
	case err != nil:
		return err
	}
	s.setCookie(r.Ctx, "buoc-hai", "", -1)
	return s.enter(r, token, next)
}

// factorView is the page on which a person sets up their second factor.
type factorView struct {
	page
	app.FactorState
	Day       string // since when it is on
	Off       bool   // nobody uses one here
	Key       string
	QR        template.HTML
	CodeError string
}

// factorCodesView shows the recovery codes, once.
type factorCodesView struct {
	page
	Login string
	Codes []string
}

func (s *Server) factor(r *request) error { return s.renderFactor(r, nil) }

func (s *Server) renderFactor(r *request, failed error) error {
	state, err := s.App.Factor(r.actor, r.actor.User.Login)
	if err != nil {
		return err
	}
	v := factorView{page: s.page(r, "Xác thực hai lớp", crumb{"Tài khoản", "/tai-khoan"}, crumb{"Xác thực hai lớp", ""}), FactorState: state,
		Day: kpi.FormatDate(state.Since), Off: state.Policy == app.FactorOff}
	if failed != nil {
		v.Errors = errorsOf(failed)
		v.CodeError = fieldErrors(failed)["code"]
		r.Status(statusOf(failed))
	}
	if v.Off {
		return r.Render("session/factor", v)
	}
	seed, err := s.App.NewSeed(r.actor, r.token, s.issuer())
	if err != nil {
		return err
	}
	v.Key = seed.Text
	if v.QR, err = qrCode(seed.URI); err != nil {
		return err
	}
	return r.Render("session/factor", v)
}

// issuer is what the app on the phone shows beside the login.
func (s *Server) issuer() string { return "Chỉ số " + s.Province }

func (s *Server) enrolFactor(r *request) error {
	codes, token, err := s.App.EnrolFactor(r.actor, r.token, r.FormValue("code"))
	if err != nil {
		if !refusal(err) && kpi.KindOf(err) != kpi.Unavailable {
			return err
		}
		return s.renderFactor(r, err)
	}
	s.setCookie(r.Ctx, "phien", token, 0)
	r.token, r.enrol = token, false
	if r.actor.User, r.session, err = s.App.Session(token); err != nil {
		return err
	}
	return r.Render("session/recovery", factorCodesView{page: s.page(r, "Mã dự phòng", crumb{"Tài khoản", "/tai-khoan"}, crumb{"Mã dự phòng", ""}), Login: r.actor.User.Login, Codes: codes})
}

func (s *Server) dropFactor(r *request) error {
	if err := s.App.DropFactor(r.actor); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderFactor(r, err)
	}
	s.flash(r, "success", "Đã tắt xác thực hai lớp.")
	return r.redirect("/tai-khoan")
}

// resetFactor takes the second factor of another account away.
func (s *Server) resetFactor(r *request) error {
	u, err := s.findUser(r)
	if err != nil {
		return err
	}
	if err := s.App.ResetFactor(r.actor, u.Login); err != nil {
		return err
	}
	s.flash(r, "success", "Đã đặt lại xác thực hai lớp của "+u.Login+". Người dùng thiết lập lại khi đăng nhập.")
	return r.redirect("/quan-tri/tai-khoan/" + u.Login)
}

// qrCode draws a text as a QR code, with the quiet zone that readers need.
func qrCode(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("encode QR code: %w", err)
	}
	const quiet = 4
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	size := code.Size + 2*quiet
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 %d %d" width="240" height="240" role="img" aria-label="Mã QR để quét bằng ứng dụng xác thực" shape-rendering="crispEdges">`+
		`<rect width="100%%" height="100%%" fill="#fff"/><path d="%s" fill="#000"/></svg>`, size, size, path.String())), nil
}
