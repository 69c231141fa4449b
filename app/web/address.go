package web

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// clientAddr returns the address of who asks: that of the socket, or, where the socket is a trusted proxy's, the last one in
// X-Forwarded-For that is not. What stands before it in the header was written by the client, who may write anything.
func (s *Server) clientAddr(c *fiber.Ctx) string {
	addr := c.Context().RemoteIP().String()
	if len(s.Proxies) == 0 || !s.isProxy(addr) {
		return addr
	}
	var list []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) { // some proxies add a line of their own
		list = append(list, strings.Split(string(line), ",")...)
	}
	for i := len(list) - 1; i >= 0; i-- {
		text := strings.TrimSpace(list[i])
		ip, err := netip.ParseAddr(text)
		if with, bad := netip.ParseAddrPort(text); bad == nil { // some proxies add the port
			ip, err = with.Addr(), nil
		}
		if err != nil {
			break
		}
		if addr = ip.Unmap().String(); !s.isProxy(addr) {
			break
		}
	}
	return addr
}

// isProxy reports whether the address is one of the configured proxies or lies in a configured block.
func (s *Server) isProxy(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return false
	}
	for _, p := range s.Proxies {
		if block, err := netip.ParsePrefix(p); err == nil && block.Contains(ip.Unmap()) {
			return true
		}
		if one, err := netip.ParseAddr(p); err == nil && one.Unmap() == ip.Unmap() {
			return true
		}
	}
	return false
}
