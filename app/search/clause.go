package search

import "strings"

// The ways in which a text is indexed, each as a field of its own for the title and for the body.
const (
	byExact     = "x"  // exact keys
	byFold      = "f"  // folded keys
	byFoldPair  = "fb" // folded keys of neighbours
	byExactPair = "xb" // exact keys of neighbours
	byCode      = "c"  // document numbers and own codes
)

// pairSign joins the two syllables of a pair. No token holds it.
const pairSign = "+"

// Weights of what is asked, tuned on the dev splits of the evaluation sets.
const (
	weightFold      = 0.6
	weightExact     = 0.8
	weightUnmarked  = 0.05 // of exact keys, when the query carries no mark: then marks are not meant
	weightFoldPair  = 0.5
	weightExactPair = 0.6
	weightCode      = 8.0
	weightShort     = 0.9 // of an abbreviation, relative to its full form
	weightCorrected = 0.9 // of a corrected syllable, relative to the one typed
)

// clause is one term that a query asks for.
type clause struct {
	by     string
	term   string
	weight float64

	// Clauses of one group are alternatives: those of one alternative are summed, and only the best alternative
	// counts. Group 0 is not a group: such clauses stand each for itself.
	group, alternative int
	// like > 0: the clause weighs weightShort of all clauses of this alternative of its group.
	like int
}

// clauses collects the terms of a query, each once.
type clauses struct {
	list   []clause
	seen   map[clause]bool
	groups int
}

func (cs *clauses) add(c clause) {
	key := c
	key.weight, key.like = 0, 0
	if c.weight == 0 || cs.seen[key] {
		return
	}
	cs.seen[key] = true
	cs.list = append(cs.list, c)
}

// clausesOf turns an analysed query into terms.
func clausesOf(a *analysis) []clause {
	cs := &clauses{seen: map[clause]bool{}}
	exact, exactPair := weightExact, weightExactPair
	if !a.marks && len(a.words) >= 2 {
		exact, exactPair = weightUnmarked, 0
	}
	owner := make([]int, len(a.words)) // the concept that a word belongs to, counted from 1
	for i, c := range a.concepts {
		for j := range c.n {
			owner[c.at+j] = i + 1
		}
		cs.addConcept(a, c, exact)
	}
	for i, w := range a.words {
		typo := w.meant != w.fold
		switch {
		case owner[i] > 0:
		case typo:
			cs.groups++
			cs.add(clause{by: byFold, term: w.fold, weight: weightFold, group: cs.groups, alternative: 1})
			cs.add(clause{by: byFold, term: w.meant, weight: weightFold * weightCorrected, group: cs.groups, alternative: 2})
		default:
			cs.add(clause{by: byFold, term: w.fold, weight: weightFold})
			cs.add(clause{by: byExact, term: w.exact, weight: exact})
		}
		if i+1 == len(a.words) || owner[i] > 0 && owner[i] == owner[i+1] {
			continue
		}
		if next := a.words[i+1]; typo || next.meant != next.fold {
			cs.add(clause{by: byFoldPair, term: w.meant + pairSign + next.meant, weight: weightFoldPair * weightCorrected})
		} else {
			cs.add(clause{by: byFoldPair, term: w.fold + pairSign + next.fold, weight: weightFoldPair})
			cs.add(clause{by: byExactPair, term: w.exact + pairSign + next.exact, weight: exactPair})
		}
	}
	for _, term := range a.codes {
		cs.add(clause{by: byCode, term: term, weight: weightCode})
	}
	return cs.list
}

// addConcept adds an abbreviation and its full forms as alternatives.
func (cs *clauses) addConcept(a *analysis, c concept, exact float64) {
	cs.groups++
	if !c.typed {
		exact = weightExact // the list knows the marks
	}
	for i, full := range c.fulls {
		in := clause{group: cs.groups, alternative: i + 1}
		for j, syllable := range full {
			x, f := keys(syllable)
			cs.addIn(in, byFold, f, weightFold)
			cs.addIn(in, byExact, x, exact)
			if j > 0 {
				cs.addIn(in, byFoldPair, Fold(full[j-1])+pairSign+f, weightFoldPair)
			}
		}
		if c.typed {
			continue
		}
		if c.at > 0 {
			cs.add(clause{by: byFoldPair, term: a.words[c.at-1].meant + pairSign + Fold(full[0]), weight: weightFoldPair})
		}
		if end := c.at + c.n; end < len(a.words) {
			cs.add(clause{by: byFoldPair, term: Fold(full[len(full)-1]) + pairSign + a.words[end].meant, weight: weightFoldPair})
		}
	}
	for i, short := range c.shorts {
		in := clause{group: cs.groups, alternative: len(c.fulls) + i + 1, like: 1}
		parts := strings.Fields(short)
		if len(parts) == 1 {
			cs.addIn(in, byFold, short, 1)
		} else { // KT-XH, R&D: two tokens
			cs.addIn(in, byFoldPair, parts[0]+pairSign+parts[1], 1)
		}
	}
}

// addIn adds a term to the group and alternative of in.
func (cs *clauses) addIn(in clause, by, term string, weight float64) {
	in.by, in.term, in.weight = by, term, weight
	cs.add(in)
}
