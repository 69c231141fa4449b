package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

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
	from := f.String("from", "", "")
	to := f.String("to", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	switch {
	case rest[0] == "events":
		return exportEvents(t, *dir, *from, *to, *out)
	case rest[0] != "consolidated":
		return badUsage("xuất được consolidated, events, không có «%s».", kpi.Clip(rest[0], 20))
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

// exportEvents writes the log of some days, both included.
func exportEvents(t terminal, dir, from, to, out string) error {
	first, err1 := time.ParseInLocation(time.DateOnly, from, kpi.Location)
	last, err2 := time.ParseInLocation(time.DateOnly, to, kpi.Location)
	switch {
	case out == "":
		return badUsage("cần cờ --out.")
	case err1 != nil || err2 != nil || last.Before(first):
		return badUsage("--from và --to phải là ngày dạng 2026-12-31, --from không muộn hơn --to.")
	}
	return withData(dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		var n int
		var checkpoint string
		err := writeWith(t, out, func(w io.Writer) (err error) {
			n, checkpoint, err = a.ExportEvents(a.System(), app.EventFilter{From: first, To: last.AddDate(0, 0, 1)}, w)
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%d mục nhật ký. Mã kiểm tra toàn bộ nhật ký: %s\n", n, checkpoint)
		return nil
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

// writeFile writes a whole file.
func writeFile(t terminal, path string, data []byte) error {
	return writeWith(t, path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// writeWith writes beside the target and renames, so that a file of that name is always whole.
func writeWith(t terminal, path string, fill func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".chiso-*")
	if err != nil {
		return kpi.Errorf(kpi.Invalid, "Không ghi được tệp %s: %v", path, err)
	}
	w := bufio.NewWriter(tmp)
	err = fill(w)
	if err == nil {
		err = w.Flush()
	}
	info, statErr := tmp.Stat()
	err = errors.Join(err, statErr, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the first one
		return kpi.Errorf(kpi.Invalid, "Không ghi được tệp %s: %v", path, err)
	}
	fmt.Fprintf(t.out, "Đã ghi %s (%d byte).\n", path, info.Size())
	return nil
}
