package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Exact returns the key of a syllable under which spellings of the same sound meet: lower case, the tone mark moved
// behind the letters, final y as i. So hoà = hòa, thuỷ = thủy, tỷ = tỉ, quý = quí and NFC = NFD, while đổi ≠ dổi,
// thuý ≠ thúi and ngày ≠ ngài.
func Exact(token string) string {
	exact, _ := keys(token)
	return exact
}

// Fold returns the key of a syllable without any mark: no tone, no hat or horn, d for đ.
func Fold(token string) string {
	_, fold := keys(token)
	return fold
}

// keys returns both keys of a token. The exact key is in NFD, its first tone mark last.
func keys(token string) (exact, fold string) {
	if isASCII(token) {
		exact = finalY(strings.ToLower(token))
		return exact, exact
	}
	var buf [4 * maxToken]byte
	var letters, plain strings.Builder
	tone := rune(0)
	for _, r := range string(norm.NFD.AppendString(buf[:0], token)) {
		switch {
		case isTone(r):
			if tone == 0 {
				tone = r
			}
			continue
		case isInvisible(r):
			continue
		case r == 'Ð' || r == 'ð': // the Icelandic letter, in old documents and scans
			r = 'đ'
		}
		r = unicode.ToLower(r)
		letters.WriteRune(r)
		switch {
		case r == 'đ':
			plain.WriteByte('d')
		case !unicode.Is(unicode.Mn, r):
			plain.WriteRune(r)
		}
	}
	exact = finalY(letters.String())
	if tone != 0 {
		exact += string(tone)
	}
	return exact, finalY(plain.String())
}

// HasMarks reports whether the text carries a mark of Vietnamese: a tone, a hat, a horn or đ.
func HasMarks(text string) bool {
	if isASCII(text) {
		return false
	}
	for _, r := range norm.NFD.String(text) {
		if unicode.Is(unicode.Mn, r) || r == 'đ' || r == 'Đ' {
			return true
		}
	}
	return false
}

// isTone reports whether r is one of the five combining tone marks. Hat, breve and horn are parts of letters.
func isTone(r rune) bool {
	switch r {
	case grave, acute, tilde, hook, dot:
		return true
	}
	return false
}

// The combining marks of Vietnamese.
const (
	grave      = '\u0300'
	acute      = '\u0301'
	tilde      = '\u0303'
	hook       = '\u0309'
	dot        = '\u0323'
	circumflex = '\u0302'
	breve      = '\u0306'
	horn       = '\u031b'
)

// finalY writes the y of an open syllable without other vowel as i, as half of the authors do: kỹ/kĩ, lý/lí, quý/quí.
// The argument is in lower case and without tone.
func finalY(letters string) string {
	head, ok := strings.CutSuffix(letters, "y")
	if !ok || head == "" || head != "qu" && strings.Trim(head, "bcdđghklmnpqrstvx") != "" {
		return letters
	}
	return head + "i"
}

func isInvisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\ufeff', '\u00ad':
		return true
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
