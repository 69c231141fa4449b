package main

import (
	"crypto/tls"
	"errors"
	"net"

	"chiso/app/kpi"
)

// listener is where the server is reached, with its certificate if it has one.
type listener struct {
	net.Listener
	cert *certificate
}

// open opens the address of the configuration.
func (c config) open() (*listener, error) {
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Không mở được địa chỉ %s: %v. Có thể cổng đang được chương trình khác dùng.", c.Listen, err)
	}
	if c.TLSCert == "" {
		return &listener{Listener: ln}, nil
	}
	cert, err := newCertificate(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return &listener{tls.NewListener(ln, cert.config()), cert}, nil
}

// url is the address as a browser takes it.
func (l *listener) url() string {
	if l.cert != nil {
		return "https://" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}
