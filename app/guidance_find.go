package app

import (
	"regexp"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// mostFound is how many indicators are looked for in one document at most.
const mostFound = 500

// leastNameWords is how long a name must be to count when a text has it: shorter ones stand everywhere.
const leastNameWords = 4

var (
	reCodes = regexp.MustCompile(`(?i)(?:chỉ số|mã(?: số)?|mục)\s+(?:số\s+)?((?:[A-Z]?\d{1,3}(?:\.\d{1,3}){0,3})(?:\s*(?:,|;|và|hoặc|đến|–|-|/)\s*(?:[A-Z]?\d{1,3}(?:\.\d{1,3}){0,3}))*)`)
	reCode  = regexp.MustCompile(`[A-Z]?\d{1,3}(?:\.\d{1,3}){0,3}`)
)

// findIndicators returns the indicators that a document speaks of, as they hold at the actor's instant: whose code
// stands behind «chỉ số» or whose whole name it has, in the sets that it cites; and those whose own texts cite the
// document's number.
func (a *App) findIndicators(tx *store.Tx, at kpi.Month, number string, passages []kpi.Passage) ([]kpi.IndicatorRef, error) {
	var b strings.Builder
	for _, p := range passages {
		b.WriteString(strings.Join(p.Heading, "\n") + "\n" + p.Text + "\n")
	}
	text := b.String()
	folded := " " + kpi.Fold(text) + " "
	codes := map[string]bool{}
	for _, m := range reCodes.FindAllStringSubmatch(text, -1) {
		for _, code := range reCode.FindAllString(m[1], -1) {
			codes[code] = true
		}
	}
	sets, err := tx.Sets()
	if err != nil {
		return nil, err
	}
	var found []kpi.IndicatorRef
	for _, set := range sets {
		defs, err := a.definitions(tx, set.Code, at)
		if err != nil {
			return nil, err
		}
		cited := len(sets) == 1 || citesSet(folded, set)
		for _, ind := range defs.list {
			if len(found) == mostFound {
				return found, nil
			}
			name := kpi.Fold(ind.Name)
			named := len(strings.Fields(name)) >= leastNameWords && strings.Contains(folded, " "+name+" ")
			if cited && codes[ind.Code] || named || cites(ind, number) {
				found = append(found, kpi.IndicatorRef{Set: set.Code, Code: ind.Code})
			}
		}
	}
	return found, nil
}

// citesSet reports whether a folded text names the set: its code, or the number of a document that it is based on.
func citesSet(folded string, set kpi.IndicatorSet) bool {
	if strings.Contains(folded, " "+kpi.Fold(set.Code)+" ") {
		return true
	}
	return slices.ContainsFunc(set.Basis, func(basis string) bool {
		return slices.ContainsFunc(reDocNumber.FindAllString(basis, -1), func(number string) bool {
			return strings.Contains(folded, " "+kpi.Fold(number)+" ")
		})
	})
}

// cites reports whether a text of the indicator names the document of that number.
func cites(ind kpi.Indicator, number string) bool {
	if number == "" {
		return false
	}
	number = " " + kpi.Fold(number) + " "
	return strings.Contains(" "+kpi.Fold(ind.TargetBasis+" "+ind.Guidance+" "+ind.Source+" "+ind.Definition+" "+ind.Computation)+" ", number)
}
