package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http/httptest"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// newLargeSheet is a province whose unit SYT has a sheet of n cells in ten groups, with a year behind it and most
// cells filled in.
func newLargeSheet(t testing.TB, n int) *site { return newLargeSheets(t, n, false, "SYT") }

// newLargeSheets is the same for several units; whole sheets have all cells filled in.
func newLargeSheets(t testing.TB, n int, whole bool, units ...string) *site {
	t.Helper()
	s := newSite(t)
	sys := s.app.System()
	from, now := kpi.NewMonth(2025, 1), kpi.NewMonth(2026, 11)
	ev := sys.Event(kpi.VerbLoad, "test", "", "", "")
	err := s.store.Update(func(tx *store.Tx) error {
		set := kpi.IndicatorSet{Code: "nq57", Name: "Bộ chỉ số thử"}
		for g := range 10 {
			set.Groups = append(set.Groups, kpi.Group{Code: fmt.Sprint(g + 1), Layer: 1, Name: fmt.Sprintf("Nhóm chỉ số thứ %d về hạ tầng số", g+1), Weight: 1})
		}
		if err := tx.PutSet(set, ev); err != nil {
			return err
		}
		for _, unit := range units {
			if err := tx.PutUnit(kpi.Unit{Code: unit, Name: "Sở Y tế", Kind: kpi.Agency}, ev); err != nil {
				return err
			}
		}
		for i := range n {
			x := kpi.Indicator{Set: "nq57", Code: fmt.Sprintf("%d.%02d", i*10/n+1, i+1), From: from, Group: fmt.Sprint(i*10/n + 1), Origin: kpi.Province,
				Name: fmt.Sprintf("Số lượng hồ sơ thủ tục hành chính loại %d được tiếp nhận và giải quyết trực tuyến toàn trình", i+1), Unit: "Hồ sơ",
				Kind: kpi.KindNumber, Direction: kpi.Up, Frequency: kpi.Monthly, Accumulation: kpi.Flow, Aggregation: kpi.AggSum, Weight: 1}
			if i%4 == 3 {
				x.Kind, x.Unit, x.Scale, x.Share, x.Decimals, x.Aggregation = kpi.KindRatio, "%", kpi.Dec(100), true, 1, kpi.AggRatio
				x.Numerator, x.Denominator = "Hồ sơ đúng hạn", "Hồ sơ đã giải quyết"
			}
			if err := tx.PutIndicator(x, ev); err != nil {
				return err
			}
			for _, unit := range units {
				if err := tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: unit, Indicator: x.Code, Role: kpi.Lead, From: from}, ev); err != nil {
					return err
				}
			}
		}
		clerk := kpi.User{Login: "nhap.syt", Name: "Nhập liệu", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}, Password: s.hash(), Created: s.now}
		return tx.PutUser(clerk, ev)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.app.OpenRound(sys, "nq57", now, kpi.DefaultDates(now)); err != nil {
		t.Fatal(err)
	}
	err = s.store.Update(func(tx *store.Tx) error {
		var cells []kpi.Cell
		for at := range 13 * len(units) {
			m, unit := now-12+kpi.Month(at/len(units)), units[at%len(units)]
			for i := range n {
				c := kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: m, Unit: unit, Indicator: fmt.Sprintf("%d.%02d", i*10/n+1, i+1)},
					Content: kpi.HasValue, By: "nhap.syt", At: m.Day(10), Version: 1, Definition: from}
				if i%4 == 3 {
					c.Num, c.Den = kpi.Some(kpi.Dec(int64(40+i%7+int(m)%5))), kpi.Some(kpi.Dec(int64(60+i%9)))
				} else {
					c.Value = kpi.Dec(int64(1000 + i*3 + int(m)%12*7))
				}
				if m < now || whole || i%6 != 0 {
					cells = append(cells, c)
				}
			}
		}
		return tx.LoadCells(cells, ev)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// BenchmarkSheetPage measures the whole page of a sheet of 300 cells, from the request to the last byte; the goal is
// 4 ms of processor time.
func BenchmarkSheetPage(b *testing.B) {
	s := newLargeSheet(b, 300)
	br := s.browser().signIn("nhap.syt", passphrase)
	d := br.get("/nhap-lieu/nq57/2026-11/SYT")
	if got := len(d.all("input.cell[id^=f-]")); got != 300 {
		b.Fatalf("%d cells on the page, status %d", got, d.Status)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte(d.Body))
	w.Close()
	for b.Loop() {
		req := httptest.NewRequest("GET", "/nhap-lieu/nq57/2026-11/SYT", nil)
		req.Host = "localhost"
		for k, v := range br.jar {
			req.Header.Add("Cookie", k+"="+v)
		}
		res, err := s.srv.Test(req)
		if err != nil || res.StatusCode != 200 {
			b.Fatal(err, res)
		}
	}
	b.ReportMetric(float64(len(d.Body))/1024, "KB")
	b.ReportMetric(float64(z.Len())/1024, "KB-gzip")
}

// BenchmarkSheetRead measures the use case below the page.
func BenchmarkSheetRead(b *testing.B) {
	s := newLargeSheet(b, 300)
	actor := kpi.Actor{User: kpi.User{Login: "nhap.syt", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}}, At: s.now}
	for b.Loop() {
		if _, err := s.app.Sheet(actor, "nq57", kpi.NewMonth(2026, 11), "SYT"); err != nil {
			b.Fatal(err)
		}
	}
}
