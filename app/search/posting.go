package search

import (
	"encoding/binary"
	"math"

	index "github.com/blevesearch/bleve_index_api"
)

// posting runs over the documents that hold a term in one field.
type posting struct {
	field  string
	weight float64 // of the field
	length float64 // b of BM25
	mean   float64 // length of the field
	term   int

	reader index.TermFieldReader
	buffer index.TermFieldDoc
	doc    *index.TermFieldDoc // nil: at its end
	number uint64              // of doc, or the greatest number
}

func (p *posting) next() error {
	doc, err := p.reader.Next(p.buffer.Reset())
	return p.at(doc, err)
}

func (p *posting) advance(to index.IndexInternalID) error {
	doc, err := p.reader.Advance(to, p.buffer.Reset())
	return p.at(doc, err)
}

func (p *posting) at(doc *index.TermFieldDoc, err error) error {
	p.doc, p.number = doc, math.MaxUint64
	if err == nil && doc != nil {
		p.number = docNumber(doc.ID)
	}
	return err
}

// frequency is the term's frequency in the current document, weighted by the field and its length. Bleve keeps the
// length n of a field as 1/√n.
func (p *posting) frequency() float64 {
	n := 1.0
	if norm := p.doc.Norm; norm > 0 {
		n = 1 / (norm * norm)
	}
	return p.weight * float64(p.doc.Freq) / (1 - p.length + p.length*n/p.mean)
}

func docNumber(id index.IndexInternalID) uint64 { return binary.BigEndian.Uint64(id) }
