package pdf

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
)

var errFilter = errors.New("filter that holds no text")

// expand returns the bytes of a stream with its filters undone, at most maxStream of them. With an error it returns
// what came before it.
func (f *file) expand(s stream) ([]byte, error) {
	if f.work.bytes <= 0 {
		return nil, errFilter
	}
	filters, params := f.list(s.dict["Filter"]), f.list(s.dict["DecodeParms"])
	body := s.raw
	for i, x := range filters {
		var p dict
		if i < len(params) {
			p = f.dict(params[i])
		}
		var err error
		switch f.name(x) {
		case "FlateDecode", "Fl":
			body, err = f.inflate(body)
			body = f.unpredict(body, p)
		case "ASCIIHexDecode", "AHx":
			l := &lexer{data: body, work: &f.work}
			t, _ := l.hex().(text)
			body = []byte(t)
		case "ASCII85Decode", "A85":
			body = base85(body)
		case "RunLengthDecode", "RL":
			body = runLength(body)
		default:
			return nil, errFilter
		}
		f.work.bytes -= len(body)
		if err != nil {
			return body, err
		}
	}
	return body, nil
}

// list returns an array, or one object as an array.
func (f *file) list(x object) array {
	switch x := f.get(x).(type) {
	case nil:
		return nil
	case array:
		return x
	default:
		return array{x}
	}
}

// inflate expands zlib data and takes no offence at a wrong checksum or a cut end.
func (f *file) inflate(b []byte) ([]byte, error) {
	if len(b) < 2 {
		return nil, io.ErrUnexpectedEOF
	}
	var out bytes.Buffer
	limit := min(maxStream, max(f.work.bytes, 0))
	_, err := io.Copy(&out, io.LimitReader(flate.NewReader(bytes.NewReader(b[2:])), int64(limit)))
	return out.Bytes(), err
}

// unpredict undoes the PNG predictors, which other writers than those of pictures use for tables of numbers.
func (f *file) unpredict(b []byte, p dict) []byte {
	if f.int(p["Predictor"]) < 10 {
		return b
	}
	columns, colors, bits := f.int(p["Columns"]), f.int(p["Colors"]), f.int(p["BitsPerComponent"])
	if columns < 1 {
		columns = 1
	}
	if colors < 1 {
		colors = 1
	}
	if bits < 1 {
		bits = 8
	}
	if columns > 1<<20 || colors > 32 || bits > 32 {
		return nil
	}
	step := max(1, colors*bits/8)
	width := (columns*colors*bits + 7) / 8
	out := make([]byte, 0, len(b))
	before := make([]byte, width)
	for len(b) > width {
		row := b[1 : 1+width]
		unfilter(b[0], row, before, step)
		out = append(out, row...)
		before, b = row, b[1+width:]
	}
	return out
}

// unfilter undoes one row of a PNG predictor in place.
func unfilter(kind byte, row, before []byte, step int) {
	for i := range row {
		var left, corner byte
		if i >= step {
			left, corner = row[i-step], before[i-step]
		}
		up := before[i]
		switch kind {
		case 1:
			row[i] += left
		case 2:
			row[i] += up
		case 3:
			row[i] += byte((int(left) + int(up)) / 2)
		case 4:
			row[i] += paeth(left, up, corner)
		}
	}
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// base85 decodes until the end mark; what is no digit is skipped.
func base85(b []byte) []byte {
	var out []byte
	var group [5]byte
	n := 0
	flush := func(digits int) {
		for i := digits; i < 5; i++ {
			group[i] = 84
		}
		var v uint32
		for _, d := range group {
			v = v*85 + uint32(d)
		}
		four := []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}
		out = append(out, four[:digits-1]...)
		n = 0
	}
	for _, c := range bytes.TrimPrefix(bytes.TrimLeft(b, " \r\n\t"), []byte("<~")) {
		switch {
		case c == '~':
			if n > 1 {
				flush(n)
			}
			return out
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group[n] = c - '!'
			if n++; n == 5 {
				flush(5)
			}
		}
	}
	if n > 1 {
		flush(n)
	}
	return out
}

func runLength(b []byte) []byte {
	var out []byte
	for len(b) > 1 && len(out) < maxStream {
		n := int(b[0])
		switch {
		case n == 128:
			return out
		case n < 128:
			n = min(n+1, len(b)-1)
			out = append(out, b[1:1+n]...)
			b = b[1+n:]
		default:
			out = append(out, bytes.Repeat(b[1:2], 257-n)...)
			b = b[2:]
		}
	}
	return out
}
