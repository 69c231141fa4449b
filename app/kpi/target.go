package kpi

import (
	"math/big"
	"regexp"
	"strings"
)

// TargetOp is the relation that a value must have to its target.
type TargetOp string

// The relations. A Target without one is text only.
const (
	OpGE    TargetOp = "ge"
	OpGT    TargetOp = "gt"
	OpLE    TargetOp = "le"
	OpLT    TargetOp = "lt"
	OpEQ    TargetOp = "eq"    // a bare figure: which side of it is good, the text does not say
	OpRange TargetOp = "range" // Value..High
)

// Target is what the indicator should reach by the end of a year.
type Target struct {
	Year  int
	Op    TargetOp `json:",omitempty"`
	Value Opt
	High  Opt
	Scope string `json:",omitempty"` // «Đông Nam Á», when one target holds in several scopes
	Text  string `json:",omitempty"` // as written in the source, when it was read from text
}

var (
	reBound = regexp.MustCompile(`^(≥|>=|≤|<=|>|<|=)?\s*(\d[\d.,]*)\s*(%?)\s*(.*)$`)
	reRange = regexp.MustCompile(`^(\d[\d.,]*)\s*(%?)\s*[-–—]\s*(\d[\d.,]*)\s*(%?)$`)
)

// ParseTargets reads a target as documents write it: «≥ 80», «> 0,7», «40 - 50», «100%», «09», and several in
// different scopes, «≤ 3 Đông Nam Á; ≤ 50 Thế giới». What it cannot read with certainty comes back as one
// target of text alone, and doubt says in a phrase what somebody has to decide; doubt is "" when all is certain.
func ParseTargets(text string, year int) (targets []Target, doubt string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, ""
	}
	plain := []Target{{Year: year, Text: text}}
	if m := reRange.FindStringSubmatch(text); m != nil {
		low, errL := ParseNumber(m[1], NumberFormat{Decimals: 3})
		high, errH := ParseNumber(m[3], NumberFormat{Decimals: 3})
		if errL != nil || errH != nil || low.Value.Cmp(high.Value) >= 0 {
			return plain, "mục tiêu «" + Clip(text, 60) + "» không đọc được thành khoảng số"
		}
		return []Target{{Year: year, Op: OpRange, Value: Some(low.Value), High: Some(high.Value), Text: text}}, ""
	}
	parts := strings.Split(text, ";")
	for _, part := range parts {
		t, rest, ok := parseBound(strings.TrimSpace(part), year)
		if !ok {
			return plain, "mục tiêu «" + Clip(text, 60) + "» giữ nguyên văn, không quy ra số"
		}
		t.Text = text
		if rest != "" && len(parts) == 1 && t.Op != OpLE && t.Op != OpLT {
			doubt = "mục tiêu có phần chữ «" + Clip(rest, 60) + "» ngoài con số"
		}
		t.Scope = rest
		targets = append(targets, t)
	}
	return targets, doubt
}

func parseBound(s string, year int) (t Target, rest string, ok bool) {
	m := reBound.FindStringSubmatch(s)
	if m == nil {
		return Target{}, "", false
	}
	n, err := ParseNumber(m[2], NumberFormat{Decimals: 3})
	if err != nil {
		return Target{}, "", false
	}
	ops := map[string]TargetOp{"≥": OpGE, ">=": OpGE, "≤": OpLE, "<=": OpLE, ">": OpGT, "<": OpLT, "=": OpEQ, "": OpEQ}
	t = Target{Year: year, Op: ops[m[1]], Value: Some(n.Value)}
	rest = strings.TrimSpace(m[4])
	if t.Op == OpEQ && rest != "" { // a sentence that happens to begin with a figure
		return Target{}, "", false
	}
	return t, rest, true
}

// Direction returns the direction that the target's relation implies, "" where it implies none.
func (t Target) Direction() Direction {
	switch t.Op {
	case OpGE, OpGT:
		return Up
	case OpLE, OpLT:
		return Down
	}
	return ""
}

// Met reports whether value x reaches the target when larger (Up), smaller (Down) or equal is good; known is
// false when the target has no bound or the direction does not decide it.
func (t Target) Met(x *big.Rat, d Direction) (met, known bool) {
	if !t.Value.OK {
		return false, false
	}
	c := x.Cmp(t.Value.V.Rat())
	switch t.Op {
	case OpGE:
		return c >= 0, true
	case OpGT:
		return c > 0, true
	case OpLE:
		return c <= 0, true
	case OpLT:
		return c < 0, true
	case OpRange:
		return c >= 0 && x.Cmp(t.High.V.Rat()) <= 0, t.High.OK
	case OpEQ:
		switch d {
		case Up:
			return c >= 0, true
		case Down:
			return c <= 0, true
		}
	}
	return false, false
}

// String returns the target as the screen shows it: «≥ 80», «40 – 50», or its text.
func (t Target) String() string {
	if !t.Value.OK {
		return t.Text
	}
	s := FormatDecimal(t.Value.V, 0)
	switch t.Op {
	case OpGE:
		s = "≥ " + s
	case OpGT:
		s = "> " + s
	case OpLE:
		s = "≤ " + s
	case OpLT:
		s = "< " + s
	case OpRange:
		s += " – " + FormatDecimal(t.High.V, 0)
	}
	if t.Scope != "" {
		s += " " + t.Scope
	}
	return s
}
