package kpi_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
)

func TestGuidance_ForceAt(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 6, d, 0, 0, 0, 0, kpi.Location).UTC() }
	at := func(d, hour int) time.Time { return time.Date(2026, 6, d, hour, 59, 0, 0, kpi.Location).UTC() }
	tests := []struct {
		name     string
		g        kpi.Guidance
		now      time.Time
		replaced bool
		want     kpi.Force
	}{
		{"no dates", kpi.Guidance{}, at(5, 1), false, kpi.InForce},
		{"the evening before", kpi.Guidance{From: day(10)}, at(9, 23), false, kpi.NotYet},
		{"first day", kpi.Guidance{From: day(10)}, at(10, 0), false, kpi.InForce},
		{"last day", kpi.Guidance{To: day(10)}, at(10, 23), false, kpi.InForce},
		{"day after the last", kpi.Guidance{To: day(10)}, at(11, 0), false, kpi.Expired},
		{"replaced", kpi.Guidance{From: day(1)}, at(5, 1), true, kpi.ForceReplaced},
		{"expired and replaced", kpi.Guidance{To: day(1)}, at(5, 1), true, kpi.Expired},
		{"withdrawn", kpi.Guidance{Withdrawn: day(3)}, at(5, 1), true, kpi.ForceWithdrawn},
	}
	for _, tt := range tests {
		if got := tt.g.ForceAt(tt.now, tt.replaced); got != tt.want || got.Label() == "" {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestGuidance_Indicators(t *testing.T) {
	t.Parallel()
	ref := func(code string) kpi.IndicatorRef { return kpi.IndicatorRef{Set: "nq57", Code: code} }
	g := kpi.Guidance{Links: []kpi.IndicatorRef{ref("10.1"), ref("2.1")}, Found: []kpi.IndicatorRef{ref("2.1"), ref("2.10"), ref("2.9")}, Unlinked: []kpi.IndicatorRef{ref("2.9"), ref("2.1")}}
	if got := g.Indicators(); !slices.Equal(got, []kpi.IndicatorRef{ref("2.1"), ref("2.10"), ref("10.1")}) {
		t.Errorf("%v", got)
	}
}

func TestPassageID(t *testing.T) {
	t.Parallel()
	doc := strings.Repeat("a1", 6)
	if d, n, ok := kpi.ParsePassageID(kpi.PassageID(doc, 12)); !ok || d != doc || n != 12 {
		t.Errorf("%q, %d, %v", d, n, ok)
	}
	for _, bad := range []string{"", "#1", doc, doc + "#", doc + "#0", doc + "#-1", doc + "#x", strings.ToUpper(doc) + "#1", doc + "#1#2", doc + "0#1"} {
		if _, _, ok := kpi.ParsePassageID(bad); ok {
			t.Errorf("%q is taken for a passage", bad)
		}
	}
}
