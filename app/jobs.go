package app

import (
	"context"
	"errors"
	"time"

	"chiso/store"
)

// jobTick is how often the server looks for work of its own.
const jobTick = time.Minute

// job is something that the server does by itself, again and again.
type job struct {
	name  string
	every time.Duration
	run   func(context.Context) error
}

func (a *App) routine() []job {
	return []job{
		{"clock", jobTick, func(context.Context) error { return a.markClock() }},
		{"sweep", 5 * time.Minute, func(context.Context) error { return a.Sweep() }},
		{"idle", time.Hour, a.DisableIdle},
		{"backup", jobTick, a.DueBackup},
		{"files", 10 * time.Minute, a.CheckFiles},
		{"open", 5 * time.Minute, a.OpenDueRounds},
		{"remind", 2 * time.Minute, func(ctx context.Context) error { _, err := a.RemindDue(ctx); return err }},
		{"mail", 2 * time.Minute, a.SendMails},
	}
}

// jobsWait reports whether the server's own work waits for a person: the clock has jumped, and what is due is not known.
func (a *App) jobsWait() bool { return a.clock.off() != 0 }

// Jobs runs the server's own work until ctx ends, one job after the other. A missed job changes no state of a
// sheet, dates decide that; a round to open or a reminder to send is made up for at the next start.
func (a *App) Jobs(ctx context.Context) {
	tick := time.NewTicker(jobTick)
	defer tick.Stop()
	for n := time.Duration(0); ; n++ {
		for _, j := range a.routine() {
			if a.jobsWait() {
				break
			}
			if n%(j.every/jobTick) != 0 {
				continue
			}
			err := j.run(ctx)
			if err == nil || ctx.Err() != nil {
				continue
			}
			a.log.Error("job", "name", j.name, "err", err)
			if errors.Is(err, store.ErrDamaged) {
				_ = a.MeetDamage(err) // nobody is there to read it
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
