package main

import (
	"fmt"
	"log/slog"

	"chiso/app"
	"chiso/app/kpi"
)

// key changes the key with which citizens' numbers and second factors are sealed.
func key(t terminal, args []string) error {
	f := flags("key")
	dir := f.String("data", "", "")
	path := f.String("config", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	if rest[0] != "rotate" {
		return badUsage("không có lệnh «key %s»; dùng rotate.", kpi.Clip(rest[0], 20))
	}
	if *dir != "" && *path != "" {
		return badUsage("dùng --data hoặc --config, không dùng cả hai.")
	}
	c := defaults()
	if *path != "" {
		if c, err = readConfig(*path); err != nil {
			return err
		}
	}
	if *dir != "" {
		c.Data = *dir
	}
	if err := needData(c.Data); err != nil {
		return err
	}
	return withOptions(app.Options{Dir: c.Data, KeyFile: c.KeyFile, Log: slog.New(slog.DiscardHandler)}, func(a *app.App) error {
		sealed, closed, err := a.RotateKey(a.System())
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "Đã đổi khóa và mã hóa lại %d mục (số căn cước, khóa xác thực hai lớp). In tệp khóa %s và cất niêm phong; bản sao lưu không chứa tệp này.\n", sealed, a.KeyFile())
		if closed > 0 {
			return kpi.Errorf(kpi.Invalid, "%d mục không giải mã được vì thiếu khóa cũ; các mục này giữ nguyên.", closed)
		}
		return nil
	})
}
