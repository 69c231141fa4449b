package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"chiso/app/kpi"

	"go.yaml.in/yaml/v3"
)

// config is the configuration file of «chiso serve»; config.example.yaml explains every key.
type config struct {
	Data           string       `yaml:"data"`
	Listen         string       `yaml:"listen"`
	Province       string       `yaml:"province"`
	Support        string       `yaml:"support"`
	Hosts          []string     `yaml:"hosts"`
	TLSCert        string       `yaml:"tls_cert"`
	TLSKey         string       `yaml:"tls_key"`
	InsecureHTTP   bool         `yaml:"insecure_http"`
	BehindTLS      bool         `yaml:"behind_tls_proxy"`
	TrustedProxies []string     `yaml:"trusted_proxies"`
	KeyFile        string       `yaml:"key_file"`
	Backup         backupConfig `yaml:"backup"`
	URL            string       `yaml:"url"`
	Mail           mailConfig   `yaml:"mail"`
}

// defaults is the configuration of an empty file.
func defaults() config {
	return config{Data: "data", Listen: "127.0.0.1:8057", Province: "Tỉnh", Backup: defaultBackup(), Mail: defaultMail()}
}

// readConfig reads the file; an unknown key, a wrong type or an unsafe combination is an error that names the key.
func readConfig(path string) (config, error) {
	c := defaults()
	b, err := os.ReadFile(path)
	if err != nil {
		return c, kpi.Errorf(kpi.Invalid, "Không đọc được tệp cấu hình %s: %v", path, err)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, kpi.Errorf(kpi.Invalid, "Tệp cấu hình %s: %s", path, yamlError(err))
	}
	if v := os.Getenv("CHISO_DATA"); v != "" {
		c.Data = v
	}
	if v := os.Getenv("CHISO_MAIL_PASSWORD"); v != "" {
		c.Mail.Password = v
	}
	return c, c.validate(path)
}

// yamlError turns «line 3: field dta not found in type main.config» into a Vietnamese sentence.
func yamlError(err error) string {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	msg = strings.NewReplacer("unmarshal errors:\n", "", "line ", "dòng ", "field ", "khóa ", " not found in type main.config", " không có trong danh mục", " not found in type main.backupConfig", " không có trong phần backup",
		" not found in type main.keepConfig", " không có trong phần backup.keep", " not found in type main.mailConfig", " không có trong phần mail",
		"cannot unmarshal", "không đọc được", " into ", " thành ").Replace(msg)
	return strings.TrimSpace(msg)
}

func (c config) validate(path string) error {
	bad := func(key, format string, args ...any) error {
		return kpi.Errorf(kpi.Invalid, "Tệp cấu hình %s, khóa %s: %s", path, key, fmt.Sprintf(format, args...))
	}
	host, _, err := net.SplitHostPort(c.Listen)
	switch {
	case c.Data == "":
		return bad("data", "chưa ghi thư mục số liệu.")
	case err != nil:
		return bad("listen", "địa chỉ «%s» phải có dạng địa-chỉ:cổng, ví dụ 0.0.0.0:8443.", c.Listen)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return bad("tls_cert", "cần cả tls_cert và tls_key.")
	case c.TLSCert == "" && !c.InsecureHTTP && !c.BehindTLS && !loopback(host):
		return bad("listen", "địa chỉ %s mở ra mạng mà không có chứng thư. Khai tls_cert và tls_key, hoặc đặt insecure_http: true nếu chấp nhận kết nối không mã hóa.", c.Listen)
	}
	if key, text := c.Backup.validate(c.Data); key != "" {
		return bad(key, "%s", text)
	}
	if key, text := c.Mail.validate(c.URL); key != "" {
		return bad(key, "%s", text)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// secure reports whether browsers reach the server over TLS.
func (c config) secure() bool { return c.TLSCert != "" || c.BehindTLS }
