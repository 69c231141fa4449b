package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"

	"filippo.io/age"
)

// Vault reads backups: it checks one, or puts one back.
type Vault struct {
	Now    func() time.Time
	Verify func(context.Context, string) (store.Contents, error) // reads a whole database file
	Keys   []age.Identity                                        // private keys for encrypted backups, none: they stay closed
}

// ParseKeys reads a file of private keys as age-keygen writes it.
func ParseKeys(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Không đọc được tệp khóa %s: %v", path, err)
	}
	defer f.Close()
	keys, err := age.ParseIdentities(f)
	if err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Tệp %s không phải là tệp khóa riêng do age-keygen tạo.", path)
	}
	return keys, nil
}

// Check reads every file of the backup in dir and opens its database, unless that is encrypted and there is no key; opened tells
// which. It fails with a sentence about the first thing that is not as it was made.
func (v Vault) Check(ctx context.Context, dir string) (m Manifest, opened bool, err error) {
	if m, err = readManifest(dir); err != nil {
		return m, false, err
	}
	if err := checkFiles(dir, m); err != nil {
		return m, false, err
	}
	database := filepath.Join(dir, store.FileName)
	if m.Recipient != "" {
		if len(v.Keys) == 0 {
			return m, false, nil
		}
		temp, err := os.MkdirTemp("", "chiso-verify-")
		if err != nil {
			return m, false, store.DiskError(err, os.TempDir())
		}
		defer os.RemoveAll(temp)
		database = filepath.Join(temp, store.FileName)
		if err := v.fetch(dir, m, store.FileName, database); err != nil {
			return m, false, store.DiskError(err, temp)
		}
	}
	return m, true, v.prove(ctx, dir, database, m)
}

// prove opens the database that came out of the backup in dir and compares it with the manifest.
func (v Vault) prove(ctx context.Context, dir, database string, m Manifest) error {
	got, err := v.Verify(ctx, database)
	if errors.Is(err, store.ErrDamaged) {
		return kpi.Errorf(kpi.Invalid, "Tệp số liệu trong bản sao lưu %s hỏng, không đọc hết được. Dùng bản khác.", dir)
	}
	if err != nil {
		return fmt.Errorf("open database of the backup: %w", err)
	}
	if !got.Same(m.Contents) {
		return kpi.Errorf(kpi.Invalid, "Tệp số liệu trong bản sao lưu %s không khớp %s: có %d sự kiện, đúng ra là %d. Có thể đã lẫn từ bản khác; dùng bản khác.",
			dir, backupManifest, got.Events, m.Contents.Events)
	}
	return nil
}

// fetch writes the file of the backup in dir that was made of path to the new file to, decrypted.
func (v Vault) fetch(dir string, m Manifest, path, to string) error {
	if m.Recipient != "" {
		path += codedSuffix
	}
	want, ok := m.find(path)
	if !ok {
		return kpi.Errorf(kpi.Invalid, "Bản sao lưu %s không có tệp %s. Dùng bản khác.", dir, path)
	}
	from := filepath.Join(dir, filepath.FromSlash(path))
	if m.Recipient == "" {
		return copyFile(from, to, want)
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	var plain io.Reader
	if len(v.Keys) > 0 {
		plain, err = age.Decrypt(in, v.Keys...)
	}
	if plain == nil || err != nil {
		return kpi.Errorf(kpi.Invalid, "Bản sao lưu %s được mã hóa và khóa riêng đưa vào không mở được. Dùng cờ --key với tệp khóa của %s.", dir, m.Recipient)
	}
	_, err = writeFile(to, plain, nil)
	return err
}

// Restore puts the backup in from back as the data folder dir, which no server may hold, and returns the manifest and where the
// database that was there before now lies, "" if there was none. The backup is checked first and proven once more as it
// lies in dir; only then do the databases change places, in one step. Sessions end, the search index is dropped and made
// anew. A restore that was cut off has changed nothing, or is whole.
func (v Vault) Restore(ctx context.Context, from, dir string) (m Manifest, old string, err error) {
	release, err := store.Hold(dir)
	if err != nil {
		return m, "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	if m, err = readManifest(from); err != nil {
		return m, "", err
	}
	if m.Recipient != "" && len(v.Keys) == 0 {
		return m, "", kpi.Errorf(kpi.Invalid, "Bản sao lưu %s được mã hóa. Thêm cờ --key với tệp khóa riêng của %s.", from, m.Recipient)
	}
	if err := checkFiles(from, m); err != nil {
		return m, "", err
	}
	old, err = v.stage(dir, func(staged, database string) error {
		if err := v.roomFor(dir, from, m); err != nil {
			return err
		}
		if err := v.fetch(from, m, store.FileName, database); err != nil {
			return err
		}
		if err := v.prove(ctx, from, database, m); err != nil {
			return err
		}
		if err := v.evidence(from, dir, m); err != nil {
			return err
		}
		return v.mark(staged, from, m.Contents)
	})
	return m, old, store.DiskError(err, dir)
}

// stage lets fill make the database in a folder inside dir, and then puts it in the place of the one in dir.
func (v Vault) stage(dir string, fill func(staged, database string) error) (old string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make data folder: %w", err)
	}
	staged := filepath.Join(dir, "khoi-phuc") // a data folder of its own until it is proven
	if err := os.RemoveAll(staged); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staged)) }()
	if err := os.Mkdir(staged, 0o700); err != nil {
		return "", err
	}
	database := filepath.Join(staged, store.FileName)
	if err := fill(staged, database); err != nil {
		return "", err
	}
	if err := os.RemoveAll(filepath.Join(dir, indexFolder)); err != nil {
		return "", fmt.Errorf("drop search index: %w", err)
	}
	return v.swap(dir, database)
}

// indexFolder is where the search index lies in the data folder; a server that finds none makes it.
const indexFolder = "search.bleve"

// roomFor refuses to begin what the disk could not hold.
func (v Vault) roomFor(dir, from string, m Manifest) error {
	need := int64(0)
	for _, f := range m.Files {
		if _, err := os.Stat(filepath.Join(dir, strings.TrimSuffix(filepath.FromSlash(f.Path), codedSuffix))); err != nil || strings.HasPrefix(f.Path, store.FileName) {
			need += f.Size
		}
	}
	free, err := store.Free(dir)
	if err == nil && free < need {
		err = kpi.Errorf(kpi.NoSpace, "Ổ đĩa chứa %s còn %s, cần ít nhất %s để khôi phục %s. Giải phóng dung lượng rồi làm lại.", dir, kpi.FormatSize(free), kpi.FormatSize(need), from)
	}
	return err
}

// evidence puts the evidence files back that the data folder does not have, or no longer as they were. Files that the backup
// does not know stay: nothing is lost, and «chiso doctor» names them.
func (v Vault) evidence(from, dir string, m Manifest) error {
	for _, f := range m.Files {
		path, ok := strings.CutPrefix(strings.TrimSuffix(f.Path, codedSuffix), store.FileFolder+"/")
		id := kpi.FileID(strings.Replace(path, "/", "", 1))
		if !ok || !id.Valid() {
			continue
		}
		to := filepath.Join(dir, filepath.FromSlash(evidencePath(id)))
		has, err := hashFile(to)
		if err == nil && has.SHA256 == string(id) {
			continue
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := placeFile(dir, id, func(half string) error { return v.fetch(from, m, evidencePath(id), half) }); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, store.FileFolder)); err != nil {
		return nil // a backup without evidence
	}
	return syncTree(filepath.Join(dir, store.FileFolder))
}

// placeFile puts the file that write makes under a temporary name into the data folder dir.
func placeFile(dir string, id kpi.FileID, write func(half string) error) error {
	to := filepath.Join(dir, filepath.FromSlash(evidencePath(id)))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	half := filepath.Join(dir, store.FileFolder, "new-"+string(id)) // the store removes what a crash leaves of it
	if err := removeFile(half); err != nil {
		return err
	}
	if err := write(half); err != nil {
		return err
	}
	return os.Rename(half, to)
}

// mark ends the sessions in the staged database and logs that it was restored. A database of an older schema is brought up to
// date by this.
func (v Vault) mark(staged, from string, c store.Contents) error {
	st, err := store.Open(staged)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s: %d sự kiện, %s", filepath.Base(from), c.Events, c.Tree)
	actor := kpi.System(v.Now().UTC().Truncate(time.Millisecond))
	err = st.Restored(actor.Event(kpi.VerbRestore, "backup/"+filepath.Base(from), "", text, ""))
	return errors.Join(err, st.Close())
}

// swap gives the database in dir a dated name beside itself and puts the staged one in its place.
func (v Vault) swap(dir, staged string) (old string, err error) {
	path := filepath.Join(dir, store.FileName)
	if _, err := os.Stat(path); err == nil {
		for at := v.Now().In(kpi.Location); ; at = at.Add(time.Second) { // a name is never used twice
			old = path + ".cu-" + at.Format(backupStamp)
			if _, err := os.Lstat(old); errors.Is(err, fs.ErrNotExist) {
				break
			}
		}
		if err := store.KeepAs(path, old); err != nil {
			return "", fmt.Errorf("keep the old database: %w", err)
		}
	}
	if err := os.Rename(staged, path); err != nil {
		return "", fmt.Errorf("put the database in place: %w", err)
	}
	return old, store.SyncFolder(dir)
}
