package web

import (
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/app/kpi"
)

// figureText words a province figure: the number and what has to stand below it. Both are "" if there is none.
func figureText(ind kpi.Indicator, f kpi.Figure) (text, note string) {
	switch {
	case f.Override != nil:
		return f.Show(ind), ""
	case ind.Kind == kpi.KindText && f.Units > 0:
		return fmt.Sprintf("%d nội dung", f.Units), ""
	case f.Value == nil:
		return "", ""
	case ind.Kind == kpi.KindYesNo && ind.Aggregation == kpi.AggProvince:
		if f.Value.Sign() > 0 {
			return "Có", ""
		}
		return "Không", ""
	case ind.Kind == kpi.KindYesNo:
		return f.Show(ind), fmt.Sprintf("%d/%d đơn vị có", f.Yes, f.Units)
	}
	return f.Show(ind), ""
}

// measured writes a number with its unit of measure: «93,1%», «1.234 lượt».
func measured(text, unit string) string {
	if text == "" || unit == "" || strings.HasPrefix(unit, "%") {
		return text + unit
	}
	return text + " " + unit
}

// inlineUnit is the unit of measure of a figure as it stands behind a number.
func inlineUnit(ind kpi.Indicator) string {
	unit := ind.FigureUnit()
	if strings.ToUpper(unit) == unit {
		return unit
	}
	return lowerFirst(unit)
}

// figureWithUnit words a figure in one line: «64,5% đơn vị (80/124 đơn vị có)», "" if there is none.
func figureWithUnit(ind kpi.Indicator, f kpi.Figure) string {
	text, note := figureText(ind, f)
	if f.Official() != nil && !(ind.Kind == kpi.KindYesNo && ind.Aggregation == kpi.AggProvince && f.Override == nil) {
		text = measured(text, inlineUnit(ind))
	}
	if note != "" {
		text += " (" + note + ")"
	}
	return text
}

// figureChange words the difference between two figures as they are shown: «+0,6 điểm %», «-12», «0». against says
// that it goes against the good direction. text is "" if one of them is missing.
func figureChange(ind kpi.Indicator, now, before *big.Rat) (text string, against bool) {
	if now == nil || before == nil || ind.Kind == kpi.KindYesNo && ind.Aggregation == kpi.AggProvince {
		return "", false
	}
	decimals := ind.FigureDecimals()
	d := new(big.Rat).Sub(rounded(now, decimals), rounded(before, decimals))
	text = kpi.FormatRat(d, decimals)
	if d.Sign() > 0 {
		text = "+" + text
	}
	if d.Sign() == 0 {
		text = "0"
	} else if strings.HasPrefix(ind.FigureUnit(), "%") {
		text += " điểm %"
	}
	return text, ind.Direction == kpi.Up && d.Sign() < 0 || ind.Direction == kpi.Down && d.Sign() > 0
}

// rounded returns x as it is shown.
func rounded(x *big.Rat, decimals int) *big.Rat {
	r, ok := new(big.Rat).SetString(kpi.RoundRat(x, decimals))
	if !ok {
		return x
	}
	return r
}

// verdict says how a figure stands to its target.
type verdict struct {
	Text, Icon, Class string
}

// verdictOf words how a figure stands to the target of month m.
func verdictOf(ind kpi.Indicator, f kpi.Figure, m kpi.Month, closed bool) verdict {
	switch f.Judge(ind, m, closed) {
	case kpi.TooFewUnits:
		return verdict{Text: "Chưa đủ đơn vị", Icon: "hourglass"}
	case kpi.TargetMet:
		return verdict{"Đạt", "check", "badge-ok"}
	case kpi.TargetMissed:
		return verdict{"Chưa đạt", "x", "badge-warn"}
	}
	return verdict{}
}

// unitsBehind words how many units stand behind a figure: «112/124 đơn vị».
func unitsBehind(f kpi.Figure) string {
	s := fmt.Sprintf("%d/%d đơn vị", f.Units, f.Due)
	if f.Filled > f.Units {
		s += fmt.Sprintf(" (%d đã báo cáo)", f.Filled)
	}
	return s
}

// lowerFirst writes a label inside a sentence.
func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}
