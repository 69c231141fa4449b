package web

import (
	"fmt"
	"net/url"
	"strconv"

	"chiso/app"
	"chiso/app/kpi"
)

// queueView is the list of sheets that wait for the person's decision.
type queueView struct {
	page
	Chips     []countChip // by block, for those who decide for the whole province
	SeesSets  bool        // the sheets belong to several sets
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
	Filled, Due, Warnings            int
	Button                           string
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

func (s *Server) queue(r *request) error {
	slug, block := blockQuery(r)
	number, err := strconv.Atoi(r.Query("trang"))
	if err != nil || number < 1 || number > 1000 {
		number = 1
	}
	q, err := s.App.Queue(r.actor, block, (number-1)*queuePage, queuePage)
	if err != nil {
		return err
	}
	v := queueView{page: s.page(r, "Duyệt", crumb{"Duyệt", ""}), SeesSets: q.Sets > 1}
	whole := r.actor.User.HasRole(kpi.Coordinator)
	if whole && q.Blocks[kpi.BlockAgencies]+q.Blocks[kpi.BlockCommunes] > 0 {
		v.Chips = []countChip{
			{URL: "/duyet", Label: "Tất cả", N: q.Blocks[kpi.BlockAgencies] + q.Blocks[kpi.BlockCommunes], Current: slug == ""},
			{URL: "/duyet?khoi=so", Label: kpi.BlockAgencies, N: q.Blocks[kpi.BlockAgencies], Current: slug == "so"},
			{URL: "/duyet?khoi=xa", Label: kpi.BlockCommunes, N: q.Blocks[kpi.BlockCommunes], Current: slug == "xa"},
		}
	}
	for _, w := range q.Sheets {
		v.Sheets = append(v.Sheets, queueLineOf(w, slug))
	}
	if len(v.Sheets) > 0 {
		v.Range = fmt.Sprintf("%d–%d trong %d biểu", (number-1)*queuePage+1, (number-1)*queuePage+len(v.Sheets), q.Total)
	}
	if number > 1 {
		v.Prev = queueURL(slug, number-1)
	}
	if number*queuePage < q.Total {
		v.Following = queueURL(slug, number+1)
	}
	switch {
	case len(v.Sheets) > 0:
	case q.Total > 0 || slug != "" && len(v.Chips) > 0:
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

func queueLineOf(w app.Waiting, slug string) queueLine {
	k := sheetKey{w.Set.Code, w.Round.Month, w.Unit.Code}
	line := queueLine{Unit: w.Unit.Name, URL: reviewURL(k, "", slug), Month: w.Round.Month.Label(), Set: w.Set.Name, By: w.By,
		Since: kpi.FormatTime(w.Step.At), Status: w.Status, Timing: w.Timing, Filled: w.Filled, Due: w.Sheet.Due, Warnings: w.Warnings,
		Button: "Xem để duyệt"}
	if w.Action == kpi.ActAccept {
		line.Button = "Xem để phê duyệt"
	}
	if w.Refusal != nil {
		line.Button, line.Refusal = "Xem", w.Refusal.Error()
	}
	return line
}

func queueURL(slug string, number int) string {
	q := url.Values{}
	if slug != "" {
		q.Set("khoi", slug)
	}
	if number > 1 {
		q.Set("trang", strconv.Itoa(number))
	}
	return withParams("/duyet", q)
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
