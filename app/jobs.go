package app

import (
	"context"
	"time"
)

// jobEvery is the rhythm of what the server does by itself.
const jobEvery = 5 * time.Minute

// Jobs runs the server's own work until ctx ends: it forgets what has expired. A job that was missed opens or closes
// nothing: dates decide that.
func (a *App) Jobs(ctx context.Context) {
	tick := time.NewTicker(jobEvery)
	defer tick.Stop()
	for {
		if err := a.Sweep(); err != nil {
			a.log.Error("sweep", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
