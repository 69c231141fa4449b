package web

import (
	"net/url"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

const focalURL = "/dau-moi"

// newOfficer stands for the officer who is to be added, where a path names one.
const newOfficer = "moi"

// focalView is the register of focal points.
type focalView struct {
	page
	Query  string
	Lacks  bool // only units without one
	Blocks []selectOption
	Lines  []focalLine
	Pager  pager
	Total  int // units, whatever the filter
	None   int // units without an officer
	All    bool
	Full   bool   // may take the list with citizens' numbers
	Reason string // as typed
	Error  string
}

// focalLine is one officer, or a unit without one.
type focalLine struct {
	Unit           string
	First          bool // of the unit
	Name, Position string
	Phone, Call    string // as shown, as dialled
	Email          string
	Citizen        string // masked
	Edit           string // URL, "" for those who may not
	Label          string // of the link
	Add            string // URL, on the unit's first line
}

func (s *Server) focals(r *request) error { return s.renderFocals(r, "", nil) }

func (s *Server) renderFocals(r *request, reason string, failed error) error {
	list, err := s.App.FocalPoints(r.actor)
	if err != nil {
		return err
	}
	v := focalView{page: s.page(r, "Cán bộ đầu mối", crumb{"Cán bộ đầu mối", ""}), Total: len(list), Reason: reason,
		All: kpi.May(r.actor.User, kpi.SeeAllFocal) == nil, Full: kpi.May(r.actor.User, kpi.SeeCitizen) == nil}
	v.Query, v.Lacks = kpi.Clip(strings.TrimSpace(r.Query("q")), 100), r.Query("chua-co") == "1"
	slug, block := blockQuery(r)
	v.Blocks = []selectOption{{"", "Tất cả", slug == ""}, {"so", kpi.BlockAgencies, slug == "so"}, {"xa", kpi.BlockCommunes, slug == "xa"}}
	query := kpi.Fold(v.Query)
	var kept []app.UnitOfficers
	for _, u := range list {
		if len(u.Officers) == 0 {
			v.None++
		}
		if block != "" && u.Unit.Kind.Block() != block || v.Lacks && len(u.Officers) > 0 || query != "" && !strings.Contains(kpi.Fold(focalWords(u)), query) {
			continue
		}
		kept = append(kept, u)
	}
	params := url.Values{}
	for name, value := range map[string]string{"q": v.Query, "khoi": slug} {
		if value != "" {
			params.Set(name, value)
		}
	}
	if v.Lacks {
		params.Set("chua-co", "1")
	}
	kept, v.Pager = paged(kept, r.Query("trang"), listSize, focalURL, params)
	for _, u := range kept {
		v.Lines = append(v.Lines, focalLines(u, r.actor.User)...)
	}
	if e, ok := asError(failed); ok {
		v.Error, v.Errors = e.Msg, errorsOf(failed)
		r.Status(statusOf(failed))
	}
	return r.Render("focal/list", v)
}

// focalWords is what a search for officers looks in: no numbers of citizens.
func focalWords(u app.UnitOfficers) string {
	words := u.Unit.Code + " " + u.Unit.Name
	for _, o := range u.Officers {
		words += " " + o.Name + " " + o.Position + " " + o.Phone + " " + o.Email
	}
	return words
}

// focalLines shows a unit's officers, or that there are none.
func focalLines(u app.UnitOfficers, user kpi.User) []focalLine {
	keeps := kpi.MayKeepFocal(user, u.Unit.Code) == nil
	var lines []focalLine
	for _, o := range u.Officers {
		l := focalLine{Unit: u.Unit.Name, Name: o.Name, Position: o.Position, Phone: kpi.FormatPhone(o.Phone), Call: o.Phone, Email: o.Email, Citizen: o.Mask}
		if keeps {
			l.Edit, l.Label = focalURL+"/"+o.Unit+"/"+o.ID, "Sửa"
		}
		if kpi.May(user, kpi.SeeCitizen) == nil && !o.Citizen.IsZero() {
			l.Label = "Sửa, xem số căn cước"
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		lines = []focalLine{{Unit: u.Unit.Name}}
	}
	lines[0].First = true
	if keeps && len(u.Officers) < kpi.MaxFocalPoints {
		lines[0].Add = focalURL + "/" + u.Unit.Code + "/" + newOfficer
	}
	return lines
}

// focalList gives the register as a workbook, citizens' numbers masked.
func (s *Server) focalList(r *request) error {
	book, err := s.App.FocalList(r.actor, s.Province)
	if err != nil {
		return err
	}
	return r.sendExcel("Danh sach can bo dau moi.xlsx", book)
}

// fullFocalList gives the register with citizens' numbers, for a reason.
func (s *Server) fullFocalList(r *request) error {
	reason := r.FormValue("reason")
	book, err := s.App.FullFocalList(r.actor, s.Province, reason)
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderFocals(r, reason, err)
	}
	return r.sendExcel("Danh sach can bo dau moi (so can cuoc).xlsx", book)
}
