package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// indicatorFormView is the form of one indicator.
type indicatorFormView struct {
	page
	Heading  string
	Action   string
	Back     string
	Locked   bool   // given by the centre: what it has said is not changed here
	Used     string // first month from which another measure may hold, when a round uses this one
	Gaps     string
	Flags    []flagLine
	Sections []formSection
}

// flagLine is a remark of an import, with a tick that takes it away.
type flagLine struct {
	ID, Text string
	Done     bool
}

// newIndicator stands in the path in place of the code of an indicator that does not exist yet.
const newIndicator = "moi"

// indicatorTexts are the plain text fields of the form by name.
func indicatorTexts(ind *kpi.Indicator) map[string]*string {
	return map[string]*string{"name": &ind.Name, "definition": &ind.Definition, "computation": &ind.Computation, "guidance": &ind.Guidance,
		"source": &ind.Source, "verifier": &ind.Verifier, "lead": &ind.LeadAgency, "central": &ind.CentralCode, "unit": &ind.Unit,
		"numerator": &ind.Numerator, "denominator": &ind.Denominator, "basis": &ind.TargetBasis, "group": &ind.Group, "weight-by": &ind.WeightBy}
}

// indicatorLimits are the fields of the form that hold a number or nothing.
func indicatorLimits(ind *kpi.Indicator) map[string]*kpi.Opt {
	return map[string]*kpi.Opt{"floor": &ind.Floor, "min": &ind.Min, "max": &ind.Max, "usual-low": &ind.UsualLow, "usual-high": &ind.UsualHigh,
		"min-denominator": &ind.MinDenominator}
}

func (s *Server) indicatorForm(r *request) error {
	e, base, err := s.editOf(r)
	if err != nil {
		return err
	}
	return s.renderIndicatorForm(r, e, base, typedOf(base), nil)
}

// editOf returns what the path names, and the version that the form starts from: the last one, or a blank one.
func (s *Server) editOf(r *request) (e app.IndicatorEdit, base kpi.Indicator, err error) {
	set, code := r.Params("set"), r.Params("code")
	missing := kpi.Errorf(kpi.NotFound, "Không có chỉ số này. Tìm trong danh sách của trang Chỉ số.")
	if !kpi.ValidSet(set) || code != newIndicator && !kpi.ValidCode(code) {
		return e, base, missing
	}
	if e, err = s.App.IndicatorEdit(r.actor, set, code); err != nil {
		return e, base, err
	}
	switch n := len(e.Versions); {
	case n > 0:
		return e, e.Versions[n-1], nil
	case code != newIndicator:
		return e, base, missing
	}
	return e, kpi.Indicator{Set: set, From: e.Next, Origin: kpi.Province, Weight: 1}, nil
}

// typedOf returns an indicator as the fields of the form show it.
func typedOf(ind kpi.Indicator) map[string]string {
	in := map[string]string{"code": ind.Code, "from": ind.From.String(), "to": "", "origin": string(ind.Origin), "kind": string(ind.Kind),
		"direction": string(ind.Direction), "frequency": string(ind.Frequency), "accumulation": string(ind.Accumulation), "aggregation": string(ind.Aggregation),
		"decimals": strconv.Itoa(ind.Decimals), "part-decimals": strconv.Itoa(ind.PartDecimals), "weight": strconv.Itoa(ind.Weight), "scale": "",
		"targets": typedTargets(ind.Targets), "grades": typedGrades(ind.Grades)}
	for name, text := range indicatorTexts(&ind) {
		in[name] = *text
	}
	for name, limit := range indicatorLimits(&ind) {
		if limit.OK {
			in[name] = kpi.FormatDecimal(limit.V, 0)
		}
	}
	if ind.Scale.Sign() != 0 {
		in["scale"] = kpi.FormatDecimal(ind.Scale, 0)
	}
	if ind.To != 0 {
		in["to"] = ind.To.Short()
	}
	for name, on := range map[string]bool{"share": ind.Share, "evidence": ind.Evidence} {
		if on {
			in[name] = "1"
		}
	}
	return in
}

// typedTargets writes targets one year a line: «2026: ≥ 80».
func typedTargets(targets []kpi.Target) string {
	var lines []string
	for i, t := range targets {
		text := t.Text
		if text == "" {
			text = t.String()
		} else if i > 0 && targets[i-1].Year == t.Year && targets[i-1].Text == t.Text {
			continue // several scopes of one text
		}
		lines = append(lines, strconv.Itoa(t.Year)+": "+text)
	}
	return strings.Join(lines, "\n")
}

// typedGrades writes a scale one step a line: «1 | Mức 1 | 50».
func typedGrades(grades []kpi.Grade) string {
	var lines []string
	for _, g := range grades {
		lines = append(lines, fmt.Sprintf("%s | %s | %d", g.Code, g.Label, g.Points))
	}
	return strings.Join(lines, "\n")
}

func (s *Server) renderIndicatorForm(r *request, e app.IndicatorEdit, base kpi.Indicator, in map[string]string, failed error) error {
	set := e.Set.Code
	v := indicatorFormView{Heading: "Sửa chỉ số " + base.Code, Action: r.Path(), Back: "/chi-so/" + set + "/" + base.Code}
	if len(e.Versions) == 0 {
		v.Heading, v.Back = "Thêm chỉ số", "/chi-so/"+set
	}
	v.page = s.page(r, v.Heading, crumb{"Chỉ số", "/chi-so/" + set}, crumb{v.Heading, ""})
	var err error
	if v.Seen, err = s.seen(r, "indicator/"+set+"/"+base.Code, failed); err != nil {
		return err
	}
	v.Errors = errorsOf(failed)
	var bad map[string]string
	if refused, ok := asError(failed); ok {
		bad = refused.Fields
	}
	v.Locked = base.Origin == kpi.Central && len(e.Versions) > 0
	if e.Used {
		v.Used = e.Next.Short()
	}
	if len(e.Versions) > 0 {
		v.Gaps = strings.Join(base.Gaps(), ", ")
	}
	cleared := peekAll(r, "clear[]")
	for i, text := range base.Flags {
		v.Flags = append(v.Flags, flagLine{"flag-" + strconv.Itoa(i), text, cleared[text]})
	}
	v.Sections = indicatorSections(e, base, in, bad)
	return r.Render("indicator/form", v)
}

// fromChoice returns the months from which a version may hold: its own, and a year of months that no round has opened.
// A new indicator may also hold since the beginning of the year.
func fromChoice(e app.IndicatorEdit, base kpi.Indicator, selected string) []selectOption {
	var out []selectOption
	add := func(m kpi.Month, note string) {
		out = append(out, selectOption{m.String(), m.Label() + note, m.String() == selected})
	}
	first := e.Next
	switch {
	case len(e.Versions) > 0:
		add(base.From, " (bản đang có)")
		first = max(first, base.From+1)
	default:
		first = kpi.NewMonth(e.Next.Year(), 1)
	}
	for m := first; m < e.Next+12; m++ {
		add(m, "")
	}
	return out
}

// peekAll returns the values of a form field that may be repeated, as a set.
func peekAll(r *request, name string) map[string]bool {
	all := map[string]bool{}
	for _, v := range r.Request().PostArgs().PeekMulti(name) {
		all[string(v)] = true
	}
	return all
}

func (s *Server) saveIndicator(r *request) error {
	e, base, err := s.editOf(r)
	if err != nil {
		return err
	}
	in := typedOf(base)
	for _, name := range append(slices.Sorted(maps.Keys(in)), append(limitNames(), "share", "evidence")...) {
		in[name] = strings.ReplaceAll(r.FormValue(name), "\r\n", "\n")
	}
	ind, err := readIndicator(base, in)
	if err == nil {
		if ind.Flags = nil; len(base.Flags) > 0 {
			cleared := peekAll(r, "clear[]")
			for _, f := range base.Flags {
				if !cleared[f] {
					ind.Flags = append(ind.Flags, f)
				}
			}
		}
		if len(e.Versions) == 0 {
			err = s.App.AddIndicator(r.actor, ind)
		} else {
			err = s.App.SaveIndicator(r.actor, ind)
		}
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderIndicatorForm(r, e, base, in, err)
	}
	text := "Đã ghi chỉ số " + ind.Code + "."
	if base.Code != "" && ind.From > base.From && ind.From > kpi.MonthOf(r.actor.At) {
		text = fmt.Sprintf("Đã ghi bản mới của chỉ số %s, hiệu lực từ %s; trước đó vẫn dùng bản đang có.", ind.Code, inSentence(ind.From))
	}
	if gaps := ind.Gaps(); len(gaps) > 0 {
		text += " Còn phải khai " + strings.Join(gaps, ", ") + " trước khi chỉ số được đưa vào kỳ."
	}
	s.flash(r, "success", text)
	return r.redirect("/chi-so/" + ind.Set + "/" + ind.Code)
}

func limitNames() []string {
	var names []string
	for name := range indicatorLimits(&kpi.Indicator{}) {
		names = append(names, name)
	}
	return names
}
