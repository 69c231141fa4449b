package web

import (
	"fmt"
	"html/template"
	"net/url"
	"sync"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// tableView is the consolidated table of one round.
type tableView struct {
	page
	Heading        string
	Nothing        string // said in place of the table when no round has been opened
	Sets           []setTab
	Path           string // of this page, without parameters
	Excel          string // address of the workbook of the table as it is shown
	Filter         indicatorFilter
	Rounds         []selectOption
	Groups         []optionGroup
	Provisional    bool // figures that are not accepted yet are in
	MayProvisional bool // and the reader may choose
	Closed         bool
	Summary        string
	Previous       string // name of the round before
	Sections       []tableSection
	Shown, Total   int
	Printed        string // foot of the working print
}

// setTab leads to the same page of another set.
type setTab struct {
	Name, URL string
	Current   bool
}

// tableLine is the province figure of one indicator.
type tableLine struct {
	group            string
	Code, Name       string
	LinkIs           template.HTMLAttr
	Unit, Target     string
	Before           string
	Now, Note        string
	Provisional      bool
	Override, Reason string
	Change           string
	Against          bool // the change goes against the good direction
	Verdict          string
	VerdictAs        string // class of its badge
	VerdictIcon      template.HTML
	Units            string
}

// tableNow leads to the table of the current round.
func (s *Server) tableNow(r *request) error {
	round, ok, err := s.currentRound(r)
	if err != nil {
		return err
	}
	if ok {
		return r.redirect("/tong-hop/" + round.ID())
	}
	v := tableView{page: s.page(r, "Bảng tổng hợp", crumb{"Tổng hợp", ""}), Heading: "Bảng tổng hợp",
		Nothing: "Chưa có kỳ báo cáo nào được mở. Bảng tổng hợp hiện ở đây khi kỳ đầu tiên được mở và đơn vị nhập số liệu."}
	return r.Render("consolidation/table", v)
}

// roundOfPath returns the set and the month that the path names.
func roundOfPath(r *request) (set string, m kpi.Month, err error) {
	set = r.Params("set")
	m, err = r.month()
	if err != nil || !kpi.ValidSet(set) {
		return "", 0, kpi.Errorf(kpi.NotFound, "Không có kỳ báo cáo này. Kiểm tra lại địa chỉ hoặc chọn kỳ trong danh sách.")
	}
	return set, m, nil
}

func (s *Server) table(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	if other, err := kpi.ParseMonth(r.Query("ky")); err == nil && other != m {
		params := indicatorFilterOf(func(name string) string { return r.Query(name) }).values()
		if r.Query("tam") == "1" {
			params.Set("tam", "1")
		}
		return r.redirect(withParams("/tong-hop/"+set+"/"+other.String(), params))
	}
	v := tableView{Filter: indicatorFilterOf(func(name string) string { return r.Query(name) }), MayProvisional: kpi.May(r.actor.User, kpi.SeeProvisional) == nil}
	v.Provisional = v.MayProvisional && r.Query("tam") == "1"
	t, err := s.App.Table(r.actor, set, m, !v.Provisional)
	if err != nil {
		return err
	}
	if v.Sets, err = s.setTabs(r, set, "/tong-hop?bo="); err != nil {
		return err
	}
	if v.Rounds, err = s.roundChoice(r, set, m); err != nil {
		return err
	}
	v.Heading = "Bảng tổng hợp " + inSentence(m)
	v.page = s.page(r, v.Heading, crumb{"Tổng hợp", ""})
	v.Styles = []string{"css/pages/consolidation.css"}
	if err := s.fillTable(&v, t); err != nil {
		return err
	}
	v.Printed = printedAt(r.actor.At)
	if v.Provisional && !v.Closed {
		v.Printed = "Gồm số liệu tạm. " + v.Printed
	}
	return r.Render("consolidation/table", v)
}

// printedAt is the foot of a working print.
func printedAt(t time.Time) string {
	return "In từ Hệ thống báo cáo chỉ số lúc " + kpi.FormatTime(t)
}

// fillTable words the table.
func (s *Server) fillTable(v *tableView, t *app.Table) error {
	v.Path, v.Closed = "/tong-hop/"+t.Round.ID(), t.Round.IsClosed()
	v.Groups, v.Total = groupChoice(t.Set, v.Filter.Group), len(t.Rows)
	params, suffix := url.Values{}, ""
	if v.Provisional {
		params.Set("tam", "1")
		suffix = "?tam=1"
	}
	v.Excel = withParams(v.Path+"/excel", params)
	if t.Previous != 0 {
		v.Previous = t.Previous.Short()
	}
	all, err := s.worded.get(v.Path+suffix, t, func() (all wordedTable, err error) {
		all.lines = make([]tableLine, len(t.Rows))
		for i, row := range t.Rows {
			if all.lines[i], err = s.lineOf(row, t.Round, v.Provisional); err != nil {
				return all, err
			}
			all.lines[i].LinkIs = template.HTMLAttr(`href="` + v.Path + "/" + all.lines[i].Code + suffix + `"`) // ids alone, nothing to escape
		}
		all.sections, err = s.tableSections(t, all.lines)
		return all, err
	})
	if err != nil {
		return err
	}
	keep, filled, shown := v.Filter.keeper(t.Set), 0, make([]tableLine, 0, len(all.lines))
	for i, line := range all.lines {
		if line.Now != "" {
			filled++
		}
		if keep(*t.Rows[i].Indicator) {
			shown = append(shown, line)
		}
	}
	if v.Shown, v.Sections = len(shown), all.sections; v.Shown < v.Total {
		if v.Sections, err = s.tableSections(t, shown); err != nil {
			return err
		}
	}
	v.Summary = fmt.Sprintf("%d chỉ số, %d có số liệu; %d/%d đơn vị đã phê duyệt", v.Total, filled, t.Accepted, t.Units)
	return nil
}

// tableSection is a group of the table.
type tableSection struct {
	ID, Layer, Name string
	Rows            template.HTML
}

func (s *Server) tableSections(t *app.Table, lines []tableLine) (list []tableSection, err error) {
	for _, of := range sections(t.Set, lines, func(l tableLine) string { return l.group }) {
		rows, err := s.rows("consolidation/_row", of.Lines)
		if err != nil {
			return nil, err
		}
		list = append(list, tableSection{of.ID, of.Layer, of.Name, rows})
	}
	return list, nil
}

// wordedTables keep the lines of the tables last shown, by address, each as long as the app hands out the same table. The zero value
// is ready.
type wordedTables struct {
	mu    sync.Mutex
	known map[string]wordedTable
}

// wordedTable is a table in words, all its lines; it is shared and not to be changed.
type wordedTable struct {
	table    *app.Table
	lines    []tableLine
	sections []tableSection
}

const maxWorded = 16

// get returns the words of the table at an address; word makes them.
func (w *wordedTables) get(address string, t *app.Table, word func() (wordedTable, error)) (wordedTable, error) {
	w.mu.Lock()
	known := w.known[address]
	w.mu.Unlock()
	if known.table == t {
		return known, nil
	}
	known, err := word()
	if err != nil {
		return known, err
	}
	known.table = t
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil || len(w.known) >= maxWorded {
		w.known = map[string]wordedTable{}
	}
	w.known[address] = known
	return known, nil
}

// lineOf words one row. provisional says that cells which are not accepted are in the figure.
func (s *Server) lineOf(row app.TableRow, round kpi.Round, provisional bool) (line tableLine, err error) {
	ind, f := *row.Indicator, row.Figure
	line = tableLine{group: ind.Group, Code: ind.Code, Name: ind.Name, Unit: ind.FigureUnit(), Units: unitsBehind(f)}
	if target, ok := ind.TargetFor(round.Month); ok {
		line.Target = target.String()
	}
	if row.Previous != nil {
		line.Before, _ = figureText(ind, *row.Previous)
	}
	line.Now, line.Note = figureText(ind, f)
	line.Provisional = provisional && !round.IsClosed() && f.Provisional && f.Override == nil && line.Now != ""
	if f.Override != nil {
		line.Override, line.Reason = "Số do tỉnh đặt", kpi.Clip(f.Override.Reason, 120)
	}
	if row.Previous != nil && !f.Partial(ind, round.IsClosed()) {
		line.Change, line.Against = figureChange(ind, f.Official(), row.Previous.Official())
	}
	verdict := verdictOf(ind, f, round.Month, round.IsClosed())
	line.Verdict, line.VerdictAs = verdict.Text, verdict.Class
	if verdict.Text != "" {
		line.VerdictIcon, err = s.Static.Icon(verdict.Icon)
	}
	return line, err
}

// setTabs returns links to the same page of every set, none if there is only one.
func (s *Server) setTabs(r *request, current, path string) ([]setTab, error) {
	sets, err := s.App.Sets(r.actor)
	if err != nil || len(sets) < 2 {
		return nil, err
	}
	tabs := make([]setTab, 0, len(sets))
	for _, set := range sets {
		tabs = append(tabs, setTab{set.Name, path + set.Code, set.Code == current})
	}
	return tabs, nil
}

// roundChoice returns the rounds of a set, the newest first.
func (s *Server) roundChoice(r *request, set string, m kpi.Month) ([]selectOption, error) {
	rounds, err := s.App.Rounds(r.actor, set)
	if err != nil {
		return nil, err
	}
	out := make([]selectOption, 0, len(rounds))
	for _, round := range rounds {
		out = append(out, selectOption{round.Month.String(), round.Month.Label(), round.Month == m})
	}
	return out, nil
}

// inSentence writes a month inside a sentence: «tháng 5/2026».
func inSentence(m kpi.Month) string { return "tháng " + m.Short() }

// withParams returns path with its parameters, if there are any.
func withParams(path string, params url.Values) string {
	if len(params) == 0 {
		return path
	}
	return path + "?" + params.Encode()
}

// tableExcel sends the table as a workbook.
func (s *Server) tableExcel(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	name, book, err := s.App.ExportTable(r.actor, "UBND "+lowerFirst(s.Province), set, m, r.Query("tam") != "1")
	if err != nil {
		return err
	}
	return r.sendExcel(name, book)
}
