package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// realData is where documents of a real province lie, beside the repository.
const realData = "../../../shared/data"

// write puts a text into a file of its own folder and returns the path.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// document returns the path of a real document, or skips the test where there is none.
func document(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(realData, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real document %s beside the repository", name)
	}
	return path
}

const threeUnits = `Danh sách đơn vị,,,
Nhóm xếp hạng,MA DON VI,tên đơn vị,Loại đơn vị
Sở,SYT,Sở Y tế,"Sở, ban, ngành"
Sở,STC,Sở Tài chính,"Sở, ban, ngành"
Xã,22057,Ủy ban nhân dân xã Xuân Lộc,Xã
`

func TestImport_Units(t *testing.T) {
	t.Parallel()
	dir, path := initialised(t), write(t, "don-vi.csv", threeUnits)
	chiso(t, "", "import", "units", path, "--data", dir).exits(exitOK).prints("Thêm: trang «don-vi» dòng 3 SYT Sở Y tế", "thêm 3, sửa 0, giữ nguyên 0, từ chối 0")
	chiso(t, "", "import", "units", path, "--data", dir).exits(exitOK).prints("thêm 0, sửa 0, giữ nguyên 3, từ chối 0")

	renamed := write(t, "don-vi.csv", strings.Replace(threeUnits, "Sở Tài chính", "Sở Tài chính tỉnh", 1))
	chiso(t, "", "import", "units", renamed, "--data", dir).exits(exitOK).prints("Sửa: ", "Sở Tài chính tỉnh", "thêm 0, sửa 1, giữ nguyên 2, từ chối 0")
}

func TestImport_DryRun_WritesNothing(t *testing.T) {
	t.Parallel()
	dir, path := initialised(t), write(t, "don-vi.csv", threeUnits)
	for range 2 { // the second run would say «giữ nguyên» if the first had written
		chiso(t, "", "import", "units", path, "--data", dir, "--dry-run").exits(exitOK).prints("thêm 3, sửa 0", "chưa ghi gì")
	}
}

// One refused row keeps the whole file out, and the output says where it is.
func TestImport_RefusedRow(t *testing.T) {
	t.Parallel()
	dir, path := initialised(t), write(t, "don-vi.csv", threeUnits+"Xã,22060,Ủy ban nhân dân xã Xuân Cảnh,Hợp tác xã\n")
	where := "Từ chối: trang «don-vi» dòng 6 cột D 22060"
	chiso(t, "", "import", "units", path, "--data", dir, "--dry-run").exits(exitRefused).prints(where, "«Hợp tác xã»").complains("don-vi.csv", "1 dòng bị từ chối", "chưa ghi gì")
	chiso(t, "", "import", "units", path, "--data", dir).exits(exitRefused).prints(where, "từ chối 1").complains("don-vi.csv", "D6")
	chiso(t, "", "import", "units", write(t, "don-vi.csv", threeUnits), "--data", dir).exits(exitOK).prints("thêm 3, sửa 0")
}

func TestImport_UnreadableFiles(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	tests := []struct{ name, path, says string }{
		{"absent", filepath.Join(t.TempDir(), "khong-co.csv"), "khong-co.csv"},
		{"no headings", write(t, "bang.csv", "a,b\n1,2\n"), "Mã đơn vị"},
		{"not a workbook", write(t, "bang.xlsx", "PK nhưng không phải"), "bang.xlsx"},
		{"program", write(t, "bang.exe", "MZ"), "bang.exe"},
		{"headings only", write(t, "trong.csv", "Mã đơn vị,Tên đơn vị,Loại đơn vị\n"), "không có hàng nào"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			chiso(t, "", "import", "units", tt.path, "--data", dir).exits(exitRefused).complains(tt.says)
		})
	}
}

func TestImport_Users_PrintsOneTimeCodes(t *testing.T) {
	t.Parallel()
	dir := withUnits(t)
	path := write(t, "tai-khoan.csv", "Tên đăng nhập,Họ tên,Vai trò,Mã đơn vị\nnhap.syt,Nhập liệu Sở Y tế,Nhập liệu,SYT\nduyet.syt,Người duyệt Sở Y tế,Duyệt của đơn vị,SYT\n")
	o := chiso(t, "", "import", "users", path, "--data", dir).exits(exitOK).prints("thêm 2", "chỉ hiện lần này", "nhap.syt\t", "duyet.syt\t")
	if codes := reCode.FindAllString(o.out, -1); len(codes) != 2 || codes[0] == codes[1] {
		t.Errorf("one-time codes: %v", codes)
	}
	again := chiso(t, "", "import", "users", path, "--data", dir).exits(exitOK).prints("giữ nguyên 2")
	if reCode.MatchString(again.out) {
		t.Errorf("accounts that exist got new codes: %q", again.out)
	}
}

func TestImport_RealUnits(t *testing.T) {
	t.Parallel()
	path, dir := document(t, "units-dak-lak.csv"), initialised(t)
	chiso(t, "", "import", "units", path, "--data", dir).exits(exitOK).prints("thêm 124, sửa 0, giữ nguyên 0, từ chối 0")
	chiso(t, "", "import", "units", path, "--data", dir).exits(exitOK).prints("thêm 0, sửa 0, giữ nguyên 124, từ chối 0")
}

// The annex of a resolution is read as it is mailed; what it leaves open is flagged, not guessed.
func TestImport_RealAnnex(t *testing.T) {
	t.Parallel()
	path, dir := document(t, "phu-luc-1-nq-03.xlsx"), initialised(t)
	chiso(t, "", "import", "indicators", path, "--data", dir, "--set", "NQ 57").exits(exitRefused).complains("«NQ 57»")
	o := chiso(t, "", "import", "indicators", path, "--data", dir, "--set", "nq03", "--dry-run").exits(exitOK).prints("cần xác nhận", "chưa ghi gì")
	if !strings.Contains(o.out, "từ chối 0") {
		t.Fatalf("rows of the annex are refused:\n%s", o.out)
	}
	first := chiso(t, "", "import", "indicators", path, "--data", dir, "--set", "nq03").exits(exitOK)
	added := strings.Count(first.out, "Thêm: trang")
	if added < 30 || strings.Contains(first.out, "Từ chối:") {
		t.Errorf("%d indicators added:\n%s", added, first.out)
	}
	chiso(t, "", "import", "indicators", path, "--data", dir, "--set", "nq03").exits(exitOK).prints("thêm 0, sửa 0")
}
