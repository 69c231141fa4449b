package search

import (
	"slices"
	"strings"
)

// Name is something that is suggested while people type.
type Name struct {
	ID     string
	Text   string
	Code   string   // found by it as well; may be ""
	Access []string // who may find it, as in Document
}

// Suggester finds names while they are being typed. It is made of all names at once, does not change and may be
// shared; up to some 50,000 names it answers within milliseconds.
type Suggester struct {
	names []nameKeys
}

type nameKeys struct {
	Name
	fold, exact string // keys of the syllables, a space before, between and behind them
	code        string
}

// NewSuggester makes a suggester of names; of equal ones the first given is suggested first.
func NewSuggester(names []Name) *Suggester {
	s := &Suggester{names: make([]nameKeys, len(names))}
	for i, n := range names {
		exact, fold := spacedKeys(n.Text)
		s.names[i] = nameKeys{n, fold, exact, ownCode(n.Code)}
	}
	return s
}

// spacedKeys returns the exact and the folded keys of a text, each list like " chuyen doi so ".
func spacedKeys(text string) (exact, fold string) {
	var x, f strings.Builder
	x.WriteByte(' ')
	f.WriteByte(' ')
	for _, t := range Tokenize(text) {
		e, d := keys(t.Text)
		x.WriteString(e)
		x.WriteByte(' ')
		f.WriteString(d)
		f.WriteByte(' ')
	}
	return x.String(), f.String()
}

// Suggest returns up to limit names that hold what is typed so far, the last syllable being open unless a space
// follows it: first those whose code begins so, then those that hold it in one piece, of these the ones that begin with it, and among equals the
// shorter. Marks that are typed count, marks that are left out do not. Only names that one of the access tags may
// find are returned, or all of them when everything is true.
func (s *Suggester) Suggest(typed string, limit int, access []string, everything bool) []Name {
	if tokens := Tokenize(typed); len(tokens) > maxTokens {
		typed = typed[:tokens[maxTokens-1].End]
	}
	exact, fold := spacedKeys(typed)
	words := strings.Fields(fold)
	if len(words) == 0 {
		return nil
	}
	if !strings.HasSuffix(typed, " ") {
		exact, fold = strings.TrimSuffix(exact, " "), strings.TrimSuffix(fold, " ")
	}
	type scored struct {
		at    int
		score float64
	}
	var found []scored
	code := ownCode(strings.TrimSpace(typed))
	marks := HasMarks(typed)
	for i := range s.names {
		n := &s.names[i]
		score := n.score(fold, words)
		if code != "" && strings.HasPrefix(n.code, code) {
			score = max(score, 5+1/float64(len(n.code)))
		}
		if score == 0 || !everything && !overlap(n.Access, access) {
			continue
		}
		if marks && strings.Contains(n.exact, exact) {
			score += 0.9
		}
		found = append(found, scored{i, score})
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	names := make([]Name, min(limit, len(found)))
	for i := range names {
		names[i] = s.names[found[i].at].Name
	}
	return names
}

// score says how well the name holds the folded words, 0: not at all. The last word is open unless fold ends in a
// space.
func (n *nameKeys) score(fold string, words []string) float64 {
	short := 0.5 / (1 + float64(len(n.fold))/20)
	switch at := strings.Index(n.fold, fold); {
	case at == 0:
		return 4 + short
	case at > 0:
		return 3 + short
	}
	for i, w := range words {
		pattern := " " + w
		if i < len(words)-1 || strings.HasSuffix(fold, " ") {
			pattern += " "
		}
		if !strings.Contains(n.fold, pattern) {
			return 0
		}
	}
	return 2 + short
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(tag string) bool { return slices.Contains(b, tag) })
}
