package app

import (
	"regexp"

	"chiso/app/kpi"
)

// Texts that tell one style of numbers, and texts that are another number in the other style.
var (
	reNotNumber = regexp.MustCompile(`[\s\x{00a0}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}%()−–'+-]`)
	reOnlyVN    = regexp.MustCompile(`^(\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}|\d+,\d+)$`)
	reOnlyEN    = regexp.MustCompile(`^(\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|\d+\.\d+)$`)
	reDoubt     = regexp.MustCompile(`^[1-9]\d{0,2}[.,]\d{3}$`)
)

// style decides in which style the file writes numbers as text: by its own unambiguous texts, as a block pasted into
// the sheet does, or as somebody has chosen. decided is false if neither says it and the style matters.
func (f *cellsFile) style(rows []cellsRow) (style kpi.NumberStyle, doubt int, decided bool) {
	vn, en := 0, 0
	for _, row := range rows {
		for _, text := range row.numberTexts() {
			switch text = reNotNumber.ReplaceAllString(text, ""); {
			case reDoubt.MatchString(text):
				doubt++
			case reOnlyVN.MatchString(text):
				vn++
			case reOnlyEN.MatchString(text):
				en++
			}
		}
	}
	switch {
	case f.Styled:
		return f.Style, doubt, true
	case en > 0 && vn == 0:
		return kpi.StyleEN, doubt, true
	case doubt > 0 && vn == 0 || doubt > 0 && en > 0:
		return kpi.StyleVN, doubt, false
	}
	return kpi.StyleVN, doubt, true
}
