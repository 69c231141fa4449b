package app

import (
	"hash/fnv"
	"io"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// cellTexts is a cell as its row of a file holds it: texts as somebody would type them, "" for nothing.
type cellTexts struct {
	value, num, den, none, reason, expected, note string
}

// textsOf returns the texts of a stored cell, those that a template shows.
func textsOf(ind kpi.Indicator, c kpi.Cell) cellTexts {
	t := cellTexts{note: c.Note, none: c.Content.Label()}
	switch c.Content {
	case kpi.NotApplicable, kpi.NoData:
		t.reason, t.expected = c.Text, c.Expected
	case kpi.HasValue:
		switch ind.Kind {
		case kpi.KindNumber:
			t.value = typedNumber(c.Value.String())
		case kpi.KindRatio:
			if c.Num.OK {
				t.num = typedNumber(c.Num.V.String())
			}
			if c.Den.OK {
				t.den = typedNumber(c.Den.V.String())
			}
		case kpi.KindYesNo:
			t.value = yesNo(c.Value.Sign() != 0)
		case kpi.KindGrade:
			t.value = gradeText(ind, c.Text)
		default:
			t.value = c.Text
		}
	}
	return t
}

// gradeText returns what a template calls a grade: its label, or its code where two grades are called alike.
func gradeText(ind kpi.Indicator, code string) string {
	text, alike := code, 0
	for _, g := range ind.Grades {
		if g.Code == code {
			text = g.Label
		}
	}
	for _, g := range ind.Grades {
		if kpi.Fold(g.Label) == kpi.Fold(text) {
			alike++
		}
	}
	if alike != 1 {
		return code
	}
	return text
}

// typedNumber turns plain decimal text into the one way of typing that number which is read alike in both styles:
// a decimal comma, no groups, and never exactly three decimals.
func typedNumber(plain string) string {
	whole, fraction, dotted := strings.Cut(plain, ".")
	if !dotted {
		return plain
	}
	if len(fraction) == 3 {
		fraction += "0"
	}
	return whole + "," + fraction
}

// digest tells whether two rows say the same.
func (t cellTexts) digest() string {
	h := fnv.New32a()
	for _, s := range []string{t.value, t.num, t.den, t.none, t.reason, t.expected, t.note} {
		_, _ = io.WriteString(h, s+"\x00") // a hash never fails
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// values are the cells of a template that hold the texts of a stored cell, in the order of cellColumns from "value" on.
// Those that can be filled in for this kind are open.
func (t cellTexts) values(ind kpi.Indicator, c kpi.Cell, editable bool) []workbook.Value {
	number := func(text string, plain kpi.Decimal, decimals int) workbook.Value {
		if text == "" {
			return workbook.Number("", decimals)
		}
		if coef, _ := plain.Parts(); coef > maxExact || coef < -maxExact {
			return workbook.Text(text)
		}
		return workbook.Number(plain.String(), decimals)
	}
	shut := workbook.Value{}
	value, num, den := workbook.Text(t.value), shut, shut
	switch ind.Kind {
	case kpi.KindNumber:
		value = number(t.value, c.Value, ind.Decimals)
	case kpi.KindRatio:
		value = workbook.Text("")
		if c.Content == kpi.HasValue {
			value = workbook.Text(c.Show(ind))
		}
		num, den = number(t.num, c.Num.V, ind.PartDecimals), number(t.den, c.Den.V, ind.PartDecimals)
	}
	list := []workbook.Value{value, num, den, workbook.Text(t.none), workbook.Text(t.reason), workbook.Text(t.expected), workbook.Text(t.note)}
	if !editable {
		return list
	}
	for i := range list {
		part := i == 1 || i == 2
		if part == (ind.Kind == kpi.KindRatio) || i > 2 {
			list[i] = list[i].Open()
		}
	}
	return list
}

// maxExact is the largest count of units of the last place that a spreadsheet keeps exactly.
const maxExact = 1e15 - 1

// noneLabels are the kinds of no number that an indicator can have, as a template offers them.
func noneLabels(ind kpi.Indicator) []string {
	list := []string{kpi.NoneOccurred.Label(), kpi.NotApplicable.Label(), kpi.NoData.Label()}
	if ind.Kind != kpi.KindNumber && ind.Kind != kpi.KindRatio {
		return list[1:]
	}
	return list
}

// noneCode returns what kpi.Entry calls a kind of no number; ok is false for other words.
func noneCode(text string) (code string, ok bool) {
	if text == "" {
		return "", false
	}
	switch kpi.Fold(text) {
	case kpi.Fold(kpi.NoneOccurred.Label()):
		return "khong-phat-sinh", true
	case kpi.Fold(kpi.NotApplicable.Label()):
		return "khong-ap-dung", true
	case kpi.Fold(kpi.NoData.Label()):
		return "chua-co", true
	}
	return "", false
}
