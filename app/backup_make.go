package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"

	"filippo.io/age"
)

// A maker makes one backup in a folder under a temporary name.
type maker struct {
	*App
	ctx        context.Context
	dir        string // of the backups
	name       string
	half       string // folder of the backup while it is being made
	recipients []age.Recipient
	before     string // folder of the newest backup there is, "" if there is none
	older      Manifest
	m          Manifest
}

func (a *App) newMaker(ctx context.Context, dir, recipient string) (*maker, error) {
	m := &maker{App: a, ctx: ctx, dir: dir}
	m.m = Manifest{Made: a.Now().Truncate(time.Second), Version: a.version, Recipient: recipient}
	for m.name = backupName(m.m.Made); ; m.name = backupName(m.m.Made) {
		if _, err := os.Lstat(filepath.Join(dir, m.name)); errors.Is(err, os.ErrNotExist) {
			break
		}
		m.m.Made = m.m.Made.Add(time.Second) // a name is never used twice
	}
	m.half = filepath.Join(dir, halfBackup+m.name)
	var err error
	if m.m.Recipient != "" {
		if m.recipients, err = ParseRecipient(m.m.Recipient); err != nil {
			return nil, err
		}
	}
	m.before, m.older, err = newestBackup(dir)
	return m, err
}

// ParseRecipient reads a public key of age.
func ParseRecipient(key string) ([]age.Recipient, error) {
	list, err := age.ParseRecipients(strings.NewReader(key))
	if err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Khóa công khai để mã hóa bản sao lưu không đọc được: %.40q. Khóa có dạng age1…, do lệnh age-keygen in ra.", key)
	}
	return list, nil
}

// make fills the folder, proves what is in it and gives it its name. The database is copied first: what its records name was
// on disk before they did, and so is there when the files are taken.
func (m *maker) make() error {
	if err := m.room(); err != nil {
		return err
	}
	if err := os.Mkdir(m.half, 0o700); err != nil {
		return fmt.Errorf("make backup: %w", err)
	}
	for _, do := range []func() error{m.database, m.evidence, m.config} {
		if err := errors.Join(m.ctx.Err(), do()); err != nil {
			return err
		}
	}
	if err := writeManifest(m.half, m.m); err != nil {
		return err
	}
	return publishBackup(m.half, filepath.Join(m.dir, m.name))
}

// room refuses to begin what the disk could not hold: the database, twice while it is being encrypted, and all evidence that
// no earlier backup has.
func (m *maker) room() error {
	need, err := m.store.Size()
	if err != nil {
		return err
	}
	if len(m.recipients) > 0 {
		need *= 2
	}
	ids, sizes, err := evidenceIn(m.App.dir)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := m.older.find(m.coded(evidencePath(id))); !ok {
			need += sizes[id]
		}
	}
	free, err := store.Free(m.dir)
	if err != nil {
		return err
	}
	if need += m.backups.plan.Reserve; free < need {
		return kpi.Errorf(kpi.NoSpace, "Ổ đĩa chứa thư mục sao lưu %s còn %s, cần ít nhất %s. Giải phóng dung lượng hoặc đổi khóa backup.dir, rồi sao lưu lại.",
			m.dir, kpi.FormatSize(free), kpi.FormatSize(need))
	}
	return nil
}

// coded returns the path under which a file of the backup lies.
func (m *maker) coded(path string) string {
	if len(m.recipients) > 0 {
		return path + codedSuffix
	}
	return path
}

// database copies the database and proves the copy: it is opened and read whole, and holds what the original held at that
// moment. Only then is it encrypted.
func (m *maker) database() error {
	plain := filepath.Join(m.half, store.FileName)
	live, err := m.store.Snapshot(plain)
	if err != nil {
		return err
	}
	copied, err := m.backups.verify(m.ctx, plain)
	if err != nil {
		m.log.Error("backup is not whole", "name", m.name, "err", err)
		return kpi.Errorf(kpi.Invalid, "Bản sao vừa tạo không qua được kiểm tra nên đã bỏ: tệp số liệu có chỗ hỏng. Dừng dịch vụ và chạy «chiso doctor» để biết chỗ hỏng.")
	}
	if !copied.Same(live) {
		m.log.Error("backup holds something else", "name", m.name, "live", live, "copy", copied)
		return kpi.Errorf(kpi.Invalid, "Bản sao vừa tạo không khớp số liệu gốc nên đã bỏ: %d sự kiện so với %d. Sao lưu lại; nếu vẫn lỗi, dừng dịch vụ và chạy «chiso doctor».", copied.Events, live.Events)
	}
	m.m.Contents = copied
	if len(m.recipients) == 0 {
		f, err := m.hash(plain)
		m.add(store.FileName, f)
		return err
	}
	if err := m.encode(plain, store.FileName); err != nil {
		return err
	}
	return os.Remove(plain)
}

// encode writes the file from into the backup, encrypted if the plan says so.
func (m *maker) encode(from, path string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := writeFile(filepath.Join(m.half, filepath.FromSlash(m.coded(path))), m.store.Unhurried(in), m.recipients)
	m.add(m.coded(path), f)
	return err
}

// hash is hashFile for those who have time.
func (m *maker) hash(path string) (f BackupFile, err error) {
	in, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer in.Close()
	return hashOf(m.store.Unhurried(in))
}

func (m *maker) add(path string, f BackupFile) {
	f.Path = path
	m.m.Files = append(m.m.Files, f)
}

// config writes the configuration along.
func (m *maker) config() error {
	if len(m.backups.plan.Config) == 0 {
		return nil
	}
	f, err := writeFile(filepath.Join(m.half, m.coded(backupConfig)), bytes.NewReader(m.backups.plan.Config), m.recipients)
	m.add(m.coded(backupConfig), f)
	return err
}

// evidence takes the evidence files along: linked to the ones of the backup before, else to the originals, else copied. One that
// is not what its name says is left out and named in the manifest. New files are read, the others once a week.
func (m *maker) evidence() error {
	ids, _, err := evidenceIn(m.App.dir)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		err := m.evidenceFile(id)
		switch {
		case errors.Is(err, store.ErrDamaged):
			m.log.Error("evidence file is damaged", "file", id)
			m.m.Damaged = append(m.m.Damaged, id)
		case errors.Is(err, os.ErrNotExist): // taken away meanwhile
		case err != nil:
			return fmt.Errorf("back up evidence: %w", err)
		}
	}
	return m.missing(ids)
}

func (m *maker) evidenceFile(id kpi.FileID) error {
	path := m.coded(evidencePath(id))
	to := filepath.Join(m.half, filepath.FromSlash(path))
	from := filepath.Join(m.App.dir, filepath.FromSlash(evidencePath(id)))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if has, ok := m.older.find(path); ok && m.older.Recipient == m.m.Recipient && !m.readToday(id) {
		if os.Link(filepath.Join(m.before, filepath.FromSlash(path)), to) == nil {
			m.add(path, has)
			return nil
		}
	}
	f, err := m.hash(from)
	if err != nil {
		return err
	}
	if f.SHA256 != string(id) {
		return store.ErrDamaged
	}
	if len(m.recipients) == 0 && os.Link(from, to) == nil {
		m.add(path, f)
		return nil
	}
	return m.encode(from, evidencePath(id))
}

// readToday picks a seventh of the files each day, so that each is read once a week.
func (m *maker) readToday(id kpi.FileID) bool {
	return int(id[0]+id[1])%7 == int(m.m.Made.In(kpi.Location).Weekday())
}

// missing names the evidence that records speak of and the disk does not have.
func (m *maker) missing(have []kpi.FileID) error {
	return m.store.View(func(tx *store.Tx) error {
		named, err := tx.NamedFiles()
		if err != nil {
			return err
		}
		for _, id := range named {
			if !slices.Contains(have, id) {
				m.log.Error("evidence file is missing", "file", id)
				m.m.Damaged = append(m.m.Damaged, id)
			}
		}
		return nil
	})
}
