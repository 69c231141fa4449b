package web

import (
	"bytes"
	"net/url"
	"strconv"
	"time"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// eventsURL is the log of the system.
const eventsURL = "/nhat-ky"

// eventsView is a part of the log.
type eventsView struct {
	page
	From, To string // days, as inputs of the type date
	Text     string
	Lines    []eventLine
	Older    string // address of what came before, "" if there is nothing
	Cut      bool
}

type eventLine struct {
	Seq                                                         uint64
	Time, By, Login, Addr, What, About, Old, New, Reason, Class string
}

// eventDays is how many days the page shows when none are named.
const eventDays = 7

func (s *Server) events(r *request) error {
	f, err := eventFilter(r, r.Query)
	v := eventsView{page: s.page(r, "Nhật ký hệ thống", crumb{"Nhật ký hệ thống", ""}), From: inputDay(f.From), To: inputDay(f.To.AddDate(0, 0, -1)), Text: f.Text}
	if err != nil {
		v.Errors = errorsOf(err)
		r.Status(statusOf(err))
		return r.Render("event/list", v)
	}
	p, err := s.App.Events(r.actor, f)
	if err != nil {
		return err
	}
	for _, ev := range p.Events {
		line := eventLine{Seq: ev.Seq, Time: kpi.FormatSecond(ev.At), By: p.Names[ev.By], Login: ev.By, Addr: ev.Addr, What: ev.Verb.Label(), About: ev.About(),
			Old: kpi.Clip(ev.Old, 300), New: kpi.Clip(ev.New, 300), Reason: kpi.Clip(ev.Reason, 300)}
		if ev.Verb == kpi.VerbRefuse {
			line.Class = "row-warn"
		}
		v.Lines = append(v.Lines, line)
	}
	if v.Cut = p.Cut; p.Next > 0 {
		v.Older = eventsURL + "?" + url.Values{"tu": {v.From}, "den": {v.To}, "q": {v.Text}, "truoc": {strconv.FormatUint(p.Next, 10)}}.Encode()
	}
	return r.Render("event/list", v)
}

func inputDay(t time.Time) string { return t.In(kpi.Location).Format(time.DateOnly) }

// eventFilter reads the days, both included, and the text to find.
func eventFilter(r *request, value func(string, ...string) string) (app.EventFilter, error) {
	today := r.actor.At.In(kpi.Location)
	today = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, kpi.Location)
	f := app.EventFilter{From: today.AddDate(0, 0, 1-eventDays), To: today.AddDate(0, 0, 1), Text: kpi.Clip(value("q"), 100)}
	f.Before, _ = strconv.ParseUint(value("truoc"), 10, 64) // none: from the end
	bad := func(field string) error {
		const msg = "Ngày không đúng. Chọn ngày bắt đầu không muộn hơn ngày kết thúc."
		return &kpi.Error{Kind: kpi.Invalid, Msg: msg, Fields: map[string]string{field: msg}}
	}
	from, to := f.From, f.To
	for _, x := range []struct {
		name string
		day  *time.Time
		add  int
	}{{"tu", &from, 0}, {"den", &to, 1}} {
		if raw := value(x.name); raw != "" {
			t, err := time.ParseInLocation(time.DateOnly, raw, kpi.Location)
			if err != nil {
				return f, bad(x.name)
			}
			*x.day = t.AddDate(0, 0, x.add)
		}
	}
	if !from.Before(to) {
		return f, bad("tu")
	}
	f.From, f.To = from, to
	return f, nil
}

// exportEvents sends the entries of the days as CSV.
func (s *Server) exportEvents(r *request) error {
	f, err := eventFilter(r, func(name string, _ ...string) string { return r.FormValue(name) })
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, _, err := s.App.ExportEvents(r.actor, f, &b); err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="nhat-ky_`+inputDay(f.From)+"_"+inputDay(f.To.AddDate(0, 0, -1))+`.csv"`)
	return r.Send(b.Bytes())
}
