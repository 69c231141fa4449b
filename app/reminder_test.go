package app

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app/document"
	"chiso/app/kpi"
	"chiso/store"
)

// reminded returns the occasions for which the unit was reminded, and fails the test unless they are numbered in a row.
func (f month) reminded(t *testing.T, unit string) (last kpi.Reminder) {
	t.Helper()
	f.must(t, f.store.View(func(tx *store.Tx) (err error) {
		last, err = tx.LastReminder("nq57", f.m, unit)
		return err
	}))
	return last
}

// TestRemindDue_AroundTheInstants walks the clock over every boundary of a round and tells what each instant asks for.
func TestRemindDue_AroundTheInstants(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	nano := time.Nanosecond
	for _, x := range []struct {
		at   time.Time
		want int // units reminded
	}{
		{f.m.Day(11).Add(8*time.Hour - time.Millisecond), 0},
		{f.m.Day(11).Add(8 * time.Hour), 2},
		{f.m.Day(11).Add(8 * time.Hour), 0},
		{f.m.Day(11).Add(20 * time.Hour), 0},
		{f.m.Day(12).Add(8 * time.Hour), 0},
		{f.m.Day(14).Add(15 * time.Hour), 2}, // the server was off at 8h00
		{f.m.Day(15).Add(9 * time.Hour), 0},
		{f.m.Day(13).Add(9 * time.Hour), 0}, // the clock is put back
		{f.m.Day(11).Add(9 * time.Hour), 0},
		{f.m.Day(17).Add(-nano), 2}, // the last moment of the last day
		{f.m.Day(17), 0},
		{f.m.Day(17).Add(8 * time.Hour), 2},
		{f.m.Day(17).Add(9 * time.Hour), 0},
		{f.m.Day(18).Add(8 * time.Hour), 0},
		{f.m.Day(26).Add(8 * time.Hour), 0},
	} {
		f.at(x.at)
		n, err := f.RemindDue(context.Background())
		if f.must(t, err); n != x.want {
			t.Errorf("%s: %d units, want %d", kpi.FormatTime(x.at), n, x.want)
		}
	}
	if last := f.reminded(t, "SYT"); last.Number != 4 || last.Occasion != "20260616+1" || last.Missing != 3 {
		t.Errorf("last %+v", last)
	}
	if n := len(f.mails(t)); n != 0 {
		t.Errorf("%d mails although none are sent", n)
	}
}

// TestRemindDue_ServerOff starts the server again after the hour, or the day, of a reminder.
func TestRemindDue_ServerOff(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	for _, x := range []struct {
		at   time.Time
		want int
	}{
		{f.m.Day(10).Add(9 * time.Hour), 0}, // on, then off until the 12th
		{f.m.Day(12).Add(2 * time.Hour), 0},
		{f.m.Day(12).Add(9 * time.Hour), 2},
		{f.m.Day(12).Add(9*time.Hour + 2*time.Minute), 0},
		{f.m.Day(13).Add(9 * time.Hour), 0}, // off until the 18th
		{f.m.Day(18).Add(10 * time.Hour), 2},
		{f.m.Day(18).Add(12 * time.Hour), 0},
		{f.m.Day(19).Add(12 * time.Hour), 0},
	} {
		f.at(x.at)
		n, err := f.RemindDue(context.Background())
		if f.must(t, err); n != x.want {
			t.Errorf("%s: %d units, want %d", kpi.FormatTime(x.at), n, x.want)
		}
	}
	if last := f.reminded(t, "SYT"); last.Number != 2 || last.Occasion != "20260616+1" {
		t.Errorf("last %+v", last)
	}
	// A deadline that moves leaves nothing behind to make up for.
	f.at(f.m.Day(20).Add(9 * time.Hour))
	if _, err := f.RemindDue(context.Background()); err != nil {
		t.Fatal(err)
	}
	d := kpi.DefaultDates(f.m)
	d.UnitDue, d.ProvinceDue = f.m.Day(24), f.m.Day(25)
	f.must(t, f.SetDates(f.as(t, "dieuphoi"), "nq57", f.m, d, "Nghỉ lễ"))
	if n, err := f.RemindDue(context.Background()); err != nil || n != 0 {
		t.Errorf("%d units were reminded of a day that has passed: %v", n, err)
	}
}

func TestRemindDue_OnlyWhoHasNotFinished(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(14).Add(8 * time.Hour))
	f.upTo(t, kpi.Submitted)
	due, err := f.DueReminders(f.as(t, "dieuphoi"))
	f.must(t, err)
	if len(due) != 2 || due[0].Unit.Code != "SYT" || due[0].Todo() != "Biểu đã trình; còn bước duyệt và gửi tỉnh." || len(due[1].Missing) != 3 || len(due[1].People) != 2 {
		t.Errorf("%+v", due)
	}
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	n, err := f.RemindDue(context.Background())
	if f.must(t, err); n != 1 || f.reminded(t, "SYT").Number != 0 || f.reminded(t, "XA1").Number != 1 {
		t.Errorf("%d units; SYT %+v", n, f.reminded(t, "SYT"))
	}
	f.at(f.m.Day(16).Add(9 * time.Hour)) // sent back: it has something to do again
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"3": "Sai đơn vị tính."}))
	due, err = f.DueReminders(f.as(t, "dieuphoi"))
	f.must(t, err)
	if len(due) != 2 || len(due[0].Missing) != 1 || due[0].Missing[0] != (kpi.MissingCell{Code: "3", Name: "Chỉ số", Returned: true}) {
		t.Errorf("after the return: %+v", due)
	}
	f.at(f.Now().Add(time.Minute))
	f.save(t, "nhap", "3", "4")
	due, err = f.DueReminders(f.as(t, "dieuphoi"))
	if f.must(t, err); len(due[0].Missing) != 0 {
		t.Errorf("a cell that was corrected is missing: %+v", due[0].Missing)
	}
	_, err = f.DueReminders(f.as(t, "nhap"))
	f.refused(t, err, kpi.Denied)
}

// TestRemindDue_MovedDeadline: a deadline on another day is another cause, the same day is not.
func TestRemindDue_MovedDeadline(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(14).Add(8 * time.Hour))
	remind := func(want int) {
		t.Helper()
		n, err := f.RemindDue(context.Background())
		if f.must(t, err); n != want {
			t.Errorf("%s: %d units, want %d", kpi.FormatTime(f.Now()), n, want)
		}
	}
	remind(2)
	move := func(due time.Time) {
		t.Helper()
		f.must(t, f.store.Update(func(tx *store.Tx) error {
			r, err := tx.Round("nq57", f.m)
			if err != nil {
				return err
			}
			r.UnitDue, r.ProvinceDue = due, due
			return tx.PutRound(r, f.System().Event(kpi.VerbDates, "round/"+r.ID(), "", "", "thử"))
		}))
	}
	move(f.m.Day(16).Add(14 * time.Hour)) // the same day, earlier
	remind(0)
	move(f.m.Day(20))
	f.at(f.m.Day(17).Add(8 * time.Hour))
	remind(2)
}

// TestRemindDue_ClosedAndLocked: nobody is reminded of what takes no more changes.
func TestRemindDue_ClosedAndLocked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*kpi.Round, time.Time){
		"closed":         func(r *kpi.Round, now time.Time) { r.Closed = now },
		"locked":         func(r *kpi.Round, now time.Time) { r.Locks = now },
		"not yet opened": func(r *kpi.Round, now time.Time) { r.Opens = now.Add(time.Second) },
	} {
		f := newMonth(t)
		f.at(f.m.Day(17).Add(9 * time.Hour))
		f.must(t, f.store.Update(func(tx *store.Tx) error {
			r, err := tx.Round("nq57", f.m)
			if err != nil {
				return err
			}
			r.UnitDue = f.m.Day(17)
			change(&r, f.Now())
			if r.Opens.After(r.UnitDue) {
				r.UnitDue, r.ProvinceDue, r.Locks = f.m.Day(18), f.m.Day(19), f.m.Day(26)
			}
			return tx.PutRound(r, f.System().Event(kpi.VerbDates, "round/"+r.ID(), "", "", "thử"))
		}))
		if n, err := f.RemindDue(context.Background()); n != 0 || err != nil {
			t.Errorf("%s: %d units, %v", name, n, err)
		}
	}
}

// TestRemindDue_ManyAtOnce: two that remind at the same instant remind once.
func TestRemindDue_ManyAtOnce(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(14).Add(8 * time.Hour))
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 8 {
		wg.Go(func() {
			n, err := f.RemindDue(context.Background())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total += n
		})
	}
	wg.Wait()
	if total != 2 || f.reminded(t, "SYT").Number != 1 {
		t.Errorf("%d units; %+v", total, f.reminded(t, "SYT"))
	}
}

func TestRemind_ByHand(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	f := newPost(t, s)
	boss := f.as(t, "dieuphoi")
	f.upTo(t, kpi.Approved)
	p, err := f.PlanReminder(boss, "nq57", f.m, []string{"SYT", "XA1", "KHONG"})
	f.must(t, err)
	if len(p.Units) != 1 || p.Units[0].Unit.Code != "XA1" || p.Units[0].Addresses() != 2 || !strings.Contains(p.Text, "24h00 ngày 16/06/2026") || !p.Mail {
		t.Errorf("%+v", p)
	}
	const op = "0123456789ab"
	for range 2 { // pressed twice
		done, err := f.Remind(boss, "nq57", f.m, []string{"SYT", "XA1"}, " Đề nghị gửi ngay trong ngày. ", op)
		f.must(t, err)
		if done != (Reminded{Units: 1, Mails: 2, Skipped: 1}) {
			t.Errorf("%+v", done)
		}
	}
	last := f.reminded(t, "XA1")
	if last.Number != 1 || last.By != "dieuphoi" || last.Mails != 2 || !last.Occasion.ByHand() {
		t.Errorf("%+v", last)
	}
	f.must(t, f.SendMails(context.Background()))
	got := s.taken()
	if len(got) != 2 || !strings.Contains(got[0].body, "Đề nghị gửi ngay trong ngày.\n") || !strings.Contains(got[0].body, "1 – Chỉ số") {
		t.Errorf("%v", got)
	}
	done, err := f.Remind(boss, "nq57", f.m, []string{"XA1"}, "Lần nữa.", "ba9876543210")
	if f.must(t, err); done.Units != 1 || f.reminded(t, "XA1").Number != 2 {
		t.Errorf("%+v, %+v", done, f.reminded(t, "XA1"))
	}
	var log []kpi.Event
	f.must(t, f.store.View(func(tx *store.Tx) error {
		for ev, err := range tx.History("reminder/nq57/2026-06/XA1") {
			if err != nil {
				return err
			}
			log = append(log, ev)
		}
		return nil
	}))
	if len(log) != 2 || log[0].Reason != "Lần nữa." || !strings.Contains(log[1].New, "Lần 1") || !strings.Contains(log[1].New, "1, 2, 3") || strings.Contains(log[0].New+log[1].New, "@") {
		t.Errorf("%+v", log)
	}
}

func TestRemind_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss := f.as(t, "dieuphoi")
	const op = "0123456789ab"
	for _, login := range []string{"nhap", "duyet", "lanhdao", "sep"} {
		_, err := f.Remind(f.as(t, login), "nq57", f.m, []string{"XA1"}, "x", op)
		f.refused(t, err, kpi.Denied)
		_, err = f.PlanReminder(f.as(t, login), "nq57", f.m, nil)
		f.refused(t, err, kpi.Denied)
	}
	for _, x := range []struct {
		units    []string
		text, op string
		kind     kpi.ErrorKind
	}{
		{nil, "x", op, kpi.Invalid},
		{[]string{"XA1"}, " \n ", op, kpi.Invalid},
		{[]string{"XA1"}, strings.Repeat("x", kpi.MaxReminder+1), op, kpi.Invalid},
		{[]string{"XA1"}, "x", "", kpi.Invalid},
		{[]string{"XA1"}, "x", "a|b", kpi.Invalid},
		{[]string{"KHONG"}, "x", op, kpi.Conflict},
	} {
		_, err := f.Remind(boss, "nq57", f.m, x.units, x.text, x.op)
		f.refused(t, err, x.kind)
	}
	_, err := f.Remind(boss, "nq57", f.m+1, []string{"XA1"}, "x", op)
	f.refused(t, err, kpi.NotFound)
	if f.reminded(t, "XA1").Number != 0 {
		t.Error("a refused reminder is there")
	}
}

func TestReminderLetter(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss := f.as(t, "dieuphoi")
	f.at(f.m.Day(17))
	boss.At = f.Now()
	name, data, err := f.ReminderLetter(boss, "Tỉnh Đắk Lắk", "nq57", f.m, nil)
	f.must(t, err)
	if name != "Cong van don doc 2026-06.docx" || !bytes.HasPrefix(data, []byte("PK")) {
		t.Errorf("%s, %d bytes", name, len(data))
	}
	content, err := document.Read(context.Background(), name, data)
	f.must(t, err)
	var text strings.Builder
	for _, b := range content.Blocks {
		text.WriteString(b.Text + "\n")
	}
	for _, want := range []string{"TỈNH ĐẮK LẮK", "V/v đôn đốc gửi số liệu tháng 6/2026", "tháng 6 năm 2026", "còn 2 đơn vị chưa hoàn thành, trong đó 2 đơn vị đã quá hạn", "Sở Y tế", "Xã Một", "24h00 ngày 16/06/2026", "0/3"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the letter lacks %q:\n%s", want, text.String())
		}
	}
	_, _, err = f.ReminderLetter(f.as(t, "nhap"), "Tỉnh", "nq57", f.m, nil)
	f.refused(t, err, kpi.Denied)
	_, _, err = f.ReminderLetter(boss, "Tỉnh", "nq57", f.m, []string{"KHONG"})
	f.refused(t, err, kpi.Conflict)
}
