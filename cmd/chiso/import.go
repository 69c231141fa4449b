package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

func importFile(t terminal, args []string) error {
	f := flags("import")
	dir := f.String("data", "data", "")
	set := f.String("set", "", "")
	name := f.String("name", "", "")
	dry := f.Bool("dry-run", false, "")
	rest, err := parseMany(f, args)
	if err == nil && len(rest) > 0 && rest[0] == "guidance" {
		return importGuidance(t, rest[1:], *dir, *dry)
	}
	if rest, err = parse(f, args, 2); err != nil {
		return err
	}
	what, path := rest[0], rest[1]
	switch {
	case !slices.Contains([]string{"units", "indicators", "users"}, what):
		return badUsage("nạp được units, indicators, users hoặc guidance, không có «%s».", kpi.Clip(what, 20))
	case what == "indicators" && *set == "":
		return badUsage("nạp bộ chỉ số cần cờ --set, ví dụ --set nq57.")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return kpi.Errorf(kpi.Invalid, "Không đọc được tệp %s: %v", path, err)
	}
	file := app.ImportFile{Name: filepath.Base(path), Data: data, Set: *set, SetName: *name}
	return withData(*dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		actor := a.System()
		if *dry {
			plan, err := a.PlanImport(actor, what, file)
			if err != nil {
				return inFile(file.Name, err)
			}
			printPlan(t, plan)
			if plan.Refused > 0 {
				return kpi.Errorf(kpi.Invalid, "Tệp %s có %d dòng bị từ chối; chưa ghi gì.", file.Name, plan.Refused)
			}
			fmt.Fprintln(t.out, "Chạy thử: chưa ghi gì. Bỏ --dry-run để ghi.")
			return nil
		}
		plan, codes, err := a.Import(actor, what, file)
		printPlan(t, plan)
		if err != nil {
			return inFile(file.Name, err)
		}
		printCodes(t, codes)
		return nil
	})
}

// inFile names the file in a refusal whose sentence does not: on a page it stands beside the file.
func inFile(name string, err error) error {
	if kind := kpi.KindOf(err); kind != 0 && !strings.Contains(err.Error(), name) {
		return kpi.Errorf(kind, "Tệp %s: %s", name, err)
	}
	return err
}

// printPlan prints one line per row of the file that is not simply left as it is, then the totals.
func printPlan(t terminal, p app.ImportPlan) {
	for _, n := range p.Notes {
		fmt.Fprintln(t.out, "Lưu ý:", n)
	}
	for _, l := range p.Lines {
		if l.Outcome == app.ImportLeft && len(l.Flags) == 0 {
			continue
		}
		at := fmt.Sprintf("trang «%s» dòng %d", l.Sheet, l.Row)
		if l.Column != "" {
			at += " cột " + l.Column
		}
		fmt.Fprintf(t.out, "%s: %s %s %s", l.Outcome.Label(), at, l.Code, kpi.Clip(l.Name, 60))
		if l.Text != "" {
			fmt.Fprint(t.out, " – ", l.Text)
		}
		if len(l.Flags) > 0 {
			fmt.Fprint(t.out, " [cần xác nhận: ", strings.Join(l.Flags, "; "), "]")
		}
		fmt.Fprintln(t.out)
	}
	if len(p.Lines) > 0 {
		fmt.Fprintf(t.out, "%s: thêm %d, sửa %d, giữ nguyên %d, từ chối %d.\n", p.File, p.Added, p.Changed, p.Left, p.Refused)
	}
}

func printCodes(t terminal, codes map[string]string) {
	logins := make([]string, 0, len(codes))
	for login := range codes {
		logins = append(logins, login)
	}
	slices.Sort(logins)
	for i, login := range logins {
		if i == 0 {
			fmt.Fprintln(t.out, "Mật khẩu dùng một lần (chỉ hiện lần này):")
		}
		fmt.Fprintf(t.out, "  %s\t%s\n", login, codes[login])
	}
}
