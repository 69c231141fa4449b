package app

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what the apps on phones know; HMAC does not need more
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"
)

const (
	codeStep   = 30 // seconds that a code lasts
	codeSkew   = 1  // steps that a phone's clock may be off, to either side
	codeDigits = 6
	seedSize   = 20 // bytes
)

// totp returns the code of a time step by RFC 6238 with SHA-1.
func totp(seed []byte, step int64) string {
	mac := hmac.New(sha1.New, seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// totpStep returns the step that the code belongs to, ok only if it is one of those about now and after last.
func totpStep(seed []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	current := now.Unix() / codeStep
	for at := current - codeSkew; at <= current+codeSkew; at++ {
		if subtle.ConstantTimeCompare([]byte(totp(seed, at)), []byte(code)) == 1 && at > last {
			step, ok = at, true
		}
	}
	return step, ok
}
