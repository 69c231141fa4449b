package kpi

import "strings"

// UnitKind is the sort of organisation that a unit is.
type UnitKind string

// The kinds of units.
const (
	Agency   UnitKind = "agency"   // sở, ban, ngành
	Vertical UnitKind = "vertical" // cơ quan ngành dọc
	Party    UnitKind = "party"    // cơ quan Đảng
	Commune  UnitKind = "commune"  // xã
	Ward     UnitKind = "ward"     // phường
	Zone     UnitKind = "zone"     // đặc khu
)

// UnitKinds lists all kinds in the order of the screen.
func UnitKinds() []UnitKind { return []UnitKind{Agency, Vertical, Party, Commune, Ward, Zone} }

// Label returns the kind's name on screen.
func (k UnitKind) Label() string {
	switch k {
	case Agency:
		return "Sở, ban, ngành"
	case Vertical:
		return "Cơ quan ngành dọc"
	case Party:
		return "Cơ quan Đảng"
	case Commune:
		return "Xã"
	case Ward:
		return "Phường"
	case Zone:
		return "Đặc khu"
	}
	return ""
}

// Block returns the block (khối) that the board and the filters group units by.
func (k UnitKind) Block() string {
	switch k {
	case Commune, Ward, Zone:
		return BlockCommunes
	}
	return BlockAgencies
}

// The two blocks of units.
const (
	BlockAgencies = "Sở, ban, ngành"
	BlockCommunes = "UBND xã, phường, đặc khu"
)

// Unit is an organisation that reports.
type Unit struct {
	Code      string
	Name      string
	Kind      UnitKind
	Cohort    string `json:",omitempty"` // units ranked together
	From      Month  `json:",omitempty"` // first month in which it exists; zero: always
	To        Month  `json:",omitempty"` // last month in which it exists; zero: open
	Successor string `json:",omitempty"` // unit that took over after a merger
}

// Active reports whether the unit exists in month m.
func (u Unit) Active(m Month) bool { return u.From <= m && (u.To == 0 || m <= u.To) }

// Absence says why the unit takes no part in a merger in month m, "" if it can.
func (u Unit) Absence(m Month) string {
	switch {
	case u.Successor != "":
		return u.Name + " đã sáp nhập vào đơn vị khác."
	case u.From > m:
		return u.Name + " hoạt động từ kỳ " + u.From.Short() + "."
	case !u.Active(m):
		return u.Name + " chỉ hoạt động đến kỳ " + u.To.Short() + "."
	}
	return ""
}

// Validate returns an Invalid error when the unit breaks a rule; its field is code, name, kind or to.
func (u Unit) Validate() error {
	switch {
	case !ValidCode(u.Code):
		return invalidField("code", "Mã đơn vị «%s» chỉ được gồm chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch (tối đa 32 ký tự).", Clip(u.Code, 40))
	case strings.TrimSpace(u.Name) == "":
		return invalidField("name", "Tên đơn vị của mã %s còn trống.", u.Code)
	case len([]rune(u.Name)) > 200:
		return invalidField("name", "Tên đơn vị của mã %s dài quá 200 ký tự.", u.Code)
	case u.Kind.Label() == "":
		return invalidField("kind", "Loại đơn vị của mã %s chưa được nêu.", u.Code)
	case u.To != 0 && u.To < u.From:
		return invalidField("to", "Đơn vị %s hết hiệu lực trước khi có hiệu lực.", u.Code)
	}
	return nil
}
