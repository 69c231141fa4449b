package search

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
)

// words are the syllables of an index at one moment: those that exist, and how each is spelled.
type words struct {
	*speller
	spellings map[string][]spelling // folded → exact keys, the most frequent first
}

// spelling is an exact key and how many documents hold it.
type spelling struct {
	exact string
	count int
}

// maxSpellings bounds how many accentings of a syllable are considered.
const maxSpellings = 8

// readWords reads the dictionaries of an index.
func readWords(ix bleve.Index, documents uint64) (*words, error) {
	folded, err := readDictionary(ix, byFold)
	if err != nil {
		return nil, err
	}
	exact, err := readDictionary(ix, byExact)
	if err != nil {
		return nil, err
	}
	w := &words{speller: newSpeller(folded, documents), spellings: map[string][]spelling{}}
	for key, n := range exact {
		if len(key) <= 2*spellMax && !isNumber(key) {
			fold := Fold(key)
			w.spellings[fold] = append(w.spellings[fold], spelling{key, n})
		}
	}
	for fold, list := range w.spellings {
		slices.SortFunc(list, func(a, b spelling) int {
			if a.count != b.count {
				return b.count - a.count
			}
			return strings.Compare(a.exact, b.exact)
		})
		w.spellings[fold] = list[:min(len(list), maxSpellings)]
	}
	return w, nil
}

// readDictionary returns all terms of titles and bodies, with how many documents hold them; one that holds a term in
// both counts twice.
func readDictionary(ix bleve.Index, by string) (map[string]int, error) {
	count := map[string]int{}
	for _, field := range []string{titleField(by), bodyField(by)} {
		dict, err := ix.FieldDict(field)
		if err != nil {
			return nil, fmt.Errorf("dictionary of %s: %w", field, err)
		}
		entry, err := dict.Next()
		for err == nil && entry != nil {
			count[entry.Term] += int(entry.Count)
			entry, err = dict.Next()
		}
		if cerr := dict.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return nil, fmt.Errorf("dictionary of %s: %w", field, err)
		}
	}
	return count, nil
}

// meant writes the query as it was probably meant, "" if it was meant as typed: a corrected syllable with the marks
// that fit its neighbour best, the others as typed, or, when no mark was typed at all, all of them with marks.
func (w *words) meant(a *analysis, pair func(a, b string) int) string {
	typo := false
	for _, word := range a.words {
		typo = typo || word.meant != word.fold
	}
	if !typo {
		return ""
	}
	kept := make([]bool, len(a.words)) // abbreviations stay as typed
	for _, c := range a.concepts {
		for i := range c.n {
			kept[c.at+i] = !c.typed
		}
	}
	var text []string
	before := ""
	for i, word := range a.words {
		list := w.spellings[word.meant]
		if kept[i] || len(list) == 0 || a.marks && word.meant == word.fold && w.spelled(word) {
			text = append(text, word.text)
			before = word.exact
			continue
		}
		after := ""
		if i+1 < len(a.words) {
			after = a.words[i+1].meant
		}
		before = w.choose(list, before, w.spellings[after], pair)
		text = append(text, Spelled(before))
	}
	return strings.Join(text, " ")
}

// spelled reports whether some document holds the word with the marks typed.
func (w *words) spelled(word word) bool {
	return slices.ContainsFunc(w.spellings[word.fold], func(s spelling) bool { return s.exact == word.exact })
}

// choose returns the spelling that most often stands behind the one before and ahead of one of those after.
func (w *words) choose(list []spelling, before string, after []spelling, pair func(a, b string) int) string {
	best, most := list[0].exact, 0
	for _, s := range list {
		n := 0
		if before != "" {
			n += pair(before, s.exact)
		}
		for _, next := range after {
			n += pair(s.exact, next.exact)
		}
		if n > most {
			best, most = s.exact, n
		}
	}
	return best
}
