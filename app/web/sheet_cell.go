package web

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// cellText is a cell as its inputs hold it.
type cellText struct {
	Raw, Den, None, Reason, Expected, Note string
	Confirmed                              bool
}

// textOfCell returns what the inputs of a cell show.
func textOfCell(ind kpi.Indicator, c kpi.Cell) cellText {
	t := cellText{Note: c.Note, Confirmed: c.Confirmed}
	numeric := ind.Kind == kpi.KindNumber || ind.Kind == kpi.KindRatio
	switch c.Content {
	case kpi.NoneOccurred:
		t.None, t.Raw = "khong-phat-sinh", "-"
	case kpi.NotApplicable:
		t.None, t.Reason = "khong-ap-dung", c.Text
	case kpi.NoData:
		t.None, t.Reason, t.Expected = "chua-co", c.Text, c.Expected
		if numeric {
			t.Raw = "…"
		}
	case kpi.HasValue:
		t.Raw, t.Den = valueText(ind, c)
	}
	return t
}

func valueText(ind kpi.Indicator, c kpi.Cell) (raw, den string) {
	switch ind.Kind {
	case kpi.KindNumber:
		raw = kpi.FormatDecimal(c.Value, ind.Decimals)
	case kpi.KindRatio:
		if c.Num.OK {
			raw = kpi.FormatDecimal(c.Num.V, 0)
		}
		if c.Den.OK {
			den = kpi.FormatDecimal(c.Den.V, 0)
		}
	case kpi.KindYesNo:
		raw = "khong"
		if c.Value.Sign() != 0 {
			raw = "co"
		}
	default:
		raw = c.Text
	}
	return raw, den
}

// extra reports whether the cell has more to show than its value.
func (t cellText) extra() bool {
	return t.None == "khong-ap-dung" || t.None == "chua-co" || t.Note != "" || t.Confirmed
}

// seen is what a form carries of a cell besides its inputs: the version that it showed and a digest of their texts,
// "3-9f2c01ab". It tells what somebody has typed from what somebody else has changed meanwhile.
func (t cellText) seen(version uint32) string {
	b := make([]byte, 0, 128)
	for _, s := range [...]string{t.Raw, t.Den, t.None, t.Reason, t.Expected, t.Note} {
		b = append(append(b, s...), 0)
	}
	if t.Confirmed {
		b = append(b, '1')
	}
	h := fnv.New32a()
	h.Write(b)
	return strconv.FormatUint(uint64(version), 10) + "-" + strconv.FormatUint(uint64(h.Sum32()), 16)
}

// with returns t with what the entry says laid over it.
func (t cellText) with(e kpi.Entry) cellText {
	lay := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	lay(&t.Raw, e.Raw)
	lay(&t.Den, e.Den)
	lay(&t.None, e.None)
	lay(&t.Reason, e.Reason)
	lay(&t.Expected, e.Expected)
	lay(&t.Note, e.Note)
	if e.Confirmed != nil {
		t.Confirmed = *e.Confirmed
	}
	return t
}

// changes returns the entry without what t says already; ok is false when nothing is left.
func (t cellText) changes(e kpi.Entry) (left kpi.Entry, ok bool) {
	drop := func(p **string, old string) {
		if *p != nil && **p == old {
			*p = nil
		}
		ok = ok || *p != nil
	}
	left = e
	drop(&left.Raw, t.Raw)
	drop(&left.Den, t.Den)
	drop(&left.None, t.None)
	drop(&left.Reason, t.Reason)
	drop(&left.Expected, t.Expected)
	drop(&left.Note, t.Note)
	if left.Confirmed != nil && *left.Confirmed == t.Confirmed {
		left.Confirmed = nil
	}
	return left, ok || left.Confirmed != nil
}

// typedAs says in a few words what an entry wanted to write: «12», «45/60», «Giải trình: …».
func typedAs(e kpi.Entry) string {
	var parts []string
	add := func(label string, p *string) {
		if p != nil && *p != "" {
			parts = append(parts, label+*p)
		}
	}
	add("", e.Raw)
	add("mẫu số ", e.Den)
	add("lý do: ", e.Reason)
	add("dự kiến ", e.Expected)
	add("giải trình: ", e.Note)
	return strings.Join(parts, "; ")
}

// cellState is how a cell stands: the look of its input (data-state of sheet.css) and the words beside it.
type cellState struct {
	State string // "", saved, warning, error, rejected, conflict
	Text  string
}

// stateOf says how a stored cell stands, from what the checks found.
func stateOf(ind kpi.Indicator, c kpi.Cell, issues []kpi.Issue) cellState {
	worst := worstIssue(issues)
	switch {
	case c.Content == kpi.Empty:
		return cellState{"", "Chưa nhập"}
	case worst.Level == kpi.Failure:
		return cellState{"error", "Lỗi: " + worst.Text}
	case worst.Level == kpi.Warning && !c.Explained():
		return cellState{"warning", "Cảnh báo: " + worst.Text}
	case worst.Level == kpi.Warning:
		return cellState{"saved", "Đã lưu, đã giải trình"}
	case c.Content != kpi.HasValue:
		return cellState{"saved", c.Trace(ind)}
	case worst.Level == kpi.Notice:
		return cellState{"saved", "Đã lưu. Lưu ý: " + worst.Text}
	}
	return cellState{"saved", "Đã lưu"}
}

// worstIssue returns the first issue of the highest level, the zero Issue if there is none.
func worstIssue(issues []kpi.Issue) (worst kpi.Issue) {
	for _, i := range issues {
		if i.Level > worst.Level {
			worst = i
		}
	}
	return worst
}

// conflictText says who was first.
func conflictText(by string, ind kpi.Indicator, c kpi.Cell) string {
	return fmt.Sprintf("%s đã ghi «%s» lúc %s", by, c.Trace(ind), kpi.FormatClock(c.At))
}
