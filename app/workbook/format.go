package workbook

import "strings"

// A format is what a number format says about the meaning of the number.
type format struct{ percent, date bool }

// builtinFormat is the meaning of the number formats that Excel does not write down (ECMA-376 18.8.30).
func builtinFormat(id int) format {
	return format{
		percent: id == 9 || id == 10,
		date:    id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58,
	}
}

// parseFormat reads a format code such as `dd/mm/yyyy;@` or `#,##0.0" đồng"`.
func parseFormat(code string) format {
	var f format
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"': // literal text
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return f
			}
			i += end + 1
		case '\\', '_', '*': // the next character is literal, a width or a filler
			i++
		case '[': // a colour, condition or locale, or an elapsed time
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return f
			}
			inside := strings.ToLower(code[i+1 : i+end])
			f.date = f.date || inside != "" && (strings.Trim(inside, "h") == "" || strings.Trim(inside, "m") == "" || strings.Trim(inside, "s") == "")
			i += end
		case '%':
			f.percent = true
		case ';': // what follows is for negative numbers, zero and text
			return f
		case 'd', 'm', 'y', 'h', 's', 'D', 'M', 'Y', 'H', 'S':
			f.date = true
		}
	}
	return f
}
