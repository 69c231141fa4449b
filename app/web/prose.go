package web

import (
	"regexp"
	"strings"
)

// block is a paragraph or a list of a text that people write: the little of Markdown that guidance uses.
type block struct {
	List  bool
	Lines [][]span
}

// span is a piece of a line.
type span struct {
	Bold bool
	Text string
}

var reItem = regexp.MustCompile(`^\s*(?:[-*+•]|\d{1,3}[.)])\s+`)

// blocks reads paragraphs, lists («- », «1. ») and **bold**; everything else stays as it was written. The template
// escapes what it shows.
func blocks(text string) []block {
	var out []block
	open := false // the last block still takes lines
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		item := reItem.FindString(line)
		switch {
		case strings.TrimSpace(line) == "":
			open = false
		case item != "":
			if n := len(out); n == 0 || !out[n-1].List {
				out = append(out, block{List: true})
			}
			last := &out[len(out)-1]
			last.Lines = append(last.Lines, spans(line[len(item):]))
			open = true
		case open && out[len(out)-1].List && strings.HasPrefix(line, " "): // the item goes on
			lines := out[len(out)-1].Lines
			lines[len(lines)-1] = append(lines[len(lines)-1], spans(" "+strings.TrimSpace(line))...)
		case open && !out[len(out)-1].List:
			last := &out[len(out)-1]
			last.Lines = append(last.Lines, spans(strings.TrimSpace(line)))
		default:
			out = append(out, block{Lines: [][]span{spans(strings.TrimSpace(line))}})
			open = true
		}
	}
	return out
}

// spans splits a line at its **bold** marks; one without a partner is text.
func spans(line string) []span {
	var out []span
	parts := strings.Split(line, "**")
	for i, p := range parts {
		bold := i%2 == 1
		if bold && i == len(parts)-1 {
			p, bold = "**"+p, false
		}
		if p != "" {
			out = append(out, span{bold, p})
		}
	}
	return out
}
