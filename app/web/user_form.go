package web

import (
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// newUser is the page that adds an account; no login begins so.
const newUser = "/quan-tri/tai-khoan/_moi"

const (
	grantRows = 6   // offered in the form
	maxGrants = 300 // read from a form, for who already has more than are offered
)

// userFormView is the page that adds or changes an account.
type userFormView struct {
	page
	Heading     string
	Action      string
	Login       string // "": a new account
	Fields      []inputField
	Rows, More  []grantRow // the second are shown on demand
	GrantsError string
	Button      string
	State       *userState // of an account that there is
}

// userState is what can be done with an account beside changing it. Without JavaScript a page of its own asks for
// the confirmation.
type userState struct {
	Login, Name          string
	Action               string // path of the account
	CSRF                 string
	Disabled, MustChange bool
	AskReset, AskDisable bool

	FactorOn, FactorMissing bool // a second factor; required and missing
	FactorSince             string
	FactorCodes             int
	List                    sessionList
}

// Asked reports whether this is such a page, which needs no dialogs.
func (s userState) Asked() bool { return s.AskReset || s.AskDisable }

// grantRow is a role and, if the role needs one, a unit.
type grantRow struct {
	N     int
	Roles []selectOption
	Units []optionGroup
	None  bool // no unit chosen
}

// userInput is an account as the form gives it.
type userInput struct {
	Login, Name, Email, Phone string
	Grants                    []kpi.Grant
}

func inputOf(u kpi.User) userInput { return userInput{u.Login, u.Name, u.Email, u.Phone, u.Grants} }

func (s *Server) userForm(r *request) error {
	if r.Path() == newUser {
		return s.renderUser(r, kpi.User{}, userInput{}, nil)
	}
	u, err := s.findUser(r)
	if err != nil {
		return err
	}
	return s.renderUser(r, u, inputOf(u), nil)
}

func (s *Server) saveUser(r *request) error {
	in := userInput{Login: strings.TrimSpace(r.FormValue("login")), Name: r.FormValue("name"), Email: r.FormValue("email"), Phone: r.FormValue("phone"), Grants: grantsOf(r)}
	if r.Path() == newUser {
		u := kpi.User{Login: strings.ToLower(in.Login), Name: in.Name, Email: in.Email, Phone: in.Phone, Grants: in.Grants}
		code, err := s.App.AddUser(r.actor, u)
		if err != nil {
			if !refusal(err) {
				return err
			}
			return s.renderUser(r, kpi.User{}, in, err)
		}
		return s.renderCodes(r, "Đã thêm tài khoản", []kpi.User{u}, map[string]string{u.Login: code})
	}
	was, err := s.findUser(r)
	if err != nil {
		return err
	}
	in.Login = was.Login
	if err := s.App.SetUser(r.actor, kpi.User{Login: in.Login, Name: in.Name, Email: in.Email, Phone: in.Phone, Grants: in.Grants}); err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderUser(r, was, in, err)
	}
	s.flash(r, "success", "Đã lưu tài khoản "+in.Login+".")
	return r.redirect("/quan-tri/tai-khoan")
}

// grantsOf reads the rows role-1, unit-1, role-2, … Rows left blank are skipped.
func grantsOf(r *request) []kpi.Grant {
	var list []kpi.Grant
	for i := 1; i <= maxGrants; i++ {
		g := kpi.Grant{Role: kpi.Role(r.FormValue("role-" + strconv.Itoa(i))), Unit: r.FormValue("unit-" + strconv.Itoa(i))}
		if g.Role != "" || g.Unit != "" {
			list = append(list, g)
		}
	}
	return list
}

// renderUser shows the form of the account u, none for a new one, with what was typed; failed is why it was not
// accepted.
func (s *Server) renderUser(r *request, u kpi.User, in userInput, failed error) error {
	units, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	seen, err := s.seen(r, "user/"+u.Login, failed)
	if err != nil {
		return err
	}
	v := userFormView{Heading: "Thêm tài khoản", Action: newUser, Button: "Thêm tài khoản và tạo mã đăng nhập", Login: u.Login}
	if u.Login != "" {
		v.Heading, v.Action, v.Button = u.Name, "/quan-tri/tai-khoan/"+u.Login, "Lưu tài khoản"
	}
	v.page = s.page(r, v.Heading, crumb{"Quản trị", "/quan-tri"}, crumb{"Tài khoản", "/quan-tri/tai-khoan"}, crumb{v.Heading, ""})
	v.Seen = seen
	if u.Login != "" {
		v.State = &userState{Login: u.Login, Name: u.Name, Action: v.Action, CSRF: v.CSRF, Disabled: u.Disabled, MustChange: u.MustChange,
			AskReset: r.Query("xac-nhan") == "cap-lai", AskDisable: r.Query("xac-nhan") == "khoa"}
		f, err := s.App.Factor(r.actor, u.Login)
		if err != nil {
			return err
		}
		v.State.FactorOn, v.State.FactorMissing, v.State.FactorSince, v.State.FactorCodes = f.On, f.Required && !f.On, kpi.FormatDate(f.Since), f.Codes
		if v.State.List, err = s.sessionsOf(r, u.Login, v.Action+"/phien"); err != nil {
			return err
		}
	}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	bad := fieldErrors(failed)
	if u.Login == "" {
		v.Fields = append(v.Fields, inputField{Name: "login", Label: "Tên đăng nhập", Value: in.Login, Required: true, Max: 64, Plain: true,
			Hint: "Từ 3 ký tự: chữ thường không dấu, chữ số, dấu chấm, dấu gạch; ví dụ hoa.nguyen. Không đổi được sau khi thêm."})
	}
	v.Fields = append(v.Fields,
		inputField{Name: "name", Label: "Họ và tên", Value: in.Name, Required: true, Max: 120},
		inputField{Name: "email", Label: "Thư điện tử", Value: in.Email, Max: 254, Plain: true, Hint: "Thư công vụ, dùng để gửi đôn đốc."},
		inputField{Name: "phone", Label: "Điện thoại", Value: in.Phone, Max: 20})
	for i, f := range v.Fields {
		v.Fields[i].Error = bad[f.Name]
	}
	v.GrantsError = bad["grants"]
	shown := min(max(len(in.Grants)+1, 2), max(grantRows, len(in.Grants)))
	for i := range max(shown, grantRows) {
		row := grantRowOf(i, in.Grants, units)
		if i < shown {
			v.Rows = append(v.Rows, row)
		} else {
			v.More = append(v.More, row)
		}
	}
	return r.Render("user/form", v)
}

// grantRowOf is the row of the i-th grant, a blank one beyond the last.
func grantRowOf(i int, grants []kpi.Grant, units []kpi.Unit) grantRow {
	var g kpi.Grant
	if i < len(grants) {
		g = grants[i]
	}
	return grantRow{N: i + 1, Roles: choiceOf(g.Role, "Chọn vai trò", kpi.Roles()...), Units: unitGroups(units, g.Unit), None: g.Unit == ""}
}
