package web

import (
	"encoding/base64"
	"slices"
	"sort"
	"strings"
	"time"

	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// page is the frame that every page embeds in its view struct.
type page struct {
	Title         string
	Province      string
	ProvinceUpper string
	User          *userView
	Menu          []menuItem
	Crumbs        []crumb
	Styles        []string // style sheets of this page alone, such as "css/pages/sheet.css"
	CSRF          string
	Flash         *flash
	Errors        []fieldError
	Demo          bool
	Insecure      bool
	Troubles      []string // of the server
	Version       string
	Support       string
	ServerNow     string
	SearchText    string // what stands in the search box
	Seen          uint64 // of a form that changes an object: the object's last change when it was shown
}

// userView is the person signed in, as the frame shows them.
type userView struct {
	Login, Name, Unit, Role string
}

type menuItem struct {
	Label, URL, Icon string
	Current          bool
}

type crumb struct {
	Label, URL string
}

// flash is a message shown once, after a redirect. Kind is success, error or info; Link, if not empty, is the page of
// what it tells of.
type flash struct {
	Kind, Link, Text string
}

// fieldError is one line of the error summary; Field is the id of the input that it links to.
type fieldError struct {
	Field, Text string
}

// sheetStyles are the style sheets of the pages that show cells or end in a bar of actions.
func sheetStyles() []string { return []string{"css/pages/sheet.css"} }

// page builds the frame of a page for this request. Crumbs lead from the home page to this one, whose own has no URL.
func (s *Server) page(r *request, title string, crumbs ...crumb) page {
	p := page{Title: title, Province: s.Province, ProvinceUpper: strings.ToUpper(s.Province), CSRF: s.csrf(r),
		Demo: len(s.Demo) > 0, Version: s.Version, Support: s.Support, ServerNow: r.actor.At.Format(time.RFC3339)}
	if u := r.actor.User; u.Login != "" {
		p.User = s.userView(u)
		p.Troubles = s.troubles(u)
		p.Insecure = !s.Secure && u.HasRole(kpi.Admin) && len(s.Demo) == 0
		if !u.MustChange && !r.enrol {
			p.Menu = menu(u, r.Path())
		}
		if len(crumbs) > 0 {
			p.Crumbs = append([]crumb{{"Trang chủ", "/"}}, crumbs...)
		}
	}
	p.Flash = s.takeFlash(r.Ctx)
	return p
}

// userView names the person, their unit and their roles.
func (s *Server) userView(u kpi.User) *userView {
	v := &userView{Login: u.Login, Name: u.Name, Unit: s.Province}
	var roles []string
	for _, g := range u.Grants {
		if label := g.Role.Label(); !slices.Contains(roles, label) {
			roles = append(roles, label)
		}
	}
	v.Role = strings.Join(roles, ", ")
	units := u.Units(kpi.Clerk, kpi.Approver)
	switch {
	case len(units) == 1:
		v.Unit = s.App.UnitName(units[0])
	case len(units) > 1:
		v.Unit = s.App.UnitName(units[0]) + " và đơn vị khác"
	}
	return v
}

// menu returns what the user may open, with the entry of the current path marked.
func menu(u kpi.User, path string) []menuItem {
	var items []menuItem
	add := func(show bool, label, url, icon string) {
		if show {
			items = append(items, menuItem{label, url, icon, path == url || url != "/" && strings.HasPrefix(path, url+"/")})
		}
	}
	may := func(t kpi.Task) bool { return kpi.May(u, t) == nil }
	add(true, "Việc của tôi", "/", "list-check")
	add(u.HasRole(kpi.Clerk), "Nhập liệu", "/nhap-lieu", "pencil")
	add(may(kpi.SeeQueue), "Duyệt", "/duyet", "circle-check")
	add(may(kpi.Delegate), "Ủy quyền", delegationURL, "users")
	add(may(kpi.SeeBoard), "Theo dõi", "/theo-doi", "list-details")
	add(may(kpi.SeeConsolidated), "Tổng hợp", "/tong-hop", "table")
	add(may(kpi.SeeIndicators), "Chỉ số", "/chi-so", "chart-line")
	add(may(kpi.SeeGuidance), "Hướng dẫn", "/huong-dan", "book")
	add(may(kpi.SeeFeedback), "Hỏi đáp", feedbackURL, "message")
	add(u.HasRole(kpi.Approver) || u.HasRole(kpi.Liaison), "Đầu mối", focalURL, "phone")
	add(may(kpi.DecideReopening), "Mở lại", "/mo-lai", "lock-open")
	add(may(kpi.ManageRounds), "Kỳ báo cáo", "/ky", "calendar")
	add(u.HasRole(kpi.Leader), "Nhật ký", eventsURL, "history")
	add(may(kpi.ManageUnits) || may(kpi.ManageUsers), "Quản trị", "/quan-tri", "settings")
	return items
}

// seen returns the change of the object that a form shows. A form that is shown again keeps the one it came with,
// unless that was in the way: then the person has now been told of the newer one.
func (s *Server) seen(r *request, object string, failed error) (uint64, error) {
	if failed != nil && kpi.KindOf(failed) != kpi.Conflict {
		return r.actor.Seen, nil
	}
	return s.App.LastChange(object)
}

// flash leaves a message for the next page.
func (s *Server) flash(r *request, kind, text string) { s.flashLink(r, kind, "", text) }

func (s *Server) flashLink(r *request, kind, link, text string) {
	s.setCookie(r.Ctx, "bao", base64.RawURLEncoding.EncodeToString([]byte(kind+"|"+link+"|"+text)), time.Minute)
}

func (s *Server) takeFlash(c *fiber.Ctx) *flash {
	raw := c.Cookies(s.cookie("bao"))
	if raw == "" {
		return nil
	}
	s.setCookie(c, "bao", "", -1)
	b, err := base64.RawURLEncoding.DecodeString(raw)
	parts := strings.SplitN(string(b), "|", 3)
	if err != nil || len(parts) != 3 || !slices.Contains([]string{"success", "error", "info"}, parts[0]) {
		return nil
	}
	f := &flash{parts[0], parts[1], parts[2]}
	if !strings.HasPrefix(f.Link, "/duyet/") { // a cookie is no place for any other
		f.Link = ""
	}
	return f
}

// errorsOf turns a refusal into the lines of the error summary: one per field, or its sentence alone. A field named
// x belongs to the input with the id "f-x".
func errorsOf(err error) []fieldError {
	e, ok := asError(err)
	if !ok {
		return nil
	}
	if len(e.Fields) == 0 {
		return []fieldError{{"main", e.Msg}}
	}
	list := make([]fieldError, 0, len(e.Fields))
	for field, text := range e.Fields {
		list = append(list, fieldError{"f-" + field, text})
	}
	sort.Slice(list, func(i, j int) bool { return kpi.CompareCodes(list[i].Field, list[j].Field) < 0 })
	return list
}
