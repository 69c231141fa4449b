package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kardianos/service"
)

// execute runs the command line, as a service where the service manager has started the process.
func execute(args []string, t terminal) int {
	if service.Interactive() {
		return run(args, t)
	}
	ctx, stop := context.WithCancel(context.Background())
	p := &program{args: args, stop: stop, ended: make(chan struct{})}
	p.terminal = terminal{ctx: ctx, in: bytes.NewReader(nil), out: &p.events, err: &p.said, program: t.program}
	s, err := service.New(p, serviceConfig(nil))
	if err == nil {
		p.events.open(s)
		err = s.Run()
	}
	if err != nil {
		p.events.failed(err.Error())
		return exitRefused
	}
	return p.code
}

// program is the server as the service manager runs it.
type program struct {
	terminal
	args   []string
	stop   context.CancelFunc
	ended  chan struct{}
	code   int
	said   tail
	events events
}

// Start starts the server. A server that ends by itself takes the process with it, so that the service manager starts it anew; what
// it said goes to the event log.
func (p *program) Start(service.Service) error {
	if len(p.args) == 3 { // serve --config FILE: relative names begin at the configuration
		if err := os.Chdir(filepath.Dir(p.args[2])); err != nil {
			return err
		}
	}
	go func() {
		p.code = run(p.args, p.terminal)
		close(p.ended)
		if p.ctx.Err() == nil {
			p.events.failed(string(p.said.text))
			os.Exit(max(p.code, exitRefused))
		}
	}()
	return nil
}

// Stop stops the server and waits for it.
func (p *program) Stop(service.Service) error {
	p.stop()
	<-p.ended
	return nil
}

// events is the event log of Windows. What the server says while it runs is written there: where it serves, and the code that makes
// the first account.
type events struct{ log service.Logger } // nil: it cannot be opened

func (e *events) open(s service.Service) {
	if log, err := s.Logger(nil); err == nil {
		e.log = log
	}
}

// Write takes a line.
func (e *events) Write(line []byte) (int, error) {
	if e.log != nil {
		_ = e.log.Info(strings.TrimSpace(string(line))) // there is no other place to say that it failed
	}
	return len(line), nil
}

// failed says why the service ends by itself.
func (e *events) failed(why string) {
	if e.log != nil {
		_ = e.log.Error("chiso: " + strings.TrimSpace(why))
	}
}

// tail keeps the last that was written to it.
type tail struct{ text []byte }

// Write takes a line.
func (t *tail) Write(line []byte) (int, error) {
	t.text = append(t.text, line...)
	t.text = t.text[max(0, len(t.text)-4096):]
	return len(line), nil
}

func beforeInstall() error { return nil }

// grantFolders lets the account of the service write its folders and read its configuration and keys, and nobody else but the system
// and the administrators: what lies under C:\ may be read by every account of the machine.
func grantFolders(path string, c config) error {
	dirs := c.folders(filepath.Dir(path))
	if err := makeFolders(dirs); err != nil {
		return err
	}
	const system, administrators = "*S-1-5-18", "*S-1-5-32-544" // their names differ from language to language
	grant := func(name, inherited, right string) error {
		full := ":" + inherited + "F"
		out, err := exec.Command("icacls", name, "/inheritance:r", "/grant:r", system+full, administrators+full,
			`NT SERVICE\`+serviceName+":"+inherited+right).CombinedOutput()
		if err != nil {
			return fmt.Errorf("icacls %s: %w: %s", name, err, out)
		}
		return nil
	}
	for _, dir := range dirs {
		if err := grant(dir, "(OI)(CI)", "M"); err != nil {
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
		if err := grant(name, "", "R"); err != nil {
			return err
		}
	}
	return nil
}
