package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Finding is the outcome of one check of an installation.
type Finding struct {
	Level kpi.Level // 0: as it should be
	Name  string    // what was looked at
	Text  string
}

const (
	clockSlack = 5 * time.Minute
	minFree    = 500 << 20
)

// Doctor looks over the data folder dir, which no server may hold, and the backups of the plan, and changes nothing. It fails
// only where nothing could be looked at.
func (v Vault) Doctor(ctx context.Context, dir string, plan BackupPlan) ([]Finding, error) {
	release, err := store.Hold(dir)
	if err != nil {
		return nil, err
	}
	defer release() //nolint:errcheck // nothing was written
	path := filepath.Join(dir, store.FileName)
	info, err := os.Stat(path)
	if err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Không đọc được tệp số liệu %s: %v", path, err)
	}
	d := &doctor{vault: v, dir: dir, size: info.Size()}
	contents, err := v.Verify(ctx, path)
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return nil, err
	}
	d.database(contents, err)
	if err == nil {
		d.clock(contents.Last)
		if err := d.evidence(path); err != nil {
			return nil, err
		}
	}
	if err := d.space(); err != nil {
		return nil, err
	}
	d.rights()
	return d.found, d.backups(plan)
}

// doctor collects findings.
type doctor struct {
	vault Vault
	dir   string
	size  int64 // of the database
	found []Finding
}

func (d *doctor) say(level kpi.Level, name, format string, args ...any) {
	d.found = append(d.found, Finding{level, name, fmt.Sprintf(format, args...)})
}

func (d *doctor) database(c store.Contents, err error) {
	const file, log = "Tệp số liệu", "Nhật ký"
	damage, broken := errors.AsType[*store.Damage](err)
	switch {
	case !broken:
		records := 0
		for _, n := range c.Counts {
			records += n
		}
		d.say(0, file, "%s, %s bản ghi; cấu trúc tệp và mã kiểm tra của mọi bản ghi đều đúng.", kpi.FormatSize(d.size), kpi.FormatDecimal(kpi.Dec(int64(records)), 0))
		d.say(0, log, "%s sự kiện, cây băm tính lại khớp. Mốc đối chiếu: %s", kpi.FormatDecimal(kpi.Dec(int64(c.Events)), 0), c.Tree)
	case damage.Part == store.LogPart:
		d.say(0, file, "%s; cấu trúc tệp và mã kiểm tra của mọi bản ghi đều đúng.", kpi.FormatSize(d.size))
		d.say(kpi.Failure, log, "Sự kiện trong nhật ký bị thiếu, thừa hoặc bị sửa. Giữ nguyên thư mục số liệu để kiểm tra và báo người phụ trách an toàn thông tin. (%s)", damage.Detail)
	default:
		what := "Có bản ghi sai mã kiểm tra."
		if damage.Part == store.PagesPart {
			what = "Cấu trúc tệp hỏng hoặc tệp bị cắt ngắn."
		}
		d.say(kpi.Failure, file, "%s Không tự sửa được: khôi phục bản sao lưu mới nhất bằng «chiso restore THƯ-MỤC-SAO-LƯU --data %s». (%s)", what, d.dir, damage.Detail)
	}
}

// clock compares the clock with the newest event: a clock that was set back would let deadlines pass twice.
func (d *doctor) clock(last time.Time) {
	const name = "Đồng hồ"
	now := d.vault.Now()
	switch {
	case last.After(now.Add(clockSlack)):
		d.say(kpi.Failure, name, "Giờ máy chủ là %s, trước sự kiện cuối cùng trong nhật ký (%s): đồng hồ đã bị chỉnh lùi. Chỉnh lại giờ trước khi chạy dịch vụ.", kpi.FormatTime(now), kpi.FormatTime(last))
	case last.IsZero():
		d.say(0, name, "Giờ máy chủ là %s.", kpi.FormatTime(now))
	default:
		d.say(0, name, "Giờ máy chủ là %s, sau sự kiện cuối cùng (%s).", kpi.FormatTime(now), kpi.FormatTime(last))
	}
}

// evidence compares the files that records name with those on the disk, and reads each.
func (d *doctor) evidence(path string) error {
	const name = "Tệp đính kèm"
	var named []kpi.FileID
	err := store.Peek(path, func(tx *store.Tx) (err error) {
		named, err = tx.NamedFiles()
		return err
	})
	if err != nil {
		return err
	}
	have, _, err := evidenceIn(d.dir)
	if err != nil {
		return err
	}
	slices.Sort(have)
	var missing, spoilt, orphans int
	for _, id := range named {
		if _, ok := slices.BinarySearch(have, id); !ok {
			missing++
		}
	}
	for _, id := range have {
		if _, ok := slices.BinarySearch(named, id); !ok {
			orphans++
		}
		f, err := hashFile(filepath.Join(d.dir, filepath.FromSlash(evidencePath(id))))
		if err != nil {
			return err
		}
		if f.SHA256 != string(id) {
			spoilt++
		}
	}
	if missing+spoilt > 0 {
		d.say(kpi.Failure, name, "Trong %d tệp có %d tệp mất, %d tệp hỏng. «chiso restore» từ bản sao lưu còn đủ tệp sẽ đưa các tệp này về.", len(named), missing, spoilt)
	}
	if orphans > 0 {
		d.say(kpi.Warning, name, "%d tệp không còn bản ghi nào nhắc đến; giữ lại không ảnh hưởng gì.", orphans)
	}
	if missing+spoilt+orphans == 0 {
		d.say(0, name, "%d tệp, đủ và đúng nội dung.", len(have))
	}
	return nil
}

func (d *doctor) space() error {
	const name = "Dung lượng trống"
	free, err := store.Free(d.dir)
	if err != nil {
		return err
	}
	if need := max(minFree, 2*d.size); free < need {
		d.say(kpi.Failure, name, "Ổ đĩa chứa %s còn %s, cần ít nhất %s. Giải phóng dung lượng.", d.dir, kpi.FormatSize(free), kpi.FormatSize(need))
	} else {
		d.say(0, name, "%s.", kpi.FormatSize(free))
	}
	return nil
}

// rights checks that this account can write the folder and that no other can read it. On Windows the folder's own access list
// decides, which is not looked at.
func (d *doctor) rights() {
	const name = "Quyền truy cập"
	f, err := os.CreateTemp(d.dir, ".kiem-tra-*")
	if err != nil {
		d.say(kpi.Failure, name, "Không ghi được vào %s: ổ đĩa chỉ cho đọc, hoặc tài khoản chạy chiso thiếu quyền ghi.", d.dir)
		return
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	for _, path := range []string{d.dir, filepath.Join(d.dir, store.FileName)} {
		info, err := os.Stat(path)
		if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			d.say(kpi.Failure, name, "Tài khoản khác trên máy đọc được %s (quyền %o). Chạy: chmod go-rwx %s", path, info.Mode().Perm(), path)
			return
		}
	}
	d.say(0, name, "Ghi được; tài khoản khác trên máy không đọc được.")
}

// backups tells how old the newest backup is.
func (d *doctor) backups(plan BackupPlan) error {
	const name = "Sao lưu"
	if plan.Dir == "" {
		return nil
	}
	list, err := (&backups{}).list(plan.Dir)
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		d.say(kpi.Failure, name, "Chưa có bản sao lưu nào ở %s. Chạy «chiso backup».", plan.Dir)
	case d.vault.Now().Sub(list[0].Made) > lateAfter:
		d.say(kpi.Failure, name, "Bản mới nhất, %s, đã quá 26 giờ. Xem trang Quản trị, mục Sao lưu.", list[0].Name)
	default:
		d.say(0, name, "Bản mới nhất là %s, %s, đã kiểm chứng lúc tạo.", list[0].Name, kpi.FormatSize(list[0].Size))
	}
	return nil
}
