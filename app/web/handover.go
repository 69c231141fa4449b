package web

import (
	"fmt"
	"strings"

	"chiso/app/kpi"
)

// handoverView is the page on which an officer's roles pass to a successor.
type handoverView struct {
	page
	Name, Login, Action, Back string
	Grants                    []string
	Sheets                    []handoverSheet
	Fields                    []inputField // of the successor: the choice first, then those of a new account
}

// handoverSheet is one sheet that is still under way.
type handoverSheet struct {
	Unit, Month, Set string
	Status           kpi.Status
	Filled           string
}

func (s *Server) handoverForm(r *request) error { return s.renderHandover(r, kpi.User{}, "", nil) }

func (s *Server) handOver(r *request) error {
	from, chosen := r.Params("login"), kpi.Clip(r.FormValue("to"), 64)
	to := kpi.User{Login: chosen}
	if chosen == "" {
		to = kpi.User{Login: strings.ToLower(strings.TrimSpace(r.FormValue("login"))), Name: r.FormValue("name"), Email: r.FormValue("email"), Phone: r.FormValue("phone")}
		if to.Login != "" && strings.TrimSpace(to.Name) == "" {
			text := "Ghi họ và tên của người nhận."
			return s.renderHandover(r, to, "", &kpi.Error{Kind: kpi.Invalid, Msg: text, Fields: map[string]string{"name": text}})
		}
	}
	code, err := s.App.HandOver(r.actor, from, to)
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderHandover(r, to, chosen, err)
	}
	if code != "" {
		return s.renderCodes(r, "Đã bàn giao", []kpi.User{to}, map[string]string{to.Login: code})
	}
	s.flash(r, "success", "Đã bàn giao từ "+from+" cho "+to.Login+". Tài khoản "+from+" đã khóa.")
	return r.redirect("/quan-tri/tai-khoan")
}

func (s *Server) renderHandover(r *request, to kpi.User, chosen string, failed error) error {
	h, err := s.App.PlanHandover(r.actor, r.Params("login"))
	if err != nil {
		return err
	}
	units, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	back := "/quan-tri/tai-khoan/" + h.From.Login
	v := handoverView{page: s.page(r, "Bàn giao – "+h.From.Name, crumb{"Quản trị", "/quan-tri"}, crumb{"Tài khoản", "/quan-tri/tai-khoan"}, crumb{h.From.Name, back}, crumb{"Bàn giao", ""}),
		Name: h.From.Name, Login: h.From.Login, Action: back + "/ban-giao", Back: back, Grants: grantTexts(h.From, unitNames(units))}
	if v.Seen, err = s.seen(r, "user/"+h.From.Login, failed); err != nil {
		return err
	}
	for _, x := range h.Sheets {
		v.Sheets = append(v.Sheets, handoverSheet{x.Unit.Name, x.Sheet.Month.Label(), x.Set.Name, x.Status, fmt.Sprintf("%d/%d ô", x.Filled, x.Sheet.Due)})
	}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	groups := []optionGroup{{Label: "Cùng đơn vị"}, {Label: "Tài khoản khác"}}
	for i, u := range h.Others {
		g := &groups[0]
		if i >= h.Near {
			g = &groups[1]
		}
		g.Options = append(g.Options, selectOption{u.Login, u.Name + " (" + u.Login + ")", u.Login == chosen})
	}
	if h.Near == 0 {
		groups = groups[1:]
	}
	v.Fields = []inputField{
		{Name: "to", Label: "Người nhận bàn giao", Options: []selectOption{{"", "Tài khoản mới, khai bên dưới", chosen == ""}}, Groups: groups},
		{Name: "login", Label: "Tên đăng nhập mới", Value: to.Login, Max: 64, Plain: true, Hint: "Từ 3 ký tự: chữ thường không dấu, chữ số, dấu chấm, dấu gạch."},
		{Name: "name", Label: "Họ và tên", Value: to.Name, Max: 120},
		{Name: "email", Label: "Thư điện tử", Value: to.Email, Max: 254, Plain: true},
		{Name: "phone", Label: "Điện thoại", Value: to.Phone, Max: 20}}
	if chosen != "" {
		v.Fields[1].Value = ""
	}
	bad := fieldErrors(failed)
	for i, f := range v.Fields {
		v.Fields[i].Error = bad[f.Name]
	}
	return r.Render("user/handover", v)
}
