package main

import (
	"fmt"
	"net"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

func doctor(t terminal, args []string) error {
	f := flags("doctor")
	config := f.String("config", "", "")
	data := f.String("data", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	p, err := placeOf(*config, *data, "")
	if err != nil {
		return err
	}
	if *config == "" {
		p.plan.Dir = "" // where the backups lie is not known
	}
	v, err := t.vault("")
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	findings, err := v.Doctor(ctx, app.Installation{Dir: p.data, KeyFile: p.keyFile, Plan: p.plan, Built: builtAt()})
	if err != nil {
		return err
	}
	findings = append(findings, p.network()...)
	bad := 0
	for _, x := range findings {
		word := "ĐẠT"
		if x.Level != 0 {
			word = x.Level.Label()
		}
		if x.Level == kpi.Failure {
			bad++
		}
		fmt.Fprintf(t.out, "%-9s %s: %s\n", word, x.Name, x.Text)
	}
	if bad > 0 {
		return kpi.Errorf(kpi.Invalid, "%d mục không đạt.", bad)
	}
	return nil
}

// network looks at the address that the server would open and at its certificate, where a configuration names them.
func (p place) network() (list []app.Finding) {
	if p.listen == "" {
		return nil
	}
	say := func(level kpi.Level, name, format string, args ...any) {
		list = append(list, app.Finding{Level: level, Name: name, Text: fmt.Sprintf(format, args...)})
	}
	if ln, err := net.Listen("tcp", p.listen); err != nil {
		say(kpi.Failure, "Cổng phục vụ", "Không mở được %s: %v. Tắt chương trình đang dùng cổng, hoặc đổi khóa listen.", p.listen, err)
	} else {
		_ = ln.Close()
		say(0, "Cổng phục vụ", "%s còn trống.", p.listen)
	}
	if p.cert == "" {
		return list
	}
	cert, err := newCertificate(p.cert, p.key)
	if err != nil {
		say(kpi.Failure, "Chứng thư", "%s", err)
		return list
	}
	ends := cert.expires()
	switch left := time.Until(ends); {
	case left <= 0:
		say(kpi.Failure, "Chứng thư", "Đã hết hạn ngày %s. Thay tệp chứng thư.", kpi.FormatDate(ends))
	case left < 30*24*time.Hour:
		say(kpi.Warning, "Chứng thư", "Hết hạn ngày %s. Thay tệp chứng thư trước ngày đó.", kpi.FormatDate(ends))
	default:
		say(0, "Chứng thư", "Dùng đến %s.", kpi.FormatDate(ends))
	}
	return list
}
