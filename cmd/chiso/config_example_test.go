package main

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// structKeys lists the keys of a configuration struct with the path of each.
func structKeys(path string, typ reflect.Type) (list []string) {
	for field := range typ.Fields() {
		key := path + field.Tag.Get("yaml")
		list = append(list, key)
		if field.Type.Kind() == reflect.Struct {
			list = append(list, structKeys(key+".", field.Type)...)
		}
	}
	return list
}

// The example has every key that the program knows and no other, each explained above it, each with the value that holds
// without it; only the name of the province is an example.
func TestConfig_ExampleIsWhole(t *testing.T) {
	t.Parallel()
	const path = "../../config.example.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keysOf(text)
	if err != nil {
		t.Fatal(err)
	}
	want := structKeys("", reflect.TypeFor[config]())
	for key := range keys.line {
		if !slices.Contains(want, key) {
			t.Errorf("the example has %s, which the program does not know", key)
		}
	}
	lines := strings.Split(string(text), "\n")
	for _, key := range want {
		line := keys.line[key]
		if line == 0 {
			t.Errorf("the example lacks %s", key)
		} else if above := strings.TrimSpace(lines[line-2]); !strings.HasPrefix(above, "# ") {
			t.Errorf("%s is not explained", key)
		}
	}
	c := defaults()
	c.Province = "Tỉnh Đắk Lắk"
	var example config
	if err := yaml.Unmarshal(text, &example); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(example, c) {
		t.Errorf("the example says\n%+v\nwithout it holds\n%+v", example, c)
	}
}

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chiso(t, "", "tls", "init", "--host", "chiso.test", "--out", dir+"/tls").exits(exitOK)
	good := write(t, "config.yaml", "data: "+dir+"/data\nlisten: 0.0.0.0:8443\ntls_cert: "+dir+"/tls/server.crt\ntls_key: "+dir+"/tls/server.key\n")
	chiso(t, "", "config", "check", "--config", good).exits(exitOK).prints("đúng", "0.0.0.0:8443 (https)", "chiso init --data "+dir+"/data")
	tests := []struct {
		name, text string
		says       []string
	}{
		{"unknown key", "data: x\ndta: y\n", []string{"dòng 2, khóa dta: không có khóa này"}},
		{"unknown key in a part", "backup:\n  when: x\n", []string{"dòng 2, khóa backup.when"}},
		{"wrong type", "hosts: 5\n", []string{"dòng 1, khóa hosts: giá trị «5» không đúng kiểu, cần một danh sách"}},
		{"word for a number", "log:\n  keep: nhiều\n", []string{"dòng 2, khóa log.keep: giá trị «nhiều»", "số nguyên"}},
		{"twice", "data: x\ndata: y\n", []string{"dòng 2, khóa data: đã ghi ở dòng 1"}},
		{"no yaml", "data: x\nlisten: [\n", []string{"dòng ", "không đọc được"}},
		{"two values", "\nlisten: x\nbackup:\n  at: 25:00\n", []string{"dòng 2, khóa listen: ", "dòng 4, khóa backup.at: "}},
		{"default that does not fit", "tls_key: a.pem\n", []string{"khóa tls_cert: cần cả"}},
		{"host with scheme", "hosts: [https://a.vn]\n", []string{"dòng 1, khóa hosts"}},
		{"proxy", "trusted_proxies: [nginx]\n", []string{"khóa trusted_proxies: «nginx»"}},
		{"network", "trusted_networks: [10.0.0.0/33]\n", []string{"dòng 1, khóa trusted_networks: «10.0.0.0/33»"}},
		{"network without codes", "second_factor: off\ntrusted_networks: [10.0.0.0/8]\n", []string{"dòng 2, khóa trusted_networks: chỉ dùng khi"}},
		{"network behind an unknown proxy", "behind_tls_proxy: true\ntrusted_networks: [10.0.0.1]\n", []string{"dòng 2, khóa trusted_networks: cần khai cả trusted_proxies"}},
		{"metrics for everybody", "metrics: 0.0.0.0:9157\n", []string{"dòng 1, khóa metrics"}},
		{"no room for the log", "log:\n  size_mb: 0\n", []string{"khóa log.size_mb"}},
		{"certificate that is not there", "tls_cert: khong-co.pem\ntls_key: khong-co.key\n", []string{"dòng 1, khóa tls_cert: ", "khong-co.pem"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "config.yaml", tt.text)
			chiso(t, "", "config", "check", "--config", path).exits(exitRefused).complains(append(tt.says, path)...)
		})
	}
	chiso(t, "", "config", "show").exits(exitUsage).complains("«config show»")
	chiso(t, "", "config", "check", "--config", dir+"/nope.yaml").exits(exitRefused).complains("nope.yaml")
}
