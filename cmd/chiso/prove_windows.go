package main

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// startGently starts the command so that it gives way to others on a busy machine.
func startGently(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.BELOW_NORMAL_PRIORITY_CLASS}
	return cmd.Start()
}
