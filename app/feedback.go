package app

import (
	"encoding/hex"
	"fmt"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// QuestionInput is a question as typed.
type QuestionInput struct {
	Unit           string // asks
	Set, Indicator string // both empty: in general
	Title, Text    string
	Op             string // the same op again asks nothing anew
}

// Ask puts a question to the province for a unit of the actor. An Invalid error names the field: unit, indicator,
// title or text.
func (a *App) Ask(actor kpi.Actor, in QuestionInput) (kpi.ThreadID, error) {
	if err := kpi.May(actor.User, kpi.AskQuestion); err != nil {
		return "", err
	}
	text, err := kpi.CleanPost(in.Text, "Ghi nội dung câu hỏi hoặc kiến nghị.")
	if err != nil {
		return "", err
	}
	title, err := kpi.CleanText(in.Title, "Tiêu đề")
	if err != nil {
		return "", fieldError("title", err.Error())
	}
	t := kpi.Thread{Kind: kpi.Question, Title: strings.Join(strings.Fields(title), " "), Unit: in.Unit, Set: in.Set, Indicator: in.Indicator}
	if t.Indicator == "" {
		t.Set = ""
	}
	return a.begin(actor, t, text, in.Op, func(tx *store.Tx) error {
		if !actor.User.Has(kpi.Clerk, t.Unit) && !actor.User.Has(kpi.Approver, t.Unit) {
			return fieldError("unit", "Chọn đơn vị của mình.")
		}
		if t.Indicator == "" {
			return nil
		}
		_, err := tx.Indicator(t.Set, t.Indicator, kpi.MonthOf(actor.At))
		if kpi.KindOf(err) == kpi.NotFound {
			return fieldError("indicator", "Chỉ số «"+kpi.Clip(t.Indicator, 32)+"» không có trong bộ. Chọn lại, hoặc để trống nếu hỏi chung.")
		}
		return err
	})
}

// AskExplanation asks the unit of a cell to explain its figure. One request about a figure is open at a time.
func (a *App) AskExplanation(actor kpi.Actor, k kpi.CellKey, text, op string) (kpi.ThreadID, error) {
	if err := kpi.May(actor.User, kpi.AskExplanation); err != nil {
		return "", err
	}
	text, err := kpi.CleanPost(text, "Ghi rõ cần giải trình điều gì về số liệu này.")
	if err != nil {
		return "", err
	}
	t := kpi.Thread{Kind: kpi.Explanation, Unit: k.Unit, Set: k.Set, Month: k.Month, Indicator: k.Indicator}
	return a.begin(actor, t, text, op, func(tx *store.Tx) error {
		if err := kpi.MaySeeUnit(actor.User, k.Unit); err != nil {
			return err
		}
		if err := isDue(tx, k); err != nil {
			return err
		}
		others, err := tx.CellThreads(k)
		for _, x := range others {
			if x.State != kpi.ThreadClosed {
				return kpi.Errorf(kpi.Conflict, "Số liệu này đã có đề nghị giải trình chưa đóng, lúc %s. Viết tiếp vào đề nghị đó.", kpi.FormatTime(x.ID.Opened()))
			}
		}
		return err
	})
}

// begin stores a new thread with its first post, if may allows it and the op is a new one.
func (a *App) begin(actor kpi.Actor, t kpi.Thread, text, op string, may func(*store.Tx) error) (kpi.ThreadID, error) {
	t.ID = kpi.NewThreadID(actor.At, hex.EncodeToString(randomBytes(4)))
	t.State, t.Posts, t.Version, t.By = kpi.ThreadWaiting, 1, 1, actor.User.Login
	t.Last = kpi.Step{By: actor.User.Login, At: actor.At}
	id := t.ID
	err := a.store.Update(func(tx *store.Tx) error {
		id = t.ID
		known := reOp.MatchString(op)
		if known {
			x, again, err := tx.Op(actor.User.Login, op)
			if err != nil || again {
				id = kpi.ThreadID(x.Answer)
				return err
			}
		}
		if err := may(tx); err != nil {
			return err
		}
		if err := tx.PutPost(t.ID, 1, kpi.Post{By: actor.User.Login, At: actor.At, Text: text}); err != nil {
			return err
		}
		if err := tx.PutThread(t, actor.Event(asking(t.Kind), t.Object(), "", told(t, text), "")); err != nil {
			return err
		}
		if !known {
			return nil
		}
		return tx.PutOp(actor.User.Login, op, store.Op{At: actor.At, Answer: []byte(t.ID)})
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// told is what the log says of a post.
func told(t kpi.Thread, text string) string {
	if t.Title != "" && t.Posts == 1 {
		text = t.Title + ": " + text
	}
	return kpi.Clip(strings.Join(strings.Fields(text), " "), 300)
}

// Reply adds a post to a thread: an answer of those who are asked, more from those who ask. Sent twice, it is there
// once.
func (a *App) Reply(actor kpi.Actor, id kpi.ThreadID, seen uint32, text string) error {
	text, unclear := kpi.CleanPost(text, "Ghi nội dung trả lời.")
	return a.store.Update(func(tx *store.Tx) error {
		t, err := visibleThread(tx, actor, id)
		if err != nil {
			return err
		}
		answer, to, err := sideOf(actor.User, t)
		if err == nil {
			err = unclear
		}
		if err != nil {
			return err
		}
		if t.Version == seen+1 && t.Last.By == actor.User.Login {
			if p, ok, err := tx.Post(id, t.Posts); err != nil || ok && p.Text == text {
				return err
			}
		}
		if err := seenThread(tx, t, seen); err != nil {
			return err
		}
		if t.Posts >= kpi.MaxPosts {
			return kpi.Errorf(kpi.Conflict, "Trao đổi này đã có %d ý kiến, mức tối đa. Gửi câu hỏi mới để trao đổi tiếp.", t.Posts)
		}
		t.Posts++
		t.State, t.Last = to, kpi.Step{By: actor.User.Login, At: actor.At}
		t.Version++
		verb := asking(t.Kind)
		if answer {
			verb = kpi.VerbAnswer
		}
		if err := tx.PutPost(id, t.Posts, kpi.Post{By: actor.User.Login, At: actor.At, Text: text, Answer: answer}); err != nil {
			return err
		}
		return tx.PutThread(t, actor.Event(verb, t.Object(), "", told(t, text), ""))
	})
}

// sideOf tells on which side the user writes in a thread, and the state that it comes to; who could write on both
// answers.
func sideOf(u kpi.User, t kpi.Thread) (answer bool, to kpi.ThreadState, err error) {
	to, err = kpi.NextThread(u, t, kpi.StepAnswer)
	if kpi.KindOf(err) != kpi.Denied {
		return true, to, err
	}
	to, err = kpi.NextThread(u, t, kpi.StepAsk)
	return false, to, err
}

// asking is what the log calls a post of the side that asks.
func asking(k kpi.ThreadKind) kpi.Verb {
	if k == kpi.Explanation {
		return kpi.VerbDemand
	}
	return kpi.VerbAsk
}

// CloseThread ends a thread; nobody writes in it until it is reopened. Closing it twice changes nothing.
func (a *App) CloseThread(actor kpi.Actor, id kpi.ThreadID, seen uint32) error {
	return a.turnThread(actor, id, seen, kpi.StepClose, kpi.VerbShut, kpi.ThreadClosed)
}

// ReopenThread lets people write in a closed thread again; it waits for an answer.
func (a *App) ReopenThread(actor kpi.Actor, id kpi.ThreadID, seen uint32) error {
	return a.turnThread(actor, id, seen, kpi.StepReopen, kpi.VerbResume, kpi.ThreadWaiting)
}

// turnThread takes a step that only changes the state. Where the step leads is done: the thread is there already if
// the form came twice.
func (a *App) turnThread(actor kpi.Actor, id kpi.ThreadID, seen uint32, step kpi.ThreadStep, verb kpi.Verb, done kpi.ThreadState) error {
	return a.store.Update(func(tx *store.Tx) error {
		t, err := visibleThread(tx, actor, id)
		if err != nil {
			return err
		}
		to, err := kpi.NextThread(actor.User, t, step)
		if kpi.KindOf(err) == kpi.Conflict && t.State == done && t.Version == seen+1 {
			return nil
		}
		if err != nil {
			return err
		}
		if err := seenThread(tx, t, seen); err != nil {
			return err
		}
		was := t.State
		t.State = to
		t.Version++
		return tx.PutThread(t, actor.Event(verb, t.Object(), was.Label(), to.Label(), ""))
	})
}

// PublishThread lets everybody read a question with its answer, in the words given, which need not be those of the
// posts. Publishing again changes the words. An Invalid error names the field: question or answer.
func (a *App) PublishThread(actor kpi.Actor, id kpi.ThreadID, seen uint32, question, answer string) error {
	var err error
	if question, err = publishedText("question", question, "Ghi câu hỏi sẽ công bố."); err != nil {
		return err
	}
	if answer, err = publishedText("answer", answer, "Ghi câu trả lời sẽ công bố."); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		t, err := visibleThread(tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := kpi.NextThread(actor.User, t, kpi.StepPublish); err != nil {
			return err
		}
		if p := t.Published; p != nil && p.Question == question && p.Answer == answer {
			return nil
		}
		if err := seenThread(tx, t, seen); err != nil {
			return err
		}
		old := describePublished(t.Published)
		t.Published = &kpi.PublishedQA{Question: question, Answer: answer, At: actor.At, By: actor.User.Login}
		t.Version++
		return tx.PutThread(t, actor.Event(kpi.VerbPublish, t.Object(), old, describePublished(t.Published), ""))
	})
}

func publishedText(field, text, missing string) (string, error) {
	text, err := kpi.CleanLongText(text, "Nội dung", kpi.MaxPost)
	switch {
	case err != nil:
		return "", fieldError(field, err.Error())
	case text == "":
		return "", fieldError(field, missing)
	}
	return text, nil
}

func describePublished(p *kpi.PublishedQA) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%s – %s", kpi.Clip(p.Question, 150), kpi.Clip(p.Answer, 150))
}

// WithdrawThread takes back what was published of a thread.
func (a *App) WithdrawThread(actor kpi.Actor, id kpi.ThreadID, seen uint32) error {
	return a.store.Update(func(tx *store.Tx) error {
		t, err := visibleThread(tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := kpi.NextThread(actor.User, t, kpi.StepWithdraw); err != nil {
			if t.Published == nil && t.Version == seen+1 && kpi.KindOf(err) == kpi.Conflict {
				return nil
			}
			return err
		}
		if err := seenThread(tx, t, seen); err != nil {
			return err
		}
		old := describePublished(t.Published)
		t.Published = nil
		t.Version++
		return tx.PutThread(t, actor.Event(kpi.VerbWithdraw, t.Object(), old, "", ""))
	})
}

// visibleThread returns a thread that the actor may see at least in part.
func visibleThread(tx *store.Tx, actor kpi.Actor, id kpi.ThreadID) (kpi.Thread, error) {
	if !id.Valid() {
		return kpi.Thread{}, kpi.Errorf(kpi.NotFound, "Không tìm thấy câu hỏi này. Tìm trong danh sách của trang Hỏi đáp.")
	}
	t, err := tx.Thread(id)
	if err != nil {
		return t, err
	}
	return t, kpi.MaySeeThread(actor.User, t)
}

func seenThread(tx *store.Tx, t kpi.Thread, seen uint32) error {
	if t.Version == seen {
		return nil
	}
	who, err := names(tx, []string{t.Last.By})
	if err != nil {
		return err
	}
	return kpi.SeenThread(t, seen, who[t.Last.By])
}
