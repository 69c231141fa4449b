package kpi

import "time"

// MaxDelegation is the longest time for which an approver lets somebody else sign, in days.
const MaxDelegation = 90

// maxDelegated is how many delegations an account keeps; those before are in the log.
const maxDelegated = 20

// Delegation lets another officer of a unit sign for an approver, from Start until before End. It is kept with the
// account of the officer who signs.
type Delegation struct {
	Number int // among those of the account, from 1
	Unit   string
	By     string // login of the approver
	Start  time.Time
	End    time.Time
	Reason string
	Made   time.Time
	Ended  Step // before its time; zero: it was not
}

// InForce reports whether the officer signs at instant t, as far as the delegation itself says.
func (d Delegation) InForce(t time.Time) bool {
	return !t.Before(d.Start) && t.Before(d.until())
}

// Over reports whether nothing of the delegation is left at instant t.
func (d Delegation) Over(t time.Time) bool { return !t.Before(d.until()) }

func (d Delegation) until() time.Time {
	if !d.Ended.At.IsZero() && d.Ended.At.Before(d.End) {
		return d.Ended.At
	}
	return d.End
}

// Label says how the delegation stands at instant t.
func (d Delegation) Label(t time.Time) string {
	switch {
	case !d.Ended.At.IsZero():
		return "Đã kết thúc trước hạn"
	case d.Over(t):
		return "Đã hết thời hạn"
	case d.InForce(t):
		return "Đang có hiệu lực"
	}
	return "Chưa đến ngày"
}

// Span shows from when until when: «từ 01/12/2026 đến hết 05/12/2026».
func (d Delegation) Span() string {
	return "từ " + FormatDate(d.Start) + " đến hết " + FormatDate(d.End.Add(-time.Nanosecond))
}

// Validate returns an Invalid error when the span breaks a rule at instant now; its field is from or until.
func (d Delegation) Validate(now time.Time) error {
	y, m, day := now.In(Location).Date()
	today := time.Date(y, m, day, 0, 0, 0, 0, Location)
	switch {
	case d.Start.Before(today):
		return invalidField("from", "Ngày bắt đầu ủy quyền đã qua. Chọn từ hôm nay (%s).", FormatDate(today))
	case !d.Start.Before(d.End):
		return invalidField("until", "Ngày cuối phải từ ngày bắt đầu trở đi.")
	case d.End.Sub(d.Start) > MaxDelegation*24*time.Hour:
		return invalidField("until", "Mỗi lần ủy quyền tối đa %d ngày.", MaxDelegation)
	}
	return nil
}

// MayDelegate returns nil if the giver may let the officer sign at the unit, or the reason why not: the giver is an
// approver there, the officer works there and is none.
func MayDelegate(giver, officer User, unit string) error {
	switch {
	case !giver.Has(Approver, unit):
		return Errorf(Denied, "Chỉ người duyệt của đơn vị được ủy quyền ký duyệt.")
	case officer.Disabled || !officer.Serves(unit):
		return invalidField("to", "Chỉ ủy quyền được cho cán bộ đang có tài khoản của đơn vị.")
	case officer.Has(Approver, unit):
		return invalidField("to", "%s đã là người duyệt của đơn vị, không cần ủy quyền.", officer.Name)
	}
	return nil
}

// Delegate returns the user with one more delegation, or a Conflict error if another one to them at the unit overlaps
// it. Old ones that are over make room.
func (u User) Delegate(d Delegation, now time.Time) (User, error) {
	list := make([]Delegation, 0, len(u.Delegated)+1)
	over := len(u.Delegated) - maxDelegated + 1
	for _, x := range u.Delegated {
		d.Number = max(d.Number, x.Number)
		if x.Unit == d.Unit && !x.Over(now) && d.Start.Before(x.until()) && x.Start.Before(d.End) {
			return u, Errorf(Conflict, "%s đã được ủy quyền ký duyệt của đơn vị %s. Kết thúc ủy quyền đó trước.", u.Name, x.Span())
		}
		if over > 0 && x.Over(now) {
			over--
			continue
		}
		list = append(list, x)
	}
	if over > 0 {
		return u, Errorf(Conflict, "%s đang có %d ủy quyền chưa kết thúc.", u.Name, maxDelegated)
	}
	d.Number++
	u.Delegated = append(list, d)
	return u, nil
}

// Serves reports whether the user has a role at the unit.
func (u User) Serves(unit string) bool { return u.Has(Clerk, unit) || u.Has(Approver, unit) }

// SignsFor returns the login of the approver for whom the user signs at the unit, "" if they sign for nobody: they are
// an approver themselves, or nobody lets them.
func (u User) SignsFor(unit string) string {
	if u.Has(Approver, unit) {
		return ""
	}
	for _, d := range u.Signs {
		if d.Unit == unit {
			return d.By
		}
	}
	return ""
}

// holds reports whether the user may act in the role at the unit: they have it, or sign for somebody who has it.
func (u User) holds(r Role, unit string) bool {
	return u.Has(r, unit) || r == Approver && u.SignsFor(unit) != ""
}
