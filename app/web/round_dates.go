package web

import (
	"time"

	"chiso/app/kpi"
)

// dateField is one date of a round in a form.
type dateField struct {
	Name, Label, Hint string
	Value             string // dd/mm/yyyy, or as typed
	Error             string
}

// typedDates returns the date fields of the form as they were typed.
func typedDates(r *request) map[string]string {
	typed := map[string]string{}
	for _, name := range []string{"opens", "unit", "province", "locks"} {
		typed[name] = kpi.Clip(r.FormValue(name), 40)
	}
	return typed
}

// dayField reads a day, given by its midnight; the error belongs to the field.
func dayField(name, typed string) (time.Time, error) {
	t, err := kpi.ParseDate(typed)
	if err == nil && !t.IsZero() {
		return t, nil
	}
	text := "Ghi ngày/tháng/năm, ví dụ 16/11/2026."
	if err != nil {
		text = err.Error()
	}
	return t, &kpi.Error{Kind: kpi.Invalid, Msg: text, Fields: map[string]string{name: text}}
}

// readDates reads the dates of a round as people name them: the opening is the start of its day, a due date the
// end. The error tells every field that cannot be read.
func readDates(typed map[string]string) (kpi.Dates, error) {
	fields := map[string]string{}
	read := func(name string, days int) time.Time {
		t, err := dayField(name, typed[name])
		if err != nil {
			fields[name] = err.Error()
		}
		return t.AddDate(0, 0, days)
	}
	d := kpi.Dates{Opens: read("opens", 0), UnitDue: read("unit", 1), ProvinceDue: read("province", 1), Locks: read("locks", 1)}
	if len(fields) > 0 {
		return kpi.Dates{}, &kpi.Error{Kind: kpi.Invalid, Msg: "Có mốc chưa đọc được. Ghi lại theo dạng ngày/tháng/năm.", Fields: fields}
	}
	return d, nil
}

// dateFields returns the fields with the dates of d, or as they were typed, and the sentences about them.
func dateFields(d kpi.Dates, typed, bad map[string]string) []dateField {
	lastDay := func(t time.Time) string { return kpi.FormatDate(t.Add(-time.Nanosecond)) }
	fields := []dateField{
		{Name: "opens", Label: "Ngày mở kỳ", Hint: "Đơn vị nhập được từ 00h00 của ngày này.", Value: kpi.FormatDate(d.Opens)},
		{Name: "unit", Label: "Hạn nộp của đơn vị", Hint: "Hạn là 24h00 của ngày này.", Value: lastDay(d.UnitDue)},
		{Name: "province", Label: "Hạn của tỉnh", Hint: "Hạn là 24h00 của ngày này.", Value: lastDay(d.ProvinceDue)},
		{Name: "locks", Label: "Ngày khóa nhập", Hint: "Sau 24h00 của ngày này đơn vị không nhập, không duyệt được nữa.", Value: lastDay(d.Locks)},
	}
	for i := range fields {
		f := &fields[i]
		if typed != nil {
			f.Value = typed[f.Name]
		}
		f.Error = bad[f.Name]
	}
	return fields
}

// fixedDates tells the dates of a closed round, when it was opened and closed, and by whom.
func fixedDates(x kpi.Round, people map[string]string) []fact {
	return []fact{{"Ngày mở kỳ", kpi.FormatDate(x.Opens)}, {"Hạn nộp của đơn vị", kpi.FormatDeadline(x.UnitDue)}, {"Hạn của tỉnh", kpi.FormatDeadline(x.ProvinceDue)},
		{"Khóa nhập", kpi.FormatDeadline(x.Locks)}, {"Mở kỳ", kpi.FormatTime(x.Opened) + ", " + people[x.OpenedBy]},
		{"Chốt số liệu", kpi.FormatTime(x.Closed) + ", " + people[x.ClosedBy]}}
}
