//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// Under a service manager it alone stops the server: Windows sends SIGTERM also when somebody signs out.
func TestService_SignOut(t *testing.T) { //nolint:paralleltest // the signal goes to the whole process
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGTERM)
	defer signal.Stop(got)
	manager, end := context.WithCancel(t.Context())
	managed, stop := terminal{ctx: manager}.untilStopped()
	defer stop()
	alone, stop := terminal{}.untilStopped()
	defer stop()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-got
	<-alone.Done()
	if managed.Err() != nil {
		t.Error("SIGTERM stops the server of a service manager")
	}
	end()
	<-managed.Done()
}
