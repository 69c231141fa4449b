package web

import (
	"fmt"
	"net/url"
	"strconv"

	"chiso/app/kpi"
)

const mailURL = "/quan-tri/thu"

// mailView is the log of what became of the mails of one round.
type mailView struct {
	page
	URL    string // of this round
	Set    string
	On     bool
	Status string
	Sets   []setTab
	Rounds []selectOption
	Chips  []countChip
	Lines  []mailLine
	Again  int // mails that failed and can go again
	Pager  pager
	None   bool // no round was opened
}

// mailLine is one mail.
type mailLine struct {
	At, To, Person, Login, Unit, UnitCode string
	Subject, Occasion, Cause              string
	State, Badge, Icon                    string
	Attempts                              string
	When                                  string // sent, given up, to be tried again
	Error                                 string
	Again                                 bool
}

// mailsNow leads to the mails of the current round.
func (s *Server) mailsNow(r *request) error {
	round, ok, err := s.currentRound(r)
	if err != nil {
		return err
	}
	if ok {
		return r.redirect(mailURL + "/" + round.ID())
	}
	v := mailView{page: s.mailPage(r), None: true}
	if v.Sets, err = s.setTabs(r, r.Query("bo"), mailURL+"?bo="); err != nil {
		return err
	}
	return r.Render("reminder/mails", v)
}

func (s *Server) mailPage(r *request) page {
	return s.page(r, "Nhật ký gửi thư", crumb{"Quản trị", "/quan-tri"}, crumb{"Nhật ký gửi thư", ""})
}

func (s *Server) mails(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	state := kpi.MailState(kpi.Clip(r.Query("trang-thai"), 20))
	params := url.Values{}
	if state.Label() == "" {
		state = ""
	} else {
		params.Set("trang-thai", string(state))
	}
	if other, err := kpi.ParseMonth(r.Query("ky")); err == nil && other != m {
		return r.redirect(withParams(mailURL+"/"+set+"/"+other.String(), params))
	}
	l, err := s.App.MailLog(r.actor, set, m, state)
	if err != nil {
		return err
	}
	v := mailView{page: s.mailPage(r), URL: mailURL + "/" + l.Round.ID(), Set: l.Set.Name, On: l.On, Status: string(state), Again: l.Again}
	if v.Sets, err = s.setTabs(r, set, mailURL+"?bo="); err != nil {
		return err
	}
	if v.Rounds, err = s.roundChoice(r, set, m); err != nil {
		return err
	}
	v.Chips = mailChips(v.URL, state, l.Counts)
	lines := make([]mailLine, 0, len(l.Lines))
	for _, x := range l.Lines {
		line := lineOfMail(x.Mail)
		line.Person, line.Unit, line.Again = x.Person, x.UnitName, line.Again && l.On
		lines = append(lines, line)
	}
	v.Lines, v.Pager = paged(lines, r.Query("trang"), listSize, v.URL, params)
	return r.Render("reminder/mails", v)
}

// mailChips offers each state with the number of mails in it.
func mailChips(path string, current kpi.MailState, counts map[kpi.MailState]int) []countChip {
	all := 0
	for _, n := range counts {
		all += n
	}
	chips := []countChip{{ID: "c-all", URL: path, Label: "Tất cả", N: all, Current: current == ""}}
	for _, st := range kpi.MailStates() {
		if counts[st] > 0 || st == current {
			chips = append(chips, countChip{ID: "c-" + string(st), URL: withParams(path, url.Values{"trang-thai": {string(st)}}), Label: st.Label(), Icon: mailIcon(st), N: counts[st], Current: st == current})
		}
	}
	return chips
}

func mailIcon(st kpi.MailState) string {
	return map[kpi.MailState]string{kpi.MailQueued: "hourglass", kpi.MailSending: "send", kpi.MailSent: "check", kpi.MailFailed: "alert-circle", kpi.MailDropped: "minus"}[st]
}

func lineOfMail(m kpi.Mail) mailLine {
	line := mailLine{At: kpi.FormatTime(m.Queued), To: m.To, Login: m.Login, UnitCode: m.Unit, Subject: m.Subject, Occasion: string(m.Occasion), Cause: m.Occasion.Label(),
		State: m.State.Label(), Icon: mailIcon(m.State), Attempts: strconv.Itoa(m.Attempts), Error: m.Error, Again: m.Stuck()}
	line.Badge = map[kpi.MailState]string{kpi.MailQueued: "badge-info", kpi.MailSending: "badge-info", kpi.MailSent: "badge-ok", kpi.MailFailed: "badge-bad"}[m.State]
	switch {
	case m.State == kpi.MailQueued && m.Attempts > 0:
		line.When = "Thử lại lúc " + kpi.FormatTime(m.Next)
	case !m.Done.IsZero():
		line.When = kpi.FormatTime(m.Done)
	}
	return line
}

// resend queues one mail that failed again, or all of them.
func (s *Server) resend(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	n := 1
	if r.FormValue("tat-ca") != "" {
		n, err = s.App.ResendAll(r.actor, set, m)
	} else {
		mail := kpi.Mail{Set: set, Month: m, Unit: r.FormValue("unit"), Occasion: kpi.Occasion(r.FormValue("occasion")), Login: r.FormValue("login")}
		if !kpi.ValidCode(mail.Unit) || !mail.Occasion.Valid() || !kpi.ValidLogin(mail.Login) {
			return kpi.Errorf(kpi.NotFound, "Không tìm thấy thư này. Tải lại trang rồi làm lại.")
		}
		err = s.App.Resend(r.actor, mail)
	}
	switch {
	case err != nil && refusal(err):
		s.flash(r, "error", err.Error())
	case err != nil:
		return err
	case n == 0:
		s.flash(r, "info", "Không có thư nào gửi lại được cùng lúc.")
	default:
		s.flash(r, "success", fmt.Sprintf("Đã xếp %d thư vào hàng chờ gửi; vài phút nữa xem lại ở đây.", n))
	}
	return r.redirect(mailURL + "/" + set + "/" + m.String())
}
