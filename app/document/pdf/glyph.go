package pdf

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// glyphText returns the text that the name of a glyph stands for, "" if the name says nothing: names of the Adobe
// Glyph List for Latin letters, and those that carry their number.
func glyphText(n name) string {
	s, _, _ := strings.Cut(string(n), ".")
	if len(s) == 1 {
		return s
	}
	if r, ok := punctuation()[s]; ok {
		return string(r)
	}
	for _, prefix := range []string{"uni", "u"} {
		digits, ok := strings.CutPrefix(s, prefix)
		if n, err := strconv.ParseUint(digits, 16, 32); ok && err == nil && len(digits) >= 4 && n <= 0x10ffff {
			return string(rune(n))
		}
	}
	return accented(s)
}

// accented reads a letter with the names of its marks behind it: "acircumflexhookabove" is «ẩ».
func accented(s string) string {
	if s == "" || !strings.Contains("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", s[:1]) {
		return ""
	}
	letter, rest := s[:1], s[1:]
	for rest != "" {
		found := false
		for mark, r := range marks() {
			if after, ok := strings.CutPrefix(rest, mark); ok {
				letter, rest, found = letter+string(r), after, true
				break
			}
		}
		if !found {
			return ""
		}
	}
	return norm.NFC.String(letter)
}

func marks() map[string]rune {
	return map[string]rune{
		"grave": 0x300, "acute": 0x301, "circumflex": 0x302, "tilde": 0x303, "macron": 0x304, "breve": 0x306, "dieresis": 0x308,
		"hookabove": 0x309, "ring": 0x30a, "caron": 0x30c, "horn": 0x31b, "dotbelow": 0x323, "cedilla": 0x327,
	}
}

func punctuation() map[string]rune {
	return map[string]rune{
		"space": ' ', "nbspace": ' ', "nonbreakingspace": ' ', "exclam": '!', "quotedbl": '"', "numbersign": '#', "dollar": '$', "percent": '%',
		"ampersand": '&', "quotesingle": '\'', "parenleft": '(', "parenright": ')', "asterisk": '*', "plus": '+', "comma": ',',
		"hyphen": '-', "minus": '−', "sfthyphen": '-', "period": '.', "slash": '/', "zero": '0', "one": '1', "two": '2', "three": '3',
		"four": '4', "five": '5', "six": '6', "seven": '7', "eight": '8', "nine": '9', "colon": ':', "semicolon": ';', "less": '<',
		"equal": '=', "greater": '>', "question": '?', "at": '@', "bracketleft": '[', "backslash": '\\', "bracketright": ']',
		"underscore": '_', "braceleft": '{', "bar": '|', "braceright": '}', "quoteleft": '‘', "quoteright": '’', "quotedblleft": '“',
		"quotedblright": '”', "guillemotleft": '«', "guillemotright": '»', "endash": '–', "emdash": '—', "bullet": '•', "ellipsis": '…',
		"degree": '°', "section": '§', "lessequal": '≤', "greaterequal": '≥', "multiply": '×', "divide": '÷', "plusminus": '±',
		"fi": 'ﬁ', "fl": 'ﬂ', "ff": 'ﬀ', "dcroat": 'đ', "Dcroat": 'Đ', "dmacron": 'đ', "Dslash": 'Đ', "eth": 'đ', "Eth": 'Đ', "dong": '₫',
		"arrowright": '→', "onehalf": '½', "threequarters": '¾', "onequarter": '¼',
	}
}
