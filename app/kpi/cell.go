package kpi

import (
	"math/big"
	"time"
)

// Content says what a cell holds.
type Content uint8

// The contents. The numbers are part of the stored record: append only.
const (
	Empty         Content = iota // nothing was ever entered, or it was cleared
	HasValue                     // the value of the indicator's kind
	NoneOccurred                 // không phát sinh: the number 0
	NotApplicable                // không áp dụng, Text says why
	NoData                       // chưa có số liệu, Text says why, Expected says when
)

// Label returns the name of a kind of "no number", "" for the others.
func (c Content) Label() string {
	switch c {
	case NoneOccurred:
		return "Không phát sinh"
	case NotApplicable:
		return "Không áp dụng"
	case NoData:
		return "Chưa có số liệu"
	}
	return ""
}

// Source says how a value came in. The numbers are part of the stored record: append only.
type Source uint8

// The sources.
const (
	FromBrowser Source = iota
	FromExcel
	FromAPI
	FromCarry
)

// Label returns the source's name on screen.
func (s Source) Label() string {
	return [...]string{"Nhập trên trang", "Nhập từ Excel", "Kết nối", "Lấy số kỳ trước"}[s&3]
}

// Review is what the reviewers have said of a cell. The numbers are part of the stored record. That a cell is
// accepted follows from its sheet: see Sheet.Accepts.
type Review uint8

// The review states.
const (
	ReviewOpen Review = iota
	ReviewReturned
)

// CellKey names a cell.
type CellKey struct {
	Set       string
	Month     Month
	Unit      string
	Indicator string
}

// ID returns "nq57/2026-05/SYT/1.01".
func (k CellKey) ID() string {
	return k.Set + "/" + k.Month.String() + "/" + k.Unit + "/" + k.Indicator
}

// Validate returns an Invalid error unless every part can stand in a key.
func (k CellKey) Validate() error {
	if !ValidSet(k.Set) || !ValidCode(k.Unit) || !ValidCode(k.Indicator) || k.Month == 0 {
		return Errorf(Invalid, "Ô «%s» có mã không dùng được.", Clip(k.ID(), 100))
	}
	return nil
}

// Cell is one indicator on a sheet.
type Cell struct {
	CellKey
	Content    Content
	Value      Decimal // number; 1 or 0 for yes/no
	Num, Den   Opt     // ratio
	Text       string  // text, grade code, or the reason of a "no number"
	Expected   string  // NoData: when it is expected, as dd/mm/yyyy
	Note       string  // explanation (giải trình) or remark
	Confirmed  bool    // «Đã kiểm tra, số liệu đúng»
	Source     Source
	By         string
	At         time.Time
	Version    uint32 // 0: never saved
	Definition Month  // version of the indicator that it was entered under
	Review     Review
	ReviewNote string // reason of a return
	ReviewBy   string
}

// Filled reports whether the cell counts as done: a whole value, or an accepted kind of "no number".
func (c Cell) Filled(k Kind) bool {
	switch c.Content {
	case Empty:
		return false
	case HasValue:
		return k != KindRatio || c.Num.OK && c.Den.OK
	}
	return true
}

// Number returns the cell's exact number as it enters a figure: the value, or Scale × Num / Den of a ratio. ok is
// false when there is none; không phát sinh of a ratio has none, of a number it is 0.
func (c Cell) Number(ind Indicator) (x *big.Rat, ok bool) {
	if ind.Kind != KindGrade {
		p := ValueOf(&c)
		return p.Number(ind)
	}
	if c.Content == HasValue {
		for _, g := range ind.Grades {
			if g.Code == c.Text {
				return big.NewRat(int64(g.Points), 1), true
			}
		}
	}
	return nil, false
}

// rateOf is rate for decimals: where their digits fit into one word, as they nearly always do, in one step.
func rateOf(scale, num, den Decimal) *big.Rat {
	const small = 1 << 20 // of two such numbers and a power of ten up to 10^6, the product fits
	if scale.coef > small || num.coef > small || den.coef > small || den.coef < 0 || num.coef < 0 || scale.coef < 0 {
		x := new(big.Rat).Mul(scale.Rat(), num.Rat())
		return x.Quo(x, den.Rat())
	}
	up, down := den.scale, scale.scale+num.scale
	return new(big.Rat).SetFrac64(scale.coef*num.coef*pow10(up-min(up, down)), den.coef*pow10(down-min(up, down)))
}

// rate returns Scale × num / den; den is not 0.
func rate(ind Indicator, num, den *big.Rat) *big.Rat {
	x := new(big.Rat).Mul(ind.Scale.Rat(), num)
	return x.Quo(x, den)
}

// Show returns what the cell displays in a table, "" when it is empty: «1.234,5», «Có», «-» for không phát sinh.
func (c Cell) Show(ind Indicator) string {
	switch c.Content {
	case Empty:
		return ""
	case NoneOccurred:
		return "-"
	case NotApplicable, NoData:
		return c.Content.Label()
	}
	switch ind.Kind {
	case KindNumber:
		return FormatDecimal(c.Value, ind.Decimals)
	case KindRatio:
		if s, ok := formatRate(ind, c.Num.V, c.Den.V); ok && c.Num.OK && c.Den.OK {
			return s
		}
		if x, ok := c.Number(ind); ok {
			return FormatRat(x, ind.Decimals)
		}
		return ""
	case KindYesNo:
		return yesNo(c.Value.Sign() != 0)
	case KindGrade:
		for _, g := range ind.Grades {
			if g.Code == c.Text {
				return g.Label
			}
		}
	}
	return c.Text
}

func yesNo(yes bool) string {
	if yes {
		return "Có"
	}
	return "Không"
}

// Trace returns the cell's content in full, as its history tells it: «45/60 = 75,0», «Không áp dụng: …».
func (c Cell) Trace(ind Indicator) string {
	switch {
	case c.Content == Empty:
		return "(trống)"
	case c.Content == NoData && c.Expected != "":
		return c.Content.Label() + ": " + c.Text + " (dự kiến " + c.Expected + ")"
	case c.Content.Label() != "" && c.Text != "":
		return c.Content.Label() + ": " + c.Text
	case c.Content.Label() != "":
		return c.Content.Label()
	case ind.Kind == KindRatio:
		part := func(o Opt) string {
			if !o.OK {
				return "…"
			}
			return FormatDecimal(o.V, 0)
		}
		s := part(c.Num) + "/" + part(c.Den)
		if shown := c.Show(ind); shown != "" {
			s += " = " + shown
		}
		return s
	}
	return c.Show(ind)
}

// SameContent reports whether saving b over a would change nothing that a person sees.
func SameContent(a, b Cell) bool {
	return SameValue(a, b) && a.Note == b.Note && a.Confirmed == b.Confirmed
}

// SameValue reports whether two cells hold the same, notes and ticks aside.
func SameValue(a, b Cell) bool {
	return a.Content == b.Content && a.Value == b.Value && a.Num == b.Num && a.Den == b.Den && a.Text == b.Text && a.Expected == b.Expected
}
