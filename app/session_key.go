package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"chiso/store"
)

// FormKey returns the proof that a form with this nonce came from here: what guards the sign-in form, which has no
// session. It is "" if the store cannot be read.
func (a *App) FormKey(nonce string) string {
	var secret []byte
	err := a.store.View(func(tx *store.Tx) (err error) {
		secret, err = tx.Secret()
		return err
	})
	if err != nil || len(secret) == 0 {
		a.log.Error("read form secret", "err", err)
		return ""
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("form|" + nonce)) // the browser chooses the nonce; what else the secret is for begins otherwise
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// CheckFormKey reports whether value is the FormKey of the nonce.
func (a *App) CheckFormKey(nonce, value string) bool {
	key := a.FormKey(nonce)
	return key != "" && subtle.ConstantTimeCompare([]byte(key), []byte(value)) == 1
}
