package store

import (
	"io"
	"os"
	"sync/atomic"
	"time"
)

const (
	syncPart   = 512 << 10
	syncPause  = 4 * time.Millisecond
	stretch    = time.Millisecond // of work, at least, between two rests
	restFactor = 3
	copyFactor = 1                     // see copyDatabase
	longRest   = 10 * time.Millisecond // a slow disk or a busy machine must not make a backup endless
)

// pace spreads long work out in short stretches with rests up to factor times as long, so that those who save meanwhile find the
// disk and a processor free. Where nobody saves there is no rest.
type pace struct {
	saved  *atomic.Int64 // when somebody last saved, in Unix microseconds
	factor time.Duration
	since  time.Time
}

func newPace(saved *atomic.Int64, factor time.Duration) *pace {
	return &pace{saved, factor, time.Now()}
}

func (p *pace) rest() {
	worked := time.Since(p.since)
	if worked < stretch {
		return
	}
	if time.Since(time.UnixMicro(p.saved.Load())) < time.Second {
		time.Sleep(min(p.factor*worked, longRest))
	}
	p.since = time.Now()
}

// Unhurried gives what r gives, and rests between two reads as long as others save.
func (s *Store) Unhurried(r io.Reader) io.Reader {
	return &unhurried{r, newPace(&s.written, restFactor)}
}

type unhurried struct {
	r    io.Reader
	pace *pace
}

func (u *unhurried) Read(p []byte) (int, error) {
	u.pace.rest()
	return u.r.Read(p)
}

// pacedWriter writes to w and rests between two writes.
type pacedWriter struct {
	w    io.Writer
	pace *pace
}

func (p *pacedWriter) Write(b []byte) (int, error) {
	p.pace.rest()
	return p.w.Write(b)
}

// SyncFile makes what was written to a file of any size durable. It writes a part at a time: who saves in the meantime
// waits for a part, not for the whole file.
func SyncFile(f *os.File) error { return syncParts(f, func() { time.Sleep(syncPause) }) }

// syncParts is SyncFile with a rest after each part.
func syncParts(f *os.File, rest func()) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	for at := int64(0); info.Size() > syncPart && at < info.Size() && syncRange(f, at, syncPart); at += syncPart {
		rest()
	}
	return f.Sync()
}
