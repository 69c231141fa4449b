package kpi

import "slices"

// Task is something other than a workflow step that a route or a command lets people do.
type Task string

// The tasks.
const (
	SeeSheets       Task = "see-sheets"       // open sheets of units within reach
	SeeQueue        Task = "see-queue"        // sheets that wait for somebody's decision
	SeeUnits        Task = "see-units"        // list of units
	SeeIndicators   Task = "see-indicators"   // definitions
	SeeBoard        Task = "see-board"        // progress of all units
	SeeConsolidated Task = "see-consolidated" // province figures
	SeeProvisional  Task = "see-provisional"  // figures not yet accepted, of every unit
	SetFigure       Task = "set-figure"       // put another province figure beside the computed one
	ManageUnits     Task = "manage-units"
	ManageSets      Task = "manage-sets" // sets, indicators, assignments
	ManageRounds    Task = "manage-rounds"
	ManageUsers     Task = "manage-users"
)

// Tasks lists all tasks.
func Tasks() []Task {
	return []Task{SeeSheets, SeeQueue, SeeUnits, SeeIndicators, SeeBoard, SeeConsolidated, SeeProvisional, SetFigure, ManageUnits, ManageSets, ManageRounds, ManageUsers}
}

// allowed is the one table of who may do what. A role that is not listed may not.
func allowed(t Task) []Role {
	switch t {
	case SeeSheets:
		return []Role{Clerk, Approver, Coordinator, Liaison, Leader}
	case SeeQueue:
		return []Role{Approver, Coordinator}
	case SeeUnits, SeeIndicators:
		return Roles()
	case SeeBoard, SeeProvisional:
		return []Role{Coordinator, Liaison, Leader}
	case SeeConsolidated:
		return []Role{Clerk, Approver, Coordinator, Liaison, Leader}
	case SetFigure, ManageRounds:
		return []Role{Coordinator}
	case ManageUnits, ManageSets:
		return []Role{Coordinator, Admin}
	case ManageUsers:
		return []Role{Admin}
	}
	return nil
}

// May returns nil if the user may do the task, or a Denied error that says who may.
func May(u User, t Task) error {
	roles := allowed(t)
	if slices.ContainsFunc(roles, u.HasRole) {
		return nil
	}
	names := ""
	for i, r := range roles {
		if i > 0 {
			names += ", "
		}
		names += r.Label()
	}
	return Errorf(Denied, "Chức năng này chỉ dành cho vai trò: %s.", names)
}

// MaySeeUnit returns nil if the user may open the unit's sheets, or NotFound: that a sheet exists is not told to
// people who may not see it.
func MaySeeUnit(u User, unit string) error {
	if u.Has(Clerk, unit) || u.Has(Approver, unit) || May(u, SeeProvisional) == nil {
		return nil
	}
	return Errorf(NotFound, "Không tìm thấy biểu này trong phạm vi của tài khoản.")
}
