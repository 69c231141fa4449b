package kpi

// Revision is what the province stood for at one time: the closing of a round is number 1, each correction after it
// (đính chính) the next.
type Revision struct {
	Set     string
	Month   Month
	Number  int
	Made    Step
	Reason  string       `json:",omitempty"` // of a correction
	Changes []Correction `json:",omitempty"` // of a correction: the figures that are others than before
	Figures int          // how many the round has
	Dates   Dates        // of the round when it was closed
}

// Correction is one figure that a revision changes, as people read it. Its rounded text may stay the same: what units
// have changed in it says why it is another.
type Correction struct {
	Indicator, Name string
	Old, New        string
	Units           []UnitCorrection `json:",omitempty"`
}

// UnitCorrection is what one unit has changed in a figure, as people read it.
type UnitCorrection struct{ Unit, Old, New string }

// Title names the revision in a list.
func (r Revision) Title() string {
	if r.Number == 1 {
		return "Bản 1: chốt số liệu"
	}
	return "Bản " + Dec(int64(r.Number)).String() + ": đính chính lần " + Dec(int64(r.Number-1)).String()
}

// SameFigure reports whether two figures say the same.
func SameFigure(a, b Figure) bool {
	x, y := a.Official(), b.Official()
	if (x == nil) != (y == nil) || x != nil && x.Cmp(y) != 0 || len(a.Grades) != len(b.Grades) {
		return false
	}
	for i := range a.Grades {
		if a.Grades[i] != b.Grades[i] {
			return false
		}
	}
	return a.Yes == b.Yes && a.Units == b.Units && a.Filled == b.Filled && a.Due == b.Due
}

// Trace writes a figure in one line of a history: «93,1 (112/124 đơn vị)».
func (f Figure) Trace(ind Indicator) string {
	s := f.Show(ind)
	if s == "" {
		s = "chưa có"
	}
	return s + " (" + Dec(int64(f.Units)).String() + "/" + Dec(int64(f.Due)).String() + " đơn vị)"
}
