package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// BackupPlan says where backups lie, when one is made and how long they stay.
type BackupPlan struct {
	Dir       string        // folder of the backups, outside of the data folder; "": none can be made
	Nightly   bool          // one is made by itself each day …
	At        time.Duration // … this long after midnight in Viet Nam
	Hourly    bool          // and one an hour after the newest, if anything has happened since
	Keep      BackupKeep
	Journal   string // folder on another disk that every commit is recorded in, "": none is
	Second    string // folder on another disk that gets a copy of each, "": none
	Recipient string // public key of age to which the files are encrypted, "": they are not
	Reserve   int64  // bytes that a backup must leave free on the disk
	Config    []byte // the configuration without secrets, to be kept along; nil: none
}

// lateAfter is how old the newest proven backup may be.
const lateAfter = 26 * time.Hour

// Backup is one finished backup: it was opened, checked and compared before it got its name.
type Backup struct {
	Name    string
	Made    time.Time
	Size    int64 // bytes of all its files
	Files   int   // evidence files in it
	Events  uint64
	Cells   int
	Damaged int  // evidence files that could not be taken along: not what they were, or missing
	Coded   bool // encrypted
}

// BackupState is what there is to know about the backups.
type BackupState struct {
	Plan     BackupPlan
	List     []Backup // the newest first
	Last     Backup   // the newest, if there is any
	Late     bool     // none was proven within 26 hours, though one is due each day
	Next     time.Time
	Running  time.Time // since when one is being made, zero if none is
	Failure  string    // sentence about the newest try if it failed
	Failed   time.Time
	Free     int64 // bytes free where the backups lie, -1 if that is unknown
	Database int64 // bytes of the database
}

// backups is the part of an App that makes backups, one at a time.
type backups struct {
	plan   BackupPlan
	verify func(context.Context, string) (store.Contents, error)

	making sync.Mutex // held while one is made

	mu      sync.Mutex
	running time.Time
	tried   time.Time // when the newest try ended
	failure string
	known   map[string]Backup // manifests that were read, by name: a backup never changes
}

// BackupState returns what there is to know about the backups, for those who look after them.
func (a *App) BackupState(actor kpi.Actor) (BackupState, error) {
	if err := kpi.May(actor.User, kpi.ManageBackups); err != nil {
		return BackupState{}, err
	}
	return a.backupState()
}

// BackupHealth returns when the newest proven backup was made, zero if there is none, and whether that is too long ago; ok is
// false where no backup is made by itself.
func (a *App) BackupHealth() (last time.Time, late, ok bool) {
	if a.backups.plan.Dir == "" || !a.backups.plan.Nightly {
		return last, false, false
	}
	state, err := a.backupState()
	if err != nil {
		a.log.Error("backup state", "err", err)
		return last, true, true
	}
	return state.Last.Made, state.Late, true
}

func (a *App) backupState() (s BackupState, err error) {
	b, now := &a.backups, a.Now()
	s.Plan, s.Free = b.plan, -1
	b.mu.Lock()
	s.Running, s.Failure, s.Failed = b.running, b.failure, b.tried
	b.mu.Unlock()
	if s.Database, err = a.store.Size(); err != nil || b.plan.Dir == "" {
		return s, err
	}
	if s.List, err = b.list(b.plan.Dir); err != nil {
		return s, err
	}
	if free, err := store.Free(b.plan.Dir); err == nil { // the folder may not be there yet
		s.Free = free
	}
	if len(s.List) > 0 {
		s.Last = s.List[0]
	}
	if b.plan.Nightly {
		s.Next = nightBefore(now, b.plan.At).AddDate(0, 0, 1)
		since := s.Last.Made
		if since.IsZero() {
			if since, err = a.begun(); err != nil {
				return s, err
			}
		}
		s.Late = !since.IsZero() && now.Sub(since) > lateAfter
	}
	return s, nil
}

// begun is the instant of the first event, zero if nothing has happened yet.
func (a *App) begun() (at time.Time, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		n, err := tx.Events()
		if err != nil || n == 0 {
			return err
		}
		ev, err := tx.Event(1)
		at = ev.At
		return err
	})
	return at, err
}

// Backup makes a backup now and returns it once it is proven. It fails with a Conflict error while another is being made,
// and with a sentence when there is no room or the folder cannot be written; then nothing of it stays.
func (a *App) Backup(ctx context.Context, actor kpi.Actor) (Backup, error) {
	if err := kpi.May(actor.User, kpi.ManageBackups); err != nil && !actor.IsSystem() {
		return Backup{}, err
	}
	b := &a.backups
	if b.plan.Dir == "" {
		return Backup{}, kpi.Errorf(kpi.Conflict, "Chưa khai thư mục sao lưu. Ghi khóa backup.dir trong tệp cấu hình rồi khởi động lại dịch vụ.")
	}
	if !b.making.TryLock() {
		return Backup{}, kpi.Errorf(kpi.Conflict, "Đang có một lần sao lưu chạy. Đợi vài phút rồi tải lại trang.")
	}
	defer b.making.Unlock()
	b.begin(a.Now())
	made, err := a.makeBackup(ctx, actor)
	b.end(a.Now(), err)
	return made, err
}

func (b *backups) begin(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = at
}

// end remembers how a try ended. What is no sentence is told as one, its cause stands in the log.
func (b *backups) end(at time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running, b.tried, b.failure = time.Time{}, at, ""
	switch {
	case err == nil:
	case kpi.KindOf(err) != 0:
		b.failure = err.Error()
	default:
		b.failure = "Sao lưu không thành công vì lỗi của hệ thống. Nguyên nhân ghi trong nhật ký của dịch vụ chiso."
	}
}

// makeBackup makes one backup, its copy in the second place, lets go of what is no longer kept, and logs the event.
func (a *App) makeBackup(ctx context.Context, actor kpi.Actor) (Backup, error) {
	b := &a.backups
	dir := b.plan.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Backup{}, store.DiskError(fmt.Errorf("make backup folder: %w", err), dir)
	}
	if err := sweepBackups(dir); err != nil {
		return Backup{}, store.DiskError(err, dir)
	}
	m, err := a.newMaker(ctx, dir, b.plan.Recipient)
	if err != nil {
		return Backup{}, err
	}
	if err := m.make(); err != nil {
		return Backup{}, store.DiskError(errors.Join(err, os.RemoveAll(m.half)), dir)
	}
	made, err := b.read(dir, m.name)
	if err != nil {
		return Backup{}, err
	}
	err = a.store.Update(func(tx *store.Tx) error {
		return tx.Log(actor.Event(kpi.VerbBackup, "backup/"+m.name, "", fmt.Sprintf("%d sự kiện, %s", made.Events, kpi.FormatSize(made.Size)), ""))
	})
	if err != nil {
		a.log.Error("log backup", "name", m.name, "err", err) // the backup is made all the same
	}
	a.log.Info("backup proven", "name", m.name, "bytes", made.Size, "events", made.Events, "damaged", made.Damaged)
	if err := a.second(ctx, m.name); err != nil {
		return made, err
	}
	return made, errors.Join(prune(dir, b.plan.Keep, a.Now()), pruneSecond(b.plan, a.Now()))
}

// second copies the backup of this name to the second place, if there is one.
func (a *App) second(ctx context.Context, name string) error {
	p := a.backups.plan
	if p.Second == "" {
		return nil
	}
	err := copyBackup(ctx, filepath.Join(p.Dir, name), p.Second)
	if err == nil {
		return nil
	}
	a.log.Error("second backup", "name", name, "dir", p.Second, "err", err)
	why := ""
	if e := store.DiskError(err, p.Second); kpi.KindOf(e) != 0 {
		why = " " + e.Error()
	}
	return kpi.Errorf(kpi.Unavailable, "Bản sao lưu %s đã xong và đã kiểm chứng, nhưng chưa chép được sang nơi thứ hai %s.%s Kiểm tra ổ đĩa đó rồi sao lưu lại.", name, p.Second, why)
}
