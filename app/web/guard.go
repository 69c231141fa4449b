package web

import (
	"bytes"
	"net"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
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
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsFunc(name, notToken) || line[len(line)-1] != '\r' || line[0] == ' ' || line[0] == '\t' || bytes.ContainsFunc(line[:len(line)-1], isControl) {
			return refuse(c)
		}
		key := strings.ToLower(string(name))
		if key == "transfer-encoding" && !strings.EqualFold(string(bytes.TrimSpace(value)), "chunked") {
			return refuse(c)
		}
		seen[key]++
	}
	length, encoding := seen["content-length"], seen["transfer-encoding"]
	if seen["host"] != 1 || length+encoding > 1 {
		return refuse(c)
	}
	return c.Next()
}

// admit bounds what is read of a request: whoever has not signed in before, and whatever only reads, gets little.
func (s *Server) admit(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	large := h.ContentLength() < 0 || h.ContentLength() > strangerLimit // only then is the session looked up
	if large && !h.IsGet() && !h.IsHead() && s.App.KnowsSession(string(h.Cookie(s.cookie("phien")))) {
		return fasthttp.RequestConfig{}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: strangerLimit}
}

// knownMethod lets a method that nobody knows be refused like TRACE: Fiber alone would answer without our headers.
func knownMethod(c *fasthttp.RequestCtx) *fasthttp.RequestCtx {
	if !slices.Contains(fiber.DefaultMethods, string(c.Method())) {
		c.Request.Header.SetMethod(fiber.MethodTrace)
	}
	return c
}

// bounded reports whether the connections of an address are counted: a proxy's are those of many, and this machine is not a stranger.
func (s *Server) bounded(addr string) bool {
	ip := net.ParseIP(addr)
	return ip != nil && !ip.IsLoopback() && !s.isProxy(addr)
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// notToken reports whether r may not stand in the name of a header.
func notToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

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
