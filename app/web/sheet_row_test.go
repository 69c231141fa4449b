package web

import (
	"fmt"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
)

// TestFillRows_LargeGroups: a group is cut into tables of about the same length, each with a name of its own, none of which
// a cell has, whose code may be that of the group.
func TestFillRows_LargeGroups(t *testing.T) {
	t.Parallel()
	srv := newSite(t).srv
	for rows, want := range map[int][]int{1: {1}, maxTableRows: {20}, maxTableRows + 1: {11, 10}, 300: {20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20}} {
		sh, v := app.SheetView{Set: kpi.IndicatorSet{Groups: []kpi.Group{{Code: "1.1", Name: "Nhân lực"}, {Code: "2"}}}}, sheetView{}
		for i := range rows {
			sh.Rows = append(sh.Rows, app.SheetRow{Indicator: &kpi.Indicator{Code: fmt.Sprintf("1.%d", i), Group: "1.1"}})
		}
		sh.Rows = append(sh.Rows, app.SheetRow{Indicator: &kpi.Indicator{Code: "2", Group: "2"}})
		if err := srv.fillRows(&v, sh, sheetKey{}, sheetTrouble{}, ""); err != nil {
			t.Fatal(err)
		}
		var got []int
		ids := map[string]bool{}
		for _, g := range v.Groups {
			got = append(got, len(g.Rows))
			ids[g.ID] = true
		}
		if fmt.Sprint(got) != fmt.Sprint(append(want, 1)) || len(ids) != len(got) {
			t.Errorf("%d rows: tables of %v, %d names, want %v and 1", rows, got, len(ids), want)
		}
		if v.Groups[0].ID != "nhom-1_1" || !v.Groups[0].First || v.Groups[len(want)].First || v.Tabs[1].ID != "2" {
			t.Errorf("%d rows: %+v, %+v", rows, v.Groups[0], v.Tabs)
		}
	}
}
