package store

import "chiso/app/kpi"

// Abbreviations returns the list of abbreviations as the coordinator has edited it; ok is false if nobody has.
func (tx *Tx) Abbreviations() (text string, ok bool, err error) {
	b, err := tx.getMeta("abbreviations")
	return string(b), b != nil, err
}

// PutAbbreviations stores the list.
func (tx *Tx) PutAbbreviations(text string, ev kpi.Event) error {
	if err := tx.putMeta("abbreviations", []byte(text)); err != nil {
		return err
	}
	return tx.log(ev)
}
