package kpi

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// MaxDecimals is the largest number of digits after the decimal mark that a Decimal holds.
const MaxDecimals = 6

// Decimal is an exact decimal number: coef × 10^-scale. The zero value is 0. Values are normalised (no
// trailing zeros after the mark), so two Decimals are equal exactly when they are == to each other.
type Decimal struct {
	coef  int64
	scale uint8
}

var errNotDecimal = errors.New("not a canonical decimal")

// Dec returns the whole number n.
func Dec(n int64) Decimal { return Decimal{coef: n} }

// NewDecimal returns coef × 10^-scale, normalised; scale is at most MaxDecimals.
func NewDecimal(coef int64, scale uint8) Decimal {
	for scale > 0 && coef%10 == 0 {
		coef /= 10
		scale--
	}
	return Decimal{coef, scale}
}

// ParseDecimal reads the canonical form "-1234567.89": an optional minus, digits, optionally a dot and
// digits. At most 18 digits in all and MaxDecimals after the dot.
func ParseDecimal(s string) (Decimal, error) {
	digits, neg := strings.CutPrefix(s, "-")
	whole, frac, dotted := strings.Cut(digits, ".")
	if whole == "" || dotted && frac == "" || len(whole)+len(frac) > 18 || len(frac) > MaxDecimals {
		return Decimal{}, errNotDecimal
	}
	n, err := strconv.ParseUint(whole+frac, 10, 63)
	if err != nil {
		return Decimal{}, errNotDecimal
	}
	coef := int64(n)
	if neg {
		coef = -coef
	}
	return NewDecimal(coef, uint8(len(frac))), nil
}

// MustDecimal is ParseDecimal for constants; it panics on a malformed text.
func MustDecimal(s string) Decimal {
	d, err := ParseDecimal(s)
	if err != nil {
		panic("kpi: " + s + " is not a decimal")
	}
	return d
}

// Parts returns the coefficient and the number of digits after the mark.
func (d Decimal) Parts() (coef int64, scale uint8) { return d.coef, d.scale }

// String returns the canonical form that ParseDecimal reads.
func (d Decimal) String() string {
	s := strconv.FormatUint(magnitude(d.coef), 10)
	if n := int(d.scale); n > 0 {
		if len(s) <= n {
			s = strings.Repeat("0", n-len(s)+1) + s
		}
		s = s[:len(s)-n] + "." + s[len(s)-n:]
	}
	if d.coef < 0 {
		return "-" + s
	}
	return s
}

// Rat returns d as an exact rational.
func (d Decimal) Rat() *big.Rat {
	if d.scale == 0 {
		return new(big.Rat).SetInt64(d.coef)
	}
	return new(big.Rat).SetFrac64(d.coef, pow10(d.scale))
}

// Sign returns -1, 0 or +1.
func (d Decimal) Sign() int {
	switch {
	case d.coef < 0:
		return -1
	case d.coef > 0:
		return 1
	}
	return 0
}

// Cmp compares d with e: -1, 0 or +1.
func (d Decimal) Cmp(e Decimal) int {
	if d.scale == e.scale {
		switch {
		case d.coef < e.coef:
			return -1
		case d.coef > e.coef:
			return 1
		}
		return 0
	}
	return d.Rat().Cmp(e.Rat())
}

// MarshalText and UnmarshalText let a Decimal stand in JSON as its canonical text.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Decimal) UnmarshalText(b []byte) error {
	v, err := ParseDecimal(string(b))
	*d = v
	return err
}

// RoundRat rounds r half away from zero to the given number of decimals and returns its canonical text with
// exactly that many digits after the mark ("12.50"). Figures may be larger than a Decimal, so text is the form.
func RoundRat(r *big.Rat, decimals int) string { return r.FloatString(decimals) }

func magnitude(n int64) uint64 {
	if n == math.MinInt64 {
		return 1 << 63
	}
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

func pow10(n uint8) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
