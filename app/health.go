package app

import (
	"runtime"
	"runtime/metrics"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Health tells how the server is.
type Health struct {
	Database   int64           // bytes
	Disk       store.DiskState // of the data folder
	Memory     uint64          // bytes that the process holds
	Goroutines int
	Reads      int // open read transactions
	Events     uint64
	Sessions   int  // that have not ended
	MailOn     bool // a mail server is set
	MailQueued int  // of the rounds that mails still go out for
	MailFailed int
	Backup     time.Time // the newest proven one, zero: none
	BackupLate bool
	BackupAuto bool // one is made by itself each day
	Search     SearchState
	Behind     uint64 // events that the search index has not followed yet
	Clock      ClockState
	Stopped    error // why no figures are taken, nil: they are
	Damage     Damage
	Files      FileCheck
	Journal    JournalState
}

// mailRounds is how many of the newest rounds of a set Health counts the mails of.
const mailRounds = 3

// Health returns how the server is, to the machine that asks for its metrics; pages ask SeeHealth first.
func (a *App) Health() (h Health, err error) {
	h.Memory, h.Goroutines, h.Reads = memory(), runtime.NumGoroutine(), a.store.OpenReads()
	h.Clock, h.Stopped, h.Search = a.ClockState(), a.MayWrite(), a.SearchState()
	h.Journal = a.JournalState()
	h.MailOn, h.Damage = a.mail.server.On(), a.Damage()
	if h.Database, err = a.store.Size(); err != nil {
		return h, err
	}
	if h.Disk, err = store.Disk(a.dir); err != nil {
		return h, err
	}
	if h.Files, err = a.FileCheck(); err != nil {
		return h, err
	}
	h.Backup, h.BackupLate, h.BackupAuto = a.BackupHealth()
	now := a.Now()
	err = a.store.View(func(tx *store.Tx) error {
		if h.Events, err = tx.Events(); err != nil {
			return err
		}
		h.Sessions, h.MailQueued, h.MailFailed = 0, 0, 0
		if err := tx.EachSession(func(s store.Session) {
			if now.Before(SessionEnd(s)) {
				h.Sessions++
			}
		}); err != nil {
			return err
		}
		return h.mails(tx)
	})
	if seen := a.find.seen.Load(); h.Search.Open && h.Events > seen {
		h.Behind = h.Events - seen
	}
	return h, err
}

func (h *Health) mails(tx *store.Tx) error {
	sets, err := tx.Sets()
	if err != nil {
		return err
	}
	for _, set := range sets {
		rounds, err := tx.Rounds(set.Code)
		if err != nil {
			return err
		}
		for _, r := range rounds[max(0, len(rounds)-mailRounds):] {
			mails, err := tx.Mails(set.Code, r.Month)
			if err != nil {
				return err
			}
			for _, m := range mails {
				switch {
				case m.State == kpi.MailFailed:
					h.MailFailed++
				case m.Done.IsZero():
					h.MailQueued++
				}
			}
		}
	}
	return nil
}

// memory returns the bytes that the process holds of the machine's memory, as the Go runtime counts them.
func memory() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
