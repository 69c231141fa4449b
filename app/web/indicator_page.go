package web

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/chart"
	"chiso/app/kpi"
)

// indicatorView is one indicator through time.
type indicatorView struct {
	page
	Heading             string
	Badges              []badge
	Edit                string // address of the form, "" for people who may not change it
	Ask                 string // address of the form of a question about it, "" for people who may not ask
	Answers             []publishedView
	AllAnswers          string // address of all of them, if there are more
	Todo                string
	Chart               template.HTML
	Summary             string
	Points              []pointLine // the newest first
	ToDate              bool        // the points carry sums since January
	Hidden              bool        // figures are not for this person
	Latest              *pointLine
	Facts               []fact
	Guidance            []block
	Documents           []guidanceLine // about it
	Targets             []fact         // year and target
	TargetBasis         string
	Checks              []string
	Leads, Supports     []string
	Versions            []versionLine
	Changes             []changeLine
	UnitCount, ManyFrom int
}

type badge struct{ Icon, Text, Class string }

// pointLine is the province figure of one round.
type pointLine struct {
	Month, URL       string
	Text, ToDate     string
	Change           string
	Against          bool
	Since            string // the change as a sentence
	Units            string
	Status, Icon, As string // word, icon and class of how final it is
	Verdict          verdict
	Provisional      bool
}

type versionLine struct{ From, Text string }

type changeLine struct{ At, Machine, Text, Reason string }

// courseWidth fills the panel on the usual screen.
const courseWidth = 900

// shownRounds is how many rounds the page of an indicator shows: a year and the same month before it.
const shownRounds = 13

func (s *Server) indicator(r *request) error {
	set, code := r.Params("set"), r.Params("code")
	if !kpi.ValidSet(set) || !kpi.ValidCode(code) {
		return kpi.Errorf(kpi.NotFound, "Không có chỉ số này. Tìm trong danh sách của trang Chỉ số.")
	}
	p, err := s.App.IndicatorPage(r.actor, set, code, shownRounds)
	if err != nil {
		return err
	}
	changes, people, err := s.App.IndicatorHistory(r.actor, set, code)
	if err != nil {
		return err
	}
	ind := p.Indicator
	v := indicatorView{page: s.page(r, code+" "+ind.Name, crumb{"Chỉ số", "/chi-so/" + set}, crumb{code, ""}), Heading: code + " " + ind.Name}
	if ind.Unit != "" && !ind.Heading {
		v.Heading += " (" + ind.Unit + ")"
	}
	v.Hidden = kpi.May(r.actor.User, kpi.SeeConsolidated) != nil
	if kpi.May(r.actor.User, kpi.ManageSets) == nil {
		v.Edit, v.Todo = "/quan-tri/chi-so/"+set+"/"+code, todoText(ind)
	}
	now := kpi.MonthOf(r.actor.At)
	v.Badges = badgesOf(ind, now)
	if !ind.Heading && !v.Hidden {
		v.course(p)
	}
	v.describe(p, s.App.UnitName)
	docs, err := s.App.GuidanceAbout(r.actor, set, code)
	if err != nil {
		return err
	}
	for _, g := range docs {
		v.Documents = append(v.Documents, guidanceLineOf(g))
	}
	v.Versions = versionLines(p.Versions)
	if err := s.answers(r, &v, set, code); err != nil {
		return err
	}
	for _, c := range changes {
		v.Changes = append(v.Changes, changeLineOf(c, people))
	}
	return r.Render("indicator/page", v)
}

func badgesOf(ind kpi.Indicator, now kpi.Month) []badge {
	var out []badge
	add := func(icon, text, class string) {
		if text != "" {
			out = append(out, badge{icon, text, class})
		}
	}
	if t, ok := ind.TargetShown(now); ok {
		year := ""
		if t.Year != 0 {
			year = " năm " + strconv.Itoa(t.Year)
		}
		add("target", "Mục tiêu"+year+": "+kpi.Clip(t.String(), 60), "badge-info")
	}
	icon := map[kpi.Direction]string{kpi.Up: "arrow-up", kpi.Down: "arrow-down"}[ind.Direction]
	if icon == "" {
		icon = "minus"
	}
	add(icon, ind.Direction.Label(), "")
	add("calendar", ind.Frequency.Label(), "")
	add("building-bank", ind.Origin.Label(), "")
	switch {
	case ind.From > now:
		add("clock", "Hiệu lực từ kỳ "+ind.From.Short(), "badge-warn")
	case ind.To != 0 && ind.To < now:
		add("calendar-off", "Hết hiệu lực sau kỳ "+ind.To.Short(), "badge-warn")
	}
	return out
}

// course draws and tells the figures.
func (v *indicatorView) course(p app.IndicatorPage) {
	ind := p.Indicator
	line := chart.LineChart{ID: "course", Title: ind.Name, Width: courseWidth, Unit: inlineUnit(ind), Decimals: ind.FigureDecimals(), Series: []chart.Series{{Name: ind.Name}}}
	for i, at := range p.Points {
		text, _ := figureText(ind, at.Figure)
		point := chart.Point{Value: at.Figure.Official(), Text: text, Provisional: tentative(at)}
		line.Periods = append(line.Periods, at.Month.Short())
		line.Series[0].Points = append(line.Series[0].Points, point)
		line.Target = append(line.Target, targetPoint(ind, at.Month))
		if i > 0 && slices.ContainsFunc(p.Breaks, func(m kpi.Month) bool { return p.Points[i-1].Month < m && m <= at.Month }) {
			line.Breaks = append(line.Breaks, chart.Break{At: i, Text: "Cách đo mới"})
		}
		v.Points = append(v.Points, pointLineOf(p, i))
		v.ToDate = v.ToDate || at.ToDate != nil
	}
	slices.Reverse(v.Points)
	for i := range v.Points {
		if v.Points[i].Text != "" {
			v.Latest = &v.Points[i]
			break
		}
	}
	if v.Latest == nil || ind.Kind == kpi.KindText {
		return
	}
	v.Summary = summary(p, line)
	line.Desc = v.Summary
	v.Chart = template.HTML(chart.LineBoth(line)) // every text in it is escaped by package chart
}

// summary tells the course up to the last round whose figure is whole.
func summary(p app.IndicatorPage, line chart.LineChart) string {
	ind, n, before := p.Indicator, len(p.Points), ""
	for i := n - 1; i > 0 && p.Points[i].Figure.Partial(ind, p.Points[i].Closed); i-- {
		if p.Points[i].Figure.Value == nil {
			continue
		}
		if n = i; before == "" {
			before = fmt.Sprintf("Kỳ %s mới có %s", p.Points[i].Month.Short(), unitsBehind(p.Points[i].Figure))
		}
	}
	target, _ := ind.TargetFor(p.Points[n-1].Month)
	t := chart.Trend{Periods: line.Periods[:n], Points: line.Series[0].Points[:n], Unit: inlineUnit(ind), Decimals: line.Decimals,
		Direction: ind.Direction, Target: target, Breaks: line.Breaks}
	text := chart.Summary(t)
	if before == "" {
		return text
	}
	return before + "; đến kỳ " + p.Points[n-1].Month.Short() + ": " + lowerFirst(text)
}

// targetPoint is the bound that holds in month m; a range has none that a line could show.
func targetPoint(ind kpi.Indicator, m kpi.Month) chart.Point {
	t, ok := ind.TargetFor(m)
	if !ok || t.Op == kpi.OpRange || !t.Value.OK {
		return chart.Point{}
	}
	return chart.Point{Value: t.Value.V.Rat(), Text: kpi.FormatDecimal(t.Value.V, 0)}
}

// tentative reports whether a figure may still change.
func tentative(p app.SeriesPoint) bool {
	return p.Figure.Provisional && !p.Closed && p.Figure.Override == nil
}

func pointLineOf(p app.IndicatorPage, i int) pointLine {
	at, ind := p.Points[i], p.Indicator
	line := pointLine{Month: at.Month.Label(), URL: "/tong-hop/" + ind.Set + "/" + at.Month.String() + "/" + ind.Code, Text: figureWithUnit(ind, at.Figure),
		Units: unitsBehind(at.Figure), Provisional: tentative(at), Verdict: verdictOf(ind, at.Figure, at.Month, at.Closed)}
	if at.ToDate != nil {
		line.ToDate = kpi.FormatRat(at.ToDate, ind.FigureDecimals())
	}
	broken := i > 0 && slices.ContainsFunc(p.Breaks, func(m kpi.Month) bool { return p.Points[i-1].Month < m && m <= at.Month })
	if i > 0 && !broken && !at.Figure.Partial(ind, at.Closed) {
		line.Change, line.Against = figureChange(ind, at.Figure.Official(), p.Points[i-1].Figure.Official())
	}
	switch {
	case line.Change == "0":
		line.Since = "Không đổi so với kỳ trước"
	case line.Against:
		line.Since = line.Change + " so với kỳ trước (ngược chiều tốt)"
	case line.Change != "":
		line.Since = line.Change + " so với kỳ trước"
	}
	switch {
	case line.Text == "":
		line.Status, line.Icon, line.As = "Chưa có số liệu", "circle", "badge-not-started"
	case at.Figure.Override != nil:
		line.Status, line.Icon, line.As = "Số do tỉnh đặt", "pencil", "badge-info"
	case at.Closed:
		line.Status, line.Icon, line.As = "Đã chốt", "lock", "badge-closed"
	case line.Provisional:
		line.Status, line.Icon, line.As = "Số liệu tạm", "circle-dashed", "badge-provisional"
	default:
		line.Status, line.Icon, line.As = "Số liệu chính thức", "circle-check", "badge-official"
	}
	return line
}

// describe lists what is known of the indicator.
func (v *indicatorView) describe(p app.IndicatorPage, unitName func(string) string) {
	ind := p.Indicator
	add := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, fact{term, text})
		}
	}
	add("Định nghĩa", ind.Definition)
	add("Cách tính", ind.Computation)
	add("Tử số", ind.Numerator)
	add("Mẫu số", ind.Denominator)
	add("Nguồn số liệu", ind.Source)
	for _, who := range []fact{{"Đơn vị thẩm định", ind.Verifier}, {"Cơ quan chủ trì", ind.LeadAgency}} {
		if kpi.ValidCode(who.Text) {
			who.Text = unitName(who.Text)
		}
		add(who.Term, who.Text)
	}
	if !ind.Heading {
		add("Loại số liệu", kindText(ind))
		add("Đơn vị tính", ind.Unit)
		add("Lũy kế", ind.Accumulation.Label())
		how := ind.Aggregation.Label()
		if ind.Aggregation == kpi.AggWeighted {
			how += " (chỉ số " + ind.WeightBy + ")"
		}
		add("Cách tổng hợp toàn tỉnh", how)
		add("Giới hạn", limitsText(ind))
		if ind.Evidence {
			add("Minh chứng", "Bắt buộc khi trình duyệt")
		}
		if ind.Weight != 0 {
			add("Trọng số", strconv.Itoa(ind.Weight))
		}
	}
	add("Mã của Trung ương", ind.CentralCode)
	v.Guidance = blocks(ind.Guidance)
	for _, t := range ind.Targets {
		v.Targets = append(v.Targets, fact{strconv.Itoa(t.Year), t.String()})
	}
	v.TargetBasis = ind.TargetBasis
	for _, c := range p.Set.Checks {
		if c.Left == ind.Code || slices.Contains(c.Right, ind.Code) {
			v.Checks = append(v.Checks, c.Text)
		}
	}
	for _, u := range p.Leads {
		v.Leads = append(v.Leads, u.Name)
	}
	for _, u := range p.Supports {
		v.Supports = append(v.Supports, u.Name)
	}
	v.UnitCount, v.ManyFrom = len(v.Leads), 10
}

func kindText(ind kpi.Indicator) string {
	s := ind.Kind.Label()
	switch {
	case ind.Kind == kpi.KindNumber || ind.Kind == kpi.KindRatio:
		if ind.Decimals > 0 {
			s += fmt.Sprintf(", %d chữ số thập phân", ind.Decimals)
		} else if ind.Kind == kpi.KindNumber {
			s += " nguyên"
		}
	case ind.Kind == kpi.KindGrade:
		var steps []string
		for _, g := range ind.Grades {
			steps = append(steps, fmt.Sprintf("%s (%d điểm)", g.Label, g.Points))
		}
		s += ": " + strings.Join(steps, ", ")
	}
	return s
}

// limitsText words the hard limits: «Giá trị từ 0 đến 100.».
func limitsText(ind kpi.Indicator) string {
	s := ""
	if ind.Min.OK {
		s += " từ " + kpi.FormatDecimal(ind.Min.V, 0)
	}
	if ind.Max.OK {
		s += " đến " + kpi.FormatDecimal(ind.Max.V, 0)
	}
	if s != "" {
		s = "Giá trị" + s + ". "
	}
	if ind.Share {
		s += "Tử số không lớn hơn mẫu số."
	}
	return strings.TrimSpace(s)
}

// versionLines tells what each version changed, the newest first.
func versionLines(versions []kpi.Indicator) []versionLine {
	var out []versionLine
	for i, v := range versions {
		text := "Bản đầu tiên."
		if i > 0 {
			text = differences(versions[i-1], v)
		}
		out = append(out, versionLine{"Từ " + inSentence(v.From), text})
	}
	slices.Reverse(out)
	return out
}

// differences names what differs between two versions.
func differences(a, b kpi.Indicator) string {
	var parts []string
	add := func(differs bool, what string) {
		if differs {
			parts = append(parts, what)
		}
	}
	add(a.Name != b.Name, "tên")
	add(a.Definition != b.Definition, "định nghĩa")
	add(a.Computation != b.Computation || a.Numerator != b.Numerator || a.Denominator != b.Denominator, "cách tính")
	add(a.Unit != b.Unit || a.Decimals != b.Decimals || a.Scale != b.Scale, "đơn vị tính")
	add(a.Kind != b.Kind || !slices.Equal(a.Grades, b.Grades), "loại số liệu")
	add(a.Direction != b.Direction, "chiều tốt")
	add(a.Frequency != b.Frequency, "tần suất")
	add(a.Accumulation != b.Accumulation, "cách lũy kế")
	add(a.Aggregation != b.Aggregation || a.WeightBy != b.WeightBy, "cách tổng hợp")
	add(!slices.Equal(a.Targets, b.Targets), "mục tiêu")
	add(a.Min != b.Min || a.Max != b.Max || a.Share != b.Share, "giới hạn")
	add(strings.TrimSpace(a.Guidance) != strings.TrimSpace(b.Guidance), "hướng dẫn") // a form drops the last line's end
	add(a.Source != b.Source, "nguồn số liệu")
	add(a.Weight != b.Weight, "trọng số")
	add(a.To != b.To, "thời hạn hiệu lực")
	if len(parts) == 0 {
		return "Không đổi cách đo."
	}
	return "Đổi " + strings.Join(parts, ", ") + "."
}

// changeLineOf words one step of the history.
func changeLineOf(c app.Change, people map[string]string) changeLine {
	line := changeLine{At: kpi.FormatTime(c.At), Machine: c.At.UTC().Format("2006-01-02T15:04Z"), Reason: c.Reason}
	who := people[c.By]
	_, since, _ := strings.Cut(c.New, "từ kỳ ")
	switch {
	case c.Verb == kpi.VerbAssign && c.Units > 1 && c.Old == "":
		line.Text = fmt.Sprintf("%s giao cho %d đơn vị từ kỳ %s.", who, c.Units, since)
	case c.Verb == kpi.VerbAssign && c.Units > 1:
		line.Text = fmt.Sprintf("%s thôi giao %d đơn vị từ kỳ %s.", who, c.Units, since)
	case c.Verb == kpi.VerbAssign:
		line.Text = fmt.Sprintf("%s: %s.", who, strings.Trim(c.Old+", "+c.New, ", "))
	case c.Old != "" && c.New != "":
		line.Text = fmt.Sprintf("%s – %s: %s → %s", who, lowerFirst(c.Verb.Label()), c.Old, c.New)
	default:
		line.Text = fmt.Sprintf("%s – %s: %s", who, lowerFirst(c.Verb.Label()), c.Old+c.New)
	}
	return line
}
