package store

import (
	"bytes"

	"chiso/app/kpi"
)

// PutEvidence stores a unit's evidence. The file that it names must be stored before: see PutFile.
func (tx *Tx) PutEvidence(e kpi.Evidence, ev kpi.Event) error {
	if err := e.Validate(); err != nil {
		return err
	}
	return tx.putJSON(tEvidence, key(e.Unit, string(e.ID)), e, ev)
}

// Evidence returns one evidence of a unit.
func (tx *Tx) Evidence(unit string, id kpi.EvidenceID) (kpi.Evidence, error) {
	return mustJSON[kpi.Evidence](tx, tEvidence, key(unit, string(id)), "Không tìm thấy minh chứng này. Tải lại trang để xem danh sách mới.")
}

// MonthEvidence returns what a unit has put in for a month.
func (tx *Tx) MonthEvidence(unit string, m kpi.Month) ([]kpi.Evidence, error) {
	return listJSON[kpi.Evidence](tx, tEvidence, key(unit, m.String()+"-"))
}

// LatestEvidence returns what a unit has put in, the latest month first, at most n.
func (tx *Tx) LatestEvidence(unit string, n int) ([]kpi.Evidence, error) {
	var list []kpi.Evidence
	for k, v := range tx.scanBack(tEvidence, prefix(unit)) {
		if len(list) == n {
			break
		}
		e, err := decodeJSON[kpi.Evidence](tEvidence, k, v)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// AllEvidence calls fn for every evidence of every unit, for the upkeep of the files.
func (tx *Tx) AllEvidence(fn func(kpi.Evidence) error) error {
	for k, v := range tx.scan(tEvidence, nil) {
		e, err := decodeJSON[kpi.Evidence](tEvidence, k, v)
		if err != nil {
			return err
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// Attach stores that an evidence of the cell's unit proves the cell.
func (tx *Tx) Attach(k kpi.CellKey, a kpi.Attachment, ev kpi.Event) error {
	if err := k.Validate(); err != nil {
		return err
	}
	if !a.Evidence.Valid() {
		return kpi.Errorf(kpi.Invalid, "Mã minh chứng không dùng được.")
	}
	return tx.putJSON(tAttachment, attachmentKey(k, a.Evidence), a, ev)
}

// Detach takes an evidence off a cell.
func (tx *Tx) Detach(k kpi.CellKey, id kpi.EvidenceID, ev kpi.Event) error {
	if err := tx.delete(tAttachment, attachmentKey(k, id)); err != nil {
		return err
	}
	return tx.log(ev)
}

// Attachments returns what is attached to a cell, in the order of the evidences' ids.
func (tx *Tx) Attachments(k kpi.CellKey) ([]kpi.Attachment, error) {
	return listJSON[kpi.Attachment](tx, tAttachment, append(cellKey(k), sep))
}

// SheetAttachments returns what is attached to the cells of a sheet, by indicator.
func (tx *Tx) SheetAttachments(set string, m kpi.Month, unit string) (map[string][]kpi.Attachment, error) {
	p := prefix(set, m.String(), unit)
	cells := map[string][]kpi.Attachment{}
	for k, v := range tx.scan(tAttachment, p) {
		a, err := decodeJSON[kpi.Attachment](tAttachment, k, v)
		if err != nil {
			return nil, err
		}
		code, _, _ := bytes.Cut(k[len(p):], []byte{sep})
		cells[string(code)] = append(cells[string(code)], a)
	}
	return cells, nil
}

func attachmentKey(k kpi.CellKey, id kpi.EvidenceID) []byte {
	return key(k.Set, k.Month.String(), k.Unit, k.Indicator, string(id))
}
