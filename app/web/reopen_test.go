package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
)

// A sheet that is locked comes back to its unit for the chosen cells, and the page says what happens.
func TestReopening_AskAndDecide(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	sheet := "/nhap-lieu/" + roundNow + "/SYT"
	m, err := kpi.ParseMonth(strings.Split(roundNow, "/")[1])
	if err != nil {
		t.Fatal(err)
	}
	s.now = kpi.DefaultDates(m).Locks.Add(time.Hour)
	clerk, coordinator := s.browser().signIn("nhap.syt", passphrase), s.browser().signIn("dieuphoi", passphrase)
	clerk.get(sheet).has(`a[href="`+sheet+`/mo-lai"]`, "Đề nghị mở lại")

	form := clerk.get(sheet + "/mo-lai")
	box := form.find(`input[name="cells[]"]`)
	if box == nil {
		t.Fatal("no cells to choose")
	}
	code := attr(box, "value")
	if d := clerk.post(sheet+"/mo-lai", url.Values{"cells[]": {code}, "reason": {"<script>alert(1)</script>"}, "x": {""}}); d.Status != 303 {
		t.Fatalf("status %d: %s", d.Status, d.Body)
	}
	d := clerk.post(sheet+"/mo-lai", url.Values{"reason": {"Nhập thiếu"}})
	if d.Status != 422 || !strings.Contains(d.Body, "Nhập thiếu") {
		t.Errorf("without cells: status %d", d.Status)
	}
	list := coordinator.get("/mo-lai")
	list.has("td", "<script>alert(1)</script>")
	one := attr(list.find("tbody a"), "href")
	coordinator.get(one).has("button", "Mở lại")
	if d := coordinator.post(one, url.Values{"decision": {"dong-y"}, "hours": {"abc"}, "cells[]": {code}}); d.Status != 422 || attr(d.find("#f-hours"), "value") != "abc" {
		t.Errorf("hours abc: status %d", d.Status)
	}
	if d := clerk.post(one, url.Values{"decision": {"dong-y"}, "hours": {"5"}, "cells[]": {code}}); d.Status != 403 {
		t.Errorf("a clerk decides: status %d", d.Status)
	}
	if d := coordinator.post(one, url.Values{"decision": {"dong-y"}, "hours": {"5"}, "cells[]": {code}}); d.Status != 303 {
		t.Fatalf("status %d: %s", d.Status, d.Body)
	}
	open := clerk.get(sheet)
	if open.find(`[name="c.`+code+`"]`) == nil {
		t.Error("the granted cell has no input")
	}
	coordinator.get(one).has("dd", "Đang mở đến")
}

func TestExtend(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	coordinator := s.browser().signIn("dieuphoi", passphrase)
	path := "/gia-han/" + roundNow + "/SYT"
	coordinator.get(path).has("dd", "24h00")
	if d := coordinator.post(path, url.Values{"due": {"hôm nay"}, "reason": {"Mưa lũ"}}); d.Status != 422 || attr(d.find("#f-due"), "value") != "hôm nay" {
		t.Errorf("status %d", d.Status)
	}
	m, err := kpi.ParseMonth(strings.Split(roundNow, "/")[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"01/01/2020", "01/01/2099"} {
		d := coordinator.post(path, url.Values{"due": {day}, "reason": {"Mưa lũ"}})
		d.has("#e-due", "24h00 ngày")
	}
	day := kpi.FormatDate(m.Day(20))
	if d := coordinator.post(path, url.Values{"due": {day}, "reason": {"Mưa lũ"}}); d.Status != 303 {
		t.Fatalf("status %d: %s", d.Status, d.Body)
	}
	s.browser().signIn("nhap.syt", passphrase).get("/nhap-lieu/"+roundNow+"/SYT").has(".deadline", day)
}

func TestErratum_Page(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	coordinator := s.browser().signIn("dieuphoi", passphrase)
	if d := coordinator.get("/ky/" + roundNow + "/dinh-chinh"); d.Status != 409 {
		t.Errorf("an open round: status %d", d.Status)
	}
	m, err := kpi.ParseMonth(strings.Split(roundNow, "/")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := s.app.CloseRound(s.app.System(), "nq57", m, true); err != nil {
		t.Fatal(err)
	}
	d := coordinator.get("/ky/" + roundNow + "/dinh-chinh")
	d.has("h2", "Bản 1: chốt số liệu")
	if d := coordinator.post("/ky/"+roundNow+"/dinh-chinh", url.Values{"v": {"1"}, "reason": {"Sửa"}}); d.Status != 409 {
		t.Errorf("nothing to correct: status %d", d.Status)
	}
	s.browser().signIn("lanhdao", passphrase).get("/ky/"+roundNow+"/dinh-chinh").has("h2", "Bản 1")
}
