package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"chiso/app/kpi"

	"github.com/wneessen/go-mail"
)

// MailServer is the SMTP server that takes the mails. The zero value sends none.
type MailServer struct {
	Host     string
	Port     int
	Security MailSecurity
	User     string // "": without signing in
	Password string
	From     string         // «Tên <địa-chỉ>» or the address alone
	URL      string         // of this system, without a slash at the end: links in mails begin with it
	Roots    *x509.CertPool // that the server's certificate must lead to; nil: those of the machine
	Timeout  time.Duration  // of each exchange with the server; 0: mailTimeout
}

// MailSecurity says how the way to the server is encrypted.
type MailSecurity string

// The kinds of security.
const (
	StartTLS  MailSecurity = "starttls" // begins in the clear and must change to TLS before anything is said
	WholeTLS  MailSecurity = "tls"
	PlainText MailSecurity = "none"
)

const mailTimeout = 20 * time.Second

// On reports whether mails are sent.
func (m MailServer) On() bool { return m.Host != "" }

// post is the way out of the mails.
type post struct {
	server MailServer
	run    sync.Mutex // held while mails are sent
}

// message is a mail as it goes out.
type message struct {
	id                string // the same for every attempt
	to, subject, body string
	at                time.Time
}

// connection is an open session with the server.
type connection struct {
	server MailServer
	client *mail.Client
	conn   net.Conn
	stop   func() bool
}

// connect opens a session; the sentence of a failure comes from wordConnect. It ends with ctx.
func (m MailServer) connect(ctx context.Context) (*connection, error) {
	c := &connection{server: m, stop: func() bool { return true }}
	config := &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12, RootCAs: m.Roots}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		if m.Security == WholeTLS {
			c.conn, err = (&tls.Dialer{Config: config}).DialContext(ctx, network, address)
		} else {
			c.conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		}
		return c.conn, err
	}
	options := []mail.Option{mail.WithPort(m.Port), mail.WithTimeout(m.timeout()), mail.WithTLSConfig(config), mail.WithDialContextFunc(dial)}
	switch m.Security {
	case WholeTLS:
		options = append(options, mail.WithSSL())
	case StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if m.User != "" {
		options = append(options, mail.WithUsername(m.User), mail.WithPassword(m.Password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5))
	}
	var err error
	if c.client, err = mail.NewClient(m.Host, options...); err != nil {
		return nil, fmt.Errorf("set up mail client: %w", err)
	}
	if err := c.client.DialWithContext(ctx); err != nil {
		c.drop()
		return nil, fmt.Errorf("connect to mail server %s: %w", net.JoinHostPort(m.Host, strconv.Itoa(m.Port)), err)
	}
	c.stop = context.AfterFunc(ctx, c.drop)
	return c, nil
}

func (m MailServer) timeout() time.Duration {
	if m.Timeout > 0 {
		return m.Timeout
	}
	return mailTimeout
}

// drop ends the session without a word.
func (c *connection) drop() {
	if c.conn != nil {
		_ = c.conn.Close() // nothing more is said on it
	}
}

// close ends the session politely; the mails are sent whatever the server answers.
func (c *connection) close() {
	if c.stop() {
		_ = c.client.Close()
	}
	c.drop()
}

// send hands one letter to the server.
func (c *connection) send(l message) outcome {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(c.server.From), msg.To(l.to)); err != nil {
		return outcome{kind: refused, text: badAddress}
	}
	msg.Subject(headerLine(l.subject))
	msg.SetDateWithValue(l.at.In(kpi.Location))
	msg.SetMessageIDWithValue(l.id)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, l.body)
	err := c.client.Send(msg)
	if err == nil || msg.IsDelivered() {
		return outcome{kind: taken}
	}
	return judge(err)
}

// headerLine makes of a text one that can stand in a header.
func headerLine(s string) string {
	line := []rune(s)
	for i, r := range line {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			line[i] = ' '
		}
	}
	return string(line)
}
