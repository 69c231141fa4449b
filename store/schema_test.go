package store_test

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"chiso/store"
	"chiso/store/storetest"

	bolt "go.etcd.io/bbolt"
)

// documented returns the tables that the package comment draws, with their keys.
func documented(t *testing.T) map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "schema.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]string{}
	for line := range strings.Lines(file.Doc.Text()) {
		if row, drawn := strings.CutPrefix(line, "\t"); drawn {
			name, rest, _ := strings.Cut(row, " ")
			key, _, arrow := strings.Cut(rest, "→")
			if !arrow || strings.TrimSpace(key) == "" {
				t.Errorf("schema.go: %q does not say what the key of %s is and what it leads to", row, name)
			}
			tables[name] = strings.TrimSpace(key)
		}
	}
	return tables
}

// buckets returns the buckets of the file and how many records each has.
func buckets(t *testing.T, s *store.Store) map[string]int {
	found := map[string]int{}
	err := s.DB().View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if v == nil {
					t.Errorf("%s holds a bucket of its own, %q", name, k)
				}
				found[string(name)]++
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// undocumented returns the names in the file that the comment does not draw.
func undocumented(found map[string]int, drawn map[string]string) (names []string) {
	for name := range found {
		if drawn[name] == "" {
			names = append(names, name)
		}
	}
	return names
}

// TestSchema_Documented walks a file with a record in every table.
func TestSchema_Documented(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	drawn, found := documented(t), buckets(t, s)
	if names := undocumented(found, drawn); len(names) != 0 {
		t.Errorf("in the file, but not in the package comment of schema.go: %q", names)
	}
	for name := range drawn {
		if found[name] == 0 {
			t.Errorf("drawn in the package comment, but the seeded file has no record of it: %s", name)
		}
		if !slices.Contains(store.Tables(), name) {
			t.Errorf("drawn in the package comment, but not in tables(): %s", name)
		}
	}
	if len(store.Tables()) != len(drawn) {
		t.Errorf("tables() has %d names, the package comment %d", len(store.Tables()), len(drawn))
	}

	err := s.DB().Update(func(tx *bolt.Tx) error { // the walk sees what nobody drew
		b, err := tx.CreateBucket([]byte("stray"))
		if err != nil {
			return err
		}
		return b.Put([]byte("k"), []byte("v"))
	})
	if names := undocumented(buckets(t, s), drawn); err != nil || !slices.Equal(names, []string{"stray"}) {
		t.Errorf("undocumented buckets %q, %v; want the stray one", names, err)
	}
}

// TestSchema_Keys: the keys in the file have as many parts as the comment draws.
func TestSchema_Keys(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	drawn := documented(t)
	storetest.View(t, s, func(tx *store.Tx) error {
		for _, name := range store.Tables() {
			if strings.Contains(drawn[name], "sequence") || strings.Contains(drawn[name], "index") || name == "signin" {
				continue // numbers, and the one table of two sorts
			}
			c := tx.Bucket(name).Cursor()
			for k, _ := c.First(); k != nil; k, _ = c.Next() {
				if strings.Count(string(k), "|") != strings.Count(drawn[name], "|") {
					t.Errorf("%s: key %q is drawn as %q", name, k, drawn[name])
				}
			}
		}
		return nil
	})
}
