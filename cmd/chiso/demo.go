package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"chiso/app"
	"chiso/app/web"
)

// demoPassword is the password of every account of the demo, shown on its sign-in page.
const demoPassword = "lua vang tren dong xanh"

// The size of the demo's large province: units, indicators and rounds.
const (
	provinceUnits      = 124
	provinceIndicators = 300
	provinceRounds     = 60
)

func demo(t terminal, args []string) (err error) {
	f := flags("demo")
	dir := f.String("data", "", "")
	addr := f.String("listen", "127.0.0.1:8057", "")
	size := f.String("size", "small", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *size != "small" && *size != "province" {
		return badUsage("cờ --size nhận small hoặc province, không nhận «%s».", *size)
	}
	if *dir == "" {
		if *dir, err = os.MkdirTemp("", "chiso-demo-"); err != nil {
			return fmt.Errorf("make demo folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(*dir)) }()
		fmt.Fprintf(t.out, "Số liệu trình diễn nằm ở %s và mất khi dừng; dùng --data để giữ lại.\n", *dir)
	}
	log := slog.New(slog.NewJSONHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	o := app.Options{Dir: *dir, Log: log, Version: version, Verify: t.verify(), Backup: app.BackupPlan{Dir: filepath.Join(*dir, "sao-luu")}}
	return withOptions(o, func(a *app.App) error {
		if err := seed(a, *size); err != nil {
			return err
		}
		var accounts []web.Account
		for _, x := range a.DemoAccounts() {
			accounts = append(accounts, web.Account{Login: x.Login, Name: x.Name, Does: x.Does, Password: demoPassword})
		}
		c := config{Listen: *addr, Province: "Tỉnh Đắk Lắk", InsecureHTTP: true}
		return listen(t, a, log, c, accounts)
	})
}

// seed fills an empty store; one that has accounts is a demo that is started again.
func seed(a *app.App, size string) error {
	has, err := a.HasUsers()
	if err != nil || has {
		return err
	}
	if size == "province" {
		return a.SeedProvince(provinceUnits, provinceIndicators, provinceRounds, demoPassword)
	}
	_, err = a.SeedDemo(demoPassword)
	return err
}
