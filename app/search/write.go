package search

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
)

// batchSize is how many documents Bleve gets at once; it holds them all in memory.
const batchSize = 500

// Apply brings the index to change seq of the store: it removes the documents named in drop together with their
// passages, and then puts the documents given. What it did is on disk when it returns; after a crash in between, the
// same call again has the same result. It fails with ErrNotReady without an index.
func (ix *Index) Apply(seq uint64, drop []string, put []Document) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.current == nil {
		return ErrNotReady
	}
	err := guarded("update index", func() error { return ix.current.apply(seq, drop, put) })
	if isPanic(err) {
		ix.damaged.Store(&err)
	}
	return err
}

func (g *generation) apply(seq uint64, drop []string, put []Document) error {
	next := *g.state.Load()
	batch := g.index.NewBatch()
	for _, id := range drop {
		batch.Delete(id)
		passages, err := g.passages(id)
		if err != nil {
			return fmt.Errorf("passages of %s: %w", id, err)
		}
		for _, p := range passages {
			batch.Delete(p)
		}
	}
	for _, d := range put {
		if batch.Size() >= batchSize {
			if err := g.index.Batch(batch); err != nil {
				return fmt.Errorf("update index: %w", err)
			}
			batch.Reset()
		}
		r := newRecord(d)
		next.add(r)
		if err := batch.Index(r.id, r.fields); err != nil {
			return fmt.Errorf("index %s: %w", d.ID, err)
		}
	}
	next.Seq = seq
	if err := next.into(batch); err != nil {
		return err
	}
	if err := g.index.Batch(batch); err != nil {
		return fmt.Errorf("update index: %w", err)
	}
	g.state.Store(&next)
	g.changes += uint64(len(put) + len(drop))
	if n, err := g.index.DocCount(); err != nil || g.changes*100 < n {
		return err
	}
	return g.readWords()
}

// into adds the state to a batch.
func (s *state) into(b *bleve.Batch) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("state of index: %w", err)
	}
	b.SetInternal(stateKey(), raw)
	return nil
}

// passages returns the IDs of the documents whose parent has this ID.
func (g *generation) passages(id string) ([]string, error) {
	r, err := g.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	postings, err := r.TermFieldReader(context.Background(), []byte(id), fieldParent, false, false, false)
	if err != nil {
		return nil, err
	}
	defer postings.Close()
	var ids []string
	for {
		doc, err := postings.Next(nil)
		if err != nil || doc == nil {
			return ids, err
		}
		name, err := r.ExternalID(doc.ID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, name)
	}
}

// Rebuild makes a new index of all documents, which must have IDs of their own, as of change seq of the store, and puts
// it in the place of the current one, which is searched until then. progress, if not nil, is told now and then how
// many documents are done. When Rebuild fails or ctx ends, everything is as before.
func (ix *Index) Rebuild(ctx context.Context, seq uint64, documents iter.Seq2[Document, error], progress func(done int)) error {
	ix.building.Lock()
	defer ix.building.Unlock()
	number := 1
	numbers, err := ix.generations()
	if err != nil {
		return fmt.Errorf("rebuild index: %w", err)
	}
	if n := len(numbers); n > 0 {
		number = numbers[n-1] + 1
	}
	if progress == nil {
		progress = func(int) {}
	}
	work := ix.path(number) + ".part"
	defer os.RemoveAll(work) //nolint:errcheck // Open removes what is left
	err = guarded("rebuild index", func() error { return build(ctx, work, seq, documents, progress) })
	if err != nil {
		return fmt.Errorf("rebuild index: %w", err)
	}
	if err := os.Rename(built(work), ix.path(number)); err != nil {
		return fmt.Errorf("rebuild index: %w", err)
	}
	g, err := ix.openGeneration(ix.path(number), number)
	if err != nil {
		os.RemoveAll(ix.path(number)) //nolint:errcheck // Open finds it damaged again
		return fmt.Errorf("rebuild index: %w", err)
	}
	return ix.swap(g)
}

// swap makes g the current generation, waits for the queries that still use the one before, and removes that.
func (ix *Index) swap(g *generation) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	ix.mu.Lock()
	old := ix.current
	ix.current = g
	ix.damaged.Store(nil)
	ix.mu.Unlock()
	var err error
	if old != nil {
		err = old.close()
	}
	ix.clean([]int{g.number})
	return err
}

// built is where build leaves the index within its work folder.
func built(work string) string { return filepath.Join(work, "index") }

// build makes an index of all documents in the work folder.
func build(ctx context.Context, work string, seq uint64, documents iter.Seq2[Document, error], progress func(done int)) error {
	if err := os.RemoveAll(work); err != nil {
		return err
	}
	if err := os.MkdirAll(work, 0o700); err != nil {
		return err
	}
	m, err := newMapping()
	if err != nil {
		return err
	}
	config := map[string]any{"batchSize": batchSize, "buildPathPrefix": work}
	builder, err := bleve.NewBuilder(built(work), m, config)
	if err != nil {
		return err
	}
	s := state{Layout: layout, Seq: seq}
	done := 0
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for r := range records(ctx, documents) {
		if r.err != nil {
			return r.err
		}
		if err := builder.Index(r.id, r.fields); err != nil {
			return fmt.Errorf("index %s: %w", r.id, err)
		}
		s.add(r.record)
		if done++; done%batchSize == 0 {
			progress(done)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if done == 0 { // a builder cannot build nothing
		if err := os.RemoveAll(built(work)); err != nil {
			return err
		}
		return seal(s, func() (bleve.Index, error) { return bleve.New(built(work), m) })
	}
	if err := builder.Close(); err != nil {
		return err
	}
	progress(done)
	return seal(s, func() (bleve.Index, error) { return openBleve(built(work)) })
}

// seal writes the state into an index and closes it.
func seal(s state, open func() (bleve.Index, error)) error {
	index, err := open()
	if err != nil {
		return err
	}
	batch := index.NewBatch()
	err = s.into(batch)
	if err == nil {
		err = index.Batch(batch)
	}
	if cerr := index.Close(); err == nil {
		err = cerr
	}
	return err
}

// keyed is a record, or the error that ends the documents.
type keyed struct {
	record
	err error
}

// records computes the keys of documents in a goroutine of its own, ahead of the builder; the goroutine ends with ctx.
func records(ctx context.Context, documents iter.Seq2[Document, error]) <-chan keyed {
	out := make(chan keyed, batchSize)
	go func() {
		defer close(out)
		for d, err := range documents {
			k := keyed{err: err}
			if err == nil {
				k.record = newRecord(d)
			}
			select {
			case out <- k:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}
