package app

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"

	"github.com/emersion/go-smtp"
)

func TestSendMails_Dropped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		where  func(*smtpServer, func(*smtp.Conn) error)
		state  kpi.MailState
		unsure bool
	}{
		{"before the mail was handed over", func(s *smtpServer, drop func(*smtp.Conn) error) {
			s.rcpt = func(_ string, c *smtp.Conn) error { return drop(c) }
		}, kpi.MailQueued, false},
		{"before the mail was confirmed", func(s *smtpServer, drop func(*smtp.Conn) error) { s.data = drop }, kpi.MailFailed, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSMTP(t, PlainText, false)
			f := newPost(t, s)
			drops := 0
			tt.where(s, func(c *smtp.Conn) error {
				if drops++; drops > 1 {
					return nil
				}
				return c.Conn().Close()
			})
			f.work(t)
			if n := len(s.taken()); n < 6 || s.sessions != 2 {
				t.Errorf("%d of the other mails went in %d sessions", n, s.sessions)
			}
			i := slices.IndexFunc(f.mails(t), func(m kpi.Mail) bool { return m.State != kpi.MailSent })
			if i < 0 {
				t.Fatal("none is left")
			}
			if m := f.mails(t)[i]; m.State != tt.state || m.Unsure != tt.unsure || m.Error == "" {
				t.Errorf("%+v", m)
			}
		})
	}
}

// TestSendMails_NoServer: whatever is wrong with the server, the mails wait, the sentence says why, and all go out once it
// is mended.
func TestSendMails_NoServer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		spoil func(*testing.T, *smtpServer) (mend func())
		says  string
	}{
		{"nobody listens", func(t *testing.T, s *smtpServer) func() {
			port := s.Port
			s.Port = freePort(t)
			return func() { s.Port = port }
		}, "Không nối được"},
		{"slow", func(t *testing.T, s *smtpServer) func() {
			ln, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never says a word
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = ln.Close() })
			port := s.Port
			s.Port, s.Timeout = ln.Addr().(*net.TCPAddr).Port, 50*time.Millisecond
			return func() { s.Port, s.Timeout = port, 5*time.Second }
		}, "không trả lời"},
		{"TLS required but missing", func(t *testing.T, s *smtpServer) func() {
			s.Security = StartTLS
			return func() { s.Security = PlainText }
		}, "không hỗ trợ mã hóa STARTTLS"},
		{"TLS where there is none", func(t *testing.T, s *smtpServer) func() {
			s.Security = WholeTLS
			return func() { s.Security = PlainText }
		}, "không mở được phiên"},
		{"wrong password", func(t *testing.T, s *smtpServer) func() {
			s.password, s.User, s.Password = "mật khẩu", "chiso", "khác"
			return func() { s.Password = "mật khẩu" }
		}, "tên hoặc mật khẩu"},
		{"sign-in is wanted", func(t *testing.T, s *smtpServer) func() {
			s.password = "mật khẩu"
			return func() { s.User, s.Password = "chiso", "mật khẩu" }
		}, "không nhận thư từ hệ thống"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSMTP(t, PlainText, false)
			mend := tt.spoil(t, s)
			f := newPost(t, s)
			f.work(t)
			for _, m := range f.mails(t) {
				if m.State != kpi.MailQueued || m.Attempts != 1 || !strings.Contains(m.Error, tt.says) {
					t.Errorf("%s: %+v", m.Login, m)
				}
			}
			f.save(t, "nhap", "1", "12") // nothing else stops
			mend()
			f.App.mail.server = s.MailServer
			f.at(f.Now().Add(6 * time.Minute))
			f.work(t)
			if n := len(s.taken()); n != 7 {
				t.Errorf("%d mails once the server is back", n)
			}
		})
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// TestSendMails_ForeignCertificate: a server that cannot prove its name gets neither password nor mail.
func TestSendMails_ForeignCertificate(t *testing.T) {
	t.Parallel()
	for _, security := range []MailSecurity{StartTLS, WholeTLS} {
		s := newSMTP(t, security, true)
		s.Roots, s.User, s.Password = nil, "chiso", "x"
		f := newPost(t, s)
		f.only(t)
		f.work(t)
		if m := f.mails(t)[0]; len(s.taken()) != 0 || !strings.Contains(m.Error, "chứng thư") || m.State != kpi.MailQueued {
			t.Errorf("%s: %+v", security, m)
		}
	}
}
