package main

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"sync"
	"time"

	"chiso/app/kpi"
)

// certificateLook is how often the files of a certificate are looked at for a newer one.
const certificateLook = time.Minute

// certificate is a certificate from files, read anew when they change, without a restart.
type certificate struct {
	cert, key string

	mu     sync.Mutex
	pair   *tls.Certificate
	stamp  time.Time // newest change of the files that pair was read from
	looked time.Time
}

func newCertificate(cert, key string) (*certificate, error) {
	c := &certificate{cert: cert, key: key}
	if err := c.read(); err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Không đọc được chứng thư %s và khóa %s: %v", cert, key, err)
	}
	return c, nil
}

func (c *certificate) read() error {
	stamp := c.changed()
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return err
		}
	}
	c.pair, c.stamp = &pair, stamp
	return nil
}

// changed is when the newer of the two files was written, zero if one is missing.
func (c *certificate) changed() (newest time.Time) {
	for _, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return time.Time{}
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest
}

// current returns the newest certificate that could be read; half-written files leave the one in use.
func (c *certificate) current(now time.Time) *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.looked) >= certificateLook || now.Before(c.looked) {
		c.looked = now
		if stamp := c.changed(); !stamp.IsZero() && !stamp.Equal(c.stamp) {
			_ = c.read()
		}
	}
	return c.pair
}

// expires returns the last instant of the certificate in use.
func (c *certificate) expires() time.Time { return c.current(time.Now()).Leaf.NotAfter }

// config is how the server speaks TLS: 1.2 and later, with suites that are both authenticated and forward secret.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: modernSuites(),
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(time.Now()), nil }}
}

// modernSuites are the TLS 1.2 suites that are both authenticated and forward secret.
func modernSuites() []uint16 {
	return []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}
}
