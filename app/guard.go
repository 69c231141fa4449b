package app

import (
	"chiso/app/kpi"
	"chiso/store"
)

// MayWrite returns nil while figures are taken, or the sentence why they are not: the disk is nearly full, or can only be read. People
// can sign in and read all the same, and writing goes on by itself as soon as there is room.
func (a *App) MayWrite() error {
	if a.store.ReadOnly() {
		return store.ReadOnlyError()
	}
	if err := a.store.Failure(); err != nil {
		return err
	}
	d, err := store.Disk(a.dir)
	if err != nil {
		return nil //nolint:nilerr // a disk that cannot be asked is tried
	}
	if d.ReadOnly {
		return store.ReadOnlyError()
	}
	if a.minFree <= 0 {
		return nil
	}
	size, err := a.store.Size()
	if err != nil {
		return nil //nolint:nilerr // as above
	}
	if need := max(a.minFree, 2*size); d.Free < need {
		return kpi.Errorf(kpi.NoSpace, "Ổ đĩa của máy chủ sắp đầy (còn %s, cần %s): vẫn đăng nhập và xem được, tạm ngừng nhận số liệu mới. Người quản trị máy chủ giải phóng dung lượng thì hệ thống tự nhận lại.",
			kpi.FormatSize(d.Free), kpi.FormatSize(need))
	}
	return nil
}

// Failed is closed once the disk has failed while something was written; Failure then says how.
func (a *App) Failed() <-chan struct{} { return a.store.Failed() }

// Failure returns how the disk has failed, nil if it has not.
func (a *App) Failure() error { return a.store.Failure() }

// ReadOnly reports whether the data were opened for reading alone.
func (a *App) ReadOnly() bool { return a.store.ReadOnly() }
