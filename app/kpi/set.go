package kpi

import (
	"slices"
	"strings"
)

// IndicatorSet is a list of indicators with its legal basis. The indicators are records of their own.
type IndicatorSet struct {
	Code   string
	Name   string
	Basis  []string `json:",omitempty"`
	Groups []Group
	Checks []CrossCheck `json:",omitempty"`

	OpenDay int `json:",omitempty"` // day of its month on which a round opens by itself, at most MaxOpenDay; 0: somebody opens it
}

// MaxOpenDay leaves a day before the default deadline.
const MaxOpenDay = 15

// Group is a thematic branch of a set, shown as a tab of a sheet.
type Group struct {
	Code   string
	Layer  int // 1 Trung ương, 2 quản trị, 3 chuyên sâu
	Name   string
	Weight int
}

// LayerLabel returns the name of layer 1, 2 or 3.
func LayerLabel(layer int) string {
	switch layer {
	case 1:
		return "Lớp 1: Chỉ đạo của Trung ương"
	case 2:
		return "Lớp 2: Quản trị của bộ, ngành, địa phương"
	case 3:
		return "Lớp 3: Chuyên sâu theo lĩnh vực"
	}
	return "Chưa phân lớp"
}

// Group returns the group with the given code.
func (s IndicatorSet) Group(code string) (Group, bool) {
	i := slices.IndexFunc(s.Groups, func(g Group) bool { return g.Code == code })
	if i < 0 {
		return Group{}, false
	}
	return s.Groups[i], true
}

// Validate returns an Invalid error that names the field in the way.
func (s IndicatorSet) Validate() error {
	if !ValidSet(s.Code) {
		return Errorf(Invalid, "Mã bộ chỉ số «%s» chỉ được gồm chữ thường không dấu, chữ số, dấu gạch (tối đa 32 ký tự).", Clip(s.Code, 40))
	}
	if strings.TrimSpace(s.Name) == "" {
		return Errorf(Invalid, "Tên bộ chỉ số %s còn trống.", s.Code)
	}
	if s.OpenDay < 0 || s.OpenDay > MaxOpenDay {
		return Errorf(Invalid, "Ngày tự mở kỳ từ 1 đến %d.", MaxOpenDay)
	}
	seen := map[string]bool{}
	for _, g := range s.Groups {
		if !ValidCode(g.Code) || seen[g.Code] || strings.TrimSpace(g.Name) == "" {
			return Errorf(Invalid, "Nhóm «%s» của bộ %s thiếu tên, trùng mã hoặc mã có ký tự không dùng được.", Clip(g.Code, 40), s.Code)
		}
		seen[g.Code] = true
	}
	return nil
}

// CheckKind is the sort of a check across indicators.
type CheckKind string

// The two kinds of cross checks.
const (
	CheckLE  CheckKind = "le"  // Left ≤ Right
	CheckSum CheckKind = "sum" // Total = Σ Parts
)

// CrossCheck is a rule between indicators of one sheet. It binds only where every indicator it names is due
// on the sheet and has a number.
type CrossCheck struct {
	Kind  CheckKind
	Left  string   // smaller side, or the total
	Right []string // larger side, or the parts
	Text  string   // the sentence shown when the rule is broken
}
