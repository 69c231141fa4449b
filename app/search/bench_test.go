//go:build bench

package search

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// TestBench prints this package's rows of the product's table of benchmarks: quality and times beside SQLite FTS5 in
// the same run, on the evaluation sets and on made-up collections of their sentences.
func TestBench(t *testing.T) {
	headings, questions, domain := loadEvaluation(t, "alqac-short"), loadEvaluation(t, "xquad-vi"), loadEvaluation(t, "domain")
	pool := slices.Concat(headings.corpus, questions.corpus, domain.corpus)
	ix, fts := newIndex(t, pool...), newFTS(t, sequence(pool))

	goals := []string{"≥ 1.10 ×", "≥ 1.18 ×", "≥ 1.17 ×", "≥ 1.24 ×", "≥ 1.10 ×"}
	for v, name := range variants() {
		var mine, theirs float64
		for _, e := range []*evaluation{headings, questions} {
			mine += e.measure(ours(t, ix), e.split("test"), v).ndcg / 2
			theirs += e.measure(fts.ask, e.split("test"), v).ndcg / 2
		}
		row("search, nDCG@10, "+name, fmt.Sprintf("%.3f", mine), fmt.Sprintf("%.3f FTS5", theirs), fmt.Sprintf("%.2f ×", mine/theirs), goals[v])
	}
	own, other := domain.measure(ours(t, newIndex(t, domain.corpus...)), domain.queries, 0), domain.measure(newFTS(t, sequence(domain.corpus)).ask, domain.queries, 0)
	row(fmt.Sprintf("search, nDCG@10 of %d queries of this field", len(domain.queries)), fmt.Sprintf("%.3f", own.ndcg), fmt.Sprintf("%.3f FTS5", other.ndcg), fmt.Sprintf("%.2f ×", own.ndcg/other.ndcg), "≥ 0.97")
	codes := slices.DeleteFunc(slices.Clone(domain.queries), func(q evalQuery) bool { return q.Cat != "code" })
	right := domain.measure(ours(t, ix), codes, 0)
	row(fmt.Sprintf("search, nDCG@10 of %d document numbers", len(codes)), fmt.Sprintf("%.3f", right.ndcg), fmt.Sprintf("%.3f FTS5", domain.measure(fts.ask, codes, 0).ndcg), "–", "1.00")

	asked := homographs(pool, 600)
	row(fmt.Sprintf("search, exact diacritics above folded, %d pairs", len(asked)), fmt.Sprintf("%.3f", accuracy(asked, ours(t, ix))), fmt.Sprintf("%.3f FTS5", accuracy(asked, fts.ask)), "–", "≥ 0.92")
	suggestions(t, headings)

	benchSize(t, pool, 5000, slices.Concat(headings.split("test"), questions.split("test")))
}

// TestBenchLarge is the part of the benchmark at 100,000 passages.
func TestBenchLarge(t *testing.T) {
	headings, questions, domain := loadEvaluation(t, "alqac-short"), loadEvaluation(t, "xquad-vi"), loadEvaluation(t, "domain")
	pool := slices.Concat(headings.corpus, questions.corpus, domain.corpus)
	benchSize(t, pool, 100_000, slices.Concat(headings.split("test"), questions.split("test")))
}

// variants are the ways in which each query was typed.
func variants() []string {
	return []string{"as typed", "without diacritics", "one typo", "typo, without diacritics", "other orthography"}
}

// split returns the queries of one split.
func (e *evaluation) split(name string) []evalQuery {
	return slices.DeleteFunc(slices.Clone(e.queries), func(q evalQuery) bool { return q.Split != name })
}

// percentile returns the value below which a share of the values lies.
func percentile[T cmp.Ordered](values []T, share float64) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

func row(work, ours, reference, ratio, goal string) {
	fmt.Printf("| %s | %s | %s | %s | %s |\n", work, ours, reference, ratio, goal)
}

// benchSize builds a collection of n passages and asks it short and long queries.
func benchSize(t *testing.T, pool []Document, n int, queries []evalQuery) {
	t.Helper()
	dir := t.TempDir()
	ix, err := Open(dir, NewAbbreviations(SeedAbbreviations()), passed)
	must(t, err)
	defer ix.Close()
	resetPeak()
	start := time.Now()
	must(t, ix.Rebuild(context.Background(), 1, passages(pool, n), nil))
	took, peak := time.Since(start), peakMemory()
	goal := "≤ 60 s"
	if n > 50_000 {
		goal = "≤ 3 min, ≤ 500 MB"
	}
	start = time.Now()
	fts := newFTS(t, passages(pool, n))
	row(fmt.Sprintf("search, index of %d passages built", n), fmt.Sprintf("%s, %s, %d MB on disk", took.Round(100*time.Millisecond), peak, size(t, dir)>>20), time.Since(start).Round(100*time.Millisecond).String()+" FTS5", "–", goal)

	var short, long []string
	rest := ""
	for _, q := range queries {
		if len(strings.Fields(q.Strip)) <= 5 {
			short = append(short, q.Strip)
		}
		rest += " " + q.Orig
		if words := strings.Fields(rest); len(words) >= 28 {
			long, rest = append(long, strings.Join(words[:28], " ")), ""
		}
	}
	short, long = short[:min(len(short), 300)], long[max(0, len(long)-300):]
	if n > 50_000 {
		mine, theirs := times(short, ours(t, ix)), times(short[:40], fts.ask)
		latency(fmt.Sprintf("search of 3–5 words among %d passages", n), mine, theirs, "p50 ≤ 0.2 ×, p99 ≤ 60 ms")
		latency(fmt.Sprintf("search of 28 words among %d passages", n), times(long, ours(t, ix)), times(long[:20], fts.ask), "p99 ≤ 200 ms")
	} else {
		every := slices.Concat(short, long)
		latency(fmt.Sprintf("search of 3–28 words among %d passages", n), times(every, ours(t, ix)), times(every, fts.ask), "p50 ≤ 0.5 ×")
	}
	updates(t, ix, n)
}

// passages makes up n passages of some 100 words from the sentences of the pool, always the same ones.
func passages(pool []Document, n int) iter.Seq2[Document, error] {
	var sentences []string
	for _, d := range pool {
		for s := range strings.SplitSeq(d.Body, "\n") {
			for len(s) > 0 {
				head, tail, _ := strings.Cut(s, ". ")
				if len(head) > 20 {
					sentences = append(sentences, head)
				}
				s = tail
			}
		}
	}
	return func(yield func(Document, error) bool) {
		random := rand.New(rand.NewPCG(5, 7))
		for i := range n {
			d := pool[i%len(pool)]
			if i >= len(pool) {
				d.Body = ""
				for len(d.Body) < 600 {
					d.Body += sentences[random.IntN(len(sentences))] + ". "
				}
				if random.IntN(3) > 0 {
					d.Title = ""
				}
			}
			d.ID = fmt.Sprintf("doc/%06d", i)
			if !yield(d, nil) {
				return
			}
		}
	}
}

// times asks each query once and returns how long each took.
func times(queries []string, ask engine) []time.Duration {
	ask(queries[0], 10)
	list := make([]time.Duration, len(queries))
	for i, q := range queries {
		start := time.Now()
		ask(q, 10)
		list[i] = time.Since(start)
	}
	return list
}

func latency(work string, mine, theirs []time.Duration, goal string) {
	show := func(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }
	a, b := percentile(mine, 0.5), percentile(theirs, 0.5)
	row(work, "p50 "+show(a)+", p99 "+show(percentile(mine, 0.99)), "p50 "+show(b)+", p99 "+show(percentile(theirs, 0.99))+" FTS5", fmt.Sprintf("%.2f ×", float64(a)/float64(b)), goal)
}

// updates edits single documents and measures until the edit is found.
func updates(t *testing.T, ix *Index, n int) {
	t.Helper()
	list := make([]time.Duration, 40)
	for i := range list {
		start := time.Now()
		word := fmt.Sprintf("suadoi%d", i)
		must(t, ix.Apply(uint64(i+2), nil, []Document{{ID: fmt.Sprintf("doc/%06d", i), Title: "Chỉ số " + word, Body: "Nội dung vừa sửa " + word}}))
		if got := ours(t, ix)(word, 1); len(got) != 1 || got[0] != fmt.Sprintf("doc/%06d", i) {
			t.Fatalf("%s: found %v", word, got)
		}
		list[i] = time.Since(start)
	}
	row(fmt.Sprintf("search, edit until it is found, among %d passages", n), "p99 "+percentile(list, 0.99).Round(time.Millisecond).String(), "–", "–", "≤ 1 s")
}

// suggestions types the beginnings of headings without diacritics.
func suggestions(t *testing.T, e *evaluation) {
	t.Helper()
	var names []Name
	known := map[string]bool{}
	for _, d := range e.corpus {
		if !known[d.Title] { // laws share headings, indicators share no names
			known[d.Title] = true
			names = append(names, Name{ID: d.ID, Text: d.Title})
		}
	}
	s := NewSuggester(names)
	var list []time.Duration
	found := 0
	for i, n := range names {
		words := foldAll(n.Text)
		if i%4 != 0 || len(words) < 4 {
			continue
		}
		typed := strings.Join(words[:3], " ") + " " + words[3][:1]
		start := time.Now()
		got := s.Suggest(typed, 8, nil, true)
		list = append(list, time.Since(start))
		if slices.ContainsFunc(got, func(g Name) bool { return strings.EqualFold(g.Text, n.Text) }) {
			found++
		}
	}
	row(fmt.Sprintf("suggestions among %d names", len(names)), "p99 "+percentile(list, 0.99).Round(10*time.Microsecond).String(), "–", "–", "≤ 5 ms")
	row("suggestions, 3 syllables and a letter without diacritics, in the first 8", fmt.Sprintf("%.3f", float64(found)/float64(len(list))), "–", "–", "≥ 0.93")
}

// homograph is a pair of syllables that exists with other diacritics as well, and the documents that hold it so.
type homograph struct {
	text string
	docs map[string]bool
}

// homographs finds n of them in a pool.
func homographs(pool []Document, n int) []homograph {
	found := map[string]map[string]*homograph{} // folded → exact
	for _, d := range pool {
		text := strings.ToLower(d.Title + "\n" + d.Body)
		tokens := Tokenize(text)
		for i := 1; i < len(tokens); i++ {
			x1, f1 := keys(tokens[i-1].Text)
			x2, f2 := keys(tokens[i].Text)
			if x1 == f1 && x2 == f2 || text[tokens[i-1].End:tokens[i].Start] != " " {
				continue
			}
			same := found[f1+" "+f2]
			if same == nil {
				same = map[string]*homograph{}
				found[f1+" "+f2] = same
			}
			h := same[x1+" "+x2]
			if h == nil {
				h = &homograph{text[tokens[i-1].Start:tokens[i].End], map[string]bool{}}
				same[x1+" "+x2] = h
			}
			h.docs[d.ID] = true
		}
	}
	var list []homograph
	for _, same := range found {
		for _, h := range same {
			if len(same) > 1 {
				list = append(list, *h)
			}
		}
	}
	slices.SortFunc(list, func(a, b homograph) int { return strings.Compare(a.text, b.text) })
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

// accuracy is the mean share of the first hits, as many as can be, that hold the pair with the diacritics asked for.
func accuracy(asked []homograph, ask engine) float64 {
	sum := 0.0
	for _, h := range asked {
		n, right := min(10, len(h.docs)), 0
		hits := ask(h.text, n)
		for _, id := range hits[:min(n, len(hits))] {
			if h.docs[id] {
				right++
			}
		}
		sum += float64(right) / float64(n)
	}
	return sum / float64(len(asked))
}

// fts is the reference: SQLite FTS5, unicode61 without diacritics, all words joined by OR, titles weighing 3.
type fts struct {
	t  *testing.T
	db *sql.DB
}

func newFTS(t *testing.T, documents iter.Seq2[Document, error]) *fts {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "fts.db"))
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	_, err = db.Exec(`CREATE VIRTUAL TABLE doc USING fts5(id UNINDEXED, title, body, tokenize = 'unicode61 remove_diacritics 2')`)
	must(t, err)
	tx, err := db.Begin()
	must(t, err)
	insert, err := tx.Prepare(`INSERT INTO doc VALUES (?, ?, ?)`)
	must(t, err)
	for d, err := range documents {
		must(t, err)
		_, err = insert.Exec(d.ID, d.Title, d.Body)
		must(t, err)
	}
	must(t, tx.Commit())
	return &fts{t, db}
}

func (f *fts) ask(text string, limit int) []string {
	var terms []string
	for _, token := range Tokenize(text) {
		terms = append(terms, `"`+strings.ReplaceAll(token.Text, `"`, `""`)+`"`)
	}
	rows, err := f.db.Query(`SELECT id FROM doc WHERE doc MATCH ? ORDER BY bm25(doc, 0, 3, 1), id LIMIT ?`, strings.Join(terms, " OR "), limit)
	must(f.t, err)
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		must(f.t, rows.Scan(&id))
		ids = append(ids, id)
	}
	must(f.t, rows.Err())
	return ids
}

// resetPeak forgets the highest memory use so far, where the system can do that.
func resetPeak() {
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) //nolint:errcheck // not Linux
}

func peakMemory() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "memory unknown"
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return "memory unknown"
	}
	var kb int
	fmt.Sscan(string(m[1]), &kb)
	return fmt.Sprintf("%d MB", kb>>10)
}

func size(t *testing.T, dir string) (n int64) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	}))
	return n
}
