package app

import (
	"fmt"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// Officer is a focal point as lists show it.
type Officer struct {
	kpi.FocalPoint
	Mask string // of the citizen's number: «••••••1234», «không giải mã được» without its key, "" for none
}

// UnitOfficers is a unit with its focal points; there may be none.
type UnitOfficers struct {
	Unit     kpi.Unit
	Officers []Officer
}

// unreadable stands for a citizen's number whose key is missing.
const unreadable = "không giải mã được"

// FocalPoints returns the officers of every unit that exists this month and that the actor may see, in the order of
// kinds and names.
func (a *App) FocalPoints(actor kpi.Actor) (list []UnitOfficers, err error) {
	if err := kpi.May(actor.User, kpi.SeeFocal); err != nil {
		return nil, err
	}
	ring := a.keys()
	err = a.store.View(func(tx *store.Tx) error {
		list = nil
		units, err := tx.Units()
		if err != nil {
			return err
		}
		all, err := tx.FocalPoints("")
		if err != nil {
			return err
		}
		of := map[string][]Officer{}
		for _, f := range all {
			of[f.Unit] = append(of[f.Unit], ring.officer(f))
		}
		for _, u := range units {
			if kpi.MaySeeFocal(actor.User, u.Code) == nil && (u.Active(kpi.MonthOf(actor.At)) || len(of[u.Code]) > 0) {
				list = append(list, UnitOfficers{u, of[u.Code]})
			}
		}
		return nil
	})
	sortUnits(list, func(x UnitOfficers) kpi.Unit { return x.Unit })
	return list, err
}

// UnitFocalPoints returns the officers of one unit.
func (a *App) UnitFocalPoints(actor kpi.Actor, unit string) (list UnitOfficers, err error) {
	if err := kpi.MaySeeFocal(actor.User, unit); err != nil {
		return list, err
	}
	ring := a.keys()
	err = a.store.View(func(tx *store.Tx) error {
		list = UnitOfficers{}
		if list.Unit, err = tx.Unit(unit); err != nil {
			return err
		}
		all, err := tx.FocalPoints(unit)
		for _, f := range all {
			list.Officers = append(list.Officers, ring.officer(f))
		}
		return err
	})
	return list, err
}

// officer shows an entry with its number masked.
func (r keyring) officer(f kpi.FocalPoint) Officer {
	o := Officer{FocalPoint: f}
	if !f.Citizen.IsZero() {
		o.Mask = unreadable
		if number, ok := r.open(f.Object(), f.Citizen); ok {
			o.Mask = kpi.MaskCitizen(number)
		}
	}
	return o
}

// FocalInput is an officer as typed.
type FocalInput struct {
	Name, Position, Phone, Email string
	Citizen                      string // "": the number stays as it is
	Forget                       bool   // take the number out
}

// SaveFocalPoint adds an officer to a unit, if id is "", or changes one. Another name without another number takes the
// number out: it was the predecessor's. An Invalid error names the field: name, position, phone, email or citizen.
func (a *App) SaveFocalPoint(actor kpi.Actor, unit, id string, in FocalInput) error {
	if err := kpi.MayKeepFocal(actor.User, unit); err != nil {
		return err
	}
	number, err := kpi.ReadCitizen(in.Citizen)
	if err != nil {
		return err
	}
	var ring keyring
	if number != "" || in.Forget {
		if err := kpi.MayEnterCitizen(actor.User, unit); err != nil {
			return err
		}
	}
	if number != "" {
		if ring, err = a.sealing(); err != nil {
			return err
		}
	}
	add := id == ""
	if add {
		id = fmt.Sprintf("%012x", actor.At.UnixMilli())
	}
	return a.store.Update(func(tx *store.Tx) error {
		if _, err := tx.Unit(unit); err != nil {
			return err
		}
		all, err := tx.FocalPoints(unit)
		if err != nil {
			return err
		}
		was := kpi.FocalPoint{Unit: unit, ID: id}
		if !add {
			if was, err = tx.FocalPoint(unit, id); err != nil {
				return err
			}
		}
		if err := unchanged(tx, actor, was.Object()); err != nil {
			return err
		}
		is := was
		if err := in.fill(&is); err != nil {
			return err
		}
		if add && slices.ContainsFunc(all, func(x kpi.FocalPoint) bool { return x.By == actor.User.Login && sameOfficer(x, is) }) {
			return nil // the form came twice
		}
		if err := placeFocal(all, is, add); err != nil {
			return err
		}
		for _, other := range all {
			if number != "" && other.ID != id && ring.marked(other.Citizen, number) {
				return fieldError("citizen", "Số căn cước này đã ghi cho "+other.Name+". Kiểm tra lại số.")
			}
		}
		switch {
		case in.Forget:
			is.Citizen = kpi.Sealed{}
		case number != "" && !ring.marked(was.Citizen, number):
			is.Citizen = ring.seal(is.Object(), number)
		case number == "" && kpi.Fold(was.Name) != kpi.Fold(is.Name): // the number was another person's
			is.Citizen = kpi.Sealed{}
		}
		if is == was {
			return nil
		}
		verb, old, new := kpi.VerbAdd, "", is.Name
		if !add {
			verb, old, new = kpi.VerbChange, was.Name, is.Name+changedFields(was, is)
		}
		is.Changed, is.By = actor.At, actor.User.Login
		return tx.PutFocalPoint(is, actor.Event(verb, is.Object(), old, new, ""))
	})
}

// placeFocal refuses one officer too many, and one who is named already.
func placeFocal(all []kpi.FocalPoint, f kpi.FocalPoint, add bool) error {
	if add && len(all) >= kpi.MaxFocalPoints {
		return kpi.Errorf(kpi.Invalid, "Đơn vị đã có %d cán bộ đầu mối, mức tối đa. Xóa người đã thôi làm đầu mối trước.", len(all))
	}
	if slices.ContainsFunc(all, func(x kpi.FocalPoint) bool {
		return x.ID == f.ID && add || x.ID != f.ID && kpi.Fold(x.Name) == kpi.Fold(f.Name) && x.Phone == f.Phone
	}) {
		return kpi.Errorf(kpi.Conflict, "%s đã có trong danh sách của đơn vị.", f.Name)
	}
	return nil
}

func sameOfficer(x, y kpi.FocalPoint) bool {
	return x.Name == y.Name && x.Position == y.Position && x.Phone == y.Phone && x.Email == y.Email
}

// fill puts what was typed into an entry, cleaned.
func (in FocalInput) fill(f *kpi.FocalPoint) error {
	for _, x := range []struct {
		to         *string
		text, what string
	}{{&f.Name, in.Name, "Họ tên"}, {&f.Position, in.Position, "Chức vụ"}, {&f.Email, in.Email, "Thư điện tử"}, {&f.Phone, kpi.ReadPhone(in.Phone), "Số di động"}} {
		clean, err := kpi.CleanText(x.text, x.what)
		if err != nil {
			return err
		}
		*x.to = strings.Join(strings.Fields(clean), " ")
	}
	return f.Validate()
}

// changedFields names what differs, without the values: the log never forgets, and is no place for personal data.
func changedFields(a, b kpi.FocalPoint) string {
	var names []string
	for _, x := range []struct {
		name    string
		changed bool
	}{{"chức vụ", a.Position != b.Position}, {"di động", a.Phone != b.Phone}, {"thư điện tử", a.Email != b.Email}, {"số căn cước", a.Citizen != b.Citizen}} {
		if x.changed {
			names = append(names, x.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (đổi: " + strings.Join(names, ", ") + ")"
}

// DropFocalPoint removes an officer who no longer is one. An officer who is gone already is no error.
func (a *App) DropFocalPoint(actor kpi.Actor, unit, id string) error {
	if err := kpi.MayKeepFocal(actor.User, unit); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		f, err := tx.FocalPoint(unit, id)
		switch {
		case kpi.KindOf(err) == kpi.NotFound:
			return nil
		case err != nil:
			return err
		}
		if err := unchanged(tx, actor, f.Object()); err != nil {
			return err
		}
		return tx.DropFocalPoint(unit, id, actor.Event(kpi.VerbWithdraw, f.Object(), f.Name, "", ""))
	})
}

// RevealCitizen returns the citizen's number of an officer to the liaison, for a reason. That it was shown is in the
// log before it is.
func (a *App) RevealCitizen(actor kpi.Actor, unit, id, reason string) (number string, err error) {
	if err := kpi.May(actor.User, kpi.SeeCitizen); err != nil {
		return "", err
	}
	if reason, err = kpi.RequiredReason(reason, "Ghi lý do xem số căn cước, ví dụ «Lập danh sách gửi Văn phòng Tỉnh ủy theo Công văn 12-CV/VPTU»."); err != nil {
		return "", err
	}
	ring := a.keys()
	err = a.store.Update(func(tx *store.Tx) error {
		f, err := tx.FocalPoint(unit, id)
		if err != nil {
			return err
		}
		if f.Citizen.IsZero() {
			return kpi.Errorf(kpi.NotFound, "Chưa ghi số căn cước của %s.", f.Name)
		}
		var ok bool
		if number, ok = ring.open(f.Object(), f.Citizen); !ok {
			return kpi.Errorf(kpi.Unavailable, "Không giải mã được số căn cước của %s: thiếu tệp khóa. Quản trị máy chủ chép lại tệp khóa rồi thử lại.", f.Name)
		}
		return tx.Log(actor.Event(kpi.VerbReveal, f.Object(), "", f.Name, reason))
	})
	if err != nil {
		return "", err
	}
	return number, nil
}

// RotateKey makes a new key and seals every number with it. The old keys stay in the file, behind it, for the backups
// that were made before. It returns how many numbers it sealed anew and how many it could not open.
func (a *App) RotateKey(actor kpi.Actor) (sealed, closed int, err error) {
	if !actor.IsSystem() {
		return 0, 0, kpi.Errorf(kpi.Denied, "Chỉ đổi khóa bằng lệnh trên máy chủ.")
	}
	if _, err := a.sealing(); err != nil {
		return 0, 0, err
	}
	if err := addKey(a.keyFile); err != nil {
		return 0, 0, err
	}
	ring, err := readKeys(a.keyFile)
	if err != nil {
		return 0, 0, err
	}
	var all []kpi.FocalPoint
	if err := a.store.View(func(tx *store.Tx) error { all, err = tx.FocalPoints(""); return err }); err != nil {
		return 0, 0, err
	}
	for batch := range slices.Chunk(all, 100) {
		n, left := 0, 0
		err := a.store.Update(func(tx *store.Tx) error {
			n, left = 0, 0
			for _, f := range batch {
				f, err := tx.FocalPoint(f.Unit, f.ID)
				switch {
				case kpi.KindOf(err) == kpi.NotFound:
					continue
				case err != nil:
					return err
				case f.Citizen.IsZero():
					continue
				}
				number, ok := ring.open(f.Object(), f.Citizen)
				if !ok {
					left++
					continue
				}
				f.Citizen = ring.seal(f.Object(), number)
				n++
				if err := tx.PutFocalPoint(f, actor.Event(kpi.VerbChange, f.Object(), f.Name, f.Name+" (đổi khóa mã hóa)", "")); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return sealed, closed, fmt.Errorf("seal numbers anew: %w", err)
		}
		sealed, closed = sealed+n, closed+left
	}
	n, left, err := a.resealFactors(actor, ring)
	return sealed + n, closed + left, err
}
