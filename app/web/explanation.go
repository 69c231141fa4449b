package web

import (
	"crypto/rand"

	"chiso/app"
	"chiso/app/kpi"
)

// explanationView is the part of a figure's history where its explanation is asked for and given.
type explanationView struct {
	Threads []threadPart
	Ask     string // where the form goes, "" for those who may not ask, and while a thread is open
	Op      string
	CSRF    string
	Text    string
	Error   string
	MaxPost int
}

// explanationOf describes the threads about a figure, with what was typed to ask for an explanation and why that was
// not accepted.
func (s *Server) explanationOf(r *request, k kpi.CellKey, text, op string, failed error) (explanationView, error) {
	v := explanationView{Text: text, Op: op, CSRF: s.csrf(r), MaxPost: kpi.MaxPost}
	list, err := s.App.CellThreads(r.actor, k)
	if err != nil {
		return v, err
	}
	open := false
	for _, t := range list {
		v.Threads = append(v.Threads, s.threadPartOf(r, t))
		open = open || t.State != kpi.ThreadClosed
	}
	if !open && kpi.May(r.actor.User, kpi.AskExplanation) == nil && kpi.MaySeeUnit(r.actor.User, k.Unit) == nil {
		v.Ask = trailURL(k) + "/giai-trinh"
	}
	if v.Op == "" {
		v.Op = rand.Text()
	}
	if e, ok := asError(failed); ok {
		v.Error = e.Msg
	}
	return v, nil
}

func (s *Server) askExplanation(r *request) error {
	k, _, err := r.cellKey()
	if err != nil {
		return err
	}
	text, op := r.FormValue("text"), r.FormValue("op")
	if _, err := s.App.AskExplanation(r.actor, k, text, op); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderTrail(r, text, op, err)
	}
	s.flash(r, "success", "Đã gửi đề nghị giải trình. Đơn vị thấy ở «Việc của tôi» cho đến khi trả lời.")
	return r.redirect(trailURL(k) + "#giai-trinh")
}

// askedNote tells how an explanation of a figure stands, beside the figure.
type askedNote struct {
	Badge badge
	URL   string
}

func askedNoteOf(t kpi.Thread) *askedNote {
	b := threadBadge(t.State)
	b.Text = "Giải trình: " + lowerFirst(b.Text)
	return &askedNote{b, trailURL(t.Cell()) + "#giai-trinh"}
}

// askedTask is an explanation that the province waits for, on the unit's first page.
type askedTask struct {
	Name, Note, URL string
}

func askedTasks(list []app.ThreadLine) []askedTask {
	var out []askedTask
	for _, t := range list {
		out = append(out, askedTask{Name: t.UnitName + ": " + t.Thread.Indicator + " " + kpi.Clip(t.Indicator, 100) + ", " + inSentence(t.Month),
			Note: t.LastBy + " đề nghị giải trình lúc " + kpi.FormatTime(t.Last.At), URL: trailURL(t.Cell()) + "#giai-trinh"})
	}
	return out
}

// asked puts on the first page what waits for the person's words: explanations, questions, focal points to be named.
func (s *Server) asked(r *request, v *homeView) error {
	w, err := s.App.Asked(r.actor)
	if err != nil {
		return err
	}
	v.Asked, v.Waiting = askedTasks(w.Explanations), w.Questions
	for _, unit := range r.actor.User.Units(kpi.Approver) {
		list, err := s.App.UnitFocalPoints(r.actor, unit)
		if err != nil {
			return err
		}
		if len(list.Officers) == 0 && len(v.Lacks) < maxLacks {
			v.Lacks = append(v.Lacks, crumb{list.Unit.Name, focalURL + "/" + unit + "/" + newOfficer})
		}
	}
	return nil
}

// maxLacks bounds how many units without a focal point the first page names.
const maxLacks = 3
