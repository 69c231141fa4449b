package chart

import (
	"html"
	"strings"
	"unicode"
)

// escape makes s safe as text or attribute value in HTML and in XML. Characters that XML forbids are dropped.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			return -1
		}
		return r // invalid UTF-8 arrives as U+FFFD
	}, s)
	return html.EscapeString(s)
}

// cleanID keeps the characters of s that are safe in an id without quoting; an empty id becomes "chart".
func cleanID(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_') {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "chart"
	}
	return s
}

// textWidth estimates the width of s in user units, a little on the wide side for the usual sans-serif fonts.
func textWidth(s string) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r): // a combining mark takes no room
		case strings.ContainsRune(" .,:;'|!()[]/-ijltfrIìíỉĩị", r):
			em += 0.33
		case strings.ContainsRune("mwMW%@", r):
			em += 0.85
		case unicode.IsUpper(r):
			em += 0.66
		default:
			em += 0.54
		}
	}
	return em * fontSize
}

// clip shortens s with an ellipsis to at most width user units.
func clip(s string, width float64) string {
	if textWidth(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && textWidth(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…"
}

// withUnit joins a value and its unit of measure: «93,1%», «1.234 lượt».
func withUnit(value, unit string) string {
	if unit == "" || isPercent(unit) {
		return value + unit
	}
	return value + " " + unit
}

func isPercent(unit string) bool { return strings.HasPrefix(unit, "%") }
