package kpi

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// MaxNote is the largest number of characters of a note, a reason or a text value.
const MaxNote = 1000

// Entry is what a person typed into a cell. A nil field is left as it was.
type Entry struct {
	Raw       *string // value; numerator of a ratio; «co»/«khong»; grade code; text
	Den       *string // denominator of a ratio
	None      *string // «khong-phat-sinh», «khong-ap-dung», «chua-co», or "" for a real value
	Reason    *string // of a "no number"
	Expected  *string // of chua-co: a date
	Note      *string
	Confirmed *bool
	Style     NumberStyle
}

// Reading is the outcome of reading an Entry.
type Reading struct {
	Cell    Cell
	Notices []string // how an input was read, where that could surprise
}

// Read applies the entry to the cell as the indicator allows. The result is the cell's new content, whose version
// and author are still the old ones. An Invalid error says which input is refused and why; nothing is guessed.
func (e Entry) Read(ind Indicator, old Cell) (Reading, error) {
	r := Reading{Cell: old}
	if e.Note != nil {
		note, err := CleanText(*e.Note, "Ghi chú")
		if err != nil {
			return r, err
		}
		r.Cell.Note = note
	}
	if e.Confirmed != nil {
		r.Cell.Confirmed = *e.Confirmed
	}
	var err error
	switch {
	case e.None != nil && *e.None != "":
		err = e.readNone(ind, &r)
	case e.None != nil && e.Raw == nil && e.Den == nil && old.Content != HasValue:
		clearContent(&r.Cell) // «có số liệu» was chosen, the value is still to come
	case old.Content != HasValue && old.Content != Empty && e.Raw == nil && e.Den == nil && (e.Reason != nil || e.Expected != nil):
		err = e.readReason(&r)
	case e.Raw != nil || e.Den != nil:
		err = e.readValue(ind, &r)
	}
	if e.Confirmed == nil && !SameValue(old, r.Cell) {
		r.Cell.Confirmed = false // the tick was for the old number
	}
	return r, err
}

func clearContent(c *Cell) {
	c.Content, c.Value, c.Num, c.Den, c.Text, c.Expected = Empty, Decimal{}, Opt{}, Opt{}, "", ""
}

func (e Entry) readNone(ind Indicator, r *Reading) error {
	content := map[string]Content{"khong-phat-sinh": NoneOccurred, "khong-ap-dung": NotApplicable, "chua-co": NoData}[*e.None]
	if content == Empty {
		return Errorf(Invalid, "Không rõ tình trạng số liệu «%s».", Clip(*e.None, 30))
	}
	if content == NoneOccurred && (ind.Kind == KindText || ind.Kind == KindGrade || ind.Kind == KindYesNo) {
		return Errorf(Invalid, "Chỉ số %s không phải là số lượng nên không ghi «Không phát sinh»; chọn «Không áp dụng» hoặc «Chưa có số liệu».", ind.Code)
	}
	for _, typed := range []*string{e.Raw, e.Den} {
		if typed != nil && strings.TrimSpace(*typed) != "" {
			return Errorf(Invalid, "Vừa ghi «%s» vừa chọn «%s»: xóa số đã ghi, hoặc chọn lại «Có số liệu».", Clip(strings.TrimSpace(*typed), 30), content.Label())
		}
	}
	if r.Cell.Content != content {
		clearContent(&r.Cell)
	}
	r.Cell.Content = content
	return e.readReason(r)
}

// readReason takes the reason and the expected date of a "no number". They may still be missing in a draft:
// CheckCell asks for them before submission.
func (e Entry) readReason(r *Reading) error {
	if e.Reason != nil && r.Cell.Content != NoneOccurred {
		reason, err := CleanText(*e.Reason, "Lý do")
		if err != nil {
			return err
		}
		r.Cell.Text = reason
	}
	if e.Expected != nil && r.Cell.Content == NoData {
		date, err := ParseDate(*e.Expected)
		if err != nil {
			return err
		}
		r.Cell.Expected = ""
		if !date.IsZero() {
			r.Cell.Expected = FormatDate(date)
		}
	}
	return nil
}

func (e Entry) readValue(ind Indicator, r *Reading) error {
	if r.Cell.Content != HasValue {
		clearContent(&r.Cell)
	}
	c := &r.Cell
	if e.Raw == nil && ind.Kind != KindRatio {
		return Errorf(Invalid, "Chỉ số %s không có mẫu số.", ind.Code)
	}
	switch ind.Kind {
	case KindNumber:
		n, err := ParseNumber(*e.Raw, NumberFormat{Decimals: ind.Decimals, Percent: ind.Percent(), Style: e.Style})
		if err != nil {
			return numberError("", err, ind.Decimals)
		}
		if r.mark(n) {
			return nil
		}
		clearContent(c)
		if !n.Empty {
			c.Content, c.Value = HasValue, n.Value
		}
	case KindRatio:
		if e.Raw != nil {
			if done, err := r.part(ind, "Tử số", *e.Raw, e.Style, &c.Num); done || err != nil {
				return err
			}
		}
		if e.Den != nil {
			if done, err := r.part(ind, "Mẫu số", *e.Den, e.Style, &c.Den); done || err != nil {
				return err
			}
		}
		c.Content = HasValue
		if !c.Num.OK && !c.Den.OK {
			clearContent(c)
		}
	case KindYesNo:
		clearContent(c)
		switch strings.TrimSpace(*e.Raw) {
		case "":
		case "co":
			c.Content, c.Value = HasValue, Dec(1)
		case "khong":
			c.Content = HasValue
		default:
			return Errorf(Invalid, "Chỉ số %s chỉ nhận Có hoặc Không.", ind.Code)
		}
	case KindGrade:
		clearContent(c)
		code := strings.TrimSpace(*e.Raw)
		if code == "" {
			return nil
		}
		for _, g := range ind.Grades {
			if g.Code == code {
				c.Content, c.Text = HasValue, code
				return nil
			}
		}
		return Errorf(Invalid, "Mức «%s» không có trong thang mức của chỉ số %s.", Clip(code, 30), ind.Code)
	default:
		s, err := CleanText(*e.Raw, "Nội dung")
		if err != nil {
			return err
		}
		clearContent(c)
		if s != "" {
			c.Content, c.Text = HasValue, s
		}
	}
	return nil
}

// part reads one side of a ratio; done is true when a mark for "no number" settled the whole cell.
func (r *Reading) part(ind Indicator, name, raw string, style NumberStyle, to *Opt) (done bool, err error) {
	n, err := ParseNumber(raw, NumberFormat{Decimals: ind.PartDecimals, Style: style})
	if err != nil {
		return false, numberError(name+": ", err, ind.PartDecimals)
	}
	if r.mark(n) {
		return true, nil
	}
	if n.Value.Sign() < 0 {
		return false, Errorf(Invalid, "%s không được âm.", name)
	}
	*to = Opt{V: n.Value, OK: !n.Empty}
	return false, nil
}

// mark turns «-» and «…» into their kinds of "no number" and keeps the notice of how a number was read.
func (r *Reading) mark(n Number) (done bool) {
	if t := n.Notice.Text(); t != "" {
		r.Notices = append(r.Notices, t)
	}
	switch n.Mark {
	case MarkNone:
		clearContent(&r.Cell)
		r.Cell.Content = NoneOccurred
	case MarkNoData:
		clearContent(&r.Cell)
		r.Cell.Content = NoData
	default:
		return false
	}
	return true
}

// numberError words why a text is not read as a number with so many decimals.
func numberError(prefix string, err error, decimals int) error {
	if errors.Is(err, TooManyDigits) {
		return Errorf(Invalid, "%sChỉ ghi đến %d chữ số thập phân. Làm tròn rồi ghi lại.", prefix, decimals)
	}
	return &Error{Kind: Invalid, Msg: prefix + err.Error()}
}

// CleanText normalises a free text to NFC, trims it, drops control characters and refuses more than MaxNote
// characters; what names the text in the refusal.
func CleanText(s, what string) (string, error) { return CleanLongText(s, what, MaxNote) }

// CleanLongText is CleanText with another largest number of characters.
func CleanLongText(s, what string, most int) (string, error) {
	s = strings.TrimSpace(norm.NFC.String(strings.ToValidUTF8(s, "")))
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if n := len([]rune(s)); n > most {
		return "", Errorf(Invalid, "%s dài %d ký tự, tối đa %d. Rút gọn rồi ghi lại.", what, n, most)
	}
	return s, nil
}

// RequiredReason is CleanText for a reason that must be given, in the form field "reason"; missing is the sentence
// that asks for it.
func RequiredReason(s, missing string) (string, error) {
	s, err := CleanText(s, "Lý do")
	if err == nil && s == "" {
		err = &Error{Kind: Invalid, Msg: missing, Fields: map[string]string{"reason": missing}}
	}
	return s, err
}

// ParseDate reads a date typed day first: 5/3/26, 05-03-2026, 05032026. Blank gives the zero time.
func ParseDate(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	s = strings.NewReplacer("-", "/", ".", "/", " ", "").Replace(s)
	layouts := []string{"2/1/2006", "2/1/06", "02012006"}
	if len(s) == 10 && s[4] == '/' { // 2026-03-05, from a native date picker
		layouts = []string{"2006/01/02"}
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, Location); err == nil && t.Year() >= 2000 && t.Year() < 2200 {
			return t, nil
		}
	}
	return time.Time{}, Errorf(Invalid, "Ngày «%s» không đọc được. Ghi ngày/tháng/năm, ví dụ 05/03/2026.", Clip(s, 20))
}
