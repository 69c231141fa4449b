package kpi

import "time"

// State is where a sheet stands. A closed round makes every sheet Closed without touching its record.
type State string

// The stored states of a sheet.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Approved  State = "approved"
	Accepted  State = "accepted"
)

// Awaits returns what a sheet in the state waits for in its unit, "" if it waits for nothing there.
func (s State) Awaits() Action {
	switch s {
	case Draft:
		return ActEnter
	case Submitted:
		return ActApprove
	}
	return ""
}

// Stage says who sent a draft back.
type Stage string

// The stages of return.
const (
	ByUnit     Stage = "unit"
	ByProvince Stage = "province"
)

// Step is a workflow step as it was last taken.
type Step struct {
	By  string    `json:",omitempty"`
	At  time.Time `json:",omitzero"`
	For string    `json:",omitempty"` // login of the approver for whom By signed
}

// Sheet is one unit's page of one round.
type Sheet struct {
	Set      string
	Month    Month
	Unit     string
	State    State
	Version  uint32 // grows by one with each step
	Due      int    // cells that are due
	Returned Stage  `json:",omitempty"` // who sent it back; ByProvince stays until the province accepts
	Reason   string `json:",omitempty"` // of the return, for the whole sheet

	Submit        Step
	Approve       Step
	FirstApproval time.Time `json:",omitzero"` // decides whether the unit was on time
	Accept        Step
	Return        Step
	Extended      time.Time `json:",omitzero"` // the unit's own deadline, where the coordinator has moved it
	Reopened      Opening   `json:",omitzero"` // the latest reopening; kept until the province accepts
}

// ID returns "nq57/2026-05/SYT".
func (s Sheet) ID() string { return s.Set + "/" + s.Month.String() + "/" + s.Unit }

// Status is what the screen calls the state of a sheet.
type Status string

// The statuses, in the order of the workflow.
const (
	StatusNotStarted       Status = "not-started"
	StatusInProgress       Status = "in-progress"
	StatusReturnedUnit     Status = "returned-unit"
	StatusReturnedProvince Status = "returned-province"
	StatusAtUnit           Status = "at-unit"
	StatusAtProvince       Status = "at-province"
	StatusAccepted         Status = "accepted"
	StatusClosed           Status = "closed"
)

// Statuses lists all statuses in the order of the workflow.
func Statuses() []Status {
	return []Status{StatusNotStarted, StatusInProgress, StatusReturnedUnit, StatusReturnedProvince, StatusAtUnit, StatusAtProvince, StatusAccepted, StatusClosed}
}

// Label returns the status's name on screen.
func (s Status) Label() string {
	return map[Status]string{StatusNotStarted: "Chưa nhập", StatusInProgress: "Đang nhập", StatusReturnedUnit: "Đơn vị trả lại",
		StatusReturnedProvince: "Tỉnh trả lại", StatusAtUnit: "Chờ đơn vị duyệt", StatusAtProvince: "Chờ tỉnh duyệt",
		StatusAccepted: "Đã phê duyệt", StatusClosed: "Đã chốt"}[s]
}

// Status returns the sheet's status given how many of its cells are filled and whether its round is closed.
func (s Sheet) Status(filled int, closed bool) Status {
	switch {
	case closed && s.State == Accepted:
		return StatusClosed
	case s.State == Accepted:
		return StatusAccepted
	case s.State == Approved:
		return StatusAtProvince
	case s.State == Submitted:
		return StatusAtUnit
	case s.Returned == ByProvince:
		return StatusReturnedProvince
	case s.Returned == ByUnit:
		return StatusReturnedUnit
	case filled > 0:
		return StatusInProgress
	}
	return StatusNotStarted
}

// Timing says how a sheet stands against its deadline.
type Timing string

// The timings.
const (
	OnTime  Timing = "on-time" // approved by the unit before the deadline
	Late    Timing = "late"    // approved by the unit after it
	Overdue Timing = "overdue" // not approved, and the deadline has passed
	Soon    Timing = "soon"    // not approved, less than two days left
	Running Timing = "running" // not approved, more time left
)

// Label returns the timing's name on screen, "" for Running.
func (t Timing) Label() string {
	return map[Timing]string{OnTime: "Đúng hạn", Late: "Nộp muộn", Overdue: "Quá hạn", Soon: "Sắp đến hạn"}[t]
}

// Timing returns how the sheet stands at instant now against the unit's deadline. What counts is the unit's
// first approval: a later return by the province does not make a unit late.
func (s Sheet) Timing(due, now time.Time) Timing {
	switch {
	case !s.FirstApproval.IsZero() && s.FirstApproval.Before(due):
		return OnTime
	case !s.FirstApproval.IsZero():
		return Late
	case !now.Before(due):
		return Overdue
	case due.Sub(now) <= 48*time.Hour:
		return Soon
	}
	return Running
}

// Accepts reports whether the province stands behind the cell: its sheet is accepted, or the province sent back
// other cells of the sheet and let this one stand.
func (s Sheet) Accepts(c Cell) bool {
	return s.State == Accepted || s.Returned == ByProvince && c.Review != ReviewReturned
}
