package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// save sends cells as the script of the page does.
func (b *browser) save(body string) (*doc, saveAnswer) {
	b.t.Helper()
	req := httptest.NewRequest("POST", sheetPath+"/o", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-CSRF", b.csrf)
	d := b.do(req)
	var answer saveAnswer
	if d.Status == http.StatusOK {
		if err := json.Unmarshal([]byte(d.Body), &answer); err != nil {
			b.t.Fatal(err)
		}
	}
	return d, answer
}

func newSaver(t *testing.T) (*site, *browser) {
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(sheetPath)
	return s, b
}

func TestSaveCells_AnswersEachCell(t *testing.T) {
	t.Parallel()
	_, b := newSaver(t)
	_, a := b.save(`{"items":[{"k":"1.01","v":0,"op":"aaaaaaaa1","raw":"1200","unknown":1},{"k":"1.02","v":0,"raw":"12a"},{"k":"1.03","v":0,"raw":"45","den":"60"},
		{"k":"1.04","v":0,"raw":"co"},{"k":"1.05","v":0,"none":"khong-ap-dung","reason":"Không có hệ thống"},{"k":"1.06","v":0,"raw":"a","note":"b"},{"k":"9.99","v":0,"raw":"1"}]}`)
	if len(a.Items) != 7 || a.Filled != 5 || a.Due != 6 || a.Now != "2026-11-10T09:00:00+07:00" {
		t.Fatalf("%+v", a)
	}
	want := []cellAnswer{
		{Code: "1.01", Status: "saved", Version: 1, State: "saved", Text: "Đã lưu", ToDate: "1.200", Filled: true, Raw: "1.200"},
		{Code: "1.02", Status: "rejected", State: "rejected", Level: "error", Text: "Không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5."},
		{Code: "1.03", Status: "saved", Version: 1, State: "saved", Text: "Đã lưu", Shown: "75,0", ToDate: "75,0", Filled: true, Raw: "45", Den: "60"},
		{Code: "1.04", Status: "saved", Version: 1, State: "saved", Text: "Đã lưu", Filled: true, Raw: "co"},
		{Code: "1.05", Status: "saved", Version: 1, State: "saved", Text: "Không áp dụng: Không có hệ thống", Filled: true, None: "khong-ap-dung", Reason: "Không có hệ thống"},
		{Code: "1.06", Status: "saved", Version: 1, State: "saved", Text: "Đã lưu", Filled: true, Raw: "a", Note: "b"},
		{Code: "9.99", Status: "rejected", State: "rejected", Level: "error", Text: "Chỉ số 9.99 không có trong biểu này."},
	}
	for i, w := range want {
		if a.Items[i] != w {
			t.Errorf("got  %+v\nwant %+v", a.Items[i], w)
		}
	}
}

func TestSaveCells_TellsTheOtherSideOfACheck(t *testing.T) {
	t.Parallel()
	_, b := newSaver(t)
	b.save(`{"items":[{"k":"1.02","v":0,"raw":"9"}]}`)
	_, a := b.save(`{"items":[{"k":"1.01","v":0,"raw":"5"}]}`)
	if len(a.Others) != 1 || a.Others[0].Code != "1.02" || a.Others[0].Level != "error" || a.Others[0].State != "error" {
		t.Errorf("%+v", a.Others)
	}
}

func TestSaveCells_SomebodyWasFirst(t *testing.T) {
	t.Parallel()
	s, b := newSaver(t)
	s.enterCells(map[string]kpi.Entry{"1.03": {Raw: new("45"), Den: new("60")}})
	_, a := b.save(`{"items":[{"k":"1.03","v":0,"raw":"50"}]}`)
	got := a.Items[0]
	if got.Status != "conflict" || got.By != "Nhập liệu SYT" || got.At != "09h00" || got.Theirs != "45/60 = 75,0" || got.Version != 1 || got.Raw != "45" {
		t.Errorf("%+v", got)
	}
	if _, a = b.save(`{"items":[{"k":"1.03","v":1,"raw":"50"}]}`); a.Items[0].Status != "saved" || a.Items[0].Shown != "83,3" {
		t.Errorf("on the new version: %+v", a.Items[0])
	}
}

func TestSaveCells_Refusals(t *testing.T) {
	t.Parallel()
	many := `{"items":[` + strings.TrimSuffix(strings.Repeat(`{"k":"1.01"},`, 101), ",") + `]}`
	for name, tt := range map[string]struct {
		body   string
		status int
		says   string
	}{
		"broken":       {`{"items":[`, 422, "không đọc được"},
		"empty":        {``, 422, "không đọc được"},
		"wrong types":  {`{"items":[{"k":1}]}`, 422, "không đọc được"},
		"huge version": {`{"items":[{"k":"1.01","v":-1}]}`, 422, "không đọc được"},
		"too many":     {many, 413, "tối đa 100 ô"},
		"too large":    {`{"items":[{"k":"` + strings.Repeat("x", maxSaveBody) + `"}]}`, 413, "1 MB"},
		"twice":        {`{"items":[{"k":"1.01","raw":"1"},{"k":"1.01","raw":"2"}]}`, 422, "hai lần"},
		"no items":     {`{}`, 200, `"items":[]`},
		"null":         {`null`, 200, `"items":[]`},
		"bad op":       {`{"items":[{"k":"1.01","op":"?","raw":"1"}]}`, 200, "Mã lần lưu không hợp lệ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, b := newSaver(t)
			if d, _ := b.save(tt.body); d.Status != tt.status || !strings.Contains(d.Body, tt.says) {
				t.Errorf("status %d %.200s", d.Status, d.Body)
			}
		})
	}
}

func TestSaveCells_ClosedDoors_AnswerInJSON(t *testing.T) {
	t.Parallel()
	const one = `{"items":[{"k":"1.01","v":0,"raw":"1"}]}`
	says := func(d *doc, status int, text string) {
		t.Helper()
		var refusal struct{ Error string }
		if err := json.Unmarshal([]byte(d.Body), &refusal); err != nil || d.Status != status || !strings.Contains(refusal.Error, text) {
			t.Errorf("status %d, want %d; %.200s", d.Status, status, d.Body)
		}
	}
	s, b := newSaver(t)
	b.csrf = "other"
	d, _ := b.save(one)
	says(d, http.StatusForbidden, "Tải lại trang")
	for login, status := range map[string]int{"duyet.syt": http.StatusForbidden, "nhap.22015": http.StatusNotFound} {
		other := s.browser().signIn(login, passphrase)
		other.get("/")
		d, _ = other.save(one)
		says(d, status, "")
	}
	s.now = kpi.NewMonth(2026, 11).Day(26)
	b.signIn("nhap.syt", passphrase).get(sheetPath)
	d, _ = b.save(one)
	says(d, http.StatusConflict, "đã khóa")
	b.jar = map[string]string{}
	d, _ = b.save(one)
	says(d, http.StatusUnauthorized, "ăng nhập")
}

func TestSaveCells_SubmittedMeanwhile(t *testing.T) {
	t.Parallel()
	s, b := newSaver(t)
	s.enterCells(whole())
	form := b.get(sheetPath).sheetForm()
	b.post(sheetPath+"/trinh", form)
	d, _ := b.save(`{"items":[{"k":"1.01","v":1,"raw":"1"}]}`)
	if d.Status != http.StatusConflict || !strings.Contains(d.Body, "đang chờ đơn vị duyệt") {
		t.Errorf("status %d %s", d.Status, d.Body)
	}
}

func TestSaveCells_AHundredAtOnce(t *testing.T) {
	t.Parallel()
	s := newLargeSheet(t, 100)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(sheetPath)
	var items []string
	for i := range 100 {
		items = append(items, fmt.Sprintf(`{"k":"%d.%02d","v":1,"note":"Đã rà soát"}`, i/10+1, i+1))
	}
	if _, a := b.save(`{"items":[` + strings.Join(items, ",") + `]}`); len(a.Items) != 100 || a.Items[1].Note != "Đã rà soát" {
		t.Errorf("%d answers", len(a.Items))
	}
}

func TestSaveCells_TakesOverThePeriodBefore(t *testing.T) {
	t.Parallel()
	s, b := newSaver(t)
	last := kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: kpi.NewMonth(2026, 10), Unit: "SYT", Indicator: "1.04"}, Content: kpi.HasValue, Value: kpi.Dec(1), Version: 1, By: "nhap.syt", At: s.now}
	if err := s.store.Update(func(tx *store.Tx) error {
		return tx.LoadCells([]kpi.Cell{last}, s.app.System().Event(kpi.VerbLoad, "test", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	d := b.get(sheetPath)
	d.has("#r-1_04 .carry", "Lấy số kỳ trước")
	d.has("#carry-all", "Lấy số kỳ trước cho ô trống")
	if n := len(d.all(".carry")); n != 1 {
		t.Errorf("%d cells offer the period before", n)
	}
	_, a := b.save(`{"items":[{"k":"1.04","v":0,"op":"aaaaaaaa1","carry":true}]}`)
	if got := a.Items[0]; got.Status != "saved" || got.Raw != "co" || !got.Carried || got.State != "warning" || !strings.Contains(got.Text, "Chuyển từ kỳ trước – cần xác nhận") {
		t.Errorf("%+v", got)
	}
	d = b.get(sheetPath)
	d.has("#r-1_04[data-carried] .cell-msg", "cần xác nhận")
	if d.find("#x-1_04") != nil {
		t.Error("the line of a value that only waits to be confirmed is open")
	}
	_, a = b.save(`{"items":[{"k":"1.04","v":1,"op":"aaaaaaaa2","confirmed":true}]}`)
	if got := a.Items[0]; got.State != "saved" || got.Carried {
		t.Errorf("%+v", got)
	}
}

func TestCheckSheet_AnswersWithTheSummary(t *testing.T) {
	t.Parallel()
	s, b := newSaver(t)
	d := b.get(sheetPath + "/kiem-tra")
	if d.Status != http.StatusUnprocessableEntity || strings.Contains(d.Body, "<html") {
		t.Errorf("status %d %.100s", d.Status, d.Body)
	}
	d.has("#errors .error-summary h2", "Có 6 lỗi cần sửa")
	d.has(`#errors a[href="#f-1_01"]`, "1.01 Số hồ sơ tiếp nhận: Chưa nhập.")
	s.enterCells(whole())
	if d := b.get(sheetPath + "/kiem-tra"); d.Status != http.StatusOK || d.find("#errors li") != nil {
		t.Errorf("a whole sheet: status %d %s", d.Status, d.text("#errors"))
	}
}
