package pdf

import (
	"math"
	"strings"
	"unicode"
)

// maxOperands is how many operands an operator has at most; more is noise.
const maxOperands = 64

// maxShown is how many pieces of text one page may show.
const maxShown = 60_000

// shown is a piece of text that one operator draws, in points.
type shown struct {
	text     string
	x, right float64
	y        float64
	size     float64
	bold     bool
}

// state is what q saves and Q restores.
type state struct {
	ctm            matrix
	font           *font
	size           float64
	char, word     float64 // extra space behind each character, each space
	scale, leading float64
	rise           float64
	hidden         bool
}

// reader draws a page without drawing it.
type reader struct {
	f        *file
	out      []shown
	unmapped int
	state
	saved      []state
	text, line matrix
	forms      []*byte // the forms that are being drawn, by their first byte
}

// read returns the lines of a page.
func (f *file) read(p page) (lines []Line, unmapped int) {
	r := &reader{f: f, text: unit(), line: unit()}
	r.state = state{ctm: unit(), scale: 1}
	r.run(f.content(p.contents), p.resources)
	return assemble(r.out), r.unmapped
}

// run carries out the operators of a page or a form.
func (r *reader) run(body []byte, resources dict) {
	fonts, forms := r.f.dict(resources["Font"]), r.f.dict(resources["XObject"])
	l := &lexer{data: body, work: &r.f.work}
	args := make([]object, 0, maxOperands)
	floor := len(r.saved)
	for len(r.out) < maxShown {
		x := l.next(0)
		switch x := x.(type) {
		case end:
			return
		case operator:
			switch x {
			case "BI":
				l.skipImage()
			case "Do":
				r.form(args, forms, resources)
			case "Tf":
				r.setFont(args, fonts)
			case "Q":
				if n := len(r.saved); n > floor {
					r.state, r.saved = r.saved[n-1], r.saved[:n-1]
				}
			default:
				r.do(x, args)
			}
			args = args[:0]
		default:
			if len(args) < maxOperands {
				args = append(args, x)
			}
		}
	}
}

// skipImage goes to the end of an inline picture.
func (l *lexer) skipImage() {
	for i := l.pos; i+2 < len(l.data); i++ {
		if l.data[i] == 'E' && l.data[i+1] == 'I' && white(l.data[i-1]) && (white(l.data[i+2]) || i+3 >= len(l.data)) {
			l.pos = i + 2
			return
		}
	}
	l.pos = len(l.data)
}

// do carries out an operator that needs no resources.
func (r *reader) do(op operator, args []object) {
	n := floats(args)
	switch op {
	case "q":
		if len(r.saved) < maxDepth*8 {
			r.saved = append(r.saved, r.state)
		}
	case "cm":
		if len(n) == 6 {
			r.ctm = matrix{n[0], n[1], n[2], n[3], n[4], n[5]}.then(r.ctm)
		}
	case "BT":
		r.text, r.line = unit(), unit()
	case "Tm":
		if len(n) == 6 {
			r.line = matrix{n[0], n[1], n[2], n[3], n[4], n[5]}
			r.text = r.line
		}
	case "Td", "TD":
		if len(n) == 2 {
			if op == "TD" {
				r.leading = -n[1]
			}
			r.move(n[0], n[1])
		}
	case "T*":
		r.move(0, -r.leading)
	case "TL", "Tc", "Tw", "Tz", "Ts", "Tr":
		if len(n) == 1 {
			r.set(op, n[0])
		}
	case "Tj":
		r.showLast(args)
	case "'":
		r.move(0, -r.leading)
		r.showLast(args)
	case "\"":
		if len(n) >= 2 {
			r.word, r.char = n[0], n[1]
		}
		r.move(0, -r.leading)
		r.showLast(args)
	case "TJ":
		if len(args) > 0 {
			a, _ := args[len(args)-1].(array)
			r.showArray(a)
		}
	}
}

func (r *reader) set(op operator, n float64) {
	switch op {
	case "TL":
		r.leading = n
	case "Tc":
		r.char = n
	case "Tw":
		r.word = n
	case "Tz":
		r.scale = n / 100
	case "Ts":
		r.rise = n
	case "Tr":
		r.hidden = false // text that is only there to be searched, over a scanned picture, counts as well
	}
}

func floats(args []object) []float64 {
	var out []float64
	for _, a := range args {
		if n, ok := a.(float64); ok {
			out = append(out, n)
		}
	}
	return out
}

func (r *reader) move(x, y float64) {
	r.line = r.line.moved(x, y)
	r.text = r.line
}

func (r *reader) setFont(args []object, fonts dict) {
	if len(args) < 2 {
		return
	}
	n, _ := args[0].(name)
	r.size, _ = args[1].(float64)
	r.font = nil
	if fonts[n] != nil {
		r.font = r.f.font(fonts[n])
	}
}

// form draws a form: a content stream of its own within the page.
func (r *reader) form(args []object, forms, resources dict) {
	if len(args) == 0 || len(r.forms) >= maxDepth/4 {
		return
	}
	n, _ := args[0].(name)
	s, ok := r.f.get(forms[n]).(stream)
	if !ok || len(s.raw) == 0 || r.f.name(s.dict["Subtype"]) != "Form" {
		return
	}
	for _, p := range r.forms {
		if p == &s.raw[0] {
			return
		}
	}
	body, err := r.f.expand(s)
	if err != nil && len(body) == 0 {
		return
	}
	if own := r.f.dict(s.dict["Resources"]); own != nil {
		resources = own
	}
	before, text, line := r.state, r.text, r.line
	if m := floats(r.f.array(s.dict["Matrix"])); len(m) == 6 {
		r.ctm = matrix{m[0], m[1], m[2], m[3], m[4], m[5]}.then(r.ctm)
	}
	r.forms = append(r.forms, &s.raw[0])
	r.run(body, resources)
	r.forms = r.forms[:len(r.forms)-1]
	r.state, r.text, r.line = before, text, line
}

func (r *reader) showLast(args []object) {
	if len(args) > 0 {
		t, _ := args[len(args)-1].(text)
		r.show(t)
	}
}

// showArray draws strings with steps in thousandths of the size between them.
func (r *reader) showArray(a array) {
	for _, x := range a {
		switch x := x.(type) {
		case text:
			r.show(x)
		case float64:
			r.text = r.text.moved(-x/1000*r.size*r.scale, 0)
		}
	}
}

// show draws a string and moves to its end.
func (r *reader) show(t text) {
	if r.font == nil || len(r.out) >= maxShown {
		return
	}
	var b strings.Builder
	origin := r.text
	start := origin
	last := start // end of the last character that is not a space
	begun := false
	for _, g := range r.font.glyphs(t) {
		s := strings.Map(printable, g.text)
		if s == "" && g.width > 0 && meaningless(g.text) {
			r.unmapped++
		}
		step := g.width/1000*r.size + r.char
		if g.space {
			step += r.word
		}
		if s == " " && !begun { // leading spaces move the beginning
			r.text = r.text.moved(step*r.scale, 0)
			start = r.text
			if b.Len() == 0 {
				b.WriteByte(' ')
			}
			continue
		}
		begun = begun || s != ""
		b.WriteString(s)
		r.text = r.text.moved((step-r.char)*r.scale, 0)
		if s != " " {
			last = r.text
		}
		r.text = r.text.moved(r.char*r.scale, 0)
	}
	if b.Len() == 0 {
		return
	}
	if !begun { // a space reaches nowhere
		start, last = origin, origin
	}
	x, y := start.then(r.ctm).at(r.rise)
	right, _ := last.then(r.ctm).at(r.rise)
	full := start.then(r.ctm)
	size := math.Abs(r.size) * math.Hypot(full.c, full.d)
	if bad(x) || bad(y) || bad(right) || bad(size) {
		return
	}
	r.out = append(r.out, shown{b.String(), x, right, y, size, r.font.bold})
}

func bad(n float64) bool { return math.IsNaN(n) || math.IsInf(n, 0) || math.Abs(n) > 1e7 }

// meaningless tells the texts that stand for a letter that nobody told.
func meaningless(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsControl(r) && r != 0xfffd }) < 0
}

// printable maps all white space to a space and drops what cannot be seen.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), r == 0xfffd, r == 0xfeff, r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0xe000 && r <= 0xf8ff:
		return -1
	}
	return r
}
