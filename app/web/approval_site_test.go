package web

import (
	"net/url"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

const roundNow = "nq57/2026-11"

// person is an account of newProvince at this instant.
func (s *site) person(login string) kpi.Actor {
	s.t.Helper()
	var u kpi.User
	if err := s.store.View(func(tx *store.Tx) (err error) {
		u, _, err = tx.User(login)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return kpi.Actor{User: u, At: s.now}
}

// enter types values into cells of a unit as its clerk; "a/b" is a ratio.
func (s *site) enter(unit string, values map[string]string) {
	s.t.Helper()
	clerk, month := s.person("nhap."+strings.ToLower(unit)), kpi.NewMonth(2026, 11)
	v, err := s.app.Sheet(clerk, "nq57", month, unit)
	if err != nil {
		s.t.Fatal(err)
	}
	var saves []app.CellSave
	for _, row := range v.Rows {
		if raw, ok := values[row.Indicator.Code]; ok {
			e := kpi.Entry{}
			num, den, ratio := strings.Cut(raw, "/")
			if e.Raw = &num; ratio {
				e.Den = &den
			}
			saves = append(saves, app.CellSave{Indicator: row.Indicator.Code, Version: row.Cell.Version, Entry: e})
		}
	}
	ans, err := s.app.SaveCells(clerk, "nq57", month, unit, saves)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range ans.Cells {
		if c.Outcome != app.Saved {
			s.t.Fatalf("%s: %s %s", c.Indicator, c.Outcome, c.Text)
		}
	}
}

// sheetAt is a unit's sheet as its page would send it.
func (s *site) sheetAt(unit string) app.SheetID {
	s.t.Helper()
	v, err := s.app.Sheet(s.person("dieuphoi"), "nq57", kpi.NewMonth(2026, 11), unit)
	if err != nil {
		s.t.Fatal(err)
	}
	return app.SheetID{Set: "nq57", Month: kpi.NewMonth(2026, 11), Unit: unit, Seen: v.Sheet.Version}
}

func (s *site) submitSheet(unit string) {
	s.t.Helper()
	if err := s.app.Submit(s.person("nhap."+strings.ToLower(unit)), s.sheetAt(unit)); err != nil {
		s.t.Fatal(err)
	}
}

// send fills the sheet of a unit and brings it to its approver, or to the province.
func (s *site) send(unit string, to kpi.State) {
	s.t.Helper()
	s.enter(unit, map[string]string{"1.01": "120", "1.02": "60", "1.03": "45/60", "1.04": "co", "1.05": "1", "1.06": "Tốt"})
	s.submitSheet(unit)
	if to == kpi.Approved {
		if err := s.app.Approve(s.person("duyet."+strings.ToLower(unit)), s.sheetAt(unit)); err != nil {
			s.t.Fatal(err)
		}
	}
}

// form is what the form of a page would send: its hidden fields, then more.
func (d *doc) form(selector string, more url.Values) url.Values {
	d.t.Helper()
	f := url.Values{}
	for _, n := range d.all(selector + ` input[type="hidden"]`) {
		f.Set(attr(n, "name"), attr(n, "value"))
	}
	if len(f) == 0 {
		d.t.Fatalf("status %d: no hidden fields in %s", d.Status, selector)
	}
	for k, v := range more {
		f[k] = v
	}
	return f
}
