package web

import (
	"fmt"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// roundsView is the list of the rounds of every set.
type roundsView struct {
	page
	Sets []roundSet
	Held []heldRound
}

// roundSet is one set with its rounds.
type roundSet struct {
	Code, Name string
	Next       string // «tháng 12/2026», the round to open next
	URL        string // where to open it
	Lines      []roundLine
	More       int
	Days       []selectOption // on which it opens by itself
	Opening    string         // when the next one does, "" if it does not
}

// roundLine is one round in the list.
type roundLine struct {
	Month, URL, UnitDue, Opened, By string
	State                           badge
	Accepted, Sheets                int
	Full                            bool
}

func (s *Server) rounds(r *request) error {
	sets, err := s.App.RoundList(r.actor)
	if err != nil {
		return err
	}
	v := roundsView{page: s.page(r, "Kỳ báo cáo", crumb{"Kỳ báo cáo", ""})}
	for _, set := range sets {
		line := roundSet{Code: set.Set.Code, Name: set.Set.Name, Next: inSentence(set.Next), URL: "/ky/" + set.Set.Code + "/mo?thang=" + set.Next.String(), More: set.More, Days: openDays(set.Set.OpenDay), Opening: opening(set, r.actor.At)}
		for _, x := range set.Rounds {
			line.Lines = append(line.Lines, roundLine{Month: x.Month.Label(), URL: "/ky/" + x.ID(), UnitDue: kpi.FormatDeadline(x.UnitDue),
				Opened: kpi.FormatTime(x.Opened), By: x.Opener, State: roundState(x.Round, r.actor.At), Accepted: x.Accepted, Sheets: x.Sheets,
				Full: x.Accepted == x.Sheets})
		}
		v.Sets = append(v.Sets, line)
	}
	if v.Held, err = s.heldRounds(r); err != nil {
		return err
	}
	return r.Render("round/rounds", v)
}

// roundState says in a word where the round stands at instant now.
func roundState(x kpi.Round, now time.Time) badge {
	switch {
	case x.IsClosed():
		return badge{"lock", "Đã chốt", "closed"}
	case now.Before(x.Opens):
		return badge{"clock", "Chưa đến ngày mở", "not-started"}
	case !now.Before(x.Locks):
		return badge{"lock", "Đã khóa nhập", "warn"}
	}
	return badge{"lock-open", "Đang mở", "info"}
}

// roundView is one round with what can be done about it.
type roundView struct {
	page
	Set, Month, Short string
	Path              string // "/ky/nq57/2026-11"
	Board             string
	State             badge
	Closed            bool
	Dates             []dateField // while open
	Fixed             []fact      // the dates of a closed round
	Facts             []fact
	Percent           string
	Filled, Total     int
	Waiting           []boardLine // sheets that are not accepted
	MoreWaiting       int
	Open              int    // sheets that are not accepted
	Reason, Confirm   string // as typed
	ReasonError       string
	ConfirmError      string
	Closing           bool // the form that closes is unfolded
	Anyway            bool
	History           []historyLine
}

// maxWaiting bounds the list of units that a round still waits for.
const maxWaiting = 30

// roundForm is what somebody typed on the page of a round.
type roundForm struct {
	Dates   map[string]string // nil: as stored
	Reason  string
	Confirm string
	Anyway  bool
	Closing bool
}

func (s *Server) round(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	return s.renderRound(r, set, m, roundForm{}, nil)
}

func (s *Server) setDates(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	f := roundForm{Dates: typedDates(r), Reason: r.FormValue("reason")}
	dates, err := readDates(f.Dates)
	if err == nil {
		err = s.App.SetDates(r.actor, set, m, dates, f.Reason)
	}
	if err != nil {
		return s.roundRefused(r, set, m, f, err)
	}
	s.flash(r, "success", "Đã đổi các mốc của kỳ "+m.Short()+".")
	return r.redirect("/ky/" + set + "/" + m.String())
}

func (s *Server) closeRound(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	f := roundForm{Confirm: r.FormValue("confirm"), Anyway: r.FormValue("anyway") != "", Closing: true}
	if strings.TrimSpace(f.Confirm) != m.Short() {
		text := "Ghi đúng «" + m.Short() + "» để xác nhận chốt số liệu."
		err = &kpi.Error{Kind: kpi.Invalid, Msg: text, Fields: map[string]string{"confirm": text}}
	} else {
		err = s.App.CloseRound(r.actor, set, m, f.Anyway)
	}
	if err != nil {
		return s.roundRefused(r, set, m, f, err)
	}
	s.flash(r, "success", "Đã chốt số liệu kỳ "+m.Short()+".")
	return r.redirect("/ky/" + set + "/" + m.String())
}

func (s *Server) roundRefused(r *request, set string, m kpi.Month, f roundForm, err error) error {
	if !refusal(err) {
		return err
	}
	r.Status(statusOf(err))
	return s.renderRound(r, set, m, f, err)
}

func (s *Server) renderRound(r *request, set string, m kpi.Month, f roundForm, failed error) error {
	events, people, err := s.App.RoundHistory(r.actor, set, m)
	if err != nil {
		return err
	}
	b, err := s.App.Board(r.actor, set, m)
	if err != nil {
		return err
	}
	v := roundView{page: s.page(r, "Kỳ báo cáo "+inSentence(m), crumb{"Kỳ báo cáo", "/ky"}, crumb{m.Label(), ""}), Set: b.Set.Name,
		Month: inSentence(m), Short: m.Short(), Path: "/ky/" + b.Round.ID(), Board: "/theo-doi/" + b.Round.ID(), State: roundState(b.Round, r.actor.At),
		Reason: f.Reason, Confirm: f.Confirm, Anyway: f.Anyway, Closing: f.Closing}
	if b.Round.IsClosed() {
		v.Closed, v.Fixed = true, fixedDates(b.Round, people)
	}
	v.Errors = errorsOf(failed)
	var bad map[string]string
	if e, ok := asError(failed); ok {
		bad = e.Fields
	}
	v.Dates, v.ReasonError, v.ConfirmError = dateFields(b.Round.Dates, f.Dates, bad), bad["reason"], bad["confirm"]
	if v.Seen, err = s.seen(r, "round/"+b.Round.ID(), failed); err != nil {
		return err
	}
	v.progress(b)
	for _, e := range events {
		v.History = append(v.History, historyOf(e, people))
	}
	return r.Render("round/round", v)
}

// progress tells how complete the round is and for whom it waits.
func (v *roundView) progress(b app.Board) {
	for _, row := range b.Rows {
		v.Filled += row.Filled
		v.Total += row.Sheet.Due
		if row.Sheet.State != kpi.Accepted {
			v.Open++
			if len(v.Waiting) < maxWaiting {
				path := "/nhap-lieu/"
				if row.Sheet.State != kpi.Draft {
					path = "/duyet/"
				}
				v.Waiting = append(v.Waiting, boardLines(b.Round.ID(), []app.BoardRow{row}, path)...)
			}
		}
	}
	v.MoreWaiting = v.Open - len(v.Waiting)
	v.Percent = percent(v.Filled, v.Total)
	v.Facts = []fact{{"Biểu", fmt.Sprintf("%d/%d đã được tỉnh phê duyệt", len(b.Rows)-v.Open, len(b.Rows))}}
	for _, st := range kpi.Statuses() {
		if n := b.Counts[st]; n > 0 && st != kpi.StatusAccepted && st != kpi.StatusClosed {
			v.Facts = append(v.Facts, fact{st.Label(), fmt.Sprintf("%d biểu", n)})
		}
	}
	if b.Late > 0 {
		v.Facts = append(v.Facts, fact{"Quá hạn hoặc nộp muộn", fmt.Sprintf("%d biểu", b.Late)})
	}
}

// percent shows n of total with one decimal, rounded down so that 100 means all; "" of nothing.
func percent(n, total int) string {
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("%d,%d%%", n*1000/total/10, n*1000/total%10)
}
