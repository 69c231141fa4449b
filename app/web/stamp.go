package web

import (
	"fmt"
	"html/template"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
)

// A stamp renders a partial that a page repeats hundreds of times, about ten times as fast as the template itself. A
// row is a struct of texts and bools, and its template asks no more of them than whether they are empty. So all rows
// with the same fields set differ in their texts alone: the template is executed once for each such shape, with marks
// in place of the texts, and a row is what stands between the marks with its own texts put in. A row in which a field
// of another kind is set, such as a list, goes through the template itself.
//
// Texts of type string are escaped, template.HTML and template.HTMLAttr stand as they are. An address comes as a whole
// attribute: a plain text inside one is refused, because it would have to be escaped in another way.
type stamp struct {
	partial *template.Template
	row     reflect.Type
	fields  []reflect.Kind // of the row; Invalid where the template cannot see it
	shapes  sync.Map       // bits of the fields that are set → []piece
	size    atomic.Int64   // bytes of a row so far, on the safe side
}

// piece is a stretch of the template's output and the field that follows it, -1 at the end.
type piece struct {
	text  string
	field int
	plain bool // the field is to be escaped
}

// rows is the template function that renders a partial for each element of a slice of structs.
func (s *Server) rows(name string, list any) (template.HTML, error) {
	v := reflect.ValueOf(list)
	known, ok := s.stamps.Load(name)
	if !ok {
		made, err := newStamp(s.views.Templates, name, v.Type().Elem())
		if err != nil {
			return "", err
		}
		known, _ = s.stamps.LoadOrStore(name, made)
	}
	return known.(*stamp).all(v)
}

// all renders the rows of a slice.
func (s *stamp) all(rows reflect.Value) (template.HTML, error) {
	n := rows.Len()
	var b strings.Builder
	b.Grow(n * int(s.size.Load()))
	for i := range n {
		if err := s.write(&b, rows.Index(i)); err != nil {
			return "", err
		}
	}
	if n > 0 && int64(b.Len()/n) >= s.size.Load() {
		s.size.Store(int64(b.Len()/n*5/4 + 1))
	}
	return template.HTML(b.String()), nil
}

// newStamp returns the stamp of a partial for rows of the given type.
func newStamp(views *template.Template, name string, row reflect.Type) (*stamp, error) {
	s := &stamp{partial: views.Lookup(name), row: row}
	if s.partial == nil {
		return nil, fmt.Errorf("stamp: no template %s", name)
	}
	if s.row.NumField() > 64 {
		return nil, fmt.Errorf("stamp %s: %s has more fields than a shape has bits", name, s.row)
	}
	for i := range s.row.NumField() {
		kind := reflect.Invalid
		if f := s.row.Field(i); f.IsExported() {
			kind = f.Type.Kind()
		}
		s.fields = append(s.fields, kind)
	}
	return s, nil
}

// write writes a row behind b.
func (s *stamp) write(b *strings.Builder, v reflect.Value) error {
	var shape uint64
	for i, kind := range s.fields {
		switch {
		case kind == reflect.Invalid || v.Field(i).IsZero():
		case kind == reflect.String || kind == reflect.Bool:
			shape |= 1 << i
		default:
			return s.partial.Execute(b, v.Interface())
		}
	}
	known, ok := s.shapes.Load(shape)
	if !ok {
		pieces, err := s.cut(shape)
		if err != nil {
			return err
		}
		known, _ = s.shapes.LoadOrStore(shape, pieces)
	}
	for _, p := range known.([]piece) {
		b.WriteString(p.text)
		switch {
		case p.field < 0:
		case p.plain:
			writeEscaped(b, v.Field(p.field).String())
		default:
			b.WriteString(v.Field(p.field).String())
		}
	}
	return nil
}

// cut executes the template with marks for the texts of a shape and takes its output apart at them.
func (s *stamp) cut(shape uint64) ([]piece, error) {
	const open, end = "qzjé", "éjzq" // an address would change the é
	marked := reflect.New(s.row).Elem()
	for i := range marked.NumField() {
		switch f := marked.Field(i); {
		case shape&(1<<i) == 0:
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		default:
			f.SetString(fmt.Sprint(open, i, end))
		}
	}
	var out strings.Builder
	if err := s.partial.Execute(&out, marked.Interface()); err != nil {
		return nil, fmt.Errorf("stamp: %w", err)
	}
	var pieces []piece
	rest := out.String()
	if strings.Count(rest, open) != strings.Count(rest, "qzj") {
		return nil, fmt.Errorf("stamp %s: a text stands in an address", s.partial.Name())
	}
	for {
		text, after, found := strings.Cut(rest, open)
		if !found {
			return append(pieces, piece{text: rest, field: -1}), nil
		}
		mark, tail, _ := strings.Cut(after, end)
		p := piece{text: text}
		if _, err := fmt.Sscan(mark, &p.field); err != nil {
			return nil, fmt.Errorf("stamp: mark %q: %w", mark, err)
		}
		p.plain = marked.Field(p.field).Type() == reflect.TypeFor[string]()
		pieces, rest = append(pieces, p), tail
	}
}

// special are the bytes that html/template escapes between tags and in quoted attributes, all below 64.
const special = uint64(1)<<0 | 1<<'"' | 1<<'&' | 1<<'\'' | 1<<'+' | 1<<'<' | 1<<'>'

// writeEscaped escapes a text as html/template does between tags and in quoted attributes.
func writeEscaped(b *strings.Builder, s string) {
	done := 0
	for i := range len(s) {
		if s[i] >= 64 || special>>s[i]&1 == 0 {
			continue
		}
		b.WriteString(s[done:i])
		done = i + 1
		switch s[i] {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&#34;")
		case '\'':
			b.WriteString("&#39;")
		case '+':
			b.WriteString("&#43;")
		default:
			b.WriteString("\uFFFD")
		}
	}
	b.WriteString(s[done:])
}
