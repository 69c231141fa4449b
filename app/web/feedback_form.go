package web

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// questionView is the form of a question to the province.
type questionView struct {
	page
	Op          string
	Units       []selectOption // none if there is only one to ask for
	Unit        string
	Indicators  []optionGroup
	General     bool // no indicator is chosen
	Subject     string
	Text        string
	Bad         map[string]string // field → what is wrong with it
	MaxTitle    int
	MaxPost     int
	SeeAnswered string // URL of what others have asked
}

func (s *Server) questionForm(r *request) error {
	in := app.QuestionInput{Unit: r.Query("don-vi"), Set: r.Query("bo"), Indicator: r.Query("chi-so"), Op: rand.Text()}
	return s.renderQuestion(r, in, nil)
}

func (s *Server) askQuestion(r *request) error {
	in := app.QuestionInput{Unit: r.FormValue("unit"), Title: r.FormValue("title"), Text: r.FormValue("text"), Op: r.FormValue("op")}
	in.Set, in.Indicator, _ = strings.Cut(r.FormValue("indicator"), "/")
	id, err := s.App.Ask(r.actor, in)
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderQuestion(r, in, err)
	}
	s.flash(r, "success", "Đã gửi câu hỏi đến điều phối tỉnh. Câu trả lời hiện ở trang này.")
	return r.redirect(threadURL(id))
}

// renderQuestion shows the form with what was typed; failed is why it was not accepted.
func (s *Server) renderQuestion(r *request, in app.QuestionInput, failed error) error {
	v := questionView{page: s.page(r, "Gửi câu hỏi, kiến nghị", crumb{"Hỏi đáp", feedbackURL}, crumb{"Gửi câu hỏi", ""}), Op: in.Op, Subject: in.Title, Text: in.Text,
		MaxTitle: kpi.MaxThreadTitle, MaxPost: kpi.MaxPost, General: true, SeeAnswered: feedbackURL + "?cong-bo=1"}
	v.Styles = feedbackStyles()
	units := r.actor.User.Units(kpi.Clerk, kpi.Approver)
	v.Unit = units[0] // the route lets nobody in without a unit
	if slices.Contains(units, in.Unit) {
		v.Unit = in.Unit
	}
	if len(units) > 1 {
		for _, code := range units {
			v.Units = append(v.Units, selectOption{code, s.App.UnitName(code), code == v.Unit})
		}
	}
	sets, err := s.App.Sets(r.actor)
	if err != nil {
		return err
	}
	for _, set := range sets {
		c, err := s.App.Catalogue(r.actor, set.Code, kpi.MonthOf(r.actor.At))
		if err != nil {
			return err
		}
		for _, g := range sections(c.Set, c.Indicators, func(ind kpi.Indicator) string { return ind.Group }) {
			group := optionGroup{Label: g.Name}
			for _, ind := range g.Lines {
				if ind.Heading {
					continue
				}
				chosen := ind.Set == in.Set && ind.Code == in.Indicator
				v.General = v.General && !chosen
				group.Options = append(group.Options, selectOption{ind.Set + "/" + ind.Code, ind.Code + " " + kpi.Clip(ind.Name, 90), chosen})
			}
			v.Indicators = append(v.Indicators, group)
		}
	}
	if failed != nil {
		v.Errors, v.Bad = errorsOf(failed), fieldErrors(failed)
		r.Status(statusOf(failed))
	}
	return r.Render("feedback/ask", v)
}

// askURL is the form of a question about an indicator, for the unit if the person may ask for it, or for their own
// one if it is ""; "" for those who may not ask.
func askURL(u kpi.User, unit, set, indicator string) string {
	if kpi.May(u, kpi.AskQuestion) != nil || unit != "" && !u.Has(kpi.Clerk, unit) && !u.Has(kpi.Approver, unit) {
		return ""
	}
	params := url.Values{"bo": {set}, "chi-so": {indicator}}
	if unit != "" {
		params.Set("don-vi", unit)
	}
	return withParams(newQuestion, params)
}
