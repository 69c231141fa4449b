//go:build !windows

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	account "os/user"
	"path/filepath"
	"strconv"
)

// execute runs the command line. The service manager stops a process by a signal, which every command knows.
func execute(args []string, t terminal) int { return run(args, t) }

// beforeInstall makes the account of the service where it is missing.
func beforeInstall() error {
	_, err := account.Lookup(serviceName)
	if _, missing := errors.AsType[account.UnknownUserError](err); !missing {
		return err
	}
	out, err := exec.Command("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/chiso", "--shell", "/usr/sbin/nologin", serviceName).CombinedOutput()
	if err != nil {
		return fmt.Errorf("useradd: %w: %s", err, out)
	}
	return nil
}

// grantFolders gives the folders that the service writes to its account, and lets it read its configuration and keys.
func grantFolders(path string, c config) error {
	u, err := account.Lookup(serviceName)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	dirs := c.folders(filepath.Dir(path))
	if err := makeFolders(dirs); err != nil {
		return err
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(name, uid, gid)
		})
		if err != nil {
			return err
		}
	}
	for _, name := range []string{path, c.TLSCert, c.TLSKey, c.KeyFile} {
		if name == "" {
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), name)
		}
		if err := os.Chown(name, -1, gid); err != nil {
			return err
		}
		if err := os.Chmod(name, 0o640); err != nil {
			return err
		}
	}
	return nil
}
