package app

import (
	"cmp"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/store"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// sortUnits orders a list by the kind of unit, then by name as Vietnamese dictionaries do.
func sortUnits[T any](list []T, unit func(T) kpi.Unit) {
	order := collate.New(language.Vietnamese)
	var buf collate.Buffer
	keys := make(map[string][]byte, len(list))
	for _, x := range list {
		u := unit(x)
		keys[u.Code] = order.KeyFromString(&buf, u.Name)
	}
	rank := map[kpi.UnitKind]int{}
	for i, k := range kpi.UnitKinds() {
		rank[k] = i
	}
	slices.SortStableFunc(list, func(x, y T) int {
		u, v := unit(x), unit(y)
		return cmp.Or(cmp.Compare(rank[u.Kind], rank[v.Kind]), slices.Compare(keys[u.Code], keys[v.Code]))
	})
}

// Units returns all units in the order of kinds and names.
func (a *App) Units(actor kpi.Actor) (units []kpi.Unit, err error) {
	if err := kpi.May(actor.User, kpi.SeeUnits); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		units, err = tx.Units()
		return err
	})
	sortUnits(units, func(u kpi.Unit) kpi.Unit { return u })
	return units, err
}

// Unit returns one unit.
func (a *App) Unit(actor kpi.Actor, code string) (u kpi.Unit, err error) {
	if err := kpi.May(actor.User, kpi.SeeUnits); err != nil {
		return u, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		u, err = tx.Unit(code)
		return err
	})
	return u, err
}

// SaveUnit adds a unit, or changes the name, kind, cohort, dates and successor of an existing one. An Invalid error
// names the field: code, name, kind, cohort, to or successor.
func (a *App) SaveUnit(actor kpi.Actor, u kpi.Unit, add bool) error {
	if err := kpi.May(actor.User, kpi.ManageUnits); err != nil {
		return err
	}
	for _, text := range []*string{&u.Name, &u.Cohort} {
		clean, err := kpi.CleanText(*text, "Tên")
		if err != nil {
			return err
		}
		*text = strings.Join(strings.Fields(clean), " ")
	}
	if len([]rune(u.Cohort)) > 80 {
		return fieldError("cohort", "Nhóm xếp hạng dài quá 80 ký tự.")
	}
	return a.store.Update(func(tx *store.Tx) error {
		old, err := tx.Unit(u.Code)
		switch {
		case err == nil && add:
			return fieldError("code", "Mã đơn vị "+u.Code+" đã có. Chọn mã khác hoặc sửa đơn vị đang có.")
		case err != nil && kpi.KindOf(err) != kpi.NotFound:
			return err
		case err != nil && !add:
			return err
		case err == nil && old == u:
			return nil
		}
		if err := unchanged(tx, actor, "unit/"+u.Code); err != nil {
			return err
		}
		if err := checkSuccessor(tx, u); err != nil {
			return err
		}
		verb, before := kpi.VerbAdd, ""
		if !add {
			verb, before = kpi.VerbChange, describeUnit(old)
		}
		return tx.PutUnit(u, actor.Event(verb, "unit/"+u.Code, before, describeUnit(u), ""))
	})
}

// checkSuccessor returns an Invalid error if the unit that takes over is the unit itself or does not exist.
func checkSuccessor(tx *store.Tx, u kpi.Unit) error {
	switch u.Successor {
	case "":
		return nil
	case u.Code:
		return fieldError("successor", "Đơn vị không thể kế thừa chính nó. Chọn đơn vị khác.")
	}
	_, err := tx.Unit(u.Successor)
	if kpi.KindOf(err) == kpi.NotFound {
		return fieldError("successor", "Không có đơn vị kế thừa mã «"+kpi.Clip(u.Successor, 32)+"».")
	}
	return err
}

func describeUnit(u kpi.Unit) string {
	s := u.Name + " · " + u.Kind.Label()
	if u.Cohort != "" {
		s += " · " + u.Cohort
	}
	if u.From != 0 {
		s += " · từ " + u.From.Short()
	}
	if u.To != 0 {
		s += " · đến " + u.To.Short()
	}
	if u.Successor != "" {
		s += " · kế thừa: " + u.Successor
	}
	return s
}

// UnitName returns the name of a unit for the frame of pages, the code if there is no such unit.
func (a *App) UnitName(code string) string {
	name := code
	err := a.store.View(func(tx *store.Tx) error {
		u, err := tx.Unit(code)
		if err == nil {
			name = u.Name
		}
		return err
	})
	if err != nil {
		a.log.Warn("unit name", "unit", code, "err", err)
	}
	return name
}
