package app

import (
	"errors"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// watch tells the time to everything that the server decides. It follows the machine's clock, never goes back, and when that clock
// jumps it goes on by itself, as a watch does, until a person says that the machine is right.
type watch struct {
	wall    func() time.Time
	elapsed func() time.Duration // since some instant, whatever happens to wall; nil: wall is believed

	mu     sync.Mutex
	at     time.Time     // the last time told …
	since  time.Duration // … when elapsed was this
	jumped time.Duration // how far wall was off when it jumped, 0 while it is believed
}

// now returns the time.
func (c *watch) now() time.Time {
	wall := c.wall().Round(0) // without the reading that does not follow the clock
	if c.elapsed == nil {
		return wall
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.elapsed()
	own := c.at.Add(e - c.since)
	off := wall.Sub(own)
	switch {
	case c.jumped != 0:
	case off > clockSlack || off < -clockSlack:
		c.jumped = off
	case wall.Before(c.at): // a little back: wait for it
		return c.at
	default:
		own = wall
	}
	c.at, c.since = own, e
	return own
}

// begin sets the clock to the machine's, or to known, an instant that has passed for certain, if the machine's lies before that.
func (c *watch) begin(known time.Time) {
	if c.elapsed == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := c.wall().Round(0) // without the reading that does not follow the clock
	c.at, c.since, c.jumped = wall, c.elapsed(), 0
	if wall.Before(known) {
		c.at = known
		if known.Sub(wall) > clockSlack {
			c.jumped = wall.Sub(known)
		}
	}
}

// believe sets the clock to the machine's, whatever that says, and returns by how much that changes it.
func (c *watch) believe() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall, e := c.wall().Round(0), c.elapsed()
	off := wall.Sub(c.at.Add(e - c.since))
	c.at, c.since, c.jumped = wall, e, 0
	return off
}

// off returns how far the machine's clock was off when it jumped, 0 while it is believed.
func (c *watch) off() time.Duration {
	c.now() // the jump may not have been seen yet
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jumped
}

// ClockState tells how the clock stands.
type ClockState struct {
	Own     time.Time     // what the server goes by
	Machine time.Time     // what the machine says
	Off     time.Duration // how far the machine was off when it jumped; 0: it is believed
}

// ClockState returns how the clock stands.
func (a *App) ClockState() ClockState {
	return ClockState{Off: a.clock.off(), Own: a.Now(), Machine: a.clock.wall().UTC()}
}

// StartClock begins to watch the machine's clock: no time before built, when the program was made, or before the newest event or
// mark can be right.
func (a *App) StartClock(built time.Time) error {
	known := built
	err := a.store.View(func(tx *store.Tx) error {
		mark, err := tx.ClockMark()
		if err != nil {
			return err
		}
		n, err := tx.Events()
		if err != nil {
			return err
		}
		if n > 0 {
			ev, err := tx.Event(n)
			if err != nil {
				return err
			}
			mark = later(mark, ev.At)
		}
		known = later(known, mark)
		return nil
	})
	if err != nil {
		return err
	}
	a.clock.begin(known)
	return nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// markClock keeps the time on the disk, so that a clock that is set back while the server is off is found. It does nothing while the
// clock is not believed.
func (a *App) markClock() error {
	if a.clock.elapsed == nil || a.clock.off() != 0 {
		return nil
	}
	now := a.Now()
	return a.store.Update(func(tx *store.Tx) error { return tx.PutClockMark(now) })
}

// BelieveClock lets the server go by the machine's clock again, after a person has looked at it.
func (a *App) BelieveClock(actor kpi.Actor) error {
	if err := kpi.May(actor.User, kpi.SeeHealth); err != nil {
		return err
	}
	if a.clock.elapsed == nil || a.clock.off() == 0 {
		return kpi.Errorf(kpi.Conflict, "Đồng hồ đang được theo bình thường; không có gì để xác nhận.")
	}
	before := a.Now()
	a.clock.believe()
	actor.At = a.Now()
	err := a.store.Update(func(tx *store.Tx) error {
		return errors.Join(tx.PutClockMark(actor.At), tx.Log(actor.Event(kpi.VerbClock, "clock", kpi.FormatTime(before), kpi.FormatTime(actor.At), "")))
	})
	return err
}
