package web

import (
	"chiso/app"
	"chiso/app/kpi"
)

// confirmView asks for the password again before something critical; its form carries on what was sent.
type confirmView struct {
	page
	Action string
	Fields []carried
}

type carried struct{ Name, Value string }

// maxCarried bounds the fields that are carried on.
const maxCarried = 2000

// askProof lets a critical act pass if the person has given their password lately, or gives it now. Otherwise it answers
// with a page that asks for it and goes on with the same form, and returns true.
func (s *Server) askProof(r *request) (asked bool, err error) {
	if app.Proved(r.session, r.actor.At) {
		return false, nil
	}
	if r.Get("HX-Request") == "true" || wantsJSON(r.Ctx) {
		return true, kpi.Errorf(kpi.Denied, "Việc này cần xác nhận lại mật khẩu. Tải lại trang rồi làm lại.")
	}
	v := confirmView{page: s.page(r, "Xác nhận mật khẩu"), Action: r.OriginalURL()}
	if password := r.FormValue("proof"); password != "" {
		err := s.App.Prove(r.actor, r.token, password)
		if err == nil {
			return false, nil
		}
		if !refusal(err) {
			return true, err
		}
		v.Errors = errorsOf(err)
		s.refuseSoftly(r, err)
	}
	fields := r.formFields()
	if len(fields) > maxCarried {
		return true, kpi.Errorf(kpi.TooLarge, "Biểu mẫu quá dài để xác nhận mật khẩu ở giữa. Đăng nhập lại rồi gửi ngay.")
	}
	for _, x := range fields {
		if x.Name != "proof" && x.Name != "csrf" && x.Name != "username" { // these the page has itself
			v.Fields = append(v.Fields, x)
		}
	}
	return true, r.Render("session/proof", v)
}

// formFields returns everything that the form has sent but files.
func (r *request) formFields() []carried {
	var list []carried
	if form, err := r.MultipartForm(); err == nil {
		for name, values := range form.Value {
			for _, v := range values {
				list = append(list, carried{name, v})
			}
		}
		return list
	}
	r.Request().PostArgs().VisitAll(func(name, value []byte) {
		list = append(list, carried{string(name), string(value)})
	})
	return list
}
