package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"chiso/app/kpi"
)

const (
	uploadLife = time.Hour
	maxUploads = 8 // staged by one person at a time
)

// MaxUpload is the size of the largest file that is taken, in bytes.
const MaxUpload = 10 << 20

var reUpload = regexp.MustCompile(`^[0-9a-f]{32}$`)

// StageUpload keeps a file for the second step of an import and returns the id under which Staged finds it, for the
// same person and for an hour. Of more than maxUploads the oldest are let go.
func (a *App) StageUpload(actor kpi.Actor, name string, data []byte) (id string, err error) {
	if len(data) > MaxUpload {
		return "", kpi.Errorf(kpi.TooLarge, "Tệp lớn hơn %d MB. Chia tệp hoặc xóa hình ảnh trong tệp rồi gửi lại.", MaxUpload>>20)
	}
	if err := os.MkdirAll(a.uploadDir(), 0o700); err != nil {
		return "", fmt.Errorf("make upload folder: %w", err)
	}
	if err := a.makeRoom(actor); err != nil {
		return "", err
	}
	id = hex.EncodeToString(randomBytes(16))
	path := a.uploadPath(actor, id)
	temp := path + ".new"
	body := append([]byte(uploadName(name)+"\n"), data...)
	if err = os.WriteFile(temp, body, 0o600); err == nil {
		// The age of a file is told by the clock of the App.
		if err = os.Chtimes(temp, a.Now(), a.Now()); err == nil {
			err = os.Rename(temp, path)
		}
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("stage upload: %w", err), removeFile(temp))
	}
	return id, nil
}

// Staged returns a file that the actor has staged. It fails with NotFound for an id that is unknown, somebody else's
// or older than an hour.
func (a *App) Staged(actor kpi.Actor, id string) (name string, data []byte, err error) {
	gone := kpi.Errorf(kpi.NotFound, "Tệp đã tải lên không còn: đã quá một giờ hoặc đã được ghi. Chọn lại tệp.")
	if !reUpload.MatchString(id) {
		return "", nil, gone
	}
	path := a.uploadPath(actor, id)
	info, err := os.Stat(path)
	if err == nil && a.Now().Sub(info.ModTime()) >= uploadLife {
		return "", nil, gone
	}
	var body []byte
	if err == nil {
		body, err = os.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, gone
	}
	if err != nil {
		return "", nil, fmt.Errorf("read staged upload: %w", err)
	}
	head, data, ok := bytes.Cut(body, []byte("\n"))
	if !ok {
		return "", nil, fmt.Errorf("staged upload %s has no name", id)
	}
	return string(head), data, nil
}

// DropUpload forgets a file that the actor has staged. That there is none is no error.
func (a *App) DropUpload(actor kpi.Actor, id string) error {
	if !reUpload.MatchString(id) {
		return nil
	}
	return removeFile(a.uploadPath(actor, id))
}

// SweepUploads removes the staged files that are older than an hour.
func (a *App) SweepUploads() error {
	return a.eachUpload("*", func(path string, info fs.FileInfo) error {
		if a.Now().Sub(info.ModTime()) < uploadLife {
			return nil
		}
		return removeFile(path)
	})
}

// makeRoom lets go of the actor's oldest files until there is room for one more.
func (a *App) makeRoom(actor kpi.Actor) error {
	for {
		n, oldest, since := 0, "", time.Time{}
		err := a.eachUpload(uploader(actor)+"-*", func(path string, info fs.FileInfo) error {
			if n++; oldest == "" || info.ModTime().Before(since) {
				oldest, since = path, info.ModTime()
			}
			return nil
		})
		if err != nil || n < maxUploads {
			return err
		}
		if err := removeFile(oldest); err != nil {
			return err
		}
	}
}

// eachUpload calls fn for the staged files whose name fits the pattern.
func (a *App) eachUpload(pattern string, fn func(path string, info fs.FileInfo) error) error {
	paths, err := filepath.Glob(filepath.Join(a.uploadDir(), pattern))
	if err != nil {
		return fmt.Errorf("list uploads: %w", err)
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) { // taken away meanwhile
			continue
		}
		if err == nil {
			err = fn(path, info)
		}
		if err != nil {
			return fmt.Errorf("staged upload: %w", err)
		}
	}
	return nil
}

func (a *App) uploadDir() string { return filepath.Join(a.dir, "upload") }

// uploadPath is where a file lies: the name begins with whose it is, so nobody reads another person's by its id.
func (a *App) uploadPath(actor kpi.Actor, id string) string {
	return filepath.Join(a.uploadDir(), uploader(actor)+"-"+id)
}

func uploader(actor kpi.Actor) string {
	h := sha256.Sum256([]byte(actor.User.Login))
	return hex.EncodeToString(h[:8])
}

// uploadName is the name that a file had on the person's computer, without the folders that some browsers send.
func uploadName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if r := []rune(name); len(r) > 120 { // its end tells the format
		name = string(r[:100]) + "…" + string(r[len(r)-19:])
	}
	return name
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
