package store

import (
	"bytes"
	"iter"
	"time"

	"chiso/app/kpi"
)

const cellFormat = 1

const (
	hasNum = 1 << iota
	hasDen
	confirmed
)

// PutCell stores a cell and logs its event.
func (tx *Tx) PutCell(c kpi.Cell, ev kpi.Event) error {
	if err := tx.putCell(c); err != nil {
		return err
	}
	return tx.log(ev)
}

// LoadCells stores many cells under one event: an import, or a history that was made elsewhere.
func (tx *Tx) LoadCells(cells []kpi.Cell, ev kpi.Event) error {
	tx.pack(tCell)
	for _, c := range cells {
		if err := tx.putCell(c); err != nil {
			return err
		}
	}
	return tx.log(ev)
}

func (tx *Tx) putCell(c kpi.Cell) error {
	if err := c.CellKey.Validate(); err != nil {
		return err
	}
	return tx.putRecord(tCell, cellKey(c.CellKey), encodeCell(c))
}

// Cell returns a cell; one that was never saved has version 0.
func (tx *Tx) Cell(k kpi.CellKey) (kpi.Cell, error) {
	id := cellKey(k)
	v := tx.bucket(tCell).Get(id)
	if v == nil {
		return kpi.Cell{CellKey: k}, nil
	}
	c := kpi.Cell{CellKey: k}
	err := decodeCell(&reader{}, id, v, &c, whole)
	return c, err
}

// SheetCells returns the saved cells of one sheet by indicator code.
func (tx *Tx) SheetCells(set string, m kpi.Month, unit string) (map[string]kpi.Cell, error) {
	cells := map[string]kpi.Cell{}
	for c, err := range tx.UnitCells(set, m, unit) {
		if err != nil {
			return nil, err
		}
		cells[c.Indicator] = c
	}
	return cells, nil
}

// UnitCells yields the saved cells of one sheet in the order of their keys.
func (tx *Tx) UnitCells(set string, m kpi.Month, unit string) iter.Seq2[kpi.Cell, error] {
	return func(yield func(kpi.Cell, error) bool) {
		p := prefix(set, m.String(), unit)
		r := &reader{}
		for k, v := range tx.scan(tCell, p) {
			c := kpi.Cell{CellKey: kpi.CellKey{Set: set, Month: m, Unit: unit, Indicator: string(k[len(p):])}}
			err := decodeCell(r, k, v, &c, whole)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// PastCells returns the cells of earlier rounds, the most recent first: of the last n months those that have content.
func (tx *Tx) PastCells(k kpi.CellKey, n int) (past []kpi.Cell, err error) {
	for first := k.Month - kpi.Month(n); k.Month > first; {
		k.Month--
		c, err := tx.Cell(k)
		if err != nil {
			return nil, err
		}
		if c.Content != kpi.Empty {
			past = append(past, c)
		}
	}
	return past, nil
}

// CountFilled returns how many cells of a sheet have content, a ratio both its parts.
func (tx *Tx) CountFilled(set string, m kpi.Month, unit string) (n int, err error) {
	for k, v := range tx.scan(tCell, prefix(set, m.String(), unit)) {
		filled, err := isFilled(k, v)
		if err != nil {
			return 0, err
		}
		if filled {
			n++
		}
	}
	return n, nil
}

// FilledCells yields unit and indicator of every cell of a round that CountFilled counts, unit after unit.
func (tx *Tx) FilledCells(set string, m kpi.Month) iter.Seq2[kpi.CellKey, error] {
	return func(yield func(kpi.CellKey, error) bool) {
		p := prefix(set, m.String())
		at, codes := kpi.CellKey{Set: set, Month: m}, map[string]string{} // one copy of each
		for k, v := range tx.scan(tCell, p) {
			filled, err := isFilled(k, v)
			if err != nil {
				yield(at, err)
				return
			}
			if !filled {
				continue
			}
			unit, code, _ := bytes.Cut(k[len(p):], []byte{sep})
			if string(unit) != at.Unit {
				at.Unit = string(unit)
			}
			known, ok := codes[string(code)]
			if !ok {
				known = string(code)
				codes[known] = known
			}
			if at.Indicator = known; !yield(at, nil) {
				return
			}
		}
	}
}

// isFilled reads of a record no more than whether it has content.
func isFilled(k, v []byte) (bool, error) {
	b, err := unseal(tCell, k, v)
	if err != nil || len(b) < 5 || b[0] != cellFormat {
		return false, damaged(tCell, k)
	}
	content, flags := kpi.Content(b[1]), b[4]
	return content != kpi.Empty && (flags&hasNum != 0) == (flags&hasDen != 0), nil
}

// RoundValues yields what the figures of a round are made of: every saved cell, unit after unit, without the people,
// times, notes and reasons of its record.
func (tx *Tx) RoundValues(set string, m kpi.Month) iter.Seq2[kpi.Cell, error] {
	return func(yield func(kpi.Cell, error) bool) {
		p := prefix(set, m.String())
		r := &reader{}
		unit, codes := "", map[string]string{} // one copy of each
		for k, v := range tx.scan(tCell, p) {
			u, code, ok := bytes.Cut(k[len(p):], []byte{sep})
			if string(u) != unit {
				unit = string(u)
			}
			indicator, known := codes[string(code)]
			if !known {
				indicator = string(code)
				codes[indicator] = indicator
			}
			c := kpi.Cell{CellKey: kpi.CellKey{Set: set, Month: m, Unit: unit, Indicator: indicator}}
			err := decodeCell(r, k, v, &c, valuesOnly)
			if !ok {
				err = damaged(tCell, k)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// pastText is how many characters of a text SheetPast gives.
const pastText = 200

// SheetPast returns what the cells of a unit held in the n months before m, by indicator. Long texts are cut.
func (tx *Tx) SheetPast(set string, m kpi.Month, unit string, n int) (map[string]*kpi.Past, error) {
	past, r := map[string]*kpi.Past{}, &reader{}
	for back := m - 1; back >= m-kpi.Month(n); back-- {
		p := prefix(set, back.String(), unit)
		for k, v := range tx.scan(tCell, p) {
			c := kpi.Cell{CellKey: kpi.CellKey{Month: back}}
			if err := decodeCell(r, k, v, &c, valuesOnly); err != nil {
				return nil, err
			}
			if c.Content == kpi.Empty {
				continue
			}
			known := past[string(k[len(p):])]
			if known == nil {
				known = &kpi.Past{Text: kpi.Clip(c.Text, pastText), Values: make([]kpi.PastValue, 0, n)}
				past[string(k[len(p):])] = known
			}
			known.Values = append(known.Values, kpi.ValueOf(&c))
		}
	}
	return past, nil
}

// extent says how much of a cell's record is wanted.
type extent bool

const (
	whole      extent = true
	valuesOnly extent = false
)

func encodeCell(c kpi.Cell) []byte {
	w := &writer{b: make([]byte, 0, 96)}
	w.byte(cellFormat)
	w.byte(byte(c.Content))
	w.byte(byte(c.Review))
	w.byte(byte(c.Source))
	var flags byte
	if c.Num.OK {
		flags |= hasNum
	}
	if c.Den.OK {
		flags |= hasDen
	}
	if c.Confirmed {
		flags |= confirmed
	}
	w.byte(flags)
	w.uint(uint64(c.Version))
	w.int(int64(c.Definition))
	w.time(c.At)
	w.decimal(c.Value)
	if c.Num.OK {
		w.decimal(c.Num.V)
	}
	if c.Den.OK {
		w.decimal(c.Den.V)
	}
	for _, s := range []string{c.By, c.Text, c.Expected, c.Note, c.ReviewNote, c.ReviewBy} {
		w.text(s)
	}
	return w.b
}

// decodeCell reads into c, whose key is set, the record v stored under k.
func decodeCell(r *reader, k, v []byte, c *kpi.Cell, much extent) error {
	b, err := unseal(tCell, k, v)
	if err != nil {
		return err
	}
	r.b, r.at, r.bad = b, 0, false
	if r.byte() != cellFormat {
		return damaged(tCell, k)
	}
	c.Content, c.Review, c.Source = kpi.Content(r.byte()), kpi.Review(r.byte()), kpi.Source(r.byte())
	flags := r.byte()
	c.Confirmed = flags&confirmed != 0
	c.Version = uint32(r.uint())
	c.Definition = kpi.Month(r.int())
	at := r.int()
	c.Value = r.decimal()
	if flags&hasNum != 0 {
		c.Num = kpi.Some(r.decimal())
	}
	if flags&hasDen != 0 {
		c.Den = kpi.Some(r.decimal())
	}
	if much == valuesOnly {
		r.bytes() // By
		c.Text = r.text()
	} else {
		c.At = time.UnixMilli(at).UTC()
		c.By = r.name()
		c.Text, c.Expected, c.Note, c.ReviewNote, c.ReviewBy = r.text(), r.text(), r.text(), r.text(), r.text()
	}
	if r.bad {
		return damaged(tCell, k)
	}
	return nil
}
