package app

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// smtpServer is a real SMTP server on a free port, with the manners that a test gives it.
type smtpServer struct {
	MailServer // how to reach it

	mu       sync.Mutex
	mails    []received
	sessions int
	rcpt     func(to string, c *smtp.Conn) error // nil: everybody is taken
	data     func(c *smtp.Conn) error            // called when the mail has been read; nil: it is taken
	password string                              // "": nobody signs in
}

// received is a mail as the server has taken it.
type received struct {
	from, to string
	header   mail.Header
	subject  string
	body     string
	raw      string
}

// newSMTP starts the server; secure: it offers STARTTLS, whole: everything is inside TLS.
func newSMTP(t *testing.T, security MailSecurity, offersTLS bool) *smtpServer {
	t.Helper()
	s := &smtpServer{}
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sessions++
		return &smtpSession{server: s, conn: c}, nil
	}))
	srv.Domain, srv.ErrorLog, srv.AllowInsecureAuth = "localhost", silent{}, true
	pair := httptest.NewTLSServer(nil)
	pair.Close()
	if offersTLS {
		srv.TLSConfig = &tls.Config{Certificates: pair.TLS.Certificates}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if security == WholeTLS {
		ln = tls.NewListener(ln, srv.TLSConfig)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Log(err)
		}
		<-served
	})
	roots := x509.NewCertPool()
	roots.AddCert(pair.Certificate())
	s.MailServer = MailServer{Host: "127.0.0.1", Port: port, Security: security, From: "Hệ thống báo cáo chỉ số <chiso@daklak.example.vn>",
		URL: "https://chiso.example.vn", Roots: roots, Timeout: 5 * time.Second}
	return s
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// taken returns the mails that the server has taken, and forgets them.
func (s *smtpServer) taken() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	mails := s.mails
	s.mails = nil
	return mails
}

type smtpSession struct {
	server   *smtpServer
	conn     *smtp.Conn
	from, to string
	known    bool
}

func (x *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if x.server.password != "" && !x.known {
		return smtp.ErrAuthRequired
	}
	x.from = from
	return nil
}

func (x *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.to = to
	if x.server.rcpt != nil {
		return x.server.rcpt(to, x.conn)
	}
	return nil
}

func (x *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if x.server.data != nil {
		if err := x.server.data(x.conn); err != nil {
			return err
		}
	}
	msg, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil {
		return err
	}
	subject, err := (&mime.WordDecoder{}).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		return err
	}
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	x.server.mails = append(x.server.mails, received{x.from, x.to, msg.Header, subject, strings.ReplaceAll(string(body), "\r\n", "\n"), string(raw)})
	return nil
}

func (x *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "chiso" || password != x.server.password {
			return errors.New("wrong")
		}
		x.known = true
		return nil
	}), nil
}

func (x *smtpSession) Reset()        { x.from, x.to = "", "" }
func (x *smtpSession) Logout() error { return nil }
