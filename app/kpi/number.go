package kpi

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NumberStyle says which mark separates decimals in a block of pasted or uploaded numbers.
type NumberStyle uint8

// The two styles.
const (
	StyleVN NumberStyle = iota // 1.234,5
	StyleEN                    // 1,234.5
)

// NumberFormat says what a typed number may look like.
type NumberFormat struct {
	Decimals int         // digits allowed after the mark, 0..MaxDecimals
	Percent  bool        // a trailing % is allowed
	Style    NumberStyle // StyleVN unless the whole block was found to be English
}

// NumberMark is one of the two signs of official tables that stand for "no number".
type NumberMark uint8

// The marks.
const (
	NoMark     NumberMark = iota
	MarkNone              // "-": không phát sinh
	MarkNoData            // "…": không thu thập được
)

// NumberNotice tells how an input was read where it could surprise.
type NumberNotice uint8

// The notices.
const (
	NoNotice       NumberNotice = iota
	NoticeThousand              // 1.234 read as 1234 although three decimals are allowed
	NoticeDot                   // a dot read as the decimal mark
	NoticeEnglish               // 1,234.5 read the English way
)

// Number is a typed number as understood. Empty is true for blank input and for a mark.
type Number struct {
	Value  Decimal
	Empty  bool
	Mark   NumberMark
	Notice NumberNotice
}

// NumberError says why an input is not read as a number.
type NumberError uint8

// The reasons.
const (
	NotNumber      NumberError = iota + 1 // letters, several numbers, scientific notation
	BadSeparator                          // dots or commas at impossible places
	Ambiguous                             // 1,234: thousand or decimal
	MustBeWhole                           // decimals in a whole-number indicator
	TooManyDigits                         // more decimals than the indicator has
	PercentSign                           // % where the unit is not a percentage
	TooLargeNumber                        // more than 15 digits before the mark
)

// Error returns the sentence shown beside the cell.
func (e NumberError) Error() string {
	switch e {
	case BadSeparator:
		return "Dấu chấm, dấu phẩy đặt sai chỗ. Hàng nghìn ghi 1.234, số thập phân ghi 1,5."
	case Ambiguous:
		return "Chưa rõ là hàng nghìn hay số thập phân: hàng nghìn ghi 1.234, số thập phân ghi 1,23."
	case MustBeWhole:
		return "Chỉ số này là số nguyên, không ghi phần thập phân."
	case TooManyDigits:
		return "Quá nhiều chữ số thập phân. Làm tròn rồi ghi lại."
	case PercentSign:
		return "Chỉ số này không tính bằng %. Ghi số theo đơn vị tính của chỉ số."
	case TooLargeNumber:
		return "Số quá lớn (hơn 15 chữ số). Kiểm tra lại đơn vị tính."
	}
	return "Không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5."
}

// Text returns the sentence of a notice, "" for NoNotice.
func (n NumberNotice) Text() string {
	switch n {
	case NoticeThousand:
		return "Đã hiểu là hàng nghìn."
	case NoticeDot:
		return "Đã hiểu dấu chấm là dấu thập phân."
	case NoticeEnglish:
		return "Đã đổi từ kiểu 1,234.5."
	}
	return ""
}

var (
	reSpaces    = regexp.MustCompile(`[\x{00a0}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}]`)
	reDigitGap  = regexp.MustCompile(`\d \d`)
	reGapGroups = regexp.MustCompile(`^\d{1,3}( \d{3})+([.,]\d+)?$`)
	reMarks     = regexp.MustCompile(`^[\d.,]+$`)
	reDigits    = regexp.MustCompile(`^\d+$`)
	reDotGroups = regexp.MustCompile(`^[1-9]\d{0,2}(\.\d{3})+$`)
	reComGroups = regexp.MustCompile(`^[1-9]\d{0,2}(,\d{3})+$`)
)

// ParseNumber reads a number as Vietnamese officials type it (1.234.567,89) and refuses what could be meant
// in two ways; the error is always a NumberError. The vectors in testdata/vn-number-vectors.json are the
// contract, shared with the browser.
func ParseNumber(raw string, f NumberFormat) (Number, error) {
	s := reSpaces.ReplaceAllString(norm.NFC.String(raw), " ")
	s = strings.TrimPrefix(strings.TrimSpace(s), "'")
	switch s {
	case "":
		return Number{Empty: true}, nil
	case "-", "–", "—":
		return Number{Empty: true, Mark: MarkNone}, nil
	case "...", "…":
		return Number{Empty: true, Mark: MarkNoData}, nil
	}
	s, neg, ok := cutSign(s)
	if !ok {
		return Number{}, NotNumber
	}
	if t, ok := strings.CutSuffix(s, "%"); ok {
		if !f.Percent {
			return Number{}, PercentSign
		}
		s = strings.TrimSpace(t)
	}
	if reDigitGap.MatchString(s) {
		if !reGapGroups.MatchString(s) {
			return Number{}, NotNumber
		}
		s = strings.ReplaceAll(s, " ", "")
	}
	if !reMarks.MatchString(s) || !strings.ContainsAny(s, "0123456789") {
		return Number{}, NotNumber
	}
	whole, frac, notice, err := splitNumber(s, f)
	if err != nil {
		return Number{}, err
	}
	frac = strings.TrimRight(frac, "0")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	switch {
	case len(frac) > f.Decimals && f.Decimals == 0:
		return Number{}, MustBeWhole
	case len(frac) > f.Decimals:
		return Number{}, TooManyDigits
	case len(whole) > 15 || len(whole)+len(frac) > 18:
		return Number{}, TooLargeNumber
	}
	text := whole
	if frac != "" {
		text += "." + frac
	}
	if neg && text != "0" {
		text = "-" + text
	}
	d, err := ParseDecimal(text)
	if err != nil {
		return Number{}, NotNumber
	}
	return Number{Value: d, Notice: notice}, nil
}

// cutSign takes off a pair of accounting brackets or a sign. Both together could mean either number: then ok is false.
func cutSign(s string) (rest string, neg, ok bool) {
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && len(s) > 1 {
		neg, s = true, strings.TrimSpace(s[1:len(s)-1])
	}
	for _, sign := range []string{"-", "−", "–", "+"} {
		if t, found := strings.CutPrefix(s, sign); found {
			return strings.TrimSpace(t), sign != "+", !neg
		}
	}
	return s, neg, true
}

// splitNumber divides digits and marks into the whole part and the fraction.
func splitNumber(s string, f NumberFormat) (whole, frac string, notice NumberNotice, err error) {
	dots, commas := strings.Count(s, "."), strings.Count(s, ",")
	dotted := func() (string, string, bool) { return splitAt(s, ".", ",", reComGroups) }
	comma := func() (string, string, bool) { return splitAt(s, ",", ".", reDotGroups) }
	ok := true
	switch {
	case dots > 0 && commas > 0 && strings.LastIndex(s, ",") > strings.LastIndex(s, "."):
		if whole, frac, ok = comma(); commas > 1 {
			ok = false
		}
	case dots > 0 && commas > 0:
		if whole, frac, ok = dotted(); dots > 1 {
			ok = false
		}
		notice = NoticeEnglish
	case dots > 0 && f.Style == StyleEN:
		if whole, frac, ok = dotted(); dots > 1 {
			ok = false
		}
		notice = NoticeEnglish
	case dots > 0 && reDotGroups.MatchString(s):
		whole = strings.ReplaceAll(s, ".", "")
		if f.Decimals >= 3 && dots == 1 {
			notice = NoticeThousand
		}
	case dots > 0: // 1.5, 0.123, 12.75
		if whole, frac, ok = dotted(); dots > 1 {
			ok = false
		}
		notice = NoticeDot
	case commas > 1 || commas == 1 && f.Style == StyleEN && reComGroups.MatchString(s):
		whole, ok = strings.ReplaceAll(s, ",", ""), reComGroups.MatchString(s)
		notice = NoticeEnglish
	case commas == 1:
		whole, frac, ok = comma()
		if ok && reComGroups.MatchString(s) && f.Decimals < 3 {
			return "", "", 0, Ambiguous
		}
	default:
		whole = s
	}
	if !ok {
		return "", "", 0, BadSeparator
	}
	return whole, frac, notice, nil
}

// splitAt splits s at its last decimal mark and checks the grouping of what stands before it.
func splitAt(s, mark, group string, groups *regexp.Regexp) (whole, frac string, ok bool) {
	i := strings.LastIndex(s, mark)
	whole, frac = s[:i], s[i+1:]
	if !reDigits.MatchString(frac) {
		return "", "", false
	}
	if strings.Contains(whole, group) {
		if !groups.MatchString(whole) {
			return "", "", false
		}
		whole = strings.ReplaceAll(whole, group, "")
	}
	return whole, frac, reDigits.MatchString(whole)
}
