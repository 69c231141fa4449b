package web

import (
	"encoding/base64"

	"golang.org/x/crypto/argon2"
)

var testSalt = base64.RawStdEncoding.EncodeToString([]byte("0123456789abcdef"))

// testKey is the argon2id key of a password with m=64, t=1, p=1 and testSalt.
func testKey(password string) string {
	return base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(password), []byte("0123456789abcdef"), 1, 64, 1, 32))
}
