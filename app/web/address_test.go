package web

import (
	"net"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Only a trusted proxy says who asks, and only the address that it has written itself counts.
func TestClientAddr(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, socket, forwarded, want string
		proxies                       []string
	}{
		{"no proxy", "10.0.0.9", "1.2.3.4", "10.0.0.9", nil},
		{"not the proxy", "10.0.0.9", "1.2.3.4", "10.0.0.9", []string{"10.0.0.5"}},
		{"proxy", "10.0.0.5", "1.2.3.4", "1.2.3.4", []string{"10.0.0.5"}},
		{"the client wrote the first", "10.0.0.5", "127.0.0.1, 1.2.3.4", "1.2.3.4", []string{"10.0.0.5"}},
		{"the proxy wrote a line of its own", "10.0.0.5", "127.0.0.1\n1.2.3.4", "1.2.3.4", []string{"10.0.0.5"}},
		{"two proxies", "10.0.0.5", "9.9.9.9, 1.2.3.4, 10.0.0.6", "1.2.3.4", []string{"10.0.0.0/24"}},
		{"junk", "10.0.0.5", "<script>", "10.0.0.5", []string{"10.0.0.5"}},
		{"junk before", "10.0.0.5", "<script>, 1.2.3.4", "1.2.3.4", []string{"10.0.0.5"}},
		{"nothing", "10.0.0.5", "", "10.0.0.5", []string{"10.0.0.5"}},
		{"the proxy adds the port", "10.0.0.5", "1.2.3.4:5678", "1.2.3.4", []string{"10.0.0.5"}},
		{"IPv6 with the port", "10.0.0.5", "[2001:db8::7]:5678", "2001:db8::7", []string{"10.0.0.5"}},
		{"IPv6", "::1", "2001:db8::7", "2001:db8::7", []string{"::1"}},
	}
	f := fiber.New()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var raw fasthttp.RequestCtx
			raw.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.ParseIP(tt.socket), Port: 1}, nil)
			for line := range strings.SplitSeq(tt.forwarded, "\n") {
				raw.Request.Header.Add(fiber.HeaderXForwardedFor, line)
			}
			c := f.AcquireCtx(&raw)
			defer f.ReleaseCtx(c)
			s := &Server{Options: Options{Proxies: tt.proxies}}
			if got := s.clientAddr(c); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
