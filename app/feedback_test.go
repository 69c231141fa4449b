package app

import (
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
)

func (f month) asked(t *testing.T, login string, in QuestionInput) kpi.ThreadID {
	t.Helper()
	id, err := f.Ask(f.as(t, login), in)
	f.must(t, err)
	return id
}

func (f month) thread(t *testing.T, login string, id kpi.ThreadID) ThreadView {
	t.Helper()
	v, err := f.Thread(f.as(t, login), id)
	f.must(t, err)
	return v
}

func question() QuestionInput {
	return QuestionInput{Unit: "SYT", Set: "nq57", Indicator: "1", Title: "Mẫu số", Text: "Có tính đơn vị sự nghiệp không?"}
}

// A question goes from the unit to the coordinator and back, is published in other words, and is then all that other
// units see of it.
func TestQuestion_AnsweredAndPublished(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	id := f.asked(t, "nhap", question())
	if n := f.waiting(t); n != 1 {
		t.Errorf("%d questions wait for the coordinator, want 1", n)
	}
	_, err := f.Thread(f.as(t, "xanhap"), id)
	f.refused(t, err, kpi.NotFound)
	f.refused(t, f.PublishThread(f.as(t, "dieuphoi"), id, 1, "a", "b"), kpi.Conflict) // nothing was answered
	f.must(t, f.Reply(f.as(t, "dieuphoi"), id, 1, "Có, tính cả."))
	v := f.thread(t, "nhap", id)
	if v.State != kpi.ThreadAnswered || len(v.Posts) != 2 || !v.Posts[1].Answer || v.Units["nhap"] == "" || v.Units["dieuphoi"] != "" {
		t.Errorf("after the answer: %+v", v)
	}
	if n := f.waiting(t); n != 0 {
		t.Errorf("%d questions wait after the answer", n)
	}
	f.must(t, f.PublishThread(f.as(t, "dieuphoi"), id, 2, "Mẫu số gồm những ai?\nDòng hai.", "Gồm cả đơn vị sự nghiệp."))
	v = f.thread(t, "xanhap", id)
	if len(v.Posts) != 0 || v.UnitName != "" || v.Unit != "" || v.By != "" || v.Title != "Mẫu số gồm những ai?" || len(v.Steps) != 0 {
		t.Errorf("another unit sees more than what is published: %+v", v)
	}
	for _, query := range []string{"mau so gom", "SU NGHIEP"} {
		list, total, _, err := f.Feedback(f.as(t, "xanhap"), FeedbackFilter{Query: query, Set: "nq57", Indicator: "1"}, 0, 10)
		if err != nil || total != 1 || len(list) != 1 {
			t.Errorf("%s: %d of %d, %v", query, len(list), total, err)
		}
	}
	for _, hidden := range []FeedbackFilter{{Query: "co tinh"}, {Unit: "SYT"}} { // not told through a search, nor through a filter
		if _, total, _, _ := f.Feedback(f.as(t, "xanhap"), hidden, 0, 10); total != 0 {
			t.Errorf("%+v finds the thread of another unit", hidden)
		}
	}
	list, err := f.PublishedAnswers(f.as(t, "xanhap"), "nq57", "1")
	if err != nil || len(list) != 1 || list[0].ID != id || list[0].Unit != "" || list[0].Title != "" || list[0].Published.Answer != "Gồm cả đơn vị sự nghiệp." {
		t.Errorf("published: %+v, %v", list, err)
	}
	f.must(t, f.WithdrawThread(f.as(t, "dieuphoi"), id, 3))
	_, err = f.Thread(f.as(t, "xanhap"), id)
	f.refused(t, err, kpi.NotFound)
	if !hasVerb(f.history(t, "thread/"+string(id)), kpi.VerbPublish) {
		t.Error("no event tells of the publication")
	}
}

func (f month) waiting(t *testing.T) int {
	t.Helper()
	w, err := f.Asked(f.as(t, "dieuphoi"))
	f.must(t, err)
	return w.Questions
}

func TestAsk_Refused(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	for field, change := range map[string]func(*QuestionInput){
		"unit":      func(in *QuestionInput) { in.Unit = "XA1" },
		"indicator": func(in *QuestionInput) { in.Indicator = "9.99" },
		"title":     func(in *QuestionInput) { in.Title = " " },
		"text":      func(in *QuestionInput) { in.Text = strings.Repeat("ệ", kpi.MaxPost+1) },
	} {
		in := question()
		change(&in)
		_, err := f.Ask(f.as(t, "nhap"), in)
		if e, ok := err.(*kpi.Error); !ok || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := f.Ask(f.as(t, "dieuphoi"), question())
	f.refused(t, err, kpi.Denied)
	if _, total, _, err := f.Feedback(f.as(t, "dieuphoi"), FeedbackFilter{}, 0, 10); total != 0 || err != nil {
		t.Errorf("%d threads, %v", total, err)
	}
}

func TestAsk_FormSentTwice_OneThread(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	in := question()
	in.Op = "op-12345678"
	first, again := f.asked(t, "nhap", in), f.asked(t, "nhap", in)
	if first != again {
		t.Errorf("two threads: %s, %s", first, again)
	}
}

// Two coordinators answer at once: one answer stands, the other is told.
func TestReply_TwoAtOnce_OneWins(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	id := f.asked(t, "nhap", question())
	second := f.as(t, "dieuphoi")
	second.User.Login = "dieuphoi2"
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, actor := range []kpi.Actor{f.as(t, "dieuphoi"), second} {
		wg.Go(func() { errs[i] = f.Reply(actor, id, 1, "Trả lời của "+actor.User.Login) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("answers: %v, %v", errs[0], errs[1])
	}
	lost := errs[0]
	if lost == nil {
		lost = errs[1]
	}
	f.refused(t, lost, kpi.Conflict)
	if v := f.thread(t, "nhap", id); len(v.Posts) != 2 {
		t.Errorf("%d posts", len(v.Posts))
	}
}

func TestReply_SentTwice_OnePost(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	id := f.asked(t, "nhap", question())
	f.must(t, f.Reply(f.as(t, "dieuphoi"), id, 1, "Có."))
	f.must(t, f.Reply(f.as(t, "dieuphoi"), id, 1, "Có."))
	f.refused(t, f.Reply(f.as(t, "dieuphoi"), id, 1, "Không."), kpi.Conflict)
	f.must(t, f.CloseThread(f.as(t, "dieuphoi"), id, 2))
	f.must(t, f.CloseThread(f.as(t, "dieuphoi"), id, 2))
	f.refused(t, f.Reply(f.as(t, "nhap"), id, 3, "Hỏi thêm."), kpi.Conflict)
	f.must(t, f.ReopenThread(f.as(t, "dieuphoi"), id, 3))
	f.must(t, f.Reply(f.as(t, "duyet"), id, 4, "Hỏi thêm."))
	if v := f.thread(t, "nhap", id); len(v.Posts) != 3 || v.State != kpi.ThreadWaiting || v.Posts[2].Answer {
		t.Errorf("%+v", v)
	}
}

// The list is cut into pages, newest first, and counts every state.
func TestFeedback_Pages(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	var ids []kpi.ThreadID
	for range 5 {
		f.clock.forward(time.Second)
		ids = append(ids, f.asked(t, "nhap", question()))
	}
	f.must(t, f.Reply(f.as(t, "dieuphoi"), ids[1], 1, "Có."))
	list, total, states, err := f.Feedback(f.as(t, "lanhdao"), FeedbackFilter{State: kpi.ThreadWaiting}, 1, 2)
	f.must(t, err)
	if total != 4 || len(list) != 2 || list[0].ID != ids[3] || list[1].ID != ids[2] || states[kpi.ThreadAnswered] != 1 || states[kpi.ThreadWaiting] != 4 {
		t.Errorf("%d of %d, states %v: %+v", len(list), total, states, list)
	}
}

// An explanation stays with its figure: in the unit's tasks until it is answered, in the history of the cell, and with
// the reviewer.
func TestExplanation(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	k := f.cell(t, "SYT", "1").CellKey
	_, err := f.AskExplanation(f.as(t, "nhap"), k, "Vì sao?", "")
	f.refused(t, err, kpi.Denied)
	_, err = f.AskExplanation(f.as(t, "lanhdao"), kpi.CellKey{Set: k.Set, Month: k.Month, Unit: "SYT", Indicator: "4"}, "Vì sao?", "")
	f.refused(t, err, kpi.NotFound) // not due this month
	id, err := f.AskExplanation(f.as(t, "lanhdao"), k, "Vì sao giảm một nửa?", "")
	f.must(t, err)
	_, err = f.AskExplanation(f.as(t, "dieuphoi"), k, "Vì sao?", "")
	f.refused(t, err, kpi.Conflict) // one at a time
	for login, want := range map[string]int{"nhap": 1, "duyet": 1, "xanhap": 0, "dieuphoi": 0} {
		if w, err := f.Asked(f.as(t, login)); err != nil || len(w.Explanations) != want {
			t.Errorf("%s has %d explanations to give, want %d; %v", login, len(w.Explanations), want, err)
		}
	}
	if list, err := f.CellThreads(f.as(t, "xanhap"), k); err != nil || len(list) != 0 {
		t.Errorf("another unit sees %d threads of the cell, %v", len(list), err)
	}
	f.must(t, f.Reply(f.as(t, "nhap"), id, 1, "Do sáp nhập đơn vị."))
	if w, err := f.Asked(f.as(t, "nhap")); err != nil || len(w.Explanations) != 0 {
		t.Errorf("still to be given after the answer: %+v, %v", w, err)
	}
	list, err := f.CellThreads(f.as(t, "duyet"), k)
	if err != nil || len(list) != 1 || list[0].State != kpi.ThreadAnswered || len(list[0].Posts) != 2 {
		t.Errorf("threads of the cell: %+v, %v", list, err)
	}
	trail, err := f.Trail(f.as(t, "dieuphoi"), k)
	if err != nil || !hasVerb(trail.Events, kpi.VerbDemand) || !hasVerb(trail.Events, kpi.VerbAnswer) {
		t.Errorf("the history of the cell does not tell: %+v, %v", trail.Events, err)
	}
	review, err := f.Review(f.as(t, "dieuphoi"), k.Set, k.Month, k.Unit)
	if err != nil || review.Explanations["1"].ID != id {
		t.Errorf("the reviewer does not see it: %+v, %v", review.Explanations, err)
	}
	f.must(t, f.CloseThread(f.as(t, "lanhdao"), id, 2))
	if _, err = f.AskExplanation(f.as(t, "dieuphoi"), k, "Còn quý trước?", ""); err != nil {
		t.Errorf("a new one after the other was closed: %v", err)
	}
	// What was said about the figure does not stand in the way of its approval.
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
}
