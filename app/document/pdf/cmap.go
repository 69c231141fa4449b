package pdf

import (
	"encoding/binary"
	"unicode/utf16"
)

// maxMapped is how many characters one font may map.
const maxMapped = 70_000

// cmap is what a character map says: the text of each code, and how long codes are.
type cmap struct {
	text   map[uint32]string
	single bool // has codes of one byte
	double bool // has codes of two bytes
}

// readCMap reads a ToUnicode map: only the operators that list codes matter.
func (f *file) readCMap(body []byte) cmap {
	m := cmap{text: map[uint32]string{}}
	l := &lexer{data: body, work: &f.work}
	var args []object
	for {
		switch x := l.next(0).(type) {
		case end:
			return m
		case operator:
			switch x {
			case "endcodespacerange":
				for _, a := range args {
					t, _ := a.(text)
					m.single = m.single || len(t) == 1
					m.double = m.double || len(t) == 2
				}
			case "endbfchar":
				m.addChars(args)
			case "endbfrange":
				m.addRanges(args)
			}
			args = args[:0]
		default:
			if len(args) < 3*maxMapped {
				args = append(args, x)
			}
		}
	}
}

func (m *cmap) addChars(args []object) {
	for ; len(args) >= 2; args = args[2:] {
		from, ok1 := args[0].(text)
		to, ok2 := args[1].(text)
		if ok1 && ok2 {
			m.add(code(from), utf16Text(to))
		}
	}
}

func (m *cmap) addRanges(args []object) {
	for ; len(args) >= 3; args = args[3:] {
		lo, ok1 := args[0].(text)
		hi, ok2 := args[1].(text)
		if !ok1 || !ok2 {
			continue
		}
		first, last := code(lo), code(hi)
		switch to := args[2].(type) {
		case text:
			r := []rune(utf16Text(to))
			for c := first; c <= last && len(r) > 0 && len(m.text) < maxMapped; c++ {
				m.add(c, string(r))
				r[len(r)-1]++
			}
		case array:
			for i, x := range to {
				if t, ok := x.(text); ok && first+uint32(i) <= last {
					m.add(first+uint32(i), utf16Text(t))
				}
			}
		}
	}
}

func (m *cmap) add(c uint32, s string) {
	if len(m.text) < maxMapped && len(s) <= 32 {
		m.text[c] = s
	}
}

// code is the number that up to four bytes stand for.
func code(t text) uint32 {
	var n uint32
	for i := 0; i < len(t) && i < 4; i++ {
		n = n<<8 | uint32(t[i])
	}
	return n
}

// utf16Text reads big-endian UTF-16; a single byte is a character by itself, as some writers put it.
func utf16Text(t text) string {
	if len(t) == 1 {
		return string(rune(t[0]))
	}
	units := make([]uint16, 0, len(t)/2)
	for b := []byte(t); len(b) >= 2; b = b[2:] {
		units = append(units, binary.BigEndian.Uint16(b))
	}
	return string(utf16.Decode(units))
}
