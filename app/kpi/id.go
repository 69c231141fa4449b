package kpi

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

var (
	reCode  = regexp.MustCompile(`^[A-Z0-9.-]{1,32}$`)
	reSet   = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	reLogin = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$`)
)

// ValidCode reports whether s can be the code of an indicator, a unit or a group.
func ValidCode(s string) bool { return reCode.MatchString(s) }

// ValidSet reports whether s can be the code of an indicator set.
func ValidSet(s string) bool { return reSet.MatchString(s) }

// ValidLogin reports whether s can be an account's name: 3 to 64 lower-case letters, digits, dots, dashes.
func ValidLogin(s string) bool { return reLogin.MatchString(s) }

// Clip shortens s to at most n runes for use inside a message.
func Clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
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
