package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// proof is what «chiso prove» prints: what the database holds, or where it is damaged.
type proof struct {
	Contents store.Contents `json:"contents"`
	Damage   *store.Damage  `json:"damage,omitempty"`
}

// prove reads a whole database file and prints what it found as JSON. The other commands run it in a process of its own: a
// damaged file can end the process that reads it.
func prove(t terminal, args []string) error {
	rest, err := parse(flags("prove"), args, 1)
	if err != nil {
		return err
	}
	giveWay()
	var p proof
	p.Contents, err = store.Verify(rest[0])
	if damage, ok := errors.AsType[*store.Damage](err); ok {
		p.Damage, err = damage, nil
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(t.out).Encode(p)
}

// proofTime is how long reading a whole database may take: far longer than it does, even on a slow disk.
func proofTime(path string) time.Duration {
	info, err := os.Stat(path)
	if err != nil {
		return time.Minute
	}
	return 2*time.Minute + time.Duration(info.Size()>>20)*time.Second
}

// verify returns the way to read a whole database file: in a process of its own that lets others go first, or, where the
// program does not know its own file, in this one.
func (t terminal) verify() func(context.Context, string) (store.Contents, error) {
	if t.program == "" {
		return func(_ context.Context, path string) (store.Contents, error) { return store.Verify(path) }
	}
	return func(ctx context.Context, path string) (store.Contents, error) {
		whole := ctx
		ctx, stop := context.WithTimeout(whole, proofTime(path))
		defer stop()
		cmd := exec.CommandContext(ctx, t.program, "prove", path)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := startGently(cmd); err != nil {
			return store.Contents{}, fmt.Errorf("start the check: %w", err)
		}
		err := cmd.Wait()
		exit, ended := errors.AsType[*exec.ExitError](err)
		switch {
		case whole.Err() != nil:
			return store.Contents{}, whole.Err()
		case ctx.Err() != nil: // pages that lead in a circle
			return store.Contents{}, &store.Damage{Part: store.PagesPart, Detail: "the check does not end"}
		case ended && exit.ExitCode() == exitHeld:
			return store.Contents{}, kpi.Errorf(kpi.Unavailable, "%s", bytes.TrimPrefix(bytes.TrimSpace(errs.Bytes()), []byte("chiso prove: ")))
		case ended && exit.ExitCode() == exitRefused:
			return store.Contents{}, fmt.Errorf("check %s: %s", path, bytes.TrimSpace(errs.Bytes()))
		case ended:
			first, _, _ := bytes.Cut(errs.Bytes(), []byte("\n"))
			return store.Contents{}, &store.Damage{Part: store.PagesPart, Detail: fmt.Sprintf("%v: %s", err, first)}
		case err != nil:
			return store.Contents{}, fmt.Errorf("check %s: %w", path, err)
		}
		var p proof
		if err := json.Unmarshal(out.Bytes(), &p); err != nil {
			return store.Contents{}, fmt.Errorf("check %s: %w", path, err)
		}
		if p.Damage != nil {
			return store.Contents{}, p.Damage
		}
		return p.Contents, nil
	}
}
