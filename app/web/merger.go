package web

import (
	"fmt"

	"chiso/app"
	"chiso/app/kpi"
)

const mergerURL = "/quan-tri/sap-nhap"

// mergerView is the page that merges units: the form, then what it would change.
type mergerView struct {
	page
	Fields []inputField // of the first form: successor, month
	Units  []tickLine   // to choose from
	Bad    string       // about the choice of units
	Plan   *mergerPlan
}

// mergerPlan is the preview, with what its form sends back.
type mergerPlan struct {
	Successor, To, From, Month, Last string
	Digest                           string
	Codes                            []string
	Units                            []mergedUnit
}

// mergedUnit is one unit that ends.
type mergedUnit struct {
	Name        string
	Moved, Held int
	Codes       []string
	Sheets      []string
	People      []string
	PeopleURL   string // where their accounts are, "" if the person may not
}

// mergerInput is what the form says.
type mergerInput struct {
	to, from string
	units    []string
}

func (s *Server) mergerForm(r *request) error {
	in := mergerInput{to: kpi.Clip(r.Query("to"), 32), from: kpi.Clip(r.Query("from"), 20)}
	for _, v := range r.Request().URI().QueryArgs().PeekMulti("u[]") {
		in.units = append(in.units, kpi.Clip(string(v), 32))
	}
	return s.renderMerger(r, in, len(r.Request().URI().QueryString()) > 0, nil)
}

func (s *Server) merge(r *request) error {
	in := mergerInput{to: kpi.Clip(r.FormValue("to"), 32), from: kpi.Clip(r.FormValue("from"), 20)}
	for _, v := range r.Request().PostArgs().PeekMulti("u[]") {
		in.units = append(in.units, kpi.Clip(string(v), 32))
	}
	from, err := typedMonth("from", in.from)
	if err == nil {
		err = s.App.Merge(r.actor, in.units, in.to, from, r.FormValue("v"))
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderMerger(r, in, true, err)
	}
	s.flash(r, "success", fmt.Sprintf("Đã sáp nhập %d đơn vị vào %s từ kỳ %s. Tài khoản không tự chuyển: giao người nhập liệu, người duyệt cho đơn vị kế thừa ở trang Tài khoản.",
		len(in.units), s.App.UnitName(in.to), from.Short()))
	return r.redirect("/quan-tri/don-vi")
}

// renderMerger shows the form with what was chosen and, if something was, what the merger would change or why not.
func (s *Server) renderMerger(r *request, in mergerInput, chosen bool, failed error) error {
	all, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	from, err := typedMonth("from", in.from)
	var p app.Merger
	if err == nil && chosen {
		p, err = s.App.PlanMerger(r.actor, in.units, in.to, from)
	}
	switch {
	case err != nil && kpi.KindOf(err) == kpi.NotFound:
		err = &kpi.Error{Kind: kpi.Invalid, Msg: err.Error(), Fields: map[string]string{"units": err.Error()}}
	case err != nil && !refusal(err):
		return err
	}
	if failed == nil && err != nil {
		failed = err
		r.Status(statusOf(err))
	}
	v := mergerView{page: s.page(r, "Sáp nhập đơn vị", crumb{"Quản trị", "/quan-tri"}, crumb{"Đơn vị", "/quan-tri/don-vi"}, crumb{"Sáp nhập", ""})}
	v.Errors = errorsOf(failed)
	bad := fieldErrors(failed)
	if v.Bad = bad["units"]; in.from == "" {
		in.from = (kpi.MonthOf(r.actor.At) + 1).Short()
	}
	v.Fields = []inputField{{Name: "to", Label: "Đơn vị kế thừa", Required: true, Error: bad["to"], Options: []selectOption{{"", "Chọn đơn vị", in.to == ""}}},
		{Name: "from", Label: "Từ kỳ", Required: true, Value: in.from, Error: bad["from"], Max: 10, Short: true, Hint: "Tháng/năm. Từ kỳ này đơn vị kế thừa báo cáo thay; các kỳ trước giữ nguyên."}}
	ticked := map[string]bool{}
	for _, code := range in.units {
		ticked[code] = true
	}
	var can []kpi.Unit
	var others []tickLine
	for _, u := range all {
		if u.Successor == "" && (u.To == 0 || u.To >= kpi.MonthOf(r.actor.At)) {
			can = append(can, u)
			if line := (tickLine{ID: "u-" + u.Code, Value: u.Code, Label: u.Name, Checked: ticked[u.Code]}); line.Checked {
				v.Units = append(v.Units, line) // in sight at the top
			} else {
				others = append(others, line)
			}
		}
	}
	v.Units = append(v.Units, others...)
	v.Fields[0].Groups = unitGroups(can, in.to)
	if chosen && err == nil {
		v.Plan = mergerPlanOf(p, in, r.actor.User)
	}
	return r.Render("unit/merger", v)
}

func mergerPlanOf(p app.Merger, in mergerInput, u kpi.User) *mergerPlan {
	plan := &mergerPlan{Successor: p.Successor.Name, To: in.to, From: in.from, Month: inSentence(p.From), Last: inSentence(p.From - 1), Digest: p.Digest, Codes: in.units}
	for _, m := range p.Units {
		line := mergedUnit{Name: m.Unit.Name, Moved: len(m.Moved), Held: m.Held, Codes: m.Codes()}
		for _, x := range m.Sheets {
			line.Sheets = append(line.Sheets, fmt.Sprintf("%s: %s %d/%d ô", x.Sheet.Month.Label(), x.Status.Label(), x.Filled, x.Sheet.Due))
		}
		for _, x := range m.People {
			line.People = append(line.People, x.Name+" ("+x.Login+")")
		}
		if len(m.People) > 0 && kpi.May(u, kpi.ManageUsers) == nil {
			line.PeopleURL = "/quan-tri/tai-khoan?don-vi=" + m.Unit.Code
		}
		plan.Units = append(plan.Units, line)
	}
	return plan
}
