package web

import (
	"bytes"
	"net"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// strictHTTP refuses requests that fasthttp lets through although two servers could read them differently: bare line
// feeds, folded or doubled headers, control characters, no host.
func strictHTTP(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodTrace {
		return fiber.ErrMethodNotAllowed
	}
	seen := map[string]int{}
	for line := range bytes.SplitSeq(c.Request().Header.RawHeaders(), []byte("\n")) {
		if len(line) == 0 || string(line) == "\r" {
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || line[len(line)-1] != '\r' || line[0] == ' ' || line[0] == '\t' || bytes.ContainsFunc(line[:len(line)-1], isControl) {
			return refuse(c)
		}
		seen[strings.ToLower(string(name))]++
	}
	length, encoding := seen["content-length"], seen["transfer-encoding"]
	if seen["host"] != 1 || length+encoding > 1 {
		return refuse(c)
	}
	return c.Next()
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// refuse answers 400 and closes the connection, whose next bytes cannot be trusted.
func refuse(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return fiber.ErrBadRequest
}

// knownHost refuses a Host that is neither an address, nor localhost, nor one of the configured names: a page of
// another name that resolves to this server could otherwise read its answers.
func (s *Server) knownHost(c *fiber.Ctx) error {
	host := c.Hostname()
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || net.ParseIP(host) != nil || slices.Contains(s.Hosts, host) {
		return c.Next()
	}
	return fiber.NewError(fiber.StatusMisdirectedRequest, "unknown host")
}

// headers sets what every answer carries, errors included.
func headers(c *fiber.Ctx) error {
	secureHeaders(c)
	return c.Next()
}

func secureHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "+
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set(fiber.HeaderCacheControl, "no-store")
}
