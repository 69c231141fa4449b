package main

import (
	"crypto/x509"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// mailConfig is the part «mail» of the configuration.
type mailConfig struct {
	Host     string `yaml:"host"`
	Port     int    `yaml:"port"`
	Security string `yaml:"security"`
	User     string `yaml:"user"`
	Password string `yaml:"password"`
	From     string `yaml:"from"`
	CA       string `yaml:"ca"`
}

func defaultMail() mailConfig { return mailConfig{Security: string(app.StartTLS)} }

// validate returns the key at fault and a sentence about it, or nothing. base is the key url.
func (m mailConfig) validate(base string) (key, text string) {
	if u, err := url.Parse(base); base != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		return "url", fmt.Sprintf("địa chỉ «%s» phải có dạng https://chiso.tinh.gov.vn.", kpi.Clip(base, 80))
	}
	if m.Host == "" {
		return "", ""
	}
	from, err := mail.ParseAddress(m.From)
	switch {
	case strings.ContainsAny(m.Host, "/: "):
		return "mail.host", fmt.Sprintf("«%s» phải là tên máy chủ hoặc địa chỉ IP; cổng ghi ở mail.port.", kpi.Clip(m.Host, 80))
	case m.Port < 0 || m.Port > 65535:
		return "mail.port", fmt.Sprintf("cổng %d không có.", m.Port)
	case m.Security != string(app.StartTLS) && m.Security != string(app.WholeTLS) && m.Security != string(app.PlainText):
		return "mail.security", fmt.Sprintf("«%s» không có; ghi starttls, tls hoặc none.", kpi.Clip(m.Security, 20))
	case base == "":
		return "url", "cần ghi địa chỉ của hệ thống để liên kết trong thư dùng được, ví dụ https://chiso.tinh.gov.vn."
	case m.From == "":
		return "mail.from", "chưa ghi địa chỉ gửi."
	case err != nil || !kpi.ValidEmail(from.Address):
		return "mail.from", fmt.Sprintf("«%s» không đúng dạng ten@coquan.gov.vn hoặc Tên hiển thị <ten@coquan.gov.vn>.", kpi.Clip(m.From, 80))
	case (m.User == "") != (m.Password == ""):
		return "mail.user", "cần cả mail.user và mật khẩu (mail.password hoặc biến môi trường CHISO_MAIL_PASSWORD), hoặc không cả hai."
	case m.User != "" && m.Security == string(app.PlainText) && !loopback(m.Host):
		return "mail.security", "không gửi mật khẩu qua kết nối không mã hóa. Dùng starttls hoặc tls, hoặc bỏ mail.user."
	}
	return "", ""
}

// server is the configuration as package app takes it.
func (m mailConfig) server(base string) (app.MailServer, error) {
	s := app.MailServer{Host: m.Host, Port: m.Port, Security: app.MailSecurity(m.Security), User: m.User, Password: m.Password, From: m.From,
		URL: strings.TrimRight(base, "/")}
	if s.Port == 0 {
		s.Port = map[app.MailSecurity]int{app.StartTLS: 587, app.WholeTLS: 465, app.PlainText: 25}[s.Security]
	}
	if m.Host == "" || m.CA == "" {
		return s, nil
	}
	pem, err := os.ReadFile(m.CA)
	if err != nil {
		return s, kpi.Errorf(kpi.Invalid, "Không đọc được chứng thư gốc của máy chủ thư (mail.ca): %v", err)
	}
	s.Roots = x509.NewCertPool()
	if !s.Roots.AppendCertsFromPEM(pem) {
		return s, kpi.Errorf(kpi.Invalid, "Tệp %s (mail.ca) không chứa chứng thư nào ở dạng PEM.", m.CA)
	}
	return s, nil
}
