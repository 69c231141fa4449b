package document

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Sizes of a passage in words. A short section keeps its own passage if it has at least fewWords.
const (
	leastWords = 60
	mostWords  = 150
	fewWords   = 30
)

// MaxPassages is how many passages a document has at most.
const MaxPassages = 5_000

// Passage is a piece of a document of about 60 to 150 words: what a search finds.
type Passage struct {
	Heading []string // from the outermost
	Page    int      // on which it begins; 0: no pages
	Row     int      // of the spreadsheet on which it begins; 0: none
	Text    string   // paragraphs, one a line
}

// Passages cuts the blocks of a document into passages, in order, at most MaxPassages; cut says that there were more.
// No text is lost: a heading without text below it is a line of the next passage.
func Passages(blocks []Block) (list []Passage, cut bool) {
	c := &cutter{}
	for _, b := range blocks {
		if b.Text == "" {
			continue
		}
		switch {
		case b.Level > 0:
			c.heading(b)
		case reNextPoint.MatchString(b.Text): // the point before is over, as is the text under its heading
			c.leave(levelPoint)
			c.body(b)
		case reSigned.MatchString(b.Text):
			c.leave(levelChapter)
			c.body(b)
		default:
			c.body(b)
		}
		c.last = b
		if len(c.list) > MaxPassages {
			return c.list[:MaxPassages], true
		}
	}
	c.leave(0)
	c.flush()
	return c.list, false
}

var reNextPoint = regexp.MustCompile(`^\d{1,2}\.\s+\p{Lu}`)

// cutter fills one passage after the other.
type cutter struct {
	list  []Passage
	path  []section
	now   Passage
	lines []string
	words int
	last  Block // what came last, for its page and row
}

// section is a heading that holds; used means that a passage names it or has its text.
type section struct {
	level int
	text  string
	used  bool
}

func (c *cutter) heading(b Block) {
	if c.words >= fewWords {
		c.flush()
	}
	c.leave(b.Level)
	s := section{b.Level, clip(b.Text), b.echo}
	if s.text != b.Text {
		c.path = append(c.path, section{b.Level, s.text, true})
		c.body(Block{Text: b.Text, Page: b.Page, Row: b.Row})
		return
	}
	if c.words > 0 && !b.echo { // a short section goes on under its first heading
		c.add(b.Text)
		s.used = true
	}
	c.path = append(c.path, s)
}

// leave ends the sections of that level and below; the text of one that nothing stood under is kept.
func (c *cutter) leave(level int) {
	n := len(c.path)
	for n > 0 && c.path[n-1].level >= level {
		n--
	}
	over := c.path[n:]
	c.path = c.path[:n:n]
	for _, s := range over {
		if s.used {
			continue
		}
		if end := len(c.list) - 1; c.words == 0 && end >= 0 && weight(c.list[end].Text)+weight(s.text) <= mostWords {
			c.list[end].Text += "\n" + s.text
			continue
		}
		c.body(Block{Text: s.text, Page: c.last.Page, Row: c.last.Row})
	}
}

func (c *cutter) body(b Block) {
	for _, piece := range split(b.Text) {
		n := weight(piece)
		if c.words > 0 && (c.words+n > mostWords || b.Row > 0 && c.words >= leastWords) {
			c.flush()
		}
		if c.words == 0 {
			c.now = Passage{Page: b.Page, Row: b.Row}
			for i := range c.path {
				c.path[i].used = true
				c.now.Heading = append(c.now.Heading, c.path[i].text)
			}
		}
		c.add(piece)
	}
}

func (c *cutter) add(line string) {
	c.lines = append(c.lines, line)
	c.words += weight(line)
}

func (c *cutter) flush() {
	if c.words == 0 {
		return
	}
	c.now.Text = strings.Join(c.lines, "\n")
	c.list = append(c.list, c.now)
	c.now, c.lines, c.words = Passage{}, nil, 0
}

// weight counts words; a very long one counts for several.
func weight(s string) int {
	n := 0
	for w := range strings.FieldsSeq(s) {
		n += 1 + utf8.RuneCountInString(w)/40
	}
	return n
}

// split cuts a paragraph of more than mostWords at the ends of sentences, or where it must.
func split(s string) []string {
	if weight(s) <= mostWords {
		return []string{s}
	}
	var out []string
	for _, part := range sentences(s) {
		if n := len(out); n > 0 && weight(out[n-1])+weight(part) <= mostWords {
			out[n-1] += " " + part
		} else {
			out = append(out, part)
		}
	}
	return out
}

// sentences cuts a paragraph behind «.», «;», «:», «?», «!», and a sentence of more than mostWords anywhere.
func sentences(s string) []string {
	var out, now []string
	n := 0
	flush := func() {
		if len(now) > 0 {
			out, now, n = append(out, strings.Join(now, " ")), nil, 0
		}
	}
	for w := range strings.FieldsSeq(s) {
		if n+weight(w) > mostWords {
			flush()
		}
		now, n = append(now, w), n+weight(w)
		if strings.ContainsAny(w[len(w)-1:], ".;:?!") && n >= leastWords/4 {
			flush()
		}
	}
	flush()
	return out
}

// clip shortens a heading.
func clip(s string) string {
	if r := []rune(s); len(r) > maxTitle {
		return string(r[:maxTitle-1]) + "…"
	}
	return s
}
