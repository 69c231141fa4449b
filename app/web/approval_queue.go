package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// queueView is the list of sheets that wait for the person's decision.
type queueView struct {
	page
	Chips     []countChip // by block, for those who decide for the whole province
	Looks     []countChip // by whether there is something to look at, likewise
	Part      queuePart
	Number    int  // of this page
	SeesSets  bool // the sheets belong to several sets
	Accepts   bool // there is a sheet that can be accepted unseen
	Sheets    []queueLine
	Range     string // «1–50 trong 124 biểu»
	Prev      string // URL of the page before, "" if this is the first
	Following string // URL of the page after, "" if this is the last
	Empty     string // why the list is empty
	All       string // where to look instead when it is
	AllText   string
}

// queueLine is one sheet that waits.
type queueLine struct {
	Unit, URL, Month, Set, Since, By string
	Status                           kpi.Status
	Timing                           kpi.Timing
	Filled, Due, Notable, Warnings   int
	Button                           string
	Accept                           string // URL of the step that accepts it unseen, "" if it must be looked at
	Seen                             uint32 // version of the sheet
	Refusal                          string // why the person cannot decide about it
}

// countChip is one choice of a filter that shows how much it would list.
type countChip struct {
	ID, URL, Label, Icon string
	N                    int
	Current              bool
}

// queuePage is how many sheets one page of the queue lists.
const queuePage = 50

// queuePart is the part of the waiting sheets that a request is about. Pages and forms carry it along.
type queuePart struct {
	Block string   // khoi: "so", "xa"
	Look  string   // loai: "chu-y", "sach"
	Units []string // chon: chosen on the board
}

// maxChosen bounds how many units can be chosen on the board for review.
const maxChosen = 200

func queuePartOf(r *request) queuePart {
	p := queuePart{}
	p.Block, _ = blockQuery(r)
	if look := r.FormValue("loai"); look == "chu-y" || look == "sach" {
		p.Look = look
	}
	for unit := range strings.SplitSeq(r.FormValue("chon"), ",") {
		if kpi.ValidCode(unit) && len(p.Units) < maxChosen {
			p.Units = append(p.Units, unit)
		}
	}
	return p
}

// Chosen is the part's chon.
func (p queuePart) Chosen() string { return strings.Join(p.Units, ",") }

func (p queuePart) filter() app.QueueFilter {
	return app.QueueFilter{Units: p.Units, Block: map[string]string{"so": kpi.BlockAgencies, "xa": kpi.BlockCommunes}[p.Block],
		Look: map[string]app.Look{"chu-y": app.Notable, "sach": app.Clean}[p.Look]}
}

func (p queuePart) query() url.Values {
	q := url.Values{}
	for k, v := range map[string]string{"khoi": p.Block, "loai": p.Look, "chon": p.Chosen()} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return q
}

// url is a page of the list.
func (p queuePart) url(number int) string {
	q := p.query()
	if number > 1 {
		q.Set("trang", strconv.Itoa(number))
	}
	return withParams("/duyet", q)
}

// pageNumber is the page of a list that the request asks for, from 1.
func pageNumber(r *request) int {
	number, err := strconv.Atoi(r.FormValue("trang"))
	if err != nil || number < 1 || number > 1000 {
		return 1
	}
	return number
}

func (s *Server) queue(r *request) error {
	part, number := queuePartOf(r), pageNumber(r)
	q, err := s.App.Queue(r.actor, part.filter(), (number-1)*queuePage, queuePage)
	if err != nil {
		return err
	}
	v := queueView{page: s.page(r, "Duyệt", crumb{"Duyệt", ""}), SeesSets: q.Sets > 1, Part: part, Number: number}
	whole := r.actor.User.HasRole(kpi.Coordinator)
	if whole {
		v.chips(q)
	}
	for _, w := range q.Sheets {
		line := queueLineOf(w, part)
		v.Sheets, v.Accepts = append(v.Sheets, line), v.Accepts || line.Accept != ""
	}
	if len(v.Sheets) > 0 {
		v.Range = fmt.Sprintf("%d–%d trong %d biểu", (number-1)*queuePage+1, (number-1)*queuePage+len(v.Sheets), q.Total)
	}
	if number > 1 {
		v.Prev = part.url(number - 1)
	}
	if number*queuePage < q.Total {
		v.Following = part.url(number + 1)
	}
	switch {
	case len(v.Sheets) > 0:
	case q.Total > 0 || len(v.Chips) > 0:
		v.Empty, v.All, v.AllText = "Không có biểu nào trong phần này của danh sách.", "/duyet", "Xem tất cả biểu đang chờ"
	case whole:
		v.Empty = "Không có biểu nào chờ tỉnh duyệt. Biểu hiện ở đây khi đơn vị duyệt và gửi tỉnh."
		v.All, v.AllText = "/theo-doi", "Theo dõi tiến độ các đơn vị"
	default:
		v.Empty = "Không có biểu nào chờ duyệt. Biểu hiện ở đây khi người nhập liệu của đơn vị trình duyệt."
		v.All, v.AllText = "/", "Về Việc của tôi"
	}
	return r.Render("approval/queue", v)
}

// chips offers the blocks, and within the chosen one whether there is something to look at.
func (v *queueView) chips(q app.Queue) {
	all := q.Blocks[kpi.BlockAgencies] + q.Blocks[kpi.BlockCommunes]
	if all == 0 {
		return
	}
	for _, x := range []struct {
		slug, label string
		n           int
	}{{"", "Tất cả", all}, {"so", kpi.BlockAgencies, q.Blocks[kpi.BlockAgencies]}, {"xa", kpi.BlockCommunes, q.Blocks[kpi.BlockCommunes]}} {
		to := v.Part
		to.Block = x.slug
		v.Chips = append(v.Chips, countChip{URL: to.url(1), Label: x.label, N: x.n, Current: v.Part.Block == x.slug})
	}
	for _, x := range []struct {
		slug, label string
		n           int
	}{{"", "Mọi biểu", q.Looks[app.Notable] + q.Looks[app.Clean]}, {"chu-y", "Có ô cần chú ý", q.Looks[app.Notable]}, {"sach", "Không có ô cần chú ý", q.Looks[app.Clean]}} {
		to := v.Part
		to.Look = x.slug
		v.Looks = append(v.Looks, countChip{URL: to.url(1), Label: x.label, N: x.n, Current: v.Part.Look == x.slug})
	}
}

func queueLineOf(w app.Waiting, part queuePart) queueLine {
	k := sheetKey{w.Set.Code, w.Round.Month, w.Unit.Code}
	line := queueLine{Unit: w.Unit.Name, URL: reviewURL(k, "", part), Month: w.Round.Month.Label(), Set: w.Set.Name, By: w.By,
		Since: kpi.FormatTime(w.Step.At), Status: w.Status, Timing: w.Timing, Filled: w.Filled, Due: w.Sheet.Due, Notable: w.Notable, Warnings: w.Warnings,
		Button: "Xem để duyệt", Seen: w.Sheet.Version}
	if w.Action == kpi.ActAccept {
		line.Button = "Xem để phê duyệt"
	}
	switch {
	case w.Refusal != nil:
		line.Button, line.Refusal = "Xem", w.Refusal.Error()
	case w.Action == kpi.ActAccept && w.Notable == 0:
		line.Accept = "/duyet/" + k.String() + "/phe-duyet"
	}
	return line
}

// reviewChosen leads to the first of the sheets that were chosen on the board, one after another.
func (s *Server) reviewChosen(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	units := unitsOf(r.Request().URI().QueryArgs())
	if len(units) == 0 {
		return r.redirect("/duyet")
	}
	part := queuePart{Units: units[:min(len(units), maxChosen)]}
	q, err := s.App.Queue(r.actor, part.filter(), 0, 1)
	if err != nil {
		return err
	}
	if len(q.Sheets) == 0 {
		s.flash(r, "info", "Các đơn vị đã chọn không có biểu nào chờ duyệt.")
		return r.redirect("/theo-doi/" + set + "/" + m.String())
	}
	w := q.Sheets[0]
	return r.redirect(reviewURL(sheetKey{w.Set.Code, w.Round.Month, w.Unit.Code}, "", part))
}

// blockQuery returns the block of units that the request's khoi chooses, "" for all, and the valid choice itself.
func blockQuery(r *request) (slug, block string) {
	switch slug = r.FormValue("khoi"); slug {
	case "so":
		return slug, kpi.BlockAgencies
	case "xa":
		return slug, kpi.BlockCommunes
	}
	return "", ""
}
