package workbooktest

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// RawRows lets the library iterate over all rows of a sheet as they are stored, and returns how many there are. It is
// what reading an upload is measured against.
func RawRows(data []byte, sheet string) (n int, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, fmt.Errorf("open workbook: %w", err)
	}
	defer f.Close()
	rows, err := f.Rows(sheet)
	if err != nil {
		return 0, fmt.Errorf("iterate over %s: %w", sheet, err)
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return n, fmt.Errorf("read row %d of %s: %w", n+1, sheet, err)
		}
		n++
	}
	return n, rows.Error()
}
