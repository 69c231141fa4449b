package static

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
)

// How one file names another: the first group is kept, the second is the name, relative to the file and
// starting with a dot.
var (
	cssImport = regexp.MustCompile(`()@import "(\.[^"]+)";`)
	cssURL    = regexp.MustCompile(`(url\()"(\.[^"]+)"`)
	cssFiller = regexp.MustCompile(`(?s)/\*.*?\*/|\n\s*`)          // comments and indentation: half the weight of the sheet
	jsFiller  = regexp.MustCompile(`(?m)^[ \t]*(?://|/\*|\*).*\n`) // lines that are comments: a quarter of our scripts
	jsImport  = regexp.MustCompile(`((?:\bfrom |\bimport |\bimport\())"(\.[^"]+)"`)
)

// resolved reads a file and settles its references: @import is replaced by the imported text, url() and
// JavaScript imports get the hashed URL of the other file.
func (f *Files) resolved(name string, open []string) ([]byte, error) {
	if slices.Contains(open, name) {
		return nil, fmt.Errorf("%s refers to itself through %v", name, open)
	}
	open = append(slices.Clip(open), name)
	body, err := fs.ReadFile(f.source, name)
	if err != nil {
		return nil, err
	}
	other := func(ref string) (string, error) {
		url, err := f.add(path.Join(path.Dir(name), ref), open)
		return `"` + url + `"`, err
	}
	switch path.Ext(name) {
	case ".css":
		body = cssFiller.ReplaceAll(body, nil)
		body, err = replace(body, cssImport, func(ref string) (string, error) {
			part, err := f.resolved(path.Join(path.Dir(name), ref), open)
			return string(part), err
		})
		if err == nil {
			body, err = replace(body, cssURL, other)
		}
	case ".js":
		if path.Dir(name) == "js" {
			body = jsFiller.ReplaceAll(body, nil)
		}
		body, err = replace(body, jsImport, other)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return body, nil
}

// replace puts what with returns in place of each quoted reference.
func replace(body []byte, re *regexp.Regexp, with func(ref string) (string, error)) ([]byte, error) {
	var failed error
	out := re.ReplaceAllFunc(body, func(match []byte) []byte {
		group := re.FindSubmatch(match)
		text, err := with(string(group[2]))
		if err != nil {
			failed = err
		}
		return slices.Concat(group[1], []byte(text))
	})
	return out, failed
}
