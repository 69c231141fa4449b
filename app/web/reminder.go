package web

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// reminderView is the form with which the coordinator reminds units.
type reminderView struct {
	page
	URL, Back string
	Op        string // tells this form from another
	Text      string
	TextError string
	Max       int
	Mail      bool // mails are sent as well
	All       bool // nobody was chosen: the list has all that have not finished
	Units     []reminderUnit
	Mails     int // to be sent if all units stay chosen
}

// reminderUnit is one unit of the form.
type reminderUnit struct {
	Code, Name, URL string
	Status          kpi.Status
	Todo            string
	People          string // «2 người, 1 thư»
	Last            string
	Chosen          bool
}

// noticeView is a reminder as the unit's people find it.
type noticeView struct {
	Unit, URL  string
	When       string // «Đôn đốc lần 2, 14/11/2026 08h00»
	Text       string
	Lead, Todo string
	Cells      []crumb
	More       int  // cells beyond those named
	Open       bool // few enough to be seen at once
	Submitted  bool
}

// How many missing cells the first page names, the sheet has them all, and how many it shows without being asked.
const (
	cellsNamed = 20
	cellsOpen  = 6
)

// reminderForm shows what reminding the chosen units would come to.
func (s *Server) reminderForm(r *request) error {
	return s.renderReminder(r, unitsOf(r.Request().URI().QueryArgs()), "", nil)
}

// remind reminds the units and leads back to the board.
func (s *Server) remind(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	units := unitsOf(r.Request().PostArgs())
	done, err := s.App.Remind(r.actor, set, m, units, r.FormValue("text"), r.FormValue("op"))
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderReminder(r, units, r.FormValue("text"), err)
	}
	said := fmt.Sprintf("Đã đôn đốc %d đơn vị", done.Units)
	if done.Mails > 0 {
		said += fmt.Sprintf(", %d thư chờ gửi", done.Mails)
	}
	if done.Skipped > 0 {
		said += fmt.Sprintf("; bỏ qua %d đơn vị đã gửi tỉnh", done.Skipped)
	}
	s.flash(r, "success", said+".")
	return r.redirect("/theo-doi/" + set + "/" + m.String())
}

// letter sends the draft of the official letter about the chosen units.
func (s *Server) letter(r *request) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	name, file, err := s.App.ReminderLetter(r.actor, s.Province, set, m, unitsOf(r.Request().URI().QueryArgs()))
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	r.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(name))
	return r.Send(file)
}

// args are the parameters of an address or a form.
type args interface {
	PeekMulti(name string) [][]byte
}

// unitsOf returns the units chosen, each once.
func unitsOf(a args) []string {
	var units []string
	for _, v := range a.PeekMulti("u[]") {
		if unit := string(v); kpi.ValidCode(unit) && !slices.Contains(units, unit) {
			units = append(units, unit)
		}
	}
	return units
}

// renderReminder shows the form, with what was typed and why it was refused.
func (s *Server) renderReminder(r *request, units []string, text string, failed error) error {
	set, m, err := roundOfPath(r)
	if err != nil {
		return err
	}
	p, err := s.App.PlanReminder(r.actor, set, m, units)
	if err != nil {
		return err
	}
	board := "/theo-doi/" + p.Round.ID()
	v := reminderView{page: s.page(r, "Đôn đốc "+inSentence(m), crumb{"Theo dõi", board}, crumb{"Đôn đốc", ""}), URL: board + "/don-doc", Back: board,
		Op: newOp(), Text: p.Text, Max: kpi.MaxReminder, Mail: p.Mail, All: len(units) == 0}
	for _, x := range p.Units {
		u := unitReminded(x, p.Mail)
		u.Chosen = failed == nil || len(units) > 0
		v.Units = append(v.Units, u)
		if p.Mail {
			v.Mails += x.Addresses()
		}
	}
	if failed != nil {
		v.Text, v.Errors, v.TextError = text, errorsOf(failed), fieldErrors(failed)["text"]
		if op := r.FormValue("op"); kpi.Occasion("hand-" + op).Valid() {
			v.Op = op
		}
		r.Status(statusOf(failed))
	}
	return r.Render("reminder/form", v)
}

func unitReminded(x app.Reminding, mail bool) reminderUnit {
	u := reminderUnit{Code: x.Unit.Code, Name: x.Unit.Name, URL: x.URL(""), Status: x.Status, Todo: x.Todo(), Last: remindedText(x.Last),
		People: strconv.Itoa(len(x.People)) + " người"}
	if mail {
		u.People += fmt.Sprintf(", %d có thư điện tử", x.Addresses())
	}
	return u
}

// newOp returns what tells one press of a button from another.
func newOp() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// remindedText is a reminder on the board: «13/11 (lần 1)», "" for none.
func remindedText(x kpi.Reminder) string {
	if x.Number == 0 {
		return ""
	}
	return fmt.Sprintf("%s (lần %d)", x.At.In(kpi.Location).Format("02/01"), x.Number)
}

// noticesOf words the reminders of the person's units.
func noticesOf(list []app.Reminding, now time.Time) []noticeView {
	var views []noticeView
	for _, x := range list {
		v := noticeView{Unit: x.Unit.Name, URL: x.URL(""), When: fmt.Sprintf("Đôn đốc lần %d, %s", x.Number, kpi.FormatTime(x.Last.At)), Text: x.Text,
			Lead: x.Lead(now), Todo: x.Todo(), Submitted: x.Sheet.State == kpi.Submitted}
		for _, c := range x.Missing[:min(len(x.Missing), cellsNamed)] {
			v.Cells = append(v.Cells, crumb{c.Code + " – " + c.Name, x.CellURL("", c.Code)})
		}
		v.More, v.Open = len(x.Missing)-len(v.Cells), len(x.Missing) <= cellsOpen
		views = append(views, v)
	}
	return views
}
