package chart

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/app/kpi"
)

// Trend is a series of which Summary tells the course.
type Trend struct {
	Periods   []string // «11/2025», oldest first
	Points    []Point  // as long as Periods
	Unit      string   // unit of measure as it stands inside a sentence: "%", "lượt"
	Decimals  int      // decimals to which values and differences are rounded
	Direction kpi.Direction
	Target    kpi.Target // of the last period; the zero Target for none
	Breaks    []Break    // values before and after a break are not compared
}

// Summary returns one Vietnamese sentence on the last known value of t: where it has been going and how far it
// is from the target, such as «Tăng 5 kỳ liên tiếp, còn thiếu 1,9 điểm % so với mục tiêu.» Differences are taken
// between values as they are shown; whether the target is met is decided on the exact value.
func Summary(t Trend) string {
	last := lastKnown(t.Points)
	if last < 0 {
		return "Chưa có số liệu."
	}
	clauses := []string{t.course(last)}
	if target := t.targetClause(last); target != "" {
		clauses = append(clauses, target)
	}
	sentence := strings.Join(clauses, ", ")
	if t.Points[last].Provisional {
		sentence += " (số liệu tạm)"
	}
	if end := len(t.Points) - 1; last < end {
		sentence = fmt.Sprintf("Kỳ %s chưa có số liệu; đến kỳ %s: %s", t.Periods[end], t.Periods[last], lowerFirst(sentence))
	}
	return sentence + "."
}

// course tells how the value at last stands to those before it.
func (t Trend) course(last int) string {
	before := lastKnown(t.Points[:last])
	switch {
	case before < 0:
		return fmt.Sprintf("Mới có số liệu một kỳ: %s", withUnit(t.Points[last].Text, t.Unit))
	case t.broken(before, last):
		return fmt.Sprintf("Định nghĩa đã thay đổi, không so với kỳ %s; hiện là %s", t.Periods[before], withUnit(t.Points[last].Text, t.Unit))
	}
	difference := t.difference(before, last)
	sign := difference.Sign()
	if before < last-1 {
		return fmt.Sprintf("%s so với kỳ %s (ở giữa chưa có số liệu)", t.change(difference), t.Periods[before])
	}
	streak := 1
	for i := before; i > 0 && t.Points[i-1].Value != nil && !t.broken(i-1, i) && t.difference(i-1, i).Sign() == sign; i-- {
		streak++
	}
	if streak == 1 {
		return t.change(difference) + " so với kỳ trước" + t.adverse(sign)
	}
	return fmt.Sprintf("%s %d kỳ liên tiếp%s", changeWord(sign), streak, t.adverse(sign))
}

// change returns «Tăng 0,6 điểm %» or «Không đổi».
func (t Trend) change(difference *big.Rat) string {
	sign := difference.Sign()
	if sign == 0 {
		return changeWord(sign)
	}
	return changeWord(sign) + " " + t.distance(difference)
}

func changeWord(sign int) string {
	switch sign {
	case 1:
		return "Tăng"
	case -1:
		return "Giảm"
	}
	return "Không đổi"
}

// adverse remarks that a change goes against the good direction.
func (t Trend) adverse(sign int) string {
	if t.Direction == kpi.Up && sign < 0 || t.Direction == kpi.Down && sign > 0 {
		return " (ngược chiều tốt)"
	}
	return ""
}

// targetClause tells where the value at last stands to the target, "" if the target does not say.
func (t Trend) targetClause(last int) string {
	value := t.Points[last].Value
	met, known := t.Target.Met(value, t.Direction)
	if !known {
		return ""
	}
	bound := t.Target.Value.V.Rat()
	above := value.Cmp(bound) > 0
	if t.Target.Op == kpi.OpRange {
		if met {
			return "trong khoảng mục tiêu"
		}
		if above {
			return "cao hơn khoảng mục tiêu " + t.gap(value, t.Target.High.V.Rat())
		}
		return "thấp hơn khoảng mục tiêu " + t.gap(value, bound)
	}
	same := value.Cmp(bound) == 0
	switch {
	case met && same:
		return "đạt mục tiêu"
	case met && above:
		return "vượt mục tiêu " + t.gap(value, bound)
	case met:
		return "đạt mục tiêu, thấp hơn mức giao " + t.gap(value, bound)
	case same: // «> 0,7» is not met by 0,7
		return "mới bằng mục tiêu, chưa đạt"
	case above:
		return "còn cao hơn mục tiêu " + t.gap(value, bound)
	}
	return "còn thiếu " + t.gap(value, bound) + " so với mục tiêu"
}

// gap returns how far value is from bound, never as zero.
func (t Trend) gap(value, bound *big.Rat) string {
	difference := new(big.Rat).Sub(t.shown(value), bound)
	if difference.Sign() == 0 || strings.Trim(difference.FloatString(t.Decimals), "-0.") == "" {
		return "chưa đến " + t.distance(big.NewRat(1, pow10(t.Decimals)))
	}
	return t.distance(difference)
}

// distance writes the size of a difference: «1,9 điểm %», «12 lượt».
func (t Trend) distance(difference *big.Rat) string {
	size := kpi.FormatRat(new(big.Rat).Abs(difference), t.Decimals)
	if isPercent(t.Unit) {
		return size + " điểm " + t.Unit
	}
	return withUnit(size, t.Unit)
}

// difference returns the value at j less that at i, both as shown.
func (t Trend) difference(i, j int) *big.Rat {
	return new(big.Rat).Sub(t.shown(t.Points[j].Value), t.shown(t.Points[i].Value))
}

// shown returns r rounded as it is shown to people.
func (t Trend) shown(r *big.Rat) *big.Rat {
	rounded, ok := new(big.Rat).SetString(kpi.RoundRat(r, t.Decimals))
	if !ok {
		return r
	}
	return rounded
}

// broken reports whether the definition changed after period i and up to period j.
func (t Trend) broken(i, j int) bool {
	return slices.ContainsFunc(t.Breaks, func(b Break) bool { return i < b.At && b.At <= j })
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
