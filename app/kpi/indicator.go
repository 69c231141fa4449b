package kpi

import (
	"slices"
	"strings"
)

// Kind is what a cell of the indicator holds.
type Kind string

// The kinds of indicators.
const (
	KindNumber Kind = "number"
	KindRatio  Kind = "ratio" // Scale × numerator / denominator
	KindYesNo  Kind = "yesno"
	KindGrade  Kind = "grade"
	KindText   Kind = "text"
)

// Label returns the kind's name on screen, "" for an unknown kind.
func (k Kind) Label() string {
	return map[Kind]string{KindNumber: "Số", KindRatio: "Tỷ lệ", KindYesNo: "Có/Không", KindGrade: "Mức", KindText: "Nội dung"}[k]
}

// Origin says who gave the indicator.
type Origin string

// The origins.
const (
	Central  Origin = "central"  // Trung ương giao: the definition is locked here
	Province Origin = "province" // Tỉnh bổ sung
)

// Label returns the origin's name on screen, "" for an unknown origin.
func (o Origin) Label() string {
	return map[Origin]string{Central: "Trung ương giao", Province: "Tỉnh bổ sung"}[o]
}

// Direction says which change of the value is good.
type Direction string

// The directions. The empty direction means that nobody has said it yet.
const (
	Up      Direction = "up"
	Down    Direction = "down"
	Within  Direction = "range"
	Neither Direction = "none"
)

// Label returns the direction's name on screen, "" if it is not said.
func (d Direction) Label() string {
	return map[Direction]string{Up: "Cao hơn tốt hơn", Down: "Thấp hơn tốt hơn", Within: "Trong khoảng", Neither: "Không xét"}[d]
}

// Frequency says how often the indicator is due.
type Frequency string

// The frequencies. A period longer than a month is due in its last month.
const (
	Monthly   Frequency = "month"
	Quarterly Frequency = "quarter"
	HalfYear  Frequency = "half"
	Yearly    Frequency = "year"
)

// Label returns the frequency's name on screen, "" for an unknown frequency.
func (f Frequency) Label() string {
	return map[Frequency]string{Monthly: "Hằng tháng", Quarterly: "Hằng quý", HalfYear: "6 tháng", Yearly: "Hằng năm"}[f]
}

// Months returns the length of the period in months, 0 for an unknown frequency.
func (f Frequency) Months() int {
	return map[Frequency]int{Monthly: 1, Quarterly: 3, HalfYear: 6, Yearly: 12}[f]
}

// Due reports whether an indicator of this frequency is due in month m.
func (f Frequency) Due(m Month) bool {
	n := f.Months()
	return n > 0 && int(m.Calendar())%n == 0
}

// Accumulation says how the values of successive periods relate.
type Accumulation string

// The accumulations.
const (
	Point      Accumulation = "point"      // thời điểm
	Flow       Accumulation = "flow"       // phát sinh trong kỳ
	Cumulative Accumulation = "cumulative" // lũy kế từ đầu năm
)

// Label returns the accumulation's name on screen, "" for an unknown one.
func (a Accumulation) Label() string {
	return map[Accumulation]string{Point: "Tại thời điểm chốt", Flow: "Phát sinh trong kỳ", Cumulative: "Lũy kế từ đầu năm"}[a]
}

// Aggregation says how the province's figure comes from the units'.
type Aggregation string

// The aggregations.
const (
	AggSum      Aggregation = "sum"
	AggRatio    Aggregation = "ratio" // Σ numerators / Σ denominators
	AggMean     Aggregation = "mean"
	AggWeighted Aggregation = "weighted" // Σ value × weight / Σ weight, weight = the cell of WeightBy
	AggMin      Aggregation = "min"
	AggMax      Aggregation = "max"
	AggProvince Aggregation = "province" // one agency reports the province's own figure
)

// Label returns the aggregation's name on screen, "" for an unknown one.
func (a Aggregation) Label() string {
	return map[Aggregation]string{AggSum: "Cộng các đơn vị", AggRatio: "Tổng tử số / tổng mẫu số", AggMean: "Trung bình các đơn vị",
		AggWeighted: "Trung bình có trọng số", AggMin: "Nhỏ nhất", AggMax: "Lớn nhất", AggProvince: "Chỉ có số toàn tỉnh"}[a]
}

// Opt is a Decimal that may be absent. The zero value is absent.
type Opt struct {
	V  Decimal
	OK bool
}

// Some returns a present Opt.
func Some(d Decimal) Opt { return Opt{d, true} }

// MarshalText writes "" for an absent value.
func (o Opt) MarshalText() ([]byte, error) {
	if !o.OK {
		return nil, nil
	}
	return o.V.MarshalText()
}

// UnmarshalText reads what MarshalText wrote.
func (o *Opt) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*o = Opt{}
		return nil
	}
	o.OK = true
	return o.V.UnmarshalText(b)
}

// Grade is one step of a graded scale.
type Grade struct {
	Code   string
	Label  string
	Points int // 0..100
}

// Indicator is one version of one measured thing. A version holds from its month until the next version of
// the same code begins.
type Indicator struct {
	Set, Code string
	From      Month // first month of this version
	To        Month `json:",omitempty"` // last month in which the indicator exists; zero: open

	Name    string
	Group   string
	Parent  string `json:",omitempty"` // code of the heading above it
	Heading bool   `json:",omitempty"` // only a heading: nothing is reported
	Origin  Origin

	Definition, Computation, Guidance, Source string `json:",omitempty"`
	Verifier, LeadAgency, CentralCode         string `json:",omitempty"`

	Unit         string // unit of measure
	Kind         Kind
	Decimals     int
	Share        bool    `json:",omitempty"` // ratio: the numerator is part of the denominator
	Scale        Decimal // ratio: 100 for %, 10000 for "per vạn dân"
	Numerator    string  `json:",omitempty"`
	Denominator  string  `json:",omitempty"`
	PartDecimals int     `json:",omitempty"`
	Grades       []Grade `json:",omitempty"`

	Direction    Direction
	Frequency    Frequency
	Accumulation Accumulation
	Aggregation  Aggregation
	WeightBy     string `json:",omitempty"`
	Weight       int

	Floor               Opt
	Targets             []Target `json:",omitempty"`
	TargetBasis         string   `json:",omitempty"`
	Min, Max            Opt
	UsualLow, UsualHigh Opt
	Evidence            bool `json:",omitempty"`
	MinDenominator      Opt

	Flags []string `json:",omitempty"` // what an import could not decide and somebody has to say
}

// Percent reports whether a typed % belongs to the unit of measure.
func (ind Indicator) Percent() bool { return strings.HasPrefix(strings.TrimSpace(ind.Unit), "%") }

// Active reports whether the indicator exists in month m (its versions aside).
func (ind Indicator) Active(m Month) bool { return ind.From <= m && (ind.To == 0 || m <= ind.To) }

// Due reports whether the indicator is reported in month m.
func (ind Indicator) Due(m Month) bool {
	return !ind.Heading && ind.Active(m) && ind.Frequency.Due(m)
}

// Accumulates reports whether the indicator's values of successive months add up to a meaning: counts that flow, and
// rates whose numerators and denominators do.
func (ind Indicator) Accumulates() bool {
	return ind.Accumulation == Flow && (ind.Kind == KindRatio ||
		ind.Kind == KindNumber && !ind.Percent() && (ind.Aggregation == AggSum || ind.Aggregation == AggProvince))
}

// Validate returns an Invalid error naming what makes the record unusable. What is merely still to be said is
// in Gaps.
func (ind Indicator) Validate() error {
	bad := func(format string, args ...any) error {
		return Errorf(Invalid, "Chỉ số "+ind.Code+": "+format, args...)
	}
	switch {
	case !ValidCode(ind.Code):
		return Errorf(Invalid, "Mã chỉ số «%s» chỉ được gồm chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch (tối đa 32 ký tự).", Clip(ind.Code, 40))
	case strings.TrimSpace(ind.Name) == "":
		return bad("tên chỉ số còn trống.")
	case len([]rune(ind.Name)) > 500:
		return bad("tên chỉ số dài quá 500 ký tự.")
	case ind.Heading:
		return nil
	case ind.Kind != "" && ind.Kind.Label() == "":
		return bad("loại số liệu «%s» không có trong danh mục.", ind.Kind)
	case ind.Decimals < 0 || ind.Decimals > 3 || ind.PartDecimals < 0 || ind.PartDecimals > 3:
		return bad("số chữ số thập phân phải từ 0 đến 3.")
	case ind.Direction != "" && ind.Direction.Label() == "":
		return bad("chiều tốt «%s» không có trong danh mục.", ind.Direction)
	case ind.Min.OK && ind.Max.OK && ind.Min.V.Cmp(ind.Max.V) > 0:
		return bad("giá trị nhỏ nhất lớn hơn giá trị lớn nhất.")
	case ind.Kind == KindRatio && ind.Scale.Sign() <= 0:
		return bad("hệ số nhân của tỷ lệ phải lớn hơn 0 (100 nếu tính bằng %%).")
	case ind.Kind == KindGrade && len(ind.Grades) < 2:
		return bad("thang mức cần ít nhất hai mức.")
	case ind.To != 0 && ind.To < ind.From:
		return bad("hết hiệu lực trước khi có hiệu lực.")
	}
	return nil
}

// Gaps lists, as short phrases, what is still missing before the indicator can be put on a sheet. An indicator
// with gaps is left out when a round opens.
func (ind Indicator) Gaps() []string {
	if ind.Heading {
		return nil
	}
	var gaps []string
	need := func(missing bool, what string) {
		if missing {
			gaps = append(gaps, what)
		}
	}
	need(ind.Kind == "", "loại số liệu")
	need(ind.Direction == "", "chiều tốt")
	need(ind.Frequency.Months() == 0, "tần suất")
	need(ind.Accumulation.Label() == "", "cách tính lũy kế")
	need(ind.Aggregation.Label() == "", "cách tổng hợp")
	need(ind.Aggregation == AggRatio && ind.Kind != KindRatio, "tử số, mẫu số (đang tổng hợp theo tử/mẫu)")
	need(ind.Aggregation == AggWeighted && ind.WeightBy == "", "chỉ số làm trọng số")
	return gaps
}

// Todo reports whether something still has to be said of the indicator, or confirmed.
func (ind Indicator) Todo() bool { return len(ind.Gaps())+len(ind.Flags) > 0 }

// FlagShare is what an import says of a share that the file gives without its parts.
const FlagShare = "chưa khai tử số, mẫu số; nhập trực tiếp tỷ lệ"

// MayBeRatio reports whether the kind was taken from the unit of measure, so that a number may still turn out a ratio.
func (ind Indicator) MayBeRatio() bool {
	return ind.Kind == KindNumber && slices.Contains(ind.Flags, FlagShare)
}

// KeepsCentral returns an Invalid error that names the fields if ind changes what the centre has said of an
// indicator that it gives: name, definition, computation, unit of measure and kind. What the centre left open may be
// said here.
func KeepsCentral(old, ind Indicator) error {
	if old.Origin != Central {
		return nil
	}
	const locked = "Do Trung ương giao, không sửa ở tỉnh; khi Trung ương thay đổi thì nạp lại bộ chỉ số."
	fields := map[string]string{}
	keep := func(field, was, is string) {
		if was != "" && was != is {
			fields[field] = locked
		}
	}
	keep("name", old.Name, ind.Name)
	keep("definition", old.Definition, ind.Definition)
	keep("computation", old.Computation, ind.Computation)
	keep("unit", old.Unit, ind.Unit)
	if !old.MayBeRatio() || ind.Kind != KindRatio {
		keep("kind", string(old.Kind), string(ind.Kind))
	}
	keep("origin", string(old.Origin), string(ind.Origin))
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Msg: "Chỉ số " + ind.Code + ": tên, định nghĩa, cách tính, đơn vị tính và loại số liệu do Trung ương giao, không sửa ở tỉnh.", Fields: fields}
}

// TargetFor returns the target that holds in month m: the one of the smallest year not before it that carries
// a bound, or the last one.
func (ind Indicator) TargetFor(m Month) (Target, bool) {
	bounds := slices.DeleteFunc(slices.Clone(ind.Targets), func(t Target) bool { return t.Op == "" })
	if len(bounds) == 0 {
		return Target{}, false
	}
	slices.SortStableFunc(bounds, func(a, b Target) int { return a.Year - b.Year })
	for _, t := range bounds {
		if t.Year >= m.Year() {
			return t, true
		}
	}
	return bounds[len(bounds)-1], true
}

// TargetShown returns the target that holds in month m, else the last one that is given in words.
func (ind Indicator) TargetShown(m Month) (Target, bool) {
	t, ok := ind.TargetFor(m)
	if n := len(ind.Targets); !ok && n > 0 {
		return ind.Targets[n-1], true
	}
	return t, ok
}

// Role of a unit towards an indicator.
type AssignRole string

// The two roles: the lead reports the figure, supporters help it.
const (
	Lead    AssignRole = "lead"
	Support AssignRole = "support"
)

// Assignment says that a unit reports an indicator (lead) or helps to (support).
type Assignment struct {
	Set, Unit, Indicator string
	Role                 AssignRole
	From                 Month    `json:",omitempty"`
	To                   Month    `json:",omitempty"`
	Targets              []Target `json:",omitempty"` // the unit's own, before the indicator's
}

// Active reports whether the assignment holds in month m.
func (a Assignment) Active(m Month) bool { return a.From <= m && (a.To == 0 || m <= a.To) }

// After returns the assignment as it follows old, what the unit had to do with the indicator so far; one record is kept
// of both, so two that meet become one. It is a Conflict if old asks for figures in rounds from month next on, which
// are not open yet, that would be forgotten.
func (a Assignment) After(old Assignment, next Month) (Assignment, error) {
	if len(a.Targets) == 0 {
		a.Targets = old.Targets
	}
	endless := old.To == 0
	if a.Role == old.Role && (endless || a.From <= old.To+1) && (a.To == 0 || old.From <= a.To+1) {
		a.From = min(a.From, old.From)
		if a.To != 0 && (endless || old.To > a.To) {
			a.To = old.To
		}
		return a, nil
	}
	last := a.From - 1
	if !endless {
		last = min(last, old.To)
	}
	if old.Role == Lead && (max(old.From, next) <= last || a.To != 0 && (endless || old.To > a.To)) {
		return a, Errorf(Conflict, "Đơn vị %s còn phải nhập chỉ số %s ở kỳ chưa mở, không liền với việc giao từ kỳ %s. Giao liền kỳ, hoặc giao lại khi các kỳ đó đã mở.", a.Unit, a.Indicator, a.From.Short())
	}
	return a, nil
}
