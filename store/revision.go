package store

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"chiso/app/kpi"
)

// PutRevision stores a revision of a closed round and the figures that are new in it; the event is logged with the
// round.
func (tx *Tx) PutRevision(r kpi.Revision, figures []kpi.Figure) error {
	if err := tx.putBare(tRevision, key(r.Set, r.Month.String(), fmt.Sprintf("%04d", r.Number)), r); err != nil {
		return err
	}
	for _, f := range figures {
		if err := tx.putBare(tFigure, key(r.Set, r.Month.String(), f.Indicator), f); err != nil {
			return err
		}
	}
	return nil
}

// Revisions returns the revisions of a round, the first one first; none while it is open.
func (tx *Tx) Revisions(set string, m kpi.Month) ([]kpi.Revision, error) {
	return listJSON[kpi.Revision](tx, tRevision, prefix(set, m.String()))
}

// frozen is what a closed round keeps of its definitions.
type frozen struct {
	Set        kpi.IndicatorSet
	Indicators []kpi.Indicator
}

// FreezeDefinitions keeps a copy of the set and its indicators for a round that has just been closed: what is changed
// in them later changes nothing in it. It comes after the event of the closing, so that Definitions moves.
func (tx *Tx) FreezeDefinitions(m kpi.Month, set kpi.IndicatorSet, indicators []kpi.Indicator) error {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if err := json.NewEncoder(w).Encode(frozen{set, indicators}); err != nil {
		return fmt.Errorf("freeze definitions of %s %s: %w", set.Code, m, err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("freeze definitions of %s %s: %w", set.Code, m, err)
	}
	if err := tx.putRecord(tFrozen, key(set.Code, m.String()), packed.Bytes()); err != nil {
		return err
	}
	return tx.changeDefinitions()
}

// FrozenDefinitions returns the copy that FreezeDefinitions kept; ok is false for a round that is open.
func (tx *Tx) FrozenDefinitions(set string, m kpi.Month) (s kpi.IndicatorSet, indicators []kpi.Indicator, ok bool, err error) {
	k := key(set, m.String())
	v := tx.bucket(tFrozen).Get(k)
	if v == nil {
		return s, nil, false, nil
	}
	b, err := unseal(tFrozen, k, v)
	if err != nil {
		return s, nil, false, err
	}
	var f frozen
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err == nil {
		err = json.NewDecoder(r).Decode(&f)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, r) // to the checksum at its end
	}
	if err != nil {
		return s, nil, false, fmt.Errorf("definitions frozen for %s %s: %w", set, m, err)
	}
	return f.Set, f.Indicators, true, nil
}
