package app

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// The files of a backup beside the evidence. Encrypted, all but the manifest and the sums end in codedSuffix as well.
const (
	backupManifest = "manifest.json"
	backupSums     = "SHA256SUMS" // as «sha256sum -c» reads it, the manifest among them
	backupConfig   = "config.yaml"
	codedSuffix    = ".age"
)

// Manifest tells what a backup holds.
type Manifest struct {
	Made      time.Time      `json:"made"`
	Version   string         `json:"version"` // of the program
	Contents  store.Contents `json:"contents"`
	Recipient string         `json:"recipient,omitempty"` // public key to which the files are encrypted
	Damaged   []kpi.FileID   `json:"damaged,omitempty"`   // evidence that the disk no longer had whole
	Files     []BackupFile   `json:"files"`               // in order of path
}

// BackupFile is one file of a backup as it lies there, encrypted or not.
type BackupFile struct {
	Path   string `json:"path"` // with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// evidence returns how many of the files are evidence.
func (m Manifest) evidence() (n int) {
	for _, f := range m.Files {
		if strings.HasPrefix(f.Path, store.FileFolder+"/") {
			n++
		}
	}
	return n
}

// find returns the file at the path; ok is false if there is none.
func (m Manifest) find(path string) (f BackupFile, ok bool) {
	i, ok := slices.BinarySearchFunc(m.Files, path, func(f BackupFile, path string) int { return strings.Compare(f.Path, path) })
	if !ok {
		return f, false
	}
	return m.Files[i], true
}

// readManifest reads the manifest in the folder of a backup. The paths in it lead nowhere else.
func readManifest(dir string) (m Manifest, err error) {
	b, err := os.ReadFile(filepath.Join(dir, backupManifest))
	if errors.Is(err, fs.ErrNotExist) {
		return m, kpi.Errorf(kpi.Invalid, "Thư mục %s không phải là bản sao lưu của chiso: không có tệp %s.", dir, backupManifest)
	}
	if err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	broken := kpi.Errorf(kpi.Invalid, "Tệp %s của bản sao lưu %s hỏng hoặc đã bị sửa. Dùng bản sao lưu khác.", backupManifest, dir)
	if err := json.Unmarshal(b, &m); err != nil {
		return m, broken
	}
	for i, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) || strings.Contains(f.Path, `\`) || i > 0 && f.Path <= m.Files[i-1].Path {
			return m, broken
		}
	}
	return m, nil
}

// writeManifest writes the manifest and the sums of the files of the backup in dir.
func writeManifest(dir string, m Manifest) error {
	slices.SortFunc(m.Files, func(a, b BackupFile) int { return strings.Compare(a.Path, b.Path) })
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	own, err := writeFile(filepath.Join(dir, backupManifest), bytes.NewReader(append(b, '\n')), nil)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, f := range append(m.Files, BackupFile{Path: backupManifest, SHA256: own.SHA256}) {
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Path)
	}
	_, err = writeFile(filepath.Join(dir, backupSums), &sums, nil)
	return err
}

// checkFiles compares every file of the backup in dir with its manifest, and the manifest with the sums. It fails with a
// sentence about the first that is not what was written.
func checkFiles(dir string, m Manifest) error {
	if err := checkSums(dir, m); err != nil {
		return err
	}
	for _, f := range m.Files {
		got, err := hashFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return kpi.Errorf(kpi.Invalid, "Bản sao lưu %s thiếu tệp %s. Có thể bản này chép chưa xong; dùng bản khác.", dir, f.Path)
		case err != nil:
			return fmt.Errorf("check backup: %w", err)
		case got.Size != f.Size:
			return kpi.Errorf(kpi.Invalid, "Tệp %s trong bản sao lưu %s có %d byte, đúng ra là %d byte. Có thể bản này chép chưa xong; dùng bản khác.", f.Path, dir, got.Size, f.Size)
		case got.SHA256 != f.SHA256:
			return kpi.Errorf(kpi.Invalid, "Tệp %s trong bản sao lưu %s không còn như lúc sao lưu: mã SHA-256 khác. Dùng bản khác.", f.Path, dir)
		}
	}
	return nil
}

// checkSums compares the sums with the manifest: both were written together.
func checkSums(dir string, m Manifest) error {
	other := kpi.Errorf(kpi.Invalid, "Hai tệp %s và %s của bản sao lưu %s không khớp nhau: một trong hai đã bị sửa hoặc lẫn từ bản khác. Dùng bản khác.", backupManifest, backupSums, dir)
	b, err := os.ReadFile(filepath.Join(dir, backupSums))
	if errors.Is(err, fs.ErrNotExist) {
		return kpi.Errorf(kpi.Invalid, "Bản sao lưu %s thiếu tệp %s. Có thể bản này chép chưa xong; dùng bản khác.", dir, backupSums)
	}
	if err != nil {
		return fmt.Errorf("read sums: %w", err)
	}
	own, err := hashFile(filepath.Join(dir, backupManifest))
	if err != nil {
		return err
	}
	want := map[string]string{backupManifest: own.SHA256}
	for _, f := range m.Files {
		want[f.Path] = f.SHA256
	}
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); n++ {
		sum, path, _ := strings.Cut(lines.Text(), "  ")
		if _, err := hex.DecodeString(sum); err != nil || sum == "" || want[path] != sum {
			return other
		}
	}
	if n != len(want) {
		return other
	}
	return nil
}

// list returns the backups in dir, the newest first.
func (b *backups) list(dir string) ([]Backup, error) {
	names, err := backupNames(dir)
	if err != nil {
		return nil, err
	}
	list := make([]Backup, 0, len(names))
	for _, name := range names {
		one, err := b.read(dir, name)
		if kpi.KindOf(err) == kpi.Invalid { // somebody else's folder, or one that was spoilt
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// read returns the backup of this name, from memory if it was read before.
func (b *backups) read(dir, name string) (Backup, error) {
	b.mu.Lock()
	one, ok := b.known[name]
	b.mu.Unlock()
	if ok {
		return one, nil
	}
	m, err := readManifest(filepath.Join(dir, name))
	if err != nil {
		return one, err
	}
	one = Backup{Name: name, Made: m.Made, Files: m.evidence(), Events: m.Contents.Events, Cells: m.Contents.Counts["cell"],
		Damaged: len(m.Damaged), Coded: m.Recipient != ""}
	for _, f := range m.Files {
		one.Size += f.Size
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]Backup{}
	}
	b.known[name] = one
	return one, nil
}
