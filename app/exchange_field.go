package app

import (
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// indicatorFields lists the columns of the full template with the target columns of the given years. A column that
// another explains stands after it: targets after the unit of measure.
func indicatorFields(years []int) []formField {
	fields := []formField{
		codeField("code", []string{"Mã chỉ số", "Mã"}, func(f *indicatorForm) *string { return &f.Code },
			"Bắt buộc. Chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch; không đổi về sau. Định dạng ô là Văn bản để Excel không rút 1.10 thành 1.1.", sampleMark),
		textField("name", []string{"Tên chỉ số", "Chỉ số"}, func(f *indicatorForm) *string { return &f.Name },
			"Bắt buộc. Tên đầy đủ như trong văn bản giao.", "Tỷ lệ hồ sơ thủ tục hành chính nộp trực tuyến", 44),
		wholeField("layer", []string{"Lớp"}, 3, func(f *indicatorForm) *int { return &f.group.Layer },
			"1 = chỉ đạo của Trung ương; 2 = quản trị của bộ, ngành, địa phương; 3 = chuyên sâu theo lĩnh vực. Thuộc về nhóm: các hàng cùng nhóm ghi như nhau.", "2"),
		codeField("group", []string{"Mã nhóm"}, func(f *indicatorForm) *string { return &f.group.Code }, "Bắt buộc. Mã của nhóm chỉ số.", "5"),
		textField("groupname", []string{"Tên nhóm"}, func(f *indicatorForm) *string { return &f.group.Name }, "Ghi ít nhất ở một hàng của nhóm mới.", "Chính quyền số và dịch vụ công", 24),
		wholeField("groupweight", []string{"Trọng số nhóm"}, 1000, func(f *indicatorForm) *int { return &f.group.Weight }, "Số nguyên; dùng khi xếp hạng.", "22"),
		codeField("parent", []string{"Thuộc chỉ số"}, func(f *indicatorForm) *string { return &f.Parent }, "Mã của đề mục hoặc chỉ số đứng trên; trống nếu không có.", ""),
		yesField("heading", []string{"Đề mục"}, func(f *indicatorForm) *bool { return &f.Heading }, "Có = chỉ là tên của một cụm chỉ số, không nhập số liệu.", "Không"),
		choiceField("origin", []string{"Nguồn giao"}, []kpi.Origin{kpi.Central, kpi.Province}, kpi.Origin.Label, nil,
			func(f *indicatorForm) *kpi.Origin { return &f.Origin }, "Trung ương giao thì định nghĩa không sửa ở tỉnh."),
		textField("definition", []string{"Định nghĩa"}, func(f *indicatorForm) *string { return &f.Definition }, "Đo cái gì, phạm vi nào.", "Hồ sơ được tiếp nhận qua Cổng dịch vụ công trong kỳ.", 40),
		textField("computation", []string{"Cách tính"}, func(f *indicatorForm) *string { return &f.Computation }, "Công thức bằng lời.", "Số hồ sơ nộp trực tuyến chia tổng số hồ sơ, nhân 100.", 40),
		textField("guidance", []string{"Hướng dẫn", "Hướng dẫn nhập"}, func(f *indicatorForm) *string { return &f.Guidance }, "Lấy số ở đâu, tính gì, không tính gì, hay sai chỗ nào.", "Lấy số chốt ngày 14 trên Hệ thống thông tin giải quyết thủ tục hành chính.", 40),
		textField("source", []string{"Nguồn số liệu"}, func(f *indicatorForm) *string { return &f.Source }, "Hệ thống, sổ sách, báo cáo.", "Hệ thống thông tin giải quyết thủ tục hành chính", 24),
		textField("verifier", []string{"Đơn vị thẩm định"}, func(f *indicatorForm) *string { return &f.Verifier }, "Mã hoặc tên đơn vị kiểm tra số liệu.", "VPUB", 16),
		textField("unit", []string{"Đơn vị tính", "ĐVT"}, func(f *indicatorForm) *string { return &f.Unit }, "Ví dụ: %, người, doanh nghiệp.", "%", 14),
		choiceField("kind", []string{"Loại số liệu"}, []kpi.Kind{kpi.KindNumber, kpi.KindRatio, kpi.KindYesNo, kpi.KindGrade, kpi.KindText}, kpi.Kind.Label,
			map[string]kpi.Kind{"ti le": kpi.KindRatio, "ty so": kpi.KindRatio, "co khong": kpi.KindYesNo, "van ban": kpi.KindText},
			func(f *indicatorForm) *kpi.Kind { return &f.Kind }, "Tỷ lệ: nhập tử số và mẫu số, hệ thống tự tính."),
		wholeField("decimals", []string{"Số chữ số thập phân"}, 3, func(f *indicatorForm) *int { return &f.Decimals }, "0 đến 3; trống là 0.", "1"),
		textField("numerator", []string{"Tử số"}, func(f *indicatorForm) *string { return &f.Numerator }, "Chỉ của tỷ lệ: tên của tử số.", "Số hồ sơ nộp trực tuyến", 24),
		textField("denominator", []string{"Mẫu số"}, func(f *indicatorForm) *string { return &f.Denominator }, "Chỉ của tỷ lệ: tên của mẫu số.", "Tổng số hồ sơ tiếp nhận", 24),
		wholeField("partdecimals", []string{"Số thập phân của tử, mẫu"}, 3, func(f *indicatorForm) *int { return &f.PartDecimals }, "0 đến 3; trống là 0.", ""),
		{key: "scale", names: []string{"Hệ số nhân"}, width: 10, hint: "Chỉ của tỷ lệ: 100 nếu tính bằng %, 10.000 nếu tính trên một vạn dân.", sample: "100",
			read: func(r *rowReader, key string, f *indicatorForm) { f.Scale = r.decimal(key).V },
			copy: func(to *indicatorForm, from indicatorForm) { to.Scale = from.Scale },
			show: func(f indicatorForm) string { return optText(kpi.Opt{V: f.Scale, OK: f.Scale.Sign() != 0}) }},
		yesField("share", []string{"Tử thuộc mẫu"}, func(f *indicatorForm) *bool { return &f.Share }, "Có = tử số là một phần của mẫu số, không thể lớn hơn mẫu số.", "Có"),
		{key: "grades", names: []string{"Thang mức"}, width: 24, hint: "Chỉ của loại Mức: mã=tên:điểm (0 đến 100), cách nhau bằng dấu chấm phẩy, ví dụ: A=Tốt:100; B=Khá:75.",
			read: func(r *rowReader, key string, f *indicatorForm) { f.Grades = r.grades(key) },
			copy: func(to *indicatorForm, from indicatorForm) { to.Grades = from.Grades },
			show: func(f indicatorForm) string { return gradesText(f.Grades) }},
		choiceField("direction", []string{"Chiều tốt"}, []kpi.Direction{kpi.Up, kpi.Down, kpi.Within, kpi.Neither}, kpi.Direction.Label,
			map[string]kpi.Direction{"cao hon": kpi.Up, "thap hon": kpi.Down, "cao": kpi.Up, "thap": kpi.Down, "tang": kpi.Up, "giam": kpi.Down, "khoang": kpi.Within},
			func(f *indicatorForm) *kpi.Direction { return &f.Direction }, "Phải nói rõ, không mặc định."),
		choiceField("frequency", []string{"Tần suất"}, []kpi.Frequency{kpi.Monthly, kpi.Quarterly, kpi.HalfYear, kpi.Yearly}, kpi.Frequency.Label,
			map[string]kpi.Frequency{"thang": kpi.Monthly, "hang thang": kpi.Monthly, "quy": kpi.Quarterly, "hang quy": kpi.Quarterly, "nam": kpi.Yearly, "hang nam": kpi.Yearly, "nua nam": kpi.HalfYear},
			func(f *indicatorForm) *kpi.Frequency { return &f.Frequency }, "Quý, 6 tháng, năm thì nhập ở tháng cuối."),
		choiceField("accumulation", []string{"Lũy kế"}, []kpi.Accumulation{kpi.Point, kpi.Flow, kpi.Cumulative}, kpi.Accumulation.Label,
			map[string]kpi.Accumulation{"thoi diem": kpi.Point, "trong ky": kpi.Flow, "phat sinh": kpi.Flow, "luy ke": kpi.Cumulative},
			func(f *indicatorForm) *kpi.Accumulation { return &f.Accumulation }, "Số của các kỳ quan hệ với nhau thế nào."),
		choiceField("aggregation", []string{"Tổng hợp", "Cách tổng hợp"}, []kpi.Aggregation{kpi.AggSum, kpi.AggRatio, kpi.AggMean, kpi.AggWeighted, kpi.AggMin, kpi.AggMax, kpi.AggProvince},
			kpi.Aggregation.Label, nil, func(f *indicatorForm) *kpi.Aggregation { return &f.Aggregation }, "Từ số của các đơn vị ra số toàn tỉnh."),
		codeField("weightby", []string{"Chỉ số trọng số"}, func(f *indicatorForm) *string { return &f.WeightBy }, "Chỉ của «Trung bình có trọng số»: mã chỉ số làm trọng số.", ""),
		wholeField("weight", []string{"Trọng số"}, 1000, func(f *indicatorForm) *int { return &f.Weight }, "Trọng số của chỉ số trong nhóm; số nguyên.", "3"),
		numberField("floor", "Giá trị sàn", func(f *indicatorForm) *kpi.Opt { return &f.Floor }, "Mức dưới đó không được điểm.", "50"),
	}
	for _, year := range years {
		fields = append(fields, targetField(year))
	}
	return append(fields,
		textField("basis", []string{"Căn cứ mục tiêu"}, func(f *indicatorForm) *string { return &f.TargetBasis }, "Văn bản đặt ra mục tiêu.", "Nghị quyết số 03/NQ-CP, Phụ lục I, mục 11.1", 24),
		numberField("min", "Nhỏ nhất", func(f *indicatorForm) *kpi.Opt { return &f.Min }, "Nhỏ hơn thì không nhận.", "0"),
		numberField("max", "Lớn nhất", func(f *indicatorForm) *kpi.Opt { return &f.Max }, "Lớn hơn thì không nhận.", "100"),
		numberField("usuallow", "Thường thấp", func(f *indicatorForm) *kpi.Opt { return &f.UsualLow }, "Thấp hơn thì cảnh báo.", "40"),
		numberField("usualhigh", "Thường cao", func(f *indicatorForm) *kpi.Opt { return &f.UsualHigh }, "Cao hơn thì cảnh báo.", "100"),
		yesField("evidence", []string{"Bắt buộc minh chứng"}, func(f *indicatorForm) *bool { return &f.Evidence }, "Có = phải kèm minh chứng khi trình duyệt.", "Không"),
		numberField("minden", "Mẫu số tối thiểu", func(f *indicatorForm) *kpi.Opt { return &f.MinDenominator }, "Mẫu số nhỏ hơn thì tỷ lệ được ghi chú là dao động mạnh.", "20"),
		textField("lead", []string{"Cơ quan chủ trì"}, func(f *indicatorForm) *string { return &f.LeadAgency }, "Cơ quan theo dõi chỉ số, như văn bản ghi.", "Văn phòng Chính phủ", 24),
		textField("central", []string{"Mã Trung ương"}, func(f *indicatorForm) *string { return &f.CentralCode }, "Mã trên hệ thống của Trung ương.", "", 14),
		monthField("from", []string{"Hiệu lực từ kỳ"}, func(f *indicatorForm) *kpi.Month { return &f.From }, "Tháng/năm. Trống: chỉ số mới bắt đầu từ kỳ hiện tại, chỉ số đã có giữ như cũ.", "5/2026"),
		monthField("to", []string{"Đến kỳ"}, func(f *indicatorForm) *kpi.Month { return &f.To }, "Kỳ cuối cùng còn theo dõi; trống là không thời hạn.", ""),
		unitsField("leads", []string{"Đơn vị nhập"}, func(f *indicatorForm) *[]string { return &f.leads },
			"Mã hoặc tên đầy đủ các đơn vị nhập số liệu, cách nhau bằng dấu chấm phẩy; hoặc: Tất cả · Tất cả xã, phường · Sở, ban, ngành · Cơ quan ngành dọc · Cơ quan Đảng · Xã · Phường · Đặc khu. Trống: giữ nguyên việc giao đang có. Không: thôi giao tất cả.", "Tất cả xã, phường; VPUB"),
		unitsField("supports", []string{"Đơn vị phối hợp"}, func(f *indicatorForm) *[]string { return &f.supports }, "Ghi như cột Đơn vị nhập.", "SKHCN"),
		formField{key: "flags", names: []string{"Cần xác nhận"}, width: 30, hint: "Những điều lần nhập trước chưa quyết được, mỗi điều một dòng; xóa dòng đã xác nhận.",
			read: func(r *rowReader, key string, f *indicatorForm) {
				for s := range strings.SplitSeq(r.lines(key), "\n") {
					if s = strings.TrimSpace(s); s != "" {
						f.Flags = append(f.Flags, s)
					}
				}
			},
			copy: func(to *indicatorForm, from indicatorForm) { to.Flags = from.Flags },
			show: func(f indicatorForm) string { return strings.Join(f.Flags, "\n") }},
	)
}

func unitsField(key string, names []string, at func(*indicatorForm) *[]string, hint, sample string) formField {
	return formField{key: key, names: names, hint: hint, sample: sample, width: 30,
		read: func(r *rowReader, key string, f *indicatorForm) { *at(f) = r.parts(key) },
		copy: func(to *indicatorForm, from indicatorForm) { *at(to) = *at(&from) },
		show: func(f indicatorForm) string { return strings.Join(*at(&f), "; ") }}
}

// yearOf returns the year of a target column, 0 of another.
func yearOf(key string) int {
	s, ok := strings.CutPrefix(key, targetKey)
	if !ok {
		return 0
	}
	year, _ := strconv.Atoi(s)
	return year
}

// formChanges tells the differences of two forms field by field.
func formChanges(a, b indicatorForm) differences {
	years := targetYears(append(slices.Clone(a.Targets), b.Targets...))
	var d differences
	for _, f := range indicatorFields(years) {
		switch f.key {
		case "layer", "group", "groupname", "groupweight", "leads", "supports", "from", "flags":
			continue
		}
		d.add(f.names[0], f.show(a), f.show(b))
	}
	d.add("Nhóm", a.Group, b.Group)
	return d
}
