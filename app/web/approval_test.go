package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

func TestQueue(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	approver, boss := s.browser().signIn("duyet.syt", passphrase), s.browser().signIn("dieuphoi", passphrase)
	approver.get("/duyet").has(".empty p", "Không có biểu nào chờ duyệt")
	boss.get("/duyet").has(".empty p", "chờ tỉnh duyệt")
	s.send("SYT", kpi.Submitted)
	d := approver.get("/duyet")
	d.has("tbody th a", "Sở Y tế")
	if n := d.find("tbody a.btn"); n == nil || attr(n, "href") != "/duyet/"+roundNow+"/SYT" {
		t.Error("no link to the review")
	}
	s.send("22015", kpi.Approved)
	d = boss.get("/duyet")
	if len(d.all("tbody tr")) != 1 {
		t.Errorf("%d sheets wait for the province, want the ward's", len(d.all("tbody tr")))
	}
	d.has(".chip", "Sở, ban, ngành 0")
	d.has(".chip[aria-current]", "Tất cả 1")
	boss.get("/duyet?khoi=so").has(".empty p", "Không có biểu nào trong phần này")
	boss.get("/duyet?khoi=xa&trang=1").has("tbody th a", "Tuy Hoà")
	for _, junk := range []string{"?trang=-1", "?trang=x", "?trang=999999999999999999999", "?khoi=%00%ff"} {
		if d := boss.get("/duyet" + junk); d.Status != http.StatusOK {
			t.Errorf("%s: %d", junk, d.Status)
		}
	}
}

func TestReview_UnitApproves(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Submitted)
	b := s.browser().signIn("duyet.syt", passphrase)
	path := "/duyet/" + roundNow + "/SYT"
	d := b.get(path)
	d.has("h1", "Duyệt biểu tháng 11/2026 – Sở Y tế")
	d.has(".page-meta p", "Người trình: Nhập liệu SYT")
	d.has("dialog dd", "Sở Y tế")
	d.has("dialog p", "Tôi chịu trách nhiệm về số liệu này")
	d.has("td .cell-note", "45/60")
	if d.find("dialog[open]") != nil || b.post(path+"/duyet", d.form("#review", url.Values{"xac-nhan": {"1"}})).find("dialog[open]") == nil {
		t.Error("the confirmation is not shown exactly when asked for")
	}
	if d.find("main input:not([type=hidden]):not([type=checkbox])") != nil {
		t.Error("the approver has a field to edit numbers")
	}
	d = b.post(path+"/duyet", d.form("#review", nil))
	if d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/duyet" {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	b.get("/duyet").has("#flash", "Đã duyệt và gửi tỉnh biểu tháng 11/2026 của Sở Y tế.")
	d = b.get(path)
	d.has(".badge", "Chờ tỉnh duyệt")
	d.has(".timeline li", "Duyệt và gửi tỉnh · Người duyệt SYT")
	if d.find("dialog") != nil || len(d.all(".save-bar .btn")) != 1 {
		t.Errorf("the buttons are %q", d.text(".save-bar"))
	}
	d = b.post(path+"/rut-lai", d.form("#review", nil))
	if d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	b.get(path).has(".page-meta .badge", "Chờ đơn vị duyệt")
}

func TestReview_Return_NeedsReason_KeepsTyped_ShowsBeforeAfter(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Submitted)
	b := s.browser().signIn("duyet.syt", passphrase)
	path := "/duyet/" + roundNow + "/SYT"
	page := b.get(path + "?xem=tat-ca")
	d := b.post(path+"/tra-lai", page.form("#review", nil))
	if d.Status != http.StatusUnprocessableEntity || d.find("#f-reason[aria-invalid]") == nil {
		t.Errorf("no reason at all: %d", d.Status)
	}
	d.has(`.error-summary a[href="#f-reason"]`, "bắt buộc")
	evil := `<script>alert(1)</script>`
	d = b.post(path+"/tra-lai", page.form("#review", url.Values{"r.1.02": {evil + strings.Repeat("a", kpi.MaxNote)}, "reason": {evil}}))
	if d.Status != http.StatusUnprocessableEntity || strings.Contains(d.Body, "<script>alert") {
		t.Errorf("too long: %d", d.Status)
	}
	d.has("#f-1_02", evil)
	d.has("#f-reason", evil)
	if d.find("main [id^=f-] script") != nil {
		t.Error("the script came back as a script")
	}
	s.now = s.now.Add(time.Minute)
	d = b.post(path+"/tra-lai", page.form("#review", url.Values{"r.1.01": {"Xem lại"}, "r.1.02": {"Kiểm tra " + evil}, "reason": {"Xem lại cả biểu"}}))
	if d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	d = b.get(path)
	d.has(".badge", "Đơn vị trả lại")
	d.has("tbody tr .cell-msg", "Đã trả lại: Xem lại")
	d.has("tbody tr .cell-msg", "Đã trả lại: Kiểm tra "+evil)
	s.now = s.now.Add(time.Minute)
	s.enter("SYT", map[string]string{"1.01": "130"})
	s.submitSheet("SYT")
	d = b.get(path + "?xem=thay-doi")
	if len(d.all("tbody tr")) != 1 {
		t.Errorf("%d rows changed since the return", len(d.all("tbody tr")))
	}
	d.has("tbody del", "120")
	d.has("tbody ins", "130")
	b.get(path).has("tbody .cell-msg", "Chưa sửa sau khi trả lại")
}

func TestReview_ApproveWithReasonsTyped_Refused(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Submitted)
	b := s.browser().signIn("duyet.syt", passphrase)
	path := "/duyet/" + roundNow + "/SYT"
	for _, asks := range []string{"", "1"} { // 1: on the way to the confirmation, without JavaScript
		d := b.post(path+"/duyet", b.get(path).form("#review", url.Values{"r.1.01": {"Sai"}, "xac-nhan": {asks}}))
		if d.Status != http.StatusUnprocessableEntity || d.find("dialog[open]") != nil {
			t.Fatalf("%d", d.Status)
		}
		d.has(".error-summary", "Đã ghi nội dung trả lại ở ô 1.01")
		d.has("#f-1_01", "Sai")
	}
}

func TestReview_SheetChangedMeanwhile_Conflict_FreshData(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Submitted)
	b := s.browser().signIn("duyet.syt", passphrase)
	path := "/duyet/" + roundNow + "/SYT"
	page := b.get(path)
	if err := s.app.Recall(s.person("nhap.syt"), s.sheetAt("SYT")); err != nil {
		t.Fatal(err)
	}
	s.enter("SYT", map[string]string{"1.01": "121"})
	s.submitSheet("SYT")
	d := b.post(path+"/duyet", page.form("#review", nil))
	if d.Status != http.StatusConflict {
		t.Fatalf("%d", d.Status)
	}
	d.has(".error-summary", "Biểu đã thay đổi sau khi mở trang")
	if v := attr(d.find("#review [name=v]"), "value"); v != strconv.Itoa(int(s.sheetAt("SYT").Seen)) {
		t.Errorf("the page carries version %s", v)
	}
	if d = b.post(path+"/duyet", d.form("#review", nil)); d.Status != http.StatusSeeOther {
		t.Errorf("the fresh page does not work: %d", d.Status)
	}
}

func TestReview_TwoApprovers_SecondIsToldWho(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	second := kpi.User{Login: "duyet2.syt", Name: "Người duyệt thứ hai", Grants: []kpi.Grant{{Role: kpi.Approver, Unit: "SYT"}}, Password: s.hash(), Created: s.now}
	if err := s.store.Update(func(tx *store.Tx) error {
		return tx.PutUser(second, s.app.System().Event(kpi.VerbAdd, "test", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	s.send("SYT", kpi.Submitted)
	path := "/duyet/" + roundNow + "/SYT"
	b := s.browser().signIn("duyet2.syt", passphrase)
	page := b.get(path)
	if err := s.app.Approve(s.person("duyet.syt"), s.sheetAt("SYT")); err != nil {
		t.Fatal(err)
	}
	d := b.post(path+"/duyet", page.form("#review", nil))
	if d.Status != http.StatusConflict {
		t.Fatalf("%d", d.Status)
	}
	d.has(".error-summary", "Người duyệt SYT đã duyệt và gửi tỉnh biểu này")
	d.has(".page-meta .badge", "Chờ tỉnh duyệt")
}

func TestReview_OwnFigures_ToldUpFront(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	u := s.person("duyet.syt").User
	u.Grants = append(u.Grants, kpi.Grant{Role: kpi.Clerk, Unit: "SYT"})
	if err := s.store.Update(func(tx *store.Tx) error {
		return tx.PutUser(u, s.app.System().Event(kpi.VerbChange, "test", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	s.enter("SYT", map[string]string{"1.02": "60", "1.03": "45/60", "1.04": "co", "1.05": "1", "1.06": "Tốt"})
	raw := "120"
	if _, err := s.app.SaveCells(s.person("duyet.syt"), "nq57", kpi.NewMonth(2026, 11), "SYT", []app.CellSave{{Indicator: "1.01", Entry: kpi.Entry{Raw: &raw}}}); err != nil {
		t.Fatal(err)
	}
	s.submitSheet("SYT")
	b := s.browser().signIn("duyet.syt", passphrase)
	path := "/duyet/" + roundNow + "/SYT"
	d := b.get(path)
	d.has(".notice-warning", "Không ai duyệt số liệu do chính mình nhập")
	if d.find("dialog") != nil {
		t.Error("the button is there all the same")
	}
	if d := b.post(path+"/duyet", d.form("#review", nil)); d.Status != http.StatusForbidden {
		t.Errorf("approved own figures: %d", d.Status)
	}
	b.get("/duyet").has("tbody .cell-note", "Không ai duyệt")
}

func TestReview_ProvinceAccepts_NextSheetFollows(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Approved)
	s.now = s.now.Add(time.Hour)
	s.send("22015", kpi.Approved)
	b := s.browser().signIn("dieuphoi", passphrase)
	first, second := "/duyet/"+roundNow+"/SYT", "/duyet/"+roundNow+"/22015"
	d := b.get(first)
	if n := d.find(`a[data-key="3"][href="` + second + `"]`); n == nil {
		t.Error("no link to the next sheet")
	}
	d = b.post(first+"/phe-duyet", d.form("#review", nil))
	if d.Status != http.StatusSeeOther || d.Header.Get("Location") != second {
		t.Fatalf("%d to %s", d.Status, d.Header.Get("Location"))
	}
	page := b.get(second)
	page.has("#flash", "Đã phê duyệt biểu tháng 11/2026 của Sở Y tế.")
	d = b.post(second+"/tinh-tra-lai", page.form("#review", url.Values{"reason": {"Sai"}}))
	if d.Status != http.StatusUnprocessableEntity {
		t.Errorf("a return without a cell: %d", d.Status)
	}
	d.has(".error-summary", "Ghi lý do ở mục Góp ý")
	d = b.post(second+"/tinh-tra-lai", page.form("#review", url.Values{"r.1.01": {"Sai"}}))
	if d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/duyet" {
		t.Fatalf("%d to %s %s", d.Status, d.Header.Get("Location"), d.text(".error-summary"))
	}
	b.get("/duyet").has("#flash", "Đã trả lại biểu tháng 11/2026")
}

func TestReview_WhoAndWhat(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Submitted)
	path := "/duyet/" + roundNow + "/SYT"
	other := s.browser().signIn("duyet.22015", passphrase)
	leader := s.browser().signIn("lanhdao", passphrase)
	clerk := s.browser().signIn("nhap.syt", passphrase)
	if d := other.get(path); d.Status != http.StatusNotFound {
		t.Errorf("another unit: %d", d.Status)
	}
	if d := other.post(path+"/duyet", nil); d.Status != http.StatusNotFound {
		t.Errorf("another unit approves: %d", d.Status)
	}
	d := leader.get(path)
	if d.Status != http.StatusOK || d.find(".save-bar") != nil {
		t.Errorf("a leader: %d", d.Status)
	}
	for _, b := range []*browser{leader, clerk} {
		if d := b.post(path+"/duyet", nil); d.Status != http.StatusForbidden {
			t.Errorf("approve: %d", d.Status)
		}
	}
	b := s.browser().signIn("duyet.syt", passphrase)
	for _, bad := range []string{"/duyet/NQ57/2026-11/SYT", "/duyet/nq57/2026-13/SYT", "/duyet/nq57/2020-01/SYT", "/duyet/khac/2026-11/SYT"} {
		if d := b.get(bad); d.Status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, d.Status)
		}
	}
	for _, junk := range []url.Values{{"v": {"x"}}, {"v": {"-1"}}, {"v": {"99999999999"}}, {"v": {"7"}, "r.": {"x"}, "r.\x00": {"y"}, "r.<b>": {"1"}, "xem": {"\xff"}}, {}} {
		for _, step := range []string{"/duyet", "/tra-lai"} {
			if d := b.post(path+step, junk); d.Status < 400 || d.Status >= 500 {
				t.Errorf("%v to %s: %d", junk, step, d.Status)
			}
		}
	}
}

func TestChangeOf(t *testing.T) {
	t.Parallel()
	number := kpi.Indicator{Kind: kpi.KindNumber, Unit: "Hồ sơ"}
	share := kpi.Indicator{Kind: kpi.KindRatio, Unit: "%", Scale: kpi.Dec(100), Decimals: 1}
	yes := kpi.Indicator{Kind: kpi.KindYesNo}
	value := func(n int64) kpi.Cell { return kpi.Cell{Content: kpi.HasValue, Value: kpi.Dec(n)} }
	part := func(a, b int64) kpi.Cell {
		return kpi.Cell{Content: kpi.HasValue, Num: kpi.Some(kpi.Dec(a)), Den: kpi.Some(kpi.Dec(b))}
	}
	none := kpi.Cell{Content: kpi.NoneOccurred}
	tests := []struct {
		name      string
		ind       kpi.Indicator
		past, now kpi.Cell
		want      change
	}{
		{"up", number, value(3100), value(9999), change{"arrow-up", "+6.899", "+222,5%", true}},
		{"down", number, value(41), value(12), change{"arrow-down", "-29", "-70,7%", true}},
		{"exactly 20 %", number, value(100), value(120), change{"arrow-up", "+20", "+20,0%", false}},
		{"just above 20 %", number, value(1000), value(1201), change{"arrow-up", "+201", "+20,1%", true}},
		{"none", number, value(7), value(7), change{"", "không đổi", "", false}},
		{"from zero", number, none, value(7), change{"arrow-up", "+7", "từ 0", true}},
		{"to zero", number, value(7), none, change{"arrow-down", "-7", "-100,0%", true}},
		{"from a loss", number, value(-10), value(-5), change{"arrow-up", "+5", "+50,0%", true}},
		{"points", share, part(92, 100), part(931, 1000), change{"arrow-up", "+1,1 điểm %", "", false}},
		{"many points", share, part(9, 10), part(6, 10), change{"arrow-down", "-30,0 điểm %", "", true}},
		{"yes to no", yes, value(1), value(0), change{"arrow-down", "đổi", "", true}},
		{"still yes", yes, value(1), value(1), change{}},
		{"nothing before", number, kpi.Cell{}, value(7), change{}},
		{"no number now", number, value(7), kpi.Cell{Content: kpi.NoData}, change{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := changeOf(tt.ind, tt.past, tt.now); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
