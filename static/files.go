package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Prefix is the folder of every served URL.
const Prefix = "/static/"

// File is one served file. Gzip is nil when compressing gains nothing (fonts). Bodies are shared: do not
// change them.
type File struct {
	Body, Gzip  []byte
	ContentType string
}

// Files is the set of served files, read once and safe for concurrent use.
type Files struct {
	urls   map[string]string // "css/app.css" → "/static/app.3f2a9c81.css"
	byURL  map[string]File
	icons  map[string]bool
	source fs.FS
}

// New reads the embedded files, joins the style sheets into css/app.css, writes the hashed URL over every
// reference from one file to another, and compresses what is text.
func New() (*Files, error) { return load(source) }

func load(source fs.FS) (*Files, error) {
	f := &Files{urls: map[string]string{}, byURL: map[string]File{}, icons: map[string]bool{}, source: source}
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !served(name) {
			return err
		}
		_, err = f.add(name, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	return f, nil
}

// served says whether a file gets a URL of its own: a part of the style sheet does not (the sheets of single pages,
// in css/pages, do), nor does the list of hashes.
func served(name string) bool {
	return contentType(name) != "" && (path.Dir(name) != "css" || name == "css/app.css")
}

// URL returns the hashed URL of a file named as in this folder, e.g. "css/app.css".
func (f *Files) URL(name string) (string, error) {
	url, ok := f.urls[name]
	if !ok {
		return "", fmt.Errorf("static file %q does not exist", name)
	}
	return url, nil
}

// Lookup returns the file behind a URL path made by URL.
func (f *Files) Lookup(url string) (File, bool) {
	file, ok := f.byURL[url]
	return file, ok
}

// Icon returns the drawing of a named icon, hidden from screen readers: a word always stands beside it.
func (f *Files) Icon(name string) (template.HTML, error) {
	if !f.icons[name] {
		return "", fmt.Errorf("icon %q does not exist", name)
	}
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="` + f.urls["icons.svg"] + `#` + name + `"/></svg>`), nil
}

var symbolID = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`)

// add reads one file, adds what it refers to first, and returns its URL. Open holds the names being read.
func (f *Files) add(name string, open []string) (string, error) {
	if url, ok := f.urls[name]; ok {
		return url, nil
	}
	body, err := f.resolved(name, open)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	url := Prefix + strings.TrimSuffix(path.Base(name), ext) + "." + hex.EncodeToString(sum[:4]) + ext
	if _, taken := f.byURL[url]; taken {
		return "", fmt.Errorf("two files would be served as %s", url)
	}
	file := File{Body: body, ContentType: contentType(name)}
	if ext != ".woff2" {
		file.Gzip = compress(body)
	}
	if name == "icons.svg" {
		for _, m := range symbolID.FindAllSubmatch(body, -1) {
			f.icons[string(m[1])] = true
		}
	}
	f.urls[name], f.byURL[url] = url, file
	return url, nil
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	return ""
}

func compress(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic("static: " + err.Error()) // only for a wrong level
	}
	w.Write(body) // a bytes.Buffer takes everything
	w.Close()
	return out.Bytes()
}
