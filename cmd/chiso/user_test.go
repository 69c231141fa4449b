package main

import (
	"regexp"
	"strings"
	"testing"
)

var reCode = regexp.MustCompile(`\b[a-z2-9]{4}(-[a-z2-9]{4}){4}\b`)

// withUnits returns a data folder with the units SYT and 22015.
func withUnits(t testing.TB) string {
	t.Helper()
	dir := initialised(t)
	path := write(t, "don-vi.csv", "Mã đơn vị,Tên đơn vị,Loại đơn vị\nSYT,Sở Y tế,\"Sở, ban, ngành\"\n22015,Ủy ban nhân dân phường Tuy Hoà,Phường\n")
	chiso(t, "", "import", "units", path, "--data", dir).exits(exitOK)
	return dir
}

func TestUser_AddResetDisableEnableList(t *testing.T) {
	t.Parallel()
	dir := withUnits(t)
	on := func(args ...string) outcome { return chiso(t, "", append(args, "--data", dir)...) }

	added := on("user", "add", "nhaplieu.syt", "--name", "Nhập liệu Sở Y tế", "--role", "clerk", "--unit", "SYT").exits(exitOK)
	first := reCode.FindString(added.out)
	if first == "" {
		t.Fatalf("no one-time code in %q", added.out)
	}
	on("user", "add", "nhaplieu.syt", "--name", "Người khác", "--role", "clerk", "--unit", "SYT").exits(exitRefused).complains("«nhaplieu.syt» đã có")

	reset := on("user", "reset", "nhaplieu.syt").exits(exitOK)
	if second := reCode.FindString(reset.out); second == "" || second == first {
		t.Errorf("reset printed %q after %q", second, first)
	}

	line := func() string {
		for l := range strings.Lines(on("user", "list").exits(exitOK).out) {
			if strings.HasPrefix(l, "nhaplieu.syt\t") {
				return strings.TrimSuffix(l, "\n")
			}
		}
		return ""
	}
	const open = "nhaplieu.syt\tNhập liệu Sở Y tế\tNhập liệu SYT"
	if got := line(); got != open {
		t.Errorf("list says %q", got)
	}
	on("user", "disable", "nhaplieu.syt").exits(exitOK)
	if got := line(); got != open+"\tđã khóa" {
		t.Errorf("after disable the list says %q", got)
	}
	on("user", "enable", "nhaplieu.syt").exits(exitOK)
	if got := line(); got != open {
		t.Errorf("after enable the list says %q", got)
	}
}

func TestUser_Refusals(t *testing.T) {
	t.Parallel()
	dir := withUnits(t)
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"unknown role", []string{"add", "an.nguyen", "--name", "An", "--role", "boss"}, "ai trò"},
		{"unknown unit", []string{"add", "an.nguyen", "--name", "An", "--role", "clerk", "--unit", "KHONGCO"}, "KHONGCO"},
		{"clerk without unit", []string{"add", "an.nguyen", "--name", "An", "--role", "clerk"}, "đơn vị"},
		{"no name", []string{"add", "an.nguyen", "--role", "leader"}, "tên"},
		{"reset of nobody", []string{"reset", "khong.ai"}, "khong.ai"},
		{"disable of nobody", []string{"disable", "khong.ai"}, "khong.ai"},
		{"the last admin", []string{"disable", "quantri"}, "quản trị"},
	}
	for _, tt := range tests { // one after the other: they share the folder
		t.Run(tt.name, func(t *testing.T) {
			chiso(t, "", append(append([]string{"user"}, tt.args...), "--data", dir)...).exits(exitRefused).complains(tt.says)
		})
	}
	if o := chiso(t, "", "user", "list", "--data", dir).exits(exitOK); strings.Count(o.out, "\n") != 1 {
		t.Errorf("accounts after refused commands: %q", o.out)
	}
}
