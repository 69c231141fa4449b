package app

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// What an import brings in.
const (
	ImportUnits      = "units"
	ImportIndicators = "indicators"
	ImportUsers      = "users"
)

// ImportFile is an uploaded .xlsx or .csv.
type ImportFile struct {
	Name    string
	Data    []byte
	Set     string    // indicators: code of the set they belong to; it is made if there is none
	SetName string    // indicators: name of a new set; "": as the title of the file says
	From    kpi.Month // indicators: month from which new versions hold; zero: the current month
}

// ImportOutcome is what happens to one row of a file.
type ImportOutcome string

// The outcomes.
const (
	ImportAdded   ImportOutcome = "added"
	ImportChanged ImportOutcome = "changed"
	ImportLeft    ImportOutcome = "left"
	ImportRefused ImportOutcome = "refused"
)

// Label returns the outcome's name on screen.
func (o ImportOutcome) Label() string {
	return map[ImportOutcome]string{ImportAdded: "Thêm", ImportChanged: "Sửa", ImportLeft: "Giữ nguyên", ImportRefused: "Từ chối"}[o]
}

// ImportLine is what happens to one row of a file, and why.
type ImportLine struct {
	Sheet      string
	Row        int    // as Excel shows it
	Column     string // letter of the column that is refused, "": the whole row
	Code, Name string
	Outcome    ImportOutcome
	Text       string   // what changes, or the reason of the refusal
	Flags      []string // what was understood only in part and has to be confirmed
}

// ImportPlan is what an import does, row by row in the order of the file.
type ImportPlan struct {
	What   string
	File   string
	Set    string
	NewSet bool // the set is made by the import
	Lines  []ImportLine
	Added, Changed, Left,
	Refused int
	Notes []string // remarks on the whole file
}

func (p *ImportPlan) add(l ImportLine) {
	p.Lines = append(p.Lines, l)
	switch l.Outcome {
	case ImportAdded:
		p.Added++
	case ImportChanged:
		p.Changed++
	case ImportLeft:
		p.Left++
	case ImportRefused:
		p.Refused++
	}
}

func (p *ImportPlan) note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

// err returns the refusal of a plan that has refused rows, nil if it has none.
func (p *ImportPlan) err() error {
	for _, l := range p.Lines {
		if l.Outcome == ImportRefused {
			return kpi.Errorf(kpi.Invalid, "Tệp %s chưa nhập được, không có gì thay đổi: %d hàng bị từ chối. Đầu tiên: trang “%s”, %s: %s",
				kpi.Clip(p.File, 80), p.Refused, l.Sheet, l.place(), l.Text)
		}
	}
	return nil
}

func (l ImportLine) place() string {
	if l.Column == "" {
		return fmt.Sprintf("hàng %d", l.Row)
	}
	return fmt.Sprintf("ô %s%d", l.Column, l.Row)
}

// proposal is a plan with what it takes to carry it out in the transaction in which it was made.
type proposal struct {
	plan  ImportPlan
	users []kpi.User // new accounts, which need a first password
	write func(tx *store.Tx, passwords map[string]string) error
}

// proposer compares a parsed file with the store.
type proposer func(tx *store.Tx) (*proposal, error)

// PlanImport says what Import would do and changes nothing. What is one of ImportUnits, ImportIndicators and
// ImportUsers. A file that cannot be read as a whole is an error; rows that cannot be are refused in the plan.
func (a *App) PlanImport(actor kpi.Actor, what string, f ImportFile) (ImportPlan, error) {
	propose, err := a.readImport(actor, what, f)
	if err != nil {
		return ImportPlan{}, err
	}
	p, err := a.propose(propose)
	if err != nil {
		return ImportPlan{}, err
	}
	return p.plan, nil
}

// Import carries out what PlanImport tells, all of it or, if any row is refused, nothing: then the error is Invalid
// and the plan says why. Of users it returns the one-time code of each new account by login.
func (a *App) Import(actor kpi.Actor, what string, f ImportFile) (ImportPlan, map[string]string, error) {
	propose, err := a.readImport(actor, what, f)
	if err != nil {
		return ImportPlan{}, nil, err
	}
	p, err := a.propose(propose)
	if err != nil {
		return ImportPlan{}, nil, err
	}
	if err := p.plan.err(); err != nil {
		return p.plan, nil, err
	}
	codes, passwords := a.firstPasswords(p.users)
	plan, added := p.plan, p.users
	err = a.store.Update(func(tx *store.Tx) error {
		p, err := propose(tx)
		if err != nil {
			return err
		}
		plan, added = p.plan, p.users
		if err := plan.err(); err != nil {
			return err
		}
		return p.write(tx, passwords)
	})
	if err != nil {
		return plan, nil, err
	}
	maps.DeleteFunc(codes, func(login, _ string) bool { // somebody else may have added an account meanwhile
		return !slices.ContainsFunc(added, func(u kpi.User) bool { return u.Login == login })
	})
	return plan, codes, nil
}

func (a *App) propose(propose proposer) (p *proposal, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		p, err = propose(tx)
		return err
	})
	return p, err
}

// readImport parses the file for those who may import it.
func (a *App) readImport(actor kpi.Actor, what string, f ImportFile) (proposer, error) {
	tasks := map[string]kpi.Task{ImportUnits: kpi.ManageUnits, ImportIndicators: kpi.ManageSets, ImportUsers: kpi.ManageUsers}
	task, ok := tasks[what]
	if !ok {
		return nil, kpi.Errorf(kpi.Invalid, "Chỉ nhập được đơn vị, chỉ số hoặc tài khoản; không có loại «%s».", kpi.Clip(what, 32))
	}
	if err := kpi.May(actor.User, task); err != nil && !actor.IsSystem() {
		return nil, err
	}
	if f.From == 0 {
		f.From = kpi.MonthOf(actor.At)
	}
	if what == ImportIndicators && !kpi.ValidSet(f.Set) {
		return nil, fieldError("set", fmt.Sprintf("Mã bộ chỉ số «%s» chỉ được gồm chữ thường không dấu, chữ số, dấu gạch (tối đa 32 ký tự).", kpi.Clip(f.Set, 40)))
	}
	book, err := a.readBook(f.Name, f.Data)
	if err != nil {
		return nil, err
	}
	switch what {
	case ImportUnits:
		return readUnits(actor, f, book)
	case ImportUsers:
		return readUsers(actor, f, book)
	}
	return readIndicators(actor, f, book)
}

// parseLimit bounds waiting for a free place and parsing together.
const parseLimit = 10 * time.Second

// maxParses bounds how many files are parsed at a time.
const maxParses = 4

// readBook parses a file, at most four at a time; a Busy error says that the time is up.
func (a *App) readBook(name string, data []byte) (*workbook.Book, error) {
	type result struct {
		book *workbook.Book
		err  error
	}
	done := make(chan result, 1)
	go func() { // ends by itself: the gate bounds every file to seconds
		var r result
		r.err = a.parse(func() (err error) {
			r.book, err = workbook.Read(name, data)
			return err
		})
		done <- r
	}()
	late := time.NewTimer(a.parseLimit)
	defer late.Stop()
	select {
	case r := <-done:
		return r.book, r.err
	case <-late.C:
		return nil, busyParsing()
	}
}

// parse runs read as one of the few that parse an uploaded file at a time, and turns its panic into an error. It is Busy
// if no place gets free within parseLimit.
func (a *App) parse(read func() error) (err error) {
	late := time.NewTimer(a.parseLimit)
	defer late.Stop()
	select {
	case a.parsing <- struct{}{}:
	case <-late.C:
		return busyParsing()
	}
	defer func() {
		<-a.parsing
		if r := recover(); r != nil {
			err = fmt.Errorf("parse upload: panic: %v", r)
		}
	}()
	return read()
}

func busyParsing() error {
	return kpi.Errorf(kpi.Busy, "Máy chủ đang đọc nhiều tệp khác nên chưa đọc xong tệp này. Chờ một phút rồi gửi lại.")
}
