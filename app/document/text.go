package document

import (
	"regexp"
	"strings"
)

var reItem = regexp.MustCompile(`^\s*(?:[-*+•–]\s|\d{1,3}(?:\.\d{1,3})*[.)]\s|[a-zđ][.)]\s|[IVX]{1,6}\s?[.\-–]\s?)`)

// readText reads plain text: paragraphs lie between blank lines, and a list item or a heading on a line of its own is
// one as well.
func readText(text string) []Block {
	lines := strings.Split(newlines(text), "\n")
	for i, line := range lines { // marks of bold and links came along from elsewhere
		lines[i] = reStar.ReplaceAllString(strings.ReplaceAll(reAuto.ReplaceAllString(line, "$1"), "**", ""), "$1$2$3")
	}
	return headings(paragraphs(lines), nil)
}

func newlines(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\v", "\n").Replace(text)
}

// paragraphs joins the lines of each paragraph.
func paragraphs(lines []string) []Block {
	var out []Block
	open := false
	for _, line := range lines {
		s := Clean(line)
		switch {
		case s == "" || strings.Trim(s, "-_=*. ") == "":
			open = false
		case open && !reItem.MatchString(line):
			out[len(out)-1].Text = join(out[len(out)-1].Text, s)
		default:
			out = append(out, Block{Text: s})
			open = true
		}
	}
	return out
}
