package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
)

// The panel shows what the documents about its indicator say, and searches within them alone.
func TestPanel_Guidance(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.withGuidance(t, "Hướng dẫn.txt", letterText)
	s.withGuidance(t, "Khác.txt", strings.ReplaceAll(letterText, "chỉ số 1.03 và chỉ số 1.01", "chỉ số 1.02"))
	b := searched(t, s).browser().signIn("nhap.syt", passphrase)
	d := b.get(panelURL)
	if n := len(d.all("#panel-found li")); n == 0 || n > panelPassages {
		t.Fatalf("%d passages about the indicator", n)
	}
	link := d.find("#panel-found li a")
	if link == nil || b.get(attr(link, "href")).Status != http.StatusOK {
		t.Error("the first passage does not open")
	}
	search := func(words string) *doc { return b.askPart(panelURL + "?q=" + url.QueryEscape(words)) }
	d = search("mau so ho so")
	d.has("#panel-found li", "Mẫu số là hồ sơ đã giải quyết")
	if n := len(d.all("#panel-found li")); n != 1 || d.find("#panel-found mark") == nil {
		t.Errorf("%d passages: the other document is not about this indicator", n)
	}
	d = search("xyzxyz")
	d.has("#panel-found", "Không tìm thấy")
	if link := d.find("#panel-found a"); link == nil || attr(link, "href") != "/tim?q=xyzxyz" {
		t.Error("no way on to the whole search")
	}
	if strings.Contains(search("<script>xyz").Body, "<script>xyz") {
		t.Error("the words are not escaped")
	}
	b.get(strings.Replace(panelURL, "1.01", "1.04", 1)).has("#panel-found", "Chưa có văn bản gắn với chỉ số này")
	b.get(strings.Replace(panelURL, "1.01", "1.04", 1)+"?q=mau+so").has("#panel-found li", "Mẫu số") // then in all of them
}

func TestPanel_HistoryFollowsTheEvidence(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.syt", passphrase)
	b.get(panelURL)
	d := b.part(cellURL+"/minh-chung/trich-dan", url.Values{"number": {"12/BC-SYT"}, "date": {"5/11/2026"}, "agency": {"Sở Y tế"}, "summary": {"Báo cáo"}})
	if d.Status != http.StatusOK || attr(d.find("#panel-history"), "hx-swap-oob") != "true" {
		t.Fatalf("status %d: the history is not sent beside the evidence", d.Status)
	}
	d.has("#panel-history li", "Gắn minh chứng")
}

// A clerk learns in the first month of another version that the measure may have changed; that of a new indicator says nothing.
func TestPanel_AnotherVersion_IsTold(t *testing.T) {
	t.Parallel()
	m := kpi.NewMonth(2026, 11)
	k, past := kpi.CellKey{Set: "nq57", Month: m, Unit: "SYT", Indicator: "1.01"}, []kpi.Cell{{CellKey: kpi.CellKey{Month: m - 1}}}
	for _, c := range []struct {
		from kpi.Month
		past []kpi.Cell
		want bool
	}{{m, past, true}, {m - 1, past, false}, {m, nil, false}} {
		p := app.Panel{Indicator: kpi.Indicator{Code: "1.01", From: c.from}, Past: c.past}
		if got := panelOf(p, k, "").Renewed; got != c.want {
			t.Errorf("from %s, %d months before: %v", c.from, len(c.past), got)
		}
		p.Since = c.from // in another unit of measure
		if v := panelOf(p, k, ""); v.Renewed != c.want || (len(v.Past) > 0) != (c.from < m) {
			t.Errorf("in another unit from %s: %v, %v", c.from, v.Renewed, v.Past)
		}
	}
}
