package app

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Damage is what a running server has met of records or pages that are not what was written. The zero value: nothing.
type Damage struct {
	At    time.Time // first met
	Times int
	Newer time.Time // last met
}

// damages is the part of an App that remembers it.
type damages struct {
	mu  sync.Mutex
	met Damage
}

// Damage returns what was met since the server was started.
func (a *App) Damage() Damage {
	a.damage.mu.Lock()
	defer a.damage.mu.Unlock()
	return a.damage.met
}

// MeetDamage words err, which holds a store.ErrDamaged, for whoever asked for what is damaged, and remembers it. Nothing is mended by
// itself, and what is whole is served on.
func (a *App) MeetDamage(err error) error {
	if errors.Is(err, store.ErrFileDamaged) {
		return kpi.Errorf(kpi.Unavailable, "Tệp này mất hoặc hỏng trên ổ đĩa của máy chủ; các trang khác vẫn dùng được. Báo đầu mối hỗ trợ. "+
			"Người quản trị máy chủ: chép lại tệp cùng tên trong thư mục %s của một bản sao lưu còn nguyên.", store.FileFolder)
	}
	a.damage.mu.Lock()
	now := a.Now()
	if a.damage.met.Times++; a.damage.met.Times == 1 {
		a.damage.met.At = now
	}
	a.damage.met.Newer = now
	a.damage.mu.Unlock()
	return kpi.Errorf(kpi.Unavailable, "Số liệu bị hỏng trên ổ đĩa ở chỗ mà trang này cần nên không hiển thị; các trang khác vẫn dùng được. Báo đầu mối hỗ trợ. "+
		"Người quản trị máy chủ: dừng dịch vụ, xem chỗ hỏng bằng «chiso doctor --data %s». %s", a.dir, WayBack(a.dir, a.backups.plan))
}

// WayBack words how the data in dir are put back.
func WayBack(dir string, plan BackupPlan) string {
	newest := "THƯ-MỤC-SAO-LƯU"
	if path := NewestBackup(plan.Dir); path != "" {
		newest = path
	}
	if bases, err := journalBasesOf(plan.Journal); err == nil && len(bases) > 0 {
		return fmt.Sprintf("Khôi phục đến lúc mới nhất: «chiso restore %s --data %s»; hoặc bản sao lưu gần nhất: «chiso restore %s --data %s».", plan.Journal, dir, newest, dir)
	}
	return fmt.Sprintf("Khôi phục: «chiso restore %s --data %s».", newest, dir)
}
