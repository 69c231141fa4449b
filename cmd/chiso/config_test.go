package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfig_ExampleLoads(t *testing.T) {
	t.Parallel()
	c, err := readConfig("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Data == "" || c.Listen == "" || c.Province == "" {
		t.Errorf("the example leaves out what every province needs: %+v", c)
	}
	text, err := os.ReadFile("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"data", "listen", "province", "support", "hosts", "tls_cert", "tls_key", "insecure_http", "behind_tls_proxy", "trusted_proxies"} {
		if !strings.Contains(string(text), key+":") {
			t.Errorf("the example does not explain %s", key)
		}
	}
}

func TestConfig_Empty_HasDefaults(t *testing.T) {
	t.Parallel()
	c, err := readConfig(write(t, "config.yaml", "# nothing yet\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "data" || c.Listen != "127.0.0.1:8057" || c.secure() {
		t.Errorf("got %+v", c)
	}
}

// Every refusal names the file and the key.
func TestConfig_Refusals(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, says string }{
		{"unknown key", "dta: /srv/chiso\n", "dta"},
		{"wrong type", "hosts: 5\n", "dòng 1"},
		{"no yaml", "data: [\n", "config.yaml"},
		{"no folder", "data: \"\"\n", "khóa data"},
		{"no port", "listen: 127.0.0.1\n", "khóa listen"},
		{"open to the network in the clear", "listen: 0.0.0.0:8057\n", "insecure_http"},
		{"all interfaces in the clear", "listen: :8057\n", "insecure_http"},
		{"certificate without key", "tls_cert: a.pem\n", "tls_key"},
		{"key without certificate", "tls_key: a.pem\n", "tls_cert"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "config.yaml", tt.text)
			chiso(t, "", "serve", "--config", path).exits(exitRefused).complains(path, tt.says)
		})
	}
}

func TestConfig_OpenToTheNetwork(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"listen: 0.0.0.0:8057\ninsecure_http: true\n",
		"listen: 0.0.0.0:8057\nbehind_tls_proxy: true\n",
		"listen: 0.0.0.0:8443\ntls_cert: a.pem\ntls_key: b.pem\n",
		"listen: localhost:8057\n",
		"listen: \"[::1]:8057\"\n",
	} {
		if _, err := readConfig(write(t, "config.yaml", text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestConfig_Inside(t *testing.T) {
	t.Parallel()
	c := defaults()
	if c.inside() != nil {
		t.Error("addresses are told apart by default")
	}
	c.TrustedNets, c.TrustedProxies = []string{"10.0.0.0/8", "203.0.113.7"}, []string{"10.0.0.5"}
	for addr, want := range map[string]bool{"10.9.9.9": true, "203.0.113.7": true, "127.0.0.1": true, "::1": true, "10.0.0.5": false, "203.0.113.8": false, "2001:db8::1": false} {
		if got := c.inside()(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: inside %v", addr, got)
		}
	}
	c.TrustedProxies = []string{"127.0.0.1"}
	if c.inside()(netip.MustParseAddr("127.0.0.1")) {
		t.Error("a proxy on this machine that does not say for whom it asks")
	}
}

func TestConfig_Missing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	chiso(t, "", "serve", "--config", path).exits(exitRefused).complains(path)
}

// A server without accounts offers a code for the first one; this one then finds its address taken.
func TestServe_FolderWithoutAccounts(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	chiso(t, "", "init", "--data", dir, "--web").exits(exitOK).prints("mã khởi tạo")
	address := strings.TrimPrefix(sharedDemo(t).url, "http://")
	path := write(t, "config.yaml", "data: "+dir+"\nlisten: "+address+"\n")
	chiso(t, "", "serve", "--config", path).exits(exitRefused).prints("mã khởi tạo").complains(address)
}

func TestExport_Events(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	out := filepath.Join(t.TempDir(), "nhat-ky.csv")
	chiso(t, "", "export", "events", "--from", "2020-01-01", "--to", "2099-12-31", "--out", out, "--data", dir).exits(exitOK).prints("2 mục nhật ký", "Mã kiểm tra")
	b, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(b), "\ufeff\"Số\",\"Thời điểm\"") || !strings.Contains(string(b), "tài khoản quantri") {
		t.Errorf("%.200s, %v", b, err)
	}
	for _, days := range [][]string{{"--from", "x", "--to", "2026-01-01"}, {"--from", "2026-02-01", "--to", "2026-01-01"}, {}} {
		chiso(t, "", append([]string{"export", "events", "--out", out, "--data", dir}, days...)...).exits(exitUsage)
	}
}

// A slip in the name of the folder is told, and makes no new folder.
func TestCommands_FolderThatDoesNotExist(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "datta")
	config := write(t, "config.yaml", "data: "+dir+"\nlisten: 127.0.0.1:0\n")
	units := write(t, "don-vi.csv", threeUnits)
	for _, args := range [][]string{
		{"serve", "--config", config},
		{"import", "units", units, "--data", dir},
		{"export", "consolidated", "--set", "nq57", "--round", "2026-05", "--out", filepath.Join(t.TempDir(), "a.xlsx"), "--data", dir},
		{"user", "list", "--data", dir},
		{"user", "reset", "quantri", "--data", dir},
	} {
		chiso(t, "", args...).exits(exitRefused).complains("Thư mục "+dir+" chưa có số liệu", "chiso init")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a refused command made the folder")
	}
}

func TestServe_CertificateThatCannotBeRead(t *testing.T) {
	t.Parallel()
	path := write(t, "config.yaml", "data: "+initialised(t)+"\nlisten: 127.0.0.1:0\ntls_cert: khong-co.pem\ntls_key: khong-co.key\n")
	chiso(t, "", "serve", "--config", path).exits(exitRefused).complains("khong-co.pem")
}
