package web

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// perAddress is how many connections one address may have open. Behind one there may be a whole office.
const perAddress = 200

// listener bounds the connections of an address. It knows those on which nothing has been asked yet: browsers open some
// ahead; fasthttp takes them for requests under way and would wait for them when it shuts down.
type listener struct {
	net.Listener
	bounded  func(addr string) bool
	mu       sync.Mutex
	open     map[string]int // connections of each bounded address
	silent   map[*conn]bool
	stopping bool

	large    chan struct{} // those whose large bodies are in memory
	patience time.Duration // for which one waits before it is sent
}

func newListener(ln net.Listener, bounded func(addr string) bool) *listener {
	return &listener{Listener: ln, bounded: bounded, open: map[string]int{}, silent: map[*conn]bool{}, large: make(chan struct{}, largeAtOnce), patience: largePatience}
}

// Accept returns the next connection. One too many from its address is closed unanswered.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if x := l.admit(c); x != nil {
			return x, nil
		}
		_ = c.Close() // nobody waits for it
	}
}

// admit counts a connection, or returns nil if its address has too many.
func (l *listener) admit(c net.Conn) *conn {
	x := &conn{Conn: c, from: l}
	if addr, _, err := net.SplitHostPort(c.RemoteAddr().String()); err == nil && l.bounded(addr) {
		x.addr = addr
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if x.addr != "" {
		if l.open[x.addr] >= perAddress {
			return nil
		}
		l.open[x.addr]++
	}
	if l.stopping {
		_ = c.Close() // its reader is told
	} else {
		l.silent[x] = true
	}
	return x
}

// stop closes the connections on which nothing has been asked, and those still to come.
func (l *listener) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopping = true
	for c := range l.silent {
		_ = c.Conn.Close() // its reader is told
	}
	clear(l.silent)
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.silent, c)
}

// release takes a connection out of the count.
func (l *listener) release(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.silent, c)
	if c.addr == "" {
		return
	}
	if l.open[c.addr]--; l.open[c.addr] == 0 {
		delete(l.open, c.addr)
	}
	c.addr = ""
}

// conn is a connection of a listener. Only the goroutine that serves it reads from it.
type conn struct {
	net.Conn
	from  *listener
	addr  string // under which it is counted, "" if it is not, or no longer
	asked bool

	unanswered int         // bytes read since the last answer
	large      atomic.Bool // counted in from.large
	refused    bool        // did not come to be counted in time
}

// Read reads from the connection.
func (c *conn) Read(p []byte) (int, error) {
	switch {
	case c.large.Load():
	case c.unanswered <= strangerLimit:
		p = p[:min(len(p), strangerLimit+1-c.unanswered)] // or one read could bring all of a large body
	case !c.await():
		return 0, errCrowded
	}
	n, err := c.Conn.Read(p)
	c.unanswered += n
	if n > 0 && !c.asked {
		c.asked = true
		c.from.forget(c)
	}
	return n, err
}

// Write sends an answer, or a part of it.
func (c *conn) Write(p []byte) (int, error) {
	c.unanswered = 0
	c.leave()
	return c.Conn.Write(p)
}

// Close closes the connection.
func (c *conn) Close() error {
	c.leave()
	c.from.release(c)
	return c.Conn.Close()
}
