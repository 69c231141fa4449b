package app

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

func TestSaveCells_Saved_StoredWithItsEvent(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	ans := f.save(t, "nhap", "1", "12")
	if ans.Outcome != Saved || ans.Cell.Version != 1 || ans.Shown != "12" {
		t.Fatalf("%+v", ans)
	}
	f.save(t, "nhap2", "1", "15")
	trail, err := f.Trail(f.as(t, "nhap"), f.cell(t, "SYT", "1").CellKey)
	f.must(t, err)
	if len(trail.Events) != 2 || trail.Events[0].Old != "12" || trail.Events[0].New != "15" || trail.Events[0].By != "nhap2" || trail.Names["nhap2"] != "Người nhap2" {
		t.Errorf("%+v", trail.Events)
	}
}

func TestSaveCells_BasedOnAnOldVersion_Conflict(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "1", "12")
	twelve, other := "12", "99"
	ans := f.saveOn(t, "nhap2", "1", 0, kpi.Entry{Raw: &other})
	if ans.Outcome != Conflict || ans.By != "Người nhap" || ans.Shown != "12" {
		t.Errorf("%+v", ans)
	}
	if got := f.cell(t, "SYT", "1"); got.Value != kpi.Dec(12) || got.Version != 1 {
		t.Errorf("the loser has overwritten the cell: %+v", got)
	}
	if ans := f.saveOn(t, "nhap2", "1", 0, kpi.Entry{Raw: &twelve}); ans.Outcome != Saved || ans.Cell.Version != 1 {
		t.Errorf("the same value is a conflict: %+v", ans)
	}
}

func TestSaveCells_ManyAtOnce_EachVersionOnce(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	const people = 8
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	actor := f.as(t, "nhap")
	for i := range people {
		wg.Go(func() {
			raw := strings.Repeat("1", i+1)[:1] + string(rune('0'+i))
			ans, err := f.SaveCells(actor, "nq57", f.m, "SYT", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &raw}}})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if ans.Cells[0].Outcome == Saved {
				won++
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d of %d saves of one version were taken", won, people)
	}
}

func TestSaveCells_SameOp_OneEffectOneAnswer(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	raw := "12"
	save := []CellSave{{Indicator: "1", Op: "0123456789ab", Entry: kpi.Entry{Raw: &raw}}}
	for range 2 {
		ans, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", save)
		f.must(t, err)
		if ans.Cells[0].Outcome != Saved || ans.Cells[0].Cell.Version != 1 {
			t.Errorf("%+v", ans.Cells[0])
		}
	}
	trail, err := f.Trail(f.as(t, "nhap"), f.cell(t, "SYT", "1").CellKey)
	f.must(t, err)
	if len(trail.Events) != 1 {
		t.Errorf("%d events of one op", len(trail.Events))
	}
}

func TestSaveCells_SameOpAfterSubmission_StaysAcknowledged(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	raw := "9"
	saves := []CellSave{{Indicator: "1", Version: f.cell(t, "SYT", "1").Version, Op: "0123456789abcdef", Entry: kpi.Entry{Raw: &raw}}}
	save := func(login string) (SaveAnswer, error) { return f.SaveCells(f.as(t, login), "nq57", f.m, "SYT", saves) }
	_, err := save("nhap")
	f.must(t, err)
	f.must(t, f.Submit(f.as(t, "nhap2"), f.id(t, "SYT")))
	ans, err := save("nhap") // the first answer was lost on its way
	f.must(t, err)
	if len(ans.Cells) != 1 || ans.Cells[0].Outcome != Saved || ans.Cells[0].Cell.Value != kpi.Dec(9) {
		t.Errorf("%+v", ans)
	}
	_, err = save("nhap2") // somebody else's op of the same name is none
	f.refused(t, err, kpi.Conflict)
}

func TestSaveCells_OneRefused_OthersSaved(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	bad, big, good, five := "mười", "1001", "7", "5"
	ans, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", []CellSave{
		{Indicator: "1", Entry: kpi.Entry{Raw: &bad}},
		{Indicator: "1", Entry: kpi.Entry{Raw: &big}},
		{Indicator: "2", Entry: kpi.Entry{Raw: &good, Den: &five}},
		{Indicator: "3", Entry: kpi.Entry{Raw: &good}},
		{Indicator: "4", Entry: kpi.Entry{Raw: &good}},
	})
	f.must(t, err)
	for i, want := range []string{"Không phải là số", "vượt mức tối đa 1.000", "lớn hơn mẫu số", "", "không có trong biểu này"} {
		got := ans.Cells[i]
		if (want == "") != (got.Outcome == Saved) || !strings.Contains(got.Text, want) {
			t.Errorf("%d: %s %q, want %q", i, got.Outcome, got.Text, want)
		}
	}
	if ans.Filled != 1 || ans.Due != 3 {
		t.Errorf("filled %d of %d", ans.Filled, ans.Due)
	}
	if f.cell(t, "SYT", "1").Version != 0 {
		t.Error("a refused value is stored")
	}
}

func TestSaveCells_OtherSideOfACheck_IsToldAgain(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "3", "9")
	raw := "5"
	ans, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &raw}}})
	f.must(t, err)
	if len(ans.Others) != 1 || ans.Others[0].Indicator != "3" || len(ans.Others[0].Issues) != 1 || ans.Others[0].Issues[0].Level != kpi.Failure {
		t.Errorf("%+v", ans.Others)
	}
}

func TestSaveCells_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	raw := "5"
	save := func(login string) error {
		_, err := f.SaveCells(f.as(t, login), "nq57", f.m, "SYT", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &raw}}})
		return err
	}
	for login, kind := range map[string]kpi.ErrorKind{"xanhap": kpi.NotFound, "duyet": kpi.Denied, "dieuphoi": kpi.Denied, "lanhdao": kpi.Denied, "sep": kpi.NotFound} {
		f.refused(t, save(login), kind)
	}
	_, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", make([]CellSave, MaxSaves+1))
	f.refused(t, err, kpi.TooLarge)
	_, err = f.SaveCells(f.as(t, "nhap"), "nq57", f.m+1, "SYT", nil)
	f.refused(t, err, kpi.NotFound)
	locks := kpi.DefaultDates(f.m).Locks
	f.at(locks.Add(-1e6))
	f.must(t, save("nhap"))
	f.at(locks)
	raw = "6"
	f.refused(t, save("nhap"), kpi.Closed)
	if f.cell(t, "SYT", "1").Value != kpi.Dec(5) {
		t.Error("a value came in after the lock")
	}
}

func TestSaveCells_SurvivesReopening(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "1", "12")
	key := f.cell(t, "SYT", "1").CellKey
	dir := t.TempDir()
	st, err := store.Open(dir)
	f.must(t, err)
	f.must(t, st.Update(func(tx *store.Tx) error {
		return tx.PutCell(f.cell(t, "SYT", "1"), f.System().Event(kpi.VerbSave, "x", "", "", ""))
	}))
	f.must(t, st.Close())
	st, err = store.Open(dir)
	f.must(t, err)
	defer func() { f.must(t, st.Close()) }()
	f.must(t, st.View(func(tx *store.Tx) error {
		c, err := tx.Cell(key)
		if c != f.cell(t, "SYT", "1") {
			t.Errorf("%+v", c)
		}
		return err
	}))
}

func TestSaveCells_PartOfABatchAnswered_SheetSubmittedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	good, bad := "9", "mười"
	saves := []CellSave{
		{Indicator: "1", Version: f.cell(t, "SYT", "1").Version, Op: "0123456789abcdef", Entry: kpi.Entry{Raw: &good}},
		{Indicator: "3", Version: f.cell(t, "SYT", "3").Version, Op: "fedcba9876543210", Entry: kpi.Entry{Raw: &bad}},
	}
	_, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", saves)
	f.must(t, err)
	f.must(t, f.Submit(f.as(t, "nhap2"), f.id(t, "SYT")))
	ans, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", saves) // the first answer was lost on its way
	f.must(t, err)
	if ans.Cells[0].Outcome != Saved || ans.Cells[0].Cell.Value != kpi.Dec(9) || ans.Cells[1].Outcome != Rejected || !strings.Contains(ans.Locked, "đang chờ đơn vị duyệt") || ans.Cells[1].Text != ans.Locked {
		t.Errorf("%+v", ans)
	}
	if got := f.cell(t, "SYT", "3"); got.Value != kpi.Dec(5) {
		t.Errorf("the refused cell is now %s", got.Value)
	}
}

func TestSaveCells_CarriedOver_UntilTickedOrChanged(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		inds, err := tx.Indicators("nq57", f.m)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(inds, func(x kpi.Indicator) bool { return x.Code == "3" })
		ind := inds[i]
		ind.Accumulation = kpi.Point
		if err := tx.PutIndicator(ind, f.System().Event(kpi.VerbChange, "indicator/nq57/3", "", "", "")); err != nil {
			return err
		}
		last := kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: f.m - 2, Unit: "SYT", Indicator: "3"}, Content: kpi.HasValue, Value: kpi.Dec(4), Note: "cũ", Version: 3, By: "nhap", At: (f.m - 2).Day(9)}
		return tx.LoadCells([]kpi.Cell{last}, f.System().Event(kpi.VerbLoad, "test", "", "", ""))
	}))
	carry := func(code string, version uint32) CellAnswer {
		ans, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", []CellSave{{Indicator: code, Version: version, Carry: true}})
		f.must(t, err)
		return ans.Cells[0]
	}
	ans := carry("3", 0)
	if ans.Outcome != Saved || ans.Cell.Value != kpi.Dec(4) || ans.Cell.Source != kpi.FromCarry || ans.Cell.Note != "" || len(ans.Issues) != 1 || ans.Issues[0].Text != kpi.CarriedText {
		t.Fatalf("%+v", ans)
	}
	if ans := carry("3", 1); ans.Outcome != Rejected || !strings.Contains(ans.Text, "đã có số liệu") {
		t.Errorf("again: %+v", ans)
	}
	if ans := carry("1", 0); ans.Outcome != Rejected || !strings.Contains(ans.Text, "tính trong kỳ") {
		t.Errorf("a flow: %+v", ans)
	}
	yes, note, five := true, "Đã hỏi lại", "5"
	if ans := f.saveOn(t, "nhap", "3", 1, kpi.Entry{Note: &note}); ans.Cell.Source != kpi.FromCarry {
		t.Errorf("a note makes it somebody's own value: %+v", ans.Cell)
	}
	if ans := f.saveOn(t, "nhap", "3", 2, kpi.Entry{Confirmed: &yes}); len(ans.Issues) != 0 || ans.Cell.Source != kpi.FromCarry {
		t.Errorf("ticked: %+v", ans)
	}
	if ans := f.saveOn(t, "nhap", "3", 3, kpi.Entry{Raw: &five}); ans.Cell.Source != kpi.FromBrowser || ans.Cell.Carried() {
		t.Errorf("changed: %+v", ans)
	}
}
