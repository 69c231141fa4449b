package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chiso/app/kpi"

	"github.com/andybalholm/cascadia"
)

// The process is killed while the index is being built, and then twice while units that it has
// acknowledged wait to be indexed: after each start all of them are found, and nobody has to do anything for it.
func TestKill_IndexCatchesUp(t *testing.T) {
	t.Parallel()
	dir := demoCopy(t)
	if err := os.RemoveAll(filepath.Join(dir, indexFolder)); err != nil {
		t.Fatal(err)
	}
	srv := demoOn(t, dir) // has just begun to build its index
	srv.kill()
	if err := srv.restart(); err != nil {
		t.Fatal(err)
	}
	admin := newClient(t, srv).signIn("quantri", demoPassword)
	words := []string{"vuonquynh", "bachlamson"}
	for i, word := range words {
		admin.get("/quan-tri/don-vi/moi")
		admin.post("/quan-tri/don-vi/moi", url.Values{"code": {fmt.Sprintf("ZQ%d", i)}, "name": {"Trung tâm " + word}, "kind": {string(kpi.Agency)}})
		srv.kill()
		if err := srv.restart(); err != nil {
			t.Fatal(err)
		}
		for _, word := range words[:i+1] {
			admin.finds(word)
		}
	}
}

// finds waits until the search answers a word with one result.
func (c *client) finds(word string) {
	c.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		found := cascadia.QueryAll(c.get("/tim?q="+word), cascadia.MustCompile(".result"))
		if len(found) == 1 {
			return
		}
		if len(found) > 1 {
			c.t.Fatalf("%s is found %d times", word, len(found))
		}
	}
	c.t.Fatalf("%s is not found within %s", word, patience)
}
