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
	SeeGuidance     Task = "see-guidance"
	ManageGuidance  Task = "manage-guidance"
	ManageUnits     Task = "manage-units"
	ManageSets      Task = "manage-sets" // sets, indicators, assignments
	ManageRounds    Task = "manage-rounds"
	ManageUsers     Task = "manage-users"
	Delegate        Task = "delegate"         // let another officer of one's unit sign
	DecideReopening Task = "decide-reopening" // let a unit back into a sheet that is locked
	ManageBackups   Task = "manage-backups"
	SeeEvents       Task = "see-events" // the log of all that happened
	SeeHealth       Task = "see-health" // of the server, and to say that its clock is right

	SendReminders Task = "send-reminders" // to units, and the letter about those that are late
	SeeMail       Task = "see-mail"       // delivery of the reminders by mail

	SeeFeedback    Task = "see-feedback"    // threads within reach, published answers
	AskQuestion    Task = "ask-question"    // of the province, for one's unit
	AnswerQuestion Task = "answer-question" // close, reopen, publish
	AskExplanation Task = "ask-explanation" // of a unit, about a figure
	SeeFocal       Task = "see-focal"       // focal points within reach, citizens' numbers masked
	SeeAllFocal    Task = "see-all-focal"   // of every unit
	SeeCitizen     Task = "see-citizen"     // citizens' numbers in full, each time with a reason
)

// Tasks lists all tasks.
func Tasks() []Task {
	return []Task{SeeSheets, SeeQueue, SeeUnits, SeeIndicators, SeeBoard, SeeConsolidated, SeeProvisional, SetFigure, SeeGuidance, ManageGuidance, ManageUnits, ManageSets, ManageRounds, ManageUsers, ManageBackups, SeeEvents, SeeHealth,
		SeeFeedback, AskQuestion, AnswerQuestion, AskExplanation, SeeFocal, SeeAllFocal, SeeCitizen, SendReminders, SeeMail, DecideReopening, Delegate}
}

// allowed is the one table of who may do what. A role that is not listed may not.
func allowed(t Task) []Role {
	switch t {
	case SeeSheets:
		return []Role{Clerk, Approver, Coordinator, Liaison, Leader}
	case SeeQueue:
		return []Role{Approver, Coordinator}
	case SeeUnits, SeeIndicators, SeeGuidance:
		return Roles()
	case SeeBoard, SeeProvisional:
		return []Role{Coordinator, Liaison, Leader}
	case SeeConsolidated:
		return []Role{Clerk, Approver, Coordinator, Liaison, Leader}
	case SetFigure, ManageRounds, DecideReopening:
		return []Role{Coordinator}
	case ManageUnits, ManageSets, ManageGuidance:
		return []Role{Coordinator, Admin}
	case ManageUsers, ManageBackups, SeeHealth:
		return []Role{Admin}
	case SeeEvents:
		return []Role{Leader, Admin}
	case SendReminders:
		return []Role{Coordinator}
	case SeeMail:
		return []Role{Coordinator, Admin}
	case SeeFeedback:
		return Roles()
	case AskQuestion:
		return []Role{Clerk, Approver}
	case AnswerQuestion:
		return []Role{Coordinator}
	case Delegate:
		return []Role{Approver}
	case AskExplanation:
		return []Role{Leader, Coordinator}
	case SeeFocal:
		return []Role{Approver, Coordinator, Liaison, Leader, Admin}
	case SeeAllFocal:
		return []Role{Coordinator, Liaison, Leader, Admin}
	case SeeCitizen:
		return []Role{Liaison}
	}
	return nil
}

// May returns nil if the user may do the task, or a Denied error that says who may.
func May(u User, t Task) error {
	roles := allowed(t)
	if slices.ContainsFunc(roles, u.HasRole) || t == SeeQueue && len(u.Signs) > 0 {
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
	if u.Serves(unit) || slices.Contains(u.Sees, unit) || May(u, SeeProvisional) == nil {
		return nil
	}
	return Errorf(NotFound, "Không tìm thấy biểu này trong phạm vi của tài khoản.")
}
