package views_test

import (
	"io/fs"
	"path"
	"regexp"
	"testing"

	"chiso/static"
	"chiso/views"
)

var (
	asset   = regexp.MustCompile(`\{\{-?\s*asset "([^"]+)"`)
	icon    = regexp.MustCompile(`\bicon "([^"]+)"`)
	define  = regexp.MustCompile(`\{\{-?\s*(?:define|block) `)
	blocked = regexp.MustCompile(`(?i)<[a-z][^>]*\s(style|on[a-z]+|hx-on[^=\s]*)\s*=|<script>|<style`)
)

// What the security policy of the site would silently drop, and names that would only fail when a page is shown.
func TestTemplates(t *testing.T) {
	t.Parallel()
	files, err := static.New()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = fs.WalkDir(views.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		seen++
		body, err := fs.ReadFile(views.FS, name)
		if err != nil {
			return err
		}
		for _, m := range asset.FindAllSubmatch(body, -1) {
			if _, err := files.URL(string(m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, m := range icon.FindAllSubmatch(body, -1) {
			if _, err := files.Icon(string(m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if define.Match(body) {
			t.Errorf("%s defines a template; the name of a template is its file", name)
		}
		if m := blocked.Find(body); m != nil {
			t.Errorf("%s: the security policy stops %s", name, m)
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Fatalf("walked %d templates: %v", seen, err)
	}
}
