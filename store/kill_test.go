package store_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"

	bolt "go.etcd.io/bbolt"
)

// The test binary runs itself as the process that is killed. These variables tell it so.
const (
	childDir    = "CHISO_TEST_CHILD_DIR"
	childEarly  = "CHISO_TEST_CHILD_EARLY"
	childVerify = "CHISO_TEST_CHILD_VERIFY" // the process that reads a file which may be damaged
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childVerify); path != "" {
		if _, err := store.Verify(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if dir := os.Getenv(childDir); dir != "" {
		err := saveForEver(dir, os.Getenv(childEarly) != "")
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const (
	childWriters = 6
	childCells   = 20 // of each writer
	batchUnit    = "BATCH"
)

// saveForEver saves cells from several goroutines, each always one version further, and writes "unit indicator version"
// to its output once Update has returned, or, if it is to lie, before. One more goroutine loads all cells of a unit at
// once. It returns only if something fails.
func saveForEver(dir string, early bool) error {
	s, err := store.Open(dir)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	tell := func(c kpi.Cell) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf("%s %s %d\n", c.Unit, c.Indicator, c.Version) // one write: it is not buffered
	}
	failed := make(chan error)
	for w := range childWriters {
		go func() {
			versions := map[string]uint32{}
			for i := 0; ; i++ {
				c := childCell(w, i%childCells)
				var known bool
				if c.Version, known = versions[c.Indicator]; !known {
					c.Version = saved(s, c.CellKey)
				}
				c = next(c)
				versions[c.Indicator] = c.Version
				if early {
					tell(c)
				}
				if err := s.Update(func(tx *store.Tx) error { return storetest.PutCell(tx, c) }); err != nil {
					failed <- err
					return
				}
				if !early {
					tell(c)
				}
			}
		}()
	}
	go func() {
		for version := saved(s, batchCell(0).CellKey); ; {
			version++
			err := s.Update(func(tx *store.Tx) error {
				var cells []kpi.Cell
				for i := range childCells {
					c := batchCell(i)
					c.Version = version - 1
					cells = append(cells, next(c))
				}
				return tx.LoadCells(cells, storetest.Event("round/nq57/2026-05"))
			})
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	return <-failed
}

func childCell(writer, i int) kpi.Cell {
	return storetest.Cell("W"+strconv.Itoa(writer), "1."+strconv.Itoa(i), 0)
}

func batchCell(i int) kpi.Cell { return storetest.Cell(batchUnit, "1."+strconv.Itoa(i), 0) }

// next is the cell one version further; its value follows from the version.
func next(c kpi.Cell) kpi.Cell {
	c.Version++
	c.Value = kpi.Dec(-7 * int64(c.Version))
	return c
}

func saved(s *store.Store, k kpi.CellKey) (version uint32) {
	_ = s.View(func(tx *store.Tx) error {
		c, err := tx.Cell(k)
		version = c.Version
		return err
	})
	return version
}

// kill runs a child on dir, kills it at a random moment after its first word and returns the newest version of each
// cell that it has acknowledged.
func kill(t *testing.T, dir string, early bool) map[kpi.CellKey]uint32 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	if early {
		cmd.Env = append(cmd.Env, childEarly+"=1")
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := map[kpi.CellKey]uint32{}
	r := bufio.NewReader(out)
	for n := 0; ; n++ {
		line, err := r.ReadString('\n')
		if err == io.EOF { // what it was about to say when it died counts for nothing
			break
		}
		c := storetest.Cell("", "", 0)
		if _, scanErr := fmt.Sscanf(line, "%s %s %d\n", &c.Unit, &c.Indicator, &c.Version); err != nil || scanErr != nil {
			t.Fatalf("child said %q: %v, %v", line, err, scanErr)
		}
		acked[c.CellKey] = c.Version
		if n == 0 {
			time.AfterFunc(time.Duration(rand.IntN(40_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || len(acked) == 0 {
		t.Fatalf("child ended with %v after %d acknowledgements; it was to be killed", err, len(acked))
	}
	return acked
}

// lost counts the acknowledged cells that the file has only in an older version, or in another value.
func lost(t *testing.T, s *store.Store, acked map[kpi.CellKey]uint32) (n int) {
	t.Helper()
	storetest.View(t, s, func(tx *store.Tx) error {
		for k, version := range acked {
			c, err := tx.Cell(k)
			if err != nil {
				return err
			}
			if c.Version < version || c.Value != kpi.Dec(-7*int64(c.Version)) {
				n++
			}
		}
		return nil
	})
	return n
}

// checkFile stops the test if bbolt finds a fault in the file, if the log does not fit itself, or if there are not as
// many events as there were saves: then some transaction was torn.
func checkFile(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.DB().View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	events := checkLog(t, s)
	var saves uint64
	storetest.View(t, s, func(tx *store.Tx) error {
		for w := range childWriters {
			cells, err := tx.SheetCells(set, storetest.Month(), childCell(w, 0).Unit)
			if err != nil {
				return err
			}
			for _, c := range cells {
				saves += uint64(c.Version)
			}
		}
		batch, err := tx.SheetCells(set, storetest.Month(), batchUnit)
		if err != nil {
			return err
		}
		version := batch["1.0"].Version
		saves += uint64(version)
		for _, c := range batch {
			if c.Version != version || len(batch) != childCells {
				t.Errorf("a load was torn: %d cells, %s at version %d, 1.0 at %d", len(batch), c.Indicator, c.Version, version)
			}
		}
		return nil
	})
	if events != saves {
		t.Errorf("%d events for %d saves", events, saves)
	}
}

// TestKill kills a process that saves from several goroutines, again and again on the same file: all that it
// acknowledged is there, and every transaction is whole. CHISO_KILLS=100 makes a longer run of it.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 20
	if n, err := strconv.Atoi(os.Getenv("CHISO_KILLS")); err == nil {
		rounds = n
	} else if testing.Short() {
		rounds = 3
	}
	dir := t.TempDir()
	words := 0
	for range rounds {
		acked := kill(t, dir, false)
		s := storetest.OpenIn(t, dir)
		if n := lost(t, s, acked); n != 0 {
			t.Errorf("%d of %d acknowledged cells are lost", n, len(acked))
		}
		checkFile(t, s)
		words += len(acked)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d acknowledged cells compared", rounds, words)
}

// TestKill_Control: a process that acknowledges before Update has returned is caught, so TestKill can fail.
func TestKill_Control(t *testing.T) {
	t.Parallel()
	for range 30 {
		dir := t.TempDir()
		acked := kill(t, dir, true)
		s := storetest.OpenIn(t, dir)
		n := lost(t, s, acked)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			return
		}
	}
	t.Error("thirty kills of a process that acknowledges too early, and nothing was lost")
}
