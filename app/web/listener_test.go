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

	began := time.Now()
	if err := s.srv.Shutdown(30 * time.Second); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("shutdown took %s", took)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}
