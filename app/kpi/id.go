package kpi

import (
	"cmp"
	"strconv"
	"strings"
)

// maxCode is the longest code of anything, in bytes.
const maxCode = 32

// ValidCode reports whether s can be the code of an indicator, a unit or a group: 1 to 32 capital letters, digits,
// dots, dashes.
func ValidCode(s string) bool { return only(s, 'A', 'Z', ".-") && len(s) <= maxCode }

// ValidSet reports whether s can be the code of an indicator set: 1 to 32 small letters, digits, dashes.
func ValidSet(s string) bool { return only(s, 'a', 'z', "-") && len(s) <= maxCode }

// ValidLogin reports whether s can be an account's name: 3 to 64 small letters, digits and, inside, dots, dashes,
// underscores.
func ValidLogin(s string) bool {
	return len(s) >= 3 && len(s) <= 64 && only(s, 'a', 'z', "._-") && only(s[:1]+s[len(s)-1:], 'a', 'z', "")
}

// only reports whether s is not empty and has only digits, the letters from a to z, and more.
func only(s string, a, z byte, more string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < a || c > z) && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return s != ""
}

// Clip shortens s to at most n runes for use inside a message.
func Clip(s string, n int) string {
	cut, count := 0, 0
	for i := range s {
		switch count++; count {
		case n:
			cut = i
		case n + 1:
			return s[:cut] + "…"
		}
	}
	return s
}

// CompareCodes orders codes as people number things: 2 before 10, 2.9 before 2.10, numbers before words. It returns
// -1, 0 or +1.
func CompareCodes(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := 0; i < len(as) && i < len(bs); i++ {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		var c int
		switch {
		case errX == nil && errY == nil:
			c = cmp.Compare(x, y)
		case errX == nil:
			c = -1
		case errY == nil:
			c = 1
		}
		if c = cmp.Or(c, strings.Compare(as[i], bs[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}
