package workbook

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A style is what two cells must have in common to share one entry of the workbook's style table.
type style struct {
	role     role
	kind     kind
	decimals uint8
	bold     bool
	open     bool
}

type role uint8

const (
	roleBody role = iota
	roleHead
	roleTitle
)

// style returns the number of the style in the workbook, making it at first use.
func (w *writer) style(s style) (int, error) {
	if id, ok := w.styles[s]; ok {
		return id, nil
	}
	line := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		line = append(line, excelize.Border{Type: side, Style: 1, Color: "808080"})
	}
	x := &excelize.Style{
		Font:       &excelize.Font{Family: "Times New Roman", Size: 12, Bold: s.bold},
		Alignment:  &excelize.Alignment{Vertical: "top", WrapText: true},
		Protection: &excelize.Protection{Locked: !s.open},
		Border:     line,
	}
	switch s.role {
	case roleTitle:
		x.Font.Size, x.Border = 13, nil
		x.Alignment.Horizontal, x.Alignment.Vertical = "center", "center"
	case roleHead:
		x.Alignment.Horizontal, x.Alignment.Vertical = "center", "center"
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EEF7"}}
	case roleBody:
		if s.open {
			x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFBE6"}}
		}
	}
	if code := numberFormat(s.kind, s.decimals); code != "" {
		x.CustomNumFmt = &code
	}
	id, err := w.f.NewStyle(x)
	if err != nil {
		return 0, fmt.Errorf("make style: %w", err)
	}
	w.styles[s] = id
	return id, nil
}

// numberFormat returns the format code; Excel shows its marks as the reader's country writes them.
func numberFormat(k kind, decimals uint8) string {
	fraction := ""
	if decimals > 0 {
		fraction = "." + strings.Repeat("0", int(decimals))
	}
	switch k {
	case number:
		return "#,##0" + fraction
	case percent:
		return "0" + fraction + "%"
	case date:
		return "dd/mm/yyyy"
	case text:
		return "@"
	}
	return ""
}

// exact returns the double whose shortest text is the same decimal as s, which no spreadsheet then shows
// differently; ok is false if there is none: s has over 15 significant digits or is no plain decimal.
func exact(s string) (f float64, ok bool) {
	digits, zeros, point := 0, 0, false // zeros: trailing ones so far
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '-' && i == 0:
		case c == '.' && !point && i > 0 && i < len(s)-1:
			point = true
		case c == '0':
			if digits > 0 {
				zeros++
			}
		case c >= '1' && c <= '9':
			digits += zeros + 1
			zeros = 0
		default:
			return 0, false
		}
	}
	if digits > significant || len(s) > 40 {
		return 0, false
	}
	// Any decimal of at most 15 digits survives the way to a double and back (IEEE 754: 15.95 digits).
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
