package web

import (
	"math/big"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// reviewRow is one cell as the one who decides sees it.
type reviewRow struct {
	Code, Name, Measure string
	ID                  string // of the reason's field
	URL                 string // history of the cell
	Past, PastNote      string // earlier value, and its round if that is not the last one
	Now, Parts          string // this round's value; numerator and denominator of a ratio
	Words               bool   // Past and Now are words, not numbers
	Text                bool   // Now may be a whole paragraph
	Change              change
	Note                string // giải trình, or the reason of a "no number"
	Confirmed           bool
	Issues              []kpi.Issue
	Returned            string // why the cell was sent back, "" if it was not
	Kept                bool   // it was sent back and still says the same
	Evidence            []proofView
	Asked               *askedNote // an explanation that the province has asked for
	Proved              bool       // evidence was added after it was sent back
	Before, After       string     // content at the return and now, if it changed since
	Warned, Failed      bool
	Notable             bool
	Class               string
	Reason, Error       string // as typed
}

// explained reports whether the warnings of the cell have been answered.
func (row reviewRow) explained() bool { return row.Note != "" || row.Confirmed }

// changed reports whether something was put right since the sheet was sent back.
func (row reviewRow) changed() bool { return row.Before != "" || row.Proved }

// change is the way from the earlier value to this one.
type change struct {
	Icon, Text string
	Percent    string // in percent of the earlier value, where Text is not
	Large      bool
}

// reviewRows describes every cell of the sheet.
func reviewRows(sheet app.Review, f returnForm) []reviewRow {
	rows := make([]reviewRow, 0, len(sheet.Rows))
	for _, x := range sheet.Rows {
		ind, c := x.Indicator, x.Cell
		noNumber := c.Content == kpi.NotApplicable || c.Content == kpi.NoData
		row := reviewRow{Code: ind.Code, Name: ind.Name, Measure: ind.Unit, ID: "f-" + strings.ReplaceAll(ind.Code, ".", "_"), URL: "/o/" + c.ID(),
			Now: c.Show(*ind), Words: noNumber || ind.Kind == kpi.KindText || ind.Kind == kpi.KindGrade, Text: ind.Kind == kpi.KindText,
			Note: c.Note, Confirmed: c.Confirmed, Before: sheet.Corrections[ind.Code].Before, After: sheet.Corrections[ind.Code].After, Notable: sheet.Notable[ind.Code], Reason: f.Cells[ind.Code]}
		if ind.Kind == kpi.KindRatio && c.Content == kpi.HasValue && c.Num.OK && c.Den.OK {
			row.Parts = kpi.FormatDecimal(c.Num.V, 0) + "/" + kpi.FormatDecimal(c.Den.V, 0)
		}
		if noNumber {
			row.Note = join(c.Text, c.Note)
			if c.Expected != "" {
				row.Note = join(row.Note, "dự kiến có ngày "+c.Expected)
			}
		}
		if len(x.Past.Values) > 0 {
			past := x.Past.Last()
			row.Past = kpi.Clip(past.Show(*ind), 120)
			if past.Month != c.Month-kpi.Month(max(ind.Frequency.Months(), 1)) {
				row.PastNote = "kỳ " + past.Month.Short()
			}
			row.Change = changeOf(*ind, past, c)
		}
		for _, i := range x.Issues {
			row.Failed = row.Failed || i.Level == kpi.Failure
			row.Warned = row.Warned || i.Level == kpi.Warning
			row.Issues = append(row.Issues, i)
		}
		for _, p := range sheet.Proofs[ind.Code] {
			row.Evidence = append(row.Evidence, proofOf(p, sheet.Names))
			row.Proved = row.Proved || !sheet.Since.IsZero() && p.Attached.At.After(sheet.Since)
		}
		if asked, ok := sheet.Explanations[ind.Code]; ok {
			row.Asked = askedNoteOf(asked)
		}
		if c.Review == kpi.ReviewReturned {
			row.Returned, row.Kept = c.ReviewNote, row.Before == "" && !row.Proved && !sheet.Since.IsZero() && sheet.Sheet.State != kpi.Draft
		}
		row.Notable = row.Notable || row.changed() || row.Asked != nil
		switch {
		case row.Returned != "" || row.Before != "" || row.Proved:
			row.Class = "row-on"
		case row.Warned || row.Failed:
			row.Class = "row-warn"
		}
		rows = append(rows, row)
	}
	return rows
}

func join(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "; ")
}

// changeOf words the way from an earlier cell to this one.
func changeOf(ind kpi.Indicator, past, now kpi.Cell) change {
	x := kpi.ChangeOf(ind, past, now)
	c := change{Icon: direction(x.Sign), Large: x.Large}
	switch {
	case x.Diff == nil && x.Sign != 0:
		c.Text = "đổi"
	case x.Diff == nil:
	case x.Sign == 0:
		c.Text = "không đổi"
	case ind.Percent():
		c.Text = signed(x.Diff, max(ind.Decimals, 1)) + " điểm %"
	default:
		c.Text, c.Percent = signed(x.Diff, ind.Decimals), "từ 0"
		if x.Percent != nil {
			c.Percent = signed(x.Percent, 1) + "%"
		}
	}
	return c
}

func direction(sign int) string {
	switch {
	case sign > 0:
		return "arrow-up"
	case sign < 0:
		return "arrow-down"
	}
	return ""
}

// signed shows a change with its sign.
func signed(x *big.Rat, decimals int) string {
	s := kpi.FormatRat(x, decimals)
	if x.Sign() > 0 {
		return "+" + s
	}
	return s
}
