package app

import (
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// standing is what the list of waiting sheets tells of one. It holds as long as the sheet's version, for nobody can
// change a cell of a sheet that is under review. Earlier rounds that are corrected meanwhile show in the next version.
type standing struct {
	version  uint32
	defs     *definitions
	filled   int
	warnings int      // cells with a warning
	notable  int      // cells that ask for a look
	makers   []string // logins of all who wrote a cell
}

// maxStandings bounds how many sheets are remembered before all are forgotten.
const maxStandings = 2000

// standings keeps those that were asked for; reading a hundred sheets for each page of the list would cost more than
// everything else on it. The zero value is ready.
type standings struct {
	mu     sync.Mutex
	sheets map[string]standing
}

// standing returns how a sheet that is under review stands.
func (a *App) standing(tx *store.Tx, now time.Time, s kpi.Sheet) (standing, error) {
	defs, err := a.definitions(tx, s.Set, s.Month)
	if err != nil {
		return standing{}, err
	}
	k := &a.waiting
	k.mu.Lock()
	st, ok := k.sheets[s.ID()]
	k.mu.Unlock()
	if ok && st.version == s.Version && st.defs == defs {
		return st, nil
	}
	sh, err := a.readSheet(tx, now, s.Set, s.Month, s.Unit)
	if err != nil {
		return standing{}, err
	}
	st = standing{version: s.Version, defs: sh.defs, filled: sh.filled()}
	if st.makers, err = sh.makers(tx); err != nil {
		return st, err
	}
	issues := sh.issues()
	warned := map[string]bool{}
	for _, i := range issues {
		if i.Level >= kpi.Warning {
			warned[i.Indicator] = true
		}
	}
	st.warnings, st.notable = len(warned), len(sh.notable(issues))
	if tx.Writable() {
		return st, nil // of what may not be committed nothing is remembered
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sheets == nil || len(k.sheets) >= maxStandings {
		k.sheets = map[string]standing{}
	}
	k.sheets[s.ID()] = st
	return st, nil
}

// notable returns the cells that ask for a look before anybody decides about the sheet: those with a warning, a large
// change, a mark of an earlier return, or newly without a number.
func (sh *sheet) notable(issues []kpi.Issue) map[string]bool {
	found := map[string]bool{}
	for _, i := range issues {
		if i.Level >= kpi.Warning {
			found[i.Indicator] = true
		}
	}
	for _, ind := range sh.due {
		c, past := sh.cells[ind.Code], sh.past[ind.Code]
		none := c.Content == kpi.NotApplicable || c.Content == kpi.NoData
		switch {
		case c.Review == kpi.ReviewReturned,
			none && past.Last.Content != c.Content,
			len(past.Values) > 0 && kpi.ChangeOf(*ind, past.Last, c).Large:
			found[ind.Code] = true
		}
	}
	return found
}
