package kpi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Thread is a question with all that was answered to it: of a unit to the province, or of the province to a unit about
// one of its figures. Its posts are kept beside it.
type Thread struct {
	ID        ThreadID
	Kind      ThreadKind
	Title     string `json:",omitempty"` // of a Question
	Unit      string // asks a Question, answers an Explanation
	Set       string `json:",omitempty"` // with Indicator: what it is about; both empty: a question in general
	Indicator string `json:",omitempty"`
	Month     Month  `json:",omitempty"` // of the figure of an Explanation
	State     ThreadState
	Posts     int    // how many; they are numbered from 1
	Version   uint32 // grows by one with every change
	By        string // who began it
	Last      Step   // the latest post

	Published *PublishedQA `json:",omitempty"`
}

// ThreadKind says who wants to know.
type ThreadKind string

// The kinds of threads.
const (
	Question    ThreadKind = "question"    // a unit asks the province
	Explanation ThreadKind = "explanation" // the province asks a unit about a figure
)

// ThreadKinds lists all kinds.
func ThreadKinds() []ThreadKind { return []ThreadKind{Question, Explanation} }

// Label returns the kind's name on screen.
func (k ThreadKind) Label() string {
	return map[ThreadKind]string{Question: "Câu hỏi, kiến nghị", Explanation: "Đề nghị giải trình"}[k]
}

// ThreadState says whose turn it is.
type ThreadState string

// The states of a thread.
const (
	ThreadWaiting  ThreadState = "waiting"
	ThreadAnswered ThreadState = "answered"
	ThreadClosed   ThreadState = "closed"
)

// ThreadStates lists all states in the order of the screen.
func ThreadStates() []ThreadState {
	return []ThreadState{ThreadWaiting, ThreadAnswered, ThreadClosed}
}

// Label returns the state's name on screen.
func (s ThreadState) Label() string {
	return map[ThreadState]string{ThreadWaiting: "Chờ trả lời", ThreadAnswered: "Đã trả lời", ThreadClosed: "Đã đóng"}[s]
}

// Post is what one person wrote in a thread: plain text.
type Post struct {
	By     string
	At     time.Time
	Text   string
	Answer bool `json:",omitempty"` // of the side that is asked
}

// PublishedQA is a question with its answer as everybody may read them: without who asked.
type PublishedQA struct {
	Question, Answer string
	At               time.Time
	By               string
}

// Bounds of a thread, in characters and posts.
const (
	MaxThreadTitle = 200
	MaxPost        = 4_000
	MaxPosts       = 200
)

// ThreadID names a thread for ever. Later threads have larger ids.
type ThreadID string

const threadIDLength = 20

// NewThreadID returns the id of a thread that begins at t; random is at least 8 hexadecimal digits.
func NewThreadID(t time.Time, random string) ThreadID {
	return ThreadID(fmt.Sprintf("%012x%s", t.UnixMilli(), random[:8]))
}

// Valid reports whether id can name a thread.
func (id ThreadID) Valid() bool { return len(id) == threadIDLength && only(string(id), 'a', 'f', "") }

// Opened returns when the thread began.
func (id ThreadID) Opened() time.Time {
	if !id.Valid() {
		return time.Time{}
	}
	ms, err := strconv.ParseInt(string(id[:12]), 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Cell returns the figure that an Explanation is about.
func (t Thread) Cell() CellKey {
	return CellKey{Set: t.Set, Month: t.Month, Unit: t.Unit, Indicator: t.Indicator}
}

// Object is what the events of the thread happen to: its figure, so that the history of the figure tells them, or the
// thread itself.
func (t Thread) Object() string {
	if t.Kind == Explanation {
		return "cell/" + t.Cell().ID()
	}
	return "thread/" + string(t.ID)
}

// Validate returns an Invalid error when the thread breaks a rule; its field is title.
func (t Thread) Validate() error {
	switch {
	case !t.ID.Valid() || t.Kind.Label() == "" || t.State.Label() == "" || !ValidCode(t.Unit):
		return Errorf(Invalid, "Câu hỏi không hợp lệ. Tải lại trang rồi gửi lại.")
	case t.Kind == Question && strings.TrimSpace(t.Title) == "":
		return invalidField("title", "Ghi tiêu đề, ví dụ «Mẫu số của chỉ số 5.03 có tính đơn vị sự nghiệp không?».")
	case len([]rune(t.Title)) > MaxThreadTitle:
		return invalidField("title", "Tiêu đề dài quá %d ký tự. Rút gọn; chi tiết ghi ở phần nội dung.", MaxThreadTitle)
	case t.Kind == Explanation:
		return t.Cell().Validate()
	case t.Indicator != "" && (!ValidSet(t.Set) || !ValidCode(t.Indicator)):
		return invalidField("indicator", "Chỉ số «%s» không có trong danh mục. Chọn lại.", Clip(t.Indicator, 40))
	case t.Published != nil && (t.Published.Question == "" || t.Published.Answer == ""):
		return Errorf(Invalid, "Chỉ công bố khi có cả câu hỏi và câu trả lời.")
	}
	return nil
}

// CleanPost is CleanLongText for a post, in the form field "text"; missing is the sentence that asks for it.
func CleanPost(s, missing string) (string, error) {
	s, err := CleanLongText(s, "Nội dung", MaxPost)
	switch {
	case err != nil:
		return "", invalidField("text", "%s", err.Error())
	case s == "":
		return "", invalidField("text", "%s", missing)
	}
	return s, nil
}

// ThreadStep is something that somebody does with a thread.
type ThreadStep string

// The steps.
const (
	StepAsk      ThreadStep = "ask"    // the side that asks writes more
	StepAnswer   ThreadStep = "answer" // the side that is asked writes
	StepClose    ThreadStep = "close"
	StepReopen   ThreadStep = "reopen"
	StepPublish  ThreadStep = "publish"
	StepWithdraw ThreadStep = "withdraw" // take back what was published
)

// ThreadSteps lists all steps.
func ThreadSteps() []ThreadStep {
	return []ThreadStep{StepAsk, StepAnswer, StepClose, StepReopen, StepPublish, StepWithdraw}
}

// threadMove is one row of a thread's life: in one of the states, one of the roles may take a step that leads to a
// state; To "" leaves the state as it is.
type threadMove struct {
	Kind  ThreadKind
	From  []ThreadState
	Step  ThreadStep
	Roles []Role
	To    ThreadState
}

// threadMoves is the whole life of a thread.
func threadMoves() []threadMove {
	unit, province, coordinator := []Role{Clerk, Approver}, []Role{Leader, Coordinator}, []Role{Coordinator}
	open, closed, replied := []ThreadState{ThreadWaiting, ThreadAnswered}, []ThreadState{ThreadClosed}, []ThreadState{ThreadAnswered, ThreadClosed}
	return []threadMove{
		{Question, open, StepAsk, unit, ThreadWaiting},
		{Question, open, StepAnswer, coordinator, ThreadAnswered},
		{Question, open, StepClose, coordinator, ThreadClosed},
		{Question, closed, StepReopen, coordinator, ThreadWaiting},
		{Question, replied, StepPublish, coordinator, ""},
		{Question, ThreadStates(), StepWithdraw, coordinator, ""},
		{Explanation, open, StepAsk, province, ThreadWaiting},
		{Explanation, open, StepAnswer, unit, ThreadAnswered},
		{Explanation, open, StepClose, province, ThreadClosed},
		{Explanation, closed, StepReopen, province, ThreadWaiting},
	}
}

// holds reports whether the user has one of the roles, for the thread's unit if the role is scoped.
func (m threadMove) holds(u User, unit string) bool {
	return slices.ContainsFunc(m.Roles, func(r Role) bool { return u.Has(r, unit) })
}

// NextThread returns the state that the step leads to, or why the user cannot take it: NotFound for a thread that
// they may not see, Denied for a role that may not, Conflict for a state that does not fit.
func NextThread(u User, t Thread, step ThreadStep) (ThreadState, error) {
	if err := MaySeeThread(u, t); err != nil {
		return "", err
	}
	known := false
	for _, m := range threadMoves() {
		if m.Kind != t.Kind || m.Step != step || !m.holds(u, t.Unit) {
			continue
		}
		known = true
		if !slices.Contains(m.From, t.State) || step == StepWithdraw && t.Published == nil {
			continue
		}
		if m.To == "" {
			return t.State, nil
		}
		return m.To, nil
	}
	switch {
	case !known:
		return "", Errorf(Denied, "Tài khoản không có quyền %s ở trao đổi này.", step.verb())
	case step == StepWithdraw:
		return "", Errorf(Conflict, "Câu hỏi này không còn được công bố.")
	case t.State == ThreadClosed:
		return "", Errorf(Conflict, "Trao đổi đã đóng nên không %s được. Mở lại trước, hoặc gửi câu hỏi mới.", step.verb())
	case step == StepPublish:
		return "", Errorf(Conflict, "Câu hỏi chưa được trả lời nên chưa công bố được.")
	}
	return "", Errorf(Conflict, "Trao đổi này đang mở nên không %s được.", step.verb())
}

// ThreadButtons returns the steps that the user may take now.
func ThreadButtons(u User, t Thread) []ThreadStep {
	var steps []ThreadStep
	for _, step := range ThreadSteps() {
		if _, err := NextThread(u, t, step); err == nil {
			steps = append(steps, step)
		}
	}
	return steps
}

func (s ThreadStep) verb() string {
	return map[ThreadStep]string{StepAsk: "hỏi thêm", StepAnswer: "trả lời", StepClose: "đóng", StepReopen: "mở lại",
		StepPublish: "công bố", StepWithdraw: "gỡ công bố"}[s]
}

// TakesPart returns nil if the user may read the whole thread: the unit's people and the province. The rest of the
// world gets a NotFound error.
func TakesPart(u User, t Thread) error {
	if MaySeeUnit(u, t.Unit) == nil {
		return nil
	}
	return Errorf(NotFound, "Không tìm thấy câu hỏi này trong phạm vi của tài khoản.")
}

// MaySeeThread returns nil if the user may read the thread, or at least what of it is published.
func MaySeeThread(u User, t Thread) error {
	if t.Published != nil && May(u, SeeFeedback) == nil {
		return nil
	}
	return TakesPart(u, t)
}

// SeenThread returns a Conflict error unless the thread is still the one that the person looked at; who is the name of
// the writer of the latest post.
func SeenThread(t Thread, seen uint32, who string) error {
	if t.Version != seen {
		return Errorf(Conflict, "Trao đổi đã thay đổi sau khi mở trang: %s viết lúc %s, tình trạng «%s». Xem lại rồi gửi tiếp; nội dung vừa ghi còn nguyên.",
			who, FormatTime(t.Last.At), t.State.Label())
	}
	return nil
}
