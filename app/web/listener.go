package web

import (
	"net"
	"sync"
)

// listener knows the connections on which nothing has been asked yet. Browsers open some ahead; fasthttp takes them
// for requests under way and would wait for them when it shuts down.
type listener struct {
	net.Listener
	mu       sync.Mutex
	silent   map[*conn]bool
	stopping bool
}

func newListener(ln net.Listener) *listener { return &listener{Listener: ln, silent: map[*conn]bool{}} }

// Accept returns the next connection.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	x := &conn{Conn: c, from: l}
	if l.stopping {
		_ = c.Close() // its reader is told
	} else {
		l.silent[x] = true
	}
	return x, nil
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

// conn is a connection of a listener. Only the goroutine that serves it reads from it.
type conn struct {
	net.Conn
	from  *listener
	asked bool
}

// Read reads from the connection.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.asked {
		c.asked = true
		c.from.forget(c)
	}
	return n, err
}

// Close closes the connection.
func (c *conn) Close() error {
	c.from.forget(c)
	return c.Conn.Close()
}
