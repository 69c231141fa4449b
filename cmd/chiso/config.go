package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"chiso/app"
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
	MinFreeMB      int          `yaml:"min_free_mb"`
	SecondFactor   string       `yaml:"second_factor"`
	TrustedNets    []string     `yaml:"trusted_networks"`
	IdleDays       int          `yaml:"idle_days"`
	Backup         backupConfig `yaml:"backup"`
	URL            string       `yaml:"url"`
	Mail           mailConfig   `yaml:"mail"`
	Metrics        string       `yaml:"metrics"`
	Log            logConfig    `yaml:"log"`
}

// defaults is the configuration of an empty file.
func defaults() config {
	return config{Data: "data", Listen: "127.0.0.1:8057", Province: "Tỉnh", Hosts: []string{}, TrustedProxies: []string{}, MinFreeMB: 500, SecondFactor: "required", TrustedNets: []string{}, IdleDays: 45,
		Backup: defaultBackup(), Mail: defaultMail(), Log: logConfig{SizeMB: 20, Keep: 10}}
}

// problem is one thing that is wrong with a configuration: at which key, "" if that is not known, and what.
type problem struct{ key, text string }

// readConfig reads the file; an unknown key, a wrong type or an unsafe combination is an error that names line and key.
func readConfig(path string) (config, error) {
	c := defaults()
	b, err := os.ReadFile(path)
	if err != nil {
		return c, kpi.Errorf(kpi.Invalid, "Không đọc được tệp cấu hình %s: %v", path, err)
	}
	keys, err := keysOf(b)
	if err != nil {
		return c, kpi.Errorf(kpi.Invalid, "Tệp cấu hình %s%s", path, yamlError(err))
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, told(path, yamlProblems(err, keys))
	}
	if v := os.Getenv("CHISO_DATA"); v != "" {
		c.Data = v
	}
	if v := os.Getenv("CHISO_MAIL_PASSWORD"); v != "" {
		c.Mail.Password = v
	}
	var lines []string
	for _, p := range c.problems() {
		lines = append(lines, keys.place(p.key)+": "+p.text)
	}
	return c, told(path, lines)
}

// told makes one error of the lines about the file, nil if there are none.
func told(path string, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return kpi.Errorf(kpi.Invalid, "Tệp cấu hình %s", path+strings.Join(lines, "\nTệp cấu hình "+path))
}

// problems lists what is wrong with the values, as far as they can be judged without looking at the machine.
func (c config) problems() (list []problem) {
	bad := func(wrong bool, key, format string, args ...any) {
		if wrong {
			list = append(list, problem{key, fmt.Sprintf(format, args...)})
		}
	}
	bad(!slices.Contains([]string{"required", "offered", "off"}, c.SecondFactor), "second_factor", "chỉ nhận required, offered hoặc off, không nhận «%s».", kpi.Clip(c.SecondFactor, 20))
	bad(c.IdleDays != 0 && (c.IdleDays < 7 || c.IdleDays > 3650), "idle_days", "số ngày phải từ 7 đến 3650, hoặc 0 để không tự khóa.")
	host, port, err := net.SplitHostPort(c.Listen)
	n, portErr := strconv.Atoi(port)
	bad(c.Data == "", "data", "chưa ghi thư mục số liệu.")
	bad(err != nil || portErr != nil || n < 0 || n > 65535, "listen", "địa chỉ «%s» phải có dạng địa-chỉ:cổng, ví dụ 0.0.0.0:8443.", c.Listen)
	bad((c.TLSCert == "") != (c.TLSKey == ""), "tls_cert", "cần cả tls_cert và tls_key.")
	bad(err == nil && c.TLSCert == "" && !c.InsecureHTTP && !c.BehindTLS && !loopback(host), "listen",
		"địa chỉ %s mở ra mạng mà không có chứng thư. Khai tls_cert và tls_key, hoặc đặt insecure_http: true nếu chấp nhận kết nối không mã hóa.", c.Listen)
	for _, h := range c.Hosts {
		bad(h == "" || strings.ContainsAny(h, "/: ") || h != strings.ToLower(h), "hosts", "«%s» phải là tên miền viết thường, không có https:// và cổng.", kpi.Clip(h, 80))
	}
	for _, p := range c.TrustedProxies {
		_, ok := netBlock(p)
		bad(!ok, "trusted_proxies", "«%s» phải là địa chỉ IP hoặc dải địa chỉ, ví dụ 10.0.0.5 hoặc 10.0.0.0/24.", kpi.Clip(p, 80))
	}
	for _, n := range c.TrustedNets {
		_, ok := netBlock(n)
		bad(!ok, "trusted_networks", "«%s» phải là địa chỉ IP hoặc dải địa chỉ, ví dụ 10.0.0.0/8.", kpi.Clip(n, 80))
	}
	bad(len(c.TrustedNets) > 0 && c.SecondFactor == "off", "trusted_networks", "chỉ dùng khi second_factor là required hoặc offered.")
	bad(len(c.TrustedNets) > 0 && c.BehindTLS && len(c.TrustedProxies) == 0, "trusted_networks", "cần khai cả trusted_proxies, nếu không ai cũng mang địa chỉ của máy chủ phía trước.")
	bad(c.MinFreeMB < 0, "min_free_mb", "không được âm.")
	if c.Metrics != "" {
		at, _, err := net.SplitHostPort(c.Metrics)
		bad(err != nil || !loopback(at), "metrics", "«%s» phải là địa chỉ của chính máy này, ví dụ 127.0.0.1:9157.", kpi.Clip(c.Metrics, 80))
	}
	bad(c.Log.SizeMB < 1, "log.size_mb", "phải từ 1 trở lên.")
	bad(c.Log.Keep < 1, "log.keep", "phải từ 1 trở lên.")
	inside, err := filepath.Rel(c.Data, c.Log.File)
	bad(c.Log.File != "" && err == nil && filepath.IsLocal(inside), "log.file", "tệp nhật ký phải nằm ngoài thư mục số liệu.")
	key, text := c.Backup.validate(c.Data)
	bad(key != "", key, "%s", text)
	key, text = c.Mail.validate(c.URL)
	bad(key != "", key, "%s", text)
	return list
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// netBlock reads a block of addresses, or a single one.
func netBlock(text string) (netip.Prefix, bool) {
	if ip, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p, err == nil
}

// inside returns what tells the addresses of the office, nil if all are alike. A proxy that does not say for whom it asks may ask
// for anybody.
func (c config) inside() func(netip.Addr) bool {
	within := func(ip netip.Addr, list []string) bool {
		return slices.ContainsFunc(list, func(text string) bool {
			p, ok := netBlock(text)
			return ok && p.Contains(ip)
		})
	}
	if len(c.TrustedNets) == 0 {
		return nil
	}
	return func(ip netip.Addr) bool {
		return !within(ip, c.TrustedProxies) && (ip.IsLoopback() || within(ip, c.TrustedNets))
	}
}

// factors returns who signs in with a second factor.
func (c config) factors() app.FactorPolicy {
	if c.SecondFactor == "off" {
		return app.FactorOff
	}
	return app.FactorPolicy(c.SecondFactor)
}

// secure reports whether browsers reach the server over TLS.
func (c config) secure() bool { return c.TLSCert != "" || c.BehindTLS }
