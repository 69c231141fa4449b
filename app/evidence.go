package app

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Proof is an evidence of a cell, with who attached it and when.
type Proof struct {
	kpi.Evidence
	Attached kpi.Attachment
}

// AddFile keeps a file as evidence of the cell's unit and attaches it to the cell. A file that the unit has given for
// the same month already is attached under the name it has.
func (a *App) AddFile(actor kpi.Actor, k kpi.CellKey, name string, data []byte) (kpi.Evidence, error) {
	// Nothing is written to the disk for somebody who may not attach it.
	if err := a.store.View(func(tx *store.Tx) error { return a.mayProve(tx, actor, k) }); err != nil {
		return kpi.Evidence{}, err
	}
	f, err := a.checkFile(name, data)
	if err != nil {
		return kpi.Evidence{}, err
	}
	if f.SHA256, f.Size, err = a.store.PutFile(bytes.NewReader(data), MaxUpload); err != nil {
		return kpi.Evidence{}, err
	}
	return a.addEvidence(actor, k, kpi.Evidence{File: &f})
}

// AddCitation attaches a citation, as it was typed, to the cell. The Invalid error of a citation that cannot be read
// names its fields: see kpi.ReadCitation.
func (a *App) AddCitation(actor kpi.Actor, k kpi.CellKey, typed kpi.Citation) (kpi.Evidence, error) {
	c, err := kpi.ReadCitation(typed, actor.At)
	if err != nil {
		return kpi.Evidence{}, err
	}
	return a.addEvidence(actor, k, kpi.Evidence{Citation: &c})
}

func (a *App) addEvidence(actor kpi.Actor, k kpi.CellKey, e kpi.Evidence) (kpi.Evidence, error) {
	e.Unit, e.By, e.At = k.Unit, actor.User.Login, actor.At
	e.ID = kpi.NewEvidenceID(k.Month, hex.EncodeToString(randomBytes(16)))
	var stored kpi.Evidence
	err := a.store.Update(func(tx *store.Tx) error {
		if err := a.mayProve(tx, actor, k); err != nil {
			return err
		}
		month, err := tx.MonthEvidence(k.Unit, k.Month)
		if err != nil {
			return err
		}
		stored = e
		if i := slices.IndexFunc(month, e.Same); i >= 0 {
			stored = month[i]
		} else if err := putEvidence(tx, actor, e, month); err != nil {
			return err
		}
		return attach(tx, actor, k, stored)
	})
	return stored, err
}

// putEvidence stores an evidence if the unit may still put one in; month is what it has put in for this month.
func putEvidence(tx *store.Tx, actor kpi.Actor, e kpi.Evidence, month []kpi.Evidence) error {
	if len(month) >= kpi.MaxRoundEvidence {
		return kpi.Errorf(kpi.Invalid, "Đơn vị đã có %d minh chứng trong tháng này, mức tối đa. Dùng lại minh chứng đã có.", len(month))
	}
	if e.File != nil {
		size := e.File.Size
		for _, other := range month {
			if other.File != nil {
				size += other.File.Size
			}
		}
		if size > kpi.MaxRoundFiles {
			return kpi.Errorf(kpi.TooLarge, "Tệp minh chứng của đơn vị trong tháng này vượt %d MB. Nén tệp, dùng lại tệp đã có, hoặc ghi trích dẫn văn bản.", kpi.MaxRoundFiles>>20)
		}
	}
	return tx.PutEvidence(e, actor.Event(kpi.VerbAdd, "evidence/"+e.Unit+"/"+string(e.ID), "", e.Label(), ""))
}

// AttachEvidence attaches what the unit has as evidence already to one more cell.
func (a *App) AttachEvidence(actor kpi.Actor, k kpi.CellKey, id kpi.EvidenceID) error {
	return a.store.Update(func(tx *store.Tx) error {
		if err := a.mayProve(tx, actor, k); err != nil {
			return err
		}
		e, err := tx.Evidence(k.Unit, id)
		if err != nil {
			return err
		}
		return attach(tx, actor, k, e)
	})
}

// attach attaches an evidence to a cell; one that is attached already stays as it is.
func attach(tx *store.Tx, actor kpi.Actor, k kpi.CellKey, e kpi.Evidence) error {
	list, err := tx.Attachments(k)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(at kpi.Attachment) bool { return at.Evidence == e.ID }) {
		return nil
	}
	if len(list) >= kpi.MaxCellEvidence {
		return kpi.Errorf(kpi.Invalid, "Chỉ số %s đã có %d minh chứng, mức tối đa của một ô. Gỡ bớt hoặc gộp thành một tệp.", k.Indicator, len(list))
	}
	return tx.Attach(k, kpi.Attachment{Evidence: e.ID, By: actor.User.Login, At: actor.At}, actor.Event(kpi.VerbAttach, "cell/"+k.ID(), "", e.Label(), ""))
}

// DetachEvidence takes an evidence off a cell. It stays with the unit and at its other cells.
func (a *App) DetachEvidence(actor kpi.Actor, k kpi.CellKey, id kpi.EvidenceID) error {
	return a.store.Update(func(tx *store.Tx) error {
		if err := a.mayProve(tx, actor, k); err != nil {
			return err
		}
		list, err := tx.Attachments(k)
		if err != nil || !slices.ContainsFunc(list, func(at kpi.Attachment) bool { return at.Evidence == id }) {
			return err
		}
		e, err := tx.Evidence(k.Unit, id)
		if err != nil {
			return err
		}
		return tx.Detach(k, id, actor.Event(kpi.VerbDetach, "cell/"+k.ID(), e.Label(), "", ""))
	})
}

// mayProve returns nil if the actor may change the evidence of a cell now: where they may change its value.
func (a *App) mayProve(tx *store.Tx, actor kpi.Actor, k kpi.CellKey) error {
	if err := kpi.MayAct(actor.User, kpi.ActEnter, k.Unit); err != nil {
		return err
	}
	sh, err := a.openForEntry(tx, actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	if err := isDue(tx, k); err != nil {
		return err
	}
	c, err := tx.Cell(k)
	if err != nil {
		return err
	}
	return kpi.Editable(sh.Sheet, c)
}

// EvidenceFile opens the file of a unit's evidence for those who may see the unit; the caller closes it.
func (a *App) EvidenceFile(actor kpi.Actor, unit string, id kpi.EvidenceID) (kpi.File, *os.File, error) {
	if err := kpi.MaySeeUnit(actor.User, unit); err != nil {
		return kpi.File{}, nil, err
	}
	var e kpi.Evidence
	err := a.store.View(func(tx *store.Tx) (err error) {
		e, err = tx.Evidence(unit, id)
		return err
	})
	switch {
	case err != nil:
		return kpi.File{}, nil, err
	case e.File == nil:
		return kpi.File{}, nil, kpi.Errorf(kpi.NotFound, "Minh chứng này là trích dẫn văn bản, không có tệp để tải.")
	}
	f, err := a.store.OpenFile(e.File.SHA256)
	if err != nil {
		return kpi.File{}, nil, fmt.Errorf("evidence %s of %s: %w", id, unit, err)
	}
	return *e.File, f, nil
}

// proofPeople returns the logins of those who attached the evidences.
func proofPeople(list []Proof) []string {
	logins := make([]string, len(list))
	for i, p := range list {
		logins[i] = p.Attached.By
	}
	return logins
}

// proofs reads the evidences that are attached, in the order in which they were.
func proofs(tx *store.Tx, unit string, list []kpi.Attachment) ([]Proof, error) {
	out := make([]Proof, 0, len(list))
	for _, at := range list {
		e, err := tx.Evidence(unit, at.Evidence)
		if err != nil {
			return nil, err
		}
		out = append(out, Proof{e, at})
	}
	slices.SortStableFunc(out, func(x, y Proof) int { return x.Attached.At.Compare(y.Attached.At) })
	return out, nil
}
