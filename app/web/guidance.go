package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// guidanceStyles are the style sheets of the pages of guidance.
func guidanceStyles() []string { return []string{"css/pages/guidance.css"} }

// guidancesView is the list of documents.
type guidancesView struct {
	page
	Query   string
	Forces  []selectOption
	Lines   []guidanceLine
	Pager   pager
	Total   int // documents there are, whatever the filter
	Manages bool
	Manual  string // URL of the page for this person's role
}

type guidanceLine struct {
	Label, URL     string
	Issuer, Date   string
	Force          badge
	Muted          bool
	Note           string // what of the text could not be read
	Indicators     int
	Kind           string // «PDF, 1,2 MB»
	File           string // URL of the original
	Passages       int
	ReplacedByLink *linkLine
}

// linkLine is a link with its words.
type linkLine struct{ Label, URL string }

// forceOf shows whether a document holds as a badge.
func forceOf(f kpi.Force) badge {
	switch f {
	case kpi.InForce:
		return badge{"circle-check", f.Label(), "badge-ok"}
	case kpi.NotYet:
		return badge{"clock", f.Label(), "badge-warn"}
	}
	return badge{"calendar-off", f.Label(), ""}
}

func forces() []kpi.Force {
	return []kpi.Force{kpi.InForce, kpi.NotYet, kpi.Expired, kpi.ForceReplaced}
}

func (s *Server) guidances(r *request) error {
	list, err := s.App.GuidanceList(r.actor)
	if err != nil {
		return err
	}
	v := guidancesView{page: s.page(r, "Hướng dẫn", crumb{"Hướng dẫn", ""}), Total: len(list), Manages: kpi.May(r.actor.User, kpi.ManageGuidance) == nil,
		Manual: manualURL(r.actor.User)}
	v.Query = kpi.Clip(strings.TrimSpace(r.Query("q")), 100)
	force := kpi.Force(kpi.Clip(r.Query("hieu-luc"), 20))
	shown := forces()
	if v.Manages {
		shown = append(shown, kpi.ForceWithdrawn)
	}
	v.Forces = choiceOf(force, "Tất cả", shown...)
	query := kpi.Fold(v.Query)
	var lines []guidanceLine
	for _, g := range list {
		if force != "" && g.Force != force || query != "" && !strings.Contains(kpi.Fold(g.Number+" "+g.Title+" "+g.Issuer), query) {
			continue
		}
		lines = append(lines, guidanceLineOf(g))
	}
	params := url.Values{}
	if v.Query != "" {
		params.Set("q", v.Query)
	}
	if force != "" {
		params.Set("hieu-luc", string(force))
	}
	v.Lines, v.Pager = paged(lines, r.Query("trang"), listSize, "/huong-dan", params)
	return r.Render("guidance/list", v)
}

func guidanceLineOf(g app.GuidanceLine) guidanceLine {
	line := guidanceLine{Label: g.Label(), URL: guidanceURL(g.ID), Issuer: g.Issuer, Force: forceOf(g.Force), Muted: g.Force != kpi.InForce && g.Force != kpi.NotYet,
		Indicators: len(g.Guidance.Indicators()), Kind: fileKind(g.File), File: guidanceURL(g.ID) + "/tep", Passages: g.Passages}
	if !g.Date.IsZero() {
		line.Date = kpi.FormatDate(g.Date)
	}
	if !g.Readable() {
		line.Note = "Chưa đọc được chữ"
	}
	return line
}

// fileKind tells the type and the size of a file: «PDF, 1,2 MB».
func fileKind(f kpi.File) string {
	kind := f.Type.Label()
	switch f.Type {
	case kpi.Markdown, kpi.PlainText:
		kind = "Văn bản"
	}
	return kind + ", " + kpi.FormatSize(f.Size)
}

func guidanceURL(id string) string { return "/huong-dan/" + id }

// passageURL leads to a passage of a document, whichever page of it the passage is on.
func passageURL(doc string, n int) string {
	return fmt.Sprintf("%s?doan=%d#p-%d", guidanceURL(doc), n, n)
}

// guidanceView is a document to read.
type guidanceView struct {
	page
	Heading    string
	Force      badge
	Notices    []string // what to know before relying on it
	Links      []linkLine
	Unread     string
	Facts      []fact
	File       string // URL of the original
	FileName   string
	FileKind   string
	Parts      []guidancePart
	Pager      pager
	Indicators []linkedLine
	ManyFrom   int
	Manages    bool
	Path       string
	Edit       string
	Withdrawn  bool
	Reason     inputField // of withdrawing it
}

// guidancePart is a passage with the headings that begin at it.
type guidancePart struct {
	ID       string
	N        int
	Headings []guidanceHeading
	Place    string // «trang 3»
	Lines    []string
	Link     string
}

// guidanceHeading is a heading of the document: level 2 to 4 of the page.
type guidanceHeading struct {
	Level int
	Text  string
}

type linkedLine struct {
	Code, Name, URL string
	Found           bool // by the text
}

// passagesShown is how many passages a page shows: some ten sheets of paper.
const passagesShown = 60

func (s *Server) guidance(r *request) error {
	id := r.Params("doc")
	if !kpi.ValidGuidance(id) {
		return kpi.Errorf(kpi.NotFound, "Không có văn bản hướng dẫn này. Tìm trong danh sách của trang Hướng dẫn.")
	}
	n, _ := strconv.Atoi(r.Query("trang"))
	if at, err := strconv.Atoi(r.Query("doan")); err == nil && at > 0 {
		n = (at-1)/passagesShown + 1
	}
	n = min(max(n, 1), 1_000)
	p, err := s.App.GuidancePage(r.actor, id, (n-1)*passagesShown+1, n*passagesShown)
	if err != nil {
		return err
	}
	return s.renderGuidance(r, p, n, nil)
}

// renderGuidance shows page n of a document; failed is why a form on it was not accepted.
func (s *Server) renderGuidance(r *request, p app.GuidancePage, n int, failed error) error {
	g := p.Guidance
	v := guidanceView{Heading: g.Label(), Force: forceOf(p.Force), Unread: g.Unread, File: guidanceURL(g.ID) + "/tep", FileName: g.File.Name, FileKind: fileKind(g.File),
		ManyFrom: 12, Manages: kpi.May(r.actor.User, kpi.ManageGuidance) == nil, Edit: guidanceURL(g.ID) + "/sua", Withdrawn: p.Force == kpi.ForceWithdrawn}
	v.page = s.page(r, kpi.Clip(g.Label(), 120), crumb{"Hướng dẫn", "/huong-dan"}, crumb{kpi.Clip(g.Label(), 60), ""})
	v.Styles = guidanceStyles()
	v.Path = guidanceURL(g.ID)
	v.Reason = inputField{Name: "reason", Label: "Lý do thu hồi", Value: kpi.Clip(r.FormValue("reason"), 500), Required: true, Max: 500, Error: fieldErrors(failed)["reason"],
		Hint: "Văn bản không còn trong danh sách và kết quả tìm; đường dẫn đã gửi vẫn mở được."}
	v.tellForce(p)
	v.describe(p)
	before := []string{g.Title} // which stands above
	for _, x := range p.Passages {
		v.Parts = append(v.Parts, partOf(x, before))
		before = x.Heading
	}
	places := make([]struct{}, g.Passages)
	_, v.Pager = paged(places, strconv.Itoa(n), passagesShown, guidanceURL(g.ID), url.Values{})
	for _, ind := range p.Indicators {
		v.Indicators = append(v.Indicators, linkedLine{ind.Code, ind.Name, "/chi-so/" + ind.Set + "/" + ind.Code, ind.Found})
	}
	if v.Manages {
		var err error
		if v.Seen, err = s.seen(r, "guidance/"+g.ID, failed); err != nil {
			return err
		}
	}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	return r.Render("guidance/read", v)
}

// tellForce says what to know of a document that does not hold, and where to go instead.
func (v *guidanceView) tellForce(p app.GuidancePage) {
	switch p.Force {
	case kpi.ForceWithdrawn:
		v.Notices = append(v.Notices, "Văn bản đã thu hồi ngày "+kpi.FormatDate(p.Withdrawn)+", không dùng để thống kê.")
	case kpi.Expired:
		v.Notices = append(v.Notices, "Văn bản đã hết hiệu lực từ sau ngày "+kpi.FormatDate(p.To)+".")
	case kpi.NotYet:
		v.Notices = append(v.Notices, "Văn bản có hiệu lực từ ngày "+kpi.FormatDate(p.From)+".")
	}
	if p.Replacer != nil {
		v.Notices = append(v.Notices, "Văn bản đã được thay thế.")
		v.Links = append(v.Links, linkLine{"Văn bản thay thế: " + p.Replacer.Label(), guidanceURL(p.Replacer.ID)})
	}
}

// describe lists what is known of the document.
func (v *guidanceView) describe(p app.GuidancePage) {
	add := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, fact{term, text})
		}
	}
	add("Số, ký hiệu", p.Number)
	if !p.Date.IsZero() {
		add("Ngày ban hành", kpi.FormatDate(p.Date))
	}
	add("Cơ quan ban hành", p.Issuer)
	from, to := "", ""
	if !p.From.IsZero() {
		from = "từ " + kpi.FormatDate(p.From)
	}
	if !p.To.IsZero() {
		to = " đến hết " + kpi.FormatDate(p.To)
	}
	add("Hiệu lực", strings.TrimSpace(from+to))
	if p.Replacing != nil {
		add("Thay thế", p.Replacing.Label())
	}
	if p.Pages > 0 {
		add("Số trang", strconv.Itoa(p.Pages))
	}
	add("Đưa lên", kpi.FormatTime(p.Added)+", "+p.AddedBy)
}

// partOf shows a passage; before is the heading of the one before it on the page.
func partOf(x kpi.Passage, before []string) guidancePart {
	part := guidancePart{ID: "p-" + strconv.Itoa(x.N), N: x.N, Lines: strings.Split(x.Text, "\n"), Link: passageURL(x.Doc, x.N)}
	same := true
	for i, text := range x.Heading {
		if same = same && i < len(before) && before[i] == text; !same {
			part.Headings = append(part.Headings, guidanceHeading{min(i+2, 4), text})
		}
	}
	switch {
	case x.Page > 0:
		part.Place = fmt.Sprintf("trang %d", x.Page)
	case x.Row > 1:
		part.Place = fmt.Sprintf("từ hàng %d", x.Row)
	}
	return part
}

func (s *Server) guidanceFile(r *request) error {
	if !kpi.ValidGuidance(r.Params("doc")) {
		return kpi.Errorf(kpi.NotFound, "Không có văn bản hướng dẫn này. Tìm trong danh sách của trang Hướng dẫn.")
	}
	about, file, err := s.App.GuidanceFile(r.actor, r.Params("doc"))
	if err != nil {
		return err
	}
	mime := about.Type.MIME()
	if mime == "" {
		mime = "text/plain; charset=utf-8"
	}
	r.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	r.Set(fiber.HeaderContentType, mime)
	r.Set(fiber.HeaderContentDisposition, attachment(about.Name, "huong-dan."+string(about.Type)))
	return r.SendStream(file, int(about.Size)) // closes the file
}
