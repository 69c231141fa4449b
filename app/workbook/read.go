package workbook

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"chiso/app/kpi"
)

// Limits of what is read into memory. Rows and columns are counted to the last one that holds a value.
const (
	maxRows    = 20_000
	maxColumns = 200
	maxSheets  = 100
	maxCells   = 1_000_000 // of all sheets together, gaps and merged areas included
)

// A Book is what a file holds, in the order of its tabs. A .csv is one sheet named after the file.
type Book struct {
	Name   string
	Sheets []Sheet
}

// A Sheet is one table of cells. Rows[i] is row i+1 of the sheet; it ends at its last filled cell, so rows
// differ in length and empty rows are nil.
type Sheet struct {
	Name   string
	Rows   [][]Cell
	Hidden bool
}

// A Cell is one stored value, not its look on the screen.
type Cell struct {
	// Text is the value: a number as plain decimal text with a dot and at most 15 significant digits
	// ("0.3", "-1234.5"), a string in NFC without outer white space, a truth value as TRUE or FALSE, an error
	// as its sign ("#N/A"). A whole number of more than 15 digits is kept digit for digit. A .csv has only
	// strings.
	Text string

	Number  bool // Text is a decimal number
	Percent bool // a number shown as a percentage: Text "0.955" is seen as 95,5%; see Percentage
	Date    bool // a number shown as a date or time, in days since 30/12/1899; see Day. Or ISO text, not Number
	Bool    bool
	Formula bool // Text is the result that was stored with the formula, "" if there was none
	Err     bool // an error sign, or a number that is none (NaN, 1E+309)
	Merged  bool // a copy of the top left cell of the merged area around it
}

// Blank reports whether nothing was entered in the cell. A formula without a stored result is not blank.
func (c Cell) Blank() bool { return c.Text == "" && !c.Formula && !c.Err }

// Percentage returns the decimal text that is seen before the percent sign of a Percent cell: "95.5" for "0.955".
func (c Cell) Percentage() string { return shift(c.Text, 2) }

// Cell returns the cell at a zero-based position, a blank one if the sheet ends before it.
func (s Sheet) Cell(row, col int) Cell {
	if row < 0 || row >= len(s.Rows) || col < 0 || col >= len(s.Rows[row]) {
		return Cell{}
	}
	return s.Rows[row][col]
}

// Ref returns the address that Excel shows for a zero-based position: Ref(13, 3) is "D14".
func (s Sheet) Ref(row, col int) string { return Address(row, col) }

// Address is Ref without a sheet.
func Address(row, col int) string { return fmt.Sprintf("%s%d", columnName(col), row+1) }

// columnName returns the letters of a zero-based column.
func columnName(col int) string {
	name := ""
	for col++; col > 0; col = (col - 1) / 26 {
		name = string(rune('A'+(col-1)%26)) + name
	}
	return name
}

// parseRef reads an address such as "D14" into zero-based numbers; ok is false if no Excel sheet has it.
func parseRef(ref string) (row, col int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		col = col*26 + int(ref[i]-'A') + 1
	}
	digits := ref[i:]
	if i == 0 || col > lastColumn || digits == "" || digits[0] == '0' || len(digits) > 7 {
		return 0, 0, false
	}
	for _, d := range []byte(digits) {
		if d < '0' || d > '9' {
			return 0, 0, false
		}
		row = row*10 + int(d-'0')
	}
	return row - 1, col - 1, row <= lastRow
}

// Read turns an uploaded .xlsx or .csv into cells, all of them or none: a file of which a part cannot be read
// is refused. Errors are *kpi.Error of kind Invalid or TooLarge.
func Read(name string, data []byte) (*Book, error) {
	if extension(name) == ".csv" {
		return readCSV(name, data)
	}
	p, err := unpack(name, data)
	if err != nil {
		return nil, err
	}
	book, err := p.read(name)
	if err != nil {
		return nil, err
	}
	if err := p.checkRest(); err != nil {
		return nil, err
	}
	return book, nil
}

func tooManyRows(sheet string) error {
	return kpi.Errorf(kpi.TooLarge, "Trang “%s” dài hơn %d hàng. Chỉ giữ lại bảng số liệu cần nhập (xóa hẳn các hàng thừa phía dưới) rồi tải lại.", printable(sheet), maxRows)
}

func tooManyColumns(sheet string) error {
	return kpi.Errorf(kpi.TooLarge, "Trang “%s” rộng hơn %d cột. Chỉ giữ lại bảng số liệu cần nhập (xóa hẳn các cột thừa bên phải) rồi tải lại.", printable(sheet), maxColumns)
}

func tooManyCells() error {
	return kpi.Errorf(kpi.TooLarge, "Tệp có hơn một triệu ô. Chép riêng bảng số liệu sang một sổ Excel mới rồi tải lại.")
}

// clean brings text to NFC and takes off white space around it, the kinds that cannot be seen included.
func clean(s string) string {
	return strings.TrimFunc(norm.NFC.String(s), func(r rune) bool {
		return unicode.IsSpace(r) || r >= 0x200b && r <= 0x200f || r == 0x2060 || r == 0xfeff
	})
}
