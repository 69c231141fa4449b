package app

import (
	"slices"
	"sync"
	"time"

	"chiso/app/kpi"
)

// presenceLife is how long after the last sign of life somebody counts as having a sheet open.
const presenceLife = 10 * time.Minute

// maxPresent bounds how many sheets are remembered before those that nobody has open any more are forgotten.
const maxPresent = 500

// presence remembers who has which sheet open for entry, in memory: after a restart it begins anew. The zero value is
// ready.
type presence struct {
	mu     sync.Mutex
	sheets map[string]map[string]visit // by sheet, by login
}

type visit struct {
	name string
	at   time.Time
}

// touch notes that the actor is at the sheet and returns the names of the others who are, in alphabetical order.
func (p *presence) touch(sheet string, actor kpi.Actor) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sheets == nil {
		p.sheets = map[string]map[string]visit{}
	}
	if len(p.sheets) > maxPresent {
		for id, visits := range p.sheets {
			if forget(visits, actor.At); len(visits) == 0 {
				delete(p.sheets, id)
			}
		}
	}
	visits := p.sheets[sheet]
	if visits == nil {
		visits = map[string]visit{}
		p.sheets[sheet] = visits
	}
	forget(visits, actor.At)
	visits[actor.User.Login] = visit{actor.User.Name, actor.At}
	var others []string
	for login, v := range visits {
		if login != actor.User.Login {
			others = append(others, v.name)
		}
	}
	slices.Sort(others)
	return others
}

// forget drops the visits that are over.
func forget(visits map[string]visit, now time.Time) {
	for login, v := range visits {
		if now.Sub(v.at) > presenceLife {
			delete(visits, login)
		}
	}
}
