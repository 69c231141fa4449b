package app

import (
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// DemoAccount is an account that the sign-in page of the demo offers.
type DemoAccount struct {
	Login string
	Name  string
	Role  string // as shown
	Unit  string // name; "" for the province's roles
	Does  string // what there is to do or see
}

// castMember is an account that the sign-in page of the demo lists.
type castMember struct {
	role   kpi.Role
	unit   string
	status kpi.Status // of the unit's sheet when the demo begins; "" if another member says it
}

// demoCast lists one account of each role and a unit in each state.
func demoCast() []castMember {
	return []castMember{
		{kpi.Coordinator, "", ""},
		{kpi.Liaison, "", ""},
		{kpi.Leader, "", ""},
		{kpi.Admin, "", ""},
		{kpi.Clerk, "SYT", kpi.StatusInProgress},
		{kpi.Approver, "SYT", ""},
		{kpi.Clerk, "SKHCN", kpi.StatusAtProvince},
		{kpi.Clerk, "STC", kpi.StatusReturnedUnit},
		{kpi.Clerk, "22015", kpi.StatusNotStarted},
		{kpi.Approver, "24133", kpi.StatusAtUnit},
		{kpi.Clerk, "24373", kpi.StatusReturnedProvince},
		{kpi.Approver, "22207", kpi.StatusAccepted},
	}
}

// demoLogin returns the name of the account of a role, of a unit if the role is scoped.
func demoLogin(r kpi.Role, unit string) string {
	switch r {
	case kpi.Clerk:
		return "nhaplieu." + strings.ToLower(unit)
	case kpi.Approver:
		return "duyet." + strings.ToLower(unit)
	case kpi.Coordinator:
		return "dieuphoi"
	case kpi.Liaison:
		return "daumoi"
	case kpi.Leader:
		return "lanhdao"
	}
	return "quantri"
}

// demoUsers returns the accounts of the demo by login: those of the province, a clerk and an approver for every unit,
// a second clerk for one.
func demoUsers(units []kpi.Unit, password string, created time.Time) map[string]kpi.User {
	users := make(map[string]kpi.User, 2*len(units)+4)
	add := func(r kpi.Role, unit, name string) {
		login := demoLogin(r, unit)
		users[login] = kpi.User{Login: login, Name: name, Email: login + "@tinh.example.vn", Grants: []kpi.Grant{{Role: r, Unit: unit}}, Password: password, Created: created}
	}
	add(kpi.Coordinator, "", "Điều phối tỉnh – Sở Khoa học và Công nghệ")
	add(kpi.Liaison, "", "Đầu mối Trung ương – Sở Khoa học và Công nghệ")
	add(kpi.Leader, "", "Lãnh đạo Ủy ban nhân dân tỉnh")
	add(kpi.Admin, "", "Quản trị hệ thống")
	for _, u := range units {
		add(kpi.Clerk, u.Code, "Nhập liệu – "+u.Name)
		add(kpi.Approver, u.Code, "Duyệt – "+u.Name)
		if u.Code == "SYT" {
			second := users[demoLogin(kpi.Clerk, u.Code)]
			second.Login, second.Name, second.Email = demoSecond, "Nhập liệu 2 – "+u.Name, demoSecond+"@tinh.example.vn"
			users[demoSecond] = second
		}
	}
	return users
}

// DemoAccounts returns the accounts that the sign-in page of the demo lists, with what each has to do now. Accounts
// that do not exist are left out, so the list is empty on a store that is no demo.
func (a *App) DemoAccounts() []DemoAccount {
	var list []DemoAccount
	err := a.store.View(func(tx *store.Tx) error {
		list = nil
		set, err := demoSet(tx)
		if err != nil {
			return err
		}
		rounds, err := tx.Rounds(set)
		if err != nil {
			return err
		}
		r, _ := current(rounds, a.System())
		for _, c := range demoCast() {
			u, ok, err := tx.User(demoLogin(c.role, c.unit))
			if err != nil {
				return err
			}
			if !ok || u.Disabled || !u.Has(c.role, c.unit) {
				continue
			}
			acc := DemoAccount{Login: u.Login, Name: u.Name, Role: c.role.Label(), Does: provinceDoes(c.role)}
			if c.unit != "" {
				unit, err := tx.Unit(c.unit)
				if err != nil {
					return err
				}
				acc.Unit = unit.Name
				if acc.Does, err = a.unitDoes(tx, r, c); err != nil {
					return err
				}
			}
			list = append(list, acc)
		}
		return nil
	})
	if err != nil {
		a.log.Error("list demo accounts", "err", err)
		return nil
	}
	return list
}

// demoSet returns the code of the demo's set, "" if there is no set.
func demoSet(tx *store.Tx) (string, error) {
	sets, err := tx.Sets()
	if err != nil || len(sets) == 0 {
		return "", err
	}
	return sets[0].Code, nil
}

func provinceDoes(r kpi.Role) string {
	return map[kpi.Role]string{
		kpi.Coordinator: "Theo dõi tiến độ, phê duyệt hoặc trả lại biểu, tổng hợp, chốt kỳ",
		kpi.Liaison:     "Xem tiến độ, số liệu tổng hợp của tỉnh, tải bảng Excel",
		kpi.Leader:      "Xem tiến độ, số liệu tổng hợp, diễn biến từng chỉ số",
		kpi.Admin:       "Quản lý tài khoản, đơn vị, bộ chỉ số",
	}[r]
}

// unitDoes tells what a unit's clerk or approver has to do in the round.
func (a *App) unitDoes(tx *store.Tx, r kpi.Round, c castMember) (string, error) {
	rows, err := boardRows(tx, r, a.System(), func(unit string) bool { return unit == c.unit })
	if err != nil || len(rows) == 0 {
		return "", err
	}
	clerk := c.role == kpi.Clerk
	switch status := rows[0].Status; {
	case status == kpi.StatusNotStarted && clerk:
		return "Biểu chưa nhập: bắt đầu nhập", nil
	case status == kpi.StatusInProgress && clerk:
		return "Biểu đang nhập, có cảnh báo: nhập tiếp, giải trình, trình duyệt", nil
	case status == kpi.StatusReturnedUnit && clerk:
		return "Biểu bị đơn vị trả lại: sửa ô có góp ý, trình lại", nil
	case status == kpi.StatusReturnedProvince && clerk:
		return "Biểu bị tỉnh trả lại: sửa ô có góp ý, trình lại", nil
	case status == kpi.StatusAtUnit && !clerk:
		return "Biểu chờ duyệt: xem, duyệt hoặc trả lại", nil
	case status == kpi.StatusAtUnit:
		return "Biểu đã trình, chờ đơn vị duyệt: có thể rút lại", nil
	case status == kpi.StatusAtProvince:
		return "Biểu đã gửi, chờ tỉnh duyệt: xem số liệu", nil
	case status == kpi.StatusAccepted || status == kpi.StatusClosed:
		return "Biểu đã được tỉnh phê duyệt: xem số liệu, lịch sử từng ô", nil
	}
	return "Biểu đang ở chỗ người nhập: xem tiến độ", nil
}
