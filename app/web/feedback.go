package web

import (
	"net/url"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

const (
	feedbackURL = "/hoi-dap"
	newQuestion = "/hoi-dap/moi"
)

// feedbackStyles are the style sheets of pages that show posts.
func feedbackStyles() []string { return []string{"css/pages/feedback.css"} }

// feedbackView is the list of threads.
type feedbackView struct {
	page
	Chips  []countChip
	Filter feedbackFilter
	About  string // indicator that the list is narrowed to
	NoWant string // URL of the list without it
	Kinds  []selectOption
	Units  []optionGroup // none for those who see one unit's
	Lines  []feedbackRow
	Pager  pager
	Any    bool // something narrows the list
	Ask    string
	Wide   bool // units are shown
}

// feedbackFilter is what the URL narrows the list to.
type feedbackFilter struct {
	State, Kind, Unit, Set, Code, Query string
	Published                           bool
}

// feedbackRow is one thread of the list.
type feedbackRow struct {
	Title, URL  string
	Kind        string // «Đề nghị giải trình», "" for a question
	State       badge
	Published   bool
	Unit, About string
	AboutURL    string
	Posts       int
	At, By      string // the latest post
}

func feedbackFilterOf(r *request) feedbackFilter {
	return feedbackFilter{State: kpi.Clip(r.Query("tinh-trang"), 20), Kind: kpi.Clip(r.Query("loai"), 20), Unit: kpi.Clip(r.Query("don-vi"), 32),
		Set: kpi.Clip(r.Query("bo"), 32), Code: kpi.Clip(r.Query("chi-so"), 32), Query: kpi.Clip(strings.TrimSpace(r.Query("q")), 100), Published: r.Query("cong-bo") == "1"}
}

// values returns the filter as the parameters that feedbackFilterOf reads.
func (f feedbackFilter) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"tinh-trang": f.State, "loai": f.Kind, "don-vi": f.Unit, "bo": f.Set, "chi-so": f.Code, "q": f.Query} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.Published {
		v.Set("cong-bo", "1")
	}
	return v
}

func (f feedbackFilter) of() app.FeedbackFilter {
	return app.FeedbackFilter{State: kpi.ThreadState(f.State), Kind: kpi.ThreadKind(f.Kind), Unit: f.Unit, Set: f.Set, Indicator: f.Code, Query: f.Query, Published: f.Published}
}

// threadBadge shows the state of a thread.
func threadBadge(s kpi.ThreadState) badge {
	switch s {
	case kpi.ThreadWaiting:
		return badge{"hourglass", s.Label(), "badge-warn"}
	case kpi.ThreadAnswered:
		return badge{"circle-check", s.Label(), "badge-ok"}
	}
	return badge{"lock", s.Label(), ""}
}

func (s *Server) feedback(r *request) error {
	f := feedbackFilterOf(r)
	number, err := strconv.Atoi(r.Query("trang"))
	if err != nil || number < 1 || number > 10_000 {
		number = 1
	}
	list, total, states, err := s.App.Feedback(r.actor, f.of(), (number-1)*listSize, listSize)
	if err != nil {
		return err
	}
	if len(list) == 0 && total > 0 {
		number = 1
		if list, total, states, err = s.App.Feedback(r.actor, f.of(), 0, listSize); err != nil {
			return err
		}
	}
	v := feedbackView{page: s.page(r, "Hỏi đáp", crumb{"Hỏi đáp", ""}), Filter: f, Any: len(f.values()) > 0, Wide: kpi.May(r.actor.User, kpi.SeeProvisional) == nil}
	v.Chips = feedbackChips(f, states)
	v.Kinds = choiceOf(kpi.ThreadKind(f.Kind), "Tất cả", kpi.ThreadKinds()...)
	if v.Wide {
		units, err := s.App.Units(r.actor)
		if err != nil {
			return err
		}
		v.Units = unitGroups(units, f.Unit)
	}
	if f.Code != "" {
		v.About = f.Code
		without := f
		without.Set, without.Code = "", ""
		v.NoWant = withParams(feedbackURL, without.values())
	}
	if kpi.May(r.actor.User, kpi.AskQuestion) == nil {
		v.Ask = newQuestion
	}
	for _, t := range list {
		v.Lines = append(v.Lines, feedbackRowOf(t))
	}
	v.Pager = pagerOf(number, total, feedbackURL, f.values())
	return r.Render("feedback/list", v)
}

// pagerOf is the foot of a list of which only one page was read.
func pagerOf(number, total int, path string, params url.Values) pager {
	_, p := paged(make([]struct{}, total), strconv.Itoa(number), listSize, path, params)
	return p
}

func feedbackChips(f feedbackFilter, states map[kpi.ThreadState]int) []countChip {
	chip := func(state, label string, n int) countChip {
		to := f
		to.State = state
		id := state
		if id == "" {
			id = "all"
		}
		return countChip{ID: "c-" + id, URL: withParams(feedbackURL, to.values()), Label: label, N: n, Current: f.State == state}
	}
	all := 0
	for _, n := range states {
		all += n
	}
	chips := []countChip{chip("", "Tất cả", all)}
	for _, st := range kpi.ThreadStates() {
		c := chip(string(st), st.Label(), states[st])
		c.Icon = threadBadge(st).Icon
		chips = append(chips, c)
	}
	return chips
}

func feedbackRowOf(t app.ThreadLine) feedbackRow {
	row := feedbackRow{Title: threadTitle(t), URL: threadURL(t.ID), State: threadBadge(t.State), Published: t.Published != nil, Unit: t.UnitName,
		Posts: t.Posts, At: kpi.FormatTime(t.Last.At), By: t.LastBy}
	if t.Kind == kpi.Explanation {
		row.Kind = t.Kind.Label()
	}
	if t.Thread.Indicator != "" {
		row.About, row.AboutURL = t.Thread.Indicator+" "+kpi.Clip(t.Indicator, 80), "/chi-so/"+t.Set+"/"+t.Thread.Indicator
	}
	return row
}

func threadURL(id kpi.ThreadID) string { return feedbackURL + "/" + string(id) }

// threadTitle names a thread; an explanation is named after its figure.
func threadTitle(t app.ThreadLine) string {
	if t.Kind == kpi.Explanation {
		return "Giải trình số liệu " + t.Thread.Indicator + ", " + inSentence(t.Month)
	}
	return t.Title
}

// shownAnswers is how many published answers the page of an indicator shows.
const shownAnswers = 5

// answers puts what is published about an indicator on its page.
func (s *Server) answers(r *request, v *indicatorView, set, code string) error {
	list, err := s.App.PublishedAnswers(r.actor, set, code)
	if err != nil {
		return err
	}
	for _, t := range list[:min(len(list), shownAnswers)] {
		v.Answers = append(v.Answers, *publishedOf(t))
	}
	if len(list) > shownAnswers {
		v.AllAnswers = withParams(feedbackURL, feedbackFilter{Set: set, Code: code, Published: true}.values())
	}
	v.Ask = askURL(r.actor.User, "", set, code)
	if len(list) > 0 {
		v.Styles = append(v.Styles, feedbackStyles()...)
	}
	return nil
}
