package search

import (
	"context"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
)

// Constants of BM25F, tuned on the dev splits of the evaluation sets.
const (
	saturation  = 0.7  // k1: how soon more of the same term stops to matter
	bodyLength  = 0.45 // b: how much a long body weakens its terms
	titleLength = 0.3
	titleWeight = 4.0 // of a term in the title, relative to the body, before saturation
	leastShare  = 0.1 // of the score of a document that holds every term in plenty: with less it is no hit
)

// Terms that more than a share of the documents hold, and the lighter ones of a long query, do not bring documents in:
// they only add to the score of those that the others bring.
const (
	frequentFrom   = 2000 // documents from which on this is done at all
	frequentShare  = 0.05
	bringing       = 24 // terms that bring documents in, at most
	bringingAmong  = 50000
	bringingOfMany = 10 // the same, from bringingAmong documents on
)

// scorer is a Bleve query that scores documents by BM25F: for each term the frequencies in title and body are put
// together before saturation. Bleve's own "bm25" multiplies the rarity twice, takes the square root of frequencies
// and measures lengths in distinct terms; that is why it is not used.
type scorer struct {
	clauses []clause
	lengths lengths
}

// lengths are mean lengths in tokens.
type lengths struct{ title, body float64 }

// Searcher opens the postings of all terms. Bleve calls it once for a search.
func (q *scorer) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	count, err := r.DocCount()
	if err != nil {
		return nil, err
	}
	s := &sum{groups: 1}
	alternatives := map[[2]int]int{} // group and number → index
	alternative := func(group, n int) int {
		if group == 0 {
			return -1
		}
		key := [2]int{group, n}
		i, ok := alternatives[key]
		if !ok {
			i = len(s.groupOf)
			alternatives[key] = i
			s.groupOf = append(s.groupOf, group)
			s.groups = max(s.groups, group+1)
		}
		return i
	}
	likes := map[int]int{} // term → alternative whose weight it takes
	for _, c := range q.clauses {
		postings, holders, err := q.open(ctx, r, c, o)
		if err != nil {
			return nil, closeAll(s, err)
		}
		if len(postings) == 0 {
			continue
		}
		t := len(s.terms)
		for _, p := range postings {
			p.term = t
		}
		rarity := math.Log(1 + (float64(count)-holders+0.5)/(holders+0.5))
		s.terms = append(s.terms, term{weight: c.weight * rarity, alternative: alternative(c.group, c.alternative), postings: postings, holders: holders})
		if c.like > 0 {
			likes[t] = alternative(c.group, c.like)
		}
	}
	for t, like := range likes {
		total := 0.0
		for i := range s.terms {
			if s.terms[i].alternative == like {
				total += s.terms[i].weight
			}
		}
		if total > 0 {
			s.terms[t].weight = weightShort * total
		}
	}
	s.divide(float64(count))
	s.best = make([]float64, s.groups)
	s.sums = make([]float64, len(s.groupOf))
	s.floor = leastShare * s.most()
	return s, nil
}

// most returns the score of a document that holds every term over and over.
func (s *sum) most() float64 {
	for i := range s.terms {
		s.terms[i].found = math.MaxFloat32
		s.touched = append(s.touched, i)
	}
	return s.score()
}

// open returns the postings of a term in title and body, and in how many documents it is.
func (q *scorer) open(ctx context.Context, r index.IndexReader, c clause, o search.SearcherOptions) (list []*posting, holders float64, err error) {
	fields := []posting{
		{field: titleField(c.by), weight: titleWeight, length: titleLength, mean: q.lengths.title},
		{field: bodyField(c.by), weight: 1, length: bodyLength, mean: q.lengths.body},
	}
	for _, p := range fields {
		if c.by == byCode {
			p.length = 0
		}
		p.mean = max(p.mean, 1)
		p.reader, err = r.TermFieldReader(ctx, []byte(c.term), p.field, true, true, o.IncludeTermVectors)
		if err != nil {
			for _, open := range list {
				open.reader.Close()
			}
			return nil, 0, err
		}
		n := float64(p.reader.Count())
		if n == 0 {
			p.reader.Close()
			continue
		}
		holders = max(holders, n)
		list = append(list, &p)
	}
	return list, holders, nil
}

func closeAll(s *sum, err error) error {
	s.Close()
	return err
}

// term is one clause with its postings.
type term struct {
	weight      float64
	alternative int // -1: none
	postings    []*posting
	holders     float64
	found       float64 // weighted frequency in the current document
}

// sum is the searcher of a scorer: it visits the documents that the bringing terms hold, in order of their numbers.
type sum struct {
	terms   []term
	groupOf []int // alternative → group
	groups  int

	bring   []*posting // a heap by document number
	follow  []*posting // only add to the score
	started bool

	touched []int // terms found in the current document
	sums    []float64
	best    []float64
	floor   float64 // a document that scores less is none
}

// divide decides which terms bring documents in.
func (s *sum) divide(count float64) {
	limit, many := bringing, count > frequentFrom
	if count > bringingAmong {
		limit = bringingOfMany
	}
	order := make([]int, len(s.terms))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch d := s.terms[b].weight - s.terms[a].weight; {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	for _, i := range order {
		t := &s.terms[i]
		if many && (limit == 0 || t.holders > frequentShare*count) {
			s.follow = append(s.follow, t.postings...)
			continue
		}
		limit--
		s.bring = append(s.bring, t.postings...)
	}
	if len(s.bring) == 0 {
		s.bring, s.follow = s.follow, nil
	}
}

func (s *sum) start() error {
	s.started = true
	all := s.bring
	s.bring = nil
	for _, p := range all {
		if err := p.next(); err != nil {
			return err
		}
		if p.doc != nil {
			s.bring = append(s.bring, p)
		}
	}
	for i := len(s.bring)/2 - 1; i >= 0; i-- {
		s.sink(i)
	}
	for _, p := range s.follow {
		if err := p.next(); err != nil {
			return err
		}
	}
	return nil
}

// sink restores the heap after the posting at i has moved on.
func (s *sum) sink(i int) {
	h := s.bring
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h[child+1].number < h[child].number {
			child++
		}
		if h[i].number <= h[child].number {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

// moved restores the heap after its first posting has moved on, and drops it at its end.
func (s *sum) moved() {
	if s.bring[0].doc == nil {
		last := len(s.bring) - 1
		s.bring[0] = s.bring[last]
		s.bring = s.bring[:last]
	}
	s.sink(0)
}

// Next returns the next document with its score, nil after the last.
func (s *sum) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if !s.started {
		if err := s.start(); err != nil {
			return nil, err
		}
	}
	for len(s.bring) > 0 {
		match, err := s.visit(ctx)
		if err != nil || match.Score >= s.floor {
			return match, err
		}
		ctx.DocumentMatchPool.Put(match)
	}
	return nil, nil
}

// visit scores the next document.
func (s *sum) visit(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	number := s.bring[0].number
	match := ctx.DocumentMatchPool.Get()
	match.IndexInternalID = index.NewIndexInternalIDFrom(match.IndexInternalID, s.bring[0].doc.ID)
	for len(s.bring) > 0 && s.bring[0].number == number {
		p := s.bring[0]
		s.found(p)
		if err := p.next(); err != nil {
			return nil, err
		}
		s.moved()
	}
	for _, p := range s.follow {
		if p.number < number {
			if err := p.advance(match.IndexInternalID); err != nil {
				return nil, err
			}
		}
		if p.number == number {
			s.found(p)
		}
	}
	match.Score = s.score()
	return match, nil
}

func (s *sum) found(p *posting) {
	t := &s.terms[p.term]
	if t.found == 0 {
		s.touched = append(s.touched, p.term)
	}
	t.found += p.frequency()
}

// score adds up the terms found in the current document and forgets them.
func (s *sum) score() float64 {
	total := 0.0
	for _, i := range s.touched {
		t := &s.terms[i]
		value := t.weight * t.found * (saturation + 1) / (saturation + t.found)
		t.found = 0
		if t.alternative < 0 {
			total += value
		} else {
			s.sums[t.alternative] += value
		}
	}
	s.touched = s.touched[:0]
	for i, v := range s.sums {
		if g := s.groupOf[i]; v > s.best[g] {
			s.best[g] = v
		}
		s.sums[i] = 0
	}
	for g, v := range s.best {
		total += v
		s.best[g] = 0
	}
	return total
}

// Advance returns the first document from id on.
func (s *sum) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	if !s.started {
		if err := s.start(); err != nil {
			return nil, err
		}
	}
	for to := docNumber(id); len(s.bring) > 0 && s.bring[0].number < to; {
		if err := s.bring[0].advance(id); err != nil {
			return nil, err
		}
		s.moved()
	}
	return s.Next(ctx)
}

// Close closes the postings.
func (s *sum) Close() error {
	var first error
	for _, t := range s.terms {
		for _, p := range t.postings {
			if err := p.reader.Close(); err != nil && first == nil {
				first = err
			}
		}
	}
	return first
}

// Count is the number of documents to be visited, at most.
func (s *sum) Count() uint64 {
	var n uint64
	for _, p := range s.bring {
		n += p.reader.Count()
	}
	return n
}

// Weight, SetQueryNorm, Min, Size and DocumentMatchPoolSize are what Bleve asks of every searcher; the scores here are
// not normalised.
func (s *sum) Weight() float64            { return 1 }
func (s *sum) SetQueryNorm(float64)       {}
func (s *sum) Min() int                   { return 0 }
func (s *sum) Size() int                  { return 64 }
func (s *sum) DocumentMatchPoolSize() int { return 1 }
