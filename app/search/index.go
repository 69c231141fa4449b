// Package search finds what people type, in Vietnamese with and without diacritics, by Bleve with our own analysis
// and scoring. The index is disposable: it is made of what the store holds, and whatever is wrong with it, building
// it anew is the answer.
//
// Data flow: Document → record (keys of token.go, norm.go, code.go as texts) → Bleve's postings. A query goes through
// analysis.go (typos, Telex, abbreviations, codes), clause.go (weighted terms) and score.go (BM25F over the postings).
// Texts are not kept in the index: the caller reads them from the store, and Marker finds in them what to mark.
package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"chiso/app/kpi"

	"github.com/blevesearch/bleve/v2"
)

// ErrNotReady says that there is no usable index at the moment: it is being built.
var ErrNotReady = errors.New("search index is not ready")

// Index is the search index in one folder. The folder holds generations, numbered folders of which the highest counts;
// Rebuild makes the next one beside it. Methods may be called from many goroutines; only one process may open it.
type Index struct {
	dir           string
	checkRoot     func(path string) error
	abbreviations atomic.Pointer[Abbreviations]

	mu      sync.RWMutex // held for reading while current is used
	current *generation  // nil: none is usable
	damaged atomic.Pointer[error]

	write    sync.Mutex // one writer at a time
	building sync.Mutex // one Rebuild at a time
}

// generation is one open Bleve index.
type generation struct {
	number  int
	path    string
	index   bleve.Index
	state   atomic.Pointer[state]
	words   atomic.Pointer[words]
	changes uint64 // documents put since words were read
}

// state is what an index says of itself. It is written together with documents.
type state struct {
	Layout      int
	Seq         uint64 // change of the store that it has reached
	Titles      uint64 // titles ever written, for their mean length
	TitleTokens uint64
	Bodies      uint64
	BodyTokens  uint64
}

func stateKey() []byte { return []byte("chiso") }

// Open opens the index in dir. A missing, damaged or outdated index is no error: Search then fails with ErrNotReady,
// Trouble says why, and Rebuild makes a new one. An error means that the folder cannot be used at all, or that
// another process uses it. checkRoot reads the database of bbolt in which Bleve notes what an index consists of, and
// fails if it is damaged: Bleve's own goroutines would end the process over it.
func Open(dir string, abbreviations *Abbreviations, checkRoot func(path string) error) (*Index, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	ix := &Index{dir: dir, checkRoot: checkRoot}
	ix.abbreviations.Store(abbreviations)
	numbers, err := ix.generations()
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	trouble := errors.New("there is none yet")
	if n := len(numbers); n > 0 {
		ix.current, trouble = ix.openGeneration(ix.path(numbers[n-1]), numbers[n-1])
		if isBusy(trouble) {
			return nil, fmt.Errorf("search index: %w", trouble)
		}
	}
	if trouble != nil {
		ix.damaged.Store(&trouble)
	}
	ix.clean(numbers)
	return ix, nil
}

// Trouble returns why the index has to be built anew, nil if it has not.
func (ix *Index) Trouble() error {
	if p := ix.damaged.Load(); p != nil {
		return *p
	}
	return nil
}

// SetAbbreviations replaces the list of abbreviations; it holds from the next query on.
func (ix *Index) SetAbbreviations(a *Abbreviations) { ix.abbreviations.Store(a) }

// Seq returns the change of the store that the index has reached, 0 without an index.
func (ix *Index) Seq() uint64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.current == nil {
		return 0
	}
	return ix.current.state.Load().Seq
}

// Documents returns how many documents the index holds, 0 without an index.
func (ix *Index) Documents() uint64 {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.current == nil {
		return 0
	}
	n, err := ix.current.index.DocCount()
	if err != nil {
		return 0
	}
	return n
}

// Close waits for running queries and closes the index. Searches after it fail with ErrNotReady.
func (ix *Index) Close() error {
	ix.write.Lock()
	defer ix.write.Unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.current == nil {
		return nil
	}
	g := ix.current
	ix.current = nil
	return g.close()
}

func (ix *Index) path(number int) string {
	return filepath.Join(ix.dir, fmt.Sprintf("%06d", number))
}

// generations returns the numbers of the complete generations, the newest last.
func (ix *Index) generations() ([]int, error) {
	entries, err := os.ReadDir(ix.dir)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries { // sorted by name
		if n, err := strconv.Atoi(e.Name()); err == nil && n > 0 && len(e.Name()) == 6 {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// clean removes what is not the newest generation: older ones and unfinished work. What cannot be removed now, such as
// a file that Windows still holds open, goes the next time.
func (ix *Index) clean(numbers []int) {
	keep := ""
	if n := len(numbers); n > 0 {
		keep = filepath.Base(ix.path(numbers[n-1]))
	}
	entries, err := os.ReadDir(ix.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Name() != keep {
			os.RemoveAll(filepath.Join(ix.dir, e.Name())) //nolint:errcheck // tried again at the next start
		}
	}
}

// openGeneration opens one generation and makes sure that it can be used.
func (ix *Index) openGeneration(path string, number int) (*generation, error) {
	if err := ix.checkRoot(filepath.Join(path, "store", "root.bolt")); err != nil {
		return nil, err
	}
	if err := checkSegments(path); err != nil {
		return nil, err
	}
	g := &generation{number: number, path: path}
	err := guarded("open index", func() error {
		index, err := openBleve(path)
		if err != nil {
			return err // index is then no index, yet not nil
		}
		g.index = index
		return g.try()
	})
	if err != nil && g.index != nil {
		if cerr := guarded("close index", g.index.Close); cerr != nil {
			err = errors.Join(err, cerr)
		}
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

// openBleve opens an index that exists. Without the timeout it would wait for ever while another process has it.
func openBleve(path string) (bleve.Index, error) {
	return bleve.OpenUsing(path, map[string]any{"bolt_timeout": "1s"})
}

// try reads the state and the dictionaries and makes one search.
func (g *generation) try() error {
	raw, err := g.index.GetInternal(stateKey())
	if err != nil {
		return fmt.Errorf("state of index: %w", err)
	}
	s := &state{}
	if err := json.Unmarshal(raw, s); err != nil {
		return fmt.Errorf("state of index: %w", err)
	}
	if s.Layout != layout {
		return fmt.Errorf("index has layout %d, not %d", s.Layout, layout)
	}
	g.state.Store(s)
	if err := g.readWords(); err != nil {
		return err
	}
	_, err = g.index.Search(bleve.NewSearchRequestOptions(bleve.NewMatchAllQuery(), 1, 0, false))
	return err
}

// readWords reads the dictionaries anew.
func (g *generation) readWords() error {
	n, err := g.index.DocCount()
	if err != nil {
		return err
	}
	w, err := readWords(g.index, n)
	if err != nil {
		return err
	}
	g.words.Store(w)
	g.changes = 0
	return nil
}

func (g *generation) close() error { return guarded("close index", g.index.Close) }

// lengths returns the mean lengths of titles and bodies. They are means over all documents ever written since the
// index was built, not only over those that are left: near enough, and they need no bookkeeping of removals.
func (g *generation) lengths() lengths {
	s := g.state.Load()
	return lengths{float64(s.TitleTokens) / float64(max(s.Titles, 1)), float64(s.BodyTokens) / float64(max(s.Bodies, 1))}
}

// common returns the test whether a folded syllable is so frequent that it says nothing alone.
func (g *generation) common(w *words) func(fold string) bool {
	return func(fold string) bool { return w.documents >= 50 && float64(w.count[fold]) > 0.2*w.documents }
}

// add counts a record into the lengths.
func (s *state) add(r record) {
	if r.title > 0 {
		s.Titles++
		s.TitleTokens += uint64(r.title)
	}
	if r.body > 0 {
		s.Bodies++
		s.BodyTokens += uint64(r.body)
	}
}

// panicked is an error made of a panic inside Bleve.
type panicked struct{ what, text string }

func (p *panicked) Error() string { return p.what + ": panic: " + p.text }

func isPanic(err error) bool {
	var p *panicked
	return errors.As(err, &p)
}

// guarded runs fn and turns a panic into an error: Bleve panics on some damaged files.
func guarded(what string, fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicked{what, fmt.Sprint(r)}
		}
	}()
	return fn()
}

// isBusy reports whether an index could not be opened for a reason that building it anew would not heal: another
// process has it, or it may not be read. bbolt's error for the first belongs to a package that is not ours to import.
func isBusy(err error) bool {
	return err != nil && (errors.Is(err, fs.ErrPermission) || kpi.KindOf(err) == kpi.Unavailable || strings.HasSuffix(err.Error(), "timeout"))
}
