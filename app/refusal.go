package app

import (
	"fmt"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

const (
	refusalsLogged = 20 // of one account …
	refusalsWithin = 10 * time.Minute
	refusalsKnown  = 10_000 // accounts counted at once, far more than there are
)

// refusals counts what was refused to whom, so that a script cannot fill the log. The zero value is ready.
type refusals struct {
	mu   sync.Mutex
	from time.Time
	seen map[string]int
}

// count returns how many refusals of the account there were in this stretch of time, this one included.
func (r *refusals) count(login string, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil || now.Sub(r.from) >= refusalsWithin || now.Before(r.from) || len(r.seen) >= refusalsKnown {
		r.from, r.seen = now, map[string]int{}
	}
	r.seen[login]++
	return r.seen[login]
}

// LogRefusal puts into the log that the actor was refused: route is the page as the list of routes has it, path the one
// that was asked for. The first twenty in ten minutes are told one by one, the rest only that there were more.
func (a *App) LogRefusal(actor kpi.Actor, route, path, reason string) {
	n := a.refused.count(actor.User.Login, actor.At)
	if n > refusalsLogged {
		return
	}
	if n == refusalsLogged {
		reason = fmt.Sprintf("%s (các lần từ chối tiếp theo trong %d phút không ghi riêng)", reason, refusalsWithin/time.Minute)
	}
	err := a.store.Update(func(tx *store.Tx) error {
		return tx.Log(actor.Event(kpi.VerbRefuse, "page/"+route, "", kpi.Clip(path, 200), reason))
	})
	if err != nil {
		a.log.Warn("refusal not logged", "login", actor.User.Login, "route", route, "err", err)
	}
}
