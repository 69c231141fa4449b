package web

import (
	"slices"

	"chiso/app"
	"chiso/app/kpi"
)

// focalFormView is the page that adds or changes an officer.
type focalFormView struct {
	page
	Heading string
	Action  string
	Unit    string
	Fields  []inputField
	Citizen *citizenView
	Drop    string // URL of the form that removes the officer, "" while there is none
	Name    string // of the officer
}

// citizenView is the number of the officer's citizen card.
type citizenView struct {
	Mask   string // "": none
	Enters bool   // may put it in
	Error  string
	Reveal string // URL of the form that shows it, "" for those who may not
	Reason string // as typed
	Wrong  string // what is wrong with the reason
	Shown  string // in full, once
}

// focalKey returns the officer that the path names; id is "" for one to be added.
func (r *request) focalKey() (unit, id string, err error) {
	unit, id = r.Params("unit"), r.Params("officer")
	if !kpi.ValidCode(unit) || id != newOfficer && !kpi.ValidFocal(id) {
		return "", "", kpi.Errorf(kpi.NotFound, "Không có cán bộ đầu mối này. Mở lại từ danh sách.")
	}
	if id == newOfficer {
		id = ""
	}
	return unit, id, nil
}

func (s *Server) focalForm(r *request) error {
	return s.renderFocal(r, nil, citizenView{}, nil)
}

func (s *Server) saveFocal(r *request) error {
	unit, id, err := r.focalKey()
	if err != nil {
		return err
	}
	in := app.FocalInput{Name: r.FormValue("name"), Position: r.FormValue("position"), Phone: r.FormValue("phone"), Email: r.FormValue("email"),
		Citizen: r.FormValue("citizen"), Forget: r.FormValue("forget") == "1"}
	if err := s.App.SaveFocalPoint(r.actor, unit, id, in); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderFocal(r, &in, citizenView{}, err)
	}
	s.flash(r, "success", "Đã lưu cán bộ đầu mối "+kpi.Clip(in.Name, 120)+".")
	return r.redirect(focalURL)
}

func (s *Server) dropFocal(r *request) error {
	unit, id, err := r.focalKey()
	if err != nil {
		return err
	}
	if err := s.App.DropFocalPoint(r.actor, unit, id); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderFocal(r, nil, citizenView{}, err)
	}
	s.flash(r, "success", "Đã xóa cán bộ đầu mối khỏi danh sách.")
	return r.redirect(focalURL)
}

// revealCitizen shows a citizen's number in full on this one answer, for a reason.
func (s *Server) revealCitizen(r *request) error {
	unit, id, err := r.focalKey()
	if err != nil {
		return err
	}
	reason := r.FormValue("reason")
	number, err := s.App.RevealCitizen(r.actor, unit, id, reason)
	if err != nil && !refusal(err) {
		return err
	}
	return s.renderFocal(r, nil, citizenView{Reason: reason, Shown: number}, err)
}

// renderFocal shows the form with what was typed, nil for what is stored; failed is why it was not accepted.
func (s *Server) renderFocal(r *request, in *app.FocalInput, c citizenView, failed error) error {
	unit, id, err := r.focalKey()
	if err != nil {
		return err
	}
	if err := kpi.MayKeepFocal(r.actor.User, unit); err != nil {
		return err
	}
	list, err := s.App.UnitFocalPoints(r.actor, unit)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list.Officers, func(o app.Officer) bool { return o.ID == id })
	if id != "" && i < 0 {
		return kpi.Errorf(kpi.NotFound, "Cán bộ đầu mối này không còn trong danh sách. Tải lại trang danh sách.")
	}
	v := focalFormView{Heading: "Thêm cán bộ đầu mối", Action: focalURL + "/" + unit + "/" + newOfficer, Unit: list.Unit.Name}
	if in == nil {
		in = &app.FocalInput{}
	}
	if i >= 0 {
		o := list.Officers[i]
		v.Heading, v.Name, v.Action = "Cán bộ đầu mối: "+o.Name, o.Name, focalURL+"/"+unit+"/"+id
		v.Drop = v.Action + "/xoa"
		c.Mask = o.Mask
		if kpi.May(r.actor.User, kpi.SeeCitizen) == nil && o.Mask != "" && c.Shown == "" {
			c.Reveal = v.Action + "/so-can-cuoc"
		}
		if *in == (app.FocalInput{}) {
			*in = app.FocalInput{Name: o.Name, Position: o.Position, Phone: kpi.FormatPhone(o.Phone), Email: o.Email}
		}
	}
	c.Enters = kpi.MayEnterCitizen(r.actor.User, unit) == nil
	v.page = s.page(r, v.Heading, crumb{"Cán bộ đầu mối", focalURL}, crumb{kpi.Clip(v.Heading, 60), ""})
	if v.Seen, err = s.seen(r, kpi.FocalPoint{Unit: unit, ID: id}.Object(), failed); err != nil {
		return err
	}
	bad := fieldErrors(failed)
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	c.Error, c.Wrong = bad["citizen"], bad["reason"]
	v.Citizen = &c
	nameHint := ""
	if c.Mask != "" {
		nameHint = "Đổi sang người khác mà không ghi số căn cước mới thì số cũ bị xóa."
	}
	v.Fields = []inputField{
		{Name: "name", Label: "Họ và tên", Value: in.Name, Required: true, Max: 120, Hint: nameHint, Error: bad["name"]},
		{Name: "position", Label: "Chức vụ", Value: in.Position, Max: 200, Hint: "Ví dụ: Phó Chánh Văn phòng.", Error: bad["position"]},
		{Name: "phone", Label: "Số di động", Value: in.Phone, Max: 20, Short: true, Plain: true, Hint: "Hiện trên bảng theo dõi để cấp tỉnh gọi khi cần.", Error: bad["phone"]},
		{Name: "email", Label: "Thư điện tử", Value: in.Email, Max: 254, Plain: true, Hint: "Ví dụ: ten@coquan.gov.vn.", Error: bad["email"]},
	}
	return r.Render("focal/form", v)
}
