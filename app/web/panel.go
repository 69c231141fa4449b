package web

import (
	"fmt"
	"html/template"
	"slices"

	"chiso/app"
	"chiso/app/kpi"
)

// panelView is what stands beside a cell of the sheet: loaded into the side of the page, or a page of its own where
// there is no JavaScript.
type panelView struct {
	page
	Code, Name  string
	Unit, Month string
	Sheet       string // URL of the cell's row
	State       string // how the cell stands, as its row says it
	StateText   string
	Renewed     bool   // another version of the indicator holds from this month on
	Locked      string // why the cell cannot be changed
	Facts       []fact
	Guidance    []block
	Passages    panelGuidance
	Past        []trailPast
	Spark       template.HTML // "" without at least two numbers
	SparkSays   string
	Note        string
	NoteURL     string // opens the line where the note is written; "" where it cannot be
	Evidence    evidenceView
	Changes     panelHistory
	Explain     *askedNote // an explanation of this figure that the province has asked for
}

// panelHistory is what happened to the cell.
type panelHistory struct {
	Events []trailEvent // the latest
	URL    string       // of all of them
	AskURL string       // form of a question about the indicator, "" for those who may not ask
	Beside bool         // sent beside another part, to replace what is on the page
}

// cellKey returns the cell that the path names, and the URL below which its panel and evidence lie.
func (r *request) cellKey() (kpi.CellKey, string, error) {
	k, err := r.sheetKey()
	if err != nil {
		return kpi.CellKey{}, "", err
	}
	cell := kpi.CellKey{Set: k.Set, Month: k.Month, Unit: k.Unit, Indicator: r.Params("code")}
	if cell.Validate() != nil {
		return cell, "", kpi.Errorf(kpi.NotFound, "Không có chỉ số này. Kiểm tra lại địa chỉ hoặc mở từ biểu nhập liệu.")
	}
	return cell, k.path() + "/" + cell.Indicator, nil
}

func (s *Server) panel(r *request) error {
	k, base, err := r.cellKey()
	if err != nil {
		return err
	}
	return s.renderPanel(r, k, base, evidenceTrouble{})
}

// renderPanel shows the panel, as a part of the sheet or as a page, with what was typed and refused in its place.
func (s *Server) renderPanel(r *request, k kpi.CellKey, base string, t evidenceTrouble) error {
	p, err := s.App.Panel(r.actor, k)
	if err != nil {
		return err
	}
	v := panelOf(p, k, base)
	asked, err := s.App.CellThreads(r.actor, k)
	if err != nil {
		return err
	}
	if len(asked) > 0 {
		v.Explain = askedNoteOf(asked[0].Thread)
	}
	v.Changes.AskURL = askURL(r.actor.User, k.Unit, k.Set, k.Indicator)
	if v.Passages, err = s.panelGuidance(r, p.Indicator, base); err != nil {
		return err
	}
	v.Evidence = s.evidenceOf(r, p, base, t)
	r.Vary("HX-Request")
	if asksForPart(r) {
		return r.Render("sheet/_panel", v)
	}
	sheet := sheetKey{k.Set, k.Month, k.Unit}
	v.page = s.page(r, fmt.Sprintf("Chỉ số %s – %s, tháng %s", v.Code, v.Unit, v.Month), crumb{"Nhập liệu", "/nhap-lieu"},
		crumb{v.Unit + ", tháng " + v.Month, sheet.path()}, crumb{"Chỉ số " + v.Code, ""})
	v.Styles, v.Errors = append(sheetStyles(), searchStyles()...), errorsOf(t.err)
	return r.Render("sheet/panel", v)
}

// panelOf describes the cell, its evidence aside.
func panelOf(p app.Panel, k kpi.CellKey, base string) panelView {
	ind, c, id := p.Indicator, p.Cell, domID(k.Indicator)
	sheet := sheetKey{k.Set, k.Month, k.Unit}
	v := panelView{Code: ind.Code, Name: ind.Name, Unit: p.Unit.Name, Month: k.Month.Short(), Sheet: sheet.path() + "#r-" + id,
		Facts: append(definitionFacts(ind, k.Month), limitFacts(ind)...), Guidance: blocks(ind.Guidance), Note: c.Note, Changes: panelHistory{URL: "/o/" + k.ID()}}
	state := stateOf(ind, c, p.Issues)
	v.State, v.StateText = state.State, state.Text
	if p.Locked != nil {
		v.Locked = p.Locked.Error()
	} else {
		v.NoteURL = sheet.path() + "?o=" + k.Indicator + "#r-" + id
	}
	v.Renewed = ind.From == k.Month && len(p.Past) > 0
	past := slices.DeleteFunc(slices.Clone(p.Past), func(c kpi.Cell) bool { return c.Month < p.Since })
	for _, past := range past {
		v.Past = append(v.Past, trailPast{Month: past.Month.Short(), Value: past.Show(ind), URL: "/o/" + past.ID()})
	}
	v.Spark, v.SparkSays = sparkOf(ind, c, past)
	for _, ev := range p.Events {
		v.Changes.Events = append(v.Changes.Events, trailEvent{At: ev.At.Format("2006-01-02T15:04:05Z07:00"), Time: kpi.FormatTime(ev.At), By: p.Names[ev.By], What: ev.Verb.Label(),
			Old: kpi.Clip(ev.Old, 120), New: kpi.Clip(ev.New, 120), Reason: ev.Reason})
	}
	return v
}

// limitFacts tells between which numbers a value is taken and between which it is usual.
func limitFacts(ind kpi.Indicator) []fact {
	between := func(low, high kpi.Opt) string {
		switch {
		case low.OK && high.OK:
			return "từ " + kpi.FormatDecimal(low.V, 0) + " đến " + kpi.FormatDecimal(high.V, 0)
		case low.OK:
			return "từ " + kpi.FormatDecimal(low.V, 0) + " trở lên"
		case high.OK:
			return "không quá " + kpi.FormatDecimal(high.V, 0)
		}
		return ""
	}
	facts := []fact{{"Giới hạn", between(ind.Min, ind.Max)}, {"Mức thường gặp", between(ind.UsualLow, ind.UsualHigh)}}
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Text == "" })
}
