package search

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed abbreviations.txt
var seedAbbreviations string

// Abbreviation is one line of the editable list: a short form and what it stands for. A short form may have several
// lines, and so may a full form.
type Abbreviation struct {
	Short string
	Full  string // in its own diacritics
}

// SeedAbbreviations returns the list that a new installation starts with.
func SeedAbbreviations() []Abbreviation {
	list, err := ParseAbbreviations(seedAbbreviations)
	if err != nil {
		panic(err) // the embedded file is broken: a test reads it
	}
	return list
}

// SeedText returns the same list as the text that ParseAbbreviations reads.
func SeedText() string { return seedAbbreviations }

// ParseAbbreviations reads a list of lines «short = full»; empty lines and those that begin with # are left out. An
// error names the line.
func ParseAbbreviations(text string) ([]Abbreviation, error) {
	var list []Abbreviation
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		short, full, ok := strings.Cut(line, "=")
		a := Abbreviation{strings.TrimSpace(short), strings.TrimSpace(full)}
		if !ok || len(Tokenize(a.Short)) == 0 || len(Tokenize(a.Full)) < 2 {
			return nil, fmt.Errorf("line %d: %q is not «short = full»", n, line)
		}
		list = append(list, a)
	}
	return list, nil
}

// Abbreviations is a list made ready to be looked up. It does not change and may be shared.
type Abbreviations struct {
	byShort map[string][]fullForm // by folded tokens, joined by a space
	byFull  map[string][]fullForm
	longest int // form, in tokens
}

// fullForm is one line of the list.
type fullForm struct {
	short string   // folded tokens, joined by a space
	full  []string // syllables as written
}

// NewAbbreviations makes a list ready. Lines without a short or a full form are left out.
func NewAbbreviations(list []Abbreviation) *Abbreviations {
	d := &Abbreviations{byShort: map[string][]fullForm{}, byFull: map[string][]fullForm{}}
	for _, a := range list {
		short, full := foldAll(a.Short), Tokenize(a.Full)
		if len(short) == 0 || len(full) == 0 {
			continue
		}
		f := fullForm{short: strings.Join(short, " ")}
		for _, t := range full {
			f.full = append(f.full, t.Text)
		}
		key := strings.Join(foldAll(a.Full), " ")
		d.byShort[f.short] = append(d.byShort[f.short], f)
		d.byFull[key] = append(d.byFull[key], f)
		d.longest = max(d.longest, len(full), len(short))
	}
	return d
}

func foldAll(text string) []string {
	var keys []string
	for _, t := range Tokenize(text) {
		keys = append(keys, Fold(t.Text))
	}
	return keys
}

// Expand writes the abbreviations of a text out, each in its first full form; without any it returns the text.
func (d *Abbreviations) Expand(text string) string {
	a := &analysis{}
	tokens := Tokenize(text)
	for _, t := range tokens {
		w := word{text: t.Text}
		w.exact, w.fold = keys(t.Text)
		w.meant = w.fold
		a.words = append(a.words, w)
	}
	for _, c := range slices.Backward(d.find(a)) {
		if !c.typed {
			text = text[:tokens[c.at].Start] + strings.Join(c.fulls[0], " ") + text[tokens[c.at+c.n-1].End:]
		}
	}
	return text
}

// concept is a span of a query that is an abbreviation or has one. Its short and full forms mean the same.
type concept struct {
	at, n  int
	shorts []string   // folded tokens, joined by a space
	fulls  [][]string // syllables as written
	typed  bool       // the query holds the full form, not the abbreviation
}

// find returns the concepts of a query from left to right, the longest first, without overlaps. A full form must
// agree with the marks that the query carries, where it carries any.
func (d *Abbreviations) find(q *analysis) []concept {
	var found []concept
	for at := 0; at < len(q.words); at++ {
		for n := min(d.longest, len(q.words)-at); n >= 1; n-- {
			if c, ok := d.concept(q, at, n); ok {
				found = append(found, c)
				at += n - 1
				break
			}
		}
	}
	return found
}

func (d *Abbreviations) concept(q *analysis, at, n int) (concept, bool) {
	words := q.words[at : at+n]
	keys := make([]string, n)
	for i, w := range words {
		if w.coded {
			return concept{}, false
		}
		keys[i] = w.meant
	}
	key := strings.Join(keys, " ")
	c := concept{at: at, n: n}
	if forms := d.byShort[key]; len(forms) > 0 && (!isSyllable(key) || words[0].text == strings.ToUpper(words[0].text)) {
		c.shorts = []string{key}
		for _, f := range forms {
			c.fulls = append(c.fulls, f.full)
		}
		return c, true
	}
	if n == 1 {
		return c, false
	}
	for _, f := range d.byFull[key] {
		if !agrees(words, f.full) {
			continue
		}
		c.typed = true
		c.fulls = [][]string{f.full}
		if !isSyllable(f.short) && !slices.Contains(c.shorts, f.short) {
			c.shorts = append(c.shorts, f.short)
		}
	}
	return c, len(c.shorts) > 0
}

// isSyllable reports whether an abbreviation looks like a word: AI is one only in capitals, or «ai» could not be
// searched for.
func isSyllable(short string) bool {
	return len(short) <= 2 && strings.ContainsAny(short, "aeiouy")
}

// agrees reports whether the marks typed in the words are those of the full form; a word without marks agrees.
func agrees(words []word, full []string) bool {
	for i, w := range words {
		if w.exact != w.fold && w.meant == w.fold && w.exact != Exact(full[i]) {
			return false
		}
	}
	return true
}
