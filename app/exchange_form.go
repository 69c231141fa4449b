package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// indicatorForm is what one row of the full template says of an indicator.
type indicatorForm struct {
	kpi.Indicator
	group           kpi.Group
	leads, supports []string // units, or words for many of them; nil: not said
}

// A formField is one column of the full template: how it is read, shown and explained.
type formField struct {
	key    string
	names  []string // heading first
	hint   string
	sample string
	choice []string
	width  float64
	read   func(r *rowReader, key string, f *indicatorForm)
	copy   func(to *indicatorForm, from indicatorForm)
	show   func(f indicatorForm) string
}

func textField(key string, names []string, at func(*indicatorForm) *string, hint, sample string, width float64) formField {
	return formField{key: key, names: names, hint: hint, sample: sample, width: width,
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.lines(key) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string { return *at(&f) }}
}

func codeField(key string, names []string, at func(*indicatorForm) *string, hint, sample string) formField {
	f := textField(key, names, at, hint, sample, 12)
	f.read = func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.code(key) }
	return f
}

func numberField(key, name string, at func(*indicatorForm) *kpi.Opt, hint, sample string) formField {
	return formField{key: key, names: []string{name}, hint: hint, sample: sample, width: 12,
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.decimal(key) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string { return optText(*at(&f)) }}
}

func wholeField(key string, names []string, limit int64, at func(*indicatorForm) *int, hint, sample string) formField {
	return formField{key: key, names: names, hint: hint, sample: sample, width: 10,
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.whole(key, limit) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string {
			if *at(&f) == 0 {
				return ""
			}
			return strconv.Itoa(*at(&f))
		}}
}

func yesField(key string, names []string, at func(*indicatorForm) *bool, hint, sample string) formField {
	return formField{key: key, names: names, hint: hint, sample: sample, width: 10, choice: []string{"Có", "Không"},
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.yes(key) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string { return yesNo(*at(&f)) }}
}

func monthField(key string, names []string, at func(*indicatorForm) *kpi.Month, hint, sample string) formField {
	return formField{key: key, names: names, hint: hint, sample: sample, width: 12,
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.month(key) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string { return monthText(*at(&f)) }}
}

func choiceField[T ~string](key string, names []string, values []T, label func(T) string, synonyms map[string]T, at func(*indicatorForm) *T, hint string) formField {
	field := formField{key: key, names: names, hint: hint, width: 18,
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = choice(r, key, values, label, synonyms) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string { return label(*at(&f)) }}
	for _, v := range values {
		field.choice = append(field.choice, label(v))
	}
	field.sample = field.choice[0]
	return field
}

func targetField(year int) formField {
	return formField{key: targetKey + strconv.Itoa(year), names: []string{"Mục tiêu " + strconv.Itoa(year)}, width: 14,
		hint: fmt.Sprintf("Mục tiêu phải đạt đến hết năm %d, ví dụ: ≥ 80; > 0,7; ≤ 10; 40 - 50; 90; hoặc lời văn. Nhiều phạm vi cách nhau bằng dấu chấm phẩy: ≤ 3 Đông Nam Á; ≤ 50 Thế giới. Cần năm khác thì thêm cột «Mục tiêu <năm>».", year),
		read: func(r *rowReader, key string, f *indicatorForm) {
			f.Targets = append(f.Targets, r.targets(key, f.Unit, year)...)
		},
		copy: func(to *indicatorForm, from indicatorForm) { to.Targets = setTargets(to.Targets, year, from.Targets) },
		show: func(f indicatorForm) string { return targetText(f.Targets, year) }}
}

// optText shows a number that may be absent.
func optText(o kpi.Opt) string {
	if !o.OK {
		return ""
	}
	return kpi.FormatDecimal(o.V, 0)
}

// formYears are the years for which the empty template has target columns.
func formYears() []int { return []int{2026, 2027, 2028, 2029, 2030, 2035, 2045} }

// columnsOf returns the columns by which the fields are found. Only code and name must be there.
func columnsOf(fields []formField) []workbook.Column {
	cols := make([]workbook.Column, len(fields))
	for i, f := range fields {
		cols[i] = workbook.Column{Key: f.key, Names: f.names, Required: f.key == "code" || f.key == "name"}
	}
	return cols
}

func gradesText(grades []kpi.Grade) string {
	parts := make([]string, len(grades))
	for i, g := range grades {
		parts[i] = fmt.Sprintf("%s=%s:%d", g.Code, g.Label, g.Points)
	}
	return strings.Join(parts, "; ")
}

// grades reads a scale written as «A=Tốt:100; B=Khá:75».
func (r *rowReader) grades(key string) []kpi.Grade {
	var list []kpi.Grade
	for _, part := range r.parts(key) {
		code, rest, ok := strings.Cut(part, "=")
		i := strings.LastIndexByte(rest, ':')
		if !ok || i < 0 {
			r.refuse(key, "Mức «%s» phải ghi dạng mã=tên:điểm, ví dụ A=Tốt:100.", kpi.Clip(part, 40))
			return nil
		}
		points, err := strconv.Atoi(strings.TrimSpace(rest[i+1:]))
		g := kpi.Grade{Code: strings.ToUpper(strings.TrimSpace(code)), Label: strings.TrimSpace(rest[:i]), Points: points}
		switch {
		case err != nil || points < 0 || points > 100:
			r.refuse(key, "Điểm của mức «%s» phải là số nguyên từ 0 đến 100.", kpi.Clip(part, 40))
			return nil
		case !kpi.ValidCode(g.Code) || g.Label == "":
			r.refuse(key, "Mức «%s» thiếu tên hoặc mã có ký tự không dùng được.", kpi.Clip(part, 40))
			return nil
		case slices.ContainsFunc(list, func(x kpi.Grade) bool { return x.Code == g.Code }):
			r.refuse(key, "Mức %s có hai lần.", g.Code)
			return nil
		}
		list = append(list, g)
	}
	return list
}
