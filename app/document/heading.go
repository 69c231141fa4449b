package document

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Levels of the headings that the form of Vietnamese official texts knows, below the title of a document.
const (
	levelTitle   = 1 // of the document, an annex
	levelChapter = 2 // Phần, Chương, Phụ lục
	levelRoman   = 3 // «II. MỤC TIÊU», Mục
	levelArticle = 4 // «Điều 5. Trách nhiệm»
	levelPoint   = 5 // «1. Đến năm 2030»
	levelBold    = 6 // a bold line without a number
)

var (
	reChapter = regexp.MustCompile(`^(?i:phần|chương|phụ lục)\s+(?:[IVXLC]+|\d+|(?i:thứ\s+\S+))(?:$|[\s.:–-])`)
	reRoman   = regexp.MustCompile(`^(?:[IVX]{1,6}\s?[.\-–]|(?i:mục)\s+(?:\d+|[IVX]+)[.:]?)\s?\p{L}`)
	reArticle = regexp.MustCompile(`^(?i:điều)\s+(\d{1,3}[a-zđ]?)\s?[.:]\s*`)
	rePoint   = regexp.MustCompile(`^\d{1,2}(?:\.|(?:\.\d{1,2}){1,3}\.?)\s+\p{L}`)
	reBroken  = regexp.MustCompile(`[\d\p{Lu}][-/]$`)
	reUpper   = regexp.MustCompile(`^[\p{Lu}\d]`)
	reSigned  = regexp.MustCompile(`^(?i:nơi nhận)\s?:?`)
)

// longestHeading is how many characters a line may have that is taken for a heading.
const longestHeading = 200

// headings finds headings by how they read in blocks that say of none. strong tells which blocks look strong: bold
// or in large letters; nil: the format does not tell.
func headings(blocks []Block, strong func(i int) bool) []Block {
	out := make([]Block, 0, len(blocks))
	signed := false // offices and names of those who sign are bold, and no headings
	for i, b := range blocks {
		if b.Level > 0 {
			signed = false
		}
		if b.Level > 0 || b.row {
			out = append(out, b)
			continue
		}
		signed = signed || reSigned.MatchString(b.Text)
		looks := strong != nil && strong(i) && !signed
		level := levelOf(b.Text, looks)
		if level == levelArticle && !headingLike(b.Text) { // «Điều 3. Nghị quyết này có hiệu lực …»
			out = append(out, Block{Text: strings.TrimRight(reArticle.FindString(b.Text), " .:"), Level: levelArticle, Page: b.Page, echo: true})
			level = 0
		}
		signed = signed && level == 0
		b.Level = level
		out = append(out, b)
	}
	return out
}

// levelOf returns the level of a line that reads like a heading, 0 for any other.
func levelOf(s string, strong bool) int {
	switch {
	case reArticle.MatchString(s):
		return levelArticle
	case !headingLike(s):
		return 0
	case reChapter.MatchString(s):
		return levelChapter
	case reRoman.MatchString(s):
		return levelRoman
	case rePoint.MatchString(s):
		return levelPoint
	case strong:
		return levelBold
	}
	return 0
}

// join puts the next line of a paragraph behind its text; a document's number may have been broken at its dash.
func join(text, line string) string {
	if reBroken.MatchString(text) && reUpper.MatchString(line) {
		return text + line
	}
	return text + " " + line
}

// headingLike reports whether a line is short and ends like a heading.
func headingLike(s string) bool {
	n := utf8.RuneCountInString(s)
	return n > 2 && n <= longestHeading && !strings.ContainsAny(s[len(s)-1:], ".;,") && !strings.HasPrefix(s, "-")
}
