package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/app"
)

func TestKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chiso(t, "", "key", "rotate", "--data", dir).exits(exitRefused).complains("chưa có số liệu")
	chiso(t, passphrase+"\n", "init", "--data", dir, "--admin", "quantri", "--password-stdin").exits(exitOK)
	chiso(t, "", "key", "rotate", "--data", dir).exits(exitOK).prints("0 mục", app.KeyFileName)
	before := keysIn(t, dir)
	chiso(t, "", "key", "rotate", "--data", dir).exits(exitOK)
	if after := keysIn(t, dir); len(after) != len(before)+1 || after[1] != before[0] {
		t.Errorf("%d keys after %d: want one more, before the others", len(after), len(before))
	}
	chiso(t, "", "key").exits(exitUsage)
	chiso(t, "", "key", "show").exits(exitUsage)
	chiso(t, "", "key", "rotate", "--data", dir, "--config", "x").exits(exitUsage)
}

func keysIn(t *testing.T, dir string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, app.KeyFileName))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(strings.ReplaceAll(string(b), " ", "="))
}
