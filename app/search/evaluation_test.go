package search

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// evaluation is one of the sets in ../../../shared/data/search-bench: texts, queries as typed in several ways, and
// what answers them.
type evaluation struct {
	name     string
	corpus   []Document
	queries  []evalQuery
	relevant map[string]map[string]bool // query → documents
}

type evalQuery struct {
	ID, Split, Cat                       string
	Orig, Strip, Typo, Typo_Strip, Ortho string //nolint:revive // names of the file
}

func (q evalQuery) text(variant int) string {
	return []string{q.Orig, q.Strip, q.Typo, q.Typo_Strip, q.Ortho}[variant]
}

// loadEvaluation reads a set, or skips the test where the data is not there. Document IDs get the kind "doc".
func loadEvaluation(t *testing.T, name string) *evaluation {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "search-bench", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no evaluation data in %s", dir)
	}
	e := &evaluation{name: name, relevant: map[string]map[string]bool{}}
	readLines(t, filepath.Join(dir, "corpus.jsonl"), func(line []byte) {
		var d struct {
			ID          string `json:"_id"`
			Title, Text string
			Field       string
		}
		must(t, json.Unmarshal(line, &d))
		e.corpus = append(e.corpus, Document{ID: "doc/" + d.ID, Title: d.Title, Body: d.Text, Group: d.Field})
	})
	readLines(t, filepath.Join(dir, "variants.jsonl"), func(line []byte) {
		var q struct {
			ID string `json:"_id"`
			evalQuery
		}
		must(t, json.Unmarshal(line, &q))
		q.evalQuery.ID = q.ID
		e.queries = append(e.queries, q.evalQuery)
	})
	readLines(t, filepath.Join(dir, "qrels.tsv"), func(line []byte) {
		f := strings.Fields(string(line))
		if e.relevant[f[0]] == nil {
			e.relevant[f[0]] = map[string]bool{}
		}
		e.relevant[f[0]]["doc/"+f[1]] = true
	})
	return e
}

func readLines(t *testing.T, name string, fn func(line []byte)) {
	t.Helper()
	data, err := os.ReadFile(name)
	must(t, err)
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if len(bytes.TrimSpace(s.Bytes())) > 0 {
			fn(s.Bytes())
		}
	}
	must(t, s.Err())
}

// engine answers a query with document IDs, the best first.
type engine func(text string, limit int) []string

// quality is the mean of nDCG@10 and of recall@10 over queries.
type quality struct{ ndcg, recall float64 }

// measure asks every query of the list in one variant.
func (e *evaluation) measure(ask engine, queries []evalQuery, variant int) quality {
	var sum quality
	for _, q := range queries {
		hits := ask(q.text(variant), 10)
		n, r := e.judge(q.ID, hits)
		sum.ndcg += n
		sum.recall += r
	}
	n := float64(max(len(queries), 1))
	return quality{sum.ndcg / n, sum.recall / n}
}

// judge returns nDCG@10 and recall@10 of one answer.
func (e *evaluation) judge(query string, hits []string) (ndcg, recall float64) {
	relevant := e.relevant[query]
	gain, ideal, found := 0.0, 0.0, 0
	for i, id := range hits[:min(len(hits), 10)] {
		if relevant[id] {
			gain += 1 / math.Log2(float64(i)+2)
			found++
		}
	}
	for i := range min(len(relevant), 10) {
		ideal += 1 / math.Log2(float64(i)+2)
	}
	return gain / ideal, float64(found) / float64(min(len(relevant), 10))
}

// ours asks an index.
func ours(t *testing.T, ix *Index) engine {
	return func(text string, limit int) []string {
		res, err := ix.Search(context.Background(), Query{Text: text, Limit: limit, Everything: true})
		must(t, err)
		ids := make([]string, len(res.Hits))
		for i, h := range res.Hits {
			ids[i] = h.ID
		}
		return ids
	}
}

// passed stands for the check of the root, which belongs to store: package app tests them together.
func passed(string) error { return nil }

// newIndex builds an index of documents in a folder of the test.
func newIndex(t *testing.T, documents ...Document) *Index {
	t.Helper()
	ix, err := Open(t.TempDir(), NewAbbreviations(SeedAbbreviations()), passed)
	must(t, err)
	t.Cleanup(func() { must(t, ix.Close()) })
	must(t, ix.Rebuild(context.Background(), 1, sequence(documents), nil))
	return ix
}

// sequence yields documents as Rebuild wants them.
func sequence(documents []Document) func(yield func(Document, error) bool) {
	return func(yield func(Document, error) bool) {
		for _, d := range documents {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
