package store

import "chiso/app/kpi"

// PutOverride stores the province figure that the coordinator set.
func (tx *Tx) PutOverride(o kpi.Override, ev kpi.Event) error {
	return tx.putJSON(tOverride, key(o.Set, o.Month.String(), o.Indicator), o, ev)
}

// DropOverride takes back an override.
func (tx *Tx) DropOverride(o kpi.Override, ev kpi.Event) error {
	if err := tx.delete(tOverride, key(o.Set, o.Month.String(), o.Indicator)); err != nil {
		return err
	}
	return tx.log(ev)
}

// Overrides returns the overrides of a round by indicator code.
func (tx *Tx) Overrides(set string, m kpi.Month) (map[string]kpi.Override, error) {
	list, err := listJSON[kpi.Override](tx, tOverride, prefix(set, m.String()))
	if err != nil {
		return nil, err
	}
	out := make(map[string]kpi.Override, len(list))
	for _, o := range list {
		out[o.Indicator] = o
	}
	return out, nil
}

// Figures returns the frozen province figures of a closed round by indicator code.
func (tx *Tx) Figures(set string, m kpi.Month) (map[string]kpi.Figure, error) {
	list, err := listJSON[kpi.Figure](tx, tFigure, prefix(set, m.String()))
	if err != nil {
		return nil, err
	}
	out := make(map[string]kpi.Figure, len(list))
	for _, f := range list {
		out[f.Indicator] = f
	}
	return out, nil
}

// FrozenFigure returns the frozen figure of one indicator; ok is false when there is none.
func (tx *Tx) FrozenFigure(set string, m kpi.Month, code string) (f kpi.Figure, ok bool, err error) {
	return getJSON[kpi.Figure](tx, tFigure, key(set, m.String(), code))
}
