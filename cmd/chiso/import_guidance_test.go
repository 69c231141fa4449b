package main

import (
	"path/filepath"
	"testing"
)

func TestImport_Guidance(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	letter := write(t, "cong-van.txt", "SỞ Y TẾ\n\nSố: 5/CV-SYT\n\nĐắk Lắk, ngày 05 tháng 6 năm 2026\n\nNội dung của công văn.\n")
	bad := write(t, "hong.pdf", "không phải PDF")
	chiso(t, "", "import", "guidance", "--data", dir).exits(exitUsage).complains("thiếu tệp")
	chiso(t, "", "import", "guidance", letter, "--data", dir, "--dry-run").exits(exitOK).prints("1/1 cong-van.txt: Thêm – 5/CV-SYT", "chưa ghi gì")
	chiso(t, "", "import", "guidance", bad, letter, filepath.Join(dir, "khong-co.txt"), "--data", dir).exits(exitRefused).
		prints("1/3 hong.pdf: Từ chối – ", "2/3 cong-van.txt: Thêm – 5/CV-SYT", "3/3 khong-co.txt: Từ chối – ", "Thêm 1, giữ nguyên 0, từ chối 2.").complains("2 trong 3 tệp")
	chiso(t, "", "import", "guidance", letter, "--data", dir).exits(exitOK).prints("Giữ nguyên", "Thêm 0, giữ nguyên 1, từ chối 0.")
}

func TestImport_RealGuidance(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	chiso(t, "", "import", "guidance", document(t, "guidance/nghi-quyet-57-nq-tw.md"), document(t, "guidance/cong-van-1960-cv-tu-lam-dong.txt"), "--data", dir).exits(exitOK).
		prints("57-NQ/TW – Nghị quyết về đột phá", "50 đoạn", "1960-CV/TU – Công văn về việc", "11 đoạn")
}
