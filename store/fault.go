package store

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"chiso/app/kpi"
)

// DiskFailure says that the disk reported an error while the database was written. After a failed flush nobody knows what the
// disk holds and what only memory does, so nothing more is written: the process must end, and the file be checked before it is
// opened again. It is a kpi.Unavailable error.
type DiskFailure struct{ Cause error }

func (d *DiskFailure) Error() string { return d.Unwrap().Error() + " (" + d.Cause.Error() + ")" }

// Unwrap returns the sentence.
func (d *DiskFailure) Unwrap() error {
	return kpi.Errorf(kpi.Unavailable, "Ổ đĩa báo lỗi khi ghi nên dịch vụ ngừng ghi để giữ an toàn; số liệu đã báo «Đã lưu» được kiểm tra lại khi dịch vụ tự khởi động lại.")
}

// Failed is closed once the disk has failed: no update is taken any more.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// Failure returns what made Failed close, nil before.
func (s *Store) Failure() error {
	if d := s.failure.Load(); d != nil {
		return d
	}
	return nil
}

// broken remembers the failure if err, of a commit, is one, and returns what the callers of the group are told.
func (s *Store) broken(err error) error {
	if !unknownState(err) {
		return err
	}
	d := &DiskFailure{err}
	if s.failure.CompareAndSwap(nil, d) {
		close(s.failed)
	}
	return d
}

// unknownState reports whether an error of a commit leaves it open what is on the disk: a failed flush, whatever its cause, and
// any error of writing beside those that write nothing, a full or read-only disk.
func unknownState(err error) bool {
	if err == nil {
		return false
	}
	if strings.Contains(err.Error(), "file sync error") { // bbolt passes on only the words
		return true
	}
	if _, ok := errors.AsType[syscall.Errno](err); !ok {
		return false
	}
	op, named := errors.AsType[*fs.PathError](err)
	if !named || op.Op == "sync" { // a bare number comes from the flush
		return true
	}
	return !says(err, full()) && !says(err, readOnly()) && !errors.Is(err, fs.ErrPermission)
}
