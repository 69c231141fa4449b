package kpi

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
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
	Text  string `json:",omitempty"` // as written in the source, where String would not say the same
}

var (
	reBound = regexp.MustCompile(`^(≥|≤|>|<|=)?\s*(\d[\d.,]*)\s*(%?)\s*(.*)$`)
	reRange = regexp.MustCompile(`^(?:từ\s+)?(\d[\d.,]*)\s*(%?)\s*(?:[-–—]|đến)\s*(\d[\d.,]*)\s*(%?)$`)
	reGroup = regexp.MustCompile(`^[1-9]\d{0,2}[.,]\d{3}$`)
	reScope = regexp.MustCompile(`(?i)^(?:(?:trong|ở|tại|của) )*(Đông Nam Á|ASEAN|châu Á|(?:trên )?thế giới|toàn cầu|cả nước|toàn quốc|toàn tỉnh|khu vực(?: Đông Nam Á)?)$`)
)

// ParseTargets reads a target as documents write it: «≥ 80», «trên 60%», «40 - 50», «100%», «09», and several in
// different scopes, «≤ 3 Đông Nam Á; ≤ 50 Thế giới». What it cannot read with certainty comes back as one target of
// text alone, or with its figure and its text where the figure is certain; then doubt says in a phrase what somebody
// has to decide. doubt is "" when all is certain. The Text of a target is as written, "" where String says the same.
func ParseTargets(text string, year int) (targets []Target, doubt string) {
	text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	if text == "" {
		return nil, ""
	}
	doubtful := func(format string, args ...any) {
		if doubt == "" {
			doubt = "mục tiêu «" + Clip(text, 60) + "» " + fmt.Sprintf(format, args...)
		}
	}
	plain := func() ([]Target, string) {
		doubtful("giữ nguyên văn, không quy ra số")
		return []Target{{Year: year, Text: text}}, doubt
	}
	figure := func(s string) (Decimal, bool) {
		n, err := ParseNumber(s, NumberFormat{Decimals: MaxDecimals})
		if err == nil && (reGroup.MatchString(s) || n.Notice == NoticeEnglish) {
			doubtful("có số «%s» đọc là %s: kiểm tra dấu chấm, dấu phẩy", s, FormatDecimal(n.Value, 0))
		}
		return n.Value, err == nil
	}
	if m := reRange.FindStringSubmatch(text); m != nil {
		low, okL := figure(m[1])
		high, okH := figure(m[3])
		if !okL || !okH || low.Cmp(high) >= 0 || m[2] != "" && m[4] == "" {
			doubt = ""
			return plain()
		}
		targets = []Target{{Year: year, Op: OpRange, Value: Some(low), High: Some(high)}}
		keepText(targets, text)
		return targets, doubt
	}
	parts := strings.Split(text, ";")
	seen := map[string]bool{}
	for _, part := range parts {
		op, digits, rest, ok := splitBound(strings.TrimSpace(part))
		if !ok {
			doubt = ""
			return plain()
		}
		value, ok := figure(digits)
		scope, scoped := scopeOf(rest)
		if !ok || len(parts) > 1 && (!scoped || seen[scope]) || op == OpEQ && rest != "" {
			doubt = ""
			return plain()
		}
		if rest != "" && !scoped {
			doubtful("có phần chữ «%s» ngoài con số", Clip(rest, 60))
		}
		seen[scope] = true
		targets = append(targets, Target{Year: year, Op: op, Value: Some(value), Scope: scope})
	}
	keepText(targets, text)
	return targets, doubt
}

// splitBound takes «≥ 80% Đông Nam Á» apart: the relation, the figure and what follows it. Words that mean exactly
// one relation count as its sign.
func splitBound(s string) (op TargetOp, digits, rest string, ok bool) {
	s = boundSigns().Replace(s)
	from := false
	for _, w := range boundWords() {
		if len(s) > len(w.word) && strings.EqualFold(s[:len(w.word)], w.word) && s[len(w.word)] == ' ' {
			s, from = w.sign+strings.TrimSpace(s[len(w.word):]), strings.HasSuffix(w.word, "từ")
			break
		}
	}
	m := reBound.FindStringSubmatch(s)
	if m == nil {
		return "", "", "", false
	}
	digits, rest = m[2], strings.TrimSpace(m[4])
	if trimmed := strings.TrimRight(digits, ".,"); trimmed != digits {
		digits, rest = trimmed, strings.TrimSpace(digits[len(trimmed):]+" "+rest)
	}
	switch end := strings.ToLower(rest); {
	case m[1] == "" && end == "trở lên":
		return OpGE, digits, "", true
	case m[1] == "" && end == "trở xuống":
		return OpLE, digits, "", true
	case from: // from where to where?
		return "", "", "", false
	}
	ops := map[string]TargetOp{"≥": OpGE, "≤": OpLE, ">": OpGT, "<": OpLT, "=": OpEQ, "": OpEQ}
	return ops[m[1]], digits, rest, true
}

// boundSigns makes one sign of the ways to write it.
func boundSigns() *strings.Replacer {
	return strings.NewReplacer(">=", "≥", "> =", "≥", "⩾", "≥", "≧", "≥", "<=", "≤", "< =", "≤", "⩽", "≤", "≦", "≤")
}

type boundWord struct{ word, sign string }

// boundWords lists the words for a relation, longer ones before those that they begin with.
func boundWords() []boundWord {
	return []boundWord{{"không thấp hơn", "≥"}, {"không dưới", "≥"}, {"tối thiểu", "≥"}, {"ít nhất", "≥"}, {"không quá", "≤"},
		{"không vượt quá", "≤"}, {"không cao hơn", "≤"}, {"tối đa", "≤"}, {"đạt trên", ">"}, {"trên", ">"}, {"dưới", "<"}, {"đạt từ", ""}, {"từ", ""}, {"đạt", ""}}
}

// scopeOf returns the scope that the words after a figure name; ok is false if they say something else or
// nothing.
func scopeOf(rest string) (scope string, ok bool) {
	m := reScope.FindStringSubmatch(strings.Trim(rest, " ,.()"))
	if m == nil {
		return "", false
	}
	return m[1], true
}

// keepText keeps the text as written with targets that do not already say it.
func keepText(targets []Target, text string) {
	shown := make([]string, len(targets))
	for i, t := range targets {
		shown[i] = t.String()
	}
	if strings.Join(shown, "; ") == text {
		return
	}
	for i := range targets {
		targets[i].Text = text
	}
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
