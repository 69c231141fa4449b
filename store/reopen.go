package store

import (
	"fmt"

	"chiso/app/kpi"
)

// PutReopening stores a request to reopen a sheet, or the decision about it.
func (tx *Tx) PutReopening(r kpi.Reopening, ev kpi.Event) error {
	return tx.putJSON(tReopening, reopeningKey(r.Set, r.Month, r.Unit, r.Number), r, ev)
}

// Reopening returns one request.
func (tx *Tx) Reopening(set string, m kpi.Month, unit string, number int) (kpi.Reopening, error) {
	return mustJSON[kpi.Reopening](tx, tReopening, reopeningKey(set, m, unit, number), "Không có yêu cầu mở lại này.")
}

// SheetReopenings returns the requests of one sheet, the oldest first.
func (tx *Tx) SheetReopenings(set string, m kpi.Month, unit string) ([]kpi.Reopening, error) {
	return listJSON[kpi.Reopening](tx, tReopening, prefix(set, m.String(), unit))
}

// Reopenings returns all requests, by set, month, unit and number.
func (tx *Tx) Reopenings() ([]kpi.Reopening, error) {
	return listJSON[kpi.Reopening](tx, tReopening, nil)
}

func reopeningKey(set string, m kpi.Month, unit string, number int) []byte {
	return key(set, m.String(), unit, fmt.Sprintf("%04d", number))
}
