package store

import (
	"bytes"
	"iter"
	"strings"

	"chiso/app/kpi"
)

// PutRound stores a round.
func (tx *Tx) PutRound(r kpi.Round, ev kpi.Event) error {
	if err := r.Validate(); err != nil {
		return err
	}
	return tx.putJSON(tRound, key(r.Set, r.Month.String()), r, ev)
}

// Round returns a round.
func (tx *Tx) Round(set string, m kpi.Month) (kpi.Round, error) {
	return must(tx, tRound, key(set, m.String()), "Kỳ "+m.Short()+" của bộ chỉ số «"+kpi.Clip(set, 32)+"» chưa được mở.", tx.memos.rounds.decode)
}

// Rounds returns the rounds of a set, the oldest first.
func (tx *Tx) Rounds(set string) ([]kpi.Round, error) {
	return list(tx, tRound, prefix(set), tx.memos.rounds.decode)
}

// SetRounds is a set with its rounds, the oldest first.
type SetRounds struct {
	Set    kpi.IndicatorSet
	Rounds []kpi.Round
}

// AllRounds yields every set, by code, with its rounds.
func (tx *Tx) AllRounds() iter.Seq2[SetRounds, error] {
	return func(yield func(SetRounds, error) bool) {
		sets, err := tx.Sets()
		if err != nil {
			yield(SetRounds{}, err)
			return
		}
		for _, set := range sets {
			rounds, err := tx.Rounds(set.Code)
			if !yield(SetRounds{set, rounds}, err) || err != nil {
				return
			}
		}
	}
}

// PutSheet stores a sheet and logs its event.
func (tx *Tx) PutSheet(s kpi.Sheet, ev kpi.Event) error {
	return tx.putJSON(tSheet, sheetKey(s.Set, s.Month, s.Unit), s, ev)
}

// AddSheet stores a new sheet with the list of what is due on it; the event is the opening of its round, logged
// with the round.
func (tx *Tx) AddSheet(s kpi.Sheet, due []string) error {
	s.Due = len(due)
	if err := tx.putBare(tSheet, sheetKey(s.Set, s.Month, s.Unit), s); err != nil {
		return err
	}
	return tx.putRecord(tDue, sheetKey(s.Set, s.Month, s.Unit), key(due...))
}

// Sheet returns the sheet of a unit.
func (tx *Tx) Sheet(set string, m kpi.Month, unit string) (kpi.Sheet, error) {
	return must(tx, tSheet, sheetKey(set, m, unit), "Đơn vị không có biểu nào phải nhập trong kỳ "+m.Short()+".", tx.memos.sheets.decode)
}

// Sheets returns the sheets of a round by unit code.
func (tx *Tx) Sheets(set string, m kpi.Month) ([]kpi.Sheet, error) {
	return list(tx, tSheet, prefix(set, m.String()), tx.memos.sheets.decode)
}

// Due returns the codes of the cells due on a sheet.
func (tx *Tx) Due(set string, m kpi.Month, unit string) ([]string, error) {
	k := sheetKey(set, m, unit)
	v := tx.bucket(tDue).Get(k)
	if v == nil {
		return nil, nil
	}
	return decodeCodes(k, v)
}

// CountDue returns how many cells the sheet has.
func (tx *Tx) CountDue(set string, m kpi.Month, unit string) (int, error) {
	k := sheetKey(set, m, unit)
	v := tx.bucket(tDue).Get(k)
	if v == nil {
		return 0, nil
	}
	b, err := unseal(tDue, k, v)
	if err != nil || len(b) == 0 {
		return 0, err
	}
	return bytes.Count(b, []byte{sep}) + 1, nil
}

// IsDue reports whether the sheet has a cell with the given code. It takes no list apart: every save asks it.
func (tx *Tx) IsDue(set string, m kpi.Month, unit, code string) (bool, error) {
	k := sheetKey(set, m, unit)
	v := tx.bucket(tDue).Get(k)
	if v == nil {
		return false, nil
	}
	b, err := unseal(tDue, k, v)
	for len(b) > 0 && err == nil {
		var one []byte
		if one, b, _ = bytes.Cut(b, []byte{sep}); string(one) == code {
			return true, nil
		}
	}
	return false, err
}

// decodeCodes reads a list of codes, joined as in a key: it is read with every save of a cell, and JSON would cost
// more than all the rest.
func decodeCodes(k, v []byte) ([]string, error) {
	b, err := unseal(tDue, k, v)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return strings.Split(string(b), string(sep)), nil
}

// RoundDue returns the codes of the cells due in a round, by unit.
func (tx *Tx) RoundDue(set string, m kpi.Month) (map[string][]string, error) {
	p := prefix(set, m.String())
	due := map[string][]string{}
	for k, v := range tx.scan(tDue, p) {
		codes, err := decodeCodes(k, v)
		if err != nil {
			return nil, err
		}
		due[string(k[len(p):])] = codes
	}
	return due, nil
}

func sheetKey(set string, m kpi.Month, unit string) []byte { return key(set, m.String(), unit) }
