package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"chiso/app"
	"chiso/store"

	"filippo.io/age"
)

// backedUp backs the data folder up and returns the backup's.
func backedUp(t *testing.T, data string) (dir string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "backup")
	chiso(t, "", "backup", "--data", data, "--out", out).exits(exitOK).prints("Đã sao lưu và kiểm chứng: " + out)
	list, err := filepath.Glob(filepath.Join(out, "chiso-*"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[0]
}

// An officer backs up, checks, restores into a new folder and looks it over, with nothing but the commands.
func TestBackup_Drill(t *testing.T) {
	t.Parallel()
	data := demoCopy(t)
	dir := backedUp(t, data)
	chiso(t, "", "verify", dir).exits(exitOK).prints("nguyên vẹn", "Số liệu mở được và khớp", "Mốc đối chiếu")
	chiso(t, "", "doctor", "--data", data).exits(exitOK).prints("ĐẠT       Tệp số liệu", "ĐẠT       Nhật ký", "ĐẠT       Đồng hồ", "ĐẠT       Tệp đính kèm")
	to := filepath.Join(t.TempDir(), "moi")
	chiso(t, "", "restore", dir, "--data", to).exits(exitOK).prints("Đã khôi phục "+to, "Mọi phiên đăng nhập đã kết thúc")
	if err := store.KeepAs(filepath.Join(data, app.KeyFileName), filepath.Join(to, app.KeyFileName)); err != nil { // kept elsewhere, as the officer is told to
		t.Fatal(err)
	}
	chiso(t, "", "doctor", "--data", to).exits(exitOK)
	chiso(t, "", "restore", dir, "--data", to).exits(exitOK).prints("Số liệu trước đó giữ ở " + filepath.Join(to, "chiso.db.cu-"))
	if o := chiso(t, "", "user", "list", "--data", to).exits(exitOK); !strings.Contains(o.out, "quantri") {
		t.Errorf("accounts of the restored folder: %s", o.out)
	}
}

func TestBackup_Refusals(t *testing.T) {
	t.Parallel()
	data := initialised(t)
	dir := backedUp(t, data)
	empty := t.TempDir()
	held := sharedDemo(t).dir
	for _, tt := range []struct {
		name string
		code int
		says string
		args []string
	}{
		{"backup of a running server", exitHeld, "«Sao lưu ngay»", []string{"backup", "--data", held, "--out", t.TempDir()}},
		{"restore into a running server", exitHeld, "đang được một chương trình chiso khác sử dụng", []string{"restore", dir, "--data", held}},
		{"doctor on a running server", exitHeld, "đang được một chương trình chiso khác sử dụng", []string{"doctor", "--data", held}},
		{"backup into the data", exitRefused, "phải nằm ngoài thư mục số liệu", []string{"backup", "--data", data, "--out", filepath.Join(data, "x")}},
		{"backup of nothing", exitRefused, "chưa có số liệu", []string{"backup", "--data", empty, "--out", t.TempDir()}},
		{"verify of nothing", exitRefused, "không phải là bản sao lưu", []string{"verify", empty}},
		{"restore of nothing", exitRefused, "không phải là bản sao lưu", []string{"restore", empty, "--data", data}},
		{"doctor on nothing", exitRefused, "Không đọc được tệp số liệu", []string{"doctor", "--data", empty}},
		{"a key that is none", exitRefused, "không phải là tệp khóa riêng", []string{"verify", dir, "--key", write(t, "khoa.txt", "abc")}},
		{"a key that is not there", exitRefused, "Không đọc được tệp khóa", []string{"restore", dir, "--data", data, "--key", filepath.Join(empty, "khoa")}},
		{"restore without data", exitUsage, "cần cờ --data", []string{"restore", dir}},
		{"verify without folder", exitUsage, "thiếu tham số", []string{"verify"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			chiso(t, "", tt.args...).exits(tt.code).complains(tt.says)
		})
	}
}

// The shipped program checks in a process of its own, and words whatever the damage is: a torn page can end the process that
// reads it.
func TestVerify_DamagedDatabase(t *testing.T) {
	t.Parallel()
	data := demoCopy(t)
	dir := backedUp(t, data)
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "chiso.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(b []byte) []byte{
		"cut":          func(b []byte) []byte { return b[:len(b)/3] },
		"zeroed pages": func(b []byte) []byte { clear(b[len(b)/4 : len(b)/4+20*4096]); return b },
		"noise": func(b []byte) []byte {
			for i := 3 * 4096; i < len(b); i += 777 {
				b[i] ^= 0xa5
			}
			return b
		},
		"pointers into nowhere": func(b []byte) []byte {
			for i := 3 * 4096; i < len(b); i += 4096 {
				for j := i + 16; j < i+64; j++ {
					b[j] = 0xff
				}
			}
			return b
		},
	} {
		if err := os.WriteFile(path, spoil([]byte(string(whole))), 0o600); err != nil {
			t.Fatal(err)
		}
		o := runProgram(t, program, "doctor", "--data", data).exits(exitRefused)
		o.prints("Lỗi       Tệp số liệu: ", "chiso restore THƯ-MỤC-SAO-LƯU --data "+data)
		if strings.Contains(o.out+o.err, "goroutine") {
			t.Errorf("%s: a trace instead of a sentence:\n%s%s", name, o.out, o.err)
		}
	}
	// It is not served either, and the way back is named.
	if err := os.WriteFile(path, whole[:len(whole)/3], 0o600); err != nil {
		t.Fatal(err)
	}
	config := write(t, "config.yaml", "data: "+data+"\nlisten: 127.0.0.1:0\nbackup:\n  dir: "+filepath.Dir(dir)+"\n")
	down := serveProgram(t, program, config)
	if status, page := down.get("/"); status != http.StatusServiceUnavailable || !strings.Contains(page, "hỏng hoặc bị cắt ngắn") || !strings.Contains(page, "chiso restore "+dir+" --data "+data) {
		t.Errorf("%d %s", status, page)
	}
	down.stops(exitRefused).complains("hỏng hoặc bị cắt ngắn", "chiso restore "+dir+" --data "+data)
	runProgram(t, program, "restore", dir, "--data", data).exits(exitOK)
	runProgram(t, program, "doctor", "--data", data).exits(exitOK)
}

// The configured server makes the first backup by itself, keeps the configuration along without its secrets, and says so in
// its health.
func TestServe_NightlyBackup(t *testing.T) {
	t.Parallel()
	data := initialised(t)
	out := filepath.Join(t.TempDir(), "backup")
	config := write(t, "config.yaml", "data: "+data+"\nlisten: 127.0.0.1:0\nbackup:\n  dir: "+out+" # ổ đĩa thứ hai\n")
	srv, err := start("serve", "--config", config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := srv.stop(); err != nil {
			t.Error(err)
		}
	}()
	var made []string
	for end := time.Now().Add(patience); len(made) == 0 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		made, _ = filepath.Glob(filepath.Join(out, "chiso-*"))
	}
	if len(made) != 1 {
		t.Fatalf("made %v\n%s", made, srv.log)
	}
	program, err := shared.program()
	if err != nil {
		t.Fatal(err)
	}
	runProgram(t, program, "verify", made[0]).exits(exitOK).prints("Số liệu mở được và khớp")
	kept, err := os.ReadFile(filepath.Join(made[0], "config.yaml"))
	if err != nil || !strings.Contains(string(kept), "# ổ đĩa thứ hai") {
		t.Errorf("configuration %q, %v", kept, err)
	}
	res, err := http.Get(srv.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var health struct {
		Status string
		Backup struct {
			Last time.Time
			Late bool
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&health); err != nil || health.Status != "ok" || health.Backup.Last.IsZero() || health.Backup.Late {
		t.Errorf("health %+v, %v", health, err)
	}
}

func TestWithoutSecrets(t *testing.T) {
	t.Parallel()
	text := `# cấu hình
data: /srv/chiso
mail:
  host: smtp.example.vn
  password: "rat bi mat"   # của hộp thư
  auth: {user: chiso, Token: bi-mat-2}
metrics:
  - name: a
    api_key: bi-mat-3
secret: [bi-mat-4, bi-mat-5]
tls_key: /etc/chiso/key.pem
`
	got := string(withoutSecrets([]byte(text)))
	if regexp.MustCompile(`b[ií][ -]m[aậ]t`).MatchString(got) {
		t.Errorf("a secret is kept:\n%s", got)
	}
	for _, want := range []string{"# cấu hình", "data: /srv/chiso", "host: smtp.example.vn", "user: chiso", "name: a", "tls_key: /etc/chiso/key.pem", `password: ""`} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is lost:\n%s", want, got)
		}
	}
	if got := withoutSecrets([]byte("data: [\n")); got != nil {
		t.Errorf("what cannot be read is kept: %q", got)
	}
}

func TestConfig_Backup(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	c, err := readConfig(write(t, "config.yaml", "data: /srv/chiso/data\nbackup:\n  at: \"23:30\"\n  keep: {days: 3}\n  age_recipient: "+key.Recipient().String()+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := c.Backup.plan(c.Data, nil)
	if !p.Nightly || p.At != 23*time.Hour+30*time.Minute || p.Dir != "/srv/chiso/backup" || p.Keep.Days != 3 || p.Keep.Weeks != 8 || p.Recipient == "" {
		t.Errorf("plan %+v", p)
	}
	c, err = readConfig(write(t, "config.yaml", "backup:\n  at: \"\"\n"))
	if err != nil || c.Backup.plan(c.Data, nil).Nightly || c.Backup.plan(c.Data, nil).Dir != "backup" {
		t.Errorf("without an hour: %+v, %v", c.Backup, err)
	}
	for text, says := range map[string]string{
		"backup:\n  at: \"2h\"\n":                  "khóa backup.at",
		"backup:\n  at: \"24:00\"\n":               "khóa backup.at",
		"backup:\n  keep: {days: -1}\n":            "khóa backup.keep",
		"backup:\n  dir: data/backup\n":            "khóa backup.dir",
		"backup:\n  dir: data\n":                   "khóa backup.dir",
		"backup:\n  second: ./data/x\n":            "khóa backup.second",
		"backup:\n  age_recipient: ssh-rsa\n":      "khóa backup.age_recipient",
		"backup:\n  recipient: age1\n":             "recipient",
		"backup:\n  keep: {day: 1}\n":              "day",
		"backup:\n  hour: \"02:00\"\ndata: data\n": "hour",
	} {
		if _, err := readConfig(write(t, "config.yaml", text)); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "main.") {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

// runProgram runs the shipped program.
func runProgram(t *testing.T, program string, args ...string) outcome {
	t.Helper()
	var out, errs strings.Builder
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	} else if ok {
		return outcome{t, exit.ExitCode(), out.String(), errs.String()}
	}
	return outcome{t, 0, out.String(), errs.String()}
}
