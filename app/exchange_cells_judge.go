package app

import (
	"strings"

	"chiso/app/kpi"
)

// judge says what becomes of the row on the sheet as it is stored.
func (r *cellsRow) judge(sh *sheet, actor kpi.Actor, style kpi.NumberStyle) CellsLine {
	l := CellsLine{Row: r.row.Number, ind: r.ind}
	if r.ind.Code == "" {
		l.Code, l.Name, l.Read = kpi.Clip(oneLine(r.code), 40), kpi.Clip(oneLine(r.name), 200), r.summary()
		if l.Outcome, l.Text = CellsUnknown, r.lost; r.strange {
			r.refuseLine(&l)
		}
		return l
	}
	l.Code, l.Name = r.ind.Code, r.ind.Name
	l.old = sh.cells[r.ind.Code]
	l.Old = traceWithNote(r.ind, l.old)
	if len(r.faults) > 0 {
		r.refuseLine(&l)
		return l
	}
	r.compare(&l, sh, actor, style)
	l.Flags = append(r.flags, l.Flags...)
	return l
}

// refuseLine tells the first fault of the row, with its place.
func (r *cellsRow) refuseLine(l *CellsLine) {
	whole := r.line(l.Code, l.Name)
	l.Outcome, l.Column, l.Text, l.Read = CellsRefused, whole.Column, whole.Text, r.summary()
	for _, key := range inputColumns() {
		if column := r.column(key); column != "" && column == l.Column {
			l.Read = kpi.Clip(r.row.Get(key).Text, 60)
		}
	}
}

// compare decides between the row and the stored cell.
func (r *cellsRow) compare(l *CellsLine, sh *sheet, actor kpi.Actor, style kpi.NumberStyle) {
	stored := textsOf(r.ind, l.old)
	if l.Outcome = CellsSame; r.texts == stored {
		return
	}
	if r.key != nil && r.key.digest == r.texts.digest() {
		l.Flags = append(l.Flags, "đã có người sửa sau khi tải mẫu; hàng này trong tệp không đổi nên giữ số đang có: "+kpi.Clip(l.Old, 80))
		return
	}
	if r.key != nil && r.key.meaning != meaning(r.ind) {
		r.refuse("", "Đơn vị tính hoặc cách ghi của chỉ số %s đã đổi sau khi tải mẫu. Tải mẫu mới rồi ghi lại hàng này.", r.ind.Code)
		r.refuseLine(l)
		return
	}
	inputs := r.inputs(l.old, style)
	reading, column, err := readInputs(inputs, r.ind, l.old)
	l.cell = reading.Cell
	if err == nil && len(r.faults) == 0 && kpi.SameContent(l.old, l.cell) {
		if stored.blanked(r.texts) {
			l.Flags = append(l.Flags, "ô trống trong tệp không xóa số đang có: "+kpi.Clip(l.Old, 80))
		}
		return
	}
	if lock := kpi.Editable(sh.Sheet, l.old); lock != nil {
		l.Outcome, l.Text, l.Read = CellsLocked, lock.Error(), r.summary()
		return
	}
	if err == nil {
		column, err = r.valueColumn(), kpi.CheckHard(r.ind, l.cell)
	}
	if err != nil {
		r.refuse(column, "%s", err.Error())
	}
	if len(r.faults) > 0 {
		r.refuseLine(l)
		return
	}
	r.accept(l, sh, actor, reading)
}

// accept fills in a line that changes its cell.
func (r *cellsRow) accept(l *CellsLine, sh *sheet, actor kpi.Actor, reading kpi.Reading) {
	l.New = traceWithNote(r.ind, l.cell)
	l.Overwrites = l.old.Content != kpi.Empty && !kpi.SameValue(l.old, l.cell)
	mine := l.old.By == actor.User.Login && l.old.Source == kpi.FromExcel // from an earlier state of the same file
	switch {
	case r.key != nil && r.key.version != l.old.Version && !mine:
		l.Outcome = CellsConflict
	case l.old.Content == kpi.Empty && l.old.Note == "":
		l.Outcome = CellsNew
	default:
		l.Outcome = CellsChanged
	}
	for _, text := range reading.Notices {
		l.Flags = append(l.Flags, strings.TrimSuffix(text, "."))
	}
	for _, i := range kpi.CheckCell(r.ind, l.cell, sh.past[r.ind.Code].Values, sh.Month) {
		if i.Level == kpi.Failure || i.Level == kpi.Warning && !l.cell.Explained() {
			l.Flags = append(l.Flags, i.Level.Label()+" khi trình duyệt: "+strings.TrimSuffix(i.Text, "."))
		}
	}
}

// readInputs applies what a row says to the stored cell; of a refusal it tells the column that is to blame.
func readInputs(inputs []input, ind kpi.Indicator, old kpi.Cell) (kpi.Reading, string, error) {
	reading, err := joinInputs(inputs).Read(ind, old)
	if err == nil {
		return reading, "", nil
	}
	for _, in := range inputs {
		if _, alone := in.entry.Read(ind, old); alone != nil {
			return reading, in.column, alone
		}
	}
	return reading, "none", err // only together are they wrong: a number beside a kind of no number
}

// valueColumn is the column of the value, of a ratio that of its numerator.
func (r *cellsRow) valueColumn() string {
	if r.ind.Kind == kpi.KindRatio {
		return "num"
	}
	return "value"
}

// blanked reports whether the row leaves blank what the stored cell has.
func (t cellTexts) blanked(row cellTexts) bool {
	return t.value != "" && row.value == "" || t.num != "" && row.num == "" || t.den != "" && row.den == "" ||
		t.none != "" && row.none == "" || t.reason != "" && row.reason == "" || t.expected != "" && row.expected == "" || t.note != "" && row.note == ""
}

// summary is what the row says, in a few words.
func (r *cellsRow) summary() string {
	var parts []string
	for _, key := range inputColumns() {
		if c := r.row.Get(key); !c.Blank() {
			parts = append(parts, kpi.Clip(seen(c), 40))
		}
	}
	return strings.Join(parts, " · ")
}
