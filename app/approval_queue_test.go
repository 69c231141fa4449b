package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
)

// sendXA1 fills the sheet of XA1 and brings it to the province.
func (f month) sendXA1(t *testing.T) {
	t.Helper()
	five, den := "5", "10"
	var saves []CellSave
	for code, e := range map[string]kpi.Entry{"1": {Raw: &five}, "2": {Raw: &five, Den: &den}, "3": {Raw: &five}} {
		saves = append(saves, CellSave{Indicator: code, Entry: e})
	}
	_, err := f.SaveCells(f.as(t, "xanhap"), "nq57", f.m, "XA1", saves)
	f.must(t, err)
	f.must(t, f.Submit(f.as(t, "xanhap"), f.id(t, "XA1")))
	f.must(t, f.Approve(f.as(t, "xaduyet"), f.id(t, "XA1")))
}

func (f month) queue(t *testing.T, login, block string) Queue {
	t.Helper()
	q, err := f.Queue(f.as(t, login), QueueFilter{Block: block}, 0, 10)
	f.must(t, err)
	return q
}

func TestQueue_WhatWaitsForWhom(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	for _, login := range []string{"duyet", "xaduyet", "dieuphoi"} {
		if q := f.queue(t, login, ""); q.Total != 0 {
			t.Errorf("%d sheets wait for %s while nothing is submitted", q.Total, login)
		}
	}
	f.upTo(t, kpi.Submitted)
	q := f.queue(t, "duyet", "")
	if len(q.Sheets) != 1 || q.Sheets[0].Unit.Code != "SYT" || q.Sheets[0].Action != kpi.ActApprove || q.Sheets[0].By != "Người nhap" || q.Sheets[0].Filled != 3 {
		t.Errorf("%+v", q.Sheets)
	}
	if f.queue(t, "xaduyet", "").Total != 0 || f.queue(t, "dieuphoi", "").Total != 0 {
		t.Error("a submitted sheet waits for others than the unit's approver")
	}
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if f.queue(t, "duyet", "").Total != 0 || f.queue(t, "dieuphoi", "").Total != 1 {
		t.Error("an approved sheet does not wait for the province alone")
	}
	if _, err := f.Queue(f.as(t, "lanhdao"), QueueFilter{}, 0, 10); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a leader got %v", err)
	}
}

func TestQueue_LongestFirst_ByBlock_InPages(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.sendXA1(t)
	f.clock.forward(time.Hour)
	f.upTo(t, kpi.Approved)
	q := f.queue(t, "dieuphoi", "")
	if len(q.Sheets) != 2 || q.Sheets[0].Unit.Code != "XA1" || q.Blocks[kpi.BlockAgencies] != 1 || q.Blocks[kpi.BlockCommunes] != 1 {
		t.Errorf("%+v", q)
	}
	if q := f.queue(t, "dieuphoi", kpi.BlockAgencies); q.Total != 1 || q.Sheets[0].Unit.Code != "SYT" || q.Blocks[kpi.BlockCommunes] != 1 {
		t.Errorf("agencies: %+v", q)
	}
	second, err := f.Queue(f.as(t, "dieuphoi"), QueueFilter{}, 1, 1)
	f.must(t, err)
	if len(second.Sheets) != 1 || second.Sheets[0].Unit.Code != "SYT" || second.Total != 2 {
		t.Errorf("second page: %+v", second)
	}
	for _, from := range []int{-5, 2, 1000} {
		if _, err := f.Queue(f.as(t, "dieuphoi"), QueueFilter{}, from, 1); err != nil {
			t.Errorf("from %d: %v", from, err)
		}
	}
}

func TestNextWaiting_FollowsTheQueue(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.sendXA1(t)
	f.clock.forward(time.Hour)
	f.upTo(t, kpi.Approved)
	boss := f.as(t, "dieuphoi")
	tests := []struct {
		name   string
		filter QueueFilter
		after  string
		want   string // "" at the end
	}{
		{"the second", QueueFilter{}, "XA1", "SYT"},
		{"after the last", QueueFilter{}, "SYT", ""},
		{"the block is kept", QueueFilter{Block: kpi.BlockCommunes}, "XA1", ""},
		{"the choice is kept", QueueFilter{Units: []string{"XA1"}}, "XA1", ""},
		{"the look is kept", QueueFilter{Look: Notable}, "XA1", ""},
		{"not in this part: its first", QueueFilter{Units: []string{"SYT"}}, "XA1", "SYT"},
	}
	for _, tt := range tests {
		next, ok, err := f.NextWaiting(boss, tt.filter, f.id(t, tt.after))
		if err != nil || ok != (tt.want != "") || next.Unit.Code != tt.want {
			t.Errorf("%s: %s %v %v", tt.name, next.Unit.Code, ok, err)
		}
	}
}

func TestQueue_MostToLookAtFirst(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.sendXA1(t)
	f.clock.forward(time.Hour)
	f.upTo(t, kpi.Approved)
	if q := f.queue(t, "dieuphoi", ""); q.Looks[Clean] != 2 || q.Looks[Notable] != 0 {
		t.Fatalf("%+v", q.Looks)
	}
	f.clock.forward(time.Minute)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai", "2": "Thiếu"}))
	f.clock.forward(time.Minute)
	f.save(t, "nhap", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	q := f.queue(t, "dieuphoi", "")
	if len(q.Sheets) != 2 || q.Sheets[0].Unit.Code != "SYT" || q.Sheets[0].Notable != 2 || q.Sheets[1].Notable != 0 {
		t.Errorf("%+v", q.Sheets)
	}
	for look, want := range map[Look]string{Notable: "SYT", Clean: "XA1"} {
		part, err := f.Queue(f.as(t, "dieuphoi"), QueueFilter{Look: look}, 0, 10)
		f.must(t, err)
		if part.Total != 1 || part.Sheets[0].Unit.Code != want || part.Looks[look] != 1 {
			t.Errorf("%s: %+v", look, part.Sheets)
		}
	}
	f.refused(t, f.AcceptClean(f.as(t, "dieuphoi"), f.id(t, "SYT")), kpi.Conflict)
	f.must(t, f.AcceptClean(f.as(t, "dieuphoi"), f.id(t, "XA1")))
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
}

// TestQueue_WhatItRemembers: the list remembers how a sheet stands, not longer than its version.
func TestQueue_WhatItRemembers(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.queue(t, "dieuphoi", "")
	f.must(t, f.Withdraw(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.Recall(f.as(t, "nhap"), f.id(t, "SYT")))
	reason := "Không thuộc địa bàn"
	none := "khong-ap-dung"
	if ans := f.saveOn(t, "nhap", "3", f.cell(t, "SYT", "3").Version, kpi.Entry{None: &none, Reason: &reason}); ans.Outcome != Saved {
		t.Fatalf("%+v", ans)
	}
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if q := f.queue(t, "dieuphoi", ""); q.Sheets[0].Notable != 1 {
		t.Errorf("a cell newly without a number: %+v", q.Sheets[0])
	}
}

func TestQueue_TellsWhyOneMayNotDecide(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	f.save(t, "cahai", "1", "5,0")
	f.save(t, "cahai", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	if err := f.queue(t, "cahai", "").Sheets[0].Refusal; kpi.KindOf(err) != kpi.Denied {
		t.Errorf("own figures: %v", err)
	}
	if err := f.queue(t, "duyet", "").Sheets[0].Refusal; err != nil {
		t.Errorf("another approver: %v", err)
	}
	f.at(f.m.Day(26))
	if err := f.queue(t, "duyet", "").Sheets[0].Refusal; kpi.KindOf(err) != kpi.Closed {
		t.Errorf("after the lock: %v", err)
	}
}
