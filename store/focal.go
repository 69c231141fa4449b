package store

import "chiso/app/kpi"

// PutFocalPoint stores a unit's officer.
func (tx *Tx) PutFocalPoint(f kpi.FocalPoint, ev kpi.Event) error {
	if err := f.Validate(); err != nil {
		return err
	}
	return tx.putJSON(tFocal, key(f.Unit, f.ID), f, ev)
}

// DropFocalPoint removes a unit's officer.
func (tx *Tx) DropFocalPoint(unit, id string, ev kpi.Event) error {
	if err := tx.delete(tFocal, key(unit, id)); err != nil {
		return err
	}
	return tx.log(ev)
}

// FocalPoint returns one officer of a unit.
func (tx *Tx) FocalPoint(unit, id string) (kpi.FocalPoint, error) {
	return mustJSON[kpi.FocalPoint](tx, tFocal, key(unit, id), "Cán bộ đầu mối này không còn trong danh sách. Tải lại trang.")
}

// FocalPoints returns the officers of a unit, the one named first first; of all units, by unit code, if unit is "".
func (tx *Tx) FocalPoints(unit string) ([]kpi.FocalPoint, error) {
	if unit == "" {
		return listJSON[kpi.FocalPoint](tx, tFocal, nil)
	}
	return listJSON[kpi.FocalPoint](tx, tFocal, prefix(unit))
}
