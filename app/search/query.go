package search

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// Query is what somebody asks. Every filter that is not "" must hold.
type Query struct {
	Text string // as typed; the first 64 tokens count

	// Access holds the tags of the person who asks: a document is found if it carries one of them. With Everything
	// no tag is asked for; that is for the system alone.
	Access     []string
	Everything bool

	Kind, Set, Layer, Group, Unit string
	Within                        string // ID of a parent: only its passages
	About                         string // only what is linked to this
	InForce                       string // a day as 2006-01-02: only what is in force on it

	Limit, Offset int
	Facets        bool // count the hits by kind, set, layer, group and unit; about twice the work
}

// Hit is a document that was found.
type Hit struct {
	ID    string
	Kind  string
	Score float64 // comparable within one result only
}

// Count is how many hits have a value.
type Count struct {
	Value string
	Hits  int
}

// Result is the answer to a Query.
type Result struct {
	Hits   []Hit // the best first; equals by ID
	Total  int
	Meant  string             // the query with its typos corrected, "" if none was found
	Facets map[string][]Count // kind, set, layer, group, unit; the most frequent first
	Marker *Marker            // marks the words of the query in the texts of the hits; never nil
}

// maxHits bounds how many hits one query returns, and how deep they may lie.
const (
	maxHits   = 200
	maxOffset = 2000
	maxFacets = 200
)

// Search answers a query. It fails with ErrNotReady while there is no index, or with the error of ctx.
func (ix *Index) Search(ctx context.Context, q Query) (Result, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	g := ix.current
	if g == nil {
		return Result{Marker: &Marker{}}, ErrNotReady
	}
	var res Result
	err := guarded("search", func() error {
		var err error
		res, err = g.search(ctx, q, ix.abbreviations.Load())
		return err
	})
	if isPanic(err) {
		ix.damaged.Store(&err)
	}
	if err != nil {
		return Result{Marker: &Marker{}}, err
	}
	return res, nil
}

func (g *generation) search(ctx context.Context, q Query, short *Abbreviations) (Result, error) {
	words := g.words.Load()
	reader, err := g.reader()
	if err != nil {
		return Result{}, err
	}
	defer reader.Close()
	a := analyse(q.Text, vocabulary{words.speller, reader.pairs(ctx, byFoldPair)}, short)
	res := Result{Meant: words.meant(a, reader.pairs(ctx, byExactPair)), Marker: newMarker(a, g.common(words))}
	list := clausesOf(a)
	if len(list) == 0 {
		return res, nil
	}
	search := &query.BooleanQuery{Must: &scorer{clauses: list, lengths: g.lengths()}, Filter: q.filter()}
	req := bleve.NewSearchRequestOptions(search, min(max(q.Limit, 0), maxHits), min(max(q.Offset, 0), maxOffset), false)
	req.SortBy([]string{"-_score", "_id"})
	if q.Facets {
		for _, name := range []string{fieldKind, fieldSet, fieldLayer, fieldGroup, fieldUnit} {
			req.AddFacet(name, bleve.NewFacetRequest(name, maxFacets))
		}
	}
	found, err := g.index.SearchInContext(ctx, req)
	if err != nil {
		return res, fmt.Errorf("search: %w", err)
	}
	res.Total = int(found.Total)
	for _, h := range found.Hits {
		res.Hits = append(res.Hits, Hit{ID: h.ID, Kind: KindOf(h.ID), Score: h.Score})
	}
	if q.Facets {
		res.Facets = map[string][]Count{}
		for name, f := range found.Facets {
			for _, t := range f.Terms.Terms() {
				res.Facets[name] = append(res.Facets[name], Count{t.Term, t.Count})
			}
		}
	}
	return res, nil
}

// filter returns the query that every hit must match without its score being touched, nil for none.
func (q Query) filter() query.Query {
	var all []query.Query
	term := func(field, value string) {
		if value != "" {
			t := query.NewTermQuery(value)
			t.SetField(field)
			all = append(all, t)
		}
	}
	if !q.Everything {
		var any []query.Query
		for _, tag := range q.Access {
			t := query.NewTermQuery(tag)
			t.SetField(fieldAccess)
			any = append(any, t)
		}
		if len(any) == 0 {
			return query.NewMatchNoneQuery()
		}
		all = append(all, query.NewDisjunctionQuery(any))
	}
	term(fieldKind, q.Kind)
	term(fieldSet, q.Set)
	term(fieldLayer, q.Layer)
	term(fieldGroup, q.Group)
	term(fieldUnit, q.Unit)
	term(fieldParent, q.Within)
	term(fieldAbout, q.About)
	if q.InForce != "" {
		yes := true
		from := query.NewTermRangeInclusiveQuery(firstDay, q.InForce, &yes, &yes)
		from.SetField(fieldFrom)
		to := query.NewTermRangeInclusiveQuery(q.InForce, lastDay, &yes, &yes)
		to.SetField(fieldTo)
		all = append(all, from, to)
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return query.NewConjunctionQuery(all)
}

// reader is one state of the index, for the time of one query.
type reader struct{ index.IndexReader }

func (g *generation) reader() (reader, error) {
	adv, err := g.index.Advanced()
	if err != nil {
		return reader{}, err
	}
	r, err := adv.Reader()
	return reader{r}, err
}

// pairs returns a function that counts the documents that hold two keys one after the other, each pair once. What
// cannot be read counts as not there: a correction is not worth a failed search.
func (r reader) pairs(ctx context.Context, by string) func(a, b string) int {
	known := map[string]int{}
	return func(a, b string) int {
		key := a + pairSign + b
		n, ok := known[key]
		if !ok {
			n = r.holders(ctx, titleField(by), key) + r.holders(ctx, bodyField(by), key)
			known[key] = n
		}
		return n
	}
}

// holders returns how many documents hold a term in a field, 0 if that cannot be read.
func (r reader) holders(ctx context.Context, field, term string) int {
	postings, err := r.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return 0
	}
	defer postings.Close()
	return int(postings.Count())
}

// newMarker makes the marker of a query. Syllables that common holds true for are marked only beside another one.
func newMarker(a *analysis, common func(fold string) bool) *Marker {
	m := &Marker{syllables: map[string]bool{}, spelled: map[string][]string{}, pairs: map[string]bool{}, codes: map[string]bool{}}
	line := func(list []string) {
		for i, fold := range list {
			if !common(fold) || len(list) == 1 {
				m.syllables[fold] = true
			}
			if i > 0 {
				m.pairs[list[i-1]+pairSign+fold] = true
			}
		}
	}
	var typed, meant []string
	for _, w := range a.words {
		typed, meant = append(typed, w.fold), append(meant, w.meant)
	}
	line(typed)
	line(meant)
	for _, w := range a.words {
		if w.exact != w.fold && w.meant == w.fold {
			m.spelled[w.fold] = append(m.spelled[w.fold], w.exact)
		}
	}
	for _, c := range a.concepts {
		for _, full := range c.fulls {
			for _, s := range full {
				exact, fold := keys(s)
				m.spelled[fold] = append(m.spelled[fold], exact)
			}
		}
	}
	for _, w := range a.words {
		if w.exact == w.fold || w.meant != w.fold { // written without marks, or corrected: any marks may be meant
			delete(m.spelled, w.meant)
		}
	}
	for _, c := range a.concepts {
		for _, full := range c.fulls {
			var folded []string
			for _, s := range full {
				folded = append(folded, Fold(s))
			}
			line(folded)
		}
		for _, short := range c.shorts {
			line(foldAll(short))
		}
	}
	for _, c := range a.codes {
		m.codes[c] = true
	}
	return m
}
