package kpi

import (
	"fmt"
	"slices"
)

// Action is a step that somebody takes with a sheet.
type Action string

// The actions.
const (
	ActEnter          Action = "enter"           // change a cell
	ActSubmit         Action = "submit"          // Trình duyệt
	ActRecall         Action = "recall"          // Rút lại
	ActUnitReturn     Action = "unit-return"     // Trả lại (đơn vị)
	ActApprove        Action = "approve"         // Duyệt và gửi tỉnh
	ActWithdraw       Action = "withdraw"        // Rút lại what the unit has approved
	ActProvinceReturn Action = "province-return" // Trả lại (tỉnh)
	ActAccept         Action = "accept"          // Phê duyệt
	ActUndoAccept     Action = "undo-accept"     // Hủy phê duyệt
)

// Actions lists all actions in the order of the workflow.
func Actions() []Action {
	return []Action{ActEnter, ActSubmit, ActRecall, ActUnitReturn, ActApprove, ActWithdraw, ActProvinceReturn, ActAccept, ActUndoAccept}
}

// Label returns the action as a button says it.
func (a Action) Label() string {
	return map[Action]string{ActEnter: "Nhập liệu", ActSubmit: "Trình duyệt", ActRecall: "Rút lại", ActUnitReturn: "Trả lại",
		ActApprove: "Duyệt và gửi tỉnh", ActWithdraw: "Rút lại", ActProvinceReturn: "Trả lại", ActAccept: "Phê duyệt", ActUndoAccept: "Hủy phê duyệt"}[a]
}

// Verb returns how the log calls the action.
func (a Action) Verb() Verb {
	return map[Action]Verb{ActEnter: VerbSave, ActSubmit: VerbSubmit, ActRecall: VerbRecall, ActUnitReturn: VerbReturn, ActApprove: VerbApprove,
		ActWithdraw: VerbRecall, ActProvinceReturn: VerbReturn, ActAccept: VerbAccept, ActUndoAccept: VerbUndo}[a]
}

// transition is one row of the workflow: from a state, a role may take an action that leads to a state.
type transition struct {
	From   State
	Action Action
	Role   Role
	To     State
}

// workflow is the whole life of a sheet; an array, because it is asked for each cell of a page.
func workflow() [10]transition {
	return [...]transition{
		{Draft, ActEnter, Clerk, Draft},
		{Draft, ActSubmit, Clerk, Submitted},
		{Submitted, ActRecall, Clerk, Draft},
		{Submitted, ActUnitReturn, Approver, Draft},
		{Submitted, ActApprove, Approver, Approved},
		{Approved, ActWithdraw, Approver, Submitted},
		{Approved, ActProvinceReturn, Coordinator, Draft},
		{Approved, ActAccept, Coordinator, Accepted},
		{Accepted, ActProvinceReturn, Coordinator, Draft},
		{Accepted, ActUndoAccept, Coordinator, Approved},
	}
}

// Next returns the state that the action leads to from s, or a Conflict error that says why it does not fit.
func Next(s State, a Action) (State, error) {
	for _, t := range workflow() {
		if t.From == s && t.Action == a {
			return t.To, nil
		}
	}
	return s, Errorf(Conflict, "Không %s được: biểu %s.", verb(a), stateClause(s))
}

func verb(a Action) string {
	return map[Action]string{ActEnter: "sửa số liệu", ActSubmit: "trình duyệt", ActRecall: "rút lại", ActUnitReturn: "trả lại",
		ActApprove: "duyệt", ActWithdraw: "rút lại", ActProvinceReturn: "trả lại", ActAccept: "phê duyệt", ActUndoAccept: "hủy phê duyệt"}[a]
}

func stateClause(s State) string {
	return map[State]string{Draft: "đang ở chỗ người nhập liệu", Submitted: "đã trình, đang chờ đơn vị duyệt",
		Approved: "đã gửi tỉnh, đang chờ tỉnh duyệt", Accepted: "đã được tỉnh phê duyệt"}[s]
}

// MayAct returns nil if the user holds the role that the action wants for the unit; otherwise a Denied error, or
// NotFound for a unit whose sheets the user may not even see.
func MayAct(u User, a Action, unit string) error {
	for _, t := range workflow() {
		if t.Action == a && u.holds(t.Role, unit) {
			return nil
		}
	}
	if err := MaySeeUnit(u, unit); err != nil {
		return err
	}
	if slices.Contains(u.Sees, unit) {
		return Errorf(Denied, "Đơn vị này đã sáp nhập; đơn vị kế thừa xem được biểu cũ nhưng không %s.", verb(a))
	}
	steps := workflow()
	i := slices.IndexFunc(steps[:], func(t transition) bool { return t.Action == a })
	return Errorf(Denied, "Chỉ người có vai trò %s mới được %s.", steps[i].Role.Label(), verb(a))
}

// Buttons returns the actions that the user may take now with a sheet in state s of the unit, in workflow order.
func Buttons(u User, s State, unit string) []Action {
	var out []Action
	for _, t := range workflow() {
		if t.From == s && u.holds(t.Role, unit) {
			out = append(out, t.Action)
		}
	}
	return out
}

// NotOwn returns a Denied error if the user submitted the sheet or is among the makers, the logins of those who
// entered its cells: nobody approves what they entered themselves, nor lets another sign it for them.
func NotOwn(u User, s Sheet, makers []string) error {
	if s.Submit.By == u.Login || slices.Contains(makers, u.Login) {
		return Errorf(Denied, "Không ai duyệt số liệu do chính mình nhập hoặc trình. Người duyệt khác của đơn vị cần duyệt biểu này.")
	}
	if giver := u.SignsFor(s.Unit); giver != "" && s.State == Submitted && (s.Submit.By == giver || slices.Contains(makers, giver)) {
		return Errorf(Denied, "Số liệu của biểu này do chính người ủy quyền nhập hoặc trình, nên không ký theo ủy quyền được. Người duyệt khác của đơn vị cần duyệt biểu này.")
	}
	return nil
}

// Editable returns nil if the cell may be changed on the sheet, or the reason why not. After the province returned
// a sheet only the cells it sent back are open; the others stay as accepted.
func Editable(s Sheet, c Cell) error {
	if _, err := Next(s.State, ActEnter); err != nil {
		return err
	}
	if s.Returned == ByProvince && c.Review != ReviewReturned {
		return Errorf(Conflict, "Tỉnh chỉ trả lại các ô có lý do; ô %s giữ nguyên số đã duyệt.", c.Indicator)
	}
	if !s.Reopened.Until.IsZero() && !s.Reopened.Has(c.Indicator) {
		return Errorf(Conflict, "Biểu chỉ được mở lại cho một số ô; ô %s giữ nguyên.", c.Indicator)
	}
	return nil
}

// SeenVersion returns a Conflict error unless the sheet is still the one that the person looked at.
func SeenVersion(s Sheet, seen uint32) error {
	if s.Version != seen {
		return Errorf(Conflict, "Biểu đã thay đổi sau khi mở trang: %s. Xem lại rồi làm tiếp.", fmt.Sprintf("biểu %s", stateClause(s.State)))
	}
	return nil
}
