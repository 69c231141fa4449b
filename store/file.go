package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"chiso/app/kpi"
)

// FileFolder is the folder inside the data folder that holds the files of evidence and guidance. A file lies under
// its own SHA-256, ab/cdef…, is written once and never changed.
const FileFolder = "files"

// halfFile begins the names of files that are still being written.
const halfFile = "new-"

// PutFile keeps what r gives and returns its id and its size in bytes; the same content twice is one file. When it
// returns, the file is on disk, so that a transaction may name it. It fails with a kpi.TooLarge error when there are
// more than limit bytes.
func (s *Store) PutFile(r io.Reader, limit int64) (id kpi.FileID, size int64, err error) {
	root := s.fileFolder()
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", 0, fmt.Errorf("make file folder: %w", err)
	}
	half, err := os.CreateTemp(root, halfFile+"*") // 0600
	if err != nil {
		return "", 0, fmt.Errorf("create file: %w", err)
	}
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(half, h), io.LimitReader(r, limit+1))
	if err == nil && size > limit {
		err = kpi.Errorf(kpi.TooLarge, "Tệp lớn hơn %d MB. Giảm dung lượng tệp hoặc chia thành nhiều tệp rồi gửi lại.", limit>>20)
	}
	if err == nil {
		err = half.Sync()
	}
	err = errors.Join(err, half.Close())
	if err == nil {
		id = kpi.FileID(hex.EncodeToString(h.Sum(nil)))
		err = s.publish(half.Name(), id, size)
	}
	if err != nil {
		return "", 0, fmt.Errorf("put file: %w", errors.Join(err, removeFile(half.Name())))
	}
	s.journal.Load().addFile(id)
	return id, size, nil
}

// publish gives the written file its name, and makes the name durable also when another writer gave it just before.
func (s *Store) publish(half string, id kpi.FileID, size int64) error {
	path := s.filePath(id)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.Size() == size:
		err = os.Remove(half)
	case err == nil || errors.Is(err, fs.ErrNotExist): // none, or one that lost its end
		err = os.Rename(half, path)
	}
	return errors.Join(err, syncDir(filepath.Dir(path)), syncDir(s.fileFolder()))
}

// OpenFile opens a stored file for reading; the caller closes it. It fails with ErrFileDamaged when there is none: only
// ids that a record names are asked for.
func (s *Store) OpenFile(id kpi.FileID) (*os.File, error) {
	if !id.Valid() {
		return nil, fmt.Errorf("file %q: not an id: %w", id, ErrFileDamaged)
	}
	f, err := os.Open(s.filePath(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("file %s is missing: %w", id, ErrFileDamaged)
	}
	return f, err
}

// VerifyFile returns ErrFileDamaged unless the stored file has the content that its id names.
func (s *Store) VerifyFile(id kpi.FileID) error {
	f, err := s.OpenFile(id)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read file %s: %w", id, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != string(id) {
		return fmt.Errorf("file %s has other content: %w", id, ErrFileDamaged)
	}
	return nil
}

// Files yields the id of every stored file, in order, without reading them. What is no stored file is passed over.
func (s *Store) Files() iter.Seq2[kpi.FileID, error] {
	return func(yield func(kpi.FileID, error) bool) {
		folders, err := readDir(s.fileFolder())
		for _, folder := range folders {
			if !folder.IsDir() || err != nil {
				continue
			}
			var files []fs.DirEntry
			files, err = readDir(filepath.Join(s.fileFolder(), folder.Name()))
			for _, file := range files {
				id := kpi.FileID(folder.Name() + file.Name())
				if id.Valid() && len(folder.Name()) == 2 && file.Type().IsRegular() && !yield(id, nil) {
					return
				}
			}
		}
		if err != nil {
			yield("", fmt.Errorf("list files: %w", err))
		}
	}
}

// dropHalfFiles removes what a crash left of files that were being written.
func (s *Store) dropHalfFiles() error {
	entries, err := readDir(s.fileFolder())
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), halfFile) {
			err = errors.Join(err, removeFile(filepath.Join(s.fileFolder(), e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("remove half-written files: %w", err)
	}
	return nil
}

func (s *Store) fileFolder() string { return filepath.Join(filepath.Dir(s.db.Path()), FileFolder) }

// filePath is where a file of a valid id lies.
func (s *Store) filePath(id kpi.FileID) string {
	return filepath.Join(s.fileFolder(), string(id[:2]), string(id[2:]))
}

// readDir is os.ReadDir; a folder that is not there is an empty one.
func readDir(path string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
