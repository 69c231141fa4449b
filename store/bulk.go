package store

import "chiso/app/kpi"

// LoadAssignments stores many assignments under one event.
func (tx *Tx) LoadAssignments(list []kpi.Assignment, ev kpi.Event) error {
	for _, a := range list {
		if err := tx.putBare(tAssignment, key(a.Set, a.Unit, a.Indicator), a); err != nil {
			return err
		}
	}
	return tx.log(ev)
}
