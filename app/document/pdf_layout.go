package document

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/app/document/pdf"
)

// layout is how most of a PDF looks, in points.
type layout struct {
	size        float64 // of letters
	step        float64 // from line to line within a paragraph
	left, right float64 // of lines
}

// layoutOf measures the lines of a file.
func layoutOf(lines []pdf.Line) layout {
	sizes, steps := map[float64]int{}, map[float64]int{}
	var lefts, rights []float64
	for i, l := range lines {
		sizes[half(l.Size)] += len(l.Text)
		lefts, rights = append(lefts, l.X), append(rights, l.Right)
		if i > 0 && lines[i-1].Page == l.Page {
			if step := lines[i-1].Y - l.Y; step > 0.8*l.Size && step < 2.5*l.Size {
				steps[half(step)]++
			}
		}
	}
	o := layout{size: most(sizes), step: most(steps)}
	if len(lines) > 0 {
		slices.Sort(lefts)
		slices.Sort(rights)
		o.left, o.right = lefts[len(lefts)/10], rights[len(rights)*9/10]
	}
	if o.step == 0 {
		o.step = 1.4 * o.size
	}
	return o
}

func half(n float64) float64 { return float64(int(n*2+0.5)) / 2 }

// most returns the value that counts most, the smaller one of two.
func most(count map[float64]int) float64 {
	n, value := 0, 0.0
	for v, c := range count {
		if c > n || c == n && v < value {
			n, value = c, v
		}
	}
	return value
}

// blocks joins lines to paragraphs and finds headings.
func (o layout) blocks(lines []pdf.Line) []Block {
	var out []Block
	var strong []bool
	for i, l := range lines {
		s := Clean(l.Text)
		if s == "" {
			continue
		}
		looks := l.Bold || l.Size > o.size*1.15
		if n := len(out) - 1; i > 0 && n >= 0 && o.continues(lines[i-1], l, out[n].Text) {
			out[n].Text = join(out[n].Text, s)
			strong[n] = strong[n] && looks
			continue
		}
		out = append(out, Block{Text: s, Page: l.Page})
		strong = append(strong, looks)
	}
	return headings(out, func(i int) bool { return strong[i] })
}

// continues reports whether line b belongs to the paragraph whose last line is a.
func (o layout) continues(a, b pdf.Line, paragraph string) bool {
	if strings.Trim(paragraph, "-+•–") == "" { // the mark of a list item
		return true
	}
	lower := startsLower(b.Text)
	open := !strings.ContainsAny(paragraph[len(paragraph)-1:], ".;:!?")
	flows := open && lower
	step, size := a.Y-b.Y, max(a.Size, 1)
	switch {
	case flows && a.Page != b.Page:
		return true
	case a.Page != b.Page, reItem.MatchString(b.Text+" ") && !flows:
		return false
	case a.Bold != b.Bold && !lower, a.Size > b.Size*1.1 || b.Size > a.Size*1.1:
		return false
	case step <= 0: // up: another column or cell
		return flows && step > -size
	case step > max(1.25*o.step, 1.3*size):
		return false
	case b.X > a.X+1.2*size && !lower: // an indent begins a paragraph
		return false
	case !lower && a.Right < o.right-0.25*(o.right-o.left): // a short last line
		return false
	}
	return open || a.Right >= b.Right-2*size
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}
