package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"

	"github.com/gofiber/fiber/v2"
)

// request is one request of one person.
type request struct {
	*fiber.Ctx
	actor   kpi.Actor
	session store.Session
	token   string // of the session
	enrol   bool   // the person must set up a second factor first
	nonce   string // of the form key before sign-in
}

// need says who may use a route: everybody, everybody signed in, the roles of a task, or the roles of a workflow
// action at the unit that the path names.
type need struct {
	public bool
	task   kpi.Task
	action kpi.Action
	unit   bool // the person must be allowed to see the unit that the path names
	proof  bool // what is sent is done only for who has given their password within the last minutes
}

// check returns nil if the user may use the route.
func (n need) check(u kpi.User, unit string) error {
	switch {
	case n.action != "":
		return kpi.MayAct(u, n.action, unit)
	case n.unit:
		return kpi.MaySeeUnit(u, unit)
	case n.task != "":
		return kpi.May(u, n.task)
	}
	return nil
}

// handler turns a route into a Fiber handler: it finds out who asks, whether they may, and whether a form comes from
// this site, and only then calls the route.
func (s *Server) handler(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		req := &request{Ctx: c}
		c.Locals("route", r.method+" "+r.path)
		req.actor = kpi.Actor{At: s.App.Now(), Addr: s.clientAddr(c), Request: requestID(c)}
		if err := s.identify(req); err != nil && !r.need.public {
			return err
		}
		if !safe(c.Method()) {
			if err := s.sameSite(req); err != nil {
				return s.refused(req, r, err)
			}
			if err := s.App.MayWrite(); err != nil && !writesAnyway(r.path) {
				return err
			}
			req.actor.Seen, _ = strconv.ParseUint(req.FormValue("seen"), 10, 64) // none: 0
		}
		if r.need.public {
			return r.handle(s, req)
		}
		c.Locals("login", req.actor.User.Login)
		if req.actor.User.MustChange && r.path != "/tai-khoan" && r.path != "/dang-xuat" {
			return req.redirect("/tai-khoan")
		}
		if req.enrol && !strings.HasPrefix(r.path, "/tai-khoan") && r.path != "/dang-xuat" {
			return req.redirect(factorURL)
		}
		if unit := c.Params("unit"); unit != "" && kpi.MaySeeUnit(req.actor.User, unit) != nil && s.App.Inherits(req.actor.User, unit) {
			req.actor.User.Sees = []string{unit}
		}
		if err := r.need.check(req.actor.User, c.Params("unit")); err != nil {
			return s.refused(req, r, err)
		}
		if r.need.proof {
			if asked, err := s.askProof(req); asked || err != nil {
				return err
			}
		}
		err := r.handle(s, req)
		if kpi.KindOf(err) == kpi.Denied {
			return s.refused(req, r, err)
		}
		return err
	}
}

// refused puts the refusal of somebody signed in into the log, and returns it.
func (s *Server) refused(r *request, at route, err error) error {
	if r.actor.User.Login != "" {
		s.App.LogRefusal(r.actor, at.method+" "+at.path, r.Path(), err.Error())
	}
	return err
}

// writesAnyway reports whether a form is taken while no figures are: signing in and out, and what helps out of the trouble.
func writesAnyway(path string) bool {
	return strings.HasPrefix(path, "/dang-nhap") || path == "/dang-xuat" || path == backupsURL || strings.HasPrefix(path, statusURL)
}

func safe(method string) bool {
	return method == fiber.MethodGet || method == fiber.MethodHead
}

// identify finds the person behind the session cookie, or fails with kpi.Login.
func (s *Server) identify(r *request) error {
	r.token = r.Cookies(s.cookie("phien"))
	read := s.App.Session
	if r.Get("X-Background") != "" { // the page asks by itself: nobody need be there
		read = s.App.WatchSession
	}
	user, session, err := read(r.token)
	if err != nil {
		r.nonce = r.Cookies(s.cookie("truoc-phien"))
		return err
	}
	r.actor.User, r.session = user, session
	r.enrol, err = s.App.MustEnrol(user)
	return err
}

// sameSite refuses a form that another site has sent, or that does not carry this session's token.
func (s *Server) sameSite(r *request) error {
	foreign := kpi.Errorf(kpi.Denied, "Biểu mẫu đã cũ hoặc không gửi từ trang này. Tải lại trang rồi làm lại.")
	switch site := r.Get("Sec-Fetch-Site"); site {
	case "", "same-origin", "none":
	default:
		return foreign
	}
	if origin := r.Get(fiber.HeaderOrigin); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host != r.Hostname() {
			return foreign
		}
	}
	masked := r.Get("X-CSRF")
	if masked == "" {
		masked = r.FormValue("csrf")
	}
	token := unmask(masked)
	if r.session.CSRF != "" {
		if !hmac.Equal([]byte(token), []byte(r.session.CSRF)) {
			return foreign
		}
		return nil
	}
	if r.nonce == "" || !s.App.CheckFormKey(r.nonce, token) {
		return foreign
	}
	return nil
}

// csrf returns the token that forms of this page carry; before sign-in it sets the cookie that the token belongs to.
func (s *Server) csrf(r *request) string {
	if r.session.CSRF != "" {
		return mask(r.session.CSRF)
	}
	if r.nonce == "" {
		r.nonce = rand.Text()
		s.setCookie(r.Ctx, "truoc-phien", r.nonce, 0)
	}
	return mask(s.App.FormKey(r.nonce))
}

// mask hides a token behind a random pad, so that it looks different on every page: pages are compressed, and the
// length of a compressed page must not tell anything about a secret in it.
func mask(token string) string {
	b := make([]byte, 2*len(token))
	pad, hidden := b[:len(token)], b[len(token):]
	_, _ = rand.Read(pad) // never fails
	subtle.XORBytes(hidden, pad, []byte(token))
	return base64.RawURLEncoding.EncodeToString(b)
}

// unmask takes back what mask did; "" for anything else.
func unmask(s string) string {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b)%2 != 0 {
		return ""
	}
	token := make([]byte, len(b)/2)
	subtle.XORBytes(token, b[:len(token)], b[len(token):])
	return string(token)
}

// cookie returns the full name of a cookie: browsers accept the prefix only from a secure site, and then for no
// other one.
func (s *Server) cookie(name string) string {
	if s.Secure {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie for this site; life 0 lets it end with the browser, below 0 removes it.
func (s *Server) setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	cookie := &fiber.Cookie{Name: s.cookie(name), Value: value, Path: "/", HTTPOnly: true, Secure: s.Secure, SameSite: fiber.CookieSameSiteLaxMode}
	switch {
	case life < 0:
		cookie.Expires = time.Unix(1, 0)
	case life > 0:
		cookie.MaxAge = int(life / time.Second)
	}
	c.Cookie(cookie)
}

func requestID(c *fiber.Ctx) string {
	id, ok := c.Locals("request").(string)
	if !ok {
		id = rand.Text()[:12]
		c.Locals("request", id)
	}
	return id
}

// logged writes one line per request. It never writes form values.
func (s *Server) logged(c *fiber.Ctx) error {
	start := time.Now()
	id := requestID(c)
	c.Set("X-Request-Id", id)
	if err := c.Next(); err != nil {
		if err := s.failed(c, err); err != nil {
			return err
		}
	}
	login, _ := c.Locals("login").(string)
	name, ok := c.Locals("route").(string)
	if !ok {
		name = c.Method() + " khác" // a static file, or what does not exist
	}
	took := time.Since(start)
	s.meter.count(slowRequest{At: s.App.Now(), Route: name, Status: c.Response().StatusCode(), Took: took, ID: id})
	s.Log.Info("request", "id", id, "method", c.Method(), "path", c.Path(), "status", c.Response().StatusCode(),
		"ms", float64(took.Microseconds())/1000, "login", login, "addr", s.clientAddr(c))
	return nil
}

func (s *Server) panicked(c *fiber.Ctx, e any) {
	s.Log.Error("panic", "id", requestID(c), "what", e, "stack", stack())
}

// redirect sends the browser to another page of this site, by a header that htmx follows or by status 303.
func (r *request) redirect(to string) error {
	if r.Get("HX-Request") == "true" {
		r.Set("HX-Redirect", to)
		return r.SendStatus(fiber.StatusNoContent)
	}
	return r.Redirect(to, fiber.StatusSeeOther)
}

// FormValue returns a field of the form that was sent, "" if it is missing or there twice. What stands in the address
// does not count: a form's address ends up in histories and logs. A page that is only opened has its filters there.
func (r *request) FormValue(name string) string {
	if safe(r.Method()) {
		return r.Ctx.FormValue(name)
	}
	var values []string
	if form, err := r.MultipartForm(); err == nil {
		values = form.Value[name]
	} else {
		for _, v := range r.Request().PostArgs().PeekMulti(name) {
			values = append(values, string(v))
		}
	}
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

// sendExcel answers with a workbook to keep under the given name.
func (r *request) sendExcel(name string, book []byte) error {
	r.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	r.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(name))
	return r.Send(book)
}

// month returns the month that the path names.
func (r *request) month() (kpi.Month, error) { return kpi.ParseMonth(r.Params("month")) }

// statusOf maps kinds of refusal to HTTP.
func statusOf(err error) int {
	if f, ok := errors.AsType[*fiber.Error](err); ok {
		return f.Code
	}
	switch kpi.KindOf(err) {
	case kpi.Invalid:
		return fiber.StatusUnprocessableEntity
	case kpi.Denied:
		return fiber.StatusForbidden
	case kpi.NotFound:
		return fiber.StatusNotFound
	case kpi.Conflict, kpi.Closed:
		return fiber.StatusConflict
	case kpi.TooLarge:
		return fiber.StatusRequestEntityTooLarge
	case kpi.Login:
		return fiber.StatusUnauthorized
	case kpi.Busy:
		return fiber.StatusTooManyRequests
	case kpi.Unavailable:
		return fiber.StatusServiceUnavailable
	case kpi.NoSpace:
		return fiber.StatusInsufficientStorage
	}
	return fiber.StatusInternalServerError
}

// refusal reports whether err is one that its page can show beside the form: the input or the state is in the way.
func refusal(err error) bool {
	switch kpi.KindOf(err) {
	case kpi.Invalid, kpi.Conflict, kpi.Closed, kpi.Busy:
		return true
	}
	return false
}
