package app

import (
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// keySheet is the hidden sheet of a template that says which sheet it belongs to.
const keySheet = "Khóa biểu"

// Names of the lines of the key sheet.
const (
	keySet     = "Bộ chỉ số"
	keyMonth   = "Kỳ báo cáo"
	keyUnit    = "Đơn vị"
	keyVersion = "Phiên bản bộ chỉ số"
)

// cellsScope is what a template says it was made for.
type cellsScope struct{ set, month, unit, version string }

func scopeOf(sh *sheet) cellsScope {
	return cellsScope{set: sh.Set, month: sh.Month.String(), unit: sh.Unit}
}

// setVersion fingerprints which indicators the sheet has and what they mean.
func setVersion(sh *sheet) string {
	h := fnv.New32a()
	for _, ind := range sh.due {
		_, _ = io.WriteString(h, ind.Code+"|"+meaning(*ind)+"\n") // a hash never fails
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// meaning fingerprints what a number of the indicator stands for: typed under one meaning, it must not be stored under
// another.
func meaning(ind kpi.Indicator) string {
	h := fnv.New32a()
	for _, s := range []string{string(ind.Kind), ind.Unit, ind.Scale.String(), ind.Numerator, ind.Denominator, string(ind.Accumulation)} {
		_, _ = io.WriteString(h, s+"\x00") // a hash never fails
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// keyGrid is the hidden sheet that says which sheet a template is of.
func (sh *sheet) keyGrid() workbook.Grid {
	s := scopeOf(sh)
	row := func(name, value string) []workbook.Value {
		return []workbook.Value{workbook.Text(name), workbook.Text(value)}
	}
	return workbook.Grid{Name: keySheet, Hidden: true, Protect: true, Cols: make([]workbook.Col, 2),
		Rows: [][]workbook.Value{row(keySet, s.set), row(keyMonth, s.month), row(keyUnit, s.unit), row(keyVersion, setVersion(sh))}}
}

// readScope reads the key sheet.
func readScope(s workbook.Sheet) *cellsScope {
	var scope cellsScope
	for i := range min(len(s.Rows), 20) {
		value := s.Cell(i, 1).Text
		switch s.Cell(i, 0).Text {
		case keySet:
			scope.set = value
		case keyMonth:
			scope.month = value
		case keyUnit:
			scope.unit = value
		case keyVersion:
			scope.version = value
		}
	}
	return &scope
}

// same reports whether the template was made for the sheet, whatever the version of its set.
func (s cellsScope) same(t cellsScope) bool {
	return s.set == t.set && s.month == t.month && s.unit == t.unit
}

// belongs refuses a template of another sheet.
func (f *cellsFile) belongs(tx *store.Tx, sh *sheet) error {
	here := scopeOf(sh)
	there := f.scope
	if there == nil { // the key sheet is gone, as in a .csv: the rows may still say it
		for _, row := range f.table.Rows {
			k, ok := parseRowKey(row.Get("key").Text)
			switch {
			case row.Get("key").Blank():
			case !ok || k.scope.same(here):
				return nil // one row of this sheet is enough; others are refused one by one
			case there == nil:
				there = &k.scope
			}
		}
	}
	if there == nil || there.same(here) {
		return nil
	}
	return kpi.Errorf(kpi.Invalid, "Tệp là mẫu của %s, không phải của %s. Mở đúng biểu rồi tải lên, hoặc tải mẫu của biểu này và chép số liệu sang.",
		there.label(tx), here.label(tx))
}

// label names the sheet that the scope is of, as far as what it says can be believed.
func (s cellsScope) label(tx *store.Tx) string {
	unit, month := kpi.Clip(s.unit, 40), kpi.Clip(s.month, 20)
	if kpi.ValidCode(s.unit) {
		if u, err := tx.Unit(s.unit); err == nil {
			unit = u.Name
		}
	}
	if m, err := kpi.ParseMonth(s.month); err == nil {
		month = m.Short()
	}
	return fmt.Sprintf("«%s», tháng %s, bộ %s", unit, month, kpi.Clip(s.set, 40))
}

// rowKey is what the hidden columns of a template say of a row.
type rowKey struct {
	scope     cellsScope
	indicator string
	version   uint32 // of the cell when the template was made
	digest    string // of its texts
	meaning   string // of its indicator
}

// texts returns what the two hidden columns hold.
func (k rowKey) texts() (key, state string) {
	return k.scope.set + "/" + k.scope.month + "/" + k.scope.unit + "/" + k.indicator,
		strconv.FormatUint(uint64(k.version), 10) + "-" + k.digest + "-" + k.meaning
}

func parseRowKey(text string) (rowKey, bool) {
	p := strings.Split(text, "/")
	if len(p) != 4 || !kpi.ValidCode(p[3]) {
		return rowKey{}, false
	}
	return rowKey{scope: cellsScope{set: p[0], month: p[1], unit: p[2]}, indicator: p[3]}, true
}

// parseState adds what the second hidden column holds.
func (k *rowKey) parseState(text string) bool {
	p := strings.Split(text, "-")
	if len(p) != 3 {
		return false
	}
	n, err := strconv.ParseUint(p[0], 10, 32)
	k.version, k.digest, k.meaning = uint32(n), p[1], p[2]
	return err == nil
}
