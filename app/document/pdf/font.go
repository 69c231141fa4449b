package pdf

import (
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// font tells what the codes of a string mean and how wide they are.
type font struct {
	wide    bool // codes have two bytes
	bold    bool
	unicode map[uint32]string  // from the font's ToUnicode map, which counts before anything else
	simple  [256]string        // of codes of one byte without such a map
	widths  map[uint32]float64 // in thousandths of the size
	usual   float64            // width of all other codes
}

// glyph is one code of a string.
type glyph struct {
	text  string // "" if nobody tells
	width float64
	space bool // the code 32 of one byte, which word spacing widens
}

// font reads a font of a page's resources, each once.
func (f *file) font(x object) *font {
	r, shared := x.(ref)
	if shared {
		if ft, ok := f.fonts[int(r)]; ok {
			return ft
		}
	}
	ft := f.readFont(f.dict(x))
	if shared {
		f.fonts[int(r)] = ft
	}
	return ft
}

func (f *file) readFont(d dict) *font {
	ft := &font{widths: map[uint32]float64{}, usual: 500}
	ft.bold = bold(string(f.name(d["BaseFont"])))
	double := false
	if s, ok := f.get(d["ToUnicode"]).(stream); ok {
		if body, _ := f.expand(s); len(body) > 0 {
			m := f.readCMap(body)
			ft.unicode, double = m.text, m.double && !m.single
		}
	}
	if f.name(d["Subtype"]) == "Type0" {
		ft.wide = double || len(ft.unicode) == 0 || f.name(d["Encoding"]) != ""
		f.composite(ft, d)
		return ft
	}
	f.encode(ft, d["Encoding"])
	first := f.int(d["FirstChar"])
	for i, w := range f.array(d["Widths"]) {
		if c := first + i; c >= 0 && c < 256 {
			ft.widths[uint32(c)] = f.number(w)
		}
	}
	descriptor := f.dict(d["FontDescriptor"])
	if w := f.number(descriptor["MissingWidth"]); w > 0 && w < 5000 {
		ft.usual = w
	}
	ft.bold = ft.bold || f.int(descriptor["FontWeight"]) >= 600
	if f.name(d["Subtype"]) == "Type3" { // its widths are in the units of its own matrix
		scale := 0.001
		if m := f.array(d["FontMatrix"]); len(m) == 6 {
			scale = f.number(m[0])
		}
		for c, w := range ft.widths {
			ft.widths[c] = w * scale * 1000
		}
	}
	return ft
}

// bold reports whether a font is by its name.
func bold(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "bold") || strings.Contains(name, "black")
}

// composite reads the widths of a font of two-byte codes; codes are taken for glyphs, as Identity-H has it.
func (f *file) composite(ft *font, d dict) {
	ft.usual = 1000
	kids := f.array(d["DescendantFonts"])
	if len(kids) == 0 {
		return
	}
	kid := f.dict(kids[0])
	if w, ok := f.get(kid["DW"]).(float64); ok && w >= 0 && w < 5000 {
		ft.usual = w
	}
	ft.bold = ft.bold || f.int(f.dict(kid["FontDescriptor"])["FontWeight"]) >= 600
	list := f.array(kid["W"])
	for i := 0; i+1 < len(list) && len(ft.widths) < maxMapped; {
		first := f.int(list[i])
		switch x := f.get(list[i+1]).(type) {
		case array:
			for j, w := range x {
				ft.widths[uint32(first+j)] = f.number(w)
			}
			i += 2
		case float64:
			if i+2 >= len(list) {
				return
			}
			w := f.number(list[i+2])
			for c := first; c <= int(x) && len(ft.widths) < maxMapped; c++ {
				ft.widths[uint32(c)] = w
			}
			i += 3
		default:
			return
		}
	}
}

// encode fills in what the codes of one byte mean without a ToUnicode map.
func (f *file) encode(ft *font, x object) {
	base, d := f.name(x), f.dict(x)
	if d != nil {
		base = f.name(d["BaseEncoding"])
	}
	table := charmap.Windows1252
	if base == "MacRomanEncoding" {
		table = charmap.Macintosh
	}
	for c := range ft.simple {
		if r := table.DecodeByte(byte(c)); r >= ' ' && r != 0xfffd {
			ft.simple[c] = string(r)
		}
	}
	at := 0
	for _, x := range f.array(d["Differences"]) {
		switch x := f.get(x).(type) {
		case float64:
			at = f.int(x)
		case name:
			if at >= 0 && at < 256 {
				ft.simple[at] = glyphText(x)
			}
			at++
		}
	}
}

// glyphs takes a string apart.
func (ft *font) glyphs(s text) []glyph {
	out := make([]glyph, 0, len(s))
	if ft.wide {
		for i := 0; i+1 < len(s); i += 2 {
			out = append(out, ft.glyph(uint32(s[i])<<8|uint32(s[i+1])))
		}
		return out
	}
	for i := range len(s) {
		c := uint32(s[i])
		g := ft.glyph(c)
		if g.text == "" {
			g.text = ft.simple[c]
		}
		g.space = c == ' '
		out = append(out, g)
	}
	return out
}

func (ft *font) glyph(c uint32) glyph {
	w, ok := ft.widths[c]
	if !ok {
		w = ft.usual
	}
	return glyph{text: ft.unicode[c], width: w}
}
