package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// TestDoctor: a folder that is as it should be passes every check, and each fault is found, alone and with its sentence.
func TestDoctor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		level kpi.Level
		says  string
		spoil func(f *archive, id kpi.FileID) error
	}{
		{"healthy", 0, "", func(*archive, kpi.FileID) error { return nil }},
		{"file cut", kpi.Failure, "Tệp số liệu: Cấu trúc tệp hỏng hoặc tệp bị cắt ngắn.", func(f *archive, _ kpi.FileID) error {
			return os.Truncate(filepath.Join(f.data, store.FileName), 20000)
		}},
		{"evidence gone", kpi.Failure, "Tệp đính kèm: Trong 2 tệp có 1 tệp mất, 0 tệp hỏng.", func(f *archive, id kpi.FileID) error {
			return os.Remove(filepath.Join(f.data, filepath.FromSlash(evidencePath(id))))
		}},
		{"evidence spoilt", kpi.Failure, "Tệp đính kèm: Trong 2 tệp có 0 tệp mất, 1 tệp hỏng.", func(f *archive, id kpi.FileID) error {
			path := filepath.Join(f.data, filepath.FromSlash(evidencePath(id)))
			return errors.Join(os.Remove(path), os.WriteFile(path, []byte("x"), 0o600)) // removed first: the backup has the same file
		}},
		{"orphan", kpi.Warning, "Tệp đính kèm: 1 tệp không còn bản ghi nào nhắc đến", func(f *archive, _ kpi.FileID) error {
			id := kpi.FileID("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881") // SHA-256 of "x"
			path := filepath.Join(f.data, filepath.FromSlash(evidencePath(id)))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return err
			}
			return os.WriteFile(path, []byte("x"), 0o600)
		}},
		{"clock set back", kpi.Failure, "Đồng hồ: Giờ máy chủ là 10/06/2025 09h00, trước sự kiện cuối cùng trong nhật ký (10/06/2026 09h00): đồng hồ đã bị chỉnh lùi.", func(f *archive, _ kpi.FileID) error {
			f.clock.t = f.clock.t.AddDate(-1, 0, 0)
			return nil
		}},
		{"clock before the program", kpi.Failure, "Đồng hồ: Giờ máy chủ là 10/06/2026 09h00, trước khi chương trình này được làm ra", func(f *archive, _ kpi.FileID) error {
			return nil
		}},
		{"key open to others", kpi.Failure, "Tệp khóa: Tài khoản khác trên máy đọc hoặc ghi được", func(f *archive, _ kpi.FileID) error {
			return errors.Join(os.WriteFile(filepath.Join(f.data, KeyFileName), nil, 0o600), os.Chmod(filepath.Join(f.data, KeyFileName), 0o644))
		}},
		{"key spoilt", kpi.Failure, "Tệp khóa: Không đọc được", func(f *archive, _ kpi.FileID) error {
			return os.WriteFile(filepath.Join(f.data, KeyFileName), []byte("12345678 x\n"), 0o600)
		}},
		{"key gone", kpi.Failure, "Tệp khóa: Thiếu ", func(f *archive, _ kpi.FileID) error { return sealOne(f, func() error { return os.Remove(f.keyFile) }) }},
		{"key of something else", kpi.Failure, "không mở được 1 trong 1 nội dung mã hóa", func(f *archive, _ kpi.FileID) error {
			return sealOne(f, func() error { return errors.Join(os.Remove(f.keyFile), addKey(f.keyFile)) })
		}},
		{"key added", 0, "", func(f *archive, _ kpi.FileID) error { return sealOne(f, func() error { return addKey(f.keyFile) }) }},
		{"newest backup spoilt", kpi.Failure, "Sao lưu: ", func(f *archive, _ kpi.FileID) error {
			return os.Truncate(filepath.Join(NewestBackup(f.backups.plan.Dir), store.FileName), 4096)
		}},
		{"open to others", kpi.Failure, "Quyền truy cập: Tài khoản khác trên máy đọc được", func(f *archive, _ kpi.FileID) error {
			return os.Chmod(filepath.Join(f.data, store.FileName), 0o644)
		}},
		{"old backup", kpi.Failure, "đã quá 26 giờ", func(f *archive, _ kpi.FileID) error {
			f.clock.forward(27 * time.Hour)
			return nil
		}},
		{"no backup", kpi.Failure, "Sao lưu: Chưa có bản sao lưu nào ở", func(f *archive, _ kpi.FileID) error { return os.RemoveAll(f.out) }},
	}
	for _, tt := range tests {
		if strings.Contains(tt.name, "open to others") && runtime.GOOS == "windows" {
			continue // there rights are kept in access lists
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newArchive(t, nil)
			id := f.attach("bien ban hop")
			f.backUp()
			f.quit()
			if err := tt.spoil(f, id); err != nil {
				t.Fatal(err)
			}
			var made time.Time
			if tt.name == "clock before the program" {
				made = f.clock.t.Add(time.Hour)
			}
			found, err := f.vault().Doctor(context.Background(), Installation{Dir: f.data, Plan: f.backups.plan, Built: made})
			if err != nil {
				t.Fatal(err)
			}
			said := 0
			for _, x := range found {
				if x.Name == "Dung lượng trống" || x.Name == "Loại ổ đĩa" { // of the machine that tests
					continue
				}
				if x.Level != 0 {
					if said++; x.Level != tt.level || !strings.Contains(x.Name+": "+x.Text, tt.says) {
						t.Errorf("%+v", x)
					}
				}
			}
			if want := min(len(tt.says), 1); said != want {
				t.Errorf("%d faults, want %d: %+v", said, want, found)
			}
		})
	}
}

// sealOne stores one sealed text, and then does something to the file with its key.
func sealOne(f *archive, then func() error) error {
	if err := addKey(f.keyFile); err != nil {
		return err
	}
	ring, err := readKeys(f.keyFile)
	if err != nil {
		return err
	}
	s, err := store.Open(f.data)
	if err != nil {
		return err
	}
	err = s.Update(func(tx *store.Tx) error {
		return tx.PutFactor("lan", store.Factor{Seed: ring.seal(factorPlace("lan"), "khóa"), Since: f.Now()}, f.System().Event(kpi.VerbFactor, userObject("lan"), "", "bật", ""))
	})
	return errors.Join(err, s.Close(), then())
}

func TestDoctor_ServerRuns(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	if _, err := f.vault().Doctor(context.Background(), Installation{Dir: f.data}); kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("got %v", err)
	}
}

// TestDoctor_Log: a log that was tampered with is told apart from a broken disk.
func TestDoctor_Log(t *testing.T) {
	t.Parallel()
	f := newArchive(t, nil)
	f.quit()
	v := f.vault()
	v.Verify = func(context.Context, string) (store.Contents, error) {
		return store.Contents{}, &store.Damage{Part: store.LogPart, Detail: "hash 3"}
	}
	found, err := v.Doctor(context.Background(), Installation{Dir: f.data})
	if err != nil || found[0].Level != 0 || found[1].Level != kpi.Failure || !strings.HasPrefix(found[1].Text, "Sự kiện trong nhật ký bị thiếu, thừa hoặc bị sửa.") {
		t.Errorf("%+v, %v", found, err)
	}
}
