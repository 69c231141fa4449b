package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/search"
)

// searchStyles are the style sheets of the pages that show what was found.
func searchStyles() []string { return []string{"css/pages/search.css"} }

const (
	searchURL      = "/tim"
	foundOnPage    = 30 // of all kinds
	foundOfOneKind = 20 // on one page of one kind
	suggestions    = 8
	countsShown    = 12 // values of one filter
)

// searchView is the page of what was found.
type searchView struct {
	page
	Query   string
	Hidden  []param // the filters that hold, for the form
	Asked   bool
	Ready   bool
	Meant   string
	MeantAt string
	Summary string // «12 kết quả», spoken as well
	Groups  []foundGroup
	Filters []searchFilter
	Clear   string // URL without filters, "" if none holds
	Pager   pager
	Try     []crumb
}

type param struct{ Name, Value string }

// foundGroup is what was found of one kind.
type foundGroup struct {
	ID, Name string
	Total    int
	All      string // URL of all of this kind, "" if they are all here
	Lines    []foundLine
}

// foundLine is one thing that was found.
type foundLine struct {
	Code, URL string
	Title     []search.Piece
	Where     string
	Snippet   []search.Piece
}

// searchFilter is one way to narrow down; every value is a link.
type searchFilter struct {
	Name   string
	Values []filterLink
}

type filterLink struct {
	Label, URL string
	Hits       int // -1: not counted
	On         bool
}

// searchOf reads what is asked from the address.
func searchOf(r *request) app.SearchQuery {
	q := app.SearchQuery{Text: kpi.Clip(strings.TrimSpace(r.Query("q")), 1000), Kind: kpi.FindKind(kpi.Clip(r.Query("loai"), 20)), Set: kpi.Clip(r.Query("bo"), 40),
		Group: kpi.Clip(r.Query("nhom"), 80), Unit: kpi.Clip(r.Query("don-vi"), 40), InForce: r.Query("hieu-luc") == "1", Counts: true, Limit: foundOnPage}
	q.Layer, _ = strconv.Atoi(r.Query("lop")) // not a number: no filter
	if q.Kind.Label() == "" {
		q.Kind = ""
	}
	if q.Layer < 1 || q.Layer > 3 {
		q.Layer = 0
	}
	if q.Kind != "" {
		q.Limit = foundOfOneKind
	}
	return q
}

// paramsOf writes a query as the address that searchOf reads.
func paramsOf(q app.SearchQuery) url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", q.Text)
	set("loai", string(q.Kind))
	set("bo", q.Set)
	set("nhom", q.Group)
	set("don-vi", q.Unit)
	if q.Layer > 0 {
		set("lop", strconv.Itoa(q.Layer))
	}
	if q.InForce {
		set("hieu-luc", "1")
	}
	return v
}

func searchAt(q app.SearchQuery) string { return withParams(searchURL, paramsOf(q)) }

// search shows what was found.
func (s *Server) search(r *request) error {
	q := searchOf(r)
	title := "Tìm kiếm"
	if q.Text != "" {
		title = "Tìm «" + kpi.Clip(q.Text, 60) + "»"
	}
	v := searchView{page: s.page(r, title, crumb{"Tìm kiếm", ""}), Query: q.Text, Asked: q.Text != ""}
	v.Styles, v.SearchText = searchStyles(), q.Text
	for name, values := range paramsOf(q) {
		if name != "q" {
			v.Hidden = append(v.Hidden, param{name, values[0]})
		}
	}
	slices.SortFunc(v.Hidden, func(a, b param) int { return strings.Compare(a.Name, b.Name) })
	if !v.Asked {
		v.Ready = true
		return r.Render("search/page", v)
	}
	n, err := strconv.Atoi(r.Query("trang"))
	if err != nil || n < 1 || n > maxFoundPages || q.Kind == "" {
		n = 1
	}
	q.Offset = (n - 1) * foundOfOneKind
	res, err := s.App.Search(r.actor, q)
	if err != nil {
		return err
	}
	v.fill(s, r, q, res)
	if q.Kind != "" {
		reach := make([]struct{}, min(res.Total, maxFoundPages*foundOfOneKind))
		_, v.Pager = paged(reach, strconv.Itoa(n), foundOfOneKind, searchURL, paramsOf(q))
	}
	return r.Render("search/page", v)
}

// maxFoundPages bounds how deep one can leaf through what was found.
const maxFoundPages = 50

// fill words the answer.
func (v *searchView) fill(s *Server, r *request, q app.SearchQuery, res app.SearchResult) {
	v.Ready = res.Ready
	v.Summary = countOf(res.Total, "kết quả")
	if res.Meant != "" {
		meant := q
		meant.Text = res.Meant
		v.Meant, v.MeantAt = res.Meant, searchAt(meant)
	}
	totals := map[string]int{}
	for _, c := range res.Counts["kind"] {
		totals[c.Value] = c.Hits
	}
	place := map[kpi.FindKind]int{}
	for _, f := range res.Found {
		i, ok := place[f.Kind]
		if !ok {
			i = len(v.Groups)
			place[f.Kind] = i
			v.Groups = append(v.Groups, foundGroup{ID: "k-" + string(f.Kind), Name: f.Kind.Label(), Total: totals[string(f.Kind)]})
		}
		v.Groups[i].Lines = append(v.Groups[i].Lines, foundLine{f.Code, s.foundURL(r, f), f.Title, f.Where, f.Snippet})
	}
	for i, g := range v.Groups {
		if q.Kind == "" && g.Total > len(g.Lines) {
			of := q
			of.Kind = kpi.FindKind(strings.TrimPrefix(g.ID, "k-"))
			v.Groups[i].All = searchAt(of)
		}
	}
	v.filters(q, res)
	if len(v.Groups) == 0 {
		v.Try = []crumb{{"Xem bộ chỉ số", "/chi-so"}, {"Xem văn bản hướng dẫn", "/huong-dan"}}
	}
}

// foundURL leads to what was found, "" if there is no page that this person may open.
func (s *Server) foundURL(r *request, f app.Found) string {
	part := strings.Split(f.ID, "/")
	switch f.Kind {
	case kpi.FindIndicator:
		return "/chi-so/" + part[1] + "/" + part[2]
	case kpi.FindGuidance:
		if len(part) == 2 {
			return guidanceURL(part[1])
		}
		n, _ := strconv.Atoi(part[2]) // an id of ours
		return passageURL(part[1], n)
	case kpi.FindAnswer:
		return threadURL(kpi.ThreadID(part[1]))
	case kpi.FindUnit:
		return s.unitURL(r, part[1])
	case kpi.FindEvidence, kpi.FindReturn:
		if f.Cell.Indicator == "" {
			return ""
		}
		return fmt.Sprintf("/o/%s/%s/%s/%s", f.Cell.Set, f.Cell.Month, f.Cell.Unit, f.Cell.Indicator)
	}
	return ""
}

// unitURL leads to a unit's record for those who keep it, and for others to what is known about the unit.
func (s *Server) unitURL(r *request, code string) string {
	if kpi.May(r.actor.User, kpi.ManageUnits) == nil {
		return "/quan-tri/don-vi/" + code
	}
	return searchAt(app.SearchQuery{Text: s.App.UnitName(code), Unit: code})
}

// filters lists the ways to narrow down what was found, as links.
func (v *searchView) filters(q app.SearchQuery, res app.SearchResult) {
	add := func(name, field string, on string, with func(q *app.SearchQuery, value string)) {
		f := searchFilter{Name: name}
		for _, c := range res.Counts[field] {
			next := q
			next.Offset = 0
			value := c.Value
			if value == on {
				value = ""
			}
			with(&next, value)
			f.Values = append(f.Values, filterLink{c.Label, searchAt(next), c.Hits, c.Value == on})
		}
		if len(f.Values) > countsShown {
			f.Values = f.Values[:countsShown]
		}
		if len(f.Values) > 1 || on != "" {
			v.Filters = append(v.Filters, f)
		}
	}
	layer := ""
	if q.Layer > 0 {
		layer = strconv.Itoa(q.Layer)
	}
	add("Loại", "kind", string(q.Kind), func(q *app.SearchQuery, value string) { q.Kind = kpi.FindKind(value) })
	add("Bộ chỉ số", "set", q.Set, func(q *app.SearchQuery, value string) { q.Set = value })
	add("Lớp", "layer", layer, func(q *app.SearchQuery, value string) { q.Layer, _ = strconv.Atoi(value) })
	add("Nhóm", "group", q.Group, func(q *app.SearchQuery, value string) { q.Group = value })
	add("Đơn vị", "unit", q.Unit, func(q *app.SearchQuery, value string) { q.Unit = value })
	force := q
	force.InForce, force.Offset = !q.InForce, 0
	v.Filters = append(v.Filters, searchFilter{"Hiệu lực", []filterLink{{"Chỉ nội dung đang có hiệu lực", searchAt(force), -1, q.InForce}}})
	if len(paramsOf(q)) > 1 {
		v.Clear = searchAt(app.SearchQuery{Text: q.Text})
	}
}

// suggestView is the list below the search box while somebody types.
type suggestView struct {
	Lines []suggestLine
	All   string // URL of the search itself
	Query string
}

type suggestLine struct {
	ID              string
	Kind, Code, URL string
	Name            []search.Piece
}

// suggest answers each key with names; it is a part, never a page.
func (s *Server) suggest(r *request) error {
	typed := kpi.Clip(r.Query("q"), 200)
	v := suggestView{Query: strings.TrimSpace(typed)}
	v.All = searchAt(app.SearchQuery{Text: v.Query})
	for i, x := range s.App.Suggest(r.actor, typed, suggestions) {
		f := app.Found{ID: x.ID, Kind: x.Kind}
		v.Lines = append(v.Lines, suggestLine{"s-" + strconv.Itoa(i), x.Kind.Label(), x.Code, s.foundURL(r, f), search.MarkPrefix(x.Name, typed)})
	}
	return r.Render("search/_suggest", v)
}

// searchAdminView is the page of the search for those who keep the indicators.
type searchAdminView struct {
	page
	Facts  []fact
	Notice string
	List   string
	Error  string
}

func (s *Server) searchAdmin(r *request) error { return s.renderSearchAdmin(r, nil) }

func (s *Server) saveAbbreviations(r *request) error {
	if err := s.App.SaveAbbreviations(r.actor, r.FormValue("list")); err != nil {
		if kpi.KindOf(err) == kpi.Invalid || kpi.KindOf(err) == kpi.Conflict {
			return s.renderSearchAdmin(r, err)
		}
		return err
	}
	s.flash(r, "success", "Đã lưu danh sách chữ viết tắt. Tìm kiếm hiểu danh sách mới ngay từ bây giờ.")
	return r.redirect(searchAdminURL)
}

// searchCard is the search among the things to look after.
func (s *Server) searchCard() adminCard {
	st := s.App.SearchState()
	count := countOf(int(st.Documents), "mục")
	if st.Building {
		count = fmt.Sprintf("đang lập: %d/%d", st.Done, st.Total)
	}
	return adminCard{"tim-kiem", "search", "Tìm kiếm", searchAdminURL, count,
		"Chữ viết tắt mà tìm kiếm hiểu (CĐS, TTHC, DVCTT…) và tình trạng chỉ mục tìm kiếm.", []crumb{{"Xem và sửa chữ viết tắt", searchAdminURL}}}
}

const searchAdminURL = "/quan-tri/tim-kiem"

func (s *Server) renderSearchAdmin(r *request, failed error) error {
	v := searchAdminView{page: s.page(r, "Tìm kiếm", crumb{"Quản trị", "/quan-tri"}, crumb{"Tìm kiếm", ""})}
	var err error
	if v.List, err = s.App.Abbreviations(r.actor); err != nil {
		return err
	}
	if v.Seen, err = s.seen(r, "abbreviations/list", failed); err != nil {
		return err
	}
	if failed != nil {
		v.Errors, v.List = errorsOf(failed), r.FormValue("list")
		v.Error = fieldErrors(failed)["list"]
		r.Status(statusOf(failed))
	}
	st := s.App.SearchState()
	switch {
	case !st.Open:
		v.Notice = "Chỉ mục tìm kiếm chưa mở. Nếu dịch vụ vừa khởi động, chờ một phút rồi tải lại trang; nếu vẫn vậy, xem nhật ký của dịch vụ."
	case st.Building:
		v.Notice = fmt.Sprintf("Đang lập lại chỉ mục: xong %s trong %s mục. Trong lúc này, hệ thống vẫn chạy bình thường.",
			kpi.FormatDecimal(kpi.Dec(int64(st.Done)), 0), kpi.FormatDecimal(kpi.Dec(int64(st.Total)), 0))
	case st.Trouble != "":
		v.Notice = "Chỉ mục tìm kiếm chưa dùng được và sẽ được lập lại tự động trong ít phút."
	}
	v.Facts = []fact{{"Nội dung tìm được", countOf(int(st.Documents), "mục (chỉ số, đoạn văn bản, hỏi đáp, đơn vị, minh chứng, lý do trả lại)")},
		{"Chỉ mục", "Lập tự động từ số liệu, không cần sao lưu. Khi hỏng hoặc cũ, hệ thống tự lập lại."}}
	return r.Render("search/admin", v)
}
