package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/app"
)

const goodMail = "url: https://chiso.example.vn/\nmail:\n  host: mail.example.vn\n  from: Hệ thống <chiso@example.vn>\n"

func TestMailConfig(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       app.MailServer
	}{
		{"off", "", app.MailServer{Port: 587, Security: app.StartTLS}},
		{"least", goodMail, app.MailServer{Host: "mail.example.vn", Port: 587, Security: app.StartTLS, From: "Hệ thống <chiso@example.vn>", URL: "https://chiso.example.vn"}},
		{"whole TLS", goodMail + "  security: tls\n  user: chiso\n  password: x\n", app.MailServer{Host: "mail.example.vn", Port: 465, Security: app.WholeTLS,
			User: "chiso", Password: "x", From: "Hệ thống <chiso@example.vn>", URL: "https://chiso.example.vn"}},
		{"plain", goodMail + "  security: none\n  port: 2525\n", app.MailServer{Host: "mail.example.vn", Port: 2525, Security: app.PlainText,
			From: "Hệ thống <chiso@example.vn>", URL: "https://chiso.example.vn"}},
	} {
		c, err := readConfig(write(t, "config.yaml", tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got, err := c.Mail.server(c.URL)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
}

// TestMailConfig_Example: the example explains every key.
func TestMailConfig_Example(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "\nmail:\n")
	for _, key := range []string{"host", "port", "security", "user", "password", "from", "ca"} {
		if !strings.Contains(part, "\n  "+key+":") && !strings.HasPrefix(part, "  "+key+":") {
			t.Errorf("the example does not explain mail.%s", key)
		}
	}
}

func TestMailConfig_Password_FromTheEnvironment(t *testing.T) {
	t.Setenv("CHISO_MAIL_PASSWORD", "bí mật")
	c, err := readConfig(write(t, "config.yaml", goodMail+"  user: chiso\n"))
	if err != nil || c.Mail.Password != "bí mật" {
		t.Errorf("%q, %v", c.Mail.Password, err)
	}
}

func TestMailConfig_Refusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, says string }{
		{"unknown key", "mail:\n  hots: x\n", "khóa mail.hots: không có khóa này"},
		{"no address of the system", strings.Replace(goodMail, "url: https://chiso.example.vn/\n", "", 1), "khóa url"},
		{"address of the system", "url: chiso.example.vn\n", "khóa url"},
		{"address with a password", "url: https://a:b@chiso.example.vn\n", "khóa url"},
		{"host with a port", strings.Replace(goodMail, "mail.example.vn", "mail.example.vn:25", 1), "mail.host"},
		{"port", goodMail + "  port: 70000\n", "mail.port"},
		{"security", goodMail + "  security: ssl\n", "mail.security"},
		{"no sender", strings.Replace(goodMail, "Hệ thống <chiso@example.vn>", "", 1), "mail.from"},
		{"sender", strings.Replace(goodMail, "Hệ thống <chiso@example.vn>", "Hệ thống", 1), "mail.from"},
		{"no password", goodMail + "  user: chiso\n", "mail.user"},
		{"password in the clear", goodMail + "  security: none\n  user: chiso\n  password: x\n", "mail.security"},
	} {
		path := write(t, "config.yaml", tt.text)
		if _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for _, ca := range []string{"khong-co.pem", write(t, "rong.pem", "không phải PEM")} {
		c, err := readConfig(write(t, "config.yaml", goodMail+"  ca: "+ca+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Mail.server(c.URL); err == nil || !strings.Contains(err.Error(), "mail.ca") {
			t.Errorf("%s: %v", ca, err)
		}
	}
}

func TestRemind(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	config := write(t, "config.yaml", goodMail+"data: "+dir+"\n")
	chiso(t, "", "remind", "--data", dir).exits(exitUsage).complains("--config", "--dry-run")
	chiso(t, "", "remind", "--data", dir, "--dry-run").exits(exitOK).prints("0 đơn vị sẽ được đôn đốc lúc này")
	chiso(t, "", "remind", "--config", config, "--dry-run").exits(exitOK).prints("0 đơn vị")
	chiso(t, "", "remind", "--config", config).exits(exitOK).prints("Đã đôn đốc 0 đơn vị.")
	chiso(t, "", "remind", "--data", filepath.Join(t.TempDir(), "khong-co"), "--dry-run").exits(exitRefused).complains("chưa có số liệu")
}
