package pdf

import (
	"bytes"
	"slices"
)

// file is a PDF file with the places of its objects.
type file struct {
	data    []byte
	objects map[int]place
	packs   [][]byte       // object streams, expanded
	loaded  map[int]object // by number
	loading []int          // numbers that are being loaded: an object that needs itself is none
	trailer dict           // all trailers of the file together, the last ones first
	fonts   map[int]*font  // by number
	work    work
}

// place is where the body of an object begins.
type place struct {
	order int // of its object, or of the object stream that it is in: the last of a number counts
	pack  int // index in packs, -1: in the file itself
	at    int
}

// find notes where every object is.
func (f *file) find() error {
	var packs []int
	f.trailer = dict{}
	data := f.data
	for i := 0; ; {
		n := bytes.Index(data[i:], []byte("obj"))
		if n < 0 {
			break
		}
		at := i + n
		i = at + 3
		num, ok := f.header(at)
		if !ok {
			continue
		}
		if len(f.objects) == maxObjects {
			return ErrTooMany
		}
		f.objects[num] = place{i, -1, i}
		head := data[i:min(len(data), i+512)]
		if bytes.Contains(head, []byte("ObjStm")) || bytes.Contains(head, []byte("XRef")) {
			packs = append(packs, num)
		}
	}
	for i := 0; ; {
		n := bytes.Index(data[i:], []byte("trailer"))
		if n < 0 {
			break
		}
		i += n + len("trailer")
		l := &lexer{data: data, pos: i, work: &f.work, refs: true}
		if d, ok := l.next(0).(dict); ok {
			f.addTrailer(d)
		}
		if f.work.spent() {
			break
		}
	}
	slices.SortFunc(packs, func(a, b int) int { return f.objects[a].at - f.objects[b].at })
	for _, num := range slices.Compact(packs) {
		if err := f.unpack(num); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) addTrailer(d dict) {
	for k, v := range d {
		if k == "Root" || k == "Encrypt" {
			f.trailer[k] = v
		}
	}
}

// header reads the «12 0 » before the word obj at the given place.
func (f *file) header(at int) (num int, ok bool) {
	i := at
	back := func(is func(byte) bool) int {
		from := i
		for i > 0 && at-i < 24 && is(f.data[i-1]) {
			i--
		}
		return from - i
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if back(white) == 0 || back(digit) == 0 || back(white) == 0 {
		return 0, false
	}
	end := i
	if back(digit) == 0 {
		return 0, false
	}
	return digits(f.data[i:end])
}

// unpack notes the objects inside an object stream, or what the dictionary of a cross-reference stream says.
func (f *file) unpack(num int) error {
	at := f.objects[num]
	s, ok := f.load(num).(stream)
	if !ok {
		return nil
	}
	switch s.dict["Type"] {
	case name("XRef"):
		f.addTrailer(s.dict)
		return nil
	case name("ObjStm"):
	default:
		return nil
	}
	body, err := f.expand(s)
	if f.work.kept += len(body); err != nil || f.work.kept > maxKept {
		return nil
	}
	first, n := f.int(s.dict["First"]), f.int(s.dict["N"])
	l := &lexer{data: body, work: &f.work}
	f.packs = append(f.packs, body)
	for range n {
		id, ok1 := l.next(0).(float64)
		off, ok2 := l.next(0).(float64)
		pos := first + int(off)
		if !ok1 || !ok2 || id < 0 || id > 1e9 || off < 0 || pos > len(body) || pos < 0 {
			return nil
		}
		if old, ok := f.objects[int(id)]; ok && old.order > at.order {
			continue
		}
		if len(f.objects) == maxObjects {
			return ErrTooMany
		}
		f.objects[int(id)] = place{at.order, len(f.packs) - 1, pos}
		delete(f.loaded, int(id))
	}
	return nil
}

// load returns the object of a number, nil if there is none.
func (f *file) load(num int) object {
	if x, ok := f.loaded[num]; ok {
		return x
	}
	at, ok := f.objects[num]
	if !ok || slices.Contains(f.loading, num) || len(f.loading) >= maxDepth || f.work.spent() {
		return nil
	}
	f.loading = append(f.loading, num)
	defer func() { f.loading = f.loading[:len(f.loading)-1] }()
	l := &lexer{data: f.data, pos: at.at, work: &f.work, refs: true}
	if at.pack >= 0 {
		l.data = f.packs[at.pack]
	}
	x := l.next(0)
	switch x.(type) {
	case end, closing, operator:
		x = nil
	}
	if d, ok := x.(dict); ok && at.pack < 0 {
		if raw, ok := f.body(l, d); ok {
			x = stream{d, raw}
		}
	}
	f.loaded[num] = x
	return x
}

// body returns the bytes behind the dictionary of a stream.
func (f *file) body(l *lexer, d dict) (raw []byte, ok bool) {
	l.space()
	rest := f.data[l.pos:]
	if !bytes.HasPrefix(rest, []byte("stream")) {
		return nil, false
	}
	rest = rest[len("stream"):]
	rest = bytes.TrimPrefix(rest, []byte("\r"))
	rest = bytes.TrimPrefix(rest, []byte("\n"))
	if n := f.int(d["Length"]); n > 0 && n <= len(rest) && bytes.HasPrefix(bytes.TrimLeft(rest[n:min(len(rest), n+20)], "\r\n "), []byte("endstream")) {
		return rest[:n], true
	}
	n := bytes.Index(rest, []byte("endstream"))
	if n < 0 {
		n = len(rest)
	}
	return rest[:n], true
}

// get follows references to the object behind them.
func (f *file) get(x object) object {
	for range maxDepth {
		r, ok := x.(ref)
		if !ok {
			return x
		}
		x = f.load(int(r))
	}
	return nil
}

func (f *file) dict(x object) dict {
	switch x := f.get(x).(type) {
	case dict:
		return x
	case stream:
		return x.dict
	}
	return nil
}

func (f *file) array(x object) array {
	a, _ := f.get(x).(array)
	return a
}

func (f *file) name(x object) name {
	n, _ := f.get(x).(name)
	return n
}

func (f *file) number(x object) float64 {
	n, _ := f.get(x).(float64)
	return n
}

// int returns a whole number of a sane size, 0 for anything else.
func (f *file) int(x object) int {
	n := f.number(x)
	if n < -1<<40 || n > 1<<40 {
		return 0
	}
	return int(n)
}
