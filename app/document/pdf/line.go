package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Distances in parts of the letters' size.
const (
	sameLine  = 0.45 // baselines that lie closer are one
	wordGap   = 0.16 // a wider gap is a space
	columnGap = 4    // a wider gap begins another line, as between the columns of a heading
	overlap   = 0.6  // how far a piece may reach into another one
	samePlace = 0.2  // the same text so close is drawn twice, to look bold
)

// assemble joins the pieces of a page to lines, in the order in which they are drawn. Letters that their font lacks are
// drawn with another one before or after the rest of their line: they find their gap.
func assemble(pieces []shown) []Line {
	var out []Line
	var now *building
	for _, p := range pieces {
		switch {
		case now == nil || !now.near(p):
		case now.repeats(p):
			continue
		case now.room(p):
			now.add(p)
			continue
		}
		out = now.finish(out)
		now = &building{y: p.y, left: p.x}
		now.add(p)
	}
	return now.finish(out)
}

// building is a line that is not finished.
type building struct {
	pieces  []shown
	y, size float64 // of the first piece that is not a space, of the last one
	left    float64
	right   float64
}

// mostPieces is how many pieces of a line are compared with a new one; a longer line only grows at its end.
const mostPieces = 500

// near reports whether a piece lies on the line, or in a column's distance of its ends.
func (b *building) near(p shown) bool {
	size := max(b.size, p.size, 1)
	return math.Abs(p.y-b.y) < sameLine*size && p.x-b.right < columnGap*size && b.left-p.right < columnGap*size
}

// room reports whether nothing stands yet where the piece goes.
func (b *building) room(p shown) bool {
	size := max(b.size, p.size, 1)
	if p.x >= b.right-overlap*size {
		return true
	}
	if len(b.pieces) > mostPieces {
		return false
	}
	for _, q := range b.pieces {
		if p.x < q.right-overlap*size && q.x < p.right-overlap*size {
			return false
		}
	}
	return true
}

// repeats reports whether the piece is there already.
func (b *building) repeats(p shown) bool {
	size := max(b.size, p.size, 1)
	for _, q := range b.pieces[max(0, len(b.pieces)-mostPieces):] {
		if q.text == p.text && math.Abs(q.x-p.x) < samePlace*size {
			return true
		}
	}
	return false
}

func (b *building) add(p shown) {
	if len(b.pieces) == 0 {
		b.right = p.right
	}
	b.pieces = append(b.pieces, p)
	b.left, b.right = min(b.left, p.x), max(b.right, p.right)
	if strings.TrimSpace(p.text) != "" {
		b.size = p.size
	}
}

// finish appends the line, if anything stands on it.
func (b *building) finish(out []Line) []Line {
	if b == nil {
		return out
	}
	slices.SortStableFunc(b.pieces, func(p, q shown) int { return cmp.Compare(p.x, q.x) })
	var text strings.Builder
	letters := map[float64]int{}
	bold, all := 0, 0
	right, size := b.left, 1.0
	for _, p := range b.pieces {
		if p.x-right > wordGap*max(size, p.size) && text.Len() > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(p.text)
		right = max(right, p.right)
		if strings.TrimSpace(p.text) == "" {
			continue
		}
		n := utf8.RuneCountInString(p.text)
		size = p.size
		letters[p.size] += n
		if all += n; p.bold {
			bold += n
		}
	}
	l := Line{Text: strings.Join(strings.Fields(text.String()), " "), X: b.left, Right: b.right, Y: b.y, Bold: 2*bold > all}
	if l.Text == "" {
		return out
	}
	most := 0
	for s, n := range letters {
		if n > most || n == most && s > l.Size {
			most, l.Size = n, s
		}
	}
	return append(out, l)
}
