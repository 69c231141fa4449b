package app

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// maxMerged is how many units are merged into one at once.
const maxMerged = 20

// Merger is what merging units into a successor from a month would change. The units end with the month before; their
// sheets, figures and lateness stay theirs.
type Merger struct {
	Successor kpi.Unit
	From      kpi.Month
	Units     []MergedUnit
	Digest    string // the same as long as the merger would change the same
}

// MergedUnit is one unit that ends.
type MergedUnit struct {
	Unit   kpi.Unit
	Moved  []kpi.Assignment // those that the successor gets
	Held   int              // those that the successor has already
	Sheets []HandoverSheet  // not accepted yet, which the unit still finishes itself
	People []kpi.User       // who work for it and can sign in
	change []assignmentChange
}

// assignmentChange ends an assignment of a unit that is merged and gives it to the successor.
type assignmentChange struct {
	old  kpi.Assignment
	drop bool            // it never began
	next *kpi.Assignment // nil: the successor has it
}

// PlanMerger works out what Merge would change. An Invalid error names the field to, units or from; a Conflict error
// tells which open round is in the way.
func (a *App) PlanMerger(actor kpi.Actor, units []string, successor string, from kpi.Month) (p Merger, err error) {
	if err := kpi.May(actor.User, kpi.ManageUnits); err != nil {
		return p, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		p, err = a.merger(tx, actor, units, successor, from)
		return err
	})
	return p, err
}

// Merge merges the units into the successor from the month on: all that PlanMerger showed, or nothing. digest is that of
// the plan that the person saw; if the merger would change something else by now it fails with Conflict.
func (a *App) Merge(actor kpi.Actor, units []string, successor string, from kpi.Month, digest string) error {
	if err := kpi.May(actor.User, kpi.ManageUnits); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		p, err := a.merger(tx, actor, units, successor, from)
		if err != nil {
			return err
		}
		if p.Digest != digest {
			return kpi.Errorf(kpi.Conflict, "Đơn vị hoặc bảng giao chỉ số vừa thay đổi sau khi xem trước. Xem lại rồi xác nhận.")
		}
		for _, u := range p.Units {
			for _, c := range u.change {
				if err := c.store(tx, actor, p); err != nil {
					return err
				}
			}
			next := u.Unit
			next.To, next.Successor = from-1, p.Successor.Code
			if err := tx.PutUnit(next, actor.Event(kpi.VerbMerge, "unit/"+next.Code, describeUnit(u.Unit), describeUnit(next), "")); err != nil {
				return err
			}
			what := fmt.Sprintf("nhận %s (%s) từ kỳ %s, %d chỉ số", u.Unit.Name, u.Unit.Code, from.Short(), len(u.Moved))
			if err := tx.Log(actor.Event(kpi.VerbMerge, "unit/"+p.Successor.Code, "", what, "")); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c assignmentChange) store(tx *store.Tx, actor kpi.Actor, p Merger) error {
	object := "indicator/" + c.old.Set + "/" + c.old.Indicator
	ev := actor.Event(kpi.VerbAssign, object, "giao "+c.old.Unit, "thôi giao từ kỳ "+p.From.Short()+": sáp nhập vào "+p.Successor.Name+" ("+p.Successor.Code+")", "")
	var err error
	if c.drop {
		err = tx.DropAssignment(c.old, ev)
	} else {
		ended := c.old
		ended.To = p.From - 1
		err = tx.PutAssignment(ended, ev)
	}
	if err != nil || c.next == nil {
		return err
	}
	return tx.PutAssignment(*c.next, actor.Event(kpi.VerbAssign, object, "", "giao "+c.next.Unit+" từ kỳ "+c.next.From.Short()+", nhận của "+c.old.Unit, ""))
}

func (a *App) merger(tx *store.Tx, actor kpi.Actor, codes []string, successor string, from kpi.Month) (p Merger, err error) {
	p.From = from
	p.Successor, err = tx.Unit(successor)
	switch {
	case kpi.KindOf(err) == kpi.NotFound:
		return p, fieldError("to", "Chọn đơn vị kế thừa.")
	case err != nil:
		return p, err
	case from == 0:
		return p, fieldError("from", "Ghi tháng bắt đầu, ví dụ 7/2026.")
	case len(codes) == 0 || len(codes) > maxMerged:
		return p, fieldError("units", fmt.Sprintf("Chọn từ 1 đến %d đơn vị sáp nhập.", maxMerged))
	case p.Successor.Absence(from) != "":
		return p, fieldError("to", p.Successor.Absence(from)+" Chọn đơn vị kế thừa khác hoặc tháng bắt đầu khác.")
	}
	sets := []store.SetRounds{}
	for of, err := range tx.AllRounds() {
		if err != nil {
			return p, err
		}
		sets = append(sets, of)
	}
	users, err := tx.Users()
	if err != nil {
		return p, err
	}
	held, err := heldBy(tx, sets, successor)
	if err != nil {
		return p, err
	}
	for i, code := range codes {
		u, err := tx.Unit(code)
		switch {
		case err != nil:
			return p, err
		case slices.Contains(codes[:i], code):
			return p, fieldError("units", u.Name+" được chọn hai lần.")
		case code == successor:
			return p, fieldError("units", "Đơn vị kế thừa không nằm trong các đơn vị sáp nhập.")
		case u.Absence(from-1) != "":
			return p, fieldError("units", u.Absence(from-1)+" Đơn vị sáp nhập phải hoạt động đến hết kỳ "+(from-1).Short()+".")
		}
		m := MergedUnit{Unit: u}
		for _, x := range users {
			if x.Password = ""; !x.Disabled && x.Serves(code) {
				m.People = append(m.People, x)
			}
		}
		for _, of := range sets {
			if err := a.mergeSet(tx, actor, &m, of, p, held); err != nil {
				return p, err
			}
		}
		p.Units = append(p.Units, m)
	}
	h := fnv.New64a()
	fmt.Fprint(h, p.Successor, p.From)
	for _, u := range p.Units {
		fmt.Fprint(h, u.Unit)
		for _, c := range u.change {
			fmt.Fprint(h, c.old, c.drop, c.next)
		}
	}
	p.Digest = strconv.FormatUint(h.Sum64(), 36)
	return p, nil
}

// heldBy returns the assignments of the unit by set and indicator.
func heldBy(tx *store.Tx, sets []store.SetRounds, unit string) (map[string]kpi.Assignment, error) {
	held := map[string]kpi.Assignment{}
	for _, of := range sets {
		list, err := tx.Assignments(of.Set.Code, unit)
		if err != nil {
			return nil, err
		}
		for _, as := range list {
			held[as.Set+"/"+as.Indicator] = as
		}
	}
	return held, nil
}

// mergeSet works out what happens to the unit's assignments and sheets of one set; held is what the successor has, and
// grows.
func (a *App) mergeSet(tx *store.Tx, actor kpi.Actor, m *MergedUnit, of store.SetRounds, p Merger, held map[string]kpi.Assignment) error {
	for _, r := range of.Rounds {
		if r.IsClosed() && r.Month < p.From {
			continue
		}
		jobs, err := jobs(tx, r, []string{m.Unit.Code}, actor)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if r.Month >= p.From {
				return kpi.Errorf(kpi.Conflict, "Kỳ %s của bộ %s đã mở cho %s, danh sách của kỳ giữ nguyên. Chọn sáp nhập từ kỳ chưa mở.", r.Month.Short(), of.Set.Code, m.Unit.Name)
			}
			if j.Sheet.State != kpi.Accepted {
				m.Sheets = append(m.Sheets, HandoverSheet{m.Unit, of.Set, j.BoardRow})
			}
		}
	}
	list, err := tx.Assignments(of.Set.Code, m.Unit.Code)
	if err != nil {
		return err
	}
	for _, as := range list {
		if as.To != 0 && as.To < p.From {
			continue
		}
		c := assignmentChange{old: as, drop: as.From >= p.From}
		k := as.Set + "/" + as.Indicator
		if has := held[k]; has.Active(p.From) && (has.To == 0 && has.Role == as.Role || has.Role == kpi.Lead && as.Role == kpi.Support) {
			m.Held++
		} else {
			next := as
			next.Unit, next.From = p.Successor.Code, max(as.From, p.From)
			if next, err = next.After(has, nextMonth(of.Rounds, actor)); err != nil {
				return err
			}
			c.next, held[k] = &next, next
			m.Moved = append(m.Moved, next)
		}
		m.change = append(m.change, c)
	}
	return nil
}

// Inherits reports whether the unit was merged, perhaps by way of others, into one that the user enters or approves for.
func (a *App) Inherits(u kpi.User, unit string) bool {
	found := false
	err := a.store.View(func(tx *store.Tx) error {
		for range maxMerged {
			x, err := tx.Unit(unit)
			if kpi.KindOf(err) == kpi.NotFound || err == nil && x.Successor == "" {
				return nil
			}
			if err != nil {
				return err
			}
			if unit = x.Successor; u.Serves(unit) {
				found = true
				return nil
			}
		}
		return nil
	})
	if err != nil {
		a.log.Warn("read successors", "unit", unit, "err", err)
	}
	return found
}

// withPredecessors returns the units and, after them, those that were merged into them.
func withPredecessors(tx *store.Tx, units []string) ([]string, error) {
	if len(units) == 0 {
		return nil, nil
	}
	all, err := tx.Units()
	if err != nil {
		return nil, err
	}
	units = slices.Clone(units)
	for i := 0; i < len(units); i++ {
		for _, u := range all {
			if u.Successor == units[i] && !slices.Contains(units, u.Code) {
				units = append(units, u.Code)
			}
		}
	}
	return units, nil
}

// Codes names the indicators that the successor gets, by set: «nq57: 1.01, 1.02».
func (m MergedUnit) Codes() []string {
	var out []string
	codes := map[string][]string{}
	for _, as := range m.Moved {
		if codes[as.Set] == nil {
			out = append(out, as.Set)
		}
		codes[as.Set] = append(codes[as.Set], as.Indicator)
	}
	for i, set := range out {
		slices.SortFunc(codes[set], kpi.CompareCodes)
		out[i] = set + ": " + strings.Join(codes[set], ", ")
	}
	return out
}
