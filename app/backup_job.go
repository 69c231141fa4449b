package app

import (
	"context"
	"time"

	"chiso/app/kpi"
)

// retryBackup is how long the server waits before it tries again to make a backup that failed.
const retryBackup = time.Hour

// nightBefore returns the last instant not after now that lies at after midnight in Viet Nam.
func nightBefore(now time.Time, at time.Duration) time.Time {
	y, m, d := now.In(kpi.Location).Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, kpi.Location).Add(at)
	if t.After(now) {
		t = t.AddDate(0, 0, -1)
	}
	return t
}

// backupDue reports whether a backup is to be made: the newest one is older than the hour of the plan, or older than an hour and
// behind the data. One that was missed because the server was off is made when it is on again.
func (a *App) backupDue() (bool, error) {
	b, now := &a.backups, a.Now()
	if b.plan.Dir == "" || !b.plan.Nightly {
		return false, nil
	}
	b.mu.Lock()
	tried, failed := b.tried, b.failure != ""
	b.mu.Unlock()
	if failed && now.Sub(tried) < retryBackup && !now.Before(tried) {
		return false, nil
	}
	list, err := b.list(b.plan.Dir)
	if err != nil {
		return false, err
	}
	if len(list) == 0 || list[0].Made.Before(nightBefore(now, b.plan.At)) {
		return true, nil
	}
	if !b.plan.Hourly || now.Sub(list[0].Made) < time.Hour {
		return false, nil
	}
	last, err := a.lastEvent()
	return last > list[0].Events+1, err // the backup itself is one
}

// DueBackup makes a backup if one is due.
func (a *App) DueBackup(ctx context.Context) error {
	due, err := a.backupDue()
	if err != nil || !due {
		return err
	}
	_, err = a.Backup(ctx, a.System())
	if kpi.KindOf(err) == kpi.Conflict { // somebody is making one by hand
		return nil
	}
	return err
}
