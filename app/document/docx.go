package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// readDOCX reads the paragraphs and tables of a Word file; notes, headers and comments are not its text.
func readDOCX(data []byte) (Content, error) {
	a, err := openArchive(data)
	if err != nil {
		return Content{}, err
	}
	levels, err := a.styleLevels()
	if err != nil {
		return Content{}, err
	}
	r := &docxReader{levels: levels}
	if err := a.walk("word/document.xml", r.visit); err != nil {
		return Content{}, err
	}
	c, err := whole(headings(r.blocks, func(i int) bool { return r.strong[i] }))
	if err != nil {
		return Content{}, err
	}
	var all strings.Builder
	for _, b := range c.Blocks {
		all.WriteString(b.Text)
	}
	if name := legacy(all.String()); name != "" {
		return Content{}, legacyError(name)
	}
	return c, nil
}

// styleLevels returns the styles that are headings, with their levels.
func (a *archive) styleLevels() (map[string]int, error) {
	levels := map[string]int{}
	if a.parts["word/styles.xml"] == nil {
		return levels, nil
	}
	id := ""
	err := a.walk("word/styles.xml", func(tok xml.Token, _ int) error {
		t, ok := tok.(xml.StartElement)
		if !ok {
			return nil
		}
		switch t.Name.Local {
		case "style":
			id = attr(t, "styleId")
		case "name":
			name := strings.ToLower(attr(t, "val"))
			if n, err := strconv.Atoi(strings.TrimPrefix(name, "heading ")); err == nil && n >= 1 && n <= 9 && len(levels) < 1000 {
				levels[id] = n
			}
			if name == "title" {
				levels[id] = levelTitle
			}
		case "outlineLvl":
			if n, err := strconv.Atoi(attr(t, "val")); err == nil && n >= 0 && n <= 8 && levels[id] == 0 && len(levels) < 1000 {
				levels[id] = n + 1
			}
		}
		return nil
	})
	return levels, err
}

// docxReader collects blocks while the tokens of a document pass.
type docxReader struct {
	levels map[string]int
	blocks []Block
	strong map[int]bool // of blocks, by their places: all letters are bold

	text        strings.Builder // of the paragraph
	level       int
	number      bool // the paragraph has a number or a bullet that Word makes
	bold, plain int  // letters of the paragraph
	run         bool // inside w:rPr: what follows is the style of a run
	runBold     bool
	inText      bool
	skip        int // depth of an element whose content is not the text: deleted text, the other shape of a drawing

	tables []docxTable // the open ones, the innermost last
}

type docxTable struct {
	rows [][]string
	cell strings.Builder
}

func (r *docxReader) visit(tok xml.Token, depth int) error {
	if r.skip > 0 {
		if _, ok := tok.(xml.EndElement); ok && depth == r.skip {
			r.skip = 0
		}
		return nil
	}
	switch t := tok.(type) {
	case xml.StartElement:
		r.start(t, depth)
	case xml.CharData:
		if r.inText {
			r.text.Write(t)
			if n := len(strings.TrimSpace(string(t))); r.runBold {
				r.bold += n
			} else {
				r.plain += n
			}
		}
	case xml.EndElement:
		r.end(t)
	}
	return nil
}

func (r *docxReader) start(t xml.StartElement, depth int) {
	switch t.Name.Local {
	case "del", "moveFrom", "Fallback", "instrText", "delText", "footnotePr":
		r.skip = depth
	case "p":
		r.level, r.number, r.bold, r.plain = 0, false, 0, 0
		r.text.Reset()
	case "pStyle":
		r.level = r.levels[attr(t, "val")]
	case "outlineLvl":
		if n, err := strconv.Atoi(attr(t, "val")); err == nil && n >= 0 && n <= 8 {
			r.level = n + 1
		}
	case "numPr":
		r.number = true
	case "r":
		r.runBold = false
	case "rPr":
		r.run = true
	case "b":
		if v := attr(t, "val"); r.run && v != "0" && v != "false" && v != "off" {
			r.runBold = true
		}
	case "t":
		r.inText = true
	case "tab":
		r.text.WriteByte(' ')
	case "br", "cr":
		r.text.WriteByte('\n')
	case "noBreakHyphen":
		r.text.WriteByte('-')
	case "tbl":
		if len(r.tables) < maxDepth {
			r.tables = append(r.tables, docxTable{})
		}
	case "tr":
		if n := len(r.tables); n > 0 {
			r.tables[n-1].rows = append(r.tables[n-1].rows, nil)
		}
	case "tc":
		if n := len(r.tables); n > 0 {
			r.tables[n-1].cell.Reset()
		}
	}
}

func (r *docxReader) end(t xml.EndElement) {
	switch t.Name.Local {
	case "t":
		r.inText = false
	case "rPr":
		r.run = false
	case "p":
		r.paragraph()
	case "tc":
		n := len(r.tables)
		if n == 0 || len(r.tables[n-1].rows) == 0 {
			return
		}
		rows := r.tables[n-1].rows
		rows[len(rows)-1] = append(rows[len(rows)-1], Clean(r.tables[n-1].cell.String()))
		r.tables[n-1].cell.Reset()
	case "tbl":
		r.table()
	}
}

// paragraph puts the finished paragraph into the cell that is open, or makes a block of it.
func (r *docxReader) paragraph() {
	text := r.text.String()
	r.text.Reset()
	s := Clean(text)
	if s == "" {
		return
	}
	if n := len(r.tables); n > 0 {
		cell := &r.tables[n-1].cell
		if cell.Len() > 0 {
			cell.WriteByte(' ')
		}
		cell.WriteString(s)
		return
	}
	if r.level == 0 && r.number && !reItem.MatchString(s+" ") {
		s = "- " + s
	}
	if r.strong == nil {
		r.strong = map[int]bool{}
	}
	if lines := strings.Split(text, "\n"); r.level == 0 && !r.number && len(lines) > 1 {
		r.blocks = append(r.blocks, paragraphs(lines)...)
		return
	}
	r.strong[len(r.blocks)] = r.bold > 0 && r.plain == 0
	r.blocks = append(r.blocks, Block{Text: s, Level: r.level})
}

// table ends the innermost table: one that only lays out the page, as the two columns of an official heading do, is
// paragraphs; one inside another is part of its cell.
func (r *docxReader) table() {
	n := len(r.tables)
	if n == 0 {
		return
	}
	rows := r.tables[n-1].rows
	r.tables = r.tables[:n-1]
	layout := len(rows) <= 2
	for _, row := range rows {
		layout = layout && len(row) <= 2
	}
	var blocks []Block
	if layout {
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" {
					blocks = append(blocks, Block{Text: cell})
				}
			}
		}
	} else {
		blocks = Table(rows, 0)
	}
	if n > 1 {
		cell := &r.tables[n-2].cell
		for _, b := range blocks {
			cell.WriteString(" " + b.Text)
		}
		return
	}
	r.blocks = append(r.blocks, blocks...)
}
