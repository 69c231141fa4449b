package kpi

import "testing"

func TestAssignment_After(t *testing.T) {
	t.Parallel()
	const next = Month(100)
	as := func(role AssignRole, from, to Month) Assignment { return Assignment{Role: role, From: from, To: to} }
	tests := []struct {
		name         string
		old, a, want Assignment
		refused      bool
	}{
		{"none before", Assignment{}, as(Lead, 102, 0), as(Lead, 102, 0), false},
		{"meets", as(Lead, 90, 101), as(Lead, 102, 0), as(Lead, 90, 0), false},
		{"overlaps", as(Lead, 90, 105), as(Lead, 102, 103), as(Lead, 90, 105), false},
		{"begins later", as(Lead, 103, 0), as(Lead, 101, 102), as(Lead, 101, 0), false},
		{"over long ago", as(Lead, 90, 95), as(Lead, 102, 0), as(Lead, 102, 0), false},
		{"still to run", as(Lead, 90, 100), as(Lead, 102, 0), Assignment{}, true},
		{"once more, later", as(Lead, 110, 0), as(Lead, 101, 105), Assignment{}, true},
		{"supports until then", as(Support, 90, 0), as(Lead, 102, 0), as(Lead, 102, 0), false},
		{"leads until then", as(Lead, 90, 0), as(Support, 102, 0), Assignment{}, true},
		{"leads in opened rounds", as(Lead, 90, 0), as(Support, 100, 0), as(Support, 100, 0), false},
	}
	for _, tt := range tests {
		got, err := tt.a.After(tt.old, next)
		if tt.refused != (KindOf(err) == Conflict) || !tt.refused && (got.Role != tt.want.Role || got.From != tt.want.From || got.To != tt.want.To) {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
}
