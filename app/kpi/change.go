package kpi

import "math/big"

// Change is the way from an earlier value of a cell to another. The zero value: they cannot be compared, or a choice
// is still the same.
type Change struct {
	Diff    *big.Rat // of numbers; of a percentage in its points
	Percent *big.Rat // Diff in percent of the earlier value; nil for percentages, choices, and from 0
	Sign    int      // of the difference
	Large   bool     // more than 20 %, 20 points of a percentage, from 0 to something, or another choice
}

// ChangeOf compares a cell with an earlier one of the same indicator.
func ChangeOf(ind Indicator, past, now Cell) Change {
	p, hadOne := past.Number(ind)
	x, hasOne := now.Number(ind)
	if !hadOne || !hasOne {
		return Change{}
	}
	sign := x.Cmp(p)
	if ind.Kind == KindYesNo || ind.Kind == KindGrade {
		return Change{Sign: sign, Large: sign != 0}
	}
	c := Change{Diff: new(big.Rat).Sub(x, p), Sign: sign}
	size := c.Diff
	switch {
	case sign == 0 || ind.Percent():
	case p.Sign() == 0:
		c.Large = true
		return c
	default:
		c.Percent = new(big.Rat).Mul(c.Diff, big.NewRat(100, 1))
		c.Percent.Quo(c.Percent, new(big.Rat).Abs(p))
		size = c.Percent
	}
	c.Large = new(big.Rat).Abs(size).Cmp(big.NewRat(20, 1)) > 0
	return c
}
