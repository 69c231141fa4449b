package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

func userColumns(workbook.Sheet) []workbook.Column {
	return []workbook.Column{
		{Key: "login", Names: []string{"Tên đăng nhập", "Tài khoản", "Tên tài khoản"}, Required: true},
		{Key: "name", Names: []string{"Họ tên", "Họ và tên", "Tên người dùng"}, Required: true},
		{Key: "email", Names: []string{"Email", "Thư điện tử", "E-mail", "Hộp thư"}},
		{Key: "phone", Names: []string{"Điện thoại", "Số điện thoại", "Di động", "Số di động"}},
		{Key: "role", Names: []string{"Vai trò", "Quyền"}, Required: true},
		{Key: "unit", Names: []string{"Mã đơn vị", "Đơn vị"}},
	}
}

// userRow is what the rows of one account say together.
type userRow struct {
	*rowReader // of the first row
	user       kpi.User
	has        func(key string) bool
	others     []int // further rows
}

// readUsers parses a list of accounts.
func readUsers(actor kpi.Actor, f ImportFile, book *workbook.Book) (proposer, error) {
	table, err := findTable(book, userColumns)
	if err != nil {
		return nil, err
	}
	var rows []*userRow
	byLogin := map[string]*userRow{}
	table.rows("login", func(r *rowReader) {
		u := tidy(kpi.User{Login: r.login(), Name: r.text("name"), Email: r.text("email"), Phone: r.phone(), Grants: r.grants()})
		first := byLogin[u.Login]
		if first == nil || u.Login == "" {
			row := &userRow{rowReader: r, user: u, has: table.Has}
			rows = append(rows, row)
			byLogin[u.Login] = row
			return
		}
		first.join(r, u)
	})
	if len(rows) == 0 {
		return nil, noRows(table)
	}
	return func(tx *store.Tx) (*proposal, error) { return planUsers(tx, actor, f, table, rows) }, nil
}

// join adds a further row of the same account.
func (row *userRow) join(r *rowReader, u kpi.User) {
	row.others = append(row.others, r.row.Number)
	for _, x := range []struct {
		key, what string
		mine      *string
		other     string
	}{{"name", "họ tên", &row.user.Name, u.Name}, {"email", "thư điện tử", &row.user.Email, u.Email}, {"phone", "điện thoại", &row.user.Phone, u.Phone}} {
		if x.other != "" && *x.mine != "" && x.other != *x.mine {
			row.refuse(x.key, "Tài khoản %s có %s khác nhau ở hàng %d và hàng %d. Ghi như nhau hoặc để trống ở hàng sau.", u.Login, x.what, row.row.Number, r.row.Number)
		}
		*x.mine = cmp.Or(*x.mine, x.other)
	}
	for _, f := range r.faults {
		row.faults = append(row.faults, fault{"", fmt.Sprintf("Hàng %d: %s", r.row.Number, f.reason)})
	}
	row.flags = append(row.flags, r.flags...)
	row.user = tidy(kpi.User{Login: u.Login, Name: row.user.Name, Email: row.user.Email, Phone: row.user.Phone, Grants: append(row.user.Grants, u.Grants...)})
}

func (r *rowReader) login() string {
	s := r.text("login")
	switch {
	case s == "" && len(r.faults) == 0:
		r.refuse("login", "Tên đăng nhập còn trống.")
	case s != "" && !kpi.ValidLogin(strings.ToLower(s)):
		r.refuse("login", "Tên đăng nhập «%s» phải gồm 3–64 chữ thường không dấu, chữ số, dấu chấm, dấu gạch.", kpi.Clip(s, 40))
	}
	return strings.ToLower(s)
}

// phone reads a telephone number; one that Excel took for a number has lost its first 0.
func (r *rowReader) phone() string {
	c := r.cell("phone")
	if c.Number && !c.Percent && !c.Date {
		if len(c.Text) == 9 && strings.ContainsRune("35789", rune(c.Text[0])) {
			r.flag("số điện thoại là ô số, thêm lại số 0 ở đầu: 0%s", c.Text)
			return "0" + c.Text
		}
		return c.Text
	}
	return strings.TrimSpace(strings.Map(visible, c.Text))
}

// grants reads the roles of a row, each for each of its units if the role is held for a unit.
func (r *rowReader) grants() []kpi.Grant {
	synonyms := map[string]kpi.Role{
		"nguoi nhap lieu": kpi.Clerk, "nhap so lieu": kpi.Clerk, "nguoi duyet": kpi.Approver, "duyet": kpi.Approver, "nguoi duyet don vi": kpi.Approver, "duyet don vi": kpi.Approver,
		"dieu phoi": kpi.Coordinator, "can bo tong hop": kpi.Coordinator, "can bo tong hop dau moi tinh": kpi.Coordinator, "dau moi tinh": kpi.Coordinator,
		"quan tri he thong": kpi.Admin, "lanh dao tinh": kpi.Leader,
	}
	units := r.codes("unit")
	var grants []kpi.Grant
	scoped := false
	for _, part := range r.parts("role") {
		fold, role := kpi.Fold(part), kpi.Role("")
		for _, x := range kpi.Roles() {
			if fold == kpi.Fold(x.Label()) {
				role = x
			}
		}
		if role == "" {
			role = synonyms[fold]
		}
		switch {
		case role == "":
			var labels []string
			for _, x := range kpi.Roles() {
				labels = append(labels, x.Label())
			}
			r.refuse("role", "Vai trò «%s» không có trong danh mục: %s.", kpi.Clip(part, 40), strings.Join(labels, " · "))
		case !role.Scoped():
			grants = append(grants, kpi.Grant{Role: role})
		case len(units) == 0:
			r.refuse("unit", "Vai trò %s phải có mã đơn vị.", role.Label())
		default:
			scoped = true
			for _, u := range units {
				grants = append(grants, kpi.Grant{Role: role, Unit: u})
			}
		}
	}
	if len(units) > 0 && !scoped && len(r.faults) == 0 {
		r.flag("mã đơn vị %s không dùng: vai trò không gắn với đơn vị", strings.Join(units, ", "))
	}
	return grants
}

// planUsers compares a list of accounts with those there are.
func planUsers(tx *store.Tx, actor kpi.Actor, f ImportFile, table *found, rows []*userRow) (*proposal, error) {
	p := &proposal{plan: ImportPlan{What: ImportUsers, File: f.Name, Notes: slices.Clone(table.notes)}}
	type change struct{ was, is kpi.User }
	var changes []change
	for _, row := range rows {
		l := row.line(row.user.Login, row.user.Name)
		was, known, err := tx.User(row.user.Login)
		if err != nil {
			return nil, err
		}
		is := row.merge(was, known)
		if !known {
			is.MustChange, is.CodeEnds, is.Created = true, actor.At.Add(CodeLife), actor.At
		}
		if l.Outcome == "" {
			if err := checkUser(tx, is); kpi.KindOf(err) != 0 {
				l.Outcome, l.Text = ImportRefused, err.Error()
			} else if err != nil {
				return nil, err
			}
		}
		d := userChanges(was, is)
		switch {
		case l.Outcome == ImportRefused:
		case !known:
			l.Outcome, l.Text = ImportAdded, describe(is)
			p.users = append(p.users, is)
		case len(d) == 0:
			l.Outcome = ImportLeft
		default:
			l.Outcome, l.Text = ImportChanged, d.String()
			changes = append(changes, change{was, is})
		}
		if len(row.others) > 0 && l.Outcome != ImportRefused {
			l.Text = strings.TrimSpace(l.Text + " (gộp cả hàng " + strings.Trim(strings.ReplaceAll(fmt.Sprint(row.others), " ", ", "), "[]") + ")")
		}
		p.plan.add(l)
	}
	if err := keepAdmins(tx, p, rows); err != nil {
		return nil, err
	}
	p.write = func(tx *store.Tx, passwords map[string]string) error {
		for _, u := range p.users {
			if u.Password = passwords[u.Login]; u.Password == "" {
				return kpi.Errorf(kpi.Conflict, "Tài khoản %s vừa bị thay đổi trong lúc nhập. Nhập lại tệp.", u.Login)
			}
			if err := tx.PutUser(u, actor.Event(kpi.VerbAdd, userObject(u.Login), "", describe(u), "")); err != nil {
				return err
			}
		}
		for _, c := range changes {
			if !sameGrants(c.was.Grants, c.is.Grants) {
				if err := tx.SignOut(c.is.Login); err != nil {
					return err
				}
			}
			if err := tx.PutUser(c.is, actor.Event(kpi.VerbChange, userObject(c.is.Login), describe(c.was), describe(c.is), "nhập từ tệp")); err != nil {
				return err
			}
		}
		return nil
	}
	return p, nil
}

// keepAdmins refuses the rows that would leave nobody to manage accounts.
func keepAdmins(tx *store.Tx, p *proposal, rows []*userRow) error {
	users, err := tx.Users()
	if err != nil {
		return err
	}
	is := map[string]kpi.User{}
	for i, row := range rows {
		if p.plan.Lines[i].Outcome == ImportChanged {
			is[row.user.Login] = row.user
		}
	}
	before, after := false, slices.ContainsFunc(p.users, func(u kpi.User) bool { return u.HasRole(kpi.Admin) })
	for _, u := range users {
		before = before || !u.Disabled && u.HasRole(kpi.Admin)
		if x, ok := is[u.Login]; ok {
			x.Disabled = u.Disabled
			u = x
		}
		after = after || !u.Disabled && u.HasRole(kpi.Admin)
	}
	if !before || after {
		return nil
	}
	for i := range p.plan.Lines {
		l, lost := &p.plan.Lines[i], false
		for _, u := range users {
			lost = lost || u.Login == l.Code && u.HasRole(kpi.Admin)
		}
		if l.Outcome == ImportChanged && lost {
			l.Outcome, l.Text = ImportRefused, "Không còn tài khoản quản trị nào đang hoạt động. Giữ vai trò Quản trị ở ít nhất một tài khoản."
			p.plan.Changed--
			p.plan.Refused++
			return nil
		}
	}
	return nil
}

// merge lays the row over the account there is. What the file has no column for stays.
func (row *userRow) merge(was kpi.User, known bool) kpi.User {
	if !known {
		return row.user
	}
	is := was
	is.Name = row.user.Name
	if row.has("email") {
		is.Email = row.user.Email
	}
	if row.has("phone") {
		is.Phone = row.user.Phone
	}
	if !sameGrants(was.Grants, row.user.Grants) {
		is.Grants = row.user.Grants
	}
	return is
}

func sameGrants(a, b []kpi.Grant) bool {
	if len(a) != len(b) {
		return false
	}
	return !slices.ContainsFunc(a, func(g kpi.Grant) bool { return !slices.Contains(b, g) })
}

func userChanges(a, b kpi.User) differences {
	var d differences
	d.add("Họ tên", a.Name, b.Name)
	d.add("Thư điện tử", a.Email, b.Email)
	d.add("Điện thoại", a.Phone, b.Phone)
	if !sameGrants(a.Grants, b.Grants) {
		d.add("Vai trò", describe(kpi.User{Grants: a.Grants}), describe(kpi.User{Grants: b.Grants}))
	}
	return d
}

// firstPasswords makes the one-time codes of new accounts and the passwords to be stored for them, both by login.
func (a *App) firstPasswords(users []kpi.User) (codes, passwords map[string]string) {
	if len(users) == 0 {
		return nil, nil
	}
	codes, passwords = map[string]string{}, map[string]string{}
	list := slices.Clone(users)
	for _, u := range list {
		codes[u.Login] = oneTimeCode()
	}
	a.setPasswords(list, codes)
	for _, u := range list {
		passwords[u.Login] = u.Password
	}
	return codes, passwords
}
