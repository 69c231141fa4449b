package document

import (
	"regexp"
	"strings"
)

var (
	reHash   = regexp.MustCompile(`^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$`)
	reRule   = regexp.MustCompile(`^ {0,3}(?:[-*_]\s*){3,}$`)
	reTable  = regexp.MustCompile(`^\s*\|.*\|\s*$`)
	reFence  = regexp.MustCompile("^ {0,3}(?:```|~~~)")
	reLink   = regexp.MustCompile(`!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)`)
	reMark   = regexp.MustCompile(`\*\*|__|~~|` + "`")
	reStar   = regexp.MustCompile(`(^|[\s(“"«])[*_]([^*_]+)[*_]([\s.,;:!?)”"»]|$)`)
	reEscape = regexp.MustCompile(`\\([\\` + "`" + `*_{}\[\]()#+\-.!|<>~&])`)
	reAuto   = regexp.MustCompile(`<((?:https?://|mailto:)[^>\s]+)>`)
	reBold   = regexp.MustCompile(`^(?:\*\*|__)(.+?)(?:\*\*|__)[:.]?$`)
	reTag    = regexp.MustCompile(`</?[a-zA-Z][^>]{0,200}>|<!--.*?-->`)
)

// readMarkdown reads headings, paragraphs, list items and tables; marks of style are taken off, HTML is not kept.
func readMarkdown(text string) []Block {
	var out []Block
	var lines []string // of the open paragraph
	strong := map[int]bool{}
	flush := func() {
		for _, b := range paragraphs(lines) {
			plain := plainMarkdown(b.Text)
			if plain == "" {
				continue
			}
			out = append(out, Block{Text: plain})
		}
		lines = nil
	}
	all := strings.Split(newlines(text), "\n")
	for i := 0; i < len(all); i++ {
		line := all[i]
		trimmed := strings.TrimSpace(line)
		switch {
		case reFence.MatchString(line), reRule.MatchString(line):
			flush()
		case reHash.MatchString(line):
			flush()
			m := reHash.FindStringSubmatch(line)
			if s := plainMarkdown(m[2]); s != "" {
				out = append(out, Block{Text: s, Level: len(m[1])})
			}
		case reTable.MatchString(line):
			flush()
			n := i
			for n < len(all) && reTable.MatchString(all[n]) {
				n++
			}
			out = append(out, Table(markdownRows(all[i:n]), 0)...)
			i = n - 1
		case reBold.MatchString(trimmed) && len(lines) == 0 && (i+1 == len(all) || strings.TrimSpace(all[i+1]) == ""):
			strong[len(out)] = true
			lines = []string{line}
			flush()
		case trimmed == "":
			flush()
		default:
			lines = append(lines, strings.TrimPrefix(strings.TrimLeft(line, " "), "> "))
		}
	}
	flush()
	return headings(out, func(i int) bool { return strong[i] })
}

// plainMarkdown takes the marks of style off one line.
func plainMarkdown(s string) string {
	s = reAuto.ReplaceAllString(s, "$1")
	s = reTag.ReplaceAllString(s, " ")
	s = reLink.ReplaceAllString(s, "$1")
	s = reMark.ReplaceAllString(s, "")
	s = reStar.ReplaceAllString(s, "$1$2$3")
	s = reEscape.ReplaceAllString(s, "$1")
	return Clean(s)
}

// markdownRows takes the lines of a table apart.
func markdownRows(lines []string) (rows [][]string) {
	for _, line := range lines {
		line = strings.Trim(strings.TrimSpace(line), "|")
		if strings.Trim(line, "|-: ") == "" {
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.ReplaceAll(line, `\|`, "¦"), "|") {
			cells = append(cells, plainMarkdown(cell))
		}
		rows = append(rows, cells)
	}
	return rows
}
