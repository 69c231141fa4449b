// Package web serves the pages: it parses a request, calls one use case of package app, and renders the answer. It is
// the only package that knows HTTP.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/static"
	"chiso/views"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/gofiber/template/html/v2"
	"github.com/valyala/fasthttp"
)

// Options are what the server stands on.
type Options struct {
	App      *app.App
	Log      *slog.Logger // nil: discard
	Version  string
	Province string   // «Tỉnh Đắk Lắk»
	Support  string   // hotline shown in the footer
	Hosts    []string // host names that requests may name, beside IP addresses and localhost
	Proxies  []string // addresses of reverse proxies whose X-Forwarded-For counts
	Secure   bool     // served over TLS, here or by a proxy: cookies are Secure
	Demo     []Account
	Static   *static.Files // nil: made anew of those in the program

	CertificateEnds func() time.Time // last instant of the certificate that the server answers with; nil: it has none

	Dev bool // no caching of templates' assets in the browser; for work on the pages
}

// Account is an account that the sign-in page of the demo offers.
type Account struct {
	Login, Name, Does, Password string
}

// Server is the web side of the product.
type Server struct {
	Options
	fiber  *fiber.App
	views  *html.Engine
	stamps sync.Map // name of a partial → *stamp
	worded wordedTables

	started time.Time
	meter   meter

	listening atomic.Pointer[listener]
}

// bodyLimit holds one upload of 10 MB with its form around it; strangerLimit is for who has not signed in: what they
// send is in memory before anybody looks at it.
const bodyLimit, strangerLimit = 12 << 20, 64 << 10

// New builds the server and loads every template; a broken one is an error here, not a broken page later.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Static == nil {
		files, err := static.New()
		if err != nil {
			return nil, err
		}
		o.Static = files
	}
	s := &Server{Options: o, started: o.App.Now(), views: html.NewFileSystem(http.FS(views.FS), ".html")}
	s.views.AddFuncMap(s.funcs())
	if err := s.views.Load(); err != nil {
		return nil, fmt.Errorf("load templates: %w", err)
	}
	s.fiber = fiber.New(fiber.Config{
		Views: s.views, Immutable: true, CaseSensitive: true, StrictRouting: true,
		BodyLimit: bodyLimit, ReadBufferSize: 8 << 10, ReadTimeout: 120 * time.Second, WriteTimeout: 120 * time.Second, IdleTimeout: 60 * time.Second,
		ErrorHandler: s.failed, DisableStartupMessage: true, ServerHeader: "",
		EnableTrustedProxyCheck: true, TrustedProxies: o.Proxies,
	})
	s.fiber.Server().HeaderReceived = s.admit
	answer := s.fiber.Server().Handler
	s.fiber.Server().Handler = func(c *fasthttp.RequestCtx) { answer(knownMethod(c)) }
	s.fiber.Use(s.logged, recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: s.panicked}), strictHTTP, s.knownHost, headers)
	s.fiber.Get("/static/*", s.asset)
	s.fiber.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed}))
	for _, r := range s.routes() {
		s.fiber.Add(r.method, r.path, s.handler(r))
		if r.method == fiber.MethodGet {
			s.fiber.Head(r.path, s.handler(r))
		}
	}
	s.fiber.Use(func(c *fiber.Ctx) error {
		if err := c.Next(); errors.Is(err, fiber.ErrMethodNotAllowed) { // there is such a page: Fiber has set Allow
			return err
		}
		return kpi.Errorf(kpi.NotFound, "Không có trang này. Kiểm tra lại địa chỉ hoặc về trang đầu.")
	})
	return s, nil
}

// Serve answers requests on the listener until Shutdown.
func (s *Server) Serve(ln net.Listener) error {
	l := newListener(ln, s.bounded)
	s.listening.Store(l)
	return s.fiber.Listener(l)
}

// Shutdown stops listening, waits for running requests, and gives up after the timeout.
func (s *Server) Shutdown(timeout time.Duration) error {
	if l := s.listening.Load(); l != nil {
		l.stop()
	}
	return s.fiber.ShutdownWithTimeout(timeout)
}

// Test sends a request to the server without a network.
func (s *Server) Test(req *http.Request) (*http.Response, error) { return s.fiber.Test(req, -1) }

// asset serves a static file under its hashed name.
func (s *Server) asset(c *fiber.Ctx) error {
	f, ok := s.Static.Lookup(c.Path())
	if !ok {
		return kpi.Errorf(kpi.NotFound, "Không có tệp này.")
	}
	c.Set(fiber.HeaderContentType, f.ContentType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Vary(fiber.HeaderAcceptEncoding)
	if f.Gzip != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(f.Gzip)
	}
	return c.Send(f.Body)
}
