package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"chiso/app"
	"chiso/app/kpi"

	"golang.org/x/term"
)

func initialise(t terminal, args []string) error {
	f := flags("init")
	dir := f.String("data", "", "")
	admin := f.String("admin", "", "")
	stdin := f.Bool("password-stdin", false, "")
	web := f.Bool("web", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	switch {
	case *dir == "":
		return badUsage("cần cờ --data.")
	case *web && (*stdin || *admin != ""):
		return badUsage("cờ --web để tạo tài khoản quản trị trên trang web, không dùng cùng --admin.")
	case *stdin && *admin == "":
		return badUsage("cờ --password-stdin cần thêm --admin.")
	}
	return withApp(*dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		if has, err := a.HasUsers(); err != nil {
			return err
		} else if has {
			return kpi.Errorf(kpi.Conflict, "Thư mục %s đã có tài khoản. Dùng «chiso user» để thêm hoặc cấp lại mật khẩu.", *dir)
		}
		if *web {
			_, err := fmt.Fprintf(t.out, "Đã tạo thư mục số liệu %s. Khi dịch vụ chạy, mã khởi tạo hiện ở màn hình điều khiển và nhật ký dịch vụ; mở trang web và nhập mã đó trong 10 phút để tạo tài khoản quản trị.\n", *dir)
			return err
		}
		in := bufio.NewReader(t.in)
		login := *admin
		if login == "" {
			login = ask(t, in, "Tên đăng nhập của người quản trị: ")
		}
		password, err := newPassword(t, in, *stdin)
		if err != nil {
			return err
		}
		if err := a.InitAdmin(a.System(), login, "Quản trị hệ thống", password); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "Đã tạo thư mục số liệu %s và tài khoản quản trị «%s».\nBước sau: chép config.example.yaml thành config.yaml, sửa cho đúng, rồi chạy «chiso serve --config config.yaml».\n", *dir, login)
		return nil
	})
}

func ask(t terminal, in *bufio.Reader, question string) string {
	fmt.Fprint(t.out, question)
	line, err := in.ReadString('\n')
	if err != nil && line == "" {
		return ""
	}
	return strings.TrimSpace(line)
}

// newPassword reads a password: all of standard input for scripts, or twice from the terminal without showing it.
func newPassword(t terminal, in *bufio.Reader, whole bool) (string, error) {
	if whole {
		b, err := io.ReadAll(io.LimitReader(in, 4096))
		if err != nil {
			return "", fmt.Errorf("read password: %w", err)
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	first, err := secret(t, in, "Mật khẩu (từ 15 ký tự): ")
	if err != nil {
		return "", err
	}
	second, err := secret(t, in, "Ghi lại mật khẩu: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", kpi.Errorf(kpi.Invalid, "Hai lần ghi mật khẩu không giống nhau.")
	}
	return first, nil
}

// secret asks for a line that is not shown while it is typed on a terminal.
func secret(t terminal, in *bufio.Reader, question string) (string, error) {
	file, ok := t.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return ask(t, in, question), nil
	}
	fmt.Fprint(t.out, question)
	b, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(t.out)
	return string(b), err
}
