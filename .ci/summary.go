//go:build ignore

// Summary runs "go test -json" with its own arguments, prints one line per package and the output of what
// failed, and closes with "N passed, N failed, N skipped". Tests and subtests count alike; a package that does
// not build or breaks off outside its tests counts as one failure. It exits 1 if anything failed or nothing ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "go test:", err)
		os.Exit(1)
	}
	r := report{tests: map[testID]*test{}, built: map[string]*strings.Builder{}}
	readErr := r.read(out)
	runErr := cmd.Wait()
	if readErr != nil {
		fmt.Fprintln(os.Stderr, "reading the output of go test:", readErr)
	}
	if runErr != nil && r.failed == 0 { // go test itself: a bad flag, no such package
		fmt.Println("go test:", runErr)
		r.failed++
	}
	if r.passed+r.failed == 0 {
		fmt.Println("No test ran.")
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	if r.failed > 0 || r.passed == 0 || readErr != nil {
		os.Exit(1)
	}
}

// event is one line of go test -json; see "go doc test2json".
type event struct {
	Action      string
	Package     string
	ImportPath  string // of a build event
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string // the ImportPath whose build failed
}

type testID struct{ pkg, name string } // an empty name stands for the package itself

type test struct {
	output strings.Builder
	ended  bool
	failed int // of a package: how many of its tests failed
}

type report struct {
	tests                   map[testID]*test
	built                   map[string]*strings.Builder
	passed, failed, skipped int
}

// read takes the events in and prints each package as it ends. Lines that are no events are passed through.
func (r *report) read(out io.Reader) error {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) == nil {
			r.take(e)
		} else {
			fmt.Print(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) take(e event) {
	switch e.Action {
	case "build-output":
		if r.built[e.ImportPath] == nil {
			r.built[e.ImportPath] = new(strings.Builder)
		}
		r.built[e.ImportPath].WriteString(e.Output)
	case "start", "run":
		r.at(e.Package, e.Test)
	case "output":
		if !isChatter(e.Output) {
			r.at(e.Package, e.Test).output.WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e)
		} else {
			r.endTest(e)
		}
	}
}

func (r *report) at(pkg, name string) *test {
	id := testID{pkg, name}
	if r.tests[id] == nil {
		r.tests[id] = new(test)
	}
	return r.tests[id]
}

// isChatter reports whether a line only says that a test runs or how it ended, which the events say as well.
func isChatter(line string) bool {
	for _, prefix := range []string{"=== ", "--- ", "PASS\n", "FAIL\n", "FAIL\t", "ok  \t", "?   \t"} {
		if strings.HasPrefix(strings.TrimLeft(line, " "), prefix) {
			return true
		}
	}
	return false
}

func (r *report) endTest(e event) {
	t := r.at(e.Package, e.Test)
	t.ended = true
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skipped++
		fmt.Printf("skip  %s %s: %s\n", e.Package, e.Test, strings.Join(strings.Fields(t.output.String()), " "))
	case "fail":
		r.fail(e.Package, e.Test, fmt.Sprintf("(%.2fs)", e.Elapsed))
	}
}

// fail prints a failed test with what it wrote.
func (r *report) fail(pkg, name, remark string) {
	r.failed++
	r.at(pkg, "").failed++
	fmt.Printf("FAIL  %s %s %s\n", pkg, name, remark)
	printIndented(r.at(pkg, name).output.String())
}

func (r *report) endPackage(e event) {
	if e.Action == "fail" {
		for id, t := range r.tests { // a panic or a timeout leaves tests without an end
			if id.pkg == e.Package && id.name != "" && !t.ended {
				r.fail(id.pkg, id.name, "(did not finish)")
			}
		}
		pkg := r.at(e.Package, "")
		if pkg.failed == 0 {
			r.failed++
			if b := r.built[e.FailedBuild]; b != nil {
				printIndented(b.String())
			}
		}
		printIndented(pkg.output.String())
	}
	words := map[string]string{"pass": "ok   ", "fail": "FAIL ", "skip": "-    "}
	fmt.Printf("%s %s (%.1fs)\n", words[e.Action], e.Package, e.Elapsed)
	for id := range r.tests {
		if id.pkg == e.Package {
			delete(r.tests, id)
		}
	}
}

func printIndented(s string) {
	for line := range strings.Lines(s) {
		fmt.Print("      ", line)
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		fmt.Println()
	}
}
