package pdf

// An object is one of: nil, bool, float64 (all numbers), text (a string), name, array, dict, ref, stream, operator.
type object any

type (
	text     string // the bytes of a string, of no encoding yet
	name     string // without the slash
	operator string // a word that is none of the others: an operator, "obj", "R"
	array    []object
	dict     map[name]object
	ref      int // number of an object; generations do not matter here
)

// stream is a dictionary with bytes behind it.
type stream struct {
	dict
	raw []byte
}

// lexer takes a text of PDF syntax apart. It never fails: what is no syntax is skipped.
type lexer struct {
	data []byte
	pos  int
	work *work
	refs bool // "1 0 R" is a reference: in files, not in content
}

// end is what next returns at the end of the data, or of the work.
type end struct{}

// closing is "]" or ">>" without its beginning.
type closing byte

// next returns the next object, or end{}.
func (l *lexer) next(depth int) object {
	if !l.work.token() {
		return end{}
	}
	l.space()
	if l.pos >= len(l.data) {
		return end{}
	}
	c := l.data[l.pos]
	switch {
	case c == '/':
		l.pos++
		return l.name()
	case c == '(':
		l.pos++
		return l.literal()
	case c == '<' && l.at(l.pos+1) == '<':
		l.pos += 2
		return l.dict(depth)
	case c == '<':
		l.pos++
		return l.hex()
	case c == '[':
		l.pos++
		return l.array(depth)
	case c == ']':
		l.pos++
		return closing(']')
	case c == '>' && l.at(l.pos+1) == '>':
		l.pos += 2
		return closing('>')
	case delimiter(c):
		l.pos++
		return operator(c)
	}
	return l.word()
}

func (l *lexer) at(i int) byte {
	if i >= len(l.data) {
		return 0
	}
	return l.data[i]
}

func (l *lexer) space() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case white(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

func white(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func delimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// regular returns the end of the run of ordinary characters that begins at l.pos.
func (l *lexer) regular() int {
	i := l.pos
	for i < len(l.data) && !white(l.data[i]) && !delimiter(l.data[i]) {
		i++
	}
	return i
}

func (l *lexer) name() object {
	i := l.regular()
	raw := l.data[l.pos:i]
	l.pos = i
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if hi, lo := nibble(raw[i+1]), nibble(raw[i+2]); hi < 16 && lo < 16 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out)
}

func nibble(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 16
}

func (l *lexer) hex() object {
	var out []byte
	var half byte
	odd := false
	for l.pos < len(l.data) {
		c := l.data[l.pos]
		l.pos++
		if c == '>' {
			break
		}
		n := nibble(c)
		if n > 15 {
			continue
		}
		if odd {
			out = append(out, half|n)
		}
		half, odd = n<<4, !odd
	}
	if odd {
		out = append(out, half)
	}
	return text(out)
}

func (l *lexer) literal() object {
	var out []byte
	for open := 1; l.pos < len(l.data); l.pos++ {
		switch c := l.data[l.pos]; c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.pos++
				return text(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, l.data[l.pos])
	}
	return text(out)
}

// escape reads what a backslash at l.pos stands for and leaves l.pos at its last character.
func (l *lexer) escape(out []byte) []byte {
	l.pos++
	switch c := l.at(l.pos); c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\n':
		return out
	case '\r':
		if l.at(l.pos+1) == '\n' {
			l.pos++
		}
		return out
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n := int(c - '0')
		for range 2 {
			d := l.at(l.pos + 1)
			if d < '0' || d > '7' {
				break
			}
			n = n<<3 | int(d-'0')
			l.pos++
		}
		return append(out, byte(n))
	default:
		return append(out, c)
	}
}

func (l *lexer) array(depth int) object {
	var out array
	for {
		switch x := l.next(depth + 1).(type) {
		case end:
			return out
		case closing:
			return out
		case operator: // no object
		default:
			if l.keep(depth) {
				out = append(out, x)
			}
		}
	}
}

// keep reports whether one more object may be put into an array or a dictionary. Those of a file stay in memory.
func (l *lexer) keep(depth int) bool {
	if l.refs {
		l.work.kept += elementSize
	}
	return depth < maxDepth && l.work.kept <= maxKept
}

// elementSize is about what an element takes.
const elementSize = 32

func (l *lexer) dict(depth int) object {
	out := dict{}
	for {
		switch key := l.next(depth + 1).(type) {
		case end:
			return out
		case closing:
			return out
		case name:
			value := l.next(depth + 1)
			switch value.(type) {
			case end, closing:
				return out
			case operator:
			default:
				if depth < maxDepth {
					out[key] = value
				}
			}
		}
	}
}

// word reads a number, a reference, a constant or an operator.
func (l *lexer) word() object {
	i := l.regular()
	w := l.data[l.pos:i]
	l.pos = i
	if n, ok := number(w); ok {
		if l.refs {
			if num, ok := l.reference(w); ok {
				return num
			}
		}
		return n
	}
	switch string(w) {
	case "null":
		return nil
	case "true":
		return true
	case "false":
		return false
	}
	return operator(w)
}

// reference reads the rest of "12 0 R" after its first number.
func (l *lexer) reference(first []byte) (ref, bool) {
	num, ok := digits(first)
	if !ok {
		return 0, false
	}
	rest := l.data[l.pos:min(len(l.data), l.pos+16)]
	i := 0
	skip := func(is func(byte) bool) int {
		from := i
		for i < len(rest) && is(rest[i]) {
			i++
		}
		return i - from
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if skip(white) == 0 || skip(digit) == 0 || skip(white) == 0 || i >= len(rest) || rest[i] != 'R' {
		return 0, false
	}
	if i++; i < len(rest) && !white(rest[i]) && !delimiter(rest[i]) {
		return 0, false
	}
	l.pos += i
	return ref(num), true
}

// digits reads a whole number of at most nine digits.
func digits(b []byte) (n int, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// number reads a decimal number as content streams have them: no exponents.
func number(b []byte) (float64, bool) {
	n, scale, seen, sign := 0.0, 0.0, false, 1.0
	for i, c := range b {
		switch {
		case c == '-' && i == 0:
			sign = -1
		case c == '+' && i == 0:
		case c == '-' && seen: // some writers put a sign inside: the rest is noise
			return sign * n, true
		case c == '.' && scale == 0:
			scale = 1
		case c >= '0' && c <= '9':
			seen = true
			if scale == 0 {
				n = n*10 + float64(c-'0')
			} else {
				scale /= 10
				n += float64(c-'0') * scale
			}
		default:
			return 0, false
		}
	}
	return sign * n, seen
}
