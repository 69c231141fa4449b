package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chiso/app/kpi"
	"chiso/store"

	"filippo.io/age"
)

// writeFile writes what r gives to the new file path, encrypted if there are recipients, and returns its size and sum once it
// is on disk.
func writeFile(path string, r io.Reader, to []age.Recipient) (f BackupFile, err error) {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return f, fmt.Errorf("create %s: %w", path, err)
	}
	h := sha256.New()
	sum := &counter{w: io.MultiWriter(out, h)}
	if len(to) == 0 {
		_, err = io.Copy(sum, r)
	} else {
		err = encrypt(sum, r, to)
	}
	if err == nil {
		err = store.SyncFile(out)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return f, fmt.Errorf("write %s: %w", path, err)
	}
	return BackupFile{Size: sum.n, SHA256: sumOf(h)}, nil
}

func encrypt(w io.Writer, r io.Reader, to []age.Recipient) error {
	c, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	if _, err := io.Copy(c, r); err != nil {
		return err
	}
	return c.Close()
}

// counter counts the bytes that pass.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func sumOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// hashFile returns the size and the sum of a file.
func hashFile(path string) (f BackupFile, err error) {
	in, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer in.Close()
	return hashOf(in)
}

func hashOf(r io.Reader) (f BackupFile, err error) {
	h := sha256.New()
	f.Size, err = io.Copy(h, r)
	f.SHA256 = sumOf(h)
	return f, err
}

// copyFile writes a copy of the file from to the new file to, which must come out as want says.
func copyFile(from, to string, want BackupFile) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	got, err := writeFile(to, in, nil)
	if err != nil {
		return err
	}
	if got.Size != want.Size || got.SHA256 != want.SHA256 {
		return errors.Join(fmt.Errorf("copy of %s: %w", from, store.ErrDamaged), os.Remove(to))
	}
	return nil
}

// evidencePath is where the file of an id lies in a data folder and in a backup, with slashes.
func evidencePath(id kpi.FileID) string {
	return store.FileFolder + "/" + string(id[:2]) + "/" + string(id[2:])
}

// evidenceIn returns the ids of the evidence files in a data folder, in order, with their sizes.
func evidenceIn(dir string) (ids []kpi.FileID, sizes map[kpi.FileID]int64, err error) {
	sizes = map[kpi.FileID]int64{}
	root := filepath.Join(dir, store.FileFolder)
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // no evidence yet, or a file that was just taken away
			return nil
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		id := kpi.FileID(strings.ReplaceAll(filepath.ToSlash(rel), "/", ""))
		if !id.Valid() || evidencePath(id) != store.FileFolder+"/"+filepath.ToSlash(rel) {
			return nil // one that is still being written
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		ids, sizes[id] = append(ids, id), info.Size()
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list evidence: %w", err)
	}
	return ids, sizes, nil
}

// syncTree makes the names of all files below dir durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return store.SyncFolder(path)
	})
}

// copyBackup copies a finished backup into the folder dir on another disk, in the same way as it was made: under a
// temporary name, each file checked, renamed last. What an earlier backup there already holds is linked.
func copyBackup(ctx context.Context, from, dir string) (err error) {
	m, err := readManifest(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := sweepBackups(dir); err != nil {
		return err
	}
	name := filepath.Base(from)
	half := filepath.Join(dir, halfBackup+name)
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(half))
		}
	}()
	before, older, err := newestBackup(dir)
	if err != nil {
		return err
	}
	if err := os.Mkdir(half, 0o700); err != nil {
		return err
	}
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.FromSlash(f.Path)
		if err := os.MkdirAll(filepath.Dir(filepath.Join(half, path)), 0o700); err != nil {
			return err
		}
		if has, ok := older.find(f.Path); ok && has == f && os.Link(filepath.Join(before, path), filepath.Join(half, path)) == nil {
			continue
		}
		if err := copyFile(filepath.Join(from, path), filepath.Join(half, path), f); err != nil {
			return err
		}
	}
	if err := writeManifest(half, m); err != nil {
		return err
	}
	return publishBackup(half, filepath.Join(dir, name))
}

// newestBackup returns the folder of the newest backup in dir and its manifest, or nothing if there is none.
func newestBackup(dir string) (string, Manifest, error) {
	names, err := backupNames(dir)
	if err != nil {
		return "", Manifest{}, err
	}
	for _, name := range names {
		m, err := readManifest(filepath.Join(dir, name))
		if err == nil {
			return filepath.Join(dir, name), m, nil
		}
		if kpi.KindOf(err) != kpi.Invalid {
			return "", Manifest{}, err
		}
	}
	return "", Manifest{}, nil
}

// publishBackup gives a backup that is whole and on disk its name.
func publishBackup(half, path string) error {
	if err := syncTree(half); err != nil {
		return fmt.Errorf("sync backup: %w", err)
	}
	if err := os.Rename(half, path); err != nil {
		return fmt.Errorf("name backup: %w", err)
	}
	return store.SyncFolder(filepath.Dir(path))
}

// NewestBackup returns the folder of the newest backup in dir, "" if there is none that can be read.
func NewestBackup(dir string) string {
	if dir == "" {
		return ""
	}
	path, _, err := newestBackup(dir)
	if err != nil {
		return ""
	}
	return path
}
