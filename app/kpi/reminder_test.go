package kpi

import (
	"strings"
	"testing"
	"time"
)

// at reads an instant in Viet Nam.
func remindAt(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", s, Location)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestOccasionAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, deadline, at string
		want               Occasion
	}{
		{"five days before, the minute it begins", "2026-11-17 00:00:00", "2026-11-11 08:00:00", "20261116-5"},
		{"a nanosecond earlier", "2026-11-17 00:00:00", "2026-11-11 07:59:59.999999999", ""},
		{"until the end of the day", "2026-11-17 00:00:00", "2026-11-11 23:59:59.999999999", "20261116-5"},
		{"not the day after", "2026-11-17 00:00:00", "2026-11-12 08:00:00", ""},
		{"four days", "2026-11-17 00:00:00", "2026-11-12 23:00:00", ""},
		{"two days before", "2026-11-17 00:00:00", "2026-11-14 08:00:00", "20261116-2"},
		{"the last day, 24h00 of which is the deadline", "2026-11-17 00:00:00", "2026-11-16 08:00:00", "20261116-0"},
		{"its last nanosecond", "2026-11-17 00:00:00", "2026-11-16 23:59:59.999999999", "20261116-0"},
		{"the deadline itself", "2026-11-17 00:00:00", "2026-11-17 00:00:00", ""},
		{"one day after, too early", "2026-11-17 00:00:00", "2026-11-17 07:59:59", ""},
		{"one day after", "2026-11-17 00:00:00", "2026-11-17 08:00:00", "20261116+1"},
		{"two days after", "2026-11-17 00:00:00", "2026-11-18 08:00:00", ""},
		{"a deadline in the day: before it", "2026-11-16 14:00:00", "2026-11-16 13:59:59", "20261116-0"},
		{"a deadline in the day: past it", "2026-11-16 14:00:00", "2026-11-16 14:00:00", ""},
		{"a deadline in the day: the day after", "2026-11-16 14:00:00", "2026-11-17 09:00:00", "20261116+1"},
		{"a deadline before the hour of reminders", "2026-11-16 07:00:00", "2026-11-16 08:00:00", ""},
		{"end of a month", "2026-05-01 00:00:00", "2026-04-25 08:00:00", "20260430-5"},
		{"end of a month, after", "2026-05-01 00:00:00", "2026-05-01 08:00:00", "20260430+1"},
		{"beginning of a month", "2026-05-03 00:00:00", "2026-04-27 08:00:00", "20260502-5"},
		{"beginning of a month, two days", "2026-05-03 00:00:00", "2026-04-30 08:00:00", "20260502-2"},
		{"leap February: the 29th is a day", "2028-03-01 00:00:00", "2028-02-29 08:00:00", "20280229-0"},
		{"leap February: five days", "2028-03-03 00:00:00", "2028-02-26 08:00:00", "20280302-5"},
		{"a February without one", "2027-03-03 00:00:00", "2027-02-25 08:00:00", "20270302-5"},
		{"the turn of the year", "2027-01-02 00:00:00", "2026-12-30 08:00:00", "20270101-2"},
		{"the turn of the year, after", "2027-01-01 00:00:00", "2027-01-01 08:00:00", "20261231+1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now := remindAt(t, tt.at)
			for _, zone := range []*time.Location{Location, time.UTC, time.FixedZone("server", -9*60*60)} { // the server's zone does not matter
				if got := OccasionAt(remindAt(t, tt.deadline).In(zone), time.Time{}, now.In(zone)); got != tt.want {
					t.Errorf("in %s: %q, want %q", zone, got, tt.want)
				}
			}
			if tt.want != "" && (!tt.want.Valid() || tt.want.ByHand() || tt.want.Label() == "") {
				t.Errorf("%q is not a good occasion: %q", tt.want, tt.want.Label())
			}
		})
	}
}

func TestOccasionAt_Missed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		looked, at string
		want       Occasion
	}{
		{"2026-11-11 07:30:00", "2026-11-12 08:00:00", "20261116-5"}, // off over the 11th
		{"2026-11-11 08:00:00", "2026-11-12 08:00:00", ""},           // had looked
		{"2026-11-10 22:00:00", "2026-11-12 07:59:59", ""},           // not at night
		{"2026-11-10 22:00:00", "2026-11-14 07:59:59", ""},           //
		{"2026-11-10 22:00:00", "2026-11-13 23:59:59", "20261116-5"}, // as long as the next has not come
		{"2026-11-10 22:00:00", "2026-11-14 08:00:00", "20261116-2"}, // then that one alone
		{"2026-11-10 22:00:00", "2026-11-15 10:00:00", "20261116-2"}, //
		{"2026-11-15 22:00:00", "2026-11-17 07:00:00", ""},           // the last day is over
		{"2026-11-15 22:00:00", "2026-11-18 09:00:00", "20261116+1"}, //
		{"2026-11-15 22:00:00", "2026-11-20 07:59:59", ""},           //
		{"2026-11-15 22:00:00", "2026-11-20 08:00:00", ""},           // three days are enough
		{"2026-11-17 09:00:00", "2026-11-18 09:00:00", ""},           //
		{"2026-11-18 09:00:00", "2026-11-12 09:00:00", ""},           // the clock was put back
		{"2026-11-18 09:00:00", "2026-11-14 09:00:00", "20261116-2"}, //
		{"0001-01-01 00:00:00", "2026-11-12 08:00:00", ""},           // never looked: nothing was missed
	} {
		var looked time.Time
		if tt.looked[0] != '0' {
			looked = remindAt(t, tt.looked)
		}
		if got := OccasionAt(remindAt(t, "2026-11-17 00:00:00"), looked.UTC(), remindAt(t, tt.at).UTC()); got != tt.want {
			t.Errorf("looked %s, at %s: %q, want %q", tt.looked, tt.at, got, tt.want)
		}
	}
}

func TestOccasion_Valid(t *testing.T) {
	t.Parallel()
	for o, want := range map[Occasion]string{"20261116-5": "Trước hạn 5 ngày", "20261116-0": "Ngày hết hạn", "20261116+1": "Sau hạn 1 ngày",
		"hand-0123456789ab": "Điều phối tỉnh gửi"} {
		if !o.Valid() || o.Label() != want {
			t.Errorf("%s: valid %v, %q", o, o.Valid(), o.Label())
		}
	}
	for _, o := range []Occasion{"", "hand-", "hand-0123456789AB", "hand-0123456789ab1", "20261316-5", "20261116*5", "20261116-x", "20261116-55", "a|b", "20261116-5|x"} {
		if o.Valid() {
			t.Errorf("%q is taken", o)
		}
	}
	if _, err := OccasionByHand("0123456789ab"); err != nil {
		t.Error(err)
	}
	if _, err := OccasionByHand("x|y"); KindOf(err) != Invalid {
		t.Errorf("a press that is none: %v", err)
	}
}

func TestSheet_Missing(t *testing.T) {
	t.Parallel()
	back := remindAt(t, "2026-11-12 09:00:00")
	due := []*Indicator{{Code: "1", Name: "Một"}, {Code: "2", Name: "Hai", Kind: KindRatio}, {Code: "3", Name: "Ba"}, {Code: "4", Name: "Bốn"}, {Code: "5", Name: "Năm"}}
	due[0].Kind, due[2].Kind, due[3].Kind, due[4].Kind = KindNumber, KindNumber, KindNumber, KindNumber
	cells := map[string]Cell{
		"2": {Content: HasValue, Num: Some(Dec(1))}, // half a ratio
		"3": {Content: HasValue, Review: ReviewReturned, At: back.Add(-time.Hour)},
		"4": {Content: HasValue, Review: ReviewReturned, At: back.Add(time.Hour)}, // corrected
		"5": {Content: NotApplicable},
	}
	s := Sheet{State: Draft, Return: Step{At: back}}
	got := s.Missing(due, cells)
	want := []MissingCell{{"1", "Một", false}, {"2", "Hai", false}, {"3", "Ba", true}}
	if len(got) != len(want) {
		t.Fatalf("missing %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("missing %v, want %v", got[i], want[i])
		}
	}
	s.State = Submitted
	if s.Missing(due, cells) != nil {
		t.Error("a submitted sheet waits for no cell")
	}
	for state, want := range map[State]bool{Draft: true, Submitted: true, Approved: false, Accepted: false} {
		if (Sheet{State: state}).Unfinished() != want {
			t.Errorf("%s: unfinished is not %v", state, want)
		}
	}
}

// reminding is a reminder in every state that the words tell apart.
func reminding(state State, missing ...MissingCell) Reminding {
	m := NewMonth(2026, 11)
	s := Sheet{Set: "nq57", Month: m, Unit: "SYT", State: state, Due: 58}
	return Reminding{Unit: Unit{Code: "SYT", Name: "Sở Y tế"}, Set: IndicatorSet{Name: "Bộ chỉ số thử"}, Round: Round{Set: "nq57", Month: m, Dates: DefaultDates(m)},
		Sheet: s, Deadline: m.Day(17), Filled: 58 - len(missing), Missing: missing, Number: 2}
}

func TestReminding_Words(t *testing.T) {
	t.Parallel()
	n := reminding(Draft, MissingCell{"1.01", "Số hồ sơ", false}, MissingCell{"1.02", "Tỷ lệ", true})
	for at, want := range map[string]string{
		"2026-11-11 08:00:00": "Còn 5 ngày đến hạn nộp số liệu tháng 11/2026: 24h00 ngày 16/11/2026.",
		"2026-11-15 23:59:59": "Còn 1 ngày đến hạn nộp số liệu tháng 11/2026: 24h00 ngày 16/11/2026.",
		"2026-11-16 00:00:00": "Hôm nay là hạn nộp số liệu tháng 11/2026: 24h00 ngày 16/11/2026.",
		"2026-11-16 23:59:59": "Hôm nay là hạn nộp số liệu tháng 11/2026: 24h00 ngày 16/11/2026.",
		"2026-11-17 00:00:00": "Đã quá hạn nộp số liệu tháng 11/2026: 24h00 ngày 16/11/2026.",
	} {
		if got := n.Lead(remindAt(t, at)); got != want {
			t.Errorf("%s: %s", at, got)
		}
	}
	for _, tt := range []struct {
		n    Reminding
		want string
	}{
		{n, "Còn 1 ô chưa có số liệu, 1 ô bị trả lại chưa sửa."},
		{reminding(Draft, MissingCell{"1.01", "Số hồ sơ", false}), "Còn 1 ô chưa có số liệu (đã nhập 57/58)."},
		{reminding(Draft, MissingCell{"1.02", "Tỷ lệ", true}), "Còn 1 ô bị trả lại chưa sửa."},
		{reminding(Draft), "Đã nhập đủ 58/58 ô; còn bước trình duyệt, rồi duyệt và gửi tỉnh."},
		{reminding(Submitted), "Biểu đã trình; còn bước duyệt và gửi tỉnh."},
	} {
		if got := tt.n.Todo(); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
	n.Text = "Đề nghị đơn vị làm ngay."
	body := n.Body("Nguyễn Thị Lan", "https://chiso.example.vn", remindAt(t, "2026-11-14 08:00:00"))
	for _, want := range []string{"Kính gửi: Nguyễn Thị Lan – Sở Y tế", "Đề nghị đơn vị làm ngay.", "Còn 2 ngày", "1.01 – Số hồ sơ\n  https://chiso.example.vn/nhap-lieu/nq57/2026-11/SYT#r-1.01\n",
		"1.02 – Tỷ lệ (bị trả lại)\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("the mail lacks %q:\n%s", want, body)
		}
	}
	if got := reminding(Submitted).URL("https://x.vn"); got != "https://x.vn/duyet/nq57/2026-11/SYT" {
		t.Errorf("a submitted sheet is at %s", got)
	}
	if got, want := n.Subject(), "Đôn đốc lần 2: số liệu tháng 11/2026 của Sở Y tế, hạn nộp 24h00 ngày 16/11/2026"; got != want {
		t.Error(got)
	}
	r := n.Round
	if got := ReminderTemplate(r, r.UnitDue.Add(-time.Second)); !strings.Contains(got, "trước 24h00 ngày 16/11/2026") {
		t.Error(got)
	}
	if got := ReminderTemplate(r, r.UnitDue); !strings.HasPrefix(got, "Đã quá hạn") {
		t.Error(got)
	}
}

func TestMail_Retries(t *testing.T) {
	t.Parallel()
	start := remindAt(t, "2026-11-14 08:00:00")
	m := Mail{State: MailQueued, Queued: start, Next: start}
	if !m.IsDue(start) || m.IsDue(start.Add(-time.Second)) {
		t.Error("a new mail is due from the instant it was queued")
	}
	if !m.IsDue(start.AddDate(0, 0, -3)) {
		t.Error("a clock that was put back holds the mail up for days")
	}
	now, waits := start, 0
	for m.State == MailQueued {
		m = m.Wait(now, "Máy chủ thư không trả lời.")
		if waits++; waits > 20 {
			t.Fatal("it is tried for ever")
		}
		if m.State == MailQueued {
			if m.IsDue(m.Next.Add(-time.Second)) || !m.IsDue(m.Next) || !m.Next.After(now) {
				t.Errorf("attempt %d: next %s", m.Attempts, m.Next)
			}
			now = m.Next
		}
	}
	if m.State != MailFailed || m.Attempts != waits || m.Done != now || m.Error == "" || now.Sub(start) < 24*time.Hour {
		t.Errorf("given up after %s as %+v", now.Sub(start), m)
	}
	again, err := m.Again(now)
	if err != nil || !again.IsDue(now) || again.Attempts != 0 || again.Error != "" {
		t.Errorf("again: %+v, %v", again, err)
	}
	if waiting, err := (Mail{State: MailQueued, Attempts: 2, Next: now.Add(time.Hour)}).Again(now); err != nil || !waiting.IsDue(now) {
		t.Errorf("one that waits after an attempt: %+v, %v", waiting, err)
	}
	if _, err := (Mail{State: MailQueued}).Again(now); KindOf(err) != Conflict {
		t.Errorf("one that was not tried yet: %v", err)
	}
	if _, err := (Mail{State: MailSent}).Again(now); KindOf(err) != Conflict {
		t.Errorf("a mail that was sent is sent again: %v", err)
	}
}
