package app

import (
	"math/big"

	"chiso/app/kpi"
)

// Sums are what follows from a cell and those before it: of a flow what has come together since January, of a running
// total what this period added. What does not apply or is not known is nil.
type Sums struct {
	Period, ToDate *big.Rat
}

// sums returns the sums of a cell of the sheet. In a year in which its unit of measure changed nothing is known since January.
func (sh *sheet) sums(ind kpi.Indicator, c kpi.Cell) Sums {
	s := sumsOf(ind, c, sh.past[ind.Code].Values)
	if from := sh.defs.since[ind.Code]; from.Year() == c.Month.Year() && int(from.Calendar()) > ind.Frequency.Months() {
		s.ToDate = nil
	}
	return s
}

func sumsOf(ind kpi.Indicator, c kpi.Cell, past []kpi.PastValue) Sums {
	return Sums{Period: inPeriod(ind, c, past), ToDate: toDate(ind, c, past)}
}

// inPeriod returns what this round added to a running total.
func inPeriod(ind kpi.Indicator, c kpi.Cell, past []kpi.PastValue) *big.Rat {
	if ind.Accumulation != kpi.Cumulative || ind.Kind != kpi.KindNumber {
		return nil
	}
	total, ok := c.Number(ind)
	if !ok {
		return nil
	}
	if int(c.Month.Calendar()) <= ind.Frequency.Months() { // the first period of the year
		return total
	}
	for i := range past {
		if past[i].Month.Year() != c.Month.Year() {
			break
		}
		if before, ok := past[i].Number(ind); ok {
			return new(big.Rat).Sub(total, before)
		}
	}
	return nil
}

// toDate returns what the unit has reported since January, this round included, of an indicator that accumulates.
func toDate(ind kpi.Indicator, c kpi.Cell, past []kpi.PastValue) *big.Rat {
	if !ind.Accumulates() {
		return nil
	}
	n := 0
	for n < len(past) && past[n].Month.Year() == c.Month.Year() {
		n++
	}
	if sum, ok := kpi.SumToDate(ind, kpi.ValueOf(&c), past[:n]); ok {
		return sum
	}
	return nil
}
