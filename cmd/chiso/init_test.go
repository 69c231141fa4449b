package main

import (
	"os"
	"path/filepath"
	"testing"

	"chiso/store"
)

func TestInit_MakesFolderAndAdmin(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "so-lieu", "data")
	chiso(t, passphrase+"\n", "init", "--data", dir, "--admin", "quantri", "--password-stdin").exits(exitOK).prints(dir, "«quantri»", "chiso serve")
	chiso(t, "", "user", "list", "--data", dir).exits(exitOK).prints("quantri\tQuản trị hệ thống\tQuản trị")

	info, err := os.Stat(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the database has mode %o, others can read it", mode)
	}
}

func TestInit_Asks(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	answers := "quantri\n" + passphrase + "\n" + passphrase + "\n"
	chiso(t, answers, "init", "--data", dir).exits(exitOK).prints("Tên đăng nhập của người quản trị", "Mật khẩu (từ 15 ký tự)", "Ghi lại mật khẩu")
	chiso(t, "", "user", "list", "--data", dir).exits(exitOK).prints("quantri")
}

func TestInit_Twice_Refused(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	chiso(t, passphrase+"\n", "init", "--data", dir, "--admin", "khac", "--password-stdin").exits(exitRefused).complains("đã có tài khoản", dir)
	if o := chiso(t, "", "user", "list", "--data", dir).exits(exitOK); o.out != "quantri\tQuản trị hệ thống\tQuản trị\n" {
		t.Errorf("accounts after the refused init: %q", o.out)
	}
}

func TestInit_Refusals(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, login, stdin, says string }{
		{"short password", "quantri", "ngan qua\n", "ít nhất 15"},
		{"no password", "quantri", "", "ít nhất 15"},
		{"password that repeats", "quantri", "quantri quantri quantri\n", "lặp lại"},
		{"login with spaces", "Quản Trị", passphrase + "\n", "Tên đăng nhập"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			chiso(t, tt.stdin, "init", "--data", dir, "--admin", tt.login, "--password-stdin").exits(exitRefused).complains(tt.says)
			chiso(t, passphrase+"\n", "init", "--data", dir, "--admin", "quantri", "--password-stdin").exits(exitOK)
		})
	}
	t.Run("different repetition", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "data")
		chiso(t, "quantri\n"+passphrase+"\nkhac\n", "init", "--data", dir).exits(exitRefused).complains("không giống nhau")
	})
}
