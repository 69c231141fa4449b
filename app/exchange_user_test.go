package app

import (
	"slices"
	"strings"
	"testing"

	"chiso/app/kpi"
)

const userHead = "Tên đăng nhập|Họ và tên|Email|Số điện thoại|Vai trò|Mã đơn vị"

func TestImportUsers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	file := ImportFile{Name: "tk.xlsx", Data: form(t, userHead,
		"an.syt|Nguyễn Văn An|an@syt.gov.vn|n:912345678|Nhập liệu|SYT",
		"binh|Lê Bình||0912 345 678|Điều phối tỉnh; lãnh đạo|",
		"AN.SYT||||Người duyệt|XA1; SYT")}
	p, codes, err := f.Import(f.admin(t), ImportUsers, file)
	if err != nil || p.Added != 2 || len(codes) != 2 {
		t.Fatalf("%v %v\n%s", err, codes, tell(p))
	}
	u := f.user(t, "an.syt")
	want := []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}, {Role: kpi.Approver, Unit: "XA1"}, {Role: kpi.Approver, Unit: "SYT"}}
	if !slices.Equal(u.Grants, want) || u.Phone != "0912345678" || !u.MustChange || u.Created != f.Now() {
		t.Errorf("%+v", u)
	}
	if ok, _, err := f.hash.verify(u.Password, codes["an.syt"]); !ok || err != nil {
		t.Error("the one-time code is not the password", err)
	}
	if !hasFlag(p.Lines[0], "thêm lại số 0") || !strings.Contains(p.Lines[0].Text, "gộp cả hàng 4") {
		t.Errorf("%+v", p.Lines[0])
	}
	p, codes, err = f.Import(f.admin(t), ImportUsers, file)
	if err != nil || p.Left != 2 || len(codes) != 0 {
		t.Errorf("again: %v %v\n%s", err, codes, tell(p))
	}
	before := f.user(t, "binh").Password
	p, codes, err = f.Import(f.admin(t), ImportUsers, ImportFile{Name: "tk.xlsx", Data: form(t, "Tên đăng nhập|Họ tên|Vai trò", "binh|Lê Thị Bình|Lãnh đạo")})
	u = f.user(t, "binh")
	if err != nil || p.Changed != 1 || len(codes) != 0 || u.Phone != "0912 345 678" || u.Name != "Lê Thị Bình" || len(u.Grants) != 1 || u.Password != before {
		t.Errorf("%v %+v\n%s", err, u, tell(p))
	}
}

func TestImportUsers_Refusals(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, row, want string }{
		{"login", "Ẩn Danh|A|||Lãnh đạo|", "chữ thường không dấu"},
		{"no login", "|A|||Lãnh đạo|", "còn trống"},
		{"role", "hai|A|||Trùm|", "Nhập liệu · Duyệt"},
		{"no unit", "hai|A|||Nhập liệu|", "phải có mã đơn vị"},
		{"unknown unit", "hai|A|||Nhập liệu|KHONG", "KHONG"},
		{"mail", "hai|A|a@||Lãnh đạo|", "Thư điện tử"},
		{"system", "hethong|A|||Lãnh đạo|", "dành riêng"},
		{"other name", "mot|Tên khác|||Lãnh đạo|", "hàng 2 và hàng 3"},
		{"last admin", "sep|Lê Sếp|||Lãnh đạo|", "quản trị"},
		{"no role", "hai|A||||", "chưa có vai trò"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			before := eventCount(t, f)
			p, codes, err := f.Import(f.System(), ImportUsers, ImportFile{Name: "tk.xlsx", Data: form(t, userHead, "mot|Một|||Lãnh đạo|", tt.row)})
			if kpi.KindOf(err) != kpi.Invalid || p.Refused != 1 || codes != nil || !strings.Contains(tell(p), tt.want) || eventCount(t, f) != before {
				t.Errorf("%v\n%s", err, tell(p))
			}
		})
	}
}
