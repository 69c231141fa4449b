package web

import (
	"html/template"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// maxTableRows is how many rows one table of a sheet has, so that the browser can leave tables out of sight alone.
const maxTableRows = 20

// sheetTab leads to the first table of a group.
type sheetTab struct {
	ID    string
	Label string // «5. Chính quyền số»
	Count string // «9/14»
	Icon  string
	Mark  string // what the icon says
}

// sheetGroup is one table of a sheet.
type sheetGroup struct {
	ID, Group string // the group's tab is "t-" + Group
	Title     string
	Rows      []sheetRow
	First     bool // of the page: its column heads name the inputs of all tables
}

// Tens is about how many tens of rows the table has: the guess at its height while it is out of sight and left alone.
func (g sheetGroup) Tens() int { return max(1, (len(g.Rows)+5)/10) }

// sheetRow is one cell with everything that its row shows.
type sheetRow struct {
	Code, Name, Unit string
	Previous         string
	ToDate           string        // since January; beside a running total, what this period added
	About            string        // what numerator and denominator are, who leads
	Back             string        // why it was returned
	Note             string        // explanation, read-only
	Below            bool          // there is an About, a Back or a Note
	Shown            string        // value as read-only text; the rate of a ratio
	Parts            string        // of a ratio, read-only: «45/60»
	Raw, Den         string        // texts of the inputs
	Text             string        // words beside the input
	More             template.HTML // the opened line below; "": closed

	// Which input the cell has; none of them in a read-only row, but for Words, which take two columns there too.
	// Total is a number that runs since January: it is entered in that column.
	Number, Total, Ratio, Choice, Words bool
	Options                             template.HTML

	// Attributes, see identify. CarryIs is "" where there is nothing to take over from the period before.
	RowIs, NameIs, InputIs, SumIs, WordsAre, SeenIs, LinkIs, CarryIs template.HTMLAttr
	NumIs, DenIs, DenInputIs, RateIs                                 template.HTMLAttr

	filled, carried, carries, proven bool
	state                            string
}

// rowBuilder makes the rows of one page.
type rowBuilder struct {
	srv     *Server
	key     sheetKey
	month   kpi.Month
	trouble sheetTrouble
	open    string            // code of the row to open
	leads   map[string]string // lead agencies by code
	people  map[string]string
	err     error // the first, of a template
}

// partial renders a partial for each element of a slice.
func (b *rowBuilder) partial(name string, list any) template.HTML {
	text, err := b.srv.rows(name, list)
	if b.err == nil {
		b.err = err
	}
	return text
}

func (b *rowBuilder) options(list ...selectOption) template.HTML {
	return b.partial("layout/_option", list)
}

// fillRows groups the sheet's rows into tables and counts what they need.
func (s *Server) fillRows(v *sheetView, sh app.SheetView, k sheetKey, t sheetTrouble, open string) error {
	b := rowBuilder{srv: s, key: k, month: k.Month, trouble: t, open: open, leads: map[string]string{}, people: sh.Names}
	for i := 0; i < len(sh.Rows); {
		code := sh.Rows[i].Indicator.Group
		group, _ := sh.Set.Group(code)
		title := strings.TrimPrefix(code+". "+group.Name, ". ")
		tab := tabCount{}
		first, end := i, i
		for end < len(sh.Rows) && sh.Rows[end].Indicator.Group == code {
			end++
		}
		parts := (end - first + maxTableRows - 1) / maxTableRows
		size := (end - first + parts - 1) / parts
		for ; i < end; i++ {
			if (i-first)%size == 0 {
				v.Groups = append(v.Groups, newSheetGroup(code, title, (i-first)/size, size))
				v.Groups[len(v.Groups)-1].First = i == 0
			}
			table := &v.Groups[len(v.Groups)-1]
			row := b.row(&sh.Rows[i])
			table.Rows = append(table.Rows, row)
			tab.add(row)
			if row.carries {
				v.Carries++
			}
		}
		v.Tabs = append(v.Tabs, tab.tab(code, title))
		v.Failures += tab.failures
		v.Warnings += tab.warnings
	}
	v.Blank = b.blankMore()
	return b.err
}

func newSheetGroup(code, title string, part, rows int) sheetGroup {
	g := sheetGroup{ID: "nhom-" + domID(code), Group: domID(code), Title: title, Rows: make([]sheetRow, 0, rows)}
	if part > 0 {
		g.ID = "nhom" + strconv.Itoa(part+1) + "-" + g.Group
		g.Title += " (tiếp)"
	}
	return g
}

type tabCount struct{ filled, due, failures, warnings int }

func (n *tabCount) add(row sheetRow) {
	n.due++
	if row.filled {
		n.filled++
	}
	switch row.state {
	case "warning":
		n.warnings++
	case "error", "rejected", "conflict":
		n.failures++
	}
}

func (n tabCount) tab(code, title string) sheetTab {
	t := sheetTab{ID: domID(code), Label: title, Count: formatCount(n.filled) + "/" + formatCount(n.due)}
	switch {
	case n.failures > 0:
		t.Icon, t.Mark = "alert-circle", "có lỗi"
	case n.warnings > 0:
		t.Icon, t.Mark = "alert-triangle", "có cảnh báo"
	case n.filled == n.due:
		t.Icon, t.Mark = "check", "đã đủ"
	default:
		t.Icon, t.Mark = "circle", "chưa đủ"
	}
	return t
}

func formatCount(n int) string { return kpi.FormatDecimal(kpi.Dec(int64(n)), 0) }

func (b *rowBuilder) row(from *app.SheetRow) sheetRow {
	ind, c := from.Indicator, from.Cell
	row := sheetRow{Code: ind.Code, Name: ind.Name, Unit: ind.Unit, About: b.about(*ind), Previous: b.previous(from), filled: c.Filled(ind.Kind)}
	row.ToDate = beside(*ind, from.Sums)
	if c.Review == kpi.ReviewReturned {
		row.Back = "Trả lại: «" + c.ReviewNote + "»"
		if name := b.people[c.ReviewBy]; name != "" {
			row.Back += " – " + name
		}
	}
	stored := textOfCell(*ind, c)
	text, state, seen := stored, stateOf(*ind, c, from.Issues), ""
	typed, refused := b.trouble.typed[ind.Code]
	if refused {
		text, state = stored.with(typed.entry), cellState{typed.state, typed.text}
	} else if said := b.trouble.blocks(ind.Code); said != "" && state.State == "" {
		short, _, _ := strings.Cut(said, ". ")
		state = cellState{"error", short}
	}
	if from.Editable {
		seen = stored.seen(c.Version)
		b.input(&row, from, text)
		row.carried = c.Carried()
		row.carries = ind.Carries() && from.Past.Last().Carryable()
		if text.extra() || state.State == "warning" && !row.carried || b.open == ind.Code || refused && typed.more() {
			row.More = b.more(from, text)
		}
	} else {
		state = b.readOnly(&row, from, state, typed)
	}
	row.state, row.Text = state.State, state.Text
	row.Below = row.About != "" || row.Back != "" || row.Note != ""
	row.proven = from.Evidence > 0
	row.identify(b.key.Set, seen, reading(*ind))
	return row
}

// beside is the computed text beside a cell: of a flow its sum since January, of a running total what this period
// added.
func beside(ind kpi.Indicator, s app.Sums) string {
	switch {
	case s.Period != nil:
		return kpi.FormatRat(s.Period, ind.Decimals)
	case s.ToDate != nil:
		return kpi.FormatRat(s.ToDate, ind.Decimals)
	}
	return ""
}

// reading is the attribute from which the browser knows how to read the numbers of a cell.
func reading(ind kpi.Indicator) string {
	switch ind.Kind {
	case kpi.KindNumber:
		s := ` data-d="` + string(rune('0'+ind.Decimals)) + `"`
		if ind.Percent() {
			s += ` data-percent`
		}
		return s
	case kpi.KindRatio:
		return ` data-d="` + string(rune('0'+ind.PartDecimals)) + `"`
	}
	return ""
}

// domID is the part of an id that names a code: no dot, which style sheets read as something else.
func domID(code string) string { return strings.ReplaceAll(code, ".", "_") }

// identify prepares the attributes that name the cell's parts. Codes, sets and seen texts hold only letters, digits,
// dots and dashes, so they need no escaping.
func (row *sheetRow) identify(set, seen, reading string) {
	var b strings.Builder // of all of them
	b.Grow(640)
	attr := func(parts ...string) template.HTMLAttr {
		from := b.Len()
		for _, p := range parts {
			b.WriteString(p)
		}
		return template.HTMLAttr(b.String()[from:])
	}
	code, k, state := row.Code, domID(row.Code), `" data-state="`+row.state+`"`
	filled := ""
	if row.filled {
		filled = " data-filled"
	}
	if row.carried {
		filled += " data-carried"
	}
	if row.proven {
		filled += " data-evidence"
	}
	row.RowIs = attr(`id="r-`, k, `"`, filled)
	row.NameIs = attr(`id="h-`, k, `" href="/chi-so/`, set, `/`, code, `"`)
	row.SumIs = attr(`id="s-`, k, `"`)
	row.WordsAre = attr(`id="m-`, k, state)
	if seen == "" {
		return
	}
	row.SeenIs = attr(`name="v.`, code, `" value="`, seen, `"`)
	row.LinkIs = attr(`href="?o=`, code, `#r-`, k, `"`)
	if row.carries {
		row.CarryIs = attr(`aria-describedby="h-`, k, `"`)
	}
	about := `" aria-describedby="m-` + k + state + reading
	switch row.state {
	case "error", "rejected", "conflict":
		about += ` aria-invalid="true"`
	}
	if !row.Ratio {
		column := " col-period"
		if row.Total {
			column = " col-total"
		}
		row.InputIs = attr(`id="f-`, k, `" name="c.`, code, `" aria-labelledby="h-`, k, column, about)
		return
	}
	row.NumIs = attr(`id="a-`, k, `" for="f-`, k, `"`)
	row.DenIs = attr(`id="b-`, k, `" for="d-`, k, `"`)
	row.InputIs = attr(`id="f-`, k, `" name="c.`, code, `" aria-labelledby="h-`, k, ` a-`, k, about)
	row.DenInputIs = attr(`id="d-`, k, `" name="d.`, code, `" aria-labelledby="h-`, k, ` b-`, k, about)
	row.RateIs = attr(`id="q-`, k, `" for="f-`, k, ` d-`, k, `"`)
}

// input says which input the row has, what stands in it and what it offers.
func (b *rowBuilder) input(row *sheetRow, from *app.SheetRow, text cellText) {
	ind := from.Indicator
	row.Raw, row.Den = text.Raw, text.Den
	switch ind.Kind {
	case kpi.KindNumber:
		row.Total = ind.Accumulation == kpi.Cumulative
		row.Number = !row.Total
	case kpi.KindRatio:
		row.Ratio = true
		if from.Cell.Content == kpi.HasValue {
			row.Shown = from.Cell.Show(*ind)
		}
	case kpi.KindYesNo:
		row.Choice = true
		row.Options = b.options(selectOption{"", "Chưa chọn", row.Raw == ""}, selectOption{"co", "Có", row.Raw == "co"}, selectOption{"khong", "Không", row.Raw == "khong"})
	case kpi.KindGrade:
		row.Choice = true
		list := []selectOption{{"", "Chưa chọn", row.Raw == ""}}
		for _, g := range ind.Grades {
			list = append(list, selectOption{g.Code, g.Label, row.Raw == g.Code})
		}
		row.Options = b.options(list...)
	default:
		row.Words = true
	}
}

// readOnly shows the cell as text, for whoever may not or cannot change it now.
func (b *rowBuilder) readOnly(row *sheetRow, from *app.SheetRow, state cellState, typed typedCell) cellState {
	ind, c := from.Indicator, from.Cell
	row.Shown, row.Words = c.Show(*ind), ind.Kind == kpi.KindText
	if ind.Kind == kpi.KindNumber && ind.Accumulation == kpi.Cumulative && c.Content == kpi.HasValue {
		row.Shown, row.ToDate = row.ToDate, row.Shown
	}
	if ind.Kind == kpi.KindRatio && c.Content == kpi.HasValue {
		row.Parts, _, _ = strings.Cut(c.Trace(*ind), " = ")
	}
	if c.Note != "" {
		row.Note = "Giải trình: " + c.Note
	}
	switch {
	case state.State == "saved" && state.Text == "Đã lưu":
		state = cellState{}
	case state.State == "saved":
		state.State = ""
	case typed.text != "":
		state = cellState{"rejected", "Chưa lưu: " + typedAs(typed.entry)}
	}
	return state
}

// previous shows the latest earlier value, and of which month it is when that is not the period before.
func (b *rowBuilder) previous(from *app.SheetRow) string {
	if len(from.Past.Values) == 0 {
		return ""
	}
	last := from.Past.Last()
	shown := last.Show(*from.Indicator)
	if kind := from.Indicator.Kind; kind == kpi.KindText || kind == kpi.KindGrade {
		shown = kpi.Clip(shown, 60)
	}
	if int(b.month-last.Month) != max(1, from.Indicator.Frequency.Months()) {
		shown += " (" + last.Month.Short() + ")"
	}
	return shown
}

func (b *rowBuilder) about(ind kpi.Indicator) string {
	var parts []string
	if ind.Kind == kpi.KindRatio && ind.Numerator != "" {
		parts = append(parts, "Tử số: "+ind.Numerator)
	}
	if ind.Kind == kpi.KindRatio && ind.Denominator != "" {
		parts = append(parts, "Mẫu số: "+ind.Denominator)
	}
	if ind.LeadAgency != "" && ind.LeadAgency != b.key.Unit {
		parts = append(parts, "Chủ trì: "+b.lead(ind.LeadAgency))
	}
	return strings.Join(parts, " · ")
}

// lead returns the name of a lead agency, which a definition gives as a unit's code or in words.
func (b *rowBuilder) lead(agency string) string {
	if !kpi.ValidCode(agency) {
		return agency
	}
	name, ok := b.leads[agency]
	if !ok {
		name = b.srv.App.UnitName(agency)
		b.leads[agency] = name
	}
	return name
}
