// Package pdf gets the text out of PDF files (ISO 32000-1) that anybody may have made.
//
// It trusts nothing in a file. The cross-reference tables are not read at all: the objects are found by looking
// through the bytes, the last one of a number counts, so that there are no chains, loops or sizes to believe. Every
// walk is bounded in depth and count, every expansion in bytes, and the whole in time. A broken part yields no text
// instead of an error.
//
// Characters are placed by their widths, because writers of Vietnamese split words between fonts and text objects:
// what stands close together is a word. Scanned pages have no text, and none is guessed.
package pdf

import (
	"bytes"
	"context"
	"errors"
)

// Limits of one file.
const (
	maxObjects  = 200_000
	maxPages    = 2_000
	maxExpanded = 96 << 20 // bytes of all streams that are expanded, one after the other
	maxStream   = 8 << 20  // bytes of one expanded stream
	maxKept     = 40 << 20 // bytes of objects and object streams, which are kept until the end
	maxDepth    = 64       // nested arrays and dictionaries, page tree, forms within forms
	maxText     = 4 << 20  // bytes of text
	maxTokens   = 20_000_000
)

// Errors that Read returns; any other one is the context's.
var (
	ErrNotPDF    = errors.New("not a PDF file")
	ErrTooMany   = errors.New("too many objects")
	ErrDamaged   = errors.New("no page can be found")
	ErrEncrypted = errors.New("needs a password")
)

// Document is the text of a file.
type Document struct {
	Pages    int    // pages that there are, those without text included
	Lines    []Line // in the order in which the file draws them, page by page
	Cut      bool   // a limit was reached: the rest of the file was not read
	Unmapped int    // characters whose meaning the file does not tell; they are not in the lines
}

// Line is what stands on one line of a page.
type Line struct {
	Page        int // from 1
	Text        string
	X, Right, Y float64 // ends of the baseline in points, from the lower left corner of the page
	Size        float64 // of most of its letters, in points
	Bold        bool    // most of its letters are
}

// Read returns the text of a file. It stops when ctx is done, with the context's error.
func Read(ctx context.Context, data []byte) (*Document, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, ErrNotPDF
	}
	f := &file{data: data, objects: map[int]place{}, loaded: map[int]object{}, fonts: map[int]*font{}, work: work{ctx: ctx, tokens: maxTokens, bytes: maxExpanded}}
	if err := f.find(); err != nil {
		return nil, err
	}
	if f.trailer["Encrypt"] != nil {
		return nil, ErrEncrypted
	}
	pages := f.pages()
	if len(pages) == 0 {
		return nil, errors.Join(f.work.err, ErrDamaged)
	}
	doc := &Document{Pages: len(pages), Cut: len(pages) == maxPages}
	size := 0
	for i, p := range pages {
		lines, unmapped := f.read(p)
		doc.Unmapped += unmapped
		for _, l := range lines {
			l.Page = i + 1
			size += len(l.Text)
			doc.Lines = append(doc.Lines, l)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f.work.spent() || size > maxText {
			doc.Cut = true
			break
		}
	}
	return doc, nil
}

// work is what reading a file may still cost.
type work struct {
	ctx    context.Context
	tokens int
	bytes  int // of streams
	kept   int // bytes of objects and object streams so far
	err    error
}

// token takes one token from what is left and reports whether there was one.
func (w *work) token() bool {
	if w.tokens--; w.tokens&0xfff == 0 && w.err == nil {
		w.err = w.ctx.Err()
	}
	return w.tokens > 0 && w.err == nil
}

func (w *work) spent() bool { return w.tokens <= 0 || w.bytes <= 0 || w.err != nil }
