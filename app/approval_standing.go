package app

import (
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

const maxStandings = 2000

// standing returns how a sheet that is under review stands.
func (a *App) standing(tx *store.Tx, now time.Time, s kpi.Sheet) (standing, error) {
	defs, err := a.definitions(tx, s.Set, s.Month)
	if err != nil {
		return standing{}, err
	}
	st, ok := a.waiting.get(s.ID())
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
	a.waiting.put(tx, s.ID(), st, maxStandings)
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
			none && past.Last().Content != c.Content,
			len(past.Values) > 0 && kpi.ChangeOf(*ind, past.Last(), c).Large:
			found[ind.Code] = true
		}
	}
	return found
}
