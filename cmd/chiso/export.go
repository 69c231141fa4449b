package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"chiso/app"
	"chiso/app/kpi"
)

func export(t terminal, args []string) error {
	f := flags("export")
	dir := f.String("data", "data", "")
	set := f.String("set", "", "")
	round := f.String("round", "", "")
	out := f.String("out", "", "")
	org := f.String("province", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	switch {
	case rest[0] != "consolidated":
		return badUsage("xuất được consolidated, không có «%s».", kpi.Clip(rest[0], 20))
	case *set == "" || *round == "" || *out == "":
		return badUsage("cần đủ các cờ --set, --round, --out.")
	}
	month, err := kpi.ParseMonth(*round)
	if err != nil {
		return usageError{err.Error()}
	}
	return withData(*dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		_, data, err := a.ExportTable(a.System(), *org, *set, month, false)
		if err != nil {
			return err
		}
		return writeFile(t, *out, data)
	})
}

func template(t terminal, args []string) error {
	f := flags("template")
	out := f.String("out", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains([]string{"units", "indicators", "users"}, rest[0]):
		return badUsage("có mẫu units, indicators, users, không có «%s».", kpi.Clip(rest[0], 20))
	case *out == "":
		return badUsage("cần cờ --out.")
	}
	data, err := app.New(app.Options{}).Template(rest[0])
	if err != nil {
		return err
	}
	return writeFile(t, *out, data)
}

// writeFile writes beside the target and renames, so that a file of that name is always whole.
func writeFile(t terminal, path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".chiso-*")
	if err != nil {
		return kpi.Errorf(kpi.Invalid, "Không ghi được tệp %s: %v", path, err)
	}
	_, err = tmp.Write(data)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the first one
		return kpi.Errorf(kpi.Invalid, "Không ghi được tệp %s: %v", path, err)
	}
	fmt.Fprintf(t.out, "Đã ghi %s (%d byte).\n", path, len(data))
	return nil
}
