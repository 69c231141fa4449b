package app

import (
	"sync"

	"chiso/store"
)

// cache keeps what was made of records, for as long as those who ask for it find that it holds. The zero value is ready.
type cache[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]V
}

func (c *cache[K, V]) get(k K) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok = c.known[k]
	return v, ok
}

// put keeps what tx has read, in place of any other where there are most already. What may not be committed is not for others.
func (c *cache[K, V]) put(tx *store.Tx, k K, v V, most int) {
	if tx.Writable() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[K]V{}
	}
	if _, ok := c.known[k]; !ok && len(c.known) >= most {
		for other := range c.known {
			delete(c.known, other)
			break
		}
	}
	c.known[k] = v
}
