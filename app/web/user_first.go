package web

import "chiso/app/kpi"

// firstURL is the page that makes the first account.
const firstURL = "/cai-dat"

// firstAdminView is that page; the code on the server's console opens it.
type firstAdminView struct {
	page
	Fields []inputField
}

func (s *Server) firstAdminForm(r *request) error { return s.renderFirstAdmin(r, nil) }

func (s *Server) renderFirstAdmin(r *request, failed error) error {
	if !s.App.FirstAdminOpen() {
		return kpi.Errorf(kpi.NotFound, "Hệ thống đã có tài khoản quản trị. Đăng nhập để làm việc.")
	}
	v := firstAdminView{page: s.page(r, "Tài khoản quản trị đầu tiên"), Fields: []inputField{
		{Name: "code", Label: "Mã khởi tạo", Required: true, Plain: true, Hint: "Hiện ở màn hình điều khiển và nhật ký dịch vụ trên máy chủ; dùng được 10 phút kể từ khi dịch vụ khởi động."},
		{Name: "login", Label: "Tên đăng nhập", Value: r.FormValue("login"), Required: true, Max: 64, Plain: true, Hint: "Từ 3 ký tự: chữ thường không dấu, chữ số, dấu chấm, dấu gạch."},
		{Name: "name", Label: "Họ và tên", Value: r.FormValue("name"), Required: true, Max: 120},
	}}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
		for i, f := range v.Fields {
			v.Fields[i].Error = fieldErrors(failed)[f.Name]
		}
	}
	return r.Render("user/first", v)
}

func (s *Server) firstAdmin(r *request) error {
	err := error(nil)
	if r.FormValue("new") != r.FormValue("again") {
		const text = "Hai lần ghi mật khẩu không giống nhau."
		err = &kpi.Error{Kind: kpi.Invalid, Msg: text, Fields: map[string]string{"again": text}}
	} else {
		err = s.App.FirstAdmin(r.actor, r.FormValue("code"), r.FormValue("login"), r.FormValue("name"), r.FormValue("new"))
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderFirstAdmin(r, err)
	}
	s.flash(r, "success", "Đã tạo tài khoản quản trị. Đăng nhập để thiết lập hệ thống.")
	return r.redirect("/dang-nhap")
}
