package web

import (
	"errors"
	"time"
)

// A body is whole in memory while it is read and looked at. Large ones, more than strangerLimit, take turns; small ones, all
// saves among them, never wait.
const (
	largeAtOnce   = 16
	largePatience = 30 * time.Second // less than a request may take to be read
	drainPatience = time.Second      // for the next bytes of a body that is not wanted
)

// errCrowded ends the reading of a large body whose turn did not come.
var errCrowded = errors.New("too many large bodies at once")

// crowdedText is what its sender is told.
const crowdedText = "Đang có nhiều người cùng gửi tệp lớn nên tệp này chưa được nhận. Đợi một phút rồi gửi lại; số liệu đã lưu không bị ảnh hưởng."

// await waits for the turn of a large body. If it does not come, the rest of the body is thrown away, for a browser that is
// still sending sees no answer, and false is returned.
func (c *conn) await() bool {
	if c.turn() {
		c.large.Store(true)
		return true
	}
	c.refused = true
	waste, end := make([]byte, 32<<10), time.Now().Add(c.from.patience)
	for left := bodyLimit; left > 0 && time.Now().Before(end); {
		if c.SetReadDeadline(time.Now().Add(min(drainPatience, c.from.patience))) != nil {
			break
		}
		n, err := c.Conn.Read(waste)
		if err != nil {
			break
		}
		left -= n
	}
	return false
}

// turn waits until there is room for one more large body, and takes it, as long as patience lasts.
func (c *conn) turn() bool {
	select {
	case c.from.large <- struct{}{}: // however late it is
		return true
	default:
	}
	late := time.NewTimer(c.from.patience)
	defer late.Stop()
	select {
	case c.from.large <- struct{}{}:
		return true
	case <-late.C:
		return false
	}
}

// leave ends the turn of a large body, if it is this connection's.
func (c *conn) leave() {
	if c.large.CompareAndSwap(true, false) {
		<-c.from.large
	}
}
