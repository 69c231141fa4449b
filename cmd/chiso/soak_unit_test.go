//go:build soak && linux

package main

import (
	"context"
	"net"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// freePort returns a port that nobody listens on now.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

// TestSoakUnit lets systemd judge the protection of the unit: an exposure of at most 2.0.
func TestSoakUnit(t *testing.T) {
	out, err := exec.Command("systemd-analyze", "security", "--offline=true", "deb/chiso.service").CombinedOutput()
	m := regexp.MustCompile(`exposure level for chiso.service: ([0-9.]+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("systemd-analyze: %v\n%s", err, out)
	}
	if score, _ := strconv.ParseFloat(string(m[1]), 64); score > 2.0 {
		t.Errorf("exposure %s", m[1])
	}
	t.Logf("exposure %s", m[1])
}
