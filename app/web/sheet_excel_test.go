package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

const excelPath = "/nhap-lieu/nq57/2026-11/SYT/excel"

// template downloads the template of SYT's sheet and changes cells of its first page: rows 7 to 12 are 1.01 to 1.06.
func (b *browser) template(cells map[string]string) []byte {
	b.t.Helper()
	d := b.get(excelPath + "/mau")
	if d.Status != http.StatusOK || d.Header.Get("Content-Disposition") != "attachment; filename*=UTF-8''Bieu-nq57-2026-11-SYT.xlsx" {
		b.t.Fatalf("template: %d %v", d.Status, d.Header)
	}
	if len(cells) == 0 {
		return []byte(d.Body)
	}
	return workbooktest.SetCells(b.t, []byte(d.Body), cells)
}

// press sends the form of a preview, with what somebody has ticked.
func (b *browser) press(d *doc, ticks url.Values) *doc {
	b.t.Helper()
	n := d.find("form#write")
	if n == nil {
		b.t.Fatalf("there is nothing to press: %s", d.text("main"))
	}
	form := url.Values{}
	for _, in := range d.all("form#write input[type=hidden]") {
		form.Set(attr(in, "name"), attr(in, "value"))
	}
	for name := range ticks {
		form.Set(name, ticks.Get(name))
	}
	return b.post(attr(n, "action"), form)
}

func (s *site) cellOf(code string) kpi.Cell {
	s.t.Helper()
	actor := kpi.Actor{User: kpi.User{Login: "dieuphoi", Grants: []kpi.Grant{{Role: kpi.Coordinator}}}, At: s.now}
	sh, err := s.app.Sheet(actor, "nq57", kpi.NewMonth(2026, 11), "SYT")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range sh.Rows {
		if row.Indicator.Code == code {
			return row.Cell
		}
	}
	s.t.Fatalf("no cell %s", code)
	return kpi.Cell{}
}

func TestExcel_DownloadFillUploadWriteSubmit(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	d := b.get(excelPath)
	d.has(".steps [aria-current]", "Chọn tệp")
	if d.find(`a[href="`+excelPath+`/mau"]`) == nil {
		t.Error("no link to the template")
	}
	data := b.template(map[string]string{"E7": `<v>1234</v>`, "E8": `<v>30</v>`, "F9": `<v>45</v>`, "G9": `<v>60</v>`, "K9": workbooktest.Text("<script>alert(1)</script> giải trình"),
		"E10": workbooktest.Text("Có"), "E11": workbooktest.Text("Mức 2"), "E12": workbooktest.Text("Hoàn thành trước hạn")})
	d = b.follow(b.upload(excelPath, "bieu.xlsx", data, nil))
	d.has(".steps [aria-current]", "Xem trước")
	d.has(".page-meta", "bieu.xlsx")
	d.has(".page-meta", "6 dòng")
	d.has(".notice-info", "Khớp 6 dòng; sẽ ghi 6 ô, không đổi 0 dòng")
	d.has("tbody tr", "45/60 = 75,0")
	d.has("form#write button", "Ghi 6 ô vào biểu")
	if strings.Contains(d.Body, "<script>alert") {
		t.Error("script comes back")
	}
	if s.cellOf("1.01").Version != 0 {
		t.Error("written before the button was pressed")
	}
	done := b.press(d, nil)
	done.has("#written", "Đã ghi 6 ô. Chưa trình duyệt.")
	done.has("#written", "Biểu đã nhập 6/6 ô")
	if c := s.cellOf("1.01"); c.Value != kpi.Dec(1234) || c.Source != kpi.FromExcel {
		t.Errorf("%+v", c)
	}
	b.get("/o/nq57/2026-11/SYT/1.01").has("main", "Nhập từ Excel: bieu.xlsx")
	again := b.press(d, nil)
	if again.Status != http.StatusNotFound {
		t.Errorf("pressed twice: status %d", again.Status)
	}
	again.has("#errors", "Chọn lại tệp")
	undo := url.Values{"lan": {attr(done.find("#written input[name=lan]"), "value")}}
	b.follow(b.post(excelPath+"/hoan-tac", undo)).has("#flash", "Đã hoàn tác 6 ô")
	if c := s.cellOf("1.01"); c.Content != kpi.Empty {
		t.Errorf("after the undo: %+v", c)
	}
	b.post(excelPath+"/hoan-tac", undo).has("#errors", "Không hoàn tác được nữa")
	done = b.press(b.follow(b.upload(excelPath, "bieu.xlsx", b.template(map[string]string{"E7": `<v>1234</v>`, "E8": `<v>30</v>`, "F9": `<v>45</v>`, "G9": `<v>60</v>`,
		"E10": workbooktest.Text("Có"), "E11": workbooktest.Text("Mức 2"), "E12": workbooktest.Text("Hoàn thành trước hạn")}), nil)), nil)
	sent := b.post("/nhap-lieu/nq57/2026-11/SYT/trinh", url.Values{"v": {attr(done.find("#written input[name=v]"), "value")}})
	if d := b.follow(sent); d.find(".badge-at-unit") == nil {
		t.Errorf("«Trình ngay» does not submit: %s", d.text("#errors"))
	}
	d = b.get(excelPath)
	d.has(".notice-info", "Không sửa số liệu được")
	if d.find("input[type=file]") != nil {
		t.Error("a locked sheet takes files")
	}
	if d := b.upload(excelPath, "bieu.xlsx", data, nil); d.Status != http.StatusConflict {
		t.Errorf("a locked sheet reads files: %d", d.Status)
	}
}

func TestExcel_RefusedRows_LetGo(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(excelPath)
	d := b.follow(b.upload(excelPath, "a.csv", []byte("Mã;Chỉ số;Trong kỳ\n1.01;Số hồ sơ tiếp nhận;mười\n1.02;Số hồ sơ trực tuyến;30\n9.99;Chỉ số khác;1\n"), nil))
	d.has("tr.row-bad", "Không phải là số")
	d.has("tbody td.code", "ô C2")
	if n := len(d.all("tbody tr")); n != 1 {
		t.Errorf("at first %d rows are shown, want the refused one", n)
	}
	for _, chip := range []string{"Lỗi 1", "Không tìm thấy mã 1", "Sẽ ghi 1", "Tất cả 3"} {
		d.has(".chip", chip)
	}
	d.has(".notice-warning", "không phải mẫu của biểu này")
	d.has("form#write label", "Bỏ qua 2 dòng lỗi")
	stay := b.press(d, nil)
	if stay.Status != http.StatusUnprocessableEntity || s.cellOf("1.02").Version != 0 {
		t.Errorf("written without a word: %d", stay.Status)
	}
	if stay.find(`.error-summary a[href="#f-skip"]`) == nil || stay.find("#f-skip") == nil {
		t.Errorf("the tick is not asked for: %s", stay.text("#errors"))
	}
	b.press(stay, url.Values{"skip": {"1"}}).has("#written", "Đã ghi 1 ô")
}

func TestExcel_SomebodyElseFirst(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	data := b.template(map[string]string{"E7": `<v>12</v>`, "E8": `<v>7</v>`, "E12": workbooktest.Text("Xong")})
	raw := "15"
	save := func(code string) {
		t.Helper()
		actor := kpi.Actor{User: kpi.User{Login: "duyet.syt", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}}, At: s.now}
		if _, err := s.app.SaveCells(actor, "nq57", kpi.NewMonth(2026, 11), "SYT", []app.CellSave{{Indicator: code, Version: s.cellOf(code).Version, Entry: kpi.Entry{Raw: &raw}}}); err != nil {
			t.Fatal(err)
		}
	}
	save("1.01")
	b.get(excelPath)
	d := b.follow(b.upload(excelPath, "a.xlsx", data, nil))
	d.has(".excel-conflicts", "Giữ số đang có: 15 (Người duyệt SYT ghi lúc")
	d.has(".excel-conflicts", "Ghi số trong tệp: 12")
	save("1.02")
	late := b.press(d, nil)
	if late.Status != http.StatusConflict || s.cellOf("1.06").Version != 0 {
		t.Errorf("half a file was written: %d", late.Status)
	}
	late.has("#errors", "Biểu đã thay đổi sau khi xem trước")
	if n := len(late.all(".excel-conflicts fieldset")); n != 2 {
		t.Errorf("%d conflicts", n)
	}
	b.press(late, url.Values{"o.1.01": {"tep"}, "o.1.02": {"giu"}}).has("#written", "Đã ghi 2 ô")
	if s.cellOf("1.01").Value != kpi.Dec(12) || s.cellOf("1.02").Value != kpi.Dec(15) {
		t.Errorf("%+v %+v", s.cellOf("1.01"), s.cellOf("1.02"))
	}
}

func TestExcel_DecimalStyle_Asked(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(excelPath)
	d := b.follow(b.upload(excelPath, "a.csv", []byte("Mã;Trong kỳ\n1.01;1.234\n"), nil))
	d.has("#f-style", "chưa rõ là hàng nghìn hay số thập phân")
	if d.find("form#write") != nil {
		t.Error("writing is offered")
	}
	d = b.get(attr(d.find(`nav[aria-label="Dấu thập phân"] a`), "href"))
	d.has(`nav[aria-label="Dấu thập phân"] [aria-current]`, "1.234,5")
	b.press(d, nil).has("#written", "Đã ghi 1 ô")
	if s.cellOf("1.01").Value != kpi.Dec(1234) {
		t.Errorf("%+v", s.cellOf("1.01"))
	}
}

func TestExcel_BadFiles(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(excelPath)
	good := b.template(nil)
	other := s.browser().signIn("nhap.22015", passphrase)
	foreign := other.get("/nhap-lieu/nq57/2026-11/22015/excel/mau").Body
	for _, x := range []struct {
		name   string
		data   []byte
		status int
		want   string
	}{
		{"", nil, 422, "Chưa chọn tệp"},
		{"a.xlsx", nil, 422, "trống"},
		{"a.xlsx", good[:len(good)/2], 422, "cắt cụt"},
		{"a.xlsm", good, 422, "macro"},
		{"a.csv", []byte("a,b\n1,2\n"), 422, "Không thấy bảng"},
		{"a.xlsx", []byte(foreign), 422, "phường Tuy Hoà"},
		{"a.csv", make([]byte, app.MaxUpload+1), 413, "10 MB"},
	} {
		d := b.upload(excelPath, x.name, x.data, nil)
		if d.Status != x.status || d.find(`.error-summary a[href="#f-file"]`) == nil || d.find("#f-file[aria-invalid]") == nil || !strings.Contains(d.text("#f-file-e"), x.want) {
			t.Errorf("%s (%d bytes): %d %s", x.name, len(x.data), d.Status, d.text("#f-file-e"))
		}
	}
	id := "tep=" + strings.Repeat("0", 32)
	if d := b.get(excelPath + "?" + id); d.Status != http.StatusNotFound {
		t.Errorf("an unknown file: %d", d.Status)
	}
	mine := b.upload(excelPath, "a.xlsx", good, nil).Header.Get("Location")
	if d := other.get(strings.Replace(mine, "SYT", "22015", 1)); d.Status != http.StatusNotFound {
		t.Errorf("another person sees the file: %d", d.Status)
	}
	same := b.get(mine)
	same.has(".notice-success", "không có gì để ghi")
	if same.find("form#write") != nil {
		t.Error("writing nothing is offered")
	}
}
