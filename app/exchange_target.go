package app

import (
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

const targetKey = "target:"

// yearColumns returns a column for each heading in the first rows of the sheet that stands for the target of a year
// not before since, and those years.
func yearColumns(s workbook.Sheet, since int) (cols []workbook.Column, years []int) {
	names := map[int][]string{}
	for _, row := range s.Rows[:min(len(s.Rows), 50)] {
		for _, c := range row {
			year := milestone(c.Text)
			if year < since || len(c.Text) > 80 || slices.Contains(names[year], c.Text) {
				continue
			}
			names[year] = append(names[year], c.Text)
		}
	}
	for year := range names {
		years = append(years, year)
	}
	slices.Sort(years)
	for _, year := range years {
		cols = append(cols, workbook.Column{Key: targetKey + strconv.Itoa(year), Names: names[year]})
	}
	return cols, years
}

// targets reads the targets of one year from a cell; of what it is sure of, the rest is flagged.
func (r *rowReader) targets(key, unit string, year int) []kpi.Target {
	c := r.cell(key)
	if c.Date {
		r.refuse(key, "Mục tiêu đã bị Excel đổi thành ngày tháng (ví dụ «8 - 10» thành ngày 8/10). Định dạng ô là Văn bản rồi ghi lại.")
		return nil
	}
	text := strings.Join(strings.Fields(strings.Map(visible, seen(c))), " ")
	percent := strings.Contains(text, "%")
	switch {
	case text == "":
		return nil
	case text == "-" || text == "–" || text == "…" || text == "...":
		r.flag("mục tiêu %d ghi «%s»: coi là chưa có", year, text)
		return nil
	}
	if percent && !strings.HasPrefix(unit, "%") {
		if unit == "" {
			r.flag("mục tiêu «%s» có dấu %% mà chưa có đơn vị tính", kpi.Clip(text, 40))
		} else {
			r.flag("mục tiêu «%s» có dấu %% nhưng đơn vị tính là «%s»", kpi.Clip(text, 40), kpi.Clip(unit, 40))
		}
	}
	if c.Number {
		plain := c.Text
		if c.Percent {
			plain = c.Percentage()
		}
		if d, err := kpi.ParseDecimal(plain); err == nil {
			return []kpi.Target{{Year: year, Op: kpi.OpEQ, Value: kpi.Some(d)}}
		}
	}
	targets, doubt := kpi.ParseTargets(withoutUnit(text, unit), year)
	if doubt != "" {
		r.flag("%s", doubt)
	}
	if len(targets) > 1 {
		r.flag("mục tiêu có %d phạm vi: đạt hay chưa xét theo phạm vi đầu (%s)", len(targets), targets[0].Scope)
	}
	return targets
}

// withoutUnit takes the unit of measure off the end of a target: «≥ 5 doanh nghiệp».
func withoutUnit(text, unit string) string {
	cut := len(text) - len(unit)
	if unit == "" || strings.HasPrefix(unit, "%") || cut <= 0 || text[cut-1] != ' ' || !strings.EqualFold(text[cut:], unit) {
		return text
	}
	return strings.TrimSpace(text[:cut])
}

// targetText writes the targets of a year so that reading them gives them back.
func targetText(targets []kpi.Target, year int) string {
	var parts []string
	for _, t := range targets {
		if t.Year != year {
			continue
		}
		if t.Text != "" {
			return t.Text
		}
		parts = append(parts, t.String())
	}
	return strings.Join(parts, "; ")
}

// targetYears returns the years for which there are targets, in order.
func targetYears(targets []kpi.Target) []int {
	var years []int
	for _, t := range targets {
		if !slices.Contains(years, t.Year) {
			years = append(years, t.Year)
		}
	}
	slices.Sort(years)
	return years
}

// setTargets replaces the targets of one year and keeps those of the others.
func setTargets(all []kpi.Target, year int, targets []kpi.Target) []kpi.Target {
	kept := slices.DeleteFunc(slices.Clone(all), func(t kpi.Target) bool { return t.Year == year })
	kept = append(kept, targetsOf(targets, year)...)
	slices.SortStableFunc(kept, func(a, b kpi.Target) int { return a.Year - b.Year })
	return kept
}

func targetsOf(targets []kpi.Target, year int) []kpi.Target {
	return slices.DeleteFunc(slices.Clone(targets), func(t kpi.Target) bool { return t.Year != year })
}
