package kpi

import (
	"strings"
	"time"
)

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
	VerbUndo     Verb = "undo" // the province's acceptance
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
	VerbAttach   Verb = "attach" // evidence to a cell
	VerbDetach   Verb = "detach"
	VerbBackup   Verb = "backup"
	VerbRestore  Verb = "restore"
	VerbWithdraw Verb = "withdraw"  // a guidance document from the list
	VerbAsk      Verb = "ask"       // a question to the province
	VerbDemand   Verb = "demand"    // an explanation of a figure
	VerbAnswer   Verb = "answer"    // to either
	VerbShut     Verb = "shut"      // a thread
	VerbResume   Verb = "resume"    // a thread that was shut
	VerbPublish  Verb = "publish"   // a question with its answer
	VerbReveal   Verb = "reveal"    // a citizen's number was shown in full
	VerbRemind   Verb = "remind"    // a unit of what is missing
	VerbResend   Verb = "resend"    // a mail that was not delivered
	VerbReopen   Verb = "reopen"    // a locked sheet for some hours
	VerbHold     Verb = "hold"      // a round that was to open by itself
	VerbMerge    Verb = "merge"     // a unit into another
	VerbHandOver Verb = "hand-over" // all roles of an account
	VerbDelegate Verb = "delegate"  // the right to sign
	VerbRevoke   Verb = "revoke"    // it, before its time
	VerbCorrect  Verb = "correct"   // figures of a closed round
	VerbFactor   Verb = "factor"    // the second factor of an account was set up or taken away
	VerbEnd      Verb = "end"       // sessions of an account by another one
	VerbExport   Verb = "export"    // the log, to a file
	VerbLoad     Verb = "load"      // many values at once: an import, the history of the demo
	VerbClock    Verb = "clock"     // a person has said that the machine's clock is right
)

// Label returns the verb as the history tells it.
func (v Verb) Label() string {
	return map[Verb]string{VerbSave: "Ghi số liệu", VerbSubmit: "Trình duyệt", VerbRecall: "Rút lại", VerbReturn: "Trả lại", VerbApprove: "Duyệt và gửi tỉnh",
		VerbAccept: "Phê duyệt", VerbUndo: "Hủy phê duyệt", VerbOpen: "Mở kỳ", VerbDates: "Đổi hạn", VerbClose: "Chốt số liệu", VerbOverride: "Đặt số toàn tỉnh", VerbAdd: "Thêm",
		VerbChange: "Sửa", VerbAssign: "Giao chỉ số", VerbReset: "Cấp lại mật khẩu", VerbPassword: "Đổi mật khẩu", VerbDisable: "Khóa", VerbEnable: "Mở khóa",
		VerbSignIn: "Đăng nhập", VerbSignOut: "Đăng xuất", VerbRefuse: "Từ chối", VerbReopen: "Mở lại", VerbCorrect: "Đính chính", VerbLoad: "Nạp số liệu", VerbBackup: "Sao lưu", VerbRestore: "Khôi phục", VerbClock: "Xác nhận giờ máy chủ",
		VerbAsk: "Hỏi", VerbDemand: "Đề nghị giải trình", VerbAnswer: "Trả lời", VerbShut: "Đóng trao đổi", VerbResume: "Mở lại trao đổi",
		VerbPublish: "Công bố hỏi đáp", VerbReveal: "Xem số căn cước",
		VerbHold: "Chưa tự mở kỳ", VerbMerge: "Sáp nhập", VerbHandOver: "Bàn giao", VerbDelegate: "Ủy quyền ký duyệt", VerbRevoke: "Kết thúc ủy quyền",
		VerbRemind: "Đôn đốc", VerbResend: "Gửi lại thư",
		VerbFactor: "Xác thực hai lớp", VerbEnd: "Kết thúc phiên", VerbExport: "Xuất nhật ký",
		VerbAttach: "Gắn minh chứng", VerbDetach: "Gỡ minh chứng", VerbWithdraw: "Thu hồi"}[v]
}

// About names what the event happened to as people call it: «biểu nq57/2026-12/SYT».
func (ev Event) About() string {
	kind, rest, _ := strings.Cut(ev.Object, "/")
	word := map[string]string{"user": "tài khoản", "unit": "đơn vị", "set": "bộ chỉ số", "indicator": "chỉ số", "round": "kỳ", "sheet": "biểu", "cell": "ô", "figure": "số toàn tỉnh",
		"evidence": "minh chứng", "guidance": "văn bản", "thread": "trao đổi", "focal": "cán bộ đầu mối", "reminder": "đôn đốc", "mail": "thư", "backup": "sao lưu", "page": "trang",
		"events": "nhật ký", "clock": "đồng hồ", "abbreviations": "từ viết tắt"}[kind]
	if word == "" {
		return ev.Object
	}
	return strings.TrimSpace(word + " " + rest)
}

// Event returns an event of this actor about an object.
func (a Actor) Event(v Verb, object, old, new, reason string) Event {
	return Event{At: a.At, By: a.User.Login, Addr: a.Addr, Request: a.Request, Verb: v, Object: object, Old: old, New: new, Reason: reason}
}
