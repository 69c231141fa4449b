package app

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chiso/app/kpi"
	"chiso/app/search"
	"chiso/store"
)

// The rhythm of the index.
const (
	searchTick    = 250 * time.Millisecond // how soon a change is looked for
	searchPause   = time.Minute            // after a failure
	searchEvents  = 5000                   // read in one transaction
	searchObjects = 100                    // made into documents in one transaction
	searchBehind  = 200_000                // further behind than this, building anew is quicker
	searchNote    = 1000                   // changes that touch nothing, after which the index notes how far it is
)

// finder is the search of an App: the index, which follows the event log, and the names that are suggested.
type finder struct {
	index atomic.Pointer[search.Index] // nil: not open
	names atomic.Pointer[search.Suggester]
	short atomic.Pointer[search.Abbreviations]

	mu   sync.Mutex    // one refresh at a time
	seen atomic.Uint64 // last event that the index has followed, noted in it or not

	building    atomic.Bool
	done, total atomic.Int64
}

// SearchState tells how the index is.
type SearchState struct {
	Open      bool   // somebody keeps it
	Documents uint64 // in the index that is searched
	Building  bool   // a new one is being built
	Done      int    // of Total objects
	Total     int
	Trouble   string // why the current one cannot be used, in the words of the library; "" if it can
}

// SearchState returns how the index is.
func (a *App) SearchState() SearchState {
	f := &a.find
	ix := f.index.Load()
	if ix == nil {
		return SearchState{}
	}
	s := SearchState{Open: true, Documents: ix.Documents(), Building: f.building.Load(), Done: int(f.done.Load()), Total: int(f.total.Load())}
	if err := ix.Trouble(); err != nil {
		s.Trouble = err.Error()
	}
	return s
}

// OpenSearch opens the index in the data folder. It may be empty or outdated then: RefreshSearch mends that. It fails
// when another process has the index.
func (a *App) OpenSearch() error {
	short, err := a.abbreviations()
	if err != nil {
		return err
	}
	a.find.short.Store(short)
	ix, err := search.Open(filepath.Join(a.dir, indexFolder), short, store.CheckFile)
	if err != nil {
		return err
	}
	a.find.seen.Store(ix.Seq())
	a.find.index.Store(ix)
	return nil
}

// CloseSearch closes the index.
func (a *App) CloseSearch() error {
	if ix := a.find.index.Swap(nil); ix != nil {
		return ix.Close()
	}
	return nil
}

// KeepSearch opens the index, brings it up to date after every change until ctx ends, and closes it. What goes wrong
// with it is logged and tried again; nothing else waits for it.
func (a *App) KeepSearch(ctx context.Context) {
	if err := a.OpenSearch(); err != nil {
		a.log.Error("search", "err", err)
		return
	}
	defer func() {
		if err := a.CloseSearch(); err != nil {
			a.log.Error("search", "err", err)
		}
	}()
	for {
		pause := searchTick
		if err := a.RefreshSearch(ctx, nil); err != nil && ctx.Err() == nil {
			a.log.Error("search", "err", err)
			pause = searchPause
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// RefreshSearch brings the open index to the last event, by what has changed or, when it cannot be used or is too far
// behind, by building it anew. progress, if not nil, is told of a new one how many objects of how many are done.
func (a *App) RefreshSearch(ctx context.Context, progress func(done, total int)) error {
	f := &a.find
	f.mu.Lock()
	defer f.mu.Unlock()
	ix := f.index.Load()
	if ix == nil {
		return errors.New("search index is not open")
	}
	if f.names.Load() == nil {
		if err := a.loadNames(); err != nil {
			return err
		}
	}
	for {
		last, err := a.lastEvent()
		switch {
		case err != nil:
			return err
		case ix.Trouble() != nil || f.seen.Load() > last || last-f.seen.Load() > searchBehind:
			a.log.Info("search index is built anew", "why", fmt.Sprint(ix.Trouble()), "at", f.seen.Load(), "last", last)
			return a.rebuild(ctx, ix, progress)
		case f.seen.Load() == last:
			return nil
		}
		if err := a.follow(ix, last); err != nil {
			return err
		}
	}
}

// Reindex builds the open index anew whatever its state.
func (a *App) Reindex(ctx context.Context, progress func(done, total int)) error {
	f := &a.find
	f.mu.Lock()
	defer f.mu.Unlock()
	ix := f.index.Load()
	if ix == nil {
		return errors.New("search index is not open")
	}
	return a.rebuild(ctx, ix, progress)
}

func (a *App) lastEvent() (n uint64, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		n, err = tx.Events()
		return err
	})
	return n, err
}

// follow takes in the next events, up to last.
func (a *App) follow(ix *search.Index, last uint64) error {
	f := &a.find
	var touched []string
	to := min(last, f.seen.Load()+searchEvents)
	err := a.store.View(func(tx *store.Tx) error {
		touched = nil
		for seq := f.seen.Load() + 1; seq <= to; seq++ {
			ev, err := tx.Event(seq)
			if err != nil {
				return err
			}
			if ev.Object == abbreviationsObject {
				touched = append(touched, ev.Object)
			}
			if id := findObject(ev); id != "" && !slices.Contains(touched, id) {
				touched = append(touched, id)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("events after %d: %w", f.seen.Load(), err)
	}
	if len(touched) == 0 && to-ix.Seq() < searchNote {
		f.seen.Store(to)
		return nil
	}
	drop, put, err := a.gather(touched)
	if err != nil {
		return err
	}
	if err := ix.Apply(to, drop, put); err != nil {
		return err
	}
	f.seen.Store(to)
	if slices.Contains(touched, abbreviationsObject) {
		short, err := a.abbreviations()
		if err != nil {
			return err
		}
		f.short.Store(short)
		ix.SetAbbreviations(short)
	}
	if slices.ContainsFunc(touched, named) {
		return a.loadNames()
	}
	return nil
}

// named reports whether what an id names is suggested.
func named(id string) bool {
	return slices.Contains([]kpi.FindKind{kpi.FindIndicator, kpi.FindUnit, kpi.FindGuidance, kpi.FindAnswer}, kpi.FindKind(search.KindOf(id)))
}

// gather reads the objects that have changed: what to remove from the index, and what to put.
func (a *App) gather(touched []string) (drop []string, put []search.Document, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		s := a.shelf(tx)
		drop, put = nil, nil
		for _, id := range touched {
			ids := []string{id}
			if strings.HasSuffix(id, "/") {
				if ids, err = s.objects(id); err != nil {
					return err
				}
			}
			for _, id := range ids {
				docs, err := s.documents(id)
				if err != nil {
					return fmt.Errorf("document of %s: %w", id, err)
				}
				drop, put = append(drop, id), append(put, docs...)
			}
		}
		return nil
	})
	return drop, put, err
}

// rebuild builds the index anew of all that there is.
func (a *App) rebuild(ctx context.Context, ix *search.Index, progress func(done, total int)) error {
	f := &a.find
	var ids []string
	var last uint64
	err := a.store.View(func(tx *store.Tx) (err error) {
		if last, err = tx.Events(); err != nil {
			return err
		}
		ids, err = a.shelf(tx).objects("")
		return err
	})
	if err != nil {
		return err
	}
	returns, err := a.returns(last)
	if err != nil {
		return err
	}
	ids = append(ids, returns...)
	f.done.Store(0)
	f.total.Store(int64(len(ids)))
	f.building.Store(true)
	defer f.building.Store(false)
	tell := func(done int) {
		f.done.Store(int64(done))
		if progress != nil {
			progress(done, len(ids))
		}
	}
	if err := ix.Rebuild(ctx, last, a.library(ids, tell), nil); err != nil {
		return err
	}
	f.seen.Store(last)
	return a.loadNames()
}

// returns returns the ids of the cells that were ever returned, up to event last.
func (a *App) returns(last uint64) ([]string, error) {
	known := map[string]bool{}
	var ids []string
	for from := uint64(1); from <= last; from += searchEvents {
		err := a.store.View(func(tx *store.Tx) error {
			for seq := from; seq < from+searchEvents && seq <= last; seq++ {
				ev, err := tx.Event(seq)
				if err != nil {
					return err
				}
				if id := findObject(ev); ev.Verb == kpi.VerbReturn && id != "" && !known[id] {
					known[id] = true
					ids = append(ids, id)
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("returns: %w", err)
		}
	}
	return ids, nil
}

// library yields the documents of all objects, some of them at a time in a transaction of their own.
func (a *App) library(ids []string, done func(n int)) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for from := 0; from < len(ids); from += searchObjects {
			chunk := ids[from:min(from+searchObjects, len(ids))]
			_, docs, err := a.gather(chunk)
			if err != nil {
				yield(search.Document{}, err)
				return
			}
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
			done(from + len(chunk))
		}
	}
}

// loadNames reads anew what is suggested.
func (a *App) loadNames() error {
	var names []search.Name
	err := a.store.View(func(tx *store.Tx) (err error) {
		names, err = a.shelf(tx).names()
		return err
	})
	if err == nil {
		a.find.names.Store(search.NewSuggester(names))
	}
	return err
}
