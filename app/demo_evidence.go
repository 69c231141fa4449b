package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// prove plans that the unit's report of the month is cited as evidence of its cells that have to be proved: of those
// with a value on a sheet that is handed in. The report may be out before the figures are entered: then it already
// proves every cell of the units whose accounts the sign-in page lists, and of the other units nothing or what there is.
func (p *sheetPlan) prove(at time.Time, m kpi.Month, cells []kpi.Cell, f fate) {
	luck := newDice("evidence", m.String(), p.unit.Code)
	begun := f.end == kpi.StatusNotStarted || f.end == kpi.StatusInProgress
	cast := slices.ContainsFunc(demoCast(), func(c castMember) bool { return c.unit == p.unit.Code })
	if begun && !cast && luck.chance(400_000) {
		return
	}
	var codes []string
	for i, ind := range p.due {
		if ind.Evidence && (cells[i].Content == kpi.HasValue || begun && cast) {
			codes = append(codes, ind.Code)
		}
	}
	if len(codes) == 0 {
		return
	}
	signed := p.unit.Code
	if p.unit.Kind.Block() == kpi.BlockCommunes {
		signed = "UBND"
	}
	sum := sha256.Sum256([]byte(p.unit.Code + m.String()))
	e := kpi.Evidence{Unit: p.unit.Code, ID: kpi.NewEvidenceID(m, hex.EncodeToString(sum[:16])), Citation: &kpi.Citation{
		Number: fmt.Sprintf("%d/BC-%s", luck.between(20, 480), signed), Date: kpi.FormatDate(at), Agency: p.unit.Name,
		Summary: "Báo cáo kết quả thực hiện Nghị quyết số 57-NQ/TW tháng " + m.Short()}}
	p.then(at, kpi.Clerk, func(d *demoSheet, tx *store.Tx, actor kpi.Actor) error {
		e.By, e.At = actor.User.Login, actor.At
		if err := tx.PutEvidence(e, actor.Event(kpi.VerbAdd, "evidence/"+e.Unit+"/"+string(e.ID), "", e.Label(), "")); err != nil {
			return err
		}
		for _, code := range codes {
			k := d.cells[code].CellKey
			if err := tx.Attach(k, kpi.Attachment{Evidence: e.ID, By: e.By, At: e.At}, actor.Event(kpi.VerbAttach, "cell/"+k.ID(), "", e.Label(), "")); err != nil {
				return err
			}
		}
		return nil
	})
}
