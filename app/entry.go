package app

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// MaxSaves is the largest number of cells that one request may save.
const MaxSaves = 100

var reOp = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

// CellSave is one change of one cell as a person made it.
type CellSave struct {
	Indicator string
	Version   uint32 // version of the cell that the change is based on
	Op        string // random id of the change: sent again, it has the same effect and answer; "" for none
	Entry     kpi.Entry
	Source    kpi.Source
	Carry     bool // take over the value of the period before; the Entry then says nothing
}

// Outcome says what became of a CellSave.
type Outcome string

// The outcomes.
const (
	Saved    Outcome = "saved"
	Rejected Outcome = "rejected" // not stored; Text says why
	Conflict Outcome = "conflict" // not stored; somebody else's change came first
)

// CellAnswer is the answer to one CellSave, or the news about a cell that another save affects.
type CellAnswer struct {
	Indicator  string
	Definition *kpi.Indicator // of it, shared; empty if the sheet has no such indicator
	Outcome    Outcome
	Cell       kpi.Cell // as it is now stored
	Shown      string
	Sums
	Text   string // of a rejection, or how the input was read
	Issues []kpi.Issue
	By     string // of a conflict: name of the one who saved first
}

// SaveAnswer is the answer to SaveCells.
type SaveAnswer struct {
	Cells  []CellAnswer // in the order of the saves
	Others []CellAnswer // other cells whose issues may have changed
	Filled int
	Due    int
	Locked string   // why the sheet has stopped taking changes since some of the saves were stored; "" if it takes them
	Here   []string // names of others who have the sheet open
}

// receipt is what is kept of an answered op.
type receipt struct {
	Outcome Outcome
	Text    string `json:",omitempty"`
}

// SaveCells applies the saves to the unit's sheet, each for itself: one that is refused or comes too late does not
// hold up the others. What the answer calls saved is on disk.
func (a *App) SaveCells(actor kpi.Actor, set string, m kpi.Month, unit string, saves []CellSave) (SaveAnswer, error) {
	if len(saves) > MaxSaves {
		return SaveAnswer{}, kpi.Errorf(kpi.TooLarge, "Mỗi lần lưu tối đa %d ô.", MaxSaves)
	}
	if err := kpi.MayAct(actor.User, kpi.ActEnter, unit); err != nil {
		return SaveAnswer{}, err
	}
	var receipts []receipt
	var locked string
	err := a.store.Update(func(tx *store.Tx) error {
		receipts, locked = make([]receipt, len(saves)), "" // the closure may run twice
		known, err := answered(tx, actor, saves, receipts)
		if err != nil || known == len(saves) && known > 0 {
			return err
		}
		sh, err := a.openForEntry(tx, actor, set, m, unit)
		if err != nil && known > 0 && kpi.KindOf(err) != 0 {
			locked = err.Error()
			refuseRest(receipts, locked)
			return nil
		}
		if err != nil {
			return err
		}
		for i, save := range saves {
			if receipts[i], err = sh.save(tx, actor, save); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return SaveAnswer{}, err
	}
	answer, err := a.answer(actor, set, m, unit, saves, receipts)
	answer.Locked = locked
	answer.Here = a.here.touch(set+"/"+m.String()+"/"+unit, actor)
	return answer, err
}

// answered fills in the receipts of those saves that have been answered before and returns how many there are: what
// was stored stays acknowledged, also when the sheet has been submitted meanwhile.
func answered(tx *store.Tx, actor kpi.Actor, saves []CellSave, receipts []receipt) (known int, err error) {
	for i, save := range saves {
		if !reOp.MatchString(save.Op) {
			continue
		}
		op, ok, err := tx.Op(actor.User.Login, save.Op)
		if err != nil {
			return known, err
		}
		if !ok {
			continue
		}
		if err := json.Unmarshal(op.Answer, &receipts[i]); err != nil {
			return known, fmt.Errorf("read kept answer: %w", err)
		}
		known++
	}
	return known, nil
}

// refuseRest gives the reason to every save that has no receipt yet.
func refuseRest(receipts []receipt, reason string) {
	for i := range receipts {
		if receipts[i].Outcome == "" {
			receipts[i] = receipt{Rejected, reason}
		}
	}
}

// entrySheet is the part of a sheet that saving a cell needs.
type entrySheet struct {
	kpi.Sheet
	defs *definitions
}

func (a *App) openForEntry(tx *store.Tx, actor kpi.Actor, set string, m kpi.Month, unit string) (*entrySheet, error) {
	round, err := tx.Round(set, m)
	if err != nil {
		return nil, err
	}
	s, err := tx.Sheet(set, m, unit)
	if err != nil {
		return nil, err
	}
	if err := round.Admits(s, actor.At); err != nil {
		return nil, err
	}
	if _, err := kpi.Next(s.State, kpi.ActEnter); err != nil {
		return nil, err
	}
	sh := &entrySheet{Sheet: s.In(round, actor.At)}
	sh.defs, err = a.definitions(tx, set, m)
	return sh, err
}

// save applies one change. The error is of the store; a refusal is a receipt.
func (sh *entrySheet) save(tx *store.Tx, actor kpi.Actor, save CellSave) (receipt, error) {
	if save.Op != "" {
		if !reOp.MatchString(save.Op) {
			return receipt{Rejected, "Mã lần lưu không hợp lệ. Tải lại trang rồi ghi lại ô này."}, nil
		}
		op, ok, err := tx.Op(actor.User.Login, save.Op)
		if err != nil {
			return receipt{}, err
		}
		if ok {
			var r receipt
			return r, json.Unmarshal(op.Answer, &r)
		}
	}
	r, err := sh.apply(tx, actor, save)
	if err != nil || save.Op == "" || r.Outcome != Saved {
		return r, err
	}
	answer, err := json.Marshal(r)
	if err != nil {
		return r, fmt.Errorf("keep answer: %w", err)
	}
	return r, tx.PutOp(actor.User.Login, save.Op, store.Op{At: actor.At, Answer: answer})
}

func (sh *entrySheet) apply(tx *store.Tx, actor kpi.Actor, save CellSave) (receipt, error) {
	def, ok := sh.defs.byCode[save.Indicator]
	due, err := tx.IsDue(sh.Set, sh.Month, sh.Unit, save.Indicator)
	if err != nil {
		return receipt{}, err
	}
	if !ok || !due {
		return receipt{Rejected, "Chỉ số " + kpi.Clip(save.Indicator, 32) + " không có trong biểu này."}, nil
	}
	ind := *def
	old, err := tx.Cell(kpi.CellKey{Set: sh.Set, Month: sh.Month, Unit: sh.Unit, Indicator: save.Indicator})
	if err != nil {
		return receipt{}, err
	}
	if err := kpi.Editable(sh.Sheet, old); err != nil {
		return receipt{Rejected, err.Error()}, nil
	}
	var reading kpi.Reading
	if save.Carry {
		reading.Cell, err = sh.carried(tx, ind, old)
	} else {
		reading, err = save.Entry.Read(ind, old)
	}
	if kpi.KindOf(err) == 0 && err != nil {
		return receipt{}, err
	}
	if err == nil {
		err = kpi.CheckHard(ind, reading.Cell)
	}
	if err != nil {
		return receipt{Rejected, err.Error()}, nil
	}
	text := ""
	if len(reading.Notices) > 0 {
		text = reading.Notices[0]
	}
	if kpi.SameContent(old, reading.Cell) {
		return receipt{Saved, text}, nil // nothing to change, whoever saved first
	}
	if old.Version != save.Version {
		return receipt{Conflict, ""}, nil
	}
	c := reading.Cell
	if !kpi.SameValue(old, c) {
		c.Source = save.Source
	}
	if save.Carry {
		c.Source = kpi.FromCarry
	}
	c.Version++
	c.By, c.At, c.Definition = actor.User.Login, actor.At, ind.From
	ev := actor.Event(kpi.VerbSave, "cell/"+c.ID(), traceWithNote(ind, old), traceWithNote(ind, c), "")
	return receipt{Saved, text}, tx.PutCell(c, ev)
}

// carried returns the cell with the value of the latest earlier round that has one.
func (sh *entrySheet) carried(tx *store.Tx, ind kpi.Indicator, c kpi.Cell) (kpi.Cell, error) {
	var last kpi.Cell
	k := c.CellKey
	for k.Month = sh.Month - 1; k.Month >= max(sh.Month-pastRounds, sh.defs.since[ind.Code]) && last.Content == kpi.Empty; k.Month-- {
		var err error
		if last, err = tx.Cell(k); err != nil {
			return c, err
		}
	}
	return kpi.Carry(ind, c, last)
}

const noteMark = " · Giải trình: "

func traceWithNote(ind kpi.Indicator, c kpi.Cell) string {
	s := c.Trace(ind)
	if c.Note != "" {
		s += noteMark + c.Note
	}
	if c.Confirmed {
		s += " · Đã kiểm tra"
	}
	return s
}

// answer tells how the saved cells now stand, and those that share a check with them.
func (a *App) answer(actor kpi.Actor, set string, m kpi.Month, unit string, saves []CellSave, receipts []receipt) (SaveAnswer, error) {
	var out SaveAnswer
	err := a.store.View(func(tx *store.Tx) error {
		defs, err := a.definitions(tx, set, m)
		if err != nil {
			return err
		}
		sh, err := a.readCells(tx, defs, set, m, unit, affected(defs.set.Checks, saves))
		if err != nil {
			return err
		}
		issues := map[string][]kpi.Issue{}
		for _, i := range sh.issues() {
			issues[i.Indicator] = append(issues[i.Indicator], i)
		}
		current := func(code string) CellAnswer {
			c, ind := sh.cells[code], sh.defs.of(code)
			return CellAnswer{Indicator: code, Definition: ind, Cell: c, Shown: c.Show(*ind), Sums: sh.sums(*ind, c), Issues: issues[code]}
		}
		touched := map[string]bool{}
		for i, save := range saves {
			ans := current(save.Indicator)
			ans.Outcome, ans.Text = receipts[i].Outcome, receipts[i].Text
			if ans.Outcome == Conflict {
				who, err := names(tx, []string{ans.Cell.By})
				if err != nil {
					return err
				}
				ans.By = who[ans.Cell.By]
			}
			out.Cells = append(out.Cells, ans)
			touched[save.Indicator] = true
		}
		for _, k := range sh.defs.set.Checks {
			if !touched[k.Left] && anyOf(touched, k.Right) {
				if _, due := sh.cells[k.Left]; due {
					out.Others = append(out.Others, current(k.Left))
				}
			}
		}
		if out.Due, err = tx.CountDue(set, m, unit); err != nil {
			return err
		}
		out.Filled, err = tx.CountFilled(set, m, unit)
		return err
	})
	return out, err
}

// affected returns the codes of the saved cells and of all cells that share a check with them.
func affected(checks []kpi.CrossCheck, saves []CellSave) []string {
	var codes []string
	for _, s := range saves {
		codes = append(codes, s.Indicator)
	}
	for _, k := range checks {
		if all := append([]string{k.Left}, k.Right...); slices.ContainsFunc(saves, func(s CellSave) bool { return slices.Contains(all, s.Indicator) }) {
			codes = append(codes, all...)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func anyOf(set map[string]bool, codes []string) bool {
	for _, c := range codes {
		if set[c] {
			return true
		}
	}
	return false
}
