package main

import (
	"net"
	"path/filepath"
	"testing"
)

// With a configuration the doctor looks at the address and the certificate as well.
func TestDoctor_Network(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chiso(t, "", "tls", "init", "--host", "chiso.test", "--out", dir).exits(exitOK)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := initialised(t)
	text := "data: " + data + "\ntls_cert: " + filepath.Join(dir, serverCertName) + "\ntls_key: " + filepath.Join(dir, serverKeyName) + "\nbackup:\n  dir: " + t.TempDir() + "\nlisten: "
	busy, free := write(t, "config.yaml", text+taken.Addr().String()+"\n"), write(t, "config.yaml", text+"127.0.0.1:0\n")
	chiso(t, "", "doctor", "--config", busy).exits(exitRefused).prints("Cổng phục vụ: Không mở được "+taken.Addr().String(), "Chứng thư: Dùng đến")
	chiso(t, "", "backup", "--config", free).exits(exitOK)
	chiso(t, "", "doctor", "--config", free).exits(exitOK).prints("ĐẠT       Cổng phục vụ", "Sao lưu: Bản mới nhất là", "vừa mở ra đọc hết")
}
