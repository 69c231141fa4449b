package web

import (
	"strconv"
	"strings"

	"chiso/app/kpi"
)

const delegationURL = "/uy-quyen"

// delegationView is the page on which an approver lets another officer sign.
type delegationView struct {
	page
	Officers []optionGroup // by unit; a value is «unit/login»
	Lines    []delegationLine
	Typed    delegationForm
	Bad      map[string]string
}

// delegationForm is what somebody typed.
type delegationForm struct{ To, From, Until, Reason string }

// delegationLine is one delegation in the list.
type delegationLine struct {
	To, By, Unit, Span, Reason, State string
	On                                bool
	End                               string // where to end it, "" if it is over
}

func (s *Server) delegations(r *request) error {
	return s.renderDelegations(r, delegationForm{From: kpi.FormatDate(r.actor.At)}, nil)
}

func (s *Server) delegate(r *request) error {
	f := delegationForm{To: kpi.Clip(r.FormValue("to"), 120), From: kpi.Clip(r.FormValue("from"), 40), Until: kpi.Clip(r.FormValue("until"), 40), Reason: r.FormValue("reason")}
	unit, login, _ := strings.Cut(f.To, "/")
	from, errFrom := dayField("from", f.From)
	until, errUntil := dayField("until", f.Until)
	err := joinFields(errFrom, errUntil)
	if err == nil {
		err = s.App.Delegate(r.actor, unit, login, from, until, f.Reason)
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderDelegations(r, f, err)
	}
	s.flash(r, "success", "Đã ủy quyền ký duyệt từ "+f.From+" đến hết "+f.Until+".")
	return r.redirect(delegationURL)
}

func (s *Server) endDelegation(r *request) error {
	n, err := strconv.Atoi(r.Params("n"))
	if err != nil {
		return kpi.Errorf(kpi.NotFound, "Không có ủy quyền này trong đơn vị.")
	}
	if err := s.App.EndDelegation(r.actor, r.Params("login"), n); err != nil {
		return err
	}
	s.flash(r, "success", "Đã kết thúc ủy quyền.")
	return r.redirect(delegationURL)
}

func (s *Server) renderDelegations(r *request, f delegationForm, failed error) error {
	d, err := s.App.Delegations(r.actor)
	if err != nil {
		return err
	}
	v := delegationView{page: s.page(r, "Ủy quyền ký duyệt", crumb{"Ủy quyền ký duyệt", ""}), Typed: f, Bad: fieldErrors(failed)}
	v.Errors = errorsOf(failed)
	for _, at := range d.Units {
		g := optionGroup{Label: at.Unit.Name}
		for _, u := range at.Officers {
			value := at.Unit.Code + "/" + u.Login
			g.Options = append(g.Options, selectOption{value, u.Name + " (" + u.Login + ")", value == f.To})
		}
		if len(g.Options) > 0 {
			v.Officers = append(v.Officers, g)
		}
	}
	for _, x := range d.List {
		line := delegationLine{To: x.To.Name, By: d.Names[x.By], Unit: x.Unit.Name, Span: x.Span(), Reason: x.Reason, State: x.Label(r.actor.At), On: x.Now}
		if !x.Now && x.InForce(r.actor.At) {
			line.State = "Không còn hiệu lực"
		}
		if !x.Over(r.actor.At) {
			line.End = delegationURL + "/" + x.To.Login + "/" + strconv.Itoa(x.Number) + "/ket-thuc"
		}
		v.Lines = append(v.Lines, line)
	}
	return r.Render("delegation/list", v)
}
