package app_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrow lists what each layer may import of this module, besides itself. A layer is a folder with all below it,
// except "app", which is that folder alone.
var arrow = map[string][]string{
	"cmd":          {"app/web", "app", "store", "app/search", "app/workbook", "app/document", "app/chart", "app/kpi", "views", "static"},
	"app/web":      {"app", "store", "app/search", "app/workbook", "app/document", "app/chart", "app/kpi", "views", "static"},
	"app":          {"store", "app/search", "app/workbook", "app/document", "app/chart", "app/kpi"},
	"store":        {"app/kpi"},
	"app/search":   {"app/kpi"},
	"app/workbook": {"app/kpi"},
	"app/document": {"app/kpi"},
	"app/chart":    {"app/kpi"},
	"app/kpi":      {},
	"views":        {"static"},
	"static":       {},
}

// owners names, for a library that only one layer may import, that layer.
var owners = map[string]string{
	"go.etcd.io/bbolt":                "store",
	"github.com/blevesearch":          "app/search",
	"github.com/xuri/excelize":        "app/workbook",
	"github.com/gofiber":              "app/web",
	"github.com/valyala":              "app/web",
	"github.com/wneessen":             "app",
	"github.com/emersion":             "tests",
	"github.com/chromedp":             "tests",
	"chiso/store/storetest":           "tests",
	"chiso/app/workbook/workbooktest": "tests",
	"net/http/httptest":               "tests",
	"github.com/andybalholm/cascadia": "tests",
}

const (
	module   = "chiso"
	maxLines = 600
)

var (
	topLevel     = strings.Fields(".ci .git .gitignore LICENSE Makefile README.md app cmd config.example.yaml go.mod go.sum static store views bin dist")
	vagueNames   = strings.Fields("util utils common model models helper helpers")
	countedFiles = []string{".go", ".js", ".css"}
)

func TestArchitecture(t *testing.T) {
	t.Parallel()
	root := os.DirFS("..")
	for _, v := range violations(t, root) {
		t.Error(v)
	}
}

func TestArchitecture_EachRuleBites(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("// line\n", maxLines+1)
	tests := []struct{ name, file, text, want string }{
		{"against the arrow", "app/kpi/unit.go", `package kpi; import "chiso/store"`, `app/kpi/unit.go imports "chiso/store" against the arrow`},
		{"upward", "store/unit.go", `package store; import "chiso/app"`, `store/unit.go imports "chiso/app" against the arrow`},
		{"across", "app/chart/bar.go", `package chart; import "chiso/app/workbook"`, `app/chart/bar.go imports "chiso/app/workbook" against the arrow`},
		{"from a folder below", "app/web/x/y.go", `package x; import "chiso/cmd/chiso"`, `app/web/x/y.go imports "chiso/cmd/chiso" against the arrow`},
		{"tests obey as well", "app/kpi/unit_test.go", `package kpi_test; import "chiso/app"`, `app/kpi/unit_test.go imports "chiso/app" against the arrow`},
		{"static to views", "static/embed.go", `package static; import "chiso/views"`, `static/embed.go imports "chiso/views" against the arrow`},
		{"off the map", "app/mail/mail.go", `package mail`, `app/mail/mail.go is in a package that the arrow does not name`},
		{"import off the map", "app/x.go", `package app; import "chiso/app/mail"`, `app/x.go imports "chiso/app/mail" against the arrow`},
		{"bbolt", "app/unit.go", `package app; import bolt "go.etcd.io/bbolt"`, `app/unit.go imports "go.etcd.io/bbolt", which belongs to store`},
		{"part of bbolt", "app/web/x.go", `package web; import "go.etcd.io/bbolt/errors"`, `app/web/x.go imports "go.etcd.io/bbolt/errors", which belongs to store`},
		{"Bleve", "store/x.go", `package store; import "github.com/blevesearch/bleve/v2"`, `store/x.go imports "github.com/blevesearch/bleve/v2", which belongs to app/search`},
		{"excelize", "app/x.go", `package app; import "github.com/xuri/excelize/v2"`, `app/x.go imports "github.com/xuri/excelize/v2", which belongs to app/workbook`},
		{"Fiber", "app/x.go", `package app; import "github.com/gofiber/fiber/v2"`, `app/x.go imports "github.com/gofiber/fiber/v2", which belongs to app/web`},
		{"fasthttp", "cmd/chiso/x.go", `package main; import "github.com/valyala/fasthttp"`, `cmd/chiso/x.go imports "github.com/valyala/fasthttp", which belongs to app/web`},
		{"test library", "app/web/x.go", `package web; import "github.com/chromedp/chromedp"`, `app/web/x.go imports "github.com/chromedp/chromedp", which belongs to tests`},
		{"vague folder", "store/util/x.go", `package text`, `store/util/x.go is in a folder named util`},
		{"vague package", "store/x.go", `package helpers`, `store/x.go is in a package named helpers`},
		{"init", "store/x.go", `package store; func init() {}`, `store/x.go has an init function`},
		{"top level", "docs/x.md", `text`, `docs stands at the top level, which is a fixed list`},
		{"long Go file", "store/x.go", long + "package store", `store/x.go has 602 lines, more than 600`},
		{"long stylesheet", "static/css/x.css", long, `static/css/x.css has 601 lines, more than 600`},
		{"long script", "static/js/x.js", long, `static/js/x.js has 601 lines, more than 600`},

		{"good import", "app/x.go", `package app; import ("chiso/store"; "chiso/app/kpi"; "fmt")`, ""},
		{"layer skipped", "app/web/x.go", `package web; import ("chiso/app"; "chiso/app/kpi"; "chiso/views"; "github.com/gofiber/fiber/v2")`, ""},
		{"within a layer", "store/storetest/x.go", `package storetest; import ("chiso/store"; "go.etcd.io/bbolt")`, ""},
		{"test library in a test", "app/web/x_test.go", `package web_test; import "github.com/chromedp/chromedp"`, ""},
		{"external test", "app/x_test.go", `package app_test; import ("chiso/app"; "chiso/store/storetest")`, ""},
		{"method named init", "store/x.go", `package store; type t int; func (t) init() {}`, ""},
		{"vendored script", "static/vendor/htmx.js", long, ""},
		{"exactly at the bound", "static/css/x.css", long[len("// line\n"):], ""},
		{"built", "bin/chiso", "\x7fELF", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(tt.file))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(violations(t, os.DirFS(dir)), "\n"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// violations walks the source tree at root and tells each breach of the rules in one line.
func violations(t *testing.T, root fs.FS) []string {
	t.Helper()
	var found []string
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(topLevel, e.Name()) {
			found = append(found, e.Name()+" stands at the top level, which is a fixed list")
		}
	}
	err = fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (slices.Contains([]string{".git", ".ci", "bin", "dist", "static/vendor"}, name) || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || !slices.Contains(countedFiles, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if n := countLines(text); n > maxLines {
			found = append(found, fmt.Sprintf("%s has %d lines, more than %d", name, n, maxLines))
		}
		if path.Ext(name) == ".go" {
			found = append(found, sourceViolations(t, name, text)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func countLines(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

// sourceViolations checks the names, imports and functions of one Go file.
func sourceViolations(t *testing.T, name string, text []byte) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for folder := range strings.SplitSeq(path.Dir(name), "/") {
		if slices.Contains(vagueNames, folder) {
			found = append(found, name+" is in a folder named "+folder)
		}
	}
	if slices.Contains(vagueNames, strings.TrimSuffix(file.Name.Name, "_test")) {
		found = append(found, name+" is in a package named "+file.Name.Name)
	}
	layer := layerOf(path.Dir(name))
	if layer == "" {
		found = append(found, name+" is in a package that the arrow does not name")
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if v := importViolation(layer, strings.HasSuffix(name, "_test.go"), imported); v != "" {
			found = append(found, name+" imports "+v)
		}
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			found = append(found, name+" has an init function")
		}
	}
	return found
}

// layerOf returns the layer of a folder, "" if it belongs to none.
func layerOf(dir string) string {
	for d := dir; d != "."; d = path.Dir(d) {
		if _, ok := arrow[d]; ok && (d != "app" || dir == "app") {
			return d
		}
	}
	return ""
}

// importViolation tells why a file of the layer may not import a package, "" if it may.
func importViolation(layer string, isTest bool, imported string) string {
	for prefix, owner := range owners {
		if strings.HasPrefix(imported, prefix) && layer != owner && !(owner == "tests" && isTest) && !strings.HasPrefix(imported, module+"/"+layer+"/") {
			return fmt.Sprintf("%q, which belongs to %s", imported, owner)
		}
	}
	own, inModule := strings.CutPrefix(imported, module+"/")
	if !inModule || layer == "" {
		return ""
	}
	if target := layerOf(own); target == "" || target != layer && !slices.Contains(arrow[layer], target) {
		return fmt.Sprintf("%q against the arrow", imported)
	}
	return ""
}
