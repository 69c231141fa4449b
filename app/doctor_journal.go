package app

import (
	"errors"
	"fmt"
	"path/filepath"

	"chiso/app/kpi"
	"chiso/store"
)

// journal looks whether the newest base is whole and the records lead on from it to the last commit of the database.
func (d *doctor) journal(dir string) error {
	const name = "Nhật ký ghi trước"
	if dir == "" {
		return nil
	}
	bases, err := journalBasesOf(dir)
	if err != nil {
		return err
	}
	if len(bases) == 0 {
		d.say(kpi.Failure, name, "Chưa có bản gốc nào ở %s. Dịch vụ tự lập khi chạy; nếu vẫn thiếu, xem ổ đĩa đó.", dir)
		return nil
	}
	if store.SameDisk(d.dir, dir) {
		d.say(kpi.Warning, name, "%s nằm cùng ổ đĩa với số liệu nên mất cùng ổ đó. Đặt khóa backup.journal_dir sang ổ đĩa khác, hoặc gắn lại ổ đĩa của nó.", dir)
	}
	b := bases[0]
	m, err := readManifest(b.dir())
	if err == nil {
		err = checkFiles(b.dir(), m)
	}
	if kpi.KindOf(err) != 0 {
		d.say(kpi.Failure, name, "%s", err)
		return nil
	}
	if err != nil {
		return err
	}
	end, err := store.JournalEnd(b.run, b.commit)
	if errors.Is(err, store.ErrDamaged) {
		d.say(kpi.Failure, name, "Có chỗ hỏng trong %s; dịch vụ lập bản gốc mới mỗi đêm. (%v)", b.run, err)
		return nil
	}
	if err != nil {
		return err
	}
	last, err := store.LastCommit(filepath.Join(d.dir, store.FileName))
	switch {
	case err != nil:
		return fmt.Errorf("last commit: %w", err)
	case end != last:
		d.say(kpi.Warning, name, "Ghi đến lần ghi thứ %d, số liệu có đến lần thứ %d: có lần ghi khi dịch vụ dừng, hoặc mất điện. Dịch vụ lập bản gốc mới khi chạy.", end, last)
	default:
		d.say(0, name, "Bản gốc %s và các lần ghi sau đó nối đến lần ghi cuối cùng của số liệu.", b.dir())
	}
	return nil
}
