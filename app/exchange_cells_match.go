package app

import (
	"fmt"
	"slices"

	"chiso/app/kpi"
)

// matcher finds the cell of a sheet that a row is about.
type matcher struct {
	sh     *sheet
	scope  cellsScope
	due    map[string]kpi.Indicator
	byName map[string][]string // folded name → codes; made when the first name is looked up
	coded  bool                // the file has a column of codes, not only running numbers
}

func (f *cellsFile) matcher(sh *sheet) *matcher {
	m := &matcher{sh: sh, scope: scopeOf(sh), due: make(map[string]kpi.Indicator, len(sh.due)), coded: f.table.Has("code")}
	for _, ind := range sh.due {
		m.due[ind.Code] = *ind
	}
	return m
}

// named returns the codes of the cells whose indicators have the name.
func (m *matcher) named(name string) []string {
	if m.byName == nil {
		m.byName = map[string][]string{}
		for _, ind := range m.sh.due {
			fold := kpi.Fold(ind.Name)
			m.byName[fold] = append(m.byName[fold], ind.Code)
		}
	}
	return m.byName[kpi.Fold(name)]
}

// find sets the row's indicator, or why there is none.
func (m *matcher) find(r *cellsRow) {
	r.code, r.name = r.row.Get("code").Text, r.row.Get("name").Text
	if key := r.row.Get("key"); !key.Blank() {
		m.byKey(r, key.Text)
		return
	}
	code, reason := m.codeOf(r)
	named := m.named(r.name)
	certain := m.coded && !r.row.Get("code").Number // 1.10 may have become the number 1.1
	ind, known := m.due[code]
	agrees := known && (kpi.Fold(r.name) == kpi.Fold(ind.Name) || r.name == "" && certain)
	switch {
	case reason != "" && certain:
		r.refuse("code", "%s", reason)
		r.strange = true
	case agrees:
		r.ind = ind
	case known && certain:
		r.unknown("Mã %s trong biểu là «%s», hàng này ghi «%s». Sửa mã hoặc tên cho khớp.", code, kpi.Clip(ind.Name, 80), kpi.Clip(r.name, 80))
	case len(named) == 1:
		r.ind = m.due[named[0]]
		r.flag("khớp theo tên chỉ số")
	case len(named) > 1:
		r.unknown("Biểu có %d chỉ số cùng tên này. Ghi mã chỉ số vào cột «Mã».", len(named))
	case code != "":
		r.unknown("Không có chỉ số %s trong biểu này.", kpi.Clip(code, 40))
	default:
		r.unknown("Hàng có số liệu nhưng không có mã, và tên không trùng hẳn với chỉ số nào của biểu.")
	}
}

// byKey takes a row of a template for the cell that its hidden key names.
func (m *matcher) byKey(r *cellsRow, text string) {
	key, ok := parseRowKey(text)
	const again = "Tải lại mẫu của biểu này rồi chép số liệu sang."
	switch {
	case !ok || !key.parseState(r.row.Get("state").Text):
		r.refuse("", "Khóa ẩn của hàng bị sửa hoặc mất. %s", again)
		r.strange = true
		return
	case !key.scope.same(m.scope):
		r.refuse("", "Hàng này thuộc mẫu của biểu khác (%s/%s/%s). %s", kpi.Clip(key.scope.set, 32), kpi.Clip(key.scope.month, 10), kpi.Clip(key.scope.unit, 32), again)
		r.strange = true
		return
	case !m.holds(key.indicator):
		r.unknown("Chỉ số %s không còn trong biểu này.", key.indicator)
		return
	case r.code != "" && r.code != key.indicator && r.code+"0" != key.indicator:
		r.refuse("code", "Hàng ghi mã «%s» nhưng khóa ẩn là của %s: các cột đã bị xê dịch so với nhau. %s", kpi.Clip(r.code, 40), key.indicator, again)
	case m.strayed(r.name, key.indicator):
		r.refuse("name", "Hàng ghi tên của một chỉ số khác với khóa ẩn (%s): các cột đã bị xê dịch so với nhau. %s", key.indicator, again)
	}
	r.ind, r.key = m.due[key.indicator], &key
}

// strayed reports whether a name is that of another indicator than the one with the code.
func (m *matcher) strayed(name, code string) bool {
	if name == "" || name == nameWithParts(m.due[code]) {
		return false
	}
	codes := m.named(name)
	return len(codes) > 0 && !slices.Contains(codes, code)
}

func (m *matcher) holds(code string) bool { _, ok := m.due[code]; return ok }

// codeOf reads the code of a row without key; a running number stands for one where there is no column of codes.
func (m *matcher) codeOf(r *cellsRow) (code, reason string) {
	c := r.row.Get("code")
	if !m.coded {
		c = r.row.Get("number")
	}
	switch {
	case c.Date:
		return "", fmt.Sprintf("Mã «%s» đã bị đổi thành ngày tháng. Định dạng cột là Văn bản rồi ghi lại mã.", kpi.Clip(c.Text, 20))
	case c.Err, c.Percent, c.Merged:
		return "", "Ô mã không đọc được (lỗi, số phần trăm hoặc ô gộp). Ghi lại mã chỉ số."
	}
	r.code = oneLine(c.Text)
	return checkCode(r.code)
}
