package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// handshake connects a client that trusts only the authority in dir to a server with the certificate, under a name.
func handshake(t *testing.T, dir string, cert *certificate, name string) (*x509.Certificate, error) {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(dir, caCertName))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	near, far := net.Pipe()
	defer near.Close()
	go func() { _ = tls.Server(far, cert.config()).Handshake() }()
	client := tls.Client(near, &tls.Config{RootCAs: roots, ServerName: name})
	if err := client.Handshake(); err != nil {
		return nil, err
	}
	return client.ConnectionState().PeerCertificates[0], nil
}

func TestTLSInit(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tls")
	init := func() { chiso(t, "", "tls", "init", "--host", "chiso.test, 10.1.2.3", "--out", dir).exits(exitOK) }
	init()
	cert, err := newCertificate(filepath.Join(dir, serverCertName), filepath.Join(dir, serverKeyName))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"chiso.test", "10.1.2.3", "localhost", "127.0.0.1"} {
		if _, err := handshake(t, dir, cert, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := handshake(t, dir, cert, "other.test"); err == nil {
		t.Error("a name that the certificate lacks is accepted")
	}
	for _, name := range []string{caKeyName, serverKeyName} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}

	old, err := handshake(t, dir, cert, "chiso.test")
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, caCertName))
	if err != nil {
		t.Fatal(err)
	}
	init() // again: a new certificate of the same authority, which the server takes up by itself
	if again, err := os.ReadFile(filepath.Join(dir, caCertName)); err != nil || string(again) != string(ca) {
		t.Error("the authority was replaced")
	}
	future := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, serverCertName), future, future); err != nil {
		t.Fatal(err)
	}
	cert.looked = time.Time{}
	if now, err := handshake(t, dir, cert, "chiso.test"); err != nil || now.SerialNumber.Cmp(old.SerialNumber) == 0 {
		t.Errorf("still the old certificate, %v", err)
	}

	if err := os.WriteFile(filepath.Join(dir, serverKeyName), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, serverKeyName), future.Add(time.Hour), future.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	cert.looked = time.Time{}
	if _, err := handshake(t, dir, cert, "chiso.test"); err != nil {
		t.Errorf("a key that cannot be read took the service down: %v", err)
	}
	chiso(t, "", "tls", "init", "--host", "other.test", "--out", dir).exits(exitRefused).complains("other.test", "--out")
}

// The authority can sign for its own hosts alone: a certificate of it for another site is not believed.
func TestTLSInit_AuthorityIsBound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Now()
	ca, _, err := authority(dir, []string{"localhost", "127.0.0.1", "chiso.test"}, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"bank.test", "10.9.9.9"} {
		if err := issue(dir, ca, []string{host}, now); err != nil {
			t.Fatal(err)
		}
		cert, err := newCertificate(filepath.Join(dir, serverCertName), filepath.Join(dir, serverKeyName))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := handshake(t, dir, cert, host); err == nil {
			t.Errorf("%s is believed", host)
		}
	}
}

func TestTLSInit_WrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"init"}, {"make", "--host", "a.test"}, {"init", "--host", "https://a.test"}, {"init", "--host", "*.test"}, {"init", "--host", "a.test,,b.test"}} {
		chiso(t, "", append(append([]string{"tls"}, args...), "--out", filepath.Join(t.TempDir(), "tls"))...).exits(exitUsage)
	}
}
