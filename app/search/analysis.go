package search

import (
	"slices"
	"strings"
)

// maxTokens is how many tokens of a query count.
const maxTokens = 64

// analysis is a query understood: its words with what was meant by them, its abbreviations and its codes.
type analysis struct {
	words    []word
	marks    bool // some word carries a mark, so marks are meant
	concepts []concept
	codes    []string // terms of the code field
}

// word is one token of a query.
type word struct {
	text  string // as typed, or decoded from Telex
	exact string
	fold  string
	meant string // fold with its typo corrected
	coded bool   // part of a document number, so no abbreviation: the TW of 57-NQ/TW
}

// vocabulary is what an analysis knows of the index.
type vocabulary struct {
	*speller
	pair func(a, b string) int // documents that hold two folded syllables one after the other
}

// analyse understands the first maxTokens tokens of a query.
func analyse(text string, v vocabulary, short *Abbreviations) *analysis {
	a := &analysis{}
	tokens := Tokenize(text)
	if len(tokens) > maxTokens {
		tokens = tokens[:maxTokens]
		text = text[:tokens[maxTokens-1].End]
	}
	codes := FindCodes(text)
	for _, t := range tokens {
		w := v.word(t.Text, slices.ContainsFunc(codes, func(c Code) bool { return t.Start >= c.Start && t.End <= c.End }))
		a.words = append(a.words, w)
		a.marks = a.marks || HasMarks(t.Text)
	}
	a.codes = queryCodes(text, codes, a.words)
	a.concepts = short.find(a)
	if a.correct(v) {
		a.concepts = short.find(a)
	}
	return a
}

// word makes a word of a token; what looks like Telex, is no word otherwise and no part of a document number is decoded:
// the VPTW of 3158-CV/VPTW is no vptư.
func (v vocabulary) word(token string, coded bool) word {
	w := word{text: token, coded: coded}
	w.exact, w.fold = keys(token)
	if !coded && v.count[w.fold] < 2 {
		if decoded, ok := DecodeTyping(token); ok {
			if exact, fold := keys(decoded); v.count[fold] > v.count[w.fold] {
				w = word{text: decoded, exact: exact, fold: fold}
			}
		}
	}
	w.meant = w.fold
	return w
}

// correct sets what was meant by the words, abbreviations aside, and reports whether a typo was found.
func (a *analysis) correct(v vocabulary) bool {
	typed, keep := make([]string, len(a.words)), make([]bool, len(a.words))
	for i, w := range a.words {
		typed[i] = w.fold
	}
	for _, c := range a.concepts {
		for i := range c.n {
			keep[c.at+i] = true
		}
	}
	changed := false
	for i, meant := range v.correct(typed, keep, v.pair) {
		a.words[i].meant = meant
		changed = changed || meant != typed[i]
	}
	return changed
}

// queryCodes returns the terms of the code field that a query may mean: the document numbers in it, what may be an
// object's own code, and the bare number of a document.
func queryCodes(text string, codes []Code, words []word) []string {
	var terms []string
	add := func(term string) {
		if !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	for _, c := range codes {
		for _, key := range c.Keys {
			add(key)
			add("=" + key)
		}
	}
	if len(words) == 1 && isNumber(words[0].fold) {
		add("#" + trimZeros(words[0].fold))
	}
	fields := strings.Fields(text)
	for _, f := range fields {
		key := ownCode(f)
		if key != "" && (len(fields) == 1 || strings.ContainsAny(key, "0123456789")) {
			add("=" + key)
		}
	}
	return terms
}
