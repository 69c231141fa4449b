package app

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// How many reasons are offered for use again, and of how many rounds they are.
const (
	maxReasons   = 20
	reasonRounds = 3
)

// returnReasons returns the reasons for which the province has sent cells of the set back in the latest rounds, the
// most used first.
func returnReasons(tx *store.Tx, set string) ([]string, error) {
	rounds, err := tx.Rounds(set)
	if err != nil {
		return nil, err
	}
	used := map[string]int{}
	for _, r := range rounds[max(0, len(rounds)-reasonRounds):] {
		sheets, err := tx.Sheets(r.Set, r.Month)
		if err != nil {
			return nil, err
		}
		for _, s := range sheets {
			if s.Return.At.IsZero() {
				continue
			}
			if err := countReasons(tx, s, used); err != nil {
				return nil, err
			}
		}
	}
	reasons := slices.SortedFunc(maps.Keys(used), func(x, y string) int { return cmp.Or(used[y]-used[x], cmp.Compare(x, y)) })
	return reasons[:min(len(reasons), maxReasons)], nil
}

// countReasons counts the reasons of the cells that the province has sent back on a sheet.
func countReasons(tx *store.Tx, s kpi.Sheet, used map[string]int) error {
	steps, err := history(tx, "sheet/"+s.ID())
	if err != nil {
		return err
	}
	for i, step := range steps {
		if !fromProvince(steps, i) || step.Verb != kpi.VerbReturn {
			continue
		}
		for code := range strings.SplitSeq(step.New, ", ") {
			for ev, err := range tx.History("cell/" + s.ID() + "/" + code) {
				if err != nil {
					return err
				}
				if ev.At.Before(step.At) {
					break
				}
				if ev.At.Equal(step.At) && ev.Verb == kpi.VerbReturn && ev.Reason != "" {
					used[ev.Reason]++
				}
			}
		}
	}
	return nil
}

// sentBack returns when the sheet was last sent back to those who now bring it to the one who decides, zero if it was
// not: by the province, once the unit has approved it again, whatever the unit itself has sent back in between.
func (sh *sheet) sentBack(steps []kpi.Event) time.Time {
	if sh.State == kpi.Submitted {
		return sh.Return.At
	}
	if sh.Returned != kpi.ByProvince {
		return time.Time{}
	}
	for i, step := range steps {
		if fromProvince(steps, i) {
			return step.At
		}
	}
	return sh.Return.At
}

// fromProvince reports whether step i of a sheet's history, the newest first, sent it from the province back to the
// unit: what the unit returns has just been submitted.
func fromProvince(steps []kpi.Event, i int) bool {
	if steps[i].Verb == kpi.VerbReopen {
		return true
	}
	if steps[i].Verb != kpi.VerbReturn {
		return false
	}
	for _, before := range steps[i+1:] {
		switch before.Verb {
		case kpi.VerbApprove, kpi.VerbAccept, kpi.VerbUndo:
			return true
		case kpi.VerbSubmit, kpi.VerbRecall, kpi.VerbReturn:
			return false
		}
	}
	return false
}
