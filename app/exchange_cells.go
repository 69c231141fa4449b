package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// CellsFile is an uploaded .xlsx or .csv with the numbers of one sheet.
type CellsFile struct {
	Name   string
	Data   []byte
	Style  kpi.NumberStyle // of numbers that stand in the file as text
	Styled bool            // somebody has chosen Style; false: the file decides
}

// CellsOutcome is what happens to one row of a file.
type CellsOutcome string

// The outcomes.
const (
	CellsSame     CellsOutcome = "same"
	CellsNew      CellsOutcome = "new"      // the cell was empty
	CellsChanged  CellsOutcome = "changed"  // the cell held something else
	CellsConflict CellsOutcome = "conflict" // somebody changed the cell after the template was made
	CellsRefused  CellsOutcome = "refused"
	CellsUnknown  CellsOutcome = "unknown" // the sheet has no such indicator, or it is not certain which
	CellsLocked   CellsOutcome = "locked"  // the cell cannot be changed now
)

// Writes reports whether a row of this outcome is written without more being said.
func (o CellsOutcome) Writes() bool { return o == CellsNew || o == CellsChanged }

// Stops reports whether a row of this outcome keeps the file out until somebody lets the row go.
func (o CellsOutcome) Stops() bool {
	return o == CellsRefused || o == CellsUnknown || o == CellsLocked
}

// CellsLine is what happens to one row of a file, and why.
type CellsLine struct {
	Row        int    // as Excel shows it
	Column     string // letter of the column that is refused, "": the whole row
	Read       string // what stands there
	Code, Name string
	Outcome    CellsOutcome
	Old, New   string   // the cell's content in full, of a row that changes it or would
	Overwrites bool     // another value is in the cell
	Text       string   // reason of a refusal
	Flags      []string // how something was read, and what the checks would say
	By         string   // name of the one who saved Old
	At         time.Time

	old, cell kpi.Cell // as stored, and as the row has it
	ind       kpi.Indicator
}

// CellsPlan is what a file does to a sheet, row by row in the order of the file.
type CellsPlan struct {
	File     string
	Tab      string // of the file
	Template bool   // the file is a template of this sheet, its rows are found by their keys
	Lines    []CellsLine
	Counts   map[CellsOutcome]int
	Over     int      // rows that overwrite another value
	Notes    []string // remarks on the whole file

	Style   kpi.NumberStyle // in which texts were read as numbers
	Doubt   int             // texts that mean another number in the other style
	Decided bool            // somebody or the file has said which style it is
	Digest  string          // of everything that would be written; see CellsChoice

	Undo string // after writing: the id for UndoCells, "" if it cannot be undone in one step
}

// Matched returns how many rows belong to a cell of the sheet.
func (p *CellsPlan) Matched() int { return len(p.Lines) - p.Counts[CellsUnknown] }

// Stopped returns how many rows keep the file out.
func (p *CellsPlan) Stopped() int {
	return p.Counts[CellsRefused] + p.Counts[CellsUnknown] + p.Counts[CellsLocked]
}

// Writes returns how many cells are written, conflicts aside.
func (p *CellsPlan) Writes() int { return p.Counts[CellsNew] + p.Counts[CellsChanged] }

// seal counts the lines and fingerprints what they say.
func (p *CellsPlan) seal() {
	p.Counts = map[CellsOutcome]int{}
	h := sha256.New()
	fmt.Fprintf(h, "%d\n", p.Style)
	for _, l := range p.Lines {
		p.Counts[l.Outcome]++
		if l.Overwrites {
			p.Over++
		}
		fmt.Fprintf(h, "%d|%s|%s|%d|%q|%q\n", l.Row, l.Code, l.Outcome, l.old.Version, l.Old, l.New)
	}
	p.Digest = hex.EncodeToString(h.Sum(nil)[:16])
}

// PlanCells says what WriteCells would do and changes nothing. A file that cannot be read as a whole, or is the
// template of another sheet, is an error; so is a sheet that takes no changes now. Rows that cannot be read are refused
// in the plan.
func (a *App) PlanCells(actor kpi.Actor, set string, m kpi.Month, unit string, f CellsFile) (CellsPlan, error) {
	var p CellsPlan
	file, err := a.readCellsFile(actor, unit, f)
	if err != nil {
		return p, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		p, err = a.planCells(tx, actor, set, m, unit, file)
		return err
	})
	return p, err
}

// readCellsFile parses a file for those who may enter the unit's cells.
func (a *App) readCellsFile(actor kpi.Actor, unit string, f CellsFile) (*cellsFile, error) {
	if err := kpi.MayAct(actor.User, kpi.ActEnter, unit); err != nil {
		return nil, err
	}
	book, err := a.readBook(f.Name, f.Data)
	if err != nil {
		return nil, err
	}
	return findCells(book, f)
}

// planCells compares a parsed file with the sheet as it is in tx.
func (a *App) planCells(tx *store.Tx, actor kpi.Actor, set string, m kpi.Month, unit string, file *cellsFile) (CellsPlan, error) {
	sh, err := a.readSheet(tx, actor.At, set, m, unit)
	if err == nil {
		err = sh.enterable(actor)
	}
	if err == nil {
		err = file.belongs(tx, sh)
	}
	if err != nil {
		return CellsPlan{}, err
	}
	p := CellsPlan{File: file.Name, Tab: file.table.Sheet, Template: file.keyed(), Notes: file.notes(sh)}
	rows := file.rows(sh)
	p.Style, p.Doubt, p.Decided = file.style(rows)
	for i := range rows {
		p.Lines = append(p.Lines, rows[i].judge(sh, actor, p.Style))
	}
	logins := make([]string, len(p.Lines))
	for i, l := range p.Lines {
		logins[i] = l.old.By
	}
	who, err := names(tx, logins)
	for i := range p.Lines {
		p.Lines[i].By, p.Lines[i].At = who[p.Lines[i].old.By], p.Lines[i].old.At
	}
	p.seal()
	return p, err
}
