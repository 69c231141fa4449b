package app

import (
	"regexp"
	"strings"
	"unicode"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// Characters by which the two old Vietnamese encodings give themselves away inside words: no Vietnamese word in Unicode
// has them. Quotation marks, superscripts and the like, which also stand beside words, are left out.
const (
	oldSymbols = "¡¢£¤¥¦¨©ª¬®µ¶·¸¼½¾" // TCVN3 alone
	oldLetters = "ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþ"
)

// VNI writes a mark behind its vowel.
var reVNI = regexp.MustCompile(`[aeouyöôAEOUYÖÔ][äåëïûøâêÄÅËÏÛØÂÊ]`)

// legacyFont names the old encoding that a text is written in, "" if it is Unicode: «Tû lÖ hå s¬» is TCVN3,
// «Tyû leä hoà sô» is VNI. One odd character alone, as in a foreign name, decides nothing.
func legacyFont(s string) string {
	symbols, letters := 0, 0
	text := []rune(s)
	for i, r := range text {
		if r > unicode.MaxLatin1 && unicode.IsLetter(r) {
			return ""
		}
		if i > 0 && unicode.IsLetter(text[i-1]) || i+1 < len(text) && unicode.IsLetter(text[i+1]) {
			if strings.ContainsRune(oldSymbols, r) {
				symbols++
			}
			if strings.ContainsRune(oldLetters, r) {
				letters++
			}
		}
	}
	switch {
	case symbols+letters < 2:
		return ""
	case symbols > 0:
		return "TCVN3 (.VnTime)"
	case reVNI.MatchString(s):
		return "VNI"
	}
	return "TCVN3 hoặc VNI"
}

// legacyRefusal says what to do about text in an old encoding.
func legacyRefusal(what, font string) string {
	return what + " dùng bảng mã cũ " + font + " nên đọc ra sai chữ. Chuyển sang Unicode (phông Times New Roman) rồi tải lại."
}

// legacyBook returns the refusal of a file whose texts are mostly in an old encoding, nil for others.
func legacyBook(book *workbook.Book) error {
	texts, found, last := 0, 0, ""
	for _, s := range book.Sheets {
		for _, row := range s.Rows[:min(len(s.Rows), 100)] {
			for _, c := range row {
				if c.Number || len(c.Text) < 4 {
					continue
				}
				texts++
				if font := legacyFont(c.Text); font != "" {
					found, last = found+1, font
				}
			}
		}
	}
	if found < 2 || found*4 < texts {
		return nil
	}
	return kpi.Errorf(kpi.Invalid, "%s", legacyRefusal("Chữ trong tệp", last))
}
