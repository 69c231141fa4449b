package app

import (
	"fmt"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// demoThread is a thread of the demo.
type demoThread struct {
	unit             string
	indicator, title string
	ago              time.Duration // before now; the answer came half that time later
	question, answer string
	published        string // the question in the words in which everybody reads it, "" if nobody does
}

func demoThreads() []demoThread {
	return []demoThread{
		{"STC", "1.04", "Chi chuyển nguồn có nằm trong mẫu số không?", 20 * 24 * time.Hour,
			"Khi tính tỷ lệ này, tổng chi ngân sách địa phương ở mẫu số có gồm chi chuyển nguồn sang năm sau không?",
			"Không. Mẫu số là tổng chi ngân sách địa phương đã thực hiện trong kỳ, không gồm chi chuyển nguồn sang năm sau.",
			"Tổng chi ngân sách địa phương ở mẫu số có gồm chi chuyển nguồn không?"},
		{"24133", "", "Tài khoản của người được cử thay khi nghỉ thai sản", 6 * 24 * time.Hour,
			"Phường có một cán bộ nhập liệu nghỉ thai sản từ đầu tháng. Cần làm gì để người được cử thay có tài khoản trong kỳ này?",
			"Gửi văn bản cử người thay về Sở Khoa học và Công nghệ. Tài khoản được cấp trong ngày; tài khoản cũ bị khóa, số liệu đã nhập vẫn giữ nguyên.", ""},
		{"SYT", "5.03", "Hồ sơ công dân xin rút có tính vào mẫu số không?", 26 * time.Hour,
			"Trong kỳ có hồ sơ công dân xin rút khi chưa có kết quả. Hồ sơ này có tính vào tổng số hồ sơ đã giải quyết không?", "", ""},
		{"22015", "", "Kiến nghị kéo dài thời gian nhập liệu của cấp xã", 3 * time.Hour,
			"Kiến nghị xem xét lùi hạn nộp của cấp xã một ngày trong các tháng có kỳ nghỉ lễ.", "", ""},
	}
}

// putFeedback stores the questions of the demo, and two explanations of figures of the last round but one.
func (s *seeder) putFeedback() error {
	return s.app.store.Update(func(tx *store.Tx) error {
		set := s.content.set.Code
		for i, x := range demoThreads() {
			at := s.now.Add(-x.ago)
			t := kpi.Thread{ID: demoThreadID(at, i), Kind: kpi.Question, Title: x.title, Unit: x.unit}
			if x.indicator != "" {
				t.Set, t.Indicator = set, x.indicator
			}
			asks, answers := s.actor(kpi.Clerk, x.unit, at), s.actor(kpi.Coordinator, "", at.Add(x.ago/2))
			if err := putDemoThread(tx, t, asks, answers, x.question, x.answer, x.published); err != nil {
				return fmt.Errorf("demo question %d: %w", i, err)
			}
		}
		for i, x := range []struct{ unit, question, answer string }{
			{"22207", "Số liệu tháng này khác nhiều so với các tháng trước. Đề nghị nêu nguyên nhân.", "Số liệu tăng do từ tháng này tính cả các thôn mới sáp nhập về phường, theo hướng dẫn của Sở Khoa học và Công nghệ."},
			{"SYT", "Đề nghị giải trình rõ cách lấy số liệu này và đối chiếu với báo cáo chuyên ngành cùng kỳ.", ""},
		} {
			codes, err := tx.Due(set, s.span.last-1, x.unit)
			if err != nil || len(codes) == 0 {
				return err
			}
			t := kpi.Thread{ID: demoThreadID(s.now, 10+i), Kind: kpi.Explanation, Unit: x.unit, Set: set, Month: s.span.last - 1, Indicator: codes[0]}
			asks, answers := s.actor(kpi.Leader, "", s.now), s.actor(kpi.Approver, x.unit, s.now)
			if err := putDemoThread(tx, t, asks, answers, x.question, x.answer, ""); err != nil {
				return fmt.Errorf("demo explanation %d: %w", i, err)
			}
		}
		return nil
	})
}

// demoThreadID gives the same thread the same id in every demo of an instant.
func demoThreadID(at time.Time, n int) kpi.ThreadID {
	return kpi.NewThreadID(at, fmt.Sprintf("%08x", n))
}

// putDemoThread stores a thread with its question and, if there is one, its answer.
func putDemoThread(tx *store.Tx, t kpi.Thread, asks, answers kpi.Actor, question, answer, published string) error {
	t.State, t.Posts, t.Version, t.By = kpi.ThreadWaiting, 1, 1, asks.User.Login
	t.Last = kpi.Step{By: t.By, At: asks.At}
	if err := tx.PutPost(t.ID, 1, kpi.Post{By: t.By, At: asks.At, Text: question}); err != nil {
		return err
	}
	if err := tx.PutThread(t, asks.Event(asking(t.Kind), t.Object(), "", told(t, question), "")); err != nil || answer == "" {
		return err
	}
	t.State, t.Posts, t.Version = kpi.ThreadAnswered, 2, 2
	t.Last = kpi.Step{By: answers.User.Login, At: answers.At}
	if err := tx.PutPost(t.ID, 2, kpi.Post{By: t.Last.By, At: answers.At, Text: answer, Answer: true}); err != nil {
		return err
	}
	if err := tx.PutThread(t, answers.Event(kpi.VerbAnswer, t.Object(), "", told(t, answer), "")); err != nil || published == "" {
		return err
	}
	t.Version++
	t.Published = &kpi.PublishedQA{Question: published, Answer: answer, At: answers.At, By: answers.User.Login}
	return tx.PutThread(t, answers.Event(kpi.VerbPublish, t.Object(), "", describePublished(t.Published), ""))
}
