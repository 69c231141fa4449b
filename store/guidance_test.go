package store_test

import (
	"slices"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

func guidance(nibble string) kpi.Guidance {
	file := kpi.FileID(strings.Repeat(nibble, 64))
	return kpi.Guidance{ID: kpi.GuidanceID(file), Title: "Hướng dẫn " + nibble, Added: storetest.At(),
		File: kpi.File{Name: "hd.pdf", Type: kpi.PDF, Size: 1, SHA256: file}}
}

// The index by indicator follows every change of the links.
func TestGuidanceOf(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	ref := func(code string) kpi.IndicatorRef { return kpi.IndicatorRef{Set: set, Code: code} }
	put := func(g kpi.Guidance) {
		t.Helper()
		storetest.Update(t, s, func(tx *store.Tx) error { return tx.PutGuidance(g, storetest.Event("guidance/"+g.ID)) })
	}
	about := func(code string) (titles []string) {
		t.Helper()
		storetest.View(t, s, func(tx *store.Tx) error {
			list, err := tx.GuidanceOf(set, code)
			for _, g := range list {
				titles = append(titles, g.Title)
			}
			return err
		})
		return titles
	}
	a, b := guidance("a"), guidance("b")
	a.Links = []kpi.IndicatorRef{ref("1.01")}
	b.Found = []kpi.IndicatorRef{ref("1.01"), ref("1.1")}
	put(a)
	put(b)
	if got := about("1.01"); !slices.Equal(got, []string{"Hướng dẫn a", "Hướng dẫn b"}) {
		t.Errorf("documents about 1.01: %q", got)
	}
	if got := about("1.1"); !slices.Equal(got, []string{"Hướng dẫn b"}) {
		t.Errorf("documents about 1.1: %q", got)
	}
	b.Unlinked = []kpi.IndicatorRef{ref("1.01")}
	put(b)
	a.Links = nil
	put(a)
	if got := about("1.01"); got != nil {
		t.Errorf("documents about 1.01 after all links are gone: %q", got)
	}
	if got := about("1.1"); len(got) != 1 {
		t.Errorf("documents about 1.1: %q", got)
	}
}

func TestGuidancePassages(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	doc := guidance("c").ID
	var all []kpi.Passage
	for range 12 {
		all = append(all, kpi.Passage{Text: "Đoạn."})
	}
	storetest.Update(t, s, func(tx *store.Tx) error {
		if err := tx.PutPassages(doc, 1, all[:5]); err != nil {
			return err
		}
		return tx.PutPassages(doc, 6, all[5:])
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		list, err := tx.GuidancePassages(doc, 9, 100)
		if err != nil || len(list) != 4 || list[0].ID() != doc+"#9" || list[3].N != 12 {
			t.Errorf("passages from 9 on: %v, %v", list, err)
		}
		if _, err := tx.GuidancePassage(doc, 13); kpi.KindOf(err) != kpi.NotFound {
			t.Errorf("passage 13 of 12: %v", err)
		}
		p, err := tx.GuidancePassage(doc, 12)
		if err != nil || p.N != 12 || p.Doc != doc {
			t.Errorf("passage 12: %+v, %v", p, err)
		}
		return nil
	})
}

func TestPutGuidance_Invalid(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	g := guidance("d")
	g.ID = guidance("e").ID // not of its file
	err := s.Update(func(tx *store.Tx) error { return tx.PutGuidance(g, storetest.Event("guidance/"+g.ID)) })
	if kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("a document under the id of another file: %v", err)
	}
}
