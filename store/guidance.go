package store

import (
	"fmt"

	"chiso/app/kpi"
)

// PutGuidance stores a document, and under each indicator that it is about that it is. Its file and its passages must
// be stored before: see PutFile and PutPassages.
func (tx *Tx) PutGuidance(g kpi.Guidance, ev kpi.Event) error {
	if err := g.Validate(); err != nil {
		return err
	}
	old, ok, err := getJSON[kpi.Guidance](tx, tGuidance, key(g.ID))
	if err != nil {
		return err
	}
	if ok {
		for _, r := range old.Indicators() {
			if err := tx.delete(tGuidanceOf, key(r.Set, r.Code, g.ID)); err != nil {
				return err
			}
		}
	}
	for _, r := range g.Indicators() {
		if err := tx.put(tGuidanceOf, key(r.Set, r.Code, g.ID), []byte{}); err != nil {
			return err
		}
	}
	return tx.putJSON(tGuidance, key(g.ID), g, ev)
}

// Guidance returns a document.
func (tx *Tx) Guidance(id string) (kpi.Guidance, error) {
	return mustJSON[kpi.Guidance](tx, tGuidance, key(id), "Không có văn bản hướng dẫn này. Tìm trong danh sách của trang Hướng dẫn.")
}

// Guidances returns all documents by id, those withdrawn included.
func (tx *Tx) Guidances() ([]kpi.Guidance, error) { return listJSON[kpi.Guidance](tx, tGuidance, nil) }

// GuidanceOf returns the documents about an indicator by id, those withdrawn included.
func (tx *Tx) GuidanceOf(set, indicator string) ([]kpi.Guidance, error) {
	var list []kpi.Guidance
	p := prefix(set, indicator)
	for k := range tx.scan(tGuidanceOf, p) {
		g, err := tx.Guidance(string(k[len(p):]))
		if err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return list, nil
}

// PutPassages stores passages first, first+1, … of a document. They count for nothing until PutGuidance stores the
// document that says how many it has.
func (tx *Tx) PutPassages(doc string, first int, list []kpi.Passage) error {
	for i, p := range list {
		if err := tx.putBare(tPassage, passageKey(doc, first+i), p); err != nil {
			return err
		}
	}
	return nil
}

// GuidancePassages returns passages from to to of a document, both included, in order; those that it does not have are
// left out.
func (tx *Tx) GuidancePassages(doc string, from, to int) ([]kpi.Passage, error) {
	var list []kpi.Passage
	for n := max(from, 1); n <= to; n++ {
		p, ok, err := getJSON[kpi.Passage](tx, tPassage, passageKey(doc, n))
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		p.Doc, p.N = doc, n
		list = append(list, p)
	}
	return list, nil
}

// GuidancePassage returns one passage; it fails with NotFound if the document does not have it.
func (tx *Tx) GuidancePassage(doc string, n int) (kpi.Passage, error) {
	p, err := mustJSON[kpi.Passage](tx, tPassage, passageKey(doc, n), "Văn bản không có đoạn này.")
	p.Doc, p.N = doc, n
	return p, err
}

// passageKey orders the passages of a document by their numbers.
func passageKey(doc string, n int) []byte { return key(doc, fmt.Sprintf("%05d", n)) }
