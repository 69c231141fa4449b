package store

import "chiso/app/kpi"

// PutUnit stores a unit.
func (tx *Tx) PutUnit(u kpi.Unit, ev kpi.Event) error {
	if err := u.Validate(); err != nil {
		return err
	}
	return tx.putJSON(tUnit, key(u.Code), u, ev)
}

// Unit returns a unit.
func (tx *Tx) Unit(code string) (kpi.Unit, error) {
	return mustJSON[kpi.Unit](tx, tUnit, key(code), "Không có đơn vị mã «"+kpi.Clip(code, 32)+"».")
}

// Units returns all units by code.
func (tx *Tx) Units() ([]kpi.Unit, error) { return listJSON[kpi.Unit](tx, tUnit, nil) }
