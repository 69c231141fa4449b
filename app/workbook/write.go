package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"chiso/app/kpi"
)

// A Doc is a workbook to be written.
type Doc struct {
	Title  string    // of the document, for its properties
	Author string    // who issues it
	Made   time.Time // when, for its properties; the same Doc always gives the same bytes
	Grids  []Grid    // one sheet each, at least one
}

// A Grid is one sheet: title rows, an empty row, the headings, the rows.
type Grid struct {
	// Name is the tab's. What Excel does not allow in one becomes "-", and it is cut to 31 characters.
	Name   string
	Titles []string // one row each over the whole width, the first in bold; may be none

	// Head holds the heading rows. An empty text joins the cell on its left, in the last row the cell above.
	Head [][]string
	Cols []Col
	Rows [][]Value

	Lists   []List // choices of single cells
	Filter  bool   // arrows on the headings
	Protect bool   // only cells of Open columns and Open values can be changed; no password, it guards against slips
	Tall    bool   // rows get the height that their texts need; some programs do not see to it
	Hidden  bool   // the tab is not shown
}

// A Col is one column of a Grid.
type Col struct {
	Width  float64 // in characters of the standard font; 0 leaves the default
	Hidden bool
	Open   bool     // may be changed in a protected grid
	Choice []string // the only texts that may be entered, offered as a list
}

// A List offers texts, the only ones that may be entered, in some cells of a column.
type List struct {
	Col   int
	Rows  []int // of Grid.Rows, ascending
	Texts []string
}

// A Value is one cell to be written. The zero Value is an empty cell.
type Value struct {
	kind     kind
	decimals uint8
	bold     bool
	open     bool
	text     string
	day      time.Time
}

type kind uint8

const (
	blank kind = iota
	text
	number
	percent
	date
)

// Text is a cell of text, whatever it begins with: "=1+1" is shown and not computed.
func Text(s string) Value { return Value{kind: text, text: s} }

// Number is a cell that holds the plain decimal text s ("-1234.5") as a real number and shows it with the given
// number of decimals. A number that a spreadsheet cannot hold exactly (over 15 significant digits) and a text
// that is no number are written as text. "" is an empty cell in which a number will be shown so.
func Number(s string, decimals int) Value {
	return Value{kind: number, text: s, decimals: uint8(min(max(decimals, 0), maxDecimals))}
}

// Percent is Number for a fraction that is shown as a percentage: "0.955" as 95,5%.
func Percent(s string, decimals int) Value {
	v := Number(s, decimals)
	v.kind = percent
	return v
}

// Date is a cell that holds a calendar day, shown as dd/mm/yyyy.
func Date(day time.Time) Value { return Value{kind: date, day: day} }

// Bold returns the value in bold type.
func (v Value) Bold() Value { v.bold = true; return v }

// Open returns the value as one that may be changed in a protected grid.
func (v Value) Open() Value { v.open = true; return v }

// maxDecimals is the most decimals that a number format is made for.
const maxDecimals = 10

// maxText is the most UTF-16 units that a cell holds.
const maxText = excelize.TotalCellChars

// Bytes returns the workbook as an .xlsx file. A text that is too long for a cell is refused (kpi.TooLarge),
// not shortened.
func (d *Doc) Bytes() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	f.SetZipWriter(func(out io.Writer) excelize.ZipWriter { return fastZip(out) })
	w := &writer{f: f, styles: map[style]int{}}
	names := sheetNames(d.Grids)
	for i, name := range names {
		if err := w.addSheet(i, name); err != nil {
			return nil, fmt.Errorf("add sheet %q: %w", name, err)
		}
	}
	for i := range d.Grids {
		if err := w.grid(names[i], &d.Grids[i]); err != nil {
			return nil, fmt.Errorf("write sheet %q: %w", names[i], err)
		}
	}
	if err := w.lists(); err != nil {
		return nil, fmt.Errorf("write lists: %w", err)
	}
	for i := range d.Grids {
		if d.Grids[i].Hidden {
			if err := f.SetSheetVisible(names[i], false); err != nil {
				return nil, fmt.Errorf("hide sheet %q: %w", names[i], err)
			}
		}
	}
	made := d.Made.UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Title: d.Title, Creator: d.Author, LastModifiedBy: d.Author, Created: made, Modified: made}); err != nil {
		return nil, fmt.Errorf("set document properties: %w", err)
	}
	if err := f.SetAppProps(&excelize.AppProperties{Application: "chiso"}); err != nil {
		return nil, fmt.Errorf("set application: %w", err)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		return nil, fmt.Errorf("pack workbook: %w", err)
	}
	return buf.Bytes(), nil
}

// fastZip packs several times as fast as the default and a fifth larger.
func fastZip(out io.Writer) *zip.Writer {
	var packer *flate.Writer // shared: parts are written one after the other
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		if packer != nil {
			packer.Reset(w)
			return packer, nil
		}
		var err error
		packer, err = flate.NewWriter(w, flate.BestSpeed)
		return packer, err
	})
	return z
}

// A writer is one workbook under construction.
type writer struct {
	f      *excelize.File
	styles map[style]int // made so far
	list   [][]string    // columns of the sheet of choices
}

func (w *writer) addSheet(i int, name string) error {
	if i == 0 {
		return w.f.SetSheetName(w.f.GetSheetName(0), name)
	}
	_, err := w.f.NewSheet(name)
	return err
}

// grid writes one sheet. What the library must know before it streams rows is set first.
func (w *writer) grid(name string, g *Grid) error {
	if len(g.Cols) == 0 {
		return fmt.Errorf("grid has no columns")
	}
	if err := w.page(name, g); err != nil {
		return err
	}
	sw, err := w.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := w.columns(name, g, sw); err != nil {
		return err
	}
	if err := w.top(g, sw); err != nil {
		return err
	}
	if err := w.rows(g, sw); err != nil {
		return err
	}
	return sw.Flush()
}

// headRow returns the number of the first heading row.
func (g *Grid) headRow() int {
	if len(g.Titles) == 0 {
		return 1
	}
	return len(g.Titles) + 2
}

// firstRow returns the number of the first row of values.
func (g *Grid) firstRow() int { return g.headRow() + len(g.Head) }

// top writes titles and headings.
func (w *writer) top(g *Grid, sw *excelize.StreamWriter) error {
	last := columnName(len(g.Cols) - 1)
	for i, title := range g.Titles {
		id, err := w.style(style{role: roleTitle, bold: i == 0})
		if err != nil {
			return err
		}
		row := strconv.Itoa(i + 1)
		if err := sw.SetRow("A"+row, []any{excelize.Cell{StyleID: id, Value: title}}); err != nil {
			return err
		}
		if len(g.Cols) > 1 {
			if err := sw.MergeCell("A"+row, last+row); err != nil {
				return err
			}
		}
	}
	id, err := w.style(style{role: roleHead, bold: true})
	if err != nil {
		return err
	}
	for i, texts := range g.Head {
		cells := make([]any, len(g.Cols))
		for col := range cells {
			cells[col] = excelize.Cell{StyleID: id}
			if col < len(texts) && texts[col] != "" {
				cells[col] = excelize.Cell{StyleID: id, Value: texts[col]}
			}
		}
		if err := sw.SetRow("A"+strconv.Itoa(g.headRow()+i), cells); err != nil {
			return err
		}
	}
	for _, a := range joined(g.Head, len(g.Cols)) {
		from, to := Address(g.headRow()-1+a.top, a.left), Address(g.headRow()-1+a.bottom, a.right)
		if err := sw.MergeCell(from, to); err != nil {
			return err
		}
	}
	return nil
}

// joined returns the areas that empty texts among the headings make.
func joined(head [][]string, width int) []area {
	at := func(row, col int) string {
		if col < len(head[row]) {
			return head[row][col]
		}
		return ""
	}
	var areas []area
	for row := range head {
		for col := range width {
			if at(row, col) == "" {
				continue
			}
			a := area{row, col, row, col}
			if row < len(head)-1 {
				for a.right+1 < width && at(row, a.right+1) == "" {
					a.right++
				}
			}
			if a.right == a.left {
				for a.bottom+1 < len(head) && at(a.bottom+1, col) == "" {
					a.bottom++
				}
			}
			if a.right > a.left || a.bottom > a.top {
				areas = append(areas, a)
			}
		}
	}
	return areas
}

// rows writes the values.
func (w *writer) rows(g *Grid, sw *excelize.StreamWriter) error {
	cells := make([]excelize.Cell, len(g.Cols))
	row := make([]any, len(g.Cols))
	for i, values := range g.Rows {
		if len(values) > len(g.Cols) {
			return fmt.Errorf("row %d has %d values for %d columns", i+1, len(values), len(g.Cols))
		}
		for col := range row {
			var v Value
			if col < len(values) {
				v = values[col]
			}
			content, k := v.stored()
			id, err := w.style(style{role: roleBody, kind: k, decimals: v.decimals, bold: v.bold, open: g.Protect && (v.open || g.Cols[col].Open)})
			if err != nil {
				return err
			}
			cells[col] = excelize.Cell{StyleID: id, Value: content}
			row[col] = &cells[col]
			if v.kind == text && len(v.text) > maxText && len(utf16.Encode([]rune(v.text))) > maxText {
				return kpi.Errorf(kpi.TooLarge, "Nội dung ô %s của trang “%s” dài quá %d ký tự nên không ghi được ra Excel. Rút gọn nội dung đó rồi tải lại.",
					Address(g.firstRow()-1+i, col), g.Name, maxText)
			}
		}
		if err := sw.SetRow("A"+strconv.Itoa(g.firstRow()+i), row, g.height(values)...); err != nil {
			return err
		}
	}
	return nil
}

// stored returns what the library is handed for the value, and the kind that its style is made for.
func (v Value) stored() (any, kind) {
	switch v.kind {
	case text:
		if v.text == "" {
			return nil, text
		}
		return v.text, text
	case number, percent:
		if v.text == "" {
			return nil, v.kind
		}
		if f, ok := exact(v.text); ok {
			return f, v.kind
		}
		return v.text, text
	case date:
		return serial(v.day), date
	}
	return nil, blank
}

// serial returns the days from 30/12/1899 to day.
func serial(day time.Time) int {
	y, m, d := day.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}

// sheetNames makes the grids' names fit for tabs, and different from each other.
func sheetNames(grids []Grid) []string {
	names := make([]string, len(grids))
	seen := map[string]bool{}
	for i := range grids {
		base := strings.Trim(strings.Map(func(r rune) rune {
			if strings.ContainsRune(`:\/?*[]`, r) || r < 0x20 {
				return '-'
			}
			return r
		}, grids[i].Name), "' ")
		if base == "" {
			base = "Trang"
		}
		name := cut(base, "")
		for n := 2; seen[strings.ToLower(name)]; n++ {
			name = cut(base, fmt.Sprintf(" (%d)", n))
		}
		seen[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// cut shortens name so that it ends in tail and has at most 31 UTF-16 units.
func cut(name, tail string) string {
	r := []rune(name)
	for len(utf16.Encode(r))+len(tail) > excelize.MaxSheetNameLength {
		r = r[:len(r)-1]
	}
	return string(r) + tail
}
