package web

import (
	"net"
	"net/http"
	"testing"
	"time"
)

// A browser that connects ahead, and one that keeps its connection, do not hold up a shutdown.
func TestShutdown_SilentAndIdleConnections(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.srv.Serve(ln) }()
	address := ln.Addr().String()
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	browser := &http.Client{Transport: &http.Transport{}}
	res, err := browser.Get("http://" + address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}

	if err := s.srv.Shutdown(10 * time.Second); err != nil { // one that waits for the silent one gives up with an error
		t.Errorf("shutdown: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// farConn is a connection from an address.
type farConn struct {
	net.Conn
	addr string
}

func (c farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(c.addr), Port: 1} }
func (c farConn) Close() error         { return nil }

// One address cannot take all connections; a proxy's and this machine's are not counted.
func TestListener_ConnectionsOfAnAddress(t *testing.T) {
	t.Parallel()
	s := &Server{Options: Options{Proxies: []string{"10.0.0.5"}}}
	l := newListener(nil, s.bounded)
	var last *conn
	for n := range perAddress {
		if last = l.admit(farConn{addr: "10.0.0.9"}); last == nil {
			t.Fatalf("connection %d refused", n+1)
		}
	}
	if l.admit(farConn{addr: "10.0.0.9"}) != nil {
		t.Error("one too many is admitted")
	}
	for _, addr := range []string{"10.0.0.5", "127.0.0.1", "::1"} {
		for range perAddress + 1 {
			if l.admit(farConn{addr: addr}) == nil {
				t.Fatalf("%s is counted", addr)
			}
		}
	}
	if l.admit(farConn{addr: "10.0.0.10"}) == nil {
		t.Error("another address is refused")
	}
	for range 2 { // a connection may be closed twice
		if err := last.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if l.admit(farConn{addr: "10.0.0.9"}) == nil || l.admit(farConn{addr: "10.0.0.9"}) != nil {
		t.Error("closing one does not make room for one")
	}
}
