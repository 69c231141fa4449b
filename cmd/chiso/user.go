package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

func user(t terminal, args []string) error {
	if len(args) == 0 {
		return badUsage("cần một trong: add, reset, reset-factor, disable, enable, list.")
	}
	verb := args[0]
	if !slices.Contains([]string{"add", "reset", "reset-factor", "disable", "enable", "list"}, verb) {
		return badUsage("không có lệnh «user %s»; dùng add, reset, reset-factor, disable, enable, list.", kpi.Clip(verb, 20))
	}
	f := flags("user")
	dir := f.String("data", "data", "")
	name := f.String("name", "", "")
	role := f.String("role", "", "")
	unit := f.String("unit", "", "")
	want := 1
	if verb == "list" {
		want = 0
	}
	rest, err := parse(f, args[1:], want)
	if err != nil {
		return err
	}
	return withData(*dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		actor := a.System()
		switch verb {
		case "add":
			u := kpi.User{Login: rest[0], Name: *name, Grants: []kpi.Grant{{Role: kpi.Role(*role), Unit: *unit}}}
			code, err := a.AddUser(actor, u)
			return printCode(t, rest[0], code, err)
		case "reset":
			code, err := a.ResetUser(actor, rest[0])
			return printCode(t, rest[0], code, err)
		case "reset-factor":
			return a.ResetFactor(actor, rest[0])
		case "disable":
			return a.DisableUser(actor, rest[0])
		case "enable":
			return a.EnableUser(actor, rest[0])
		}
		return listUsers(t, a, actor)
	})
}

func printCode(t terminal, login, code string, err error) error {
	if err == nil {
		_, err = fmt.Fprintf(t.out, "Mật khẩu dùng một lần của %s: %s\nMã dùng được 7 ngày; người dùng phải đặt mật khẩu mới khi đăng nhập lần đầu.\n", login, code)
	}
	return err
}

func listUsers(t terminal, a *app.App, actor kpi.Actor) error {
	users, err := a.ListUsers(actor)
	if err != nil {
		return err
	}
	for _, u := range users {
		var grants []string
		for _, g := range u.Grants {
			grants = append(grants, strings.TrimSpace(g.Role.Label()+" "+g.Unit))
		}
		state := ""
		if u.Disabled {
			state = "\tđã khóa"
		}
		fmt.Fprintf(t.out, "%s\t%s\t%s%s\n", u.Login, u.Name, strings.Join(grants, "; "), state)
	}
	return nil
}
