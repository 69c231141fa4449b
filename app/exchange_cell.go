package app

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// sampleMark in the place of a code marks the sample row of a template.
const sampleMark = "VÍ DỤ"

// A rowReader reads the cells of one row and gathers what is wrong and what is doubtful in them.
type rowReader struct {
	sheet  string
	row    workbook.Row
	has    func(key string) bool
	faults []fault
	flags  []string
}

type fault struct{ column, reason string }

func (r *rowReader) refuse(key, format string, args ...any) {
	r.faults = append(r.faults, fault{r.column(key), fmt.Sprintf(format, args...)})
}

func (r *rowReader) flag(format string, args ...any) {
	r.flags = append(r.flags, fmt.Sprintf(format, args...))
}

// column returns the letter of a column, "" if the table has none such.
func (r *rowReader) column(key string) string { return strings.TrimRight(r.row.Ref(key), "0123456789") }

// line returns the row's line of the plan: refused if anything in it is.
func (r *rowReader) line(code, name string) ImportLine {
	l := ImportLine{Sheet: r.sheet, Row: r.row.Number, Code: kpi.Clip(code, 40), Name: kpi.Clip(name, 200), Flags: r.flags}
	if len(r.faults) == 0 {
		return l
	}
	l.Outcome, l.Column, l.Text = ImportRefused, r.faults[0].column, r.faults[0].reason
	for _, f := range r.faults[1:] {
		if f.column != "" {
			l.Text += " Ô " + f.column + strconv.Itoa(r.row.Number) + ":"
		}
		l.Text += " " + f.reason
	}
	return l
}

// cell returns a cell whose value can be taken; what cannot be is refused and comes back blank.
func (r *rowReader) cell(key string) workbook.Cell {
	c := r.row.Get(key)
	switch {
	case c.Err:
		r.refuse(key, "Ô là lỗi %s. Sửa ô hoặc xóa trống.", c.Text)
		return workbook.Cell{}
	case c.Formula && c.Text == "":
		r.refuse(key, "Ô là công thức chưa có kết quả lưu sẵn. Mở tệp bằng Excel, lưu lại rồi tải lên.")
		return workbook.Cell{}
	case c.Formula:
		r.flag("ô %s là công thức: lấy kết quả lưu sẵn «%s»", r.row.Ref(key), kpi.Clip(c.Text, 40))
	}
	return c
}

// text returns a cell as a person sees it, in one line.
func (r *rowReader) text(key string) string { return strings.Join(strings.Fields(r.lines(key)), " ") }

// maxImportText is the largest number of characters of one cell of text.
const maxImportText = 4000

// lines is text that keeps its line breaks.
func (r *rowReader) lines(key string) string {
	c := r.cell(key)
	if c.Date {
		r.refuse(key, "Ô là ngày tháng (Excel có thể đã tự đổi). Định dạng ô là Văn bản rồi ghi lại.")
		return ""
	}
	s := strings.TrimSpace(strings.Map(visible, seen(c)))
	if n := len([]rune(s)); n > maxImportText {
		r.refuse(key, "Nội dung dài %d ký tự, tối đa %d. Rút gọn rồi tải lại.", n, maxImportText)
		return ""
	}
	return s
}

// visible drops characters that cannot be seen, but line breaks and tabs.
func visible(r rune) rune {
	if hidden(r) || r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
		return -1
	}
	return r
}

func hidden(r rune) bool { return unicode.Is(unicode.Cf, r) }

// seen returns what a cell shows, numbers the Vietnamese way.
func seen(c workbook.Cell) string {
	switch {
	case c.Bool:
		return yesNo(c.Text == "TRUE")
	case c.Number && c.Percent:
		return vietnamese(c.Percentage()) + "%"
	case c.Number:
		return vietnamese(c.Text)
	}
	return c.Text
}

func vietnamese(plain string) string {
	d, err := kpi.ParseDecimal(plain)
	if err != nil {
		return strings.ReplaceAll(plain, ".", ",")
	}
	return kpi.FormatDecimal(d, 0)
}

func yesNo(yes bool) string {
	if yes {
		return "Có"
	}
	return "Không"
}

// code returns a cell that holds a code. Letters that only look Latin and characters that cannot be seen are refused.
func (r *rowReader) code(key string) string {
	c := r.cell(key)
	switch {
	case c.Date:
		r.refuse(key, "Ô là ngày tháng (Excel có thể đã tự đổi mã). Định dạng cột là Văn bản rồi ghi lại mã.")
		return ""
	case c.Number && c.Percent:
		r.refuse(key, "Ô là số phần trăm, không phải mã.")
		return ""
	}
	s, reason := checkCode(c.Text)
	if reason != "" {
		r.refuse(key, "%s", reason)
		return ""
	}
	if s != c.Text {
		r.flag("mã «%s» đọc là %s", c.Text, s)
	}
	return s
}

// checkCode returns a code with its letters in upper case, or the reason why it is none. Blank stays blank.
func checkCode(s string) (code, reason string) {
	for _, c := range s {
		switch {
		case hidden(c):
			return "", fmt.Sprintf("Mã «%s» có ký tự không nhìn thấy (U+%04X). Xóa ô, gõ lại mã.", kpi.Clip(strings.Map(visible, s), 40), c)
		case unicode.In(c, unicode.Cyrillic, unicode.Greek):
			return "", fmt.Sprintf("Mã «%s» có chữ %c (U+%04X) trông giống chữ La-tinh nhưng không phải. Xóa ô, gõ lại mã.", kpi.Clip(s, 40), c, c)
		}
	}
	code = strings.ToUpper(s)
	if code != "" && !kpi.ValidCode(code) {
		return "", fmt.Sprintf("Mã «%s» chỉ được gồm chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch (tối đa 32 ký tự).", kpi.Clip(s, 40))
	}
	return code, ""
}

// codes returns the codes of a list separated by semicolons or line breaks.
func (r *rowReader) codes(key string) []string {
	var list []string
	for _, part := range r.parts(key) {
		code, reason := checkCode(part)
		if reason != "" {
			r.refuse(key, "%s", reason)
			continue
		}
		list = append(list, code)
	}
	return list
}

// parts returns the texts of a list separated by semicolons or line breaks; a whole number stands for itself.
func (r *rowReader) parts(key string) []string {
	if c := r.row.Get(key); c.Number && !c.Percent && !c.Date && !c.Formula && !c.Err {
		return []string{c.Text}
	}
	var list []string
	for _, part := range strings.FieldsFunc(r.lines(key), func(c rune) bool { return c == ';' || c == '\n' }) {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// decimal returns a number, absent if the cell is blank.
func (r *rowReader) decimal(key string) kpi.Opt {
	s := r.text(key)
	if s == "" {
		return kpi.Opt{}
	}
	n, err := kpi.ParseNumber(s, kpi.NumberFormat{Decimals: kpi.MaxDecimals, Percent: true})
	switch {
	case err != nil:
		r.refuse(key, "«%s»: %s", kpi.Clip(s, 40), err.Error())
		return kpi.Opt{}
	case n.Empty:
		return kpi.Opt{}
	case n.Notice == kpi.NoticeEnglish:
		r.flag("ô %s «%s» đọc kiểu Anh là %s", r.row.Ref(key), kpi.Clip(s, 40), kpi.FormatDecimal(n.Value, 0))
	}
	return kpi.Some(n.Value)
}

// whole returns a whole number of 0..limit, 0 if the cell is blank.
func (r *rowReader) whole(key string, limit int64) int {
	d := r.decimal(key)
	n, scale := d.V.Parts()
	if scale != 0 || n < 0 || n > limit {
		r.refuse(key, "Phải là số nguyên từ 0 đến %d.", limit)
		return 0
	}
	return int(n)
}

// yes returns whether the cell says «Có».
func (r *rowReader) yes(key string) bool {
	s := r.text(key)
	switch kpi.Fold(s) {
	case "co", "x", "1", "dung", "true":
		return true
	case "", "khong", "0", "sai", "false":
		return false
	}
	r.refuse(key, "Ghi «Có» hoặc «Không», không phải «%s».", kpi.Clip(s, 40))
	return false
}

// choice returns the value whose label or synonym the cell names, "" if it is blank. The labels are those that a
// refusal lists.
func choice[T ~string](r *rowReader, key string, values []T, label func(T) string, synonyms map[string]T) T {
	s := r.text(key)
	fold := kpi.Fold(s)
	if fold == "" {
		return ""
	}
	var labels []string
	for _, v := range values {
		if fold == kpi.Fold(label(v)) {
			return v
		}
		labels = append(labels, label(v))
	}
	if v, ok := synonyms[fold]; ok {
		return v
	}
	r.refuse(key, "«%s» không có trong danh mục: %s.", kpi.Clip(s, 40), strings.Join(labels, " · "))
	return ""
}

var reMonth = regexp.MustCompile(`^(?:(?:tháng|kỳ|t)\s*)?(\d{1,2})\s*[/.-]\s*(\d{4})$`)

// month returns a month written as 7/2025, 2025-07, a day of it or a date; zero if the cell is blank.
func (r *rowReader) month(key string) kpi.Month {
	c := r.cell(key)
	if day, ok := c.Day(); ok {
		return r.monthOf(key, day)
	}
	s := strings.ToLower(strings.TrimSpace(c.Text))
	if s == "" {
		return 0
	}
	if m := reMonth.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		s = fmt.Sprintf("%s-%02d", m[2], n)
	}
	if m, err := kpi.ParseMonth(s); err == nil {
		return m
	}
	if day, err := kpi.ParseDate(s); err == nil && !c.Number && !c.Date {
		return r.monthOf(key, day)
	}
	r.refuse(key, "«%s» không phải tháng. Ghi tháng/năm, ví dụ 7/2025.", kpi.Clip(c.Text, 40))
	return 0
}

func (r *rowReader) monthOf(key string, day time.Time) kpi.Month {
	m := kpi.NewMonth(day.Year(), day.Month())
	if _, err := kpi.ParseMonth(m.String()); err != nil {
		r.refuse(key, "Năm %d nằm ngoài khoảng dùng được. Ghi tháng/năm, ví dụ 7/2025.", day.Year())
		return 0
	}
	if day.Day() != 1 {
		r.flag("ô %s ghi ngày %s: tính theo tháng %s", r.row.Ref(key), day.Format("02/01/2006"), m.Short())
	}
	return m
}
