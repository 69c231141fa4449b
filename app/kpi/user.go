package kpi

import (
	"slices"
	"strings"
	"time"
)

// Role is what a person does in the month. Roles are fixed.
type Role string

// The roles.
const (
	Clerk       Role = "clerk"
	Approver    Role = "approver"
	Coordinator Role = "coordinator"
	Liaison     Role = "liaison"
	Leader      Role = "leader"
	Admin       Role = "admin"
)

// Roles lists all roles in the order of the screen.
func Roles() []Role { return []Role{Clerk, Approver, Coordinator, Liaison, Leader, Admin} }

// Label returns the role's name on screen, "" for an unknown role.
func (r Role) Label() string {
	return map[Role]string{Clerk: "Nhập liệu", Approver: "Duyệt của đơn vị", Coordinator: "Điều phối tỉnh",
		Liaison: "Đầu mối Trung ương", Leader: "Lãnh đạo", Admin: "Quản trị"}[r]
}

// Scoped reports whether the role is held for one unit rather than for the province.
func (r Role) Scoped() bool { return r == Clerk || r == Approver }

// Grant is one role of one person, for one unit if the role is scoped.
type Grant struct {
	Role Role
	Unit string `json:",omitempty"`
}

// User is an account.
type User struct {
	Login      string
	Name       string
	Email      string `json:",omitempty"`
	Phone      string `json:",omitempty"`
	Grants     []Grant
	Password   string    // PHC string of argon2id
	MustChange bool      `json:",omitempty"` // the password was given by somebody else
	Disabled   bool      `json:",omitempty"`
	CodeEnds   time.Time `json:",omitzero"` // until when the password given by somebody else signs in; zero: for ever
	Created    time.Time

	Delegated []Delegation `json:",omitempty"` // given to them, the oldest first
	Sees      []string     `json:"-"`          // units merged into theirs whose sheets they are about to read; filled in for one request
	Signs     []Delegation `json:"-"`          // of Delegated, those that let them sign now; filled in for whoever is signed in
}

// NeedsFactor reports whether the user holds a role that a password alone must not open.
func (u User) NeedsFactor() bool {
	return u.HasRole(Admin) || u.HasRole(Coordinator) || u.HasRole(Liaison) || u.HasRole(Leader)
}

// Has reports whether the user holds the role, for the unit if the role is scoped.
func (u User) Has(r Role, unit string) bool {
	return slices.ContainsFunc(u.Grants, func(g Grant) bool {
		return g.Role == r && (!r.Scoped() || g.Unit == unit)
	})
}

// HasRole reports whether the user holds the role for any unit.
func (u User) HasRole(r Role) bool {
	return slices.ContainsFunc(u.Grants, func(g Grant) bool { return g.Role == r })
}

// Units returns the codes of the units for which the user holds any of the roles, each once, in grant order.
func (u User) Units(roles ...Role) []string {
	var units []string
	for _, g := range u.Grants {
		if g.Unit != "" && slices.Contains(roles, g.Role) && !slices.Contains(units, g.Unit) {
			units = append(units, g.Unit)
		}
	}
	return units
}

// Validate returns an Invalid error when the account breaks a rule; its field is login, name or grants.
func (u User) Validate() error {
	switch {
	case !ValidLogin(u.Login):
		return invalidField("login", "Tên đăng nhập «%s» phải gồm 3–64 chữ thường không dấu, chữ số, dấu chấm, dấu gạch.", Clip(u.Login, 40))
	case strings.TrimSpace(u.Name) == "" || len([]rune(u.Name)) > 120:
		return invalidField("name", "Họ tên của tài khoản %s còn trống hoặc dài quá 120 ký tự.", u.Login)
	case len(u.Grants) == 0 && !u.Disabled:
		return invalidField("grants", "Tài khoản %s chưa có vai trò.", u.Login)
	}
	for _, g := range u.Grants {
		switch {
		case g.Role.Label() == "":
			return invalidField("grants", "Tài khoản %s: vai trò «%s» không có trong danh mục.", u.Login, Clip(string(g.Role), 40))
		case g.Role.Scoped() && g.Unit == "":
			return invalidField("grants", "Tài khoản %s: vai trò %s phải gắn với một đơn vị.", u.Login, g.Role.Label())
		case !g.Role.Scoped() && g.Unit != "":
			return invalidField("grants", "Tài khoản %s: vai trò %s không gắn với đơn vị.", u.Login, g.Role.Label())
		}
	}
	return nil
}

// Actor is a person in the middle of doing something.
type Actor struct {
	User    User
	At      time.Time // when the whole request had arrived; this instant decides what is on time
	Addr    string    // client address, "" on the command line
	Request string    // id of the request in the log
	Seen    uint64    // number of the last change that the person saw of what they change; 0: it does not matter
}

// System is the actor of what nobody in particular does: set-up, the demo, a command.
func System(at time.Time) Actor {
	return Actor{User: User{Login: "hethong", Name: "Hệ thống"}, At: at}
}

// IsSystem reports whether the actor is the one that System returns; no account can have its name.
func (a Actor) IsSystem() bool {
	return a.User.Login == "hethong" && a.User.Password == "" && len(a.User.Grants) == 0
}
