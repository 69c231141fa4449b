package store

import (
	"path/filepath"
	"time"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

// OpenReadOnly opens the database in dir for reading alone, for a disk that cannot be written. Every Update is refused. It fails
// like Open, and with a kpi.Unavailable error where the schema is older than the program's: bringing it up to date would write.
func OpenReadOnly(dir string) (*Store, error) {
	db, err := openQuiet(filepath.Join(dir, FileName), &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return nil, err
	}
	want := schemaOf(migrations())
	err = probe(func() error {
		has, err := schema(db, want)
		if err == nil && has != want {
			err = kpi.Errorf(kpi.Unavailable, "Số liệu trong %s cần nâng cấp mà ổ đĩa chỉ cho đọc. Cho phép ghi rồi chạy lại.", dir)
		}
		return err
	})
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return &Store{db: db, failed: make(chan struct{})}, nil
}

// ReadOnly reports whether the database was opened for reading alone.
func (s *Store) ReadOnly() bool { return s.db.IsReadOnly() }

// ReadOnlyError is what every Update on a database that is opened for reading is told.
func ReadOnlyError() error {
	return kpi.Errorf(kpi.Unavailable, "Ổ đĩa chứa số liệu đang chỉ cho đọc: xem được, chưa ghi được. Người quản trị máy chủ cho phép ghi lại thì dịch vụ tự tiếp tục.")
}
