package web

import (
	"cmp"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strconv"

	"chiso/app"
	"chiso/app/kpi"
)

// detailView is the figure of one indicator in one round with the cells of all units behind it.
type detailView struct {
	page
	Heading        string
	Path           string
	SetURL         string // where the form goes
	Round          string
	Indicator      string // address of the indicator's own page
	Unit           string
	Closed         bool
	Provisional    bool // cells that are not accepted are in the figure
	MayProvisional bool
	Toggle         string // the same page with the other choice
	Figure         string
	Missing        string // why there is no figure
	Formed         string // how the figure comes about
	Behind         string
	Target         string
	Verdict        verdict
	Override       *overrideView
	Grades         []gradeLine
	Blocks         []blockChip
	Sorts          map[string]sortLink
	Ratio          bool
	Words          bool // cells hold words, not numbers
	Lines          []unitLine
	MaySet         bool
	Value, Reason  string            // the form as it was typed
	Bad            map[string]string // field → what is wrong with it
}

// overrideView is the figure that the province has set.
type overrideView struct {
	Computed, Reason, By, At string
}

type gradeLine struct {
	Label string
	Units int
}

// blockChip narrows the list to a block of units.
type blockChip struct {
	Label, URL string
	N          int
	Current    bool
}

// sortLink orders the list by a column.
type sortLink struct {
	URL, Icon, Aria string
}

// unitLine is one unit's cell.
type unitLine struct {
	number           *big.Rat
	Name, URL        string
	Text, Num, Den   string
	Bar, Max         string // length of the bar beside the number, "" for none
	Note             string
	Hidden, Accepted bool
	Empty            bool
	Explain          string // URL where its explanation is asked for, "" for those who may not ask
}

// detail shows what is behind a figure.
func (s *Server) detail(r *request) error { return s.renderDetail(r, "", "", nil) }

func (s *Server) renderDetail(r *request, value, reason string, failed error) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	code := r.Params("code")
	if !kpi.ValidCode(code) {
		return kpi.Errorf(kpi.NotFound, "Không có chỉ số này trong bộ. Chọn chỉ số trong bảng tổng hợp.")
	}
	d, err := s.App.Detail(r.actor, set, m, code)
	if err != nil {
		return err
	}
	table := "/tong-hop/" + d.Round.ID()
	v := detailView{Heading: code + " " + d.Indicator.Name, Path: table + "/" + code, Round: m.Label(), Indicator: "/chi-so/" + set + "/" + code,
		Unit: d.Indicator.Unit, Closed: d.Round.IsClosed(), MayProvisional: kpi.May(r.actor.User, kpi.SeeProvisional) == nil,
		Ratio: d.Indicator.Kind == kpi.KindRatio, Words: d.Indicator.Kind == kpi.KindText || d.Indicator.Kind == kpi.KindGrade, Value: value, Reason: reason}
	v.Provisional = v.MayProvisional && r.Query("tam") == "1"
	params := url.Values{}
	if v.Provisional {
		params.Set("tam", "1")
	}
	v.SetURL = withParams(v.Path+"/so-tinh", params)
	v.page = s.page(r, v.Heading, crumb{"Tổng hợp", withParams(table, params)}, crumb{code, ""})
	v.Errors = errorsOf(failed)
	if refused, ok := asError(failed); ok {
		v.Bad = refused.Fields
	}
	if v.Seen, err = s.seen(r, "figure/"+d.Round.ID()+"/"+code, failed); err != nil {
		return err
	}
	v.MaySet = kpi.May(r.actor.User, kpi.SetFigure) == nil && !v.Closed && d.Figure.Due > 0 && d.Indicator.Kind != kpi.KindText
	f := d.Accepted
	if v.Provisional {
		f = d.Figure
	}
	v.describe(d, f, s.App.UnitName)
	if o := f.Override; o != nil && failed == nil {
		v.Value = kpi.FormatDecimal(o.Value, 0)
	}
	v.list(d, r.actor.User, r.Query("khoi"), r.Query("xep"))
	return r.Render("consolidation/detail", v)
}

// describe words the figure and how it comes about.
func (v *detailView) describe(d app.Detail, f kpi.Figure, unitName func(string) string) {
	ind := d.Indicator
	v.Figure, v.Behind = figureWithUnit(ind, f), unitsBehind(f)
	switch {
	case f.Due == 0:
		v.Missing = "Chỉ số này không báo cáo trong kỳ (tần suất: " + ind.Frequency.Label() + ")."
	case v.Figure == "" && !v.Provisional && !v.Closed:
		v.Missing = "Chưa có số liệu được phê duyệt."
	case v.Figure == "":
		v.Missing = "Chưa có số liệu."
	}
	if target, ok := ind.TargetFor(d.Round.Month); ok {
		v.Target = target.String()
	}
	v.Verdict = verdictOf(ind, f, d.Round.Month, v.Closed)
	v.Formed = formed(d, f)
	if o := f.Override; o != nil {
		computed := f
		computed.Override = nil
		v.Override = &overrideView{figureWithUnit(ind, computed), o.Reason, d.Setter, kpi.FormatTime(o.At)}
		if v.Override.Computed == "" {
			v.Override.Computed = "chưa có"
		}
	}
	for i, g := range ind.Grades {
		if i < len(f.Grades) && f.Units > 0 {
			v.Grades = append(v.Grades, gradeLine{g.Label, f.Grades[i]})
		}
	}
}

// formed tells in a sentence how the computed figure comes about, "" if there is none.
func formed(d app.Detail, f kpi.Figure) string {
	ind := d.Indicator
	if f.Units == 0 {
		return ""
	}
	switch {
	case ind.Kind == kpi.KindText:
		return fmt.Sprintf("Nội dung do %d đơn vị ghi, xem ở bảng bên cạnh.", f.Units)
	case f.Num != nil:
		s := fmt.Sprintf("Tổng tử số %s / tổng mẫu số %s", kpi.FormatRat(f.Num, ind.PartDecimals), kpi.FormatRat(f.Den, ind.PartDecimals))
		if ind.Scale != kpi.Dec(1) {
			s += " × " + kpi.FormatDecimal(ind.Scale, 0)
		}
		return s + fmt.Sprintf(", của %d đơn vị.", f.Units)
	case ind.Kind == kpi.KindYesNo && ind.Aggregation == kpi.AggMean:
		return fmt.Sprintf("%d đơn vị có trên %d đơn vị đã báo cáo.", f.Yes, f.Units)
	case ind.Aggregation == kpi.AggProvince && len(d.Units) == 1:
		return "Số toàn tỉnh do " + d.Units[0].Unit.Name + " báo cáo."
	case ind.Aggregation == kpi.AggWeighted:
		return fmt.Sprintf("Trung bình của %d đơn vị, trọng số là chỉ số %s.", f.Units, ind.WeightBy)
	}
	how := map[kpi.Aggregation]string{kpi.AggSum: "Cộng số liệu của %d đơn vị.", kpi.AggMean: "Trung bình của %d đơn vị.", kpi.AggMin: "Số nhỏ nhất trong %d đơn vị.",
		kpi.AggMax: "Số lớn nhất trong %d đơn vị.", kpi.AggProvince: "Số toàn tỉnh, từ %d đơn vị."}[ind.Aggregation]
	if how == "" {
		return ""
	}
	return fmt.Sprintf(how, f.Units)
}

// list words the units' cells, narrowed to a block and in the wanted order: «ten», «so», «-so».
func (v *detailView) list(d app.Detail, u kpi.User, block, order string) {
	link := func(block, order string) string {
		params := url.Values{}
		for name, value := range map[string]string{"khoi": block, "xep": order} {
			if value != "" {
				params.Set(name, value)
			}
		}
		if v.Provisional {
			params.Set("tam", "1")
		}
		return withParams(v.Path, params)
	}
	blocks := map[string]string{"so-nganh": kpi.BlockAgencies, "xa-phuong": kpi.BlockCommunes}
	counts := map[string]int{}
	for _, x := range d.Units {
		counts[x.Unit.Kind.Block()]++
	}
	v.Blocks = []blockChip{{"Tất cả", link("", order), len(d.Units), blocks[block] == ""}}
	for _, b := range []string{"so-nganh", "xa-phuong"} {
		if n := counts[blocks[b]]; n > 0 && n < len(d.Units) {
			v.Blocks = append(v.Blocks, blockChip{blocks[b], link(b, order), n, b == block})
		}
	}
	if len(v.Blocks) == 1 {
		v.Blocks = nil
	}
	for _, x := range d.Units {
		if want := blocks[block]; want == "" || want == x.Unit.Kind.Block() {
			v.Lines = append(v.Lines, unitLineOf(d, x, u))
		}
	}
	v.bars(d.Indicator)
	value := func(a, b unitLine) int {
		switch {
		case a.number == nil || b.number == nil:
			return cmp.Compare(boolInt(a.number == nil), boolInt(b.number == nil))
		case order == "so":
			return a.number.Cmp(b.number)
		}
		return b.number.Cmp(a.number)
	}
	if order == "so" || order == "-so" {
		slices.SortStableFunc(v.Lines, value)
	}
	v.Sorts = map[string]sortLink{"name": {link(block, ""), "selector", ""}, "value": {link(block, "-so"), "selector", ""}}
	switch order {
	case "so":
		v.Sorts["value"] = sortLink{link(block, "-so"), "arrow-up", "ascending"}
	case "-so":
		v.Sorts["value"] = sortLink{link(block, "so"), "arrow-down", "descending"}
	default:
		v.Sorts["name"] = sortLink{link(block, ""), "arrow-up", "ascending"}
	}
	toggled := "1"
	if v.Provisional {
		toggled = ""
	}
	params := url.Values{}
	for name, value := range map[string]string{"khoi": block, "xep": order, "tam": toggled} {
		if value != "" {
			params.Set(name, value)
		}
	}
	v.Toggle = withParams(v.Path, params)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unitLineOf words one unit's cell as the user may see it.
func unitLineOf(d app.Detail, x app.UnitCell, u kpi.User) unitLine {
	ind, c := d.Indicator, x.Cell
	line := unitLine{Name: x.Unit.Name, Hidden: x.Hidden, Accepted: x.Accepted}
	if x.Hidden {
		return line
	}
	if x.Accepted || kpi.MaySeeUnit(u, x.Unit.Code) == nil {
		line.URL = "/o/" + c.ID()
		if kpi.May(u, kpi.AskExplanation) == nil && c.Content != kpi.Empty {
			line.Explain = line.URL + "#giai-trinh"
		}
	}
	line.Text, line.Note, line.Empty = c.Show(ind), c.Note, c.Content == kpi.Empty
	if c.Content == kpi.NotApplicable || c.Content == kpi.NoData {
		line.Note = c.Text
		if c.Expected != "" {
			line.Note += " (dự kiến " + c.Expected + ")"
		}
	}
	if c.Content == kpi.HasValue && ind.Kind == kpi.KindRatio {
		if c.Num.OK {
			line.Num = kpi.FormatDecimal(c.Num.V, ind.PartDecimals)
		}
		if c.Den.OK {
			line.Den = kpi.FormatDecimal(c.Den.V, ind.PartDecimals)
		}
	}
	line.number, _ = c.Number(ind)
	return line
}

// bars gives the numbers lengths to compare by eye: against 100 for shares, else against the largest. There are none
// where a number is negative.
func (v *detailView) bars(ind kpi.Indicator) {
	if ind.Kind != kpi.KindNumber && ind.Kind != kpi.KindRatio {
		return
	}
	most := new(big.Rat)
	if ind.Share {
		most = ind.Scale.Rat()
	}
	for _, l := range v.Lines {
		if l.number != nil && l.number.Sign() < 0 {
			return
		}
		if l.number != nil && l.number.Cmp(most) > 0 {
			most = l.number
		}
	}
	if most.Sign() == 0 {
		return
	}
	for i := range v.Lines {
		if n := v.Lines[i].number; n != nil {
			x, _ := new(big.Rat).Quo(n, most).Float64()
			v.Lines[i].Bar, v.Lines[i].Max = strconv.FormatFloat(x, 'f', 3, 64), "1"
		}
	}
}

// setFigure puts another province figure beside the computed one, or takes it back.
func (s *Server) setFigure(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	code, value, reason := r.Params("code"), r.FormValue("value"), r.FormValue("reason")
	if !kpi.ValidCode(code) {
		return kpi.Errorf(kpi.NotFound, "Không có chỉ số này trong bộ.")
	}
	if err := s.App.SetOverride(r.actor, set, m, code, value, reason); err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderDetail(r, value, reason, err)
	}
	n, err := kpi.ParseNumber(value, kpi.NumberFormat{Decimals: kpi.MaxDecimals, Percent: true})
	if err == nil && n.Empty {
		s.flash(r, "success", "Đã trở lại số tự tính của chỉ số "+code+".")
	} else {
		s.flash(r, "success", "Đã đặt số toàn tỉnh của chỉ số "+code+".")
	}
	params := url.Values{}
	if r.Query("tam") == "1" {
		params.Set("tam", "1")
	}
	return r.redirect(withParams("/tong-hop/"+set+"/"+m.String()+"/"+code, params))
}
