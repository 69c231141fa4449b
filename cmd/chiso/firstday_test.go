package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// writeBook writes a workbook of one sheet: title rows, headings, rows.
func writeBook(t testing.TB, name string, titles, head []string, rows ...[]string) string {
	t.Helper()
	grid := workbook.Grid{Name: "Trang 1", Titles: titles, Head: [][]string{head}, Cols: make([]workbook.Col, len(head))}
	for _, row := range rows {
		var values []workbook.Value
		for _, text := range row {
			values = append(values, workbook.Text(text))
		}
		grid.Rows = append(grid.Rows, values)
	}
	doc := workbook.Doc{Title: name, Author: "Sở Khoa học và Công nghệ", Grids: []workbook.Grid{grid}}
	data, err := doc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// realOr returns a document of a real province where there is one, else the made-up one.
func realOr(name, madeUp string) string {
	if path := filepath.Join(realData, name); exists(path) {
		return path
	}
	return madeUp
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// The first day of a province: from an empty folder to a clerk who submits the first sheet.
func TestFirstDay_EmptyFolderToFirstSheet(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	config := write(t, "config.yaml", fmt.Sprintf("data: %s\nlisten: 127.0.0.1:0\nprovince: Tỉnh Đắk Lắk\nsecond_factor: offered\n", dir))
	srv, err := start("serve", "--config", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.stop(); err != nil {
			t.Error(err)
		}
	})

	admin := newTab(t, srv).signIn("quantri", passphrase)
	admin.lacks("body", "Bản trình diễn")
	admin.has("h2", "Chuẩn bị hệ thống")
	units := realOr("units-dak-lak.csv", write(t, "don-vi.csv", threeUnits))
	admin.imports("units", units, nil)
	admin.imports("units", units, nil, "không có gì để ghi") // the same file again changes nothing
	annex := realOr("phu-luc-1-nq-03.xlsx", writeBook(t, "phu-luc.xlsx", []string{"Phụ lục I", "CÁC CHỈ TIÊU ĐẾN NĂM 2030"}, []string{"TT", "Chỉ tiêu", "Đơn vị tính", "Kết quả"},
		[]string{"1", "Tỷ lệ sử dụng dịch vụ công trực tuyến", "%", "≥ 80"}, []string{"2", "Số doanh nghiệp công nghệ số", "Doanh nghiệp", "> 100"}))
	admin.imports("indicators", annex, map[string]string{"new-set": "nq03", "set-name": "Bộ chỉ số thử"})
	admin.imports("indicators", everyKind(t), map[string]string{"set": "nq03"})
	users := writeBook(t, "tai-khoan.xlsx", []string{"DANH SÁCH TÀI KHOẢN"}, []string{"Tên đăng nhập", "Họ tên", "Vai trò", "Mã đơn vị"},
		[]string{"dieuphoi", "Điều phối tỉnh", "Điều phối tỉnh", ""}, []string{"nhap.syt", "Nhập liệu Sở Y tế", "Nhập liệu", "SYT"}, []string{"duyet.syt", "Người duyệt Sở Y tế", "Duyệt của đơn vị", "SYT"})
	admin.imports("users", users, nil)
	codes := map[string]string{}
	for _, row := range js[[][]string](admin, `[...document.querySelectorAll("tbody tr")].map(r => [...r.querySelectorAll("code")].map(c => c.textContent))`) {
		codes[row[0]] = row[1]
	}
	if len(codes) != 3 {
		t.Fatalf("the page shows the codes %v", codes)
	}
	template := js[[]string](admin, `fetch("/quan-tri/mau/indicators").then(async r => [String(r.status), new TextDecoder().decode((await r.arrayBuffer()).slice(0, 2))])`)
	if !slices.Equal(template, []string{"200", "PK"}) {
		t.Errorf("the template for indicators: %v", template)
	}

	coordinator := newTab(t, srv)
	coordinator.firstSignIn("dieuphoi", codes["dieuphoi"], "mua xuan hoa no khap vuon nha")
	code := completeIndicator(coordinator)
	assign(coordinator, code)
	month := openRound(t, coordinator)

	clerk := newTab(t, srv)
	clerk.firstSignIn("nhap.syt", codes["nhap.syt"], "mua he nang do tren dong lua")
	clerk.follow("main .task a.btn", "Bắt đầu nhập")
	sheet := &sheetTab{clerk, fmt.Sprintf("/nhap-lieu/nq03/%s/SYT", month)}
	if got := clerk.path(); got != sheet.path {
		t.Fatalf("the clerk's first task is %s", got)
	}
	fillEveryKind(t, sheet, code)
}

// everyKind is the full template with one indicator of each kind, which the unit SYT reports.
func everyKind(t *testing.T) string {
	head := []string{"Mã chỉ số", "Tên chỉ số", "Lớp", "Mã nhóm", "Tên nhóm", "Nguồn giao", "Đơn vị tính", "Loại số liệu", "Tử số", "Mẫu số", "Hệ số nhân", "Thang mức",
		"Chiều tốt", "Tần suất", "Lũy kế", "Tổng hợp", "Đơn vị nhập"}
	row := func(code, name, unit, kind, num, den, scale, grades, total string) []string {
		return []string{code, name, "2", "T", "Nhóm thử", "Tỉnh bổ sung", unit, kind, num, den, scale, grades, "Cao hơn tốt hơn", "Hằng tháng", "Tại thời điểm chốt", total, "SYT"}
	}
	sum, mean := kpi.AggSum.Label(), kpi.AggMean.Label()
	return writeBook(t, "chi-so.xlsx", nil, head,
		row("T.01", "Số hồ sơ", "Hồ sơ", "Số", "", "", "", "", sum),
		row("T.02", "Tỷ lệ hồ sơ đúng hạn", "%", "Tỷ lệ", "Hồ sơ đúng hạn", "Hồ sơ đã giải quyết", "100", "", kpi.AggRatio.Label()),
		row("T.03", "Đã ban hành kế hoạch", "Có/Không", "Có/Không", "", "", "", "", mean),
		row("T.04", "Mức bảo đảm an toàn", "Mức", "Mức", "", "", "", "A=Tốt:100; B=Khá:75", mean),
		row("T.05", "Kết quả nổi bật", "", "Nội dung", "", "", "", "", kpi.AggProvince.Label()),
		row("T.06", "Số sự cố", "Sự cố", "Số", "", "", "", "", sum))
}

// fillEveryKind enters each kind of cell and of «no number», and finds it again after a reload.
func fillEveryKind(t *testing.T, sheet *sheetTab, code string) {
	t.Helper()
	var codes []string
	for _, c := range sheet.cells() {
		codes = append(codes, c.Code)
	}
	if want := []string{code, "T.01", "T.02", "T.03", "T.04", "T.05", "T.06"}; !slices.Equal(codes, want) {
		t.Fatalf("the clerk's cells are %v, want %v", codes, want)
	}
	sheet.enter(code, "1.234")
	sheet.enter("T.01", "1 234")
	sheet.enterRatio("T.02", "180", "200")
	sheet.choose(field("c", "T.03"), "khong")
	sheet.choose(field("c", "T.04"), "B")
	sheet.enter("T.05", "Khai trương trung tâm điều hành.")
	sheet.more("T.06")
	sheet.choose(field("n", "T.06"), "khong-ap-dung")
	sheet.fill(field("r", "T.06"), "Đơn vị không vận hành hệ thống nào.")
	sheet.keys("\t")
	for _, c := range codes {
		sheet.stored(c)
	}
	sheet.allSaved()
	sheet.has(".save-bar", "Đã nhập 7/7")
	sheet.open(sheet.path)
	for selector, want := range map[string]string{field("c", code): "1.234", field("c", "T.01"): "1.234", field("c", "T.02"): "180", field("d", "T.02"): "200", field("c", "T.03"): "khong",
		field("c", "T.04"): "B", field("c", "T.05"): "Khai trương trung tâm điều hành.", field("n", "T.06"): "khong-ap-dung", field("r", "T.06"): "Đơn vị không vận hành hệ thống nào."} {
		if got := sheet.value(selector); got != want {
			t.Errorf("%s holds %q, want %q", selector, got, want)
		}
	}
	sheet.submit()
	sheet.has("#flash", "Đã trình biểu")
}

// imports takes a file in on the admin's page: choose, look at the preview, confirm, write.
func (b *tab) imports(what, path string, fields map[string]string, said ...string) {
	b.t.Helper()
	b.open("/quan-tri/nap/" + what)
	for name, value := range fields {
		if name == "set" {
			b.choose("#f-set", value)
		} else {
			b.fill("#f-"+name, value)
		}
	}
	b.upload("#f-file", path)
	b.follow("main button[type=submit]", "Xem trước")
	b.has("h1", "xem trước")
	if len(said) > 0 {
		b.has("main", said[0])
		return
	}
	if js[bool](b, `Boolean(document.querySelector("#f-confirmed"))`) {
		b.click("#f-confirmed", "")
	}
	b.follow(".save-bar button", "")
	if what != "users" { // that page shows the one-time codes
		b.has("#flash", "Đã")
	}
	b.lacks(".notice-error", "")
}

// completeIndicator fills in what the annex does not say of its first unfinished indicator, and returns its code.
func completeIndicator(b *tab) string {
	b.t.Helper()
	b.open("/chi-so")
	b.follow(".chips a", "Cần khai")
	b.follow("tbody a.btn", "Sửa")
	code := js[string](b, `location.pathname.split("/").at(-1)`)
	for name, value := range map[string]string{"kind": string(kpi.KindNumber), "direction": string(kpi.Up), "frequency": string(kpi.Monthly), "accumulation": string(kpi.Point), "aggregation": string(kpi.AggSum)} {
		b.choose("#f-"+name, value)
	}
	for _, name := range []string{"unit", "definition", "computation", "source"} {
		if b.value("#f-"+name) == "" {
			b.fill("#f-"+name, "Theo văn bản giao")
		}
	}
	for js[bool](b, `Boolean(document.querySelector("[name='clear[]']:not(:checked)"))`) {
		b.click("[name='clear[]']:not(:checked)", "")
	}
	b.follow("main button[type=submit]", "Ghi chỉ số")
	b.has("#flash", "Đã ghi chỉ số "+code+".")
	b.lacks("#flash", "Còn phải khai")
	b.lacks(".error-summary", "")
	return code
}

// assign gives the indicator to one unit.
func assign(b *tab, code string) {
	b.t.Helper()
	b.open("/quan-tri/giao")
	b.click(fmt.Sprintf(`[name="code[]"][value="%s"]`, code), "")
	b.click(`[name="unit[]"][value=SYT]`, "")
	b.follow(".save-bar button", "Giao")
	b.has("#flash", "Đã giao")
}

// openRound opens the first round and returns its month.
func openRound(t *testing.T, b *tab) kpi.Month {
	t.Helper()
	b.open("/ky")
	b.follow("a.btn-main", "Mở kỳ")
	month, err := kpi.ParseMonth(b.value("#thang"))
	if err != nil {
		t.Fatal(err)
	}
	b.has("dl.facts", "1 biểu, 7 ô phải nhập")
	for name, days := range map[string]int{"opens": -1, "unit": 5, "province": 7, "locks": 14} { // open on whatever day this test runs
		b.fill("#f-"+name, kpi.FormatDate(time.Now().AddDate(0, 0, days)))
	}
	b.follow("main form[method=post] button[type=submit]", "Mở kỳ")
	b.has("#flash", "Đã mở kỳ "+month.Short())
	return month
}
