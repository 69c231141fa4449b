package kpi

import "time"

// Round is one month of one set. Its dates decide what is open; nothing else does.
type Round struct {
	Set   string
	Month Month
	Dates
	Opened   time.Time
	OpenedBy string
	Closed   time.Time `json:",omitzero"` // zero while open
	ClosedBy string    `json:",omitempty"`
	Revision int       `json:",omitempty"` // 1 after closing
}

// Dates are the instants of a round, each half-open: on time means strictly before it.
type Dates struct {
	Opens       time.Time // entry begins
	UnitDue     time.Time // the unit's approval is late from here
	ProvinceDue time.Time // the province's own deadline
	Locks       time.Time // nothing can be entered or approved from here
}

// DefaultDates returns the dates of month m as the province has set them: units by 24h00 of day 16, the province
// by 24h00 of day 18, locked at 24h00 of day 25.
func DefaultDates(m Month) Dates {
	return Dates{Opens: m.Day(1), UnitDue: m.Day(17), ProvinceDue: m.Day(19), Locks: m.Day(26)}
}

// Equal reports whether both have the same four instants.
func (d Dates) Equal(e Dates) bool {
	return d.Opens.Equal(e.Opens) && d.UnitDue.Equal(e.UnitDue) && d.ProvinceDue.Equal(e.ProvinceDue) && d.Locks.Equal(e.Locks)
}

// Validate returns an Invalid error when the dates are not in order; its field is opens, unit, province or locks.
func (d Dates) Validate() error {
	switch {
	case d.Opens.IsZero() || d.UnitDue.IsZero() || d.ProvinceDue.IsZero() || d.Locks.IsZero():
		return Errorf(Invalid, "Cần đủ bốn mốc: ngày mở, hạn của đơn vị, hạn của tỉnh, ngày khóa.")
	case !d.Opens.Before(d.UnitDue):
		return invalidField("opens", "Ngày mở kỳ phải trước hạn nộp của đơn vị (%s).", FormatDeadline(d.UnitDue))
	case d.ProvinceDue.Before(d.UnitDue):
		return invalidField("province", "Hạn của tỉnh (%s) không được trước hạn của đơn vị (%s).", FormatDeadline(d.ProvinceDue), FormatDeadline(d.UnitDue))
	case d.Locks.Before(d.UnitDue):
		return invalidField("locks", "Ngày khóa (%s) không được trước hạn của đơn vị (%s).", FormatDeadline(d.Locks), FormatDeadline(d.UnitDue))
	}
	return nil
}

// ID returns "nq57/2026-05".
func (r Round) ID() string { return r.Set + "/" + r.Month.String() }

// IsClosed reports whether the round's figures are frozen.
func (r Round) IsClosed() bool { return !r.Closed.IsZero() }

// Open returns nil if at instant t units may enter and approve, or a Closed error that says why not.
func (r Round) Open(t time.Time) error {
	switch {
	case r.IsClosed():
		return Errorf(Closed, "Kỳ %s đã chốt số liệu lúc %s. Cần sửa thì đề nghị Sở Khoa học và Công nghệ đính chính.", r.Month.Short(), FormatTime(r.Closed))
	case t.Before(r.Opens):
		return Errorf(Closed, "Kỳ %s chưa mở; bắt đầu nhập từ %s.", r.Month.Short(), FormatTime(r.Opens))
	case !t.Before(r.Locks):
		return Errorf(Closed, "Kỳ %s đã khóa lúc %s; gửi yêu cầu mở lại cho Sở Khoa học và Công nghệ.", r.Month.Short(), FormatDeadline(r.Locks))
	}
	return nil
}
