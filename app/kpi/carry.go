package kpi

// CarriedText is the warning of a value that was taken over from the period before, until somebody ticks or changes it.
const CarriedText = "Chuyển từ kỳ trước – cần xác nhận"

// Carries reports whether a value of this indicator may be taken over from the period before: it is measured at a
// point in time, so it may well be the same again.
func (ind Indicator) Carries() bool { return ind.Accumulation == Point && ind.Kind != KindText }

// Carryable reports whether the cell holds something that the next period could take over.
func (c Cell) Carryable() bool {
	return c.Content == HasValue || c.Content == NoneOccurred || c.Content == NotApplicable
}

// Carried reports whether the cell's value was taken over from the period before and nobody has confirmed it since.
func (c Cell) Carried() bool {
	return c.Source == FromCarry && c.Carryable() && !c.Confirmed
}

// Carry returns the empty cell c with the value of an earlier one, or an Invalid error that says why it cannot be
// taken over.
func Carry(ind Indicator, c, last Cell) (Cell, error) {
	switch {
	case !ind.Carries():
		return c, Errorf(Invalid, "Chỉ số %s tính trong kỳ nên không lấy số kỳ trước.", ind.Code)
	case c.Content != Empty:
		return c, Errorf(Invalid, "Ô %s đã có số liệu. Xóa số đang có rồi mới lấy số kỳ trước.", ind.Code)
	case !last.Carryable():
		return c, Errorf(Invalid, "Chỉ số %s chưa có số liệu của kỳ trước để lấy.", ind.Code)
	}
	c.Content, c.Value, c.Num, c.Den, c.Text, c.Expected = last.Content, last.Value, last.Num, last.Den, last.Text, ""
	c.Confirmed = false
	return c, nil
}
