package kpi

import "time"

// Event is one entry of the log: who changed what, when, from what to what, and why. Every change of the store has
// one.
type Event struct {
	Seq     uint64 // position in the log, given by the store
	At      time.Time
	By      string // login
	Addr    string
	Request string
	Verb    Verb
	Object  string // what it happened to: "cell/nq57/2026-05/SYT/1.01", "sheet/…", "user/…"
	Old     string // as a person would read it
	New     string
	Reason  string
}

// Verb says what happened in an Event.
type Verb string

// The verbs.
const (
	VerbSave     Verb = "save"
	VerbSubmit   Verb = "submit"
	VerbRecall   Verb = "recall"
	VerbReturn   Verb = "return"
	VerbApprove  Verb = "approve"
	VerbAccept   Verb = "accept"
	VerbOpen     Verb = "open"
	VerbDates    Verb = "dates"
	VerbClose    Verb = "close"
	VerbOverride Verb = "override"
	VerbAdd      Verb = "add"
	VerbChange   Verb = "change"
	VerbAssign   Verb = "assign"
	VerbReset    Verb = "reset"
	VerbPassword Verb = "password"
	VerbDisable  Verb = "disable"
	VerbEnable   Verb = "enable"
	VerbSignIn   Verb = "sign-in"
	VerbSignOut  Verb = "sign-out"
	VerbRefuse   Verb = "refuse"
	VerbLoad     Verb = "load" // many values at once: an import, the history of the demo
)

// Label returns the verb as the history tells it.
func (v Verb) Label() string {
	return map[Verb]string{VerbSave: "Ghi số liệu", VerbSubmit: "Trình duyệt", VerbRecall: "Rút lại", VerbReturn: "Trả lại", VerbApprove: "Duyệt và gửi tỉnh",
		VerbAccept: "Phê duyệt", VerbOpen: "Mở kỳ", VerbDates: "Đổi hạn", VerbClose: "Chốt số liệu", VerbOverride: "Đặt số toàn tỉnh", VerbAdd: "Thêm",
		VerbChange: "Sửa", VerbAssign: "Giao chỉ số", VerbReset: "Cấp lại mật khẩu", VerbPassword: "Đổi mật khẩu", VerbDisable: "Khóa", VerbEnable: "Mở khóa",
		VerbSignIn: "Đăng nhập", VerbSignOut: "Đăng xuất", VerbRefuse: "Từ chối", VerbLoad: "Nạp số liệu"}[v]
}

// Event returns an event of this actor about an object.
func (a Actor) Event(v Verb, object, old, new, reason string) Event {
	return Event{At: a.At, By: a.User.Login, Addr: a.Addr, Request: a.Request, Verb: v, Object: object, Old: old, New: new, Reason: reason}
}
