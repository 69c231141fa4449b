package web

import (
	"net/http"
	"strings"
	"testing"

	"chiso/app/kpi"
)

func TestTrail_WhoWhenOldNewWhy(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(map[string]kpi.Entry{"1.01": {Raw: new("5"), Note: new("<script>x</script>")}})
	s.enterCells(map[string]kpi.Entry{"1.01": {Raw: new("15")}})
	d := s.browser().signIn("duyet.syt", passphrase).get("/o/nq57/2026-11/SYT/1.01")
	d.has("h1", "1.01 – Số hồ sơ tiếp nhận")
	rows := d.all("[aria-labelledby=events] tbody tr")
	if len(rows) != 2 {
		t.Fatalf("%d events", len(rows))
	}
	for _, want := range []string{"10/11/2026 09h00", "Nhập liệu SYT", "Ghi số liệu", "5 · Giải trình", "15 · Giải trình"} {
		if !strings.Contains(textOf(rows[0]), want) {
			t.Errorf("the latest event says %q, not %q", textOf(rows[0]), want)
		}
	}
	d.has(".facts dd", "15 Hồ sơ")
	d.has(".facts dd", "Báo cáo của đơn vị.")
	if strings.Contains(d.Body, "<script>x") {
		t.Error("an explanation is not escaped")
	}
	if d.find(`a[href="/nhap-lieu/nq57/2026-11/SYT#r-1_01"]`) == nil {
		t.Error("no way back to the sheet")
	}
}

func TestTrail_PastRoundsWithADrawing(t *testing.T) {
	t.Parallel()
	s := newLargeSheet(t, 10)
	d := s.browser().signIn("nhap.syt", passphrase).get("/o/nq57/2026-11/SYT/2.02")
	d.has("[aria-labelledby=past] tbody th", "Tháng 10/2026")
	if n := len(d.all("[aria-labelledby=past] tbody tr")); n != 12 {
		t.Errorf("%d past rounds, want 12", n)
	}
	if d.find("svg.chart-spark") == nil {
		t.Error("no drawing of a year of numbers")
	}
}

func TestTrail_AdminMayNot(t *testing.T) {
	t.Parallel()
	if d := newProvince(t).browser().signIn("quantri", passphrase).get("/o/nq57/2026-11/SYT/1.01"); d.Status != http.StatusForbidden {
		t.Errorf("status %d, want 403", d.Status)
	}
}
