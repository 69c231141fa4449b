package web

import (
	"chiso/app"
	"chiso/app/kpi"
)

// formSection is a part of a form under a heading.
type formSection struct {
	Title  string
	Fields []formField
}

// formField is one field of a form: a line of text, an area, a choice or a tick.
type formField struct {
	Name, Label, Hint string
	Value, Bad        string
	Rows              int // of an area; 0: one line
	Choice, Tick      bool
	Short             bool
	Locked, Required  bool
	Options           []selectOption
}

// indicatorSections lays out the form of an indicator with what is typed in it and what is wrong with that.
func indicatorSections(e app.IndicatorEdit, base kpi.Indicator, in, bad map[string]string) []formSection {
	locked, was := map[string]bool{}, typedOf(base)
	if base.Origin == kpi.Central && len(e.Versions) > 0 {
		for _, name := range []string{"name", "definition", "computation", "unit", "kind", "origin"} {
			locked[name] = was[name] != ""
		}
		locked["kind"] = locked["kind"] && !base.MayBeRatio()
	}
	plain := func(name, label, hint string) formField {
		f := formField{Name: name, Label: label, Hint: hint, Value: in[name], Bad: bad[name], Locked: locked[name]}
		if f.Locked {
			f.Value = was[name]
		}
		return f
	}
	short := func(name, label, hint string) formField {
		f := plain(name, label, hint)
		f.Short = true
		return f
	}
	area := func(rows int, name, label, hint string) formField {
		f := plain(name, label, hint)
		f.Rows = rows
		return f
	}
	tick := func(name, label string) formField {
		f := plain(name, label, "")
		f.Tick = true
		return f
	}
	pick := func(name, label, hint string, options []selectOption) formField {
		f := plain(name, label, hint)
		f.Choice, f.Options = true, options
		return f
	}
	must := func(f formField) formField {
		f.Required = !f.Locked
		return f
	}
	var groups []selectOption
	for _, g := range e.Set.Groups {
		groups = append(groups, selectOption{g.Code, groupLabel(g), g.Code == in["group"]})
	}
	about := formSection{Title: "Chỉ số"}
	if len(e.Versions) == 0 {
		about.Fields = append(about.Fields, must(short("code", "Mã chỉ số", "Chữ in hoa không dấu, chữ số, dấu chấm; ví dụ 5.03.")))
	}
	since := "Chọn kỳ đang có để sửa bản này; chọn kỳ chưa mở để lập bản mới từ kỳ đó."
	if len(e.Versions) == 0 {
		since = "Kỳ đầu tiên mà chỉ số được đưa vào biểu."
	}
	about.Fields = append(about.Fields, must(area(2, "name", "Tên chỉ số", "")), must(pick("group", "Nhóm chỉ số", "", groups)),
		must(pick("from", "Hiệu lực từ kỳ", since, fromChoice(e, base, in["from"]))),
		short("to", "Kỳ cuối cùng", "Để trống nếu chưa biết khi nào hết hiệu lực; ví dụ 12/2026."))
	guidance := area(8, "guidance", "Hướng dẫn", "Đoạn văn; dòng bắt đầu bằng «- » thành gạch đầu dòng; **chữ đậm**.")
	if base.Heading {
		return []formSection{about, {"Nội dung", []formField{guidance}}}
	}
	const open = "Chọn"
	kinds, kindHint := []kpi.Kind{kpi.KindNumber, kpi.KindRatio, kpi.KindYesNo, kpi.KindGrade, kpi.KindText}, ""
	if base.Origin == kpi.Central && base.MayBeRatio() {
		kinds, kindHint = kinds[:2], "Tệp không nói. Chọn Tỷ lệ nếu nhập tử số, mẫu số; Số nếu nhập thẳng tỷ lệ."
	}
	kind := kpi.Kind(in["kind"])
	if locked["kind"] {
		kind = base.Kind
	}
	origin := kpi.Origin(in["origin"])
	if locked["origin"] {
		origin = base.Origin
	}
	return []formSection{about,
		{"Cách đo", []formField{
			must(pick("origin", "Nguồn giao", "", choiceOf(origin, "", origins()...))),
			must(pick("kind", "Loại số liệu", kindHint, choiceOf(kind, open, kinds...))),
			short("unit", "Đơn vị tính", "Ví dụ: %, Hồ sơ, Người."),
			short("decimals", "Số chữ số thập phân", "Từ 0 đến 3."),
			must(pick("direction", "Chiều tốt", "", choiceOf(kpi.Direction(in["direction"]), open, kpi.Up, kpi.Down, kpi.Within, kpi.Neither))),
			must(pick("frequency", "Tần suất", "", choiceOf(kpi.Frequency(in["frequency"]), open, frequencies()...))),
			must(pick("accumulation", "Cách tính lũy kế", "", choiceOf(kpi.Accumulation(in["accumulation"]), open, kpi.Point, kpi.Flow, kpi.Cumulative))),
		}},
		{"Tỷ lệ và thang mức", []formField{
			plain("numerator", "Tử số", "Chỉ với loại Tỷ lệ."),
			plain("denominator", "Mẫu số", ""),
			short("scale", "Hệ số nhân", "100 nếu tính bằng %; 10.000 nếu tính trên vạn dân."),
			short("part-decimals", "Số chữ số thập phân của tử số, mẫu số", ""),
			tick("share", "Tử số là một phần của mẫu số (không được lớn hơn mẫu số)"),
			short("min-denominator", "Mẫu số tối thiểu", "Dưới mức này có lưu ý là tỷ lệ dao động mạnh."),
			area(4, "grades", "Thang mức", "Chỉ với loại Mức. Mỗi dòng: mã | tên mức | điểm; ví dụ 1 | Mức 1 | 50."),
		}},
		{"Tổng hợp và mục tiêu", []formField{
			must(pick("aggregation", "Cách tổng hợp toàn tỉnh", "", choiceOf(kpi.Aggregation(in["aggregation"]), open, kpi.AggSum, kpi.AggRatio, kpi.AggMean, kpi.AggWeighted, kpi.AggMin, kpi.AggMax, kpi.AggProvince))),
			short("weight-by", "Chỉ số làm trọng số", "Mã chỉ số, chỉ với trung bình có trọng số."),
			short("weight", "Trọng số trong nhóm", ""),
			area(6, "targets", "Mục tiêu", "Mỗi dòng một năm, ví dụ 2026: ≥ 80 hoặc 2026: 40 - 50."),
			plain("basis", "Căn cứ của mục tiêu", ""),
			short("floor", "Mức sàn", ""),
		}},
		{"Giới hạn và minh chứng", []formField{
			short("min", "Giá trị nhỏ nhất được nhập", "Ngoài khoảng này hệ thống không ghi."),
			short("max", "Giá trị lớn nhất được nhập", ""),
			short("usual-low", "Mức thường gặp, từ", "Ngoài khoảng này hệ thống cảnh báo và hỏi giải trình."),
			short("usual-high", "Mức thường gặp, đến", ""),
			tick("evidence", "Bắt buộc có minh chứng khi trình duyệt"),
		}},
		{"Nội dung", []formField{
			area(5, "definition", "Định nghĩa", ""),
			area(5, "computation", "Cách tính", ""),
			guidance,
			plain("source", "Nguồn số liệu", ""),
			plain("verifier", "Đơn vị thẩm định", "Tên hoặc mã đơn vị."),
			plain("lead", "Cơ quan chủ trì", ""),
			short("central", "Mã của Trung ương", ""),
		}},
	}
}
