package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// passphrase is the password of the accounts that these tests make.
const passphrase = "bon con suoi chay ve dong"

// outcome is how a command line ended.
type outcome struct {
	t        testing.TB
	code     int
	out, err string
}

// chiso runs a command line in this process, with stdin on its standard input.
func chiso(t testing.TB, stdin string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(args, terminal{in: strings.NewReader(stdin), out: &out, err: &errs})
	return outcome{t, code, out.String(), errs.String()}
}

// exits fails the test unless the command ended with the code.
func (o outcome) exits(code int) outcome {
	o.t.Helper()
	if o.code != code {
		o.t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", o.code, code, o.out, o.err)
	}
	return o
}

// prints fails the test unless each text is on standard output.
func (o outcome) prints(texts ...string) outcome {
	o.t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.out, text) {
			o.t.Errorf("stdout lacks %q:\n%s", text, o.out)
		}
	}
	return o
}

// complains fails the test unless each text is on standard error.
func (o outcome) complains(texts ...string) outcome {
	o.t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.err, text) {
			o.t.Errorf("stderr lacks %q:\n%s", text, o.err)
		}
	}
	return o
}

// initialised returns a new data folder whose only account is the admin «quantri».
func initialised(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	chiso(t, passphrase+"\n", "init", "--data", dir, "--admin", "quantri", "--password-stdin").exits(exitOK)
	return dir
}

func TestRun_Help(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"help", "-h", "--help"} {
		o := chiso(t, "", word).exits(exitOK).prints("Các lệnh:", "Mã thoát:")
		for _, c := range commands() {
			o.prints("chiso "+c.name, c.does)
		}
	}
	if o := chiso(t, "").exits(exitUsage); !strings.Contains(o.out, "Các lệnh:") {
		t.Errorf("without arguments the commands are not listed: %q", o.out)
	}
}

func TestRun_HelpOfEachCommand(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		args := []string{c.name, "--help"}
		if c.name == "user" {
			args = []string{"user", "add", "--help"}
		}
		chiso(t, "", args...).exits(exitOK).prints("Cách dùng: chiso "+c.name, c.does)
	}
}

// A wrong command line exits 2, says in Vietnamese what is wrong with it, and touches no data.
func TestRun_WrongUsage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args, says string
	}{
		{"nhap", "không có lệnh «nhap»"},
		{"serve", "cần cờ --config"},
		{"serve --port 80", "không có cờ «-port»"},
		{"serve --config", "cờ «-config» cần một giá trị"},
		{"serve --config a.yaml b.yaml", "thừa tham số «b.yaml»"},
		{"init", "cần cờ --data"},
		{"init --data DIR --password-stdin", "cần thêm --admin"},
		{"demo --size huge", "«huge»"},
		{"import units", "thiếu tham số"},
		{"import maps a.csv --data DIR", "«maps»"},
		{"import indicators a.xlsx --data DIR", "--set"},
		{"export consolidated --set nq57 --data DIR", "--round"},
		{"export consolidated --set nq57 --round 2026-13 --out a.xlsx --data DIR", "2026-13"},
		{"export ranking --set nq57 --round 2026-05 --out a.xlsx --data DIR", "«ranking»"},
		{"template units", "--out"},
		{"template rounds --out a.xlsx", "«rounds»"},
		{"user", "add, reset, reset-factor, disable, enable, list"},
		{"user rename an --data DIR", "«user rename»"},
		{"user add --data DIR", "thiếu tham số"},
		{"user list an --data DIR", "thừa tham số «an»"},
		{"version now", "thừa tham số «now»"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			args := strings.Fields(strings.ReplaceAll(tt.args, "DIR", dir))
			chiso(t, "", args...).exits(exitUsage).complains("chiso", tt.says)
			if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) > 0 {
				t.Errorf("the refused command made %v", files)
			}
		})
	}
}

func TestRun_Version(t *testing.T) {
	t.Parallel()
	if o := chiso(t, "", "version").exits(exitOK); o.out != "chiso "+version+"\n" {
		t.Errorf("got %q", o.out)
	}
}
