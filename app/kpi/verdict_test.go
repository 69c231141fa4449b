package kpi

import (
	"math/big"
	"testing"
)

func TestFigure_Judge(t *testing.T) {
	t.Parallel()
	m := NewMonth(2026, 5)
	target := func(op TargetOp, n int64) []Target { return []Target{{Year: 2026, Op: op, Value: Some(Dec(n))}} }
	atLeast, atMost := target(OpGE, 100), target(OpLE, 100)
	for name, c := range map[string]struct {
		agg     Aggregation
		targets []Target
		value   int64
		lacks   bool
		closed  bool
		set     bool
		want    Verdict
	}{
		"reached":                               {agg: AggSum, targets: atLeast, value: 100, want: TargetMet},
		"not reached":                           {agg: AggSum, targets: atLeast, value: 99, want: TargetMissed},
		"a sum that may still reach it":         {agg: AggSum, targets: atLeast, value: 99, lacks: true, want: TooFewUnits},
		"a sum that has reached it already":     {agg: AggSum, targets: atLeast, value: 100, lacks: true, want: TargetMet},
		"a sum that may still exceed it":        {agg: AggSum, targets: atMost, value: 5, lacks: true, want: TooFewUnits},
		"the same once the round is closed":     {agg: AggSum, targets: atMost, value: 5, lacks: true, closed: true, want: TargetMet},
		"a mean of some units":                  {agg: AggMean, targets: atMost, value: 5, lacks: true, want: TargetMet},
		"a figure that the province has set":    {agg: AggSum, targets: atLeast, value: 99, lacks: true, set: true, want: TargetMissed},
		"no target":                             {agg: AggSum, value: 99, want: NoVerdict},
		"a target that is only words":           {agg: AggSum, targets: []Target{{Year: 2026, Text: "Tiên tiến"}}, value: 99, want: NoVerdict},
		"equal, with no direction that is good": {agg: AggSum, targets: target(OpEQ, 100), value: 99, want: NoVerdict},
	} {
		f := Figure{Value: big.NewRat(c.value, 1), Filled: 2, Due: 2}
		if c.lacks {
			f.Due = 3
		}
		if c.set {
			f.Override = &Override{Value: Dec(c.value)}
		}
		ind := Indicator{Kind: KindNumber, Aggregation: c.agg, Targets: c.targets}
		if got := f.Judge(ind, m, c.closed); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := (Figure{}).Judge(Indicator{Targets: atLeast}, m, true); got != NoVerdict {
		t.Errorf("no figure: %d", got)
	}
}
