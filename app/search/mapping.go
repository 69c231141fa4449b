package search

import (
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
)

// layout is the version of what is written into an index: raise it with every change of keys, fields, of Bleve, or of
// what callers make Documents of, and every index out there is built anew.
const layout = 1

// Document is one thing that can be found: an indicator, one passage of a document, a unit.
type Document struct {
	ID     string   // its kind, a slash and what else makes it unique: "indicator/nq57/1.01"
	Title  string   // a name or heading; a term in it weighs titleWeight
	Body   string   // everything else
	Codes  []string // its own codes: "1.01", "SYT"; document numbers in Title and Body are found by themselves
	Parent string   // ID of what it is a passage of, "" if it stands for itself
	Set    string
	Layer  string
	Group  string
	Units  []string
	About  []string // what it is linked to, as the caller names that
	Access []string // tags of those who may find it; without any only the system does
	From   string   // first day in force, as 2006-01-02; "": always
	To     string   // last day in force; "": for ever
}

// KindOf returns the kind that an ID begins with.
func KindOf(id string) string {
	kind, _, _ := strings.Cut(id, "/")
	return kind
}

// The fields that hold one value as it is, for filters.
const (
	fieldKind   = "kind"
	fieldParent = "parent"
	fieldSet    = "set"
	fieldLayer  = "layer"
	fieldGroup  = "group"
	fieldUnit   = "unit"
	fieldAbout  = "about"
	fieldAccess = "access"
	fieldFrom   = "from"
	fieldTo     = "to"
)

// The days that stand for "always" and "for ever".
const (
	firstDay = "0000-00-00"
	lastDay  = "9999-99-99"
)

func titleField(by string) string { return "t_" + by }
func bodyField(by string) string  { return "b_" + by }

// streams returns the ways in which a text is indexed.
func streams() []string { return []string{byExact, byFold, byFoldPair, byExactPair, byCode} }

// newMapping declares the fields. Texts reach Bleve as keys joined by spaces, so that it has nothing to analyse.
func newMapping() (mapping.IndexMapping, error) {
	const analyzer = "keys"
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer(analyzer, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	doc := bleve.NewDocumentStaticMapping()
	add := func(name, analyzer string, values bool) {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, values
		doc.AddFieldMappingsAt(name, f)
	}
	for _, by := range streams() {
		add(titleField(by), analyzer, false)
		add(bodyField(by), analyzer, false)
	}
	for _, name := range []string{fieldKind, fieldSet, fieldLayer, fieldGroup, fieldUnit} {
		add(name, keyword.Name, true) // counted as facets
	}
	for _, name := range []string{fieldParent, fieldAbout, fieldAccess, fieldFrom, fieldTo} {
		add(name, keyword.Name, false)
	}
	m.DefaultMapping = doc
	return m, nil
}

// record is a document as Bleve gets it: field → text or texts.
type record struct {
	id          string
	fields      map[string]any
	title, body int // tokens
}

// newRecord computes all keys of a document.
func newRecord(d Document) record {
	r := record{id: d.ID, fields: map[string]any{}}
	r.title = r.addText(titleField, d.Title, d.Codes)
	r.body = r.addText(bodyField, d.Body, nil)
	set := func(name, value string) {
		if value != "" {
			r.fields[name] = value
		}
	}
	set(fieldKind, KindOf(d.ID))
	set(fieldParent, d.Parent)
	set(fieldSet, d.Set)
	set(fieldLayer, d.Layer)
	set(fieldGroup, d.Group)
	set(fieldFrom, firstDay)
	set(fieldFrom, d.From)
	set(fieldTo, lastDay)
	set(fieldTo, d.To)
	r.fields[fieldUnit] = d.Units
	r.fields[fieldAbout] = d.About
	r.fields[fieldAccess] = d.Access
	return r
}

// addText adds the streams of one text and returns its length in tokens.
func (r *record) addText(field func(by string) string, text string, codes []string) int {
	tokens := Tokenize(text)
	var x, f, xb, fb strings.Builder
	var px, pf string
	for i, t := range tokens {
		exact, fold := keys(t.Text)
		join(&x, exact)
		join(&f, fold)
		if i > 0 {
			join(&xb, px+pairSign+exact)
			join(&fb, pf+pairSign+fold)
		}
		px, pf = exact, fold
	}
	for by, text := range map[string]string{byExact: x.String(), byFold: f.String(), byExactPair: xb.String(), byFoldPair: fb.String(), byCode: strings.Join(codeTerms(text, codes), " ")} {
		if text != "" {
			r.fields[field(by)] = text
		}
	}
	return len(tokens)
}

func join(b *strings.Builder, key string) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(key)
}
