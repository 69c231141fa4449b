package web

import (
	"net/http"
	"net/url"
	"testing"
)

func TestMerger(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enter("22015", map[string]string{"1.01": "5"})
	b := s.browser().signIn("dieuphoi", passphrase)
	b.get("/quan-tri/don-vi").has("a", "Sáp nhập")
	if d := b.get(mergerURL); d.find("section form") != nil || attr(d.find("#f-from"), "value") != "12/2026" {
		t.Error("a plan without a choice")
	}
	d := b.get(mergerURL + "?to=SYT&from=12/2026")
	d.has("#errors", "Chọn từ 1 đến")
	if d.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", d.Status)
	}
	b.get(mergerURL+"?to=SYT&from=11/2026&u[]=22015").has("#errors", "Kỳ 11/2026 của bộ nq57 đã mở")
	b.get(mergerURL+"?to=SYT&from=x&u[]=22015").has("#f-from-e", "không phải tháng")
	b.get(mergerURL+"?to=SYT&from=12/2026&u[]="+url.QueryEscape(script)).has("#errors", "Không có đơn vị")
	d = b.get(mergerURL + "?to=SYT&from=12/2026&u[]=22015")
	d.has("h2", "Sẽ thay đổi từ tháng 12/2026")
	if first := d.find("#f-units input"); attr(first, "value") != "22015" {
		t.Errorf("the chosen unit is not in sight: %s is", attr(first, "value"))
	}
	d.has("dd", "0; 6 chỉ số khác đơn vị kế thừa đã có")
	d.has("dd", "Tháng 11/2026: Đang nhập 1/6 ô")
	d.has("dd", "Nhập liệu 22015 (nhap.22015)")
	form := url.Values{"to": {"SYT"}, "from": {"12/2026"}, "u[]": {"22015"}, "v": {"x"}}
	if d := b.post(mergerURL, form); d.Status != http.StatusConflict || d.find("section form") == nil {
		t.Errorf("an old plan: %d", d.Status)
	}
	form.Set("v", attr(d.find("input[name=v]"), "value"))
	form.Del("csrf")
	if d := b.post(mergerURL, form); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	d = b.get("/quan-tri/don-vi")
	d.has("tbody tr", "Kế thừa: Sở Y tế")
	d.has("#flash", "Tài khoản không tự chuyển")

	clerk := s.browser().signIn("nhap.syt", passphrase)
	clerk.get("/nhap-lieu").has(".task", "Ủy ban nhân dân phường Tuy Hoà")
	d = clerk.get("/nhap-lieu/" + roundNow + "/22015")
	if d.Status != http.StatusOK || len(d.all("#sheet input:not([type=hidden])")) > 0 {
		t.Errorf("status %d", d.Status)
	}
	d.has("main", "Đơn vị này đã sáp nhập")
	if d := clerk.get("/o/" + roundNow + "/22015/1.01"); d.Status != http.StatusOK {
		t.Errorf("the cell's history: %d", d.Status)
	}
	if d := clerk.post("/nhap-lieu/"+roundNow+"/22015/trinh", nil); d.Status != http.StatusForbidden {
		t.Errorf("submits for the old unit: %d", d.Status)
	}
	if d := s.browser().signIn("nhap.22015", passphrase).get("/nhap-lieu/" + roundNow + "/SYT"); d.Status != http.StatusNotFound {
		t.Errorf("the old unit reads the successor's sheet: %d", d.Status)
	}
}
