package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLog_Rotates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chiso.log")
	r := &rotator{path: path, limit: 100, keep: 2}
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	line := func(c string) string { return strings.Repeat(c, 59) + "\n" }
	for _, c := range []string{"a", "b", "c", "d"} {
		if _, err := r.Write([]byte(line(c))); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{path: line("d"), path + ".1": line("c"), path + ".2": line("b")} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: %.10q, %v", name, got, err)
		}
	}
	if _, err := os.Stat(path + ".3"); err == nil {
		t.Error("an older file was kept")
	}
}

// A log that cannot be begun anew for a while is written again as soon as it can.
func TestLog_FolderGoneForAWhile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "log")
	r := &rotator{path: filepath.Join(dir, "chiso.log"), limit: 10, keep: 1}
	write := func() error { _, err := r.Write([]byte("a line\n")); return err }
	for range 2 {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if write() == nil {
			t.Error("written to no folder")
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := write(); err != nil {
			t.Error(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// A restart goes on in the same file, and what is written there is JSON.
func TestLog_Appends(t *testing.T) {
	t.Parallel()
	c := logConfig{File: filepath.Join(t.TempDir(), "chiso.log"), SizeMB: 1, Keep: 1}
	for range 2 {
		log, done, err := c.open(io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("start")
		if err := done(); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(c.File); err != nil || strings.Count(string(got), `"msg":"start"`) != 2 {
		t.Errorf("%s, %v", got, err)
	}
	c.File = filepath.Join(c.File, "no")
	if _, _, err := c.open(io.Discard); err == nil {
		t.Error("a log that cannot be written is taken")
	}
}
