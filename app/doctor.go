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

// Installation is what Doctor looks over.
type Installation struct {
	Dir     string // data folder
	KeyFile string // of sealed texts; "": KeyFileName in Dir
	Plan    BackupPlan
	Built   time.Time // when the program was made; zero: not known
}

// Doctor looks over the data folder, which no server may hold, and what belongs to it, and changes nothing. It fails only where
// nothing could be looked at.
func (v Vault) Doctor(ctx context.Context, in Installation) ([]Finding, error) {
	dir := in.Dir
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
	whole := err == nil
	if whole {
		d.clock(contents.Last, in.Built)
		if err := d.evidence(path); err != nil {
			return nil, err
		}
	}
	if err := d.space(); err != nil {
		return nil, err
	}
	d.rights()
	keys := in.KeyFile
	if keys == "" {
		keys = filepath.Join(dir, KeyFileName)
	}
	if d.key(keys) && whole {
		if err := d.sealed(keys, path); err != nil {
			return nil, err
		}
	}
	if whole {
		if err := d.journal(in.Plan.Journal); err != nil {
			return nil, err
		}
	}
	return d.found, d.backups(ctx, in.Plan)
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
func (d *doctor) clock(last, built time.Time) {
	const name = "Đồng hồ"
	now := d.vault.Now()
	switch {
	case last.After(now.Add(clockSlack)):
		d.say(kpi.Failure, name, "Giờ máy chủ là %s, trước sự kiện cuối cùng trong nhật ký (%s): đồng hồ đã bị chỉnh lùi. Chỉnh lại giờ trước khi chạy dịch vụ.", kpi.FormatTime(now), kpi.FormatTime(last))
	case now.Before(built):
		d.say(kpi.Failure, name, "Giờ máy chủ là %s, trước khi chương trình này được làm ra (%s): đồng hồ sai. Chỉnh lại giờ trước khi chạy dịch vụ.", kpi.FormatTime(now), kpi.FormatTime(built))
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
	disk, err := store.Disk(d.dir)
	if err != nil {
		return err
	}
	free := disk.Free
	defer d.disk(disk)
	if need := max(minFree, 2*d.size); free < need {
		d.say(kpi.Failure, name, "Ổ đĩa chứa %s còn %s, cần ít nhất %s. Giải phóng dung lượng.", d.dir, kpi.FormatSize(free), kpi.FormatSize(need))
	} else {
		d.say(0, name, "%s.", kpi.FormatSize(free))
	}
	return nil
}

// minInodes is how many files a disk must still take.
const minInodes = 10_000

// disk says whether a database is safe on this kind of disk, and whether the disk still takes files.
func (d *doctor) disk(disk store.DiskState) {
	const name = "Loại ổ đĩa"
	switch disk.Kind {
	case store.NetworkDisk:
		d.say(kpi.Failure, name, "%s nằm trên ổ mạng (NFS, SMB…): số liệu có thể hỏng. Chuyển thư mục số liệu sang ổ đĩa của máy; ổ mạng chỉ dùng làm nơi sao lưu thứ hai.", d.dir)
	case store.MemoryDisk:
		d.say(kpi.Warning, name, "%s nằm trong bộ nhớ (tmpfs), mất khi máy tắt. Chuyển sang ổ đĩa thật.", d.dir)
	case store.LayeredDisk:
		d.say(kpi.Warning, name, "%s nằm trong lớp tạm của một container, mất khi container bị xóa. Gắn một ổ đĩa thật.", d.dir)
	default:
		d.say(0, name, "Ổ đĩa của máy.")
	}
	if disk.Files >= 0 && disk.Files < minInodes {
		d.say(kpi.Failure, "Số tệp còn tạo được", "Ổ đĩa chỉ còn tạo được %d tệp. Xóa bớt tệp không dùng.", disk.Files)
	}
}

const keyName = "Tệp khóa"

// key checks that the file with the keys, if there is one, can be read, and by no other account. It reports whether so.
func (d *doctor) key(path string) bool {
	info, err := os.Stat(path)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o027 != 0 { // a group may read what the administrator keeps for the service
		d.say(kpi.Failure, keyName, "Tài khoản khác trên máy đọc hoặc ghi được %s (quyền %o). Chạy: chmod 600 %s", path, info.Mode().Perm(), path)
		return false
	}
	if _, err := readKeys(path); err != nil {
		d.say(kpi.Failure, keyName, "Không đọc được %s. Chép lại tệp từ bản niêm phong. (%v)", path, err)
		return false
	}
	return true
}

// sealed checks that the keys in the file open every sealed text of the database.
func (d *doctor) sealed(keys, path string) error {
	ring, err := readKeys(keys)
	if err != nil {
		return err
	}
	var all, closed int
	err = store.Peek(path, func(tx *store.Tx) error {
		return eachSealed(tx, func(place string, s kpi.Sealed) {
			all++
			if _, ok := ring.open(place, s); !ok {
				closed++
			}
		})
	})
	switch {
	case err != nil:
		return err
	case closed > 0 && len(ring) == 0:
		d.say(kpi.Failure, keyName, "Thiếu %s nên không mở được %d nội dung mã hóa (số căn cước, xác thực hai lớp). Bản sao lưu không chứa tệp này: chép lại từ bản niêm phong.", keys, closed)
	case closed > 0:
		d.say(kpi.Failure, keyName, "%s không mở được %d trong %d nội dung mã hóa (số căn cước, xác thực hai lớp): thiếu khóa. Chép lại tệp từ bản niêm phong.", keys, closed, all)
	case len(ring) == 0:
		d.say(0, keyName, "Chưa có; được tạo khi ghi số căn cước hoặc xác thực hai lớp đầu tiên.")
	default:
		d.say(0, keyName, "%s, %d khóa, mở được cả %d nội dung mã hóa.", keys, len(ring), all)
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
	if runtime.GOOS == "windows" {
		d.say(0, name, "Ghi được. Tài khoản nào khác đọc được thì xem ở quyền của thư mục: icacls %s", d.dir)
		return
	}
	d.say(0, name, "Ghi được; tài khoản khác trên máy không đọc được.")
}

// backups tells how old the newest backup is, and reads it whole once more.
func (d *doctor) backups(ctx context.Context, plan BackupPlan) error {
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
		m, opened, err := d.vault.Check(ctx, filepath.Join(plan.Dir, list[0].Name))
		switch {
		case err != nil && kpi.KindOf(err) == 0:
			return err
		case err != nil:
			d.say(kpi.Failure, name, "%s", err)
		case !opened:
			d.say(0, name, "Bản mới nhất là %s, %s; các tệp còn nguyên, mã hóa nên chỉ mở được bằng khóa riêng.", list[0].Name, kpi.FormatSize(list[0].Size))
		default:
			d.say(0, name, "Bản mới nhất là %s, %s; vừa mở ra đọc hết, %d sự kiện.", list[0].Name, kpi.FormatSize(list[0].Size), m.Contents.Events)
		}
	}
	return nil
}
