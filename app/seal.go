package app

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// KeyFileName is the name of the file with the keys of sealed texts where the configuration names no other: in the data
// folder, beside the database. Backups do not hold it, so that a stolen copy does not open what is sealed.
const KeyFileName = "khoa-bao-mat"

// keyring holds the keys of sealed texts. The first one seals, all of them open. The zero keyring opens nothing.
//
// Its file has one key a line, its id and its 32 bytes in base64; lines that begin with # are for people.
type keyring []sealKey

type sealKey struct {
	id   string
	aead cipher.AEAD // AES-256-GCM
	mark []byte      // key of the marks
}

// sealVersion begins every sealed text, and says how it was sealed.
const sealVersion = "v1"

// readKeys reads the keys in the file path; a file that is not there holds none.
func readKeys(path string) (keyring, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	var ring keyring
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		id, code, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		if id == "" || strings.HasPrefix(id, "#") {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(code))
		if err != nil || len(raw) != 32 || len(id) != 8 {
			return nil, kpi.Errorf(kpi.Unavailable, "Tệp khóa %s hỏng. Chép lại tệp từ bản niêm phong.", path)
		}
		k, err := newSealKey(id, raw)
		if err != nil {
			return nil, err
		}
		ring = append(ring, k)
	}
	return ring, nil
}

func newSealKey(id string, raw []byte) (sealKey, error) {
	k := sealKey{id: id}
	secret, err := hkdf.Expand(sha256.New, raw, "chiso seal "+sealVersion, 32)
	if err != nil {
		return k, fmt.Errorf("derive key: %w", err)
	}
	if k.mark, err = hkdf.Expand(sha256.New, raw, "chiso mark "+sealVersion, 32); err != nil {
		return k, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return k, fmt.Errorf("make cipher: %w", err)
	}
	k.aead, err = cipher.NewGCM(block)
	return k, err
}

// addKey puts a new key before those in the file path, which it makes if it is not there: mode 0600, on the disk
// before anything is sealed with it.
func addKey(path string) (err error) {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read keys: %w", err)
	}
	line := hex.EncodeToString(randomBytes(4)) + " " + base64.StdEncoding.EncodeToString(randomBytes(32)) + "\n"
	f, err := os.OpenFile(path+".moi", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return store.DiskError(err, filepath.Dir(path))
	}
	_, err = f.Write(append([]byte(line), old...))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return store.DiskError(err, filepath.Dir(path))
	}
	return store.SyncFolder(filepath.Dir(path))
}

// seal encrypts a text that belongs to place, the table and key of its record: moved elsewhere it does not open.
func (r keyring) seal(place, text string) kpi.Sealed {
	k := r[0]
	nonce := randomBytes(k.aead.NonceSize())
	body := k.aead.Seal(nonce, nonce, []byte(text), []byte(place))
	return kpi.Sealed{Text: sealVersion + ":" + k.id + ":" + base64.RawStdEncoding.EncodeToString(body), Mark: k.markOf(text)}
}

// open decrypts what seal encrypted for the same place; ok is false without its key and for anything else.
func (r keyring) open(place string, s kpi.Sealed) (text string, ok bool) {
	version, rest, _ := strings.Cut(s.Text, ":")
	id, code, _ := strings.Cut(rest, ":")
	body, err := base64.RawStdEncoding.DecodeString(code)
	if version != sealVersion || err != nil {
		return "", false
	}
	for _, k := range r {
		if k.id != id || len(body) < k.aead.NonceSize() {
			continue
		}
		n := k.aead.NonceSize()
		plain, err := k.aead.Open(nil, body[:n], body[n:], []byte(place))
		return string(plain), err == nil
	}
	return "", false
}

// marked reports whether s was sealed from text. Without the key of s it is false.
func (r keyring) marked(s kpi.Sealed, text string) bool {
	for _, k := range r {
		if hmac.Equal([]byte(k.markOf(text)), []byte(s.Mark)) {
			return true
		}
	}
	return false
}

// markOf returns the same for the same text, from which the text cannot be found without the key.
func (k sealKey) markOf(text string) string {
	mac := hmac.New(sha256.New, k.mark)
	mac.Write([]byte(text))
	return k.id + ":" + base64.RawStdEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// sealing returns the keys to seal with, and makes the first one. It does not begin anew where something was sealed with
// a key that is now missing: whoever holds that key must bring it back.
func (a *App) sealing() (keyring, error) {
	a.keyMu.Lock()
	defer a.keyMu.Unlock()
	ring, err := readKeys(a.keyFile)
	if err != nil || len(ring) > 0 {
		return ring, err
	}
	missing := kpi.Errorf(kpi.Unavailable, "Thiếu tệp khóa %s nên chưa ghi được. Quản trị máy chủ chép lại tệp khóa rồi thử lại.", filepath.Base(a.keyFile))
	err = a.store.View(func(tx *store.Tx) error {
		sealed := 0
		err := eachSealed(tx, func(string, kpi.Sealed) { sealed++ })
		if err == nil && sealed > 0 {
			return missing
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := addKey(a.keyFile); err != nil {
		return nil, err
	}
	return readKeys(a.keyFile)
}

// eachSealed calls fn for every sealed text with its place.
func eachSealed(tx *store.Tx, fn func(place string, s kpi.Sealed)) error {
	for _, login := range tx.Factors() {
		f, _, err := tx.Factor(login)
		if err != nil {
			return err
		}
		fn(factorPlace(login), f.Seed)
	}
	list, err := tx.FocalPoints("")
	for _, f := range list {
		if !f.Citizen.IsZero() {
			fn(f.Object(), f.Citizen)
		}
	}
	return err
}

// keys returns the keys to open with; without a file that can be read there are none, and the program goes on.
func (a *App) keys() keyring {
	ring, err := readKeys(a.keyFile)
	if err != nil {
		a.log.Error("read keys of sealed texts", "err", err)
	}
	return ring
}

// KeyFile returns the path of the file with the keys of sealed texts.
func (a *App) KeyFile() string { return a.keyFile }
