package app

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

var (
	reCommaCode  = regexp.MustCompile(`^\d+(,\d+)+$`)
	reSection    = regexp.MustCompile(`^(?i:(?:phần|mục|chương|nhóm)\s+)?([IVXLC]+|[A-ZĐ])\s*[.):/]?$`)
	reSectionRow = regexp.MustCompile(`^(?i:(?:phần|mục|chương|nhóm)\s+)?([IVXLC]+|[A-ZĐ])\s*[.):/-]\s+(\S.*)$`)
	reLetter     = regexp.MustCompile(`^([a-zđ])\s*[.)]?$`)
)

// numbering follows the numbers of a list down its rows, to tell what Excel made of «11.10» when it took it for a
// number: 11.1.
type numbering struct {
	last map[string]string // number without its last part → the last number read that begins so
}

func newNumbering() *numbering { return &numbering{last: map[string]string{}} }

// read returns the number in a cell, with a remark where it is not simply what the cell shows; or the reason why it
// cannot be told.
func (n *numbering) read(c workbook.Cell) (code, remark, reason string) {
	if c.Date {
		return "", "", "Số thứ tự đã bị Excel đổi thành ngày tháng. Định dạng cột là Văn bản rồi ghi lại."
	}
	if c.Percent {
		return "", "", "Số thứ tự là số phần trăm. Định dạng cột là Văn bản rồi ghi lại."
	}
	text := strings.TrimRight(c.Text, ".) ")
	if reCommaCode.MatchString(text) {
		dotted := strings.ReplaceAll(text, ",", ".")
		remark = fmt.Sprintf("số thứ tự «%s» đọc là %s", c.Text, dotted)
		text = dotted
	}
	if m := reLetter.FindStringSubmatch(text); m != nil {
		return n.letter(m[1])
	}
	code, reason = checkCode(text)
	if reason == "" && c.Number && strings.Contains(text, ".") {
		code, remark, reason = n.restore(text)
	}
	if reason == "" && code != "" {
		n.take(code)
	}
	return code, remark, reason
}

func (n *numbering) take(code string) {
	prefix, _ := cutLast(code)
	n.last[prefix] = code
	n.last["\x00"] = code
}

// letter gives «a)» a place under the last number.
func (n *numbering) letter(letter string) (code, remark, reason string) {
	top, under := n.last["\x00"], strings.ToUpper(letter)
	if letter == "đ" {
		under = "DD"
	}
	if prefix, tail := cutLast(top); tail != "" && tail[0] >= 'A' {
		top = prefix
	}
	if top == "" {
		return "", "", fmt.Sprintf("Mục «%s)» không đứng dưới số thứ tự nào. Ghi số thứ tự đầy đủ, ví dụ 5.1.", letter)
	}
	code = top + "." + under
	n.take(code)
	return code, fmt.Sprintf("mục «%s» dưới số %s lấy mã %s", letter, top, code), ""
}

// restore tells the number that was written as the decimal number text.
func (n *numbering) restore(text string) (code, remark, reason string) {
	prefix, tail := cutLast(text)
	last := n.last[prefix]
	if last == "" {
		if strings.TrimLeft(tail, "0") == "1" {
			return text, "", ""
		}
		return text, fmt.Sprintf("ô số thứ tự là số %s: kiểm tra có phải %s0", text, text), ""
	}
	_, lastTail := cutLast(last)
	want := ""
	if x, err := strconv.Atoi(lastTail); err == nil {
		want = fmt.Sprintf("%s.%0*d", prefix, len(lastTail), x+1)
	}
	switch {
	case text == want:
		return text, "", ""
	case text+"0" == want, text+"00" == want:
		return want, fmt.Sprintf("Excel đã rút số thứ tự thành %s; khôi phục %s vì đứng ngay sau %s", text, want, last), ""
	case kpi.CompareCodes(text, last) <= 0:
		return "", "", fmt.Sprintf("Số thứ tự %s đứng sau %s: Excel có thể đã rút mất số 0 ở cuối. Định dạng cột là Văn bản rồi ghi lại.", text, last)
	}
	return text, fmt.Sprintf("ô số thứ tự là số %s, đứng sau %s: kiểm tra có phải %s0", text, last, text), ""
}

// cutLast divides "11.10" into "11" and "10"; a number of one part has the prefix "".
func cutLast(code string) (prefix, tail string) {
	i := strings.LastIndexByte(code, '.')
	if i < 0 {
		return "", code
	}
	return code[:i], code[i+1:]
}

var (
	reMilestone = regexp.MustCompile(`^(?:(?:cac |mot so )?(?:muc tieu|chi tieu|ke hoach|lo trinh|ket qua|moc)(?: (?:cu the|chu yeu|tong quat|phan dau|can dat|phai dat))? )?` +
		`(?:phan dau )?(?:(?:den|toi|den het|vao|cho|trong|tam nhin|tam nhin den) )?(?:(?:het|cuoi) )?(?:giai doan |nam )?((?:20\d\d )?20\d\d)$`)
	reYear = regexp.MustCompile(`\b20\d\d\b`)
)

// milestone returns the year that a heading or a section row stands for when it says nothing else: «Đến năm 2030»,
// «Mục tiêu 2026», «Giai đoạn 2026 - 2030» (its last year); 0 if it is about something else.
func milestone(text string) int {
	fold := kpi.Fold(text)
	m := reMilestone.FindStringSubmatch(fold)
	if m == nil || strings.HasPrefix(fold, "ket qua nam ") || strings.HasPrefix(fold, "ket qua 20") { // what was reached
		return 0
	}
	years := strings.Fields(m[1])
	year, _ := strconv.Atoi(years[len(years)-1])
	return year
}
