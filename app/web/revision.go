package web

import (
	"strconv"

	"chiso/app/kpi"
)

// erratumView is the page of a closed round's revisions, with what a correction would change now.
type erratumView struct {
	page
	Set, Month  string
	Action      string // where the form goes, "" for whoever only reads
	Table       string
	Seen        int
	Changes     []kpi.Correction
	Revisions   []revisionLine
	Reason      string
	ReasonError string
}

// revisionLine is one revision, the newest first.
type revisionLine struct {
	Title, Made, Reason, Count string
	Changes                    []kpi.Correction
}

func (s *Server) erratum(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	return s.renderErratum(r, set, m, "", nil)
}

func (s *Server) publishErratum(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	seen, _ := strconv.Atoi(r.FormValue("v")) // not a number: 0, which no closed round has
	reason := r.FormValue("reason")
	if err := s.App.PublishErratum(r.actor, set, m, seen, reason); err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderErratum(r, set, m, reason, err)
	}
	s.flash(r, "success", "Đã đính chính số liệu kỳ "+m.Short()+".")
	return r.redirect("/ky/" + set + "/" + m.String() + "/dinh-chinh")
}

func (s *Server) renderErratum(r *request, set string, m kpi.Month, reason string, failed error) error {
	e, err := s.App.PlanErratum(r.actor, set, m)
	if err != nil {
		return err
	}
	v := erratumView{page: s.page(r, "Đính chính "+inSentence(m), crumb{"Tổng hợp", "/tong-hop/" + e.Round.ID()}, crumb{"Đính chính", ""}), Set: e.Set.Name,
		Month: inSentence(m), Table: "/tong-hop/" + e.Round.ID(), Seen: len(e.Revisions), Changes: e.Changes, Reason: reason}
	if kpi.May(r.actor.User, kpi.ManageRounds) == nil {
		v.Action = "/ky/" + e.Round.ID() + "/dinh-chinh"
	} else {
		v.Changes = nil // not published: only the coordinator prepares it
	}
	for i := len(e.Revisions) - 1; i >= 0; i-- {
		x := e.Revisions[i]
		line := revisionLine{Title: x.Title(), Made: kpi.FormatTime(x.Made.At) + ", " + e.Names[x.Made.By], Reason: x.Reason, Changes: x.Changes,
			Count: strconv.Itoa(x.Figures) + " chỉ số; hạn nộp của đơn vị " + kpi.FormatDeadline(x.Dates.UnitDue)}
		v.Revisions = append(v.Revisions, line)
	}
	v.Errors = errorsOf(failed)
	if x, ok := asError(failed); ok {
		v.ReasonError = x.Fields["reason"]
	}
	return r.Render("round/erratum", v)
}
