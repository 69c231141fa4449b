package kpi

import (
	"net/mail"
	"strings"
	"time"
)

// FocalPoint is the named officer of a unit whom the province calls.
type FocalPoint struct {
	Unit     string
	ID       string // within the unit; later ones are larger
	Name     string
	Position string `json:",omitempty"`
	Phone    string `json:",omitempty"` // digits, from 0
	Email    string `json:",omitempty"`
	Citizen  Sealed `json:",omitzero"` // số căn cước
	Changed  time.Time
	By       string
}

// Sealed is a text that only the holder of a key can read.
type Sealed struct {
	Text string // version, id of the key, and the encrypted text
	Mark string // the same for the same text under one key, and for nothing else
}

// IsZero reports whether nothing was sealed.
func (s Sealed) IsZero() bool { return s.Text == "" }

// MaxFocalPoints bounds how many officers a unit names.
const MaxFocalPoints = 5

// ValidFocal reports whether s can be the id of a focal point: 12 hexadecimal digits.
func ValidFocal(s string) bool { return len(s) == 12 && only(s, 'a', 'f', "") }

// Object is what the events about the officer happen to.
func (f FocalPoint) Object() string { return "focal/" + f.Unit + "/" + f.ID }

// Validate returns an Invalid error when the entry breaks a rule; its field is name, position, phone or email.
func (f FocalPoint) Validate() error {
	switch {
	case !ValidCode(f.Unit) || !ValidFocal(f.ID):
		return Errorf(Invalid, "Cán bộ đầu mối không gắn với đơn vị nào. Tải lại trang rồi ghi lại.")
	case f.Name == "":
		return invalidField("name", "Ghi họ tên của cán bộ đầu mối.")
	case len([]rune(f.Name)) > 120:
		return invalidField("name", "Họ tên dài quá 120 ký tự.")
	case len([]rune(f.Position)) > 200:
		return invalidField("position", "Chức vụ dài quá 200 ký tự.")
	case f.Phone != "" && !validMobile(f.Phone):
		return invalidField("phone", "Số di động «%s» phải gồm 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09; ví dụ 0912 345 678.", Clip(f.Phone, 20))
	case f.Email != "" && !validEmail(f.Email):
		return invalidField("email", "Thư điện tử «%s» không đúng dạng ten@coquan.gov.vn.", Clip(f.Email, 60))
	}
	return nil
}

// ReadPhone takes what people put between the digits of a phone number away, and +84 as 0: «+84 912.345.678» gives
// 0912345678. Anything else stays, for Validate to refuse.
func ReadPhone(s string) string {
	s = strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "", "(", "", ")", "").Replace(strings.TrimSpace(s))
	if rest, ok := strings.CutPrefix(s, "+84"); ok {
		s = "0" + strings.TrimPrefix(rest, "0")
	}
	return s
}

func validMobile(s string) bool {
	return len(s) == 10 && digits(s) && s[0] == '0' && strings.IndexByte("35789", s[1]) >= 0
}

func validEmail(s string) bool {
	at, err := mail.ParseAddress(s)
	return err == nil && at.Address == s && len(s) <= 254
}

// FormatPhone shows «0912 345 678».
func FormatPhone(s string) string {
	if !validMobile(s) {
		return s
	}
	return s[:4] + " " + s[4:7] + " " + s[7:]
}

// ReadCitizen reads a citizen's number as typed: 12 digits, with or without spaces and dots. Blank gives "". The
// Invalid error belongs to the field citizen and does not repeat the number.
func ReadCitizen(s string) (string, error) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "").Replace(strings.TrimSpace(s))
	if s != "" && (len(s) != 12 || !digits(s)) {
		return "", invalidField("citizen", "Số căn cước phải gồm đúng 12 chữ số, như ghi trên thẻ. Ghi lại số.")
	}
	return s, nil
}

// MaskCitizen shows a citizen's number as «••••••1234».
func MaskCitizen(s string) string {
	if len(s) < 4 {
		return "••••••"
	}
	return "••••••" + s[len(s)-4:]
}

func digits(s string) bool { return s == "" || only(s, '0', '9', "") }

// MaySeeFocal returns nil if the user may read the entries of the unit, citizens' numbers masked.
func MaySeeFocal(u User, unit string) error {
	if err := May(u, SeeFocal); err != nil {
		return err
	}
	if u.Has(Approver, unit) || May(u, SeeAllFocal) == nil {
		return nil
	}
	return Errorf(NotFound, "Không tìm thấy cán bộ đầu mối trong phạm vi của tài khoản.")
}

// MayKeepFocal returns nil if the user may change the entries of the unit: its approver, and of all units the
// coordinator, the liaison and the admin.
func MayKeepFocal(u User, unit string) error {
	if err := MaySeeFocal(u, unit); err != nil {
		return err
	}
	if u.Has(Approver, unit) || u.HasRole(Coordinator) || u.HasRole(Liaison) || u.HasRole(Admin) {
		return nil
	}
	return Errorf(Denied, "Danh sách cán bộ đầu mối do người duyệt của đơn vị, điều phối tỉnh, đầu mối Trung ương hoặc quản trị ghi.")
}

// MayEnterCitizen returns nil if the user may put in the number of an officer of the unit: its own approver, who has
// it from the officer, and the liaison, who passes it on. Nobody else needs to handle it.
func MayEnterCitizen(u User, unit string) error {
	if u.Has(Approver, unit) || u.HasRole(Liaison) {
		return nil
	}
	return Errorf(Denied, "Số căn cước chỉ do người duyệt của đơn vị hoặc đầu mối Trung ương ghi.")
}
