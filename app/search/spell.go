package search

import (
	"math"
	"slices"
)

// speller corrects folded syllables by what the index itself holds: a typo is what makes a syllable that hardly
// occurs, or one that does not occur beside its neighbours, out of one that does. It does not change after it is made,
// except that pairs are asked of the index.
type speller struct {
	count     map[string]int // folded syllable → documents that hold it
	documents float64
	near      map[string][]string // a syllable with one letter left out, and the whole → syllables
}

// candidate is a syllable that may have been meant, with the cost of the slip that would explain it.
type candidate struct {
	syllable string
	cost     float64
}

// Costs of slips, as negative logarithms of how often they happen.
const (
	costUnknown   = 6.0 // the syllable is right although no document holds it
	costTypo      = 1.5 // it is a typo, and no document holds it
	costRare      = 4.0 // it is a typo, and one or two documents hold it
	costWord      = 7.0 // it is a typo although it is a word
	costFirst     = 1.0 // besides, when the first letter is wrong
	maxCandidates = 12
	spellMin      = 3 // letters: a shorter syllable is left as it is
	spellMax      = 9 // letters: a longer token is no syllable
)

// newSpeller makes a speller of the folded syllables of an index with that many documents.
func newSpeller(count map[string]int, documents uint64) *speller {
	s := &speller{count: count, documents: float64(max(documents, 1)), near: map[string][]string{}}
	for w := range count {
		if len(w) < 2 || len(w) > spellMax || isNumber(w) {
			continue
		}
		s.near[w] = append(s.near[w], w)
		for i := range len(w) {
			key := w[:i] + w[i+1:]
			s.near[key] = append(s.near[key], w)
		}
	}
	return s
}

// candidates returns what may have been meant by w, w itself first, the more frequent before the rarer.
func (s *speller) candidates(w string) []candidate {
	known := s.count[w]
	list := []candidate{{w, 0}}
	if known == 0 {
		list[0].cost = costUnknown
	}
	if len(w) < spellMin || isNumber(w) {
		return list
	}
	cost := costWord
	switch {
	case known == 0:
		cost = costTypo
	case known < 3:
		cost = costRare
	}
	seen := map[string]bool{w: true}
	look := func(key string) {
		for _, v := range s.near[key] {
			if seen[v] || !oneSlip(w, v) {
				continue
			}
			seen[v] = true
			c := candidate{v, cost}
			if v[0] != w[0] {
				c.cost += costFirst
			}
			list = append(list, c)
		}
	}
	look(w)
	for i := range len(w) {
		look(w[:i] + w[i+1:])
	}
	slices.SortFunc(list[1:], func(a, b candidate) int {
		if d := s.count[b.syllable] - s.count[a.syllable]; d != 0 {
			return d
		}
		if a.syllable < b.syllable {
			return -1
		}
		return 1
	})
	return list[:min(len(list), maxCandidates)]
}

// correct returns the most likely intended syllables. Those in keep are not touched; pair returns how many documents
// hold two syllables one after the other.
func (s *speller) correct(typed []string, keep []bool, pair func(a, b string) int) []string {
	if len(typed) == 0 {
		return typed
	}
	lattice := make([][]candidate, len(typed))
	for i, w := range typed {
		lattice[i] = []candidate{{w, 0}}
		if !keep[i] {
			lattice[i] = s.candidates(w)
		}
	}
	type state struct {
		score float64
		from  int
	}
	best := make([][]state, len(typed))
	for i, list := range lattice {
		best[i] = make([]state, len(list))
		for j, c := range list {
			if i == 0 {
				best[0][j] = state{score: 0.3*s.alone(c.syllable) - c.cost}
				continue
			}
			best[i][j].score = math.Inf(-1)
			for k, p := range lattice[i-1] {
				if k > 0 && j > 0 && (s.count[typed[i]] > 0 || s.count[typed[i-1]] > 0) {
					continue // two slips side by side, one of which made a word: too unlikely
				}
				score := best[i-1][k].score + s.after(p.syllable, c.syllable, pair) - c.cost
				if score > best[i][j].score {
					best[i][j] = state{score, k}
				}
			}
		}
	}
	last := len(typed) - 1
	at := 0
	for j := range best[last] {
		if best[last][j].score > best[last][at].score {
			at = j
		}
	}
	meant := make([]string, len(typed))
	for i := last; i >= 0; i-- {
		meant[i] = lattice[i][at].syllable
		at = best[i][at].from
	}
	return meant
}

// alone is the logarithm of the share of documents that hold w.
func (s *speller) alone(w string) float64 {
	return math.Log((float64(s.count[w]) + 0.01) / s.documents)
}

// after is the logarithm of the chance that b follows a.
func (s *speller) after(a, b string, pair func(a, b string) int) float64 {
	share := (float64(s.count[b]) + 0.01) / s.documents
	return math.Log(0.85*float64(pair(a, b))/(float64(s.count[a])+0.5) + 0.015*share)
}

// oneSlip reports whether a becomes b by at most one letter inserted, left out or replaced, or two swapped.
func oneSlip(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
