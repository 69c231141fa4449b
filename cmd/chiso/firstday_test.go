package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// The first day of a province: from an empty folder to a clerk who enters the first number.
func TestFirstDay_EmptyFolderToFirstNumber(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	config := write(t, "config.yaml", fmt.Sprintf("data: %s\nlisten: 127.0.0.1:0\nprovince: Tỉnh Đắk Lắk\n", dir))
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
	if file := filepath.Base(annex); strings.HasSuffix(file, ".xlsx") { // the browser's template is the one of the command line
		status := js[[]string](admin, `fetch("/quan-tri/mau/indicators").then(async r => [String(r.status), new TextDecoder().decode((await r.arrayBuffer()).slice(0, 2))])`)
		if status[0] != "200" || status[1] != "PK" {
			t.Errorf("template: %v", status)
		}
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
	if cells := sheet.cells(); len(cells) != 1 || cells[0].Code != code {
		t.Fatalf("the clerk's cells are %+v, want %s", cells, code)
	}
	sheet.enter(code, "1.234")
	sheet.stored(code)
	sheet.allSaved()
	sheet.open(sheet.path)
	if got := sheet.value(field("c", code)); got != "1.234" {
		t.Errorf("the cell holds %q", got)
	}
}

// imports takes a file in on the admin's page: choose, look at the preview, confirm, write.
func (b *tab) imports(what, path string, fields map[string]string, said ...string) {
	b.t.Helper()
	b.open("/quan-tri/nap/" + what)
	for name, value := range fields {
		b.fill("#f-"+name, value)
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
	b.has("dl.facts", "1 biểu, 1 ô phải nhập")
	for name, days := range map[string]int{"opens": -1, "unit": 5, "province": 7, "locks": 14} { // open on whatever day this test runs
		b.fill("#f-"+name, kpi.FormatDate(time.Now().AddDate(0, 0, days)))
	}
	b.follow("main form[method=post] button[type=submit]", "Mở kỳ")
	b.has("#flash", "Đã mở kỳ "+month.Short())
	return month
}
