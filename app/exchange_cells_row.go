package app

import (
	"fmt"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// cellsRow is one row of a file that is about a cell, or seems to be.
type cellsRow struct {
	*rowReader
	code, name string        // as the row shows them
	ind        kpi.Indicator // zero: none was found
	key        *rowKey       // of a template
	strange    bool          // refused because it is not known which cell it is about
	lost       string        // why no indicator was found
	texts      cellTexts
	joined     func(key string) bool
}

func (r *cellsRow) unknown(format string, args ...any) { r.lost = fmt.Sprintf(format, args...) }

// filled reports whether anything stands in the columns that somebody fills in. A title merged over the row does not
// count, nor what is merged down into it beside the value.
func (r *cellsRow) filled() bool {
	return slices.ContainsFunc(inputColumns(), func(key string) bool {
		c := r.row.Get(key)
		title := c.Text == r.row.Get("name").Text || c.Text == r.row.Get("code").Text
		return !c.Blank() && !(c.Merged && (key != "value" || title))
	})
}

// read takes in the texts of the row, as the indicator's kind wants them.
func (r *cellsRow) read(old kpi.Cell) {
	t := &r.texts
	t.none, t.reason, t.note = r.typed("none", false), r.typed("reason", false), r.typed("note", false)
	t.expected = r.day("expected")
	words := r.ind.Kind == kpi.KindText
	if r.ind.Kind != kpi.KindRatio {
		t.value, t.num, t.den = r.typed("value", !words), r.typed("num", true), r.typed("den", true)
		return
	}
	t.num, t.den = r.typed("num", true), r.typed("den", true)
	if c := r.row.Get("value"); t.num == "" && t.den == "" && t.none == "" && !c.Blank() && !shows(c, old.Show(r.ind)) {
		r.refuse("value", "Chỉ số %s là tỷ lệ tự tính: ghi tử số và mẫu số, không ghi thẳng tỷ lệ.", r.ind.Code)
	}
}

// shows reports whether a cell that nobody fills in holds what a template puts there.
func shows(c workbook.Cell, text string) bool { return text != "" && c.Text == text }

// typed returns what a cell holds as somebody would type it; a number as typedNumber, or as it is seen among words.
func (r *cellsRow) typed(key string, number bool) string {
	c := r.cell(key)
	switch {
	case c.Blank():
		return ""
	case r.joined(key):
		r.refuse(key, "Ô bị gộp với ô bên cạnh nên không rõ số của hàng nào. Bỏ gộp ô, ghi số cho từng hàng.")
		return ""
	case c.Date:
		r.refuse(key, "Ô là ngày tháng (Excel có thể đã tự đổi). Định dạng ô là Số hoặc Văn bản rồi ghi lại.")
		return ""
	case c.Number && number && c.Percent:
		return typedNumber(c.Percentage()) + "%"
	case c.Number && number:
		return typedNumber(c.Text)
	}
	s := seen(c)
	if font := legacyFont(s); font != "" {
		r.refuse(key, "%s", legacyRefusal("Chữ trong ô", font))
		return ""
	}
	return s
}

// day returns a cell that holds a date, day first.
func (r *cellsRow) day(key string) string {
	if c := r.row.Get(key); c.Date && !c.Err {
		if day, ok := c.Day(); ok {
			return day.Format("02/01/2006")
		}
	}
	return r.typed(key, false)
}

// numberTexts returns the texts of the row that are read as numbers.
func (r *cellsRow) numberTexts() []string {
	keys := map[kpi.Kind][]string{kpi.KindNumber: {"value"}, kpi.KindRatio: {"num", "den"}}[r.ind.Kind]
	var list []string
	for _, key := range keys {
		if c := r.row.Get(key); !c.Blank() && !c.Number && !c.Bool && !c.Err {
			list = append(list, c.Text)
		}
	}
	return list
}

// input is one thing that a row wants to enter, and the column that it stands in.
type input struct {
	column string
	entry  kpi.Entry
}

// inputs turns what the row says into entries, one for each column; a blank column is none, so it erases nothing.
func (r *cellsRow) inputs(old kpi.Cell, style kpi.NumberStyle) []input {
	t := r.texts
	list := []input{}
	add := func(column, text string, set func(e *kpi.Entry, s *string)) {
		if text != "" {
			in := input{column, kpi.Entry{Style: style}}
			set(&in.entry, &text)
			list = append(list, in)
		}
	}
	raw := func(e *kpi.Entry, s *string) { e.Raw = s }
	if r.ind.Kind == kpi.KindRatio {
		add("num", t.num, raw)
		add("den", t.den, func(e *kpi.Entry, s *string) { e.Den = s })
	} else {
		add("value", r.choice(), raw)
		if t.num != "" || t.den != "" {
			r.refuse("num", "Chỉ số %s không ghi tử số, mẫu số; ghi vào cột «Trong kỳ».", r.ind.Code)
		}
	}
	if code, ok := noneCode(t.none); ok {
		add("none", code, func(e *kpi.Entry, s *string) { e.None = s })
	} else if t.none != "" {
		r.refuse("none", "«%s» không có trong danh mục: %s.", kpi.Clip(t.none, 40), strings.Join(noneLabels(r.ind), " · "))
	}
	if t.none == "" && (t.reason != "" || t.expected != "") && old.Content != kpi.NotApplicable && old.Content != kpi.NoData {
		if len(list) == 0 {
			r.refuse("none", "Có lý do hoặc ngày dự kiến nhưng chưa chọn tình trạng: %s.", strings.Join(noneLabels(r.ind)[len(noneLabels(r.ind))-2:], " hoặc "))
		} else {
			r.flag("ô có số liệu nên không dùng lý do, ngày dự kiến")
		}
	}
	add("reason", t.reason, func(e *kpi.Entry, s *string) { e.Reason = s })
	add("expected", t.expected, func(e *kpi.Entry, s *string) { e.Expected = s })
	add("note", t.note, func(e *kpi.Entry, s *string) { e.Note = s })
	return list
}

// choice returns the value as kpi.Entry names it: the code of a grade, «co» or «khong».
func (r *cellsRow) choice() string {
	text := r.texts.value
	fold := kpi.Fold(text)
	switch r.ind.Kind {
	case kpi.KindYesNo:
		if fold == "co" || fold == "khong" {
			return fold
		}
	case kpi.KindGrade:
		code := text
		for _, g := range r.ind.Grades {
			if g.Code == text {
				return text
			}
			if kpi.Fold(g.Label) == fold && gradeText(r.ind, g.Code) == g.Label {
				code = g.Code
			}
		}
		return code
	}
	return text
}

// joinInputs puts the entries of all columns together.
func joinInputs(list []input) kpi.Entry {
	var all kpi.Entry
	for _, in := range list {
		e := in.entry
		all.Style = e.Style
		for _, p := range []struct{ to, from **string }{{&all.Raw, &e.Raw}, {&all.Den, &e.Den}, {&all.None, &e.None}, {&all.Reason, &e.Reason}, {&all.Expected, &e.Expected}, {&all.Note, &e.Note}} {
			if *p.from != nil {
				*p.to = *p.from
			}
		}
	}
	return all
}
