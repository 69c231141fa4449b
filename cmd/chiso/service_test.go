package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kardianos/service"
)

// The unit of a service elsewhere differs from the package's in three lines: what runs, where, and what it may write.
func TestService_Unit(t *testing.T) {
	t.Parallel()
	c := defaults()
	c.Backup.Dir, c.Backup.Second, c.Backup.Journal, c.Log.File = "/mnt/sao luu", "/mnt/hai", "/mnt/ghi", "log/chiso.log"
	got := strings.Split(unitFor("/opt/chi so/chiso", "/opt/chi so/100%.yaml", c), "\n")
	var changed []string
	for i, line := range strings.Split(unitFile, "\n") {
		if got[i] != line {
			changed = append(changed, got[i])
		}
	}
	want := []string{"WorkingDirectory=/opt/chi so", `ExecStart="/opt/chi so/chiso" serve --config "/opt/chi so/100%%.yaml"`,
		`ReadWritePaths="-/opt/chi so/data" "-/mnt/sao luu" "-/mnt/hai" "-/mnt/ghi" "-/opt/chi so/log"`}
	if strings.Join(changed, "\n") != strings.Join(want, "\n") {
		t.Errorf("changed lines:\n%s", strings.Join(changed, "\n"))
	}
}

// A folder that holds other things than the log is not given away.
func TestService_LogFolderOfItsOwn(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	c := defaults()
	for _, name := range []string{"log/chiso.log.1", "var/syslog"} {
		path := filepath.Join(home, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for file, ok := range map[string]bool{"": true, "log/chiso.log": true, "new/chiso.log": true, "var/chiso.log": false, "chiso.log": false, filepath.Join(home, "var", "x"): false} {
		if c.Log.File = file; (ownLogFolder(c, home) == nil) != ok {
			t.Errorf("%q taken: %v, want %v", file, !ok, ok)
		}
	}
}

func TestService_WrongUsage(t *testing.T) {
	t.Parallel()
	chiso(t, "", "service").exits(exitUsage)
	chiso(t, "", "service", "install", "now").exits(exitUsage)
}

// A service that ends while it is watched is not said to run.
func TestService_EndsAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		last service.Status
		err  error
		want bool
	}{
		{"runs on", service.StatusRunning, nil, true},
		{"has stopped", service.StatusStopped, nil, false},
		{"has failed", service.StatusUnknown, errors.New("service in failed state"), false},
	} {
		asked := 0
		status := func() (service.Status, error) {
			if asked++; asked < 3 {
				return service.StatusRunning, nil
			}
			return c.last, c.err
		}
		if got := stays(status, 40*time.Millisecond); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
