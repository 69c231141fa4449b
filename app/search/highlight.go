package search

import (
	"slices"
	"strings"
)

// Marker finds the words of a query in a text as it is written: diacritics, upper case, NFC or NFD stay as they are.
// The zero Marker marks nothing. It may be shared.
type Marker struct {
	syllables map[string]bool     // folded: typed, corrected, and of abbreviations written out
	spelled   map[string][]string // folded → exact keys that count alone, where the query says the marks; else all do
	pairs     map[string]bool     // folded, joined by pairSign: a frequent syllable is marked only within one
	codes     map[string]bool     // keys of document numbers
}

// Piece is a part of a text that is marked as a whole or not at all.
type Piece struct {
	Text   string
	Marked bool
}

// span is a marked range of bytes.
type span struct{ start, end int }

// spans returns what is marked in a text, from left to right; neighbours with only space between are one.
func (m *Marker) spans(text string) []span {
	tokens := Tokenize(text)
	marked := make([]bool, len(tokens))
	previous := ""
	for i, t := range tokens {
		exact, fold := keys(t.Text)
		if only := m.spelled[fold]; len(only) > 0 && exact != fold && !slices.Contains(only, exact) {
			fold = ""
		}
		if m.syllables[fold] {
			marked[i] = true
		}
		if i > 0 && m.pairs[previous+pairSign+fold] {
			marked[i-1], marked[i] = true, true
		}
		previous = fold
	}
	if len(m.codes) > 0 {
		m.markCodes(text, tokens, marked)
	}
	var spans []span
	for i, t := range tokens {
		switch {
		case !marked[i]:
		case i > 0 && marked[i-1] && strings.TrimSpace(text[tokens[i-1].End:t.Start]) == "":
			spans[len(spans)-1].end = t.End
		default:
			spans = append(spans, span{t.Start, t.End})
		}
	}
	return spans
}

func (m *Marker) markCodes(text string, tokens []Token, marked []bool) {
	for _, c := range FindCodes(text) {
		for _, key := range c.Keys {
			if !m.codes[key] {
				continue
			}
			for i, t := range tokens {
				if t.Start >= c.Start && t.End <= c.End {
					marked[i] = true
				}
			}
		}
	}
}

// MarkPrefix marks in a name what somebody has typed of it so far, the last syllable being open.
func MarkPrefix(name, typed string) []Piece {
	words := foldAll(typed)
	if len(words) == 0 {
		return []Piece{{Text: name}}
	}
	whole := slices.Contains(foldAll(name), words[len(words)-1]) // the last syllable is typed out
	var spans []span
	for _, t := range Tokenize(name) {
		fold, n := Fold(t.Text), len(spans)
		switch {
		case !slices.Contains(words, fold) && (whole || !strings.HasPrefix(fold, words[len(words)-1])):
		case n > 0 && strings.TrimSpace(name[spans[n-1].end:t.Start]) == "":
			spans[n-1].end = t.End
		default:
			spans = append(spans, span{t.Start, t.End})
		}
	}
	return pieces(name, spans, 0, len(name))
}

// Mark cuts a whole text into pieces; joined, they are the text.
func (m *Marker) Mark(text string) []Piece { return pieces(text, m.spans(text), 0, len(text)) }

// Snippet returns the part of a text, about width bytes long, in which most is marked; «…» stands for what was cut
// off. Without anything marked it is the beginning.
func (m *Marker) Snippet(text string, width int) []Piece {
	spans := m.spans(text)
	start := 0
	if len(spans) > 0 {
		start = max(0, densest(spans, width*4/5)-width/5)
	}
	start = wordStart(text, start)
	end := wordEnd(text, min(len(text), start+width))
	var list []Piece
	if start > 0 {
		list = append(list, Piece{Text: "… "})
	}
	list = append(list, pieces(text, spans, start, end)...)
	if end < len(text) {
		list = append(list, Piece{Text: " …"})
	}
	return list
}

// densest returns where the window of width bytes begins that holds the most marked bytes, those in one piece counting
// for more.
func densest(spans []span, width int) int {
	best, at := -1, 0
	for i, first := range spans {
		sum := 0
		for _, s := range spans[i:] {
			if s.end-first.start > width {
				break
			}
			sum += (s.end - s.start) * (s.end - s.start)
		}
		if sum > best {
			best, at = sum, first.start
		}
	}
	return at
}

// wordStart moves back to the beginning of the word at i.
func wordStart(text string, i int) int {
	for i > 0 && text[i-1] != ' ' && text[i-1] != '\n' {
		i--
	}
	return i
}

// wordEnd moves on to the end of the word at i.
func wordEnd(text string, i int) int {
	for i < len(text) && text[i] != ' ' && text[i] != '\n' {
		i++
	}
	return i
}

// pieces cuts text[start:end] at the spans; a span that is not wholly inside is left unmarked.
func pieces(text string, spans []span, start, end int) []Piece {
	var list []Piece
	add := func(to int, marked bool) {
		if to > start {
			list = append(list, Piece{Text: text[start:to], Marked: marked})
			start = to
		}
	}
	for _, s := range spans {
		if s.start >= start && s.end <= end {
			add(s.start, false)
			add(s.end, true)
		}
	}
	add(end, false)
	return list
}
