package workbook

import (
	"strconv"
	"strings"
	"time"
)

// significant is the number of digits that Excel keeps and shows of a number; stored digits beyond it are the
// dust of binary arithmetic, as in 0.30000000000000004.
const significant = 15

// plain turns a number as XML stores it ("1E-05", "95.499999999999986") into the decimal that was meant, in
// plain notation without needless zeros. ok is false for what is not a finite number.
func plain(s string) (text string, ok bool) {
	neg, digits, exp, ok := split(s)
	if !ok {
		return "", false
	}
	if whole := len(digits) + exp; len(digits) > significant && whole <= significant {
		digits, exp = round(digits, exp)
	}
	return place(neg, digits, exp), true
}

// split takes a number apart: its value is 0.digits × 10^(len(digits)+exp), digits without zeros at either end.
func split(s string) (neg bool, digits string, exp int, ok bool) {
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		neg, rest = rest[0] == '-', rest[1:]
	}
	mantissa, power := rest, "0"
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		mantissa, power = rest[:i], rest[i+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return false, "", 0, false
	}
	exp, err := strconv.Atoi(power)
	if err != nil {
		return false, "", 0, false
	}
	exp -= len(fraction)
	trimmed := strings.TrimRight(digits, "0")
	exp += len(digits) - len(trimmed)
	digits = strings.TrimLeft(trimmed, "0")
	if digits == "" {
		return false, "", 0, true
	}
	// The range of a double; this also bounds the length of the plain notation.
	top := len(digits) + exp
	if f, err := strconv.ParseFloat(s, 64); err != nil || f == 0 || top < -330 || len(digits) > 400 {
		return false, "", 0, false
	}
	return neg, digits, exp, true
}

// round cuts digits to the significant ones, half away from zero.
func round(digits string, exp int) (string, int) {
	exp += len(digits) - significant
	up := digits[significant] >= '5'
	b := []byte(digits[:significant])
	for i := len(b) - 1; up && i >= 0; i-- {
		if up = b[i] == '9'; up {
			b[i] = '0'
		} else {
			b[i]++
		}
	}
	if up { // 999… became 1000…
		return "1", exp + significant
	}
	cut := strings.TrimRight(string(b), "0")
	return cut, exp + significant - len(cut)
}

// place writes digits × 10^exp in plain notation.
func place(neg bool, digits string, exp int) string {
	if digits == "" {
		return "0"
	}
	var b strings.Builder
	if neg {
		b.WriteByte('-')
	}
	switch point := len(digits) + exp; {
	case exp >= 0:
		b.WriteString(digits)
		b.WriteString(strings.Repeat("0", exp))
	case point > 0:
		b.WriteString(digits[:point])
		b.WriteByte('.')
		b.WriteString(digits[point:])
	default:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -point))
		b.WriteString(digits)
	}
	return b.String()
}

// shift moves the decimal point of a plain decimal n places to the right; other text comes back unchanged.
func shift(s string, n int) string {
	neg, digits, exp, ok := split(s)
	if !ok {
		return s
	}
	if digits == "" {
		return "0"
	}
	return place(neg, digits, exp+n)
}

// Day returns the calendar day of a Date cell, at midnight UTC; ok is false if it holds none (a mere time of
// day, a date that Excel does not know).
func (c Cell) Day() (day time.Time, ok bool) {
	if !c.Date {
		return time.Time{}, false
	}
	if !c.Number {
		if len(c.Text) < len(time.DateOnly) {
			return time.Time{}, false
		}
		day, err := time.Parse(time.DateOnly, c.Text[:len(time.DateOnly)])
		return day, err == nil
	}
	whole, _, _ := strings.Cut(c.Text, ".")
	n, err := strconv.Atoi(whole)
	// Excel counts a 29/02/1900 that never was; from day 61 on the count is right.
	if err != nil || n < 61 || n > 2_958_465 {
		return time.Time{}, false
	}
	return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC), true
}

// addDays adds whole days to a serial date.
func addDays(serial string, days int) string {
	whole, fraction, _ := strings.Cut(serial, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 {
		return serial
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return strconv.Itoa(n+days) + fraction
}
