//go:build !windows

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// startGently starts the command in a group of its own that gives way to others on a busy machine.
func startGently(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	if err := cmd.Start(); err != nil {
		return err
	}
	_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, 19) // one that has ended already has no priority
	return nil
}
