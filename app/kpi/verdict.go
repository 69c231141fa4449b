package kpi

// Verdict says how a figure stands to its target.
type Verdict uint8

// The verdicts.
const (
	NoVerdict   Verdict = iota // no figure, no target, or one that no number decides
	TooFewUnits                // units are still to come that could change the answer
	TargetMet
	TargetMissed
)

// Partial reports whether the figure of a round that is not closed is a sum that still lacks units, so that it compares with nothing.
func (f Figure) Partial(ind Indicator, closed bool) bool {
	return !closed && ind.Aggregation == AggSum && f.Override == nil && f.Filled < f.Due
}

// Judge compares the figure with the target that holds in month m. A sum that lacks units is judged only where those to come cannot
// change the answer.
func (f Figure) Judge(ind Indicator, m Month, closed bool) Verdict {
	target, ok := ind.TargetFor(m)
	x := f.Official()
	if !ok || x == nil {
		return NoVerdict
	}
	met, known := target.Met(x, ind.Direction)
	switch {
	case !known:
		return NoVerdict
	case f.Partial(ind, closed) && !(met && (target.Op == OpGE || target.Op == OpGT)):
		return TooFewUnits
	case met:
		return TargetMet
	}
	return TargetMissed
}
