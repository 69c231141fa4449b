package main

import (
	"fmt"
	"log/slog"

	"chiso/app"
	"chiso/app/kpi"
)

// remind does once what the server does every few minutes: remind the units that the calendar asks for, send the mails
// that wait. While the server runs, it holds the data.
func remind(t terminal, args []string) error {
	f := flags("remind")
	path := f.String("config", "", "")
	dir := f.String("data", "", "")
	dry := f.Bool("dry-run", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *path == "" && !*dry {
		return badUsage("cần cờ --config để biết máy chủ thư, hoặc --dry-run để chỉ xem.")
	}
	c := defaults()
	if *path != "" {
		var err error
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
	server, err := c.Mail.server(c.URL)
	if err != nil {
		return err
	}
	o := app.Options{Dir: c.Data, Log: slog.New(slog.NewJSONHandler(t.err, nil)), Version: version, Mail: server}
	return withOptions(o, func(a *app.App) error {
		if *dry {
			return printDue(t, a)
		}
		ctx, stop := interruptible()
		defer stop()
		n, err := a.RemindDue(ctx)
		if err == nil {
			err = a.SendMails(ctx)
		}
		fmt.Fprintf(t.out, "Đã đôn đốc %d đơn vị.\n", n)
		return err
	})
}

// printDue lists the units that would be reminded now.
func printDue(t terminal, a *app.App) error {
	due, err := a.DueReminders(a.System())
	if err != nil {
		return err
	}
	for _, x := range due {
		fmt.Fprintf(t.out, "%s\t%s\t%s\t%s\t%s\t%d người có địa chỉ thư\n", x.Round.ID(), x.Unit.Code, x.Unit.Name, x.Occasion.Label(), x.Todo(), x.Addresses())
	}
	fmt.Fprintf(t.out, "%d đơn vị sẽ được đôn đốc lúc này (%s).\n", len(due), kpi.FormatTime(a.Now()))
	return nil
}
