package web

import (
	"fmt"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// typedCell is what somebody typed into a cell and what became of it.
type typedCell struct {
	entry       kpi.Entry
	seen        string
	state, text string // why it was not stored
}

// more reports whether something below the row was typed.
func (t typedCell) more() bool {
	e := t.entry
	return e.None != nil || e.Reason != nil || e.Expected != nil || e.Note != nil || e.Confirmed != nil
}

// status is what the answer's status says of the trouble.
func (t sheetTrouble) status() int {
	if t.err != nil {
		return statusOf(t.err)
	}
	for _, c := range t.typed {
		if c.state != "conflict" {
			return fiber.StatusUnprocessableEntity
		}
	}
	return fiber.StatusConflict
}

// blocks returns the sentence in which a cell stands in the way of submission, "" if it does not.
func (t sheetTrouble) blocks(code string) string {
	if e, ok := asError(t.err); ok {
		return e.Fields[code]
	}
	return ""
}

// saveForm saves the whole sheet as a form without JavaScript sends it.
func (s *Server) saveForm(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	t, saved, err := s.saveTyped(r, k)
	if err != nil || len(t.typed) > 0 {
		return s.sheetRefused(r, k, t, err)
	}
	if saved == 0 {
		s.flash(r, "info", "Chưa có thay đổi nào để lưu.")
	} else {
		s.flash(r, "success", fmt.Sprintf("Đã lưu %d ô lúc %s.", saved, kpi.FormatClock(r.actor.At)))
	}
	return r.redirect(k.path())
}

// saveTyped saves those cells of a posted sheet that somebody has changed on the page, and returns how many. What is
// not stored comes back in the trouble.
func (s *Server) saveTyped(r *request, k sheetKey) (t sheetTrouble, saved int, err error) {
	typed := r.typedCells()
	if len(typed) == 0 {
		return t, 0, nil
	}
	sh, err := s.App.Sheet(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return t, 0, err
	}
	var saves []app.CellSave
	for _, row := range sh.Rows {
		cell, ok := typed[row.Indicator.Code]
		if !ok {
			continue
		}
		left, changed := textOfCell(*row.Indicator, row.Cell).changes(cell.entry)
		if changed && !cell.untouched() {
			saves = append(saves, app.CellSave{Indicator: row.Indicator.Code, Version: cell.version(), Entry: left})
		}
	}
	t.typed = map[string]typedCell{}
	for len(saves) > 0 {
		n := min(len(saves), app.MaxSaves)
		answer, err := s.App.SaveCells(r.actor, k.Set, k.Month, k.Unit, saves[:n])
		if err != nil {
			for _, save := range saves {
				t.typed[save.Indicator] = typedCell{entry: save.Entry, state: "rejected", text: err.Error()}
			}
			return t, saved, err
		}
		for i, a := range answer.Cells {
			cell := typedCell{entry: saves[i].Entry}
			switch a.Outcome {
			case app.Saved:
				saved++
				continue
			case app.Conflict:
				cell.state, cell.text = "conflict", conflictText(a.By, *a.Definition, a.Cell)+". Giữ số đang ghi ở đây thì bấm Lưu lần nữa."
			default:
				cell.state, cell.text = "rejected", a.Text
			}
			t.typed[a.Indicator] = cell
		}
		saves = saves[n:]
	}
	return t, saved, nil
}

// version returns the version of the cell that the form was made from; 0 for junk, which then meets a conflict.
func (t typedCell) version() uint32 {
	number, _, _ := strings.Cut(t.seen, "-")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// untouched reports whether the posted inputs are what the page showed.
func (t typedCell) untouched() bool {
	text := cellText{}.with(t.entry)
	if t.entry.None == nil && text.Raw == "-" {
		text.None = "khong-phat-sinh" // a closed line does not post it
	}
	return text.seen(t.version()) == t.seen
}

// typedCells returns the cells of a posted sheet by code. Inputs are named by a letter and the code: c.1.01 value or
// numerator, d. denominator, n. kind of no number, r. reason, e. expected date, g. explanation, k. tick, v. what the
// page showed.
func (r *request) typedCells() map[string]typedCell {
	cells := map[string]typedCell{}
	r.Request().PostArgs().VisitAll(func(name, value []byte) {
		letter, code, ok := strings.Cut(string(name), ".")
		if !ok || !kpi.ValidCode(code) || len(cells) > maxPosted {
			return
		}
		text := strings.ReplaceAll(string(value), "\r\n", "\n")
		cell := cells[code]
		switch e := &cell.entry; letter {
		case "c":
			e.Raw = &text
		case "d":
			e.Den = &text
		case "n":
			e.None = &text
			if e.Confirmed == nil {
				e.Confirmed = new(bool) // an empty tick is not posted
			}
		case "r":
			e.Reason = &text
		case "e":
			e.Expected = &text
		case "g":
			e.Note = &text
		case "k":
			ticked := text == "1"
			e.Confirmed = &ticked
		case "v":
			cell.seen = text
		default:
			return
		}
		cells[code] = cell
	})
	return cells
}

// maxPosted bounds how many cells one form may carry.
const maxPosted = 2000

// sheetErrors words what stands in the way, in the order of the rows; each line leads to its cell.
func sheetErrors(sh app.SheetView, t sheetTrouble) []fieldError {
	var list []fieldError
	for _, row := range sh.Rows {
		code := row.Indicator.Code
		text, field := t.typed[code].text, "f-"+domID(code)
		if text == "" {
			text = t.blocks(code)
			if issue := worstIssue(row.Issues); text != "" && issue.Level == kpi.Warning {
				text += " Ghi giải trình, hoặc đánh dấu «Đã kiểm tra, số liệu đúng»."
				field = "g-" + domID(code)
			}
		}
		if !row.Editable {
			field = "r-" + domID(code)
		}
		if text != "" {
			list = append(list, fieldError{field, code + " " + kpi.Clip(row.Indicator.Name, 60) + ": " + text})
		}
	}
	if e, ok := asError(t.err); ok && len(e.Fields) == 0 {
		return append([]fieldError{{"", e.Msg}}, list...)
	}
	return list
}
