// Command chiso is the whole product in one file: the server, the demo, and the tools of the officer who runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// version is stamped by the build, and built, the instant of the newest change in it, RFC 3339.
var (
	version = "dev"
	built   string
)

// builtAt returns when the program was made, zero if that is not known.
func builtAt() time.Time {
	at, _ := time.Parse(time.RFC3339, built) // without a stamp: zero
	return at
}

// Exit codes, documented in the README.
const (
	exitOK      = 0
	exitRefused = 1 // the data or the request was refused; the output says why
	exitUsage   = 2 // wrong command, flag or argument
	exitHeld    = 3 // another process holds the data folder

	exitDisk = 74 // the disk failed while something was written; the server was stopped
)

// terminal is what a command reads and writes.
type terminal struct {
	ctx      context.Context // ends when the service manager wants the process to stop; nil: never
	in       io.Reader
	out, err io.Writer
	program  string // path of this program, to run it again for a check; "": checks run in this process
}

// command is one subcommand.
type command struct {
	name, args, does string
	run              func(t terminal, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "[--data THƯ-MỤC] [--listen ĐỊA-CHỈ] [--size small|province]", "chạy bản trình diễn với số liệu do máy tạo", demo},
		{"serve", "--config TỆP", "chạy hệ thống chính thức", serve},
		{"service", "install|start|stop|remove [--config TỆP]", "cài, chạy, dừng, gỡ dịch vụ của máy (systemd, Windows)", serviceCommand},
		{"config", "check [--config TỆP]", "kiểm tra tệp cấu hình: khóa, giá trị, chứng thư; không chạy gì", configCommand},
		{"tls", "init --host TÊN-MIỀN,ĐỊA-CHỈ-IP [--out THƯ-MỤC]", "tạo chứng thư gốc nội bộ và chứng thư máy chủ; chạy lại để cấp mới chứng thư máy chủ", tlsCommand},
		{"init", "--data THƯ-MỤC [--admin TÊN --password-stdin | --web]", "tạo thư mục số liệu và người quản trị đầu tiên; --web để tạo người quản trị trên trang web bằng mã khởi tạo", initialise},
		{"import", "units|indicators|users TỆP | guidance TỆP… [--data THƯ-MỤC] [--set MÃ] [--dry-run]", "nạp đơn vị, bộ chỉ số, tài khoản từ Excel hoặc CSV; văn bản hướng dẫn từ PDF, Word, Excel, văn bản", importFile},
		{"export", "consolidated --set MÃ --round 2026-05 --out TỆP.xlsx [--data THƯ-MỤC] | events --from 2026-01-01 --to 2026-12-31 --out TỆP.csv [--data THƯ-MỤC]", "xuất bảng tổng hợp ra Excel; nhật ký hệ thống ra CSV, khi dịch vụ dừng", export},
		{"template", "units|indicators|users --out TỆP.xlsx", "ghi mẫu Excel để nạp", template},
		{"user", "add|reset|reset-factor|disable|enable|list …", "quản lý tài khoản trên máy chủ", user},
		{"backup", "[--data THƯ-MỤC] [--out THƯ-MỤC] [--config TỆP]", "sao lưu và kiểm chứng khi dịch vụ dừng; khi dịch vụ chạy thì dùng trang Quản trị", backup},
		{"remind", "--config TỆP [--data THƯ-MỤC] [--dry-run]", "đôn đốc các đơn vị đến ngày đôn đốc và gửi thư đang chờ, khi dịch vụ dừng; --dry-run chỉ liệt kê", remind},
		{"verify", "THƯ-MỤC-SAO-LƯU [--key TỆP]", "kiểm tra một bản sao lưu: từng tệp, rồi số liệu bên trong", verifyBackup},
		{"restore", "THƯ-MỤC-SAO-LƯU --data THƯ-MỤC [--key TỆP] | NHẬT-KÝ-GHI-TRƯỚC --data THƯ-MỤC [--event SỐ | --at 2026-11-21T14:30]", "khôi phục một bản sao lưu, hoặc phát lại nhật ký ghi trước (backup.journal_dir) đến lúc mới nhất, đến một sự kiện hay một giờ, khi dịch vụ dừng; số liệu cũ được giữ lại", restore},
		{"doctor", "[--data THƯ-MỤC] [--config TỆP]", "khám thư mục số liệu: tệp, nhật ký, tệp đính kèm, đồng hồ, dung lượng, quyền", doctor},
		{"search", "\"NỘI DUNG\" [--limit N] [--json] [--data THƯ-MỤC]", "tìm chỉ số, đoạn văn bản, đơn vị khi dịch vụ dừng; --json in mảng kết quả", searchData},
		{"reindex", "[--data THƯ-MỤC]", "lập lại chỉ mục tìm kiếm khi dịch vụ dừng; dịch vụ tự lập lại khi cần", reindex},
		{"key", "rotate [--data THƯ-MỤC | --config TỆP]", "đổi khóa mã hóa số căn cước và xác thực hai lớp khi dịch vụ dừng; khóa cũ vẫn giữ để mở bản sao lưu cũ", key},
		{"version", "", "in phiên bản", printVersion},
	}
}

func main() {
	program, _ := os.Executable() // without it, checks run in this process
	os.Exit(execute(os.Args[1:], terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, program: program}))
}

// run executes one command line and returns the exit code.
func run(args []string, t terminal) int {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		usage(t.out)
		if len(args) == 0 {
			return exitUsage
		}
		return exitOK
	}
	for _, c := range append(commands(), command{name: "prove", args: "TỆP", run: prove}) { // the last is of use to the program itself
		if c.name != args[0] {
			continue
		}
		err := c.run(t, args[1:])
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(t.out, "Cách dùng: chiso %s %s\n  %s\n", c.name, c.args, c.does)
			return exitOK
		}
		return report(t, c, err)
	}
	fmt.Fprintf(t.err, "chiso: không có lệnh «%s». Gõ «chiso help» để xem các lệnh.\n", kpi.Clip(args[0], 40))
	return exitUsage
}

// usageError is a command line that cannot be understood.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func badUsage(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// report prints an error in one sentence and returns its exit code.
func report(t terminal, c command, err error) int {
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(t.err, "chiso %s: %s\n", c.name, err)
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(t.err, "Cách dùng: chiso %s %s\n", c.name, c.args)
		return exitUsage
	}
	if _, ok := errors.AsType[*store.DiskFailure](err); ok {
		return exitDisk
	}
	if kpi.KindOf(err) == kpi.Unavailable {
		return exitHeld
	}
	return exitRefused
}

func usage(w io.Writer) {
	fmt.Fprint(w, "chiso – hệ thống báo cáo chỉ số của tỉnh, phiên bản ", version, "\n\nCác lệnh:\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  chiso %s\n      %s\n", strings.TrimSpace(c.name+" "+c.args), c.does)
	}
	fmt.Fprint(w, "\nMã thoát: 0 xong · 1 bị từ chối, có nêu lý do · 2 sai cách dùng · 3 thư mục số liệu đang được chương trình khác dùng · 74 ổ đĩa báo lỗi khi ghi.\n")
}

func printVersion(t terminal, args []string) error {
	f := flags("version")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(t.out, "chiso", version)
	return err
}

// flags returns an empty set of flags that prints nothing by itself.
func flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads flags that stand before or after the arguments, and wants exactly want arguments.
func parse(f *flag.FlagSet, args []string, want int) ([]string, error) {
	rest, err := parseMany(f, args)
	switch {
	case err != nil:
		return nil, err
	case len(rest) < want:
		return nil, badUsage("thiếu tham số.")
	case len(rest) > want:
		return nil, badUsage("thừa tham số «%s».", kpi.Clip(rest[want], 60))
	}
	return rest, nil
}

// parseMany is parse with any number of arguments.
func parseMany(f *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, flagError(err)
		}
		args = f.Args()
		if len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, nil
}

// flagError says in Vietnamese what package flag says in English.
func flagError(err error) error {
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "flag provided but not defined: "); ok {
		return badUsage("không có cờ «%s».", name)
	}
	if name, ok := strings.CutPrefix(msg, "flag needs an argument: "); ok {
		return badUsage("cờ «%s» cần một giá trị.", name)
	}
	return badUsage("cờ không hợp lệ (%s).", msg)
}
