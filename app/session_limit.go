package app

import (
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// A limit stops tries after too many failures recorded for who from where.
type limit struct {
	who, where string
	count      int           // this many failures …
	within     time.Duration // … no further apart than this …
	pause      time.Duration // … stop tries until this long after the last
	row        int           // failures in a row after which only an admin helps, 0: no such number
	shared     bool          // others may be the cause: a success does not make up for them
}

// limitsOf returns what bounds the tries of an account. A device that has signed in to it before stands for itself:
// what others do does not stop it.
func limitsOf(login, addr, device string, known bool) []limit {
	own := limit{who: login, where: "address " + addr, count: 5, within: 15 * time.Minute, pause: 15 * time.Minute}
	all := limit{who: login, where: "anywhere", count: 50, within: time.Hour, pause: 30 * time.Second, row: 100, shared: true}
	office := limit{who: noLogin, where: "address " + addr, count: 300, within: time.Hour, pause: 15 * time.Minute, shared: true}
	switch {
	case login == noLogin:
		return []limit{office}
	case known:
		own.where, own.row = "device "+tokenHash(device), 100
		return []limit{own}
	}
	return []limit{own, all, office}
}

// codeLimits returns what bounds the tries of an account at the codes of its second factor. Whoever comes so far knows
// the password; a right password does not make up for wrong codes.
func codeLimits(login, addr string) []limit {
	return []limit{
		{who: login, where: "code " + addr, count: 5, within: 15 * time.Minute, pause: 15 * time.Minute},
		{who: login, where: "code", count: 20, within: time.Hour, pause: 15 * time.Minute, row: 100},
	}
}

// proofLimits returns what bounds the tries of somebody signed in at their own password.
func proofLimits(login string) []limit {
	return []limit{{who: login, where: "change", count: 5, within: 15 * time.Minute, pause: 15 * time.Minute}}
}

// stop returns a Busy error while one of the limits is reached.
func stop(tx *store.Tx, limits []limit, now time.Time) error {
	for _, l := range limits {
		f, err := tx.Failures(l.who, l.where)
		if err != nil {
			return err
		}
		if l.row > 0 && f.Row >= l.row {
			return kpi.Errorf(kpi.Busy, "Tài khoản tạm khóa vì nhập sai %d lần liên tiếp. Đề nghị người quản trị cấp lại mã đăng nhập.", l.row)
		}
		n := len(f.Recent)
		if n < l.count || f.Recent[n-1].Sub(f.Recent[n-l.count]) >= l.within {
			continue
		}
		wait := f.Recent[n-1].Add(l.pause).Sub(now)
		switch {
		case wait > time.Minute:
			until := now.Add(wait + time.Minute - time.Nanosecond).Truncate(time.Minute)
			return kpi.Errorf(kpi.Busy, "Nhập sai quá nhiều lần. Thử lại từ %s ngày %s.", kpi.FormatClock(until), kpi.FormatDate(until))
		case wait > 0:
			return kpi.Errorf(kpi.Busy, "Nhập sai quá nhiều lần. Thử lại sau %d giây.", (wait+time.Second-1)/time.Second)
		}
	}
	return nil
}

// fail records one more failure.
func fail(tx *store.Tx, limits []limit, now time.Time) error {
	for _, l := range limits {
		f, err := tx.Failures(l.who, l.where)
		if err != nil {
			return err
		}
		f.Recent = append(f.Recent, now)
		f.Recent = f.Recent[max(0, len(f.Recent)-l.count):]
		if l.row > 0 {
			f.Row++
		}
		if err := tx.PutFailures(l.who, l.where, f); err != nil {
			return err
		}
	}
	return nil
}

// succeed ends the rows of failures.
func succeed(tx *store.Tx, limits []limit) error {
	for _, l := range limits {
		f, err := tx.Failures(l.who, l.where)
		if err != nil {
			return err
		}
		if f.Row = 0; !l.shared {
			f.Recent = nil
		}
		if err := tx.PutFailures(l.who, l.where, f); err != nil {
			return err
		}
	}
	return nil
}

// forgotten reports whether failures no longer matter. A long row is kept for a month, and one that locks for ever.
func forgotten(f store.Failures, now time.Time) bool {
	if len(f.Recent) == 0 {
		return true
	}
	age := now.Sub(f.Recent[len(f.Recent)-1])
	switch {
	case f.Row == 0:
		return age > time.Hour
	case f.Row < 20:
		return age > 24*time.Hour
	case f.Row < 100:
		return age > 30*24*time.Hour
	}
	return false
}
