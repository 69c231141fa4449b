package web

import (
	"net/url"
	"slices"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// usersView is the list of accounts.
type usersView struct {
	page
	Query  string
	Roles  []selectOption
	Units  []optionGroup
	AllOf  bool // no unit chosen
	Lines  []usersLine
	Pager  pager
	Total  int // accounts there are, whatever the filter
	Locked int // of them disabled
}

type usersLine struct {
	Login, Name, URL string
	Grants           []string // «Nhập liệu – Sở Y tế»
	More             int      // grants beyond those shown
	Disabled         bool
	MustChange       bool // has not signed in with a password of their own yet
}

// grantsShown is how many grants of a person the list tells.
const grantsShown = 3

func (s *Server) users(r *request) error {
	users, err := s.App.ListUsers(r.actor)
	if err != nil {
		return err
	}
	units, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	v := usersView{page: s.page(r, "Tài khoản", crumb{"Quản trị", "/quan-tri"}, crumb{"Tài khoản", ""}), Total: len(users)}
	v.Query = kpi.Clip(strings.TrimSpace(r.Query("q")), 100)
	role, unit := kpi.Role(kpi.Clip(r.Query("vai-tro"), 20)), kpi.Clip(r.Query("don-vi"), 32)
	v.Roles, v.Units, v.AllOf = choiceOf(role, "Tất cả", kpi.Roles()...), unitGroups(units, unit), unit == ""
	names := unitNames(units)
	query := kpi.Fold(v.Query)
	var lines []usersLine
	for _, u := range users {
		if u.Disabled {
			v.Locked++
		}
		if role+kpi.Role(unit) != "" && !slices.ContainsFunc(u.Grants, func(g kpi.Grant) bool { return (role == "" || g.Role == role) && (unit == "" || g.Unit == unit) }) {
			continue
		}
		line := usersLine{Login: u.Login, Name: u.Name, URL: "/quan-tri/tai-khoan/" + u.Login, Disabled: u.Disabled, MustChange: u.MustChange, Grants: grantTexts(u, names)}
		if query != "" && !strings.Contains(kpi.Fold(u.Login+" "+u.Name+" "+strings.Join(line.Grants, " ")), query) {
			continue
		}
		if line.More = len(line.Grants) - grantsShown; line.More > 0 {
			line.Grants = line.Grants[:grantsShown]
		}
		lines = append(lines, line)
	}
	params := url.Values{}
	for name, value := range map[string]string{"q": v.Query, "vai-tro": string(role), "don-vi": unit} {
		if value != "" {
			params.Set(name, value)
		}
	}
	v.Lines, v.Pager = paged(lines, r.Query("trang"), listSize, "/quan-tri/tai-khoan", params)
	return r.Render("user/list", v)
}

func unitNames(units []kpi.Unit) map[string]string {
	names := make(map[string]string, len(units))
	for _, u := range units {
		names[u.Code] = u.Name
	}
	return names
}

// grantTexts words the roles of an account: «Nhập liệu – Sở Y tế», «Lãnh đạo».
func grantTexts(u kpi.User, names map[string]string) []string {
	list := make([]string, 0, len(u.Grants))
	for _, g := range u.Grants {
		text := g.Role.Label()
		if g.Unit != "" {
			text += " – " + names[g.Unit]
		}
		list = append(list, text)
	}
	return list
}

func (s *Server) resetUser(r *request) error {
	u, err := s.findUser(r)
	if err != nil {
		return err
	}
	code, err := s.App.ResetUser(r.actor, u.Login)
	if err != nil {
		return err
	}
	return s.renderCodes(r, "Đã cấp lại mã đăng nhập", []kpi.User{u}, map[string]string{u.Login: code})
}

func (s *Server) disableUser(r *request) error {
	return s.switchUser(r, s.App.DisableUser, "Đã khóa tài khoản ")
}

func (s *Server) enableUser(r *request) error {
	return s.switchUser(r, s.App.EnableUser, "Đã mở khóa tài khoản ")
}

// switchUser locks or unlocks the account and shows it again.
func (s *Server) switchUser(r *request, do func(kpi.Actor, string) error, done string) error {
	u, err := s.findUser(r)
	if err != nil {
		return err
	}
	if err := do(r.actor, u.Login); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderUser(r, u, inputOf(u), err)
	}
	s.flash(r, "success", done+u.Login+".")
	return r.redirect("/quan-tri/tai-khoan/" + u.Login)
}

// findUser returns the account that the path names.
func (s *Server) findUser(r *request) (kpi.User, error) {
	users, err := s.App.ListUsers(r.actor)
	if err != nil {
		return kpi.User{}, err
	}
	i := slices.IndexFunc(users, func(u kpi.User) bool { return u.Login == r.Params("login") })
	if i < 0 {
		return kpi.User{}, kpi.Errorf(kpi.NotFound, "Không có tài khoản «%s».", kpi.Clip(r.Params("login"), 64))
	}
	return users[i], nil
}

// codesView shows one-time codes: once, in the answer to the form that made them, and nowhere else.
type codesView struct {
	page
	Heading string
	Address string // of this site
	Until   string // when the codes run out
	Lines   []codeLine
}

type codeLine struct {
	Login, Name, Code, Link string
	Grants                  []string
}

// renderCodes shows the codes of the accounts, in their order.
func (s *Server) renderCodes(r *request, heading string, users []kpi.User, codes map[string]string) error {
	units, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	v := codesView{page: s.page(r, heading, crumb{"Quản trị", "/quan-tri"}, crumb{"Tài khoản", "/quan-tri/tai-khoan"}, crumb{heading, ""}), Heading: heading, Address: "http://" + r.Hostname()}
	if s.Secure {
		v.Address = "https://" + r.Hostname()
	}
	v.Until = kpi.FormatTime(r.actor.At.Add(app.CodeLife))
	names := unitNames(units)
	for _, u := range users {
		if code, ok := codes[u.Login]; ok {
			link := v.Address + "/dang-nhap#" + url.Values{"ten": {u.Login}, "ma": {code}}.Encode()
			v.Lines = append(v.Lines, codeLine{Login: u.Login, Name: u.Name, Code: code, Link: link, Grants: grantTexts(u, names)})
		}
	}
	return r.Render("user/codes", v)
}
