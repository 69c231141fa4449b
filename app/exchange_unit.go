package app

import (
	"fmt"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

func unitColumns(workbook.Sheet) []workbook.Column {
	return []workbook.Column{
		{Key: "code", Names: []string{"Mã đơn vị", "Mã", "Mã ĐV", "Mã số", "Mã định danh"}, Required: true},
		{Key: "name", Names: []string{"Tên đơn vị", "Đơn vị", "Tên", "Tên cơ quan", "Cơ quan, đơn vị"}, Required: true},
		{Key: "kind", Names: []string{"Loại đơn vị", "Loại", "Loại hình", "Cấp"}, Required: true},
		{Key: "cohort", Names: []string{"Nhóm xếp hạng", "Nhóm", "Khối"}},
		{Key: "from", Names: []string{"Hiệu lực từ", "Hiệu lực từ kỳ", "Từ kỳ", "Từ tháng", "Từ"}},
		{Key: "to", Names: []string{"Đến", "Hiệu lực đến", "Đến kỳ", "Đến tháng"}},
		{Key: "successor", Names: []string{"Đơn vị kế thừa", "Mã đơn vị kế thừa", "Kế thừa"}},
	}
}

// unitRow is one row of a list of units. Only the columns that the file has are looked at.
type unitRow struct {
	*rowReader
	unit kpi.Unit
}

// readUnits parses a list of units.
func readUnits(actor kpi.Actor, f ImportFile, book *workbook.Book) (proposer, error) {
	table, err := findTable(book, unitColumns)
	if err != nil {
		return nil, err
	}
	var rows []unitRow
	first := map[string]int{} // code → index of its first row
	names := map[string]string{}
	table.rows("code", func(r *rowReader) {
		u := kpi.Unit{Code: r.code("code"), Name: r.text("name"), Kind: r.unitKind(), Cohort: r.text("cohort"),
			From: r.month("from"), To: r.month("to"), Successor: r.code("successor")}
		if u.Code == "" && len(r.faults) == 0 {
			r.refuse("code", "Mã đơn vị còn trống.")
		}
		if c := r.row.Get("code"); c.Number && len(c.Text) < 5 {
			r.flag("ô mã là số %s: nếu mã có số 0 ở đầu, định dạng cột là Văn bản rồi ghi lại", c.Text)
		}
		if i, twice := first[u.Code]; twice && u.Code != "" {
			const text = "Mã đơn vị %s có ở cả hàng %d và hàng %d. Giữ lại một hàng."
			rows[i].refuse("code", text, u.Code, rows[i].row.Number, r.row.Number)
			r.refuse("code", text, u.Code, rows[i].row.Number, r.row.Number)
		} else if u.Code != "" {
			first[u.Code] = len(rows)
		}
		if other, ok := names[kpi.Fold(u.Name)]; ok && other != u.Code {
			r.flag("trùng tên với đơn vị mã %s", other)
		}
		names[kpi.Fold(u.Name)] = u.Code
		if len(r.faults) == 0 {
			if err := u.Validate(); err != nil {
				r.refuse("", "%s", err.Error())
			}
		}
		rows = append(rows, unitRow{r, u})
	})
	if len(rows) == 0 {
		return nil, noRows(table)
	}
	return func(tx *store.Tx) (*proposal, error) { return planUnits(tx, actor, f, table, rows) }, nil
}

func noRows(t *found) error {
	return kpi.Errorf(kpi.Invalid, "Trang “%s” có hàng tiêu đề %d nhưng không có hàng nào bên dưới. Điền bảng rồi tải lại.", t.Sheet, t.HeadRow)
}

// unitKind reads the kind of a unit. A kind that covers the whole level, «Xã, phường», is settled by the name.
func (r *rowReader) unitKind() kpi.UnitKind {
	s := r.text("kind")
	if kind, ok := unitKindOf(s); ok {
		return kind
	}
	switch fold := kpi.Fold(s); fold {
	case "":
		r.refuse("kind", "Loại đơn vị còn trống.")
		return ""
	case "xa phuong", "cap xa", "xa phuong dac khu", "ubnd xa phuong dac khu", "ubnd xa phuong", "don vi cap xa", "uy ban nhan dan cap xa":
		name := " " + kpi.Fold(r.text("name")) + " "
		for word, kind := range map[string]kpi.UnitKind{" phuong ": kpi.Ward, " dac khu ": kpi.Zone, " xa ": kpi.Commune} {
			rest, ok := strings.CutPrefix(name, word)
			if !ok {
				rest, ok = strings.CutPrefix(name, " uy ban nhan dan"+word)
			}
			if !ok {
				rest, ok = strings.CutPrefix(name, " ubnd"+word)
			}
			if ok && rest != "" {
				r.flag("loại «%s» đọc theo tên là %s", s, kind.Label())
				return kind
			}
		}
	}
	var labels []string
	for _, k := range kpi.UnitKinds() {
		labels = append(labels, k.Label())
	}
	r.refuse("kind", "Loại đơn vị «%s» không có trong danh mục: %s.", kpi.Clip(s, 40), strings.Join(labels, " · "))
	return ""
}

// unitKindOf returns the kind that a text names.
func unitKindOf(s string) (kpi.UnitKind, bool) {
	fold := kpi.Fold(s)
	for _, k := range kpi.UnitKinds() {
		if fold == kpi.Fold(k.Label()) {
			return k, true
		}
	}
	kind, ok := map[string]kpi.UnitKind{
		"so": kpi.Agency, "ban": kpi.Agency, "nganh": kpi.Agency, "so nganh": kpi.Agency, "so ban nganh tinh": kpi.Agency, "so ban nganh cap tinh": kpi.Agency,
		"co quan chuyen mon": kpi.Agency, "co quan chuyen mon thuoc ubnd tinh": kpi.Agency, "co quan cap tinh": kpi.Agency,
		"nganh doc": kpi.Vertical, "co quan trung uong": kpi.Vertical, "co quan trung uong tren dia ban": kpi.Vertical, "don vi nganh doc": kpi.Vertical,
		"dang": kpi.Party, "co quan dang tinh": kpi.Party, "ban dang": kpi.Party, "khoi dang": kpi.Party, "co quan dang doan the": kpi.Party,
		"ubnd xa": kpi.Commune, "uy ban nhan dan xa": kpi.Commune, "ubnd phuong": kpi.Ward, "uy ban nhan dan phuong": kpi.Ward,
		"ubnd dac khu": kpi.Zone, "uy ban nhan dan dac khu": kpi.Zone,
	}[fold]
	return kind, ok
}

// planUnits compares a list of units with those there are.
func planUnits(tx *store.Tx, actor kpi.Actor, f ImportFile, table *found, rows []unitRow) (*proposal, error) {
	stored, err := tx.Units()
	if err != nil {
		return nil, err
	}
	old := map[string]kpi.Unit{}
	for _, u := range stored {
		old[u.Code] = u
	}
	listed := map[string]bool{}
	for _, r := range rows {
		listed[r.unit.Code] = true
	}
	p := &proposal{plan: ImportPlan{What: ImportUnits, File: f.Name, Notes: slices.Clone(table.notes)}}
	type put struct {
		unit kpi.Unit
		ev   kpi.Event
	}
	var puts []put
	for _, r := range rows {
		u, was, known := r.unit, kpi.Unit{}, false
		if was, known = old[u.Code]; known {
			r.keepUnit(&u, was)
		}
		l := r.line(u.Code, u.Name)
		if _, ok := old[u.Successor]; u.Successor != "" && !ok && !listed[u.Successor] && l.Outcome == "" {
			l.Outcome, l.Column, l.Text = ImportRefused, r.column("successor"), fmt.Sprintf("Không có đơn vị kế thừa mã %s trong tệp và trong hệ thống.", u.Successor)
		}
		switch {
		case l.Outcome == ImportRefused:
		case !known:
			l.Outcome, l.Text = ImportAdded, describeUnit(u)
			puts = append(puts, put{u, actor.Event(kpi.VerbAdd, "unit/"+u.Code, "", describeUnit(u), "")})
		case u == was:
			l.Outcome = ImportLeft
		default:
			l.Outcome, l.Text = ImportChanged, unitChanges(was, u)
			puts = append(puts, put{u, actor.Event(kpi.VerbChange, "unit/"+u.Code, describeUnit(was), describeUnit(u), "")})
		}
		p.plan.add(l)
	}
	var absent []string
	for _, u := range stored {
		if !listed[u.Code] {
			absent = append(absent, u.Code)
		}
	}
	if len(absent) > 0 {
		p.plan.note("%d đơn vị đang có không nằm trong tệp, giữ nguyên: %s.", len(absent), kpi.Clip(strings.Join(absent, ", "), 300))
	}
	p.write = func(tx *store.Tx, _ map[string]string) error {
		for _, x := range puts {
			if err := tx.PutUnit(x.unit, x.ev); err != nil {
				return err
			}
		}
		return nil
	}
	return p, nil
}

// keepUnit gives u what the file has no column for.
func (r unitRow) keepUnit(u *kpi.Unit, was kpi.Unit) {
	if !r.has("cohort") {
		u.Cohort = was.Cohort
	}
	if !r.has("from") {
		u.From = was.From
	}
	if !r.has("to") {
		u.To = was.To
	}
	if !r.has("successor") {
		u.Successor = was.Successor
	}
}

// unitChanges tells the differences field by field.
func unitChanges(a, b kpi.Unit) string {
	var d differences
	d.add("Tên", a.Name, b.Name)
	d.add("Loại", a.Kind.Label(), b.Kind.Label())
	d.add("Nhóm xếp hạng", a.Cohort, b.Cohort)
	d.add("Hiệu lực từ", monthText(a.From), monthText(b.From))
	d.add("Đến", monthText(a.To), monthText(b.To))
	d.add("Đơn vị kế thừa", a.Successor, b.Successor)
	return d.String()
}

// differences tells changes as «Tên: «cũ» → «mới»; …».
type differences []string

func (d *differences) add(name, old, new string) {
	if old != new {
		*d = append(*d, fmt.Sprintf("%s: «%s» → «%s»", name, kpi.Clip(old, 80), kpi.Clip(new, 80)))
	}
}

func (d differences) String() string { return strings.Join(d, "; ") }

// monthText is Month.Short with nothing for no month.
func monthText(m kpi.Month) string {
	if m == 0 {
		return ""
	}
	return m.Short()
}
