package app

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"

	"github.com/emersion/go-smtp"
)

// newPost is a month whose people have addresses and whose mails go to the server; the clock stands two days before
// the deadline, at 8h00.
func newPost(t *testing.T, s *smtpServer) month {
	t.Helper()
	f := newMonth(t)
	f.App.mail.server = s.MailServer
	f.changeUsers(t, func(u *kpi.User) {
		if len(u.Units(kpi.Clerk, kpi.Approver)) > 0 {
			u.Email = u.Login + "@example.vn"
		}
	})
	f.at(f.m.Day(14).Add(8 * time.Hour))
	return f
}

// changeUsers changes every account.
func (f month) changeUsers(t *testing.T, change func(*kpi.User)) {
	t.Helper()
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		users, err := tx.Users()
		if err != nil {
			return err
		}
		for _, u := range users {
			change(&u)
			if err := tx.PutUser(u, f.System().Event(kpi.VerbChange, "user/"+u.Login, "", "", "")); err != nil {
				return err
			}
		}
		return nil
	}))
}

// mails returns the mails of the round.
func (f month) mails(t *testing.T) (list []kpi.Mail) {
	t.Helper()
	f.must(t, f.store.View(func(tx *store.Tx) (err error) {
		list, err = tx.Mails("nq57", f.m)
		return err
	}))
	return list
}

// work does what the jobs do: remind, send.
func (f month) work(t *testing.T) {
	t.Helper()
	_, err := f.RemindDue(context.Background())
	f.must(t, err)
	f.must(t, f.SendMails(context.Background()))
}

// states counts the mails of the round by state.
func (f month) states(t *testing.T) map[kpi.MailState]int {
	t.Helper()
	n := map[kpi.MailState]int{}
	for _, m := range f.mails(t) {
		n[m.State]++
	}
	return n
}

// only leaves one clerk of SYT to be written to, and XA1 finished with its work.
func (f month) only(t *testing.T) {
	t.Helper()
	f.changeUsers(t, func(u *kpi.User) {
		if u.Login != "nhap" {
			u.Email = ""
		}
	})
}

func TestSendMails_EachPersonOnce(t *testing.T) {
	t.Parallel()
	for _, security := range []MailSecurity{StartTLS, WholeTLS, PlainText} {
		t.Run(string(security), func(t *testing.T) {
			t.Parallel()
			s := newSMTP(t, security, security != PlainText)
			f := newPost(t, s)
			f.save(t, "nhap", "1", "12")
			f.work(t)
			got := s.taken()
			if len(got) != 7 || s.sessions > 2 { // STARTTLS begins the session anew
				t.Fatalf("%d mails in %d sessions, want one to each of 7 people on one connection", len(got), s.sessions)
			}
			i := slices.IndexFunc(got, func(m received) bool { return m.to == "nhap@example.vn" })
			if i < 0 {
				t.Fatal("no mail to nhap")
			}
			m := got[i]
			if m.from != "chiso@daklak.example.vn" || m.subject != "Đôn đốc lần 1: số liệu tháng 6/2026 của Sở Y tế, hạn nộp 24h00 ngày 16/06/2026" || m.header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("from %s, subject %q, header %v", m.from, m.subject, m.header)
			}
			for _, want := range []string{"Kính gửi: Người nhap – Sở Y tế", "Còn 2 ngày", "Còn 2 ô chưa có số liệu (đã nhập 1/3).", "2 – Chỉ số\n  https://chiso.example.vn/nhap-lieu/nq57/2026-06/SYT#r-2", "3 – Chỉ số"} {
				if !strings.Contains(m.body, want) {
					t.Errorf("the mail lacks %q:\n%s", want, m.body)
				}
			}
			if strings.Contains(m.body, "1 – Chỉ số") {
				t.Error("the mail names a cell that is filled in")
			}
			f.work(t)
			f.at(f.Now().Add(time.Hour))
			f.work(t)
			if again := s.taken(); len(again) != 0 {
				t.Errorf("%d mails again for the same cause", len(again))
			}
			if n := f.states(t); n[kpi.MailSent] != 7 {
				t.Errorf("%v", n)
			}
		})
	}
}

func TestSendMails_Restart_NothingTwice(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	f := newPost(t, s)
	_, err := f.RemindDue(context.Background())
	f.must(t, err)
	restarted := New(Options{Store: f.store, Now: f.clock.now, Mail: s.MailServer})
	f.must(t, restarted.SendMails(context.Background()))
	if n := len(s.taken()); n != 7 {
		t.Fatalf("%d mails after the restart", n)
	}
	n, err := restarted.RemindDue(context.Background())
	f.must(t, err)
	f.must(t, f.SendMails(context.Background()))
	f.at(f.Now().AddDate(0, 0, -1)) // the clock is put back, and passes the hour again
	f.work(t)
	f.at(f.m.Day(14).Add(8 * time.Hour))
	f.work(t)
	if again := len(s.taken()); n != 0 || again != 0 {
		t.Errorf("%d units, %d mails again", n, again)
	}
}

// TestSendMails_StoppedHalfWay: a mail that was being sent when the system stopped is not sent again by itself.
func TestSendMails_StoppedHalfWay(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	f := newPost(t, s)
	f.only(t)
	_, err := f.RemindDue(context.Background())
	f.must(t, err)
	_, ok, err := f.takeMail(f.mails(t)[0])
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	f.must(t, f.SendMails(context.Background())) // as after a restart
	m := f.mails(t)[0]
	if len(s.taken()) != 0 || m.State != kpi.MailFailed || !m.Unsure || !strings.Contains(m.Error, "không rõ") {
		t.Errorf("%+v", m)
	}
	if n, err := f.ResendAll(f.as(t, "dieuphoi"), "nq57", f.m); n != 0 || err != nil {
		t.Errorf("%d sent again with all others, %v", n, err)
	}
	f.must(t, f.Resend(f.as(t, "dieuphoi"), m))
	f.must(t, f.SendMails(context.Background()))
	if len(s.taken()) != 1 || f.mails(t)[0].State != kpi.MailSent {
		t.Errorf("sent again by hand: %+v", f.mails(t)[0])
	}
	f.refused(t, f.Resend(f.as(t, "dieuphoi"), m), kpi.Conflict)
}

func TestSendMails_RefusedRecipient(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	s.rcpt = func(to string, _ *smtp.Conn) error {
		switch {
		case strings.HasPrefix(to, "nhap@"):
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<nhap@example.vn> no such user"}
		case strings.HasPrefix(to, "duyet@"):
			return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted"}
		}
		return nil
	}
	f := newPost(t, s)
	var log bytes.Buffer
	f.App.log = slog.New(slog.NewTextHandler(&log, nil))
	f.work(t)
	if n := len(s.taken()); n != 5 {
		t.Errorf("%d mails were taken, want those to the 5 others", n)
	}
	for _, m := range f.mails(t) {
		switch m.Login {
		case "nhap":
			if m.State != kpi.MailFailed || m.Attempts != 1 || !strings.Contains(m.Error, "550") || m.Unsure {
				t.Errorf("refused: %+v", m)
			}
		case "duyet":
			if m.State != kpi.MailQueued || m.Attempts != 1 || !m.Next.After(f.Now()) || !strings.Contains(m.Error, "450") {
				t.Errorf("for now: %+v", m)
			}
		}
		if strings.Contains(m.Error, "@") {
			t.Errorf("the error tells an address: %s", m.Error)
		}
	}
	if strings.Contains(log.String(), "@example.vn") {
		t.Errorf("the log tells an address: %s", log.String())
	}
	s.rcpt = nil
	f.work(t)
	if n := len(s.taken()); n != 0 {
		t.Errorf("%d mails before their time", n)
	}
	f.at(f.Now().Add(5 * time.Minute))
	f.work(t)
	if got := s.taken(); len(got) != 1 || got[0].to != "duyet@example.vn" {
		t.Errorf("later: %v", got)
	}
	n, err := f.ResendAll(f.as(t, "dieuphoi"), "nq57", f.m)
	f.must(t, err)
	f.work(t)
	if got := s.taken(); n != 1 || len(got) != 1 || got[0].to != "nhap@example.vn" {
		t.Errorf("again by hand: %d, %v", n, got)
	}
}

// TestSendMails_NoLongerNeeded: what has become needless while the server was down is not sent.
func TestSendMails_NoLongerNeeded(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	f := newPost(t, s)
	_, err := f.RemindDue(context.Background())
	f.must(t, err)
	f.upTo(t, kpi.Approved) // SYT
	f.changeUsers(t, func(u *kpi.User) {
		if u.Login == "xaduyet" {
			u.Disabled = true
		}
		if u.Login == "xanhap" {
			u.Email = "moi@example.vn"
		}
	})
	f.must(t, f.SendMails(context.Background()))
	if got := s.taken(); len(got) != 1 || got[0].to != "moi@example.vn" {
		t.Errorf("%v", got)
	}
	if n := f.states(t); n[kpi.MailDropped] != 6 || n[kpi.MailSent] != 1 {
		t.Errorf("%v", n)
	}
}

// TestSendMails_Injection: what people typed stays inside the one header or the body that it belongs to.
func TestSendMails_Injection(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	f := newPost(t, s)
	f.only(t)
	const evil = "A\r\nBcc: ke.xau@example.vn\r\n\r\n<b>x</b>"
	f.changeUsers(t, func(u *kpi.User) {
		if u.Login == "nhap" {
			u.Name = "Lan" + evil
		}
	})
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		return tx.PutUnit(kpi.Unit{Code: "SYT", Name: "Sở Y tế" + evil, Kind: kpi.Agency}, f.System().Event(kpi.VerbChange, "unit/SYT", "", "", ""))
	}))
	_, err := f.Remind(f.as(t, "dieuphoi"), "nq57", f.m, []string{"SYT"}, "Làm ngay.\r\n.\r\nQUIT\r\nRCPT TO:<ke.xau@example.vn>\r\n", "0123456789ab")
	f.must(t, err)
	f.must(t, f.SendMails(context.Background()))
	got := s.taken()
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	m := got[0]
	if m.to != "nhap@example.vn" || m.header.Get("Bcc") != "" || len(m.header["To"]) != 1 || strings.ContainsAny(m.subject, "\r\n") {
		t.Errorf("to %s, header %v", m.to, m.header)
	}
	if !strings.Contains(m.body, "\n.\nQUIT\nRCPT TO:") || !strings.Contains(m.subject, "Bcc: ke.xau") {
		t.Errorf("the text was cut: %q\n%s", m.subject, m.body)
	}
	for _, bad := range []string{"a@example.vn\r\nBcc: b@example.vn", "Lan <a@example.vn>, b@example.vn", "a@example.vn,b@example.vn", "không phải thư"} {
		f.changeUsers(t, func(u *kpi.User) {
			if u.Login == "nhap" {
				u.Email = bad
			}
		})
		_, err := f.Remind(f.as(t, "dieuphoi"), "nq57", f.m, []string{"SYT"}, "Làm ngay.", "0123456789"+string("abcdef"[len(bad)%6])+"0")
		f.must(t, err)
		f.must(t, f.SendMails(context.Background()))
		if n := len(s.taken()); n != 0 {
			t.Errorf("%q: %d mails", bad, n)
		}
	}
	if n := f.states(t); n[kpi.MailFailed] == 0 || n[kpi.MailQueued] != 0 {
		t.Errorf("%v", n)
	}
}

// TestSendMails_Cancelled: told to stop, the sender stops; what waits goes out the next time.
func TestSendMails_Cancelled(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	f := newPost(t, s)
	ctx, stop := context.WithCancel(context.Background())
	_, err := f.RemindDue(ctx)
	f.must(t, err)
	stop()
	f.must(t, f.SendMails(ctx))
	if n := f.states(t); n[kpi.MailQueued] != 7 {
		t.Errorf("%v", n)
	}
	f.must(t, f.SendMails(context.Background()))
	if n := len(s.taken()); n != 7 {
		t.Errorf("%d mails the next time", n)
	}
}

func TestMailLog(t *testing.T) {
	t.Parallel()
	s := newSMTP(t, PlainText, false)
	s.rcpt = func(to string, _ *smtp.Conn) error {
		if strings.HasPrefix(to, "nhap@") {
			return &smtp.SMTPError{Code: 550, Message: "no"}
		}
		return nil
	}
	f := newPost(t, s)
	f.work(t)
	l, err := f.MailLog(f.as(t, "dieuphoi"), "nq57", f.m, "")
	f.must(t, err)
	if len(l.Lines) != 7 || l.Counts[kpi.MailSent] != 6 || l.Again != 1 || !l.On {
		t.Errorf("%+v", l)
	}
	l, err = f.MailLog(f.as(t, "sep"), "nq57", f.m, kpi.MailFailed)
	f.must(t, err)
	if len(l.Lines) != 1 || l.Lines[0].UnitName != "Sở Y tế" || l.Lines[0].Person != "Người nhap" || l.Lines[0].To != "nhap@example.vn" {
		t.Errorf("%+v", l.Lines)
	}
	for _, login := range []string{"nhap", "duyet", "lanhdao"} {
		_, err := f.MailLog(f.as(t, login), "nq57", f.m, "")
		f.refused(t, err, kpi.Denied)
		f.refused(t, f.Resend(f.as(t, login), l.Lines[0].Mail), kpi.Denied)
	}
	f.App.mail.server = MailServer{}
	f.refused(t, f.Resend(f.as(t, "sep"), l.Lines[0].Mail), kpi.Conflict)
}
