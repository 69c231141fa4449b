package web

import (
	"slices"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// threadView is one thread.
type threadView struct {
	page
	Heading   string
	Kind      string
	Unit      string
	About     string // indicator
	AboutURL  string
	CellURL   string // history of the figure of an explanation
	Thread    threadPart
	Published *publishedView
	Publish   *publishForm
}

// threadPart is what was written in a thread, with the forms of those who may write more. Below it stand the forms'
// fields as typed.
type threadPart struct {
	Field    string // id of the text
	CSRF     string
	Path     string // of the forms
	State    badge
	Opened   string
	Posts    []postView
	Version  uint32
	Reply    string // label of the button, "" for those who may not write
	Close    bool
	Reopen   bool
	Text     string
	Bad      map[string]string // field → what is wrong with it
	MaxPost  int
	Withdraw bool
}

// postView is one post.
type postView struct {
	By, Unit string
	At, Time string // RFC 3339, as shown
	Answer   bool
	Text     []string // paragraphs
}

// publishedView is a question with its answer as everybody reads them.
type publishedView struct {
	URL              string
	Question, Answer []string // paragraphs
	At               string
}

type publishForm struct {
	Question, Answer string
	Again            bool // it is published; the words may be changed
}

// paragraphs splits a plain text at its line ends.
func paragraphs(text string) []string {
	lines := strings.Split(text, "\n")
	return slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
}

func publishedOf(t kpi.Thread) *publishedView {
	if t.Published == nil {
		return nil
	}
	return &publishedView{URL: threadURL(t.ID), Question: paragraphs(t.Published.Question), Answer: paragraphs(t.Published.Answer), At: kpi.FormatDate(t.Published.At)}
}

// threadPartOf describes a thread that the person may read whole.
func (s *Server) threadPartOf(r *request, t app.ThreadView) threadPart {
	p := threadPart{Field: "f-text-" + string(t.ID), CSRF: s.csrf(r), Path: threadURL(t.ID), State: threadBadge(t.State), Opened: kpi.FormatTime(t.ID.Opened()), Version: t.Version, MaxPost: kpi.MaxPost}
	for _, x := range t.Posts {
		p.Posts = append(p.Posts, postView{By: t.Names[x.By], Unit: t.Units[x.By], At: x.At.Format("2006-01-02T15:04:05Z07:00"), Time: kpi.FormatTime(x.At),
			Answer: x.Answer, Text: paragraphs(x.Text)})
	}
	for _, step := range t.Steps {
		switch step {
		case kpi.StepAnswer:
			p.Reply = "Gửi trả lời"
		case kpi.StepAsk:
			if p.Reply == "" {
				p.Reply = "Hỏi thêm"
			}
		case kpi.StepClose:
			p.Close = true
		case kpi.StepReopen:
			p.Reopen = true
		case kpi.StepWithdraw:
			p.Withdraw = true
		}
	}
	return p
}

func (s *Server) thread(r *request) error { return s.renderThread(r, "", nil, nil) }

// renderThread shows a thread with what was typed as a post or to be published; failed is why it was not accepted.
func (s *Server) renderThread(r *request, text string, publish *publishForm, failed error) error {
	t, err := s.App.Thread(r.actor, kpi.ThreadID(r.Params("thread")))
	if err != nil {
		return err
	}
	v := threadView{Heading: threadTitle(t.ThreadLine), Kind: t.Kind.Label(), Unit: t.UnitName, Published: publishedOf(t.Thread)}
	v.page = s.page(r, v.Heading, crumb{"Hỏi đáp", feedbackURL}, crumb{kpi.Clip(v.Heading, 60), ""})
	v.Styles = feedbackStyles()
	if t.Thread.Indicator != "" {
		v.About, v.AboutURL = t.Thread.Indicator+" "+t.Indicator, "/chi-so/"+t.Set+"/"+t.Thread.Indicator
	}
	if t.Kind == kpi.Explanation {
		v.CellURL = trailURL(t.Cell())
	}
	if t.Whole {
		v.Thread = s.threadPartOf(r, t)
		v.Thread.Field, v.Thread.Text = "f-text", text
	}
	if slices.Contains(t.Steps, kpi.StepPublish) {
		if v.Publish = publish; publish == nil {
			v.Publish = publishFormOf(t)
		}
		v.Publish.Again = t.Published != nil
	}
	if failed != nil {
		v.Errors, v.Thread.Bad = errorsOf(failed), fieldErrors(failed)
		r.Status(statusOf(failed))
	}
	return r.Render("feedback/thread", v)
}

// publishFormOf offers the words that are published, or else the first question and the latest answer.
func publishFormOf(t app.ThreadView) *publishForm {
	if p := t.Published; p != nil {
		return &publishForm{Question: p.Question, Answer: p.Answer}
	}
	f := &publishForm{Question: t.Title}
	for _, p := range slices.Backward(t.Posts) {
		if p.Answer {
			f.Answer = p.Text
			break
		}
	}
	if len(t.Posts) > 0 {
		f.Question += "\n" + t.Posts[0].Text
	}
	return f
}

// trailURL is the page of a figure's history.
func trailURL(k kpi.CellKey) string { return "/o/" + k.ID() }

// threadForm reads the id of the thread that a form is about, and the version that its page showed.
func (r *request) threadForm() (kpi.ThreadID, uint32) {
	seen, err := strconv.ParseUint(r.FormValue("v"), 10, 32)
	if err != nil {
		seen = 0 // no thread has this version: the form is refused as out of date
	}
	return kpi.ThreadID(r.Params("thread")), uint32(seen)
}

// afterThread leads back to where the thread is shown: an explanation to its figure.
func (s *Server) afterThread(r *request, id kpi.ThreadID, said string) error {
	t, err := s.App.Thread(r.actor, id)
	if err != nil {
		return err
	}
	s.flash(r, "success", said)
	if t.Kind == kpi.Explanation && kpi.May(r.actor.User, kpi.SeeSheets) == nil {
		return r.redirect(trailURL(t.Cell()) + "#giai-trinh")
	}
	return r.redirect(threadURL(id))
}

func (s *Server) reply(r *request) error {
	id, seen := r.threadForm()
	text := r.FormValue("text")
	if err := s.App.Reply(r.actor, id, seen, text); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderThread(r, text, nil, err)
	}
	return s.afterThread(r, id, "Đã gửi.")
}

func (s *Server) closeThread(r *request) error {
	return s.turnThread(r, s.App.CloseThread, "Đã đóng trao đổi.")
}

func (s *Server) reopenThread(r *request) error {
	return s.turnThread(r, s.App.ReopenThread, "Đã mở lại trao đổi.")
}

func (s *Server) withdrawThread(r *request) error {
	return s.turnThread(r, s.App.WithdrawThread, "Đã gỡ công bố. Câu hỏi chỉ còn đơn vị hỏi và cấp tỉnh xem được.")
}

func (s *Server) turnThread(r *request, turn func(kpi.Actor, kpi.ThreadID, uint32) error, said string) error {
	id, seen := r.threadForm()
	if err := turn(r.actor, id, seen); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderThread(r, "", nil, err)
	}
	return s.afterThread(r, id, said)
}

func (s *Server) publishThread(r *request) error {
	id, seen := r.threadForm()
	f := &publishForm{Question: r.FormValue("question"), Answer: r.FormValue("answer")}
	if err := s.App.PublishThread(r.actor, id, seen, f.Question, f.Answer); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderThread(r, "", f, err)
	}
	return s.afterThread(r, id, "Đã công bố. Mọi đơn vị xem được câu hỏi và câu trả lời này, không kèm tên đơn vị hỏi.")
}
