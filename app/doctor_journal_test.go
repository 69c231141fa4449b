package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestDoctor_Journal: a journal that leads up to the data passes; each fault is named.
func TestDoctor_Journal(t *testing.T) {
	t.Parallel()
	for says, spoil := range map[string]func(f *archive){
		"nối đến lần ghi cuối cùng của số liệu": func(*archive) {},
		"có lần ghi khi dịch vụ dừng": func(f *archive) {
			s := storetest.OpenIn(t, f.data)
			storetest.Update(t, s, func(*store.Tx) error { return nil })
			_ = s.Close()
		},
		"Có chỗ hỏng trong": func(f *archive) {
			list, _ := filepath.Glob(filepath.Join(f.journal.run, "*.ghi"))
			storetest.Spoil(t, list[0], "|STC|9.9")
		},
		"không còn như lúc sao lưu": func(f *archive) {
			storetest.Spoil(t, filepath.Join(f.journal.base.dir(), store.FileName), "lan.syt")
		},
		"Chưa có bản gốc nào": func(f *archive) { _ = os.RemoveAll(f.journal.base.dir()) },
	} {
		f := newRecorded(t)
		for i, unit := range []string{"SYT", "STC", "SNV"} {
			f.enter(unit, i)
		}
		f.quit()
		spoil(f)
		found, err := f.vault().Doctor(context.Background(), Installation{Dir: f.data, Plan: BackupPlan{Journal: f.backups.plan.Journal}})
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, x := range found {
			if x.Name == "Nhật ký ghi trước" && (x.Level == kpi.Failure || !strings.Contains(x.Text, "cùng ổ đĩa")) {
				told += x.Text
			}
		}
		if !strings.Contains(told, says) {
			t.Errorf("%q, want %q", told, says)
		}
	}
}
