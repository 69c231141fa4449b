// Package store keeps everything that chiso knows in one bbolt file, evidence files and the search index aside.
//
// One top-level bucket is one table; keys are ordered bytes, their parts joined by '|', which no id can contain.
// There are no nested buckets and no sequences of bbolt's own, so that the same layout can stand on another ordered
// key-value engine. Every record ends in the CRC32C of what precedes it.
//
//	meta        name                          → "schema" version, "events" count, "definitions" number, "secret" of the forms, "reminders" when they were last looked for, "abbreviations" as edited, "clock" as last marked, "files" when they were last read
//	set         set                           → kpi.IndicatorSet, JSON
//	indicator   set|code|from month           → kpi.Indicator, one version, JSON
//	unit        code                          → kpi.Unit, JSON
//	assignment  set|unit|indicator            → kpi.Assignment, JSON
//	round       set|month                     → kpi.Round, JSON
//	due         set|month|unit                → codes of the cells due on the sheet, joined as in a key
//	sheet       set|month|unit                → kpi.Sheet, JSON
//	cell        set|month|unit|indicator      → kpi.Cell, binary
//	evidence    unit|evidence                 → kpi.Evidence, JSON
//	attachment  set|month|unit|indicator|evidence → kpi.Attachment, JSON: the evidence proves the cell
//	guidance    document                      → kpi.Guidance, JSON
//	guidance_of set|indicator|document        → nothing: an index of guidance by indicator
//	passage     document|number               → kpi.Passage, JSON
//	thread      thread                        → kpi.Thread, JSON
//	post        thread|number                 → kpi.Post, JSON
//	thread_by   index|its fields|thread       → nothing: indexes of thread, drawn at threadPlaces
//	focal       unit|officer                  → kpi.FocalPoint, JSON
//	reminder    set|month|unit|occasion       → kpi.Reminder, JSON
//	reminder_text set|month|occasion          → what somebody wrote to the units, JSON
//	mail        set|month|unit|occasion|login → kpi.Mail, JSON
//	override    set|month|indicator           → kpi.Override, JSON
//	figure      set|month|indicator           → kpi.Figure, JSON, written when the round closes
//	reopening   set|month|unit|number         → kpi.Reopening, JSON; the number has four digits
//	revision    set|month|number              → kpi.Revision, JSON: the closing of a round and its corrections
//	frozen      set|month                     → the set and its indicators as they held when the round closed, JSON, gzip
//	user        login                         → kpi.User, JSON
//	session     SHA-256 of the token          → Session, JSON
//	signin      failures|who|where            → Failures, JSON; devices|login → hashes of known devices, JSON; factor|login → Factor, JSON
//	op          login|op id                   → the answer already given, for 48 hours
//	event       sequence, 8 bytes             → kpi.Event, binary
//	event_by    object|sequence               → nothing: an index of event by object
//	hash        index, 8 bytes                → one hash of the RFC 6962 tree over the events
package store

// table names a bucket.
type table string

const (
	tMeta       table = "meta"
	tSet        table = "set"
	tIndicator  table = "indicator"
	tUnit       table = "unit"
	tAssignment table = "assignment"
	tRound      table = "round"
	tDue        table = "due"
	tSheet      table = "sheet"
	tCell       table = "cell"
	tEvidence   table = "evidence"
	tAttachment table = "attachment"
	tGuidance   table = "guidance"
	tGuidanceOf table = "guidance_of"
	tPassage    table = "passage"
	tThread     table = "thread"
	tPost       table = "post"
	tThreadBy   table = "thread_by"
	tFocal      table = "focal"
	tReminder   table = "reminder"
	tRemindText table = "reminder_text"
	tMail       table = "mail"
	tOverride   table = "override"
	tFigure     table = "figure"
	tReopening  table = "reopening"
	tRevision   table = "revision"
	tFrozen     table = "frozen"
	tUser       table = "user"
	tSession    table = "session"
	tSignin     table = "signin"
	tOp         table = "op"
	tEvent      table = "event"
	tEventBy    table = "event_by"
	tHash       table = "hash"
)

// tables lists every bucket of the current schema.
func tables() []table {
	return []table{tMeta, tSet, tIndicator, tUnit, tAssignment, tRound, tDue, tSheet, tCell, tOverride, tFigure, tReopening, tRevision, tFrozen,
		tEvidence, tAttachment, tGuidance, tGuidanceOf, tPassage, tThread, tPost, tThreadBy, tFocal, tReminder, tRemindText, tMail, tUser, tSession, tSignin, tOp, tEvent, tEventBy, tHash}
}
