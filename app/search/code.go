package search

import (
	"regexp"
	"slices"
	"strings"
)

// Code is a document number found in a text or a query, with the keys under which it is looked up: the whole number
// and its parts. 57-NQ/TW has 57nqtw and 57nq; 13/2023/NĐ-CP has 132023ndcp, 13nd and 13ndcp.
type Code struct {
	Start, End int // bytes
	Keys       []string
}

// The forms in which people write document numbers.
var (
	// 57-NQ/TW, 3158-CV/VPTW, 1726/QĐ-BTTTT, 13/2023/NĐ-CP, 20/2023/QH15
	fullCode = regexp.MustCompile(`(?i)\b(\d{1,5})(?:\s*/\s*((?:19|20)\d{2}))?\s*[-/–]\s*([a-zđ]{1,6}\d{0,2})((?:\s?[-/&–]\s?[a-zđ]{1,10}\d{0,2})*)`)
	// NQ57, nq 57, QĐ 1726, CV số 3158
	shortCode = regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}])(nq|qđ|qd|nđ|nd|tt|ct|cv|kh|tb|bc|ttr|hd|kl)[\s-]?(?:số\s|so\s)?(\d{1,5})(?:/((?:19|20)\d{2}))?(?:$|[^\p{L}\p{N}/-])`)
	// 57 nq/tw, 3158 cv/vptw
	spacedCode = regexp.MustCompile(`(?i)\b(\d{1,5})\s+(nq|qđ|qd|nđ|nd|tt|ct|cv|kh|tb|bc|ttr|hd|kl)\s*[-/]\s*([a-zđ]{2,8})\b`)
)

// documentType returns the letters that stand for the sort of document that two folded syllables name, "" for none.
func documentType(first, second string) string {
	switch first + " " + second {
	case "nghi quyet":
		return "nq"
	case "quyet dinh":
		return "qd"
	case "nghi dinh":
		return "nd"
	case "thong tu":
		return "tt"
	case "chi thi":
		return "ct"
	case "cong van":
		return "cv"
	case "ke hoach":
		return "kh"
	case "thong bao":
		return "tb"
	case "bao cao":
		return "bc"
	case "to trinh":
		return "ttr"
	case "huong dan":
		return "hd"
	case "ket luan":
		return "kl"
	}
	return ""
}

// isDocumentType reports whether the letters after a number make it the number of a document even without an issuer.
func isDocumentType(letters string) bool {
	return slices.Contains([]string{"nq", "qd", "nd", "tt", "ct", "cv", "kh", "tb", "bc", "ttr", "hd", "kl", "qh13", "qh14", "qh15"}, letters)
}

// FindCodes finds the document numbers of a text, in any form in which people write or type them: 57-NQ/TW, NQ57,
// nq 57, 57 nq/tw, nghị quyết (số) 57. The same number may be found in two forms at one place.
func FindCodes(text string) []Code {
	var found []Code
	add := func(start, end int, keys ...string) {
		slices.Sort(keys)
		found = append(found, Code{Start: start, End: end, Keys: slices.Compact(keys)})
	}
	for _, m := range fullCode.FindAllStringSubmatchIndex(text, -1) {
		number, year := trimZeros(text[m[2]:m[3]]), ""
		if m[4] >= 0 {
			year = text[m[4]:m[5]]
		}
		sort, issuer := codeLetters(text[m[6]:m[7]]), codeLetters(text[m[8]:m[9]])
		if issuer == "" && year == "" && !isDocumentType(sort) {
			continue // «24/7-h», «5-km»
		}
		keys := []string{number + year + sort + issuer, number + sort}
		if year != "" {
			keys = append(keys, number+sort+issuer)
		}
		add(m[0], m[1], keys...)
	}
	for _, m := range spacedCode.FindAllStringSubmatchIndex(text, -1) {
		short := trimZeros(text[m[2]:m[3]]) + codeLetters(text[m[4]:m[5]])
		add(m[0], m[1], short+codeLetters(text[m[6]:m[7]]), short)
	}
	for _, m := range shortCode.FindAllStringSubmatchIndex(text, -1) {
		add(m[2], m[5], trimZeros(text[m[4]:m[5]])+codeLetters(text[m[2]:m[3]]))
	}
	return append(found, spelledCodes(text)...)
}

// spelledCodes finds «nghị quyết (số) 57» and its like.
func spelledCodes(text string) []Code {
	var found []Code
	tokens := Tokenize(text)
	fold := make([]string, len(tokens))
	for i, t := range tokens {
		fold[i] = Fold(t.Text)
	}
	for i := 0; i+2 < len(tokens); i++ {
		sort := documentType(fold[i], fold[i+1])
		if sort == "" {
			continue
		}
		at := i + 2
		if fold[at] == "so" && at+1 < len(tokens) {
			at++
		}
		if isNumber(fold[at]) && len(fold[at]) <= 5 {
			found = append(found, Code{Start: tokens[i].Start, End: tokens[at].End, Keys: []string{trimZeros(fold[at]) + sort}})
		}
	}
	return found
}

// codeTerms returns the terms under which a document with this text and these codes of its own is found. Besides
// the keys of FindCodes these are "#57" for every document number 57, and "=1.01" for the own code 1.01, so that a
// document comes before those that mention it.
func codeTerms(text string, own []string) []string {
	var terms []string
	for _, c := range FindCodes(text) {
		terms = append(terms, c.Keys...)
		if number := leadingDigits(c.Keys[0]); number != "" {
			terms = append(terms, "#"+number)
		}
	}
	for _, code := range own {
		if key := ownCode(code); key != "" {
			terms = append(terms, "="+key)
		}
		for _, c := range FindCodes(code) {
			for _, key := range c.Keys {
				terms = append(terms, "="+key)
			}
		}
	}
	return terms
}

// ownCode returns the key of an object's own code: lower case letters and digits with the points between them.
// "KT.01" and "kt-01" are different codes; "1.01" and "1.01." are the same.
func ownCode(code string) string {
	keep := func(r rune) rune {
		switch {
		case r == 'đ' || r == 'Đ':
			return 'd'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' || r == '/':
			return r
		}
		return -1
	}
	return strings.Trim(strings.Map(keep, strings.ToLower(code)), ".-_/")
}

// codeLetters keeps the letters and digits of a part of a document number, in lower case and without marks.
func codeLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'đ':
			return 'd'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(s))
}

func trimZeros(number string) string { return strings.TrimLeft(number, "0") }

func isNumber(s string) bool { return s != "" && leadingDigits(s) == s }

func leadingDigits(s string) string {
	return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
}
