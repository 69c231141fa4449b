package main

import (
	"fmt"
	"os"
	"path/filepath"

	"chiso/app/kpi"
	"chiso/store"
)

// configCommand judges a configuration file without starting anything.
func configCommand(t terminal, args []string) error {
	f := flags("config")
	path := f.String("config", "config.yaml", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	if rest[0] != "check" {
		return badUsage("không có lệnh «config %s»; dùng check.", kpi.Clip(rest[0], 20))
	}
	c, err := readConfig(*path)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(*path)
	if err != nil {
		return err
	}
	keys, _ := keysOf(b) // read before
	var lines []string
	for _, p := range c.missing() {
		lines = append(lines, keys.place(p.key)+": "+p.text)
	}
	if err := told(*path, lines); err != nil {
		return err
	}
	how := "http, chỉ dùng trong máy này"
	switch {
	case c.TLSCert != "":
		how = "https"
	case c.BehindTLS:
		how = "https do máy chủ phía trước lo"
	case c.InsecureHTTP:
		how = "http KHÔNG MÃ HÓA"
	}
	fmt.Fprintf(t.out, "Tệp cấu hình %s đúng.\n  phục vụ ở:  %s (%s)\n  số liệu:    %s\n  sao lưu:    %s\n", *path, c.Listen, how, c.Data, c.Backup.plan(c.Data, nil).Dir)
	if _, err := os.Stat(filepath.Join(c.Data, store.FileName)); err != nil {
		fmt.Fprintf(t.out, "Thư mục %s chưa có số liệu: chạy «chiso init --data %s».\n", c.Data, c.Data)
	}
	return nil
}

// missing lists what the configuration names and the machine does not have.
func (c config) missing() (list []problem) {
	add := func(key string, err error) {
		if err != nil {
			list = append(list, problem{key, err.Error()})
		}
	}
	if c.TLSCert != "" {
		_, err := newCertificate(c.TLSCert, c.TLSKey)
		add("tls_cert", err)
	}
	_, err := c.Mail.server(c.URL)
	add("mail.ca", err)
	if c.Log.File != "" {
		if info, err := os.Stat(filepath.Dir(c.Log.File)); err != nil || !info.IsDir() {
			add("log.file", kpi.Errorf(kpi.Invalid, "Không có thư mục %s.", filepath.Dir(c.Log.File)))
		}
	}
	return list
}
