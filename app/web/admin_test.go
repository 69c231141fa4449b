package web

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

func TestAdminHome(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	for _, c := range []struct {
		login    string
		accounts bool
	}{{"quantri", true}, {"dieuphoi", false}} {
		d := s.browser().signIn(c.login, passphrase).get("/quan-tri")
		d.has("h1", "Quản trị")
		d.has("section.panel", "2 đơn vị")
		d.has("section.panel", "6 chỉ số trong 1 bộ")
		d.has(`a[href="/quan-tri/nap/units"]`, "Nạp đơn vị")
		if got := d.find(`a[href="/quan-tri/tai-khoan"]`) != nil; got != c.accounts {
			t.Errorf("%s: link to accounts shown is %v", c.login, got)
		}
		if got := d.find(`a[href="/quan-tri/nap/users"]`) != nil; got != c.accounts {
			t.Errorf("%s: link to load accounts shown is %v", c.login, got)
		}
	}
	if d := s.browser().signIn("nhap.syt", passphrase).get("/quan-tri"); d.Status != http.StatusForbidden {
		t.Errorf("clerk: status %d", d.Status)
	}
}

func TestPaged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows        int
		asked       string
		from, to    int
		labels      string
		currentPage string
	}{
		{0, "", 0, 0, "", ""},
		{10, "9", 1, 10, "", ""},
		{11, "", 1, 10, "1 2 Sau", "1"},
		{100, "5", 41, 50, "Trước 1 … 4 5 6 … 10 Sau", "5"},
		{100, "10", 91, 100, "Trước 1 … 9 10", "10"},
		{100, "11", 1, 10, "1 2 … 10 Sau", "1"},
		{100, "-1", 1, 10, "1 2 … 10 Sau", "1"},
		{100, "x", 1, 10, "1 2 … 10 Sau", "1"},
	} {
		rows := make([]int, c.rows)
		for i := range rows {
			rows[i] = i + 1
		}
		got, p := paged(rows, c.asked, 10, "/x", url.Values{"q": {"a b"}})
		if p.From != c.from || p.To != c.to || p.Total != c.rows || len(got) != max(0, c.to-c.from+1) && c.rows > 0 || len(got) > 0 && got[0] != c.from {
			t.Errorf("%d rows, page %q: %d–%d of %d, %d rows", c.rows, c.asked, p.From, p.To, p.Total, len(got))
		}
		labels, current := "", ""
		for _, l := range p.Links {
			if labels != "" {
				labels += " "
			}
			labels += l.Label
			if l.Current {
				current = l.Label
			}
			if n, err := strconv.Atoi(l.Label); err == nil && l.URL != "/x?q=a+b&trang="+strconv.Itoa(n) {
				t.Errorf("page %s leads to %s", l.Label, l.URL)
			}
		}
		if labels != c.labels || current != c.currentPage {
			t.Errorf("%d rows, page %q: links %q, current %q", c.rows, c.asked, labels, current)
		}
	}
}
