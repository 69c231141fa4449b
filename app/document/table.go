package document

import (
	"strings"
	"unicode/utf8"
)

// Table turns the rows of a table into blocks: «Chỉ tiêu: …; Đơn vị: …» under a row of column names, if there is one,
// and the cells in a row otherwise. A row that only its first cells fill is a heading of those below it. first is the
// number of the first row in its spreadsheet; 0: it is of none.
func Table(rows [][]string, first int) []Block {
	var out []Block
	var names []string
	for i, row := range rows {
		at := 0
		if first > 0 {
			at = first + i
		}
		filled := 0
		for _, cell := range row {
			if cell != "" {
				filled++
			}
		}
		switch {
		case filled == 0:
		case names == nil && filled == len(row) && len(row) > 1 && short(row):
			names = row
		case len(row) > 2 && narrow(row) != "" && filled <= 2:
			out = append(out, Block{Text: narrow(row), Level: levelBold, Row: at})
		default:
			out = append(out, Block{Text: rowText(row, names), Row: at, row: true})
		}
	}
	if len(out) == 0 && names != nil {
		out = append(out, Block{Text: strings.Join(names, "; "), Row: first, row: true})
	}
	return out
}

// narrow joins the cells of a row that only names what follows: filled in its first two columns at most.
func narrow(row []string) string {
	for _, cell := range row[2:] {
		if cell != "" {
			return ""
		}
	}
	s := strings.TrimSpace(row[0] + " " + row[1])
	if utf8.RuneCountInString(s) > longestHeading {
		return ""
	}
	return s
}

func short(row []string) bool {
	for _, cell := range row {
		if utf8.RuneCountInString(cell) > 60 {
			return false
		}
	}
	return true
}

func rowText(row, names []string) string {
	var parts []string
	number := ""
	for i, cell := range row {
		switch {
		case cell == "":
		case i == 0 && len(names) > 0 && ordinal(names[0]):
			number = strings.TrimRight(cell, ".") + ". "
		case i < len(names) && names[i] != "":
			parts = append(parts, names[i]+": "+cell)
		default:
			parts = append(parts, cell)
		}
	}
	return number + strings.Join(parts, "; ")
}

// ordinal tells the names of the column that numbers the rows.
func ordinal(name string) bool {
	switch strings.ToLower(strings.Trim(name, ". ")) {
	case "tt", "stt", "số tt", "no":
		return true
	}
	return false
}
