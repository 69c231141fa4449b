package kpi

import (
	"fmt"
	"math/big"
	"strings"
)

// Level grades what a check found.
type Level uint8

// The levels.
const (
	Notice  Level = iota + 1 // lưu ý: nothing to do
	Warning                  // cảnh báo: submission wants an explanation or a tick
	Failure                  // lỗi: blocks submission
)

// Label returns the level's name on screen.
func (l Level) Label() string {
	return map[Level]string{Notice: "Lưu ý", Warning: "Cảnh báo", Failure: "Lỗi"}[l]
}

// Issue is one finding about one cell.
type Issue struct {
	Indicator string
	Level     Level
	Text      string
}

// CheckHard returns the Invalid error of a value that breaks a hard limit of its indicator and so is not stored:
// outside Min..Max, or a share above 100 %, whether it comes as numerator and denominator or as a rate. A cell without
// a whole number passes.
func CheckHard(ind Indicator, c Cell) error {
	if ind.Share && c.Content == HasValue && c.Num.OK && c.Den.OK && c.Num.V.Cmp(c.Den.V) > 0 {
		return Errorf(Invalid, "Tử số %s lớn hơn mẫu số %s ở chỉ số %s. Kiểm tra lại tử số và mẫu số.",
			FormatDecimal(c.Num.V, 0), FormatDecimal(c.Den.V, 0), ind.Code)
	}
	bounded := ind.Max.OK || ind.Min.OK || ind.Share && ind.Kind == KindNumber
	if !bounded || ind.Kind == KindGrade {
		return nil
	}
	x, ok := c.Number(ind)
	if !ok {
		return nil
	}
	if ind.Share && ind.Kind == KindNumber && ind.Percent() && x.Cmp(big.NewRat(100, 1)) > 0 {
		return Errorf(Invalid, "Tỷ lệ %s ở chỉ số %s vượt 100%%. Kiểm tra lại số và đơn vị tính (%s).", FormatRat(x, ind.Decimals), ind.Code, ind.Unit)
	}
	if ind.Max.OK && x.Cmp(ind.Max.V.Rat()) > 0 {
		return Errorf(Invalid, "Số liệu của %s là %s, vượt mức tối đa %s. Kiểm tra lại số và đơn vị tính (%s).",
			ind.Code, FormatRat(x, ind.Decimals), FormatDecimal(ind.Max.V, 0), ind.Unit)
	}
	if ind.Min.OK && x.Cmp(ind.Min.V.Rat()) < 0 {
		return Errorf(Invalid, "Số liệu của %s là %s, dưới mức tối thiểu %s. Kiểm tra lại số và đơn vị tính (%s).",
			ind.Code, FormatRat(x, ind.Decimals), FormatDecimal(ind.Min.V, 0), ind.Unit)
	}
	return nil
}

// CheckCell returns the issues of one due cell. past holds what the unit reported in earlier rounds, the most recent
// first and at most twelve.
func CheckCell(ind Indicator, c Cell, past []PastValue, m Month) []Issue {
	var issues []Issue
	add := func(l Level, format string, args ...any) {
		issues = append(issues, Issue{ind.Code, l, fmt.Sprintf(format, args...)})
	}
	switch {
	case c.Content == Empty:
		add(Failure, "Chưa nhập. Ghi số liệu, hoặc chọn Không phát sinh, Không áp dụng, Chưa có số liệu.")
	case c.Content == NotApplicable && c.Text == "":
		add(Failure, "Chưa ghi lý do không áp dụng.")
	case c.Content == NoData && c.Text == "":
		add(Failure, "Chưa ghi lý do chưa có số liệu.")
	case c.Content == NoData && c.Expected == "":
		add(Failure, "Chưa ghi ngày dự kiến có số liệu.")
	case c.Content == HasValue && ind.Kind == KindRatio && !c.Num.OK:
		add(Failure, "Chưa ghi tử số.")
	case c.Content == HasValue && ind.Kind == KindRatio && !c.Den.OK:
		add(Failure, "Chưa ghi mẫu số.")
	case c.Content == HasValue && ind.Kind == KindRatio && c.Den.V.Sign() == 0 && c.Num.V.Sign() == 0:
		add(Warning, "Mẫu số bằng 0 nên không có tỷ lệ. Nếu trong kỳ không phát sinh, chọn Không phát sinh.")
	case c.Content == HasValue && ind.Kind == KindRatio && c.Den.V.Sign() == 0:
		add(Failure, "Mẫu số bằng 0 mà tử số khác 0. Kiểm tra lại mẫu số.")
	}
	if err := CheckHard(ind, c); err != nil {
		add(Failure, "%s", err.Error())
	}
	if c.Carried() {
		add(Warning, CarriedText)
	}
	this := ValueOf(&c)
	if (ind.Kind == KindNumber || ind.Kind == KindRatio && !quiet(ind, &this, past, m)) && this.numeric(ind.Kind) {
		checkUsual(ind, &this, past, m, add)
	}
	return issues
}

// CheckAcross returns the issues of the set's cross checks on the cells of one sheet. A check binds only where all
// its indicators have a number. An equation of sums compares numerators where the indicators are ratios.
func CheckAcross(checks []CrossCheck, inds map[string]*Indicator, cells map[string]Cell) []Issue {
	number := func(code string) (*big.Rat, bool) {
		c, ok := cells[code]
		if !ok {
			return nil, false
		}
		ind, ok := inds[code]
		if !ok {
			return nil, false
		}
		return c.Number(*ind)
	}
	var issues []Issue
	for _, k := range checks {
		left, ok := number(k.Left)
		if !ok {
			continue
		}
		sum := new(big.Rat)
		for _, code := range k.Right {
			x, has := number(code)
			if ok = ok && has; !ok {
				break
			}
			sum.Add(sum, x)
		}
		if !ok {
			continue
		}
		c := left.Cmp(sum)
		if k.Kind == CheckLE && c > 0 || k.Kind == CheckSum && c != 0 {
			ind := inds[k.Left]
			issues = append(issues, Issue{k.Left, Failure, fmt.Sprintf("%s (%s là %s; %s là %s.)", k.Text, k.Left, FormatRat(left, ind.Decimals),
				strings.Join(k.Right, " + "), FormatRat(sum, ind.Decimals))})
		}
	}
	return issues
}

// Explained reports whether the cell's warnings have been answered by a note or a tick.
func (c Cell) Explained() bool { return c.Confirmed || c.Note != "" }

// Blocking returns the issues that stand in the way of submission: failures, and warnings of unexplained cells.
func Blocking(issues []Issue, cells map[string]Cell) []Issue {
	var out []Issue
	for _, i := range issues {
		if i.Level == Failure || i.Level == Warning && !cells[i.Indicator].Explained() {
			out = append(out, i)
		}
	}
	return out
}
