package workbook

import (
	"fmt"
	"io"
	"strings"
)

// WriteCSV writes rows of texts, the first ones of a file after a byte order mark. Every text is quoted, and one that a
// spreadsheet would take for a formula begins with an apostrophe.
func WriteCSV(w io.Writer, first bool, rows ...[]string) error {
	var b strings.Builder
	if first {
		b.WriteString("\ufeff")
	}
	for _, row := range rows {
		for i, text := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('"')
			if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
				b.WriteByte('\'')
			}
			b.WriteString(strings.ReplaceAll(text, `"`, `""`))
			b.WriteByte('"')
		}
		b.WriteString("\r\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}
