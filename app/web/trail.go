package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"chiso/app"
	"chiso/app/chart"
	"chiso/app/kpi"
)

// trailView is everything that is known of one cell.
type trailView struct {
	page
	Code, Name string
	Unit       string
	Month      string
	Back       string // URL of the sheet, "" for those who may not open it
	Panel      string // URL of the guidance and evidence of the cell, "" likewise
	Definition string // URL of the indicator
	Now        []fact
	About      []fact
	Evidence   []proofView
	Events     []trailEvent
	Past       []trailPast
	Explain    *explanationView // nil for those who may not see the sheet
	Spark      template.HTML    // "" without at least two numbers
	SparkSays  string
}

// fact is one line of a list of terms.
type fact struct {
	Term, Text string
}

type trailEvent struct {
	At, Time string // RFC 3339, as shown
	By, What string
	Sheet    bool // happened to the whole sheet
	Old, New string
	Reason   string
}

type trailPast struct {
	Month, Value, Note string
	URL                string
}

// maxTrail is how many events a trail shows.
const maxTrail = 200

func (s *Server) trail(r *request) error { return s.renderTrail(r, "", "", nil) }

// renderTrail shows the history with what was typed to ask for an explanation; failed is why that was not accepted.
func (s *Server) renderTrail(r *request, text, op string, failed error) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	code := r.Params("code")
	if !kpi.ValidCode(code) {
		return kpi.Errorf(kpi.NotFound, "Không có chỉ số này. Kiểm tra lại địa chỉ hoặc mở từ biểu nhập liệu.")
	}
	t, err := s.App.Trail(r.actor, kpi.CellKey{Set: k.Set, Month: k.Month, Unit: k.Unit, Indicator: code})
	if err != nil {
		return err
	}
	crumbs := []crumb{{"Lịch sử ô " + code, ""}}
	v := trailView{Code: code, Name: t.Indicator.Name, Unit: t.Unit.Name, Month: k.Month.Short(), Definition: "/chi-so/" + k.Set + "/" + code,
		Now: cellFacts(t), About: definitionFacts(t.Indicator, k.Month)}
	if t.SeesSheet {
		v.Back, v.Panel = k.path()+"#r-"+domID(code), k.path()+"/"+code+"/ben-canh"
		crumbs = []crumb{{"Nhập liệu", "/nhap-lieu"}, {t.Unit.Name + ", tháng " + k.Month.Short(), k.path()}, crumbs[0]}
	}
	v.page = s.page(r, fmt.Sprintf("Lịch sử ô %s – %s, tháng %s", code, t.Unit.Name, v.Month), crumbs...)
	for _, ev := range t.Events[:min(len(t.Events), maxTrail)] {
		v.Events = append(v.Events, trailEvent{At: ev.At.Format("2006-01-02T15:04:05Z07:00"), Time: kpi.FormatTime(ev.At), By: t.Names[ev.By], What: ev.Verb.Label(),
			Sheet: strings.HasPrefix(ev.Object, "sheet/"), Old: ev.Old, New: ev.New, Reason: ev.Reason})
	}
	for _, c := range t.Past {
		v.Past = append(v.Past, trailPast{Month: c.Month.Label(), Value: c.Trace(t.Indicator), Note: c.Note,
			URL: "/o/" + sheetKey{k.Set, c.Month, k.Unit}.String() + "/" + code})
	}
	v.Spark, v.SparkSays = sparkOf(t.Indicator, t.Cell, t.Past)
	for _, p := range t.Proofs {
		v.Evidence = append(v.Evidence, proofOf(p, t.Names))
	}
	if t.SeesSheet {
		explain, err := s.explanationOf(r, t.Cell.CellKey, text, op, failed)
		if err != nil {
			return err
		}
		v.Explain = &explain
		v.Styles = append(v.Styles, feedbackStyles()...)
	}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	return r.Render("trail/trail", v)
}

// cellFacts tells what the cell holds now and where it comes from.
func cellFacts(t app.Trail) []fact {
	c, ind := t.Cell, t.Indicator
	value := c.Trace(ind)
	if c.Content == kpi.HasValue && ind.Kind != kpi.KindYesNo && ind.Kind != kpi.KindGrade && ind.Kind != kpi.KindText {
		value += strings.TrimSuffix(" "+ind.Unit, " %")
		if ind.Percent() {
			value += "%"
		}
	}
	facts := []fact{{"Số liệu hiện có", value}}
	if c.Version > 0 {
		facts = append(facts, fact{"Ghi bởi", fmt.Sprintf("%s, %s, %s", t.Names[c.By], kpi.FormatTime(c.At), strings.ToLower(c.Source.Label()))})
	}
	if c.Note != "" {
		facts = append(facts, fact{"Giải trình", c.Note})
	}
	if c.Confirmed {
		facts = append(facts, fact{"Xác nhận", "Đã kiểm tra, số liệu đúng"})
	}
	if c.Review == kpi.ReviewReturned {
		facts = append(facts, fact{"Bị trả lại", c.ReviewNote})
	}
	return facts
}

func definitionFacts(ind kpi.Indicator, m kpi.Month) []fact {
	target := ""
	if t, ok := ind.TargetFor(m); ok {
		target = fmt.Sprintf("%s (năm %d)", t, t.Year)
	}
	facts := []fact{{"Định nghĩa", ind.Definition}, {"Cách tính", ind.Computation}, {"Tử số", ind.Numerator}, {"Mẫu số", ind.Denominator},
		{"Nguồn số liệu", ind.Source}, {"Đơn vị tính", ind.Unit}, {"Mục tiêu", target}}
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Text == "" })
}

// sparkOf draws the values of the rounds up to this one, past being the earlier ones, and says what the line shows;
// "" without at least two numbers.
func sparkOf(ind kpi.Indicator, now kpi.Cell, past []kpi.Cell) (line template.HTML, says string) {
	var points []chart.Point
	for _, c := range slices.Backward(append([]kpi.Cell{now}, past...)) {
		x, ok := c.Number(ind)
		if !ok {
			continue
		}
		points = append(points, chart.Point{Value: x, Text: c.Show(ind)})
	}
	if len(points) < 2 {
		return "", ""
	}
	points = points[max(0, len(points)-chart.MaxSpark):]
	says = fmt.Sprintf("%d kỳ gần đây: từ %s đến %s", len(points), points[0].Text, points[len(points)-1].Text)
	return template.HTML(chart.Spark(chart.Sparkline{Label: says, Points: points, Width: 240, Height: 48})), says
}
