package static

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func mustNew(t *testing.T) *Files {
	t.Helper()
	f, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustLookup(t *testing.T, f *Files, name string) File {
	t.Helper()
	url, err := f.URL(name)
	if err != nil {
		t.Fatal(err)
	}
	file, ok := f.Lookup(url)
	if !ok {
		t.Fatalf("%s has the URL %s, which finds nothing", name, url)
	}
	return file
}

func TestNew_EveryReferenceResolves(t *testing.T) {
	t.Parallel()
	f := mustNew(t)
	refs := regexp.MustCompile(`url\("?([^")]+)|(?:from |import |import\()"([^"]+)"`)
	found := 0
	for url, file := range f.byURL {
		if ext := path.Ext(url); ext != ".css" && ext != ".js" || strings.Contains(url, "htmx") {
			continue
		}
		for _, m := range refs.FindAllStringSubmatch(string(file.Body), -1) {
			ref := m[1] + m[2]
			if strings.HasPrefix(ref, "data:") {
				continue
			}
			found++
			if _, ok := f.Lookup(ref); !ok {
				t.Errorf("%s refers to %s, which is not served", url, ref)
			}
		}
	}
	if found < 2 {
		t.Errorf("found %d references, want at least the two fonts", found)
	}
}

func TestFiles_ContentTypeAndCompression(t *testing.T) {
	t.Parallel()
	f := mustNew(t)
	for name, want := range map[string]string{
		"css/app.css":        "text/css; charset=utf-8",
		"js/app.js":          "text/javascript; charset=utf-8",
		"vendor/htmx.min.js": "text/javascript; charset=utf-8",
		"icons.svg":          "image/svg+xml",
		"mark.svg":           "image/svg+xml",
		"fonts/OFL.txt":      "text/plain; charset=utf-8",
		"fonts/source-sans-3-latin-wght-normal.woff2": "font/woff2",
	} {
		file := mustLookup(t, f, name)
		if file.ContentType != want {
			t.Errorf("%s has the type %q, want %q", name, file.ContentType, want)
		}
		if path.Ext(name) == ".woff2" {
			if file.Gzip != nil {
				t.Errorf("%s is compressed twice", name)
			}
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(file.Gzip))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if plain, err := io.ReadAll(r); err != nil || !bytes.Equal(plain, file.Body) {
			t.Errorf("%s does not unpack to its body (%v)", name, err)
		}
	}
}

func TestFiles_UnknownNames(t *testing.T) {
	t.Parallel()
	f := mustNew(t)
	for _, name := range []string{"css/none.css", "css/tokens.css", "vendor/SHA256SUMS", ""} {
		if url, err := f.URL(name); err == nil {
			t.Errorf("URL(%q) = %s, want an error", name, url)
		}
	}
	for _, url := range []string{"/static/app.css", "/static/css/app.css", "/static/../embed.go", "/static/"} {
		if _, ok := f.Lookup(url); ok {
			t.Errorf("Lookup(%q) found a file", url)
		}
	}
	if html, err := f.Icon("no-such-icon"); err == nil {
		t.Errorf("Icon(no-such-icon) = %s, want an error", html)
	}
}

// A change must show in the URL of the changed file and of everything that refers to it, and in nothing else.
func TestLoad_HashFollowsContent(t *testing.T) {
	t.Parallel()
	site := func(font string) fstest.MapFS {
		return fstest.MapFS{
			"css/app.css":   {Data: []byte("/* a comment */\n@import \"./part.css\";\n")},
			"css/part.css":  {Data: []byte(`p{src:url("../fonts/a.woff2")}`)},
			"fonts/a.woff2": {Data: []byte(font)},
			"js/app.js":     {Data: []byte(`import { x } from "./x.js"; x();`)},
			"js/x.js":       {Data: []byte(`export const x = () => 1;`)},
		}
	}
	one, err := load(site("one"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := load(site("two"))
	if err != nil {
		t.Fatal(err)
	}
	for name, changed := range map[string]bool{"fonts/a.woff2": true, "css/app.css": true, "js/app.js": false, "js/x.js": false} {
		if got := one.urls[name] != two.urls[name]; got != changed {
			t.Errorf("%s: changed = %v (%s, %s), want %v", name, got, one.urls[name], two.urls[name], changed)
		}
	}
	if got, want := string(mustLookup(t, one, "css/app.css").Body), `p{src:url("`+one.urls["fonts/a.woff2"]+`")}`; got != want {
		t.Errorf("the style sheet is %s, want %s", got, want)
	}
	if got, want := string(mustLookup(t, one, "js/app.js").Body), `import { x } from "`+one.urls["js/x.js"]+`"; x();`; got != want {
		t.Errorf("the script is %s, want %s", got, want)
	}
}

func TestLoad_Refused(t *testing.T) {
	t.Parallel()
	for name, site := range map[string]fstest.MapFS{
		"missing font":   {"css/app.css": {Data: []byte(`p{src:url("../fonts/none.woff2")}`)}},
		"missing script": {"js/a.js": {Data: []byte(`import "./none.js";`)}},
		"circle":         {"js/a.js": {Data: []byte(`import "./b.js";`)}, "js/b.js": {Data: []byte(`import "./a.js";`)}},
		"same URL":       {"js/a.js": {Data: []byte(`1`)}, "vendor/a.js": {Data: []byte(`1`)}},
	} {
		if _, err := load(site); err == nil {
			t.Errorf("%s: load succeeded", name)
		}
	}
}

func TestVendor_IsWhatWasPinned(t *testing.T) {
	t.Parallel()
	sums, err := source.Open("vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer sums.Close()
	pinned := map[string]string{}
	for lines := bufio.NewScanner(sums); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		pinned[name] = sum
	}
	entries, err := source.ReadDir("vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".js" {
			continue
		}
		body, err := source.ReadFile("vendor/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != pinned[e.Name()] {
			t.Errorf("vendor/%s is not the file listed in SHA256SUMS", e.Name())
		}
		delete(pinned, e.Name())
	}
	if len(pinned) > 0 {
		t.Errorf("listed in SHA256SUMS but absent: %v", pinned)
	}
}

// The floor is Chrome 109; the size is part of the budget of a first visit.
func TestStyleSheet_StaysSmallAndPlain(t *testing.T) {
	t.Parallel()
	css := string(mustLookup(t, mustNew(t), "css/app.css").Body)
	if len(css) > 30<<10 {
		t.Errorf("the style sheet has %d bytes, at most %d are allowed", len(css), 30<<10)
	}
	for _, word := range []string{"color-mix", "light-dark", ":has(", "@import", "&", "@container", "subgrid", "/*"} {
		if strings.Contains(css, word) {
			t.Errorf("the style sheet contains %q", word)
		}
	}
	if open, closed := strings.Count(css, "{"), strings.Count(css, "}"); open != closed {
		t.Errorf("the style sheet has %d opening and %d closing braces", open, closed)
	}
}
