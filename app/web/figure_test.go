package web

import (
	"testing"

	"chiso/app/kpi"
)

// Only a unit with a number stands behind a figure, as in the Excel file; one that reported that it has none is told beside it.
func TestUnitsBehind(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]kpi.Figure{
		"2/3 đơn vị":                {Units: 2, Filled: 2, Due: 3},
		"1/2 đơn vị (2 đã báo cáo)": {Units: 1, Filled: 2, Due: 2},
	} {
		if got := unitsBehind(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
