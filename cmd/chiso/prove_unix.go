//go:build !windows

package main

import (
	"os/exec"
	"syscall"
)

// startGently starts the command in a group of its own that gives way to others on a busy machine.
func startGently(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, 10) // one that has ended already has no priority
	return nil
}
