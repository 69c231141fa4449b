package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/app/kpi"
)

// Bounds of the long fields of the form: lines of a list, characters of a text.
const (
	maxLines = 40
	maxText  = 8000
)

// readIndicator reads the fields of the form over a version of an indicator. The Invalid error names every field in
// the way. Fields that the form of a heading does not have stay as they were.
func readIndicator(base kpi.Indicator, in map[string]string) (kpi.Indicator, error) {
	ind := base
	bad := map[string]string{}
	if ind.Code == "" {
		if ind.Code = strings.ToUpper(strings.TrimSpace(in["code"])); !kpi.ValidCode(ind.Code) {
			bad["code"] = "Mã chỉ số gồm chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch, tối đa 32 ký tự; ví dụ 5.03."
		}
	}
	from, err := kpi.ParseMonth(in["from"])
	if err != nil {
		bad["from"] = "Chọn kỳ mà chỉ số bắt đầu có hiệu lực."
	}
	ind.From = from
	if ind.To, err = readMonth(in["to"]); err != nil {
		bad["to"] = err.Error()
	}
	readTexts(&ind, base, in, bad)
	if ind.Heading {
		return ind, refused(bad)
	}
	readKinds(&ind, base, in, bad)
	readNumbers(&ind, in, bad)
	if err := ind.Validate(); err != nil && len(bad) == 0 {
		return ind, err
	}
	return ind, refused(bad)
}

func refused(bad map[string]string) error {
	if len(bad) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(bad))
	return &kpi.Error{Kind: kpi.Invalid, Msg: bad[names[0]], Fields: bad}
}

// readMonth reads «12/2026» or «2026-12»; blank gives the zero month.
func readMonth(s string) (kpi.Month, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	if m, y, ok := strings.Cut(s, "/"); ok {
		month, errM := strconv.Atoi(strings.TrimSpace(m))
		year, errY := strconv.Atoi(strings.TrimSpace(y))
		if errM == nil && errY == nil && month >= 1 && month <= 12 && year >= 2000 && year < 2200 {
			return kpi.NewMonth(year, time.Month(month)), nil
		}
	} else if m, err := kpi.ParseMonth(s); err == nil {
		return m, nil
	}
	return 0, errors.New("Kỳ «" + kpi.Clip(s, 20) + "» không đọc được. Ghi tháng/năm, ví dụ 12/2026.")
}

// readTexts takes the plain texts. Those that the centre has locked are not in the form's hand.
func readTexts(ind *kpi.Indicator, base kpi.Indicator, in, bad map[string]string) {
	central := base.Origin == kpi.Central && base.Code != ""
	for name, text := range indicatorTexts(ind) {
		if ind.Heading && name != "name" && name != "group" && name != "guidance" {
			continue
		}
		if central && *text != "" && slices.Contains([]string{"name", "definition", "computation", "unit"}, name) {
			continue
		}
		most := kpi.MaxNote
		if name == "definition" || name == "computation" || name == "guidance" {
			most = maxText
		}
		clean, err := kpi.CleanLongText(in[name], "Nội dung", most)
		if err != nil {
			bad[name] = err.Error()
		}
		*text = clean
	}
	if ind.Name == "" {
		bad["name"] = "Ghi tên chỉ số."
	}
	if len([]rune(ind.Name)) > 500 {
		bad["name"] = "Tên chỉ số dài quá 500 ký tự."
	}
	if ind.Group == "" {
		bad["group"] = "Chọn nhóm của chỉ số."
	}
}

// readKinds takes the choices, each of which may still be open.
func readKinds(ind *kpi.Indicator, base kpi.Indicator, in, bad map[string]string) {
	if base.Origin != kpi.Central || base.Code == "" {
		ind.Origin = kpi.Origin(in["origin"])
	}
	if base.Origin != kpi.Central || base.Kind == "" || base.Code == "" || base.MayBeRatio() {
		ind.Kind = kpi.Kind(in["kind"])
	}
	ind.Direction, ind.Frequency = kpi.Direction(in["direction"]), kpi.Frequency(in["frequency"])
	ind.Accumulation, ind.Aggregation = kpi.Accumulation(in["accumulation"]), kpi.Aggregation(in["aggregation"])
	known := map[string]bool{"origin": ind.Origin.Label() != "", "kind": ind.Kind == "" || ind.Kind.Label() != "", "direction": ind.Direction == "" || ind.Direction.Label() != "",
		"frequency": ind.Frequency == "" || ind.Frequency.Label() != "", "accumulation": ind.Accumulation == "" || ind.Accumulation.Label() != "",
		"aggregation": ind.Aggregation == "" || ind.Aggregation.Label() != ""}
	for name, ok := range known {
		if !ok {
			bad[name] = "Chọn một giá trị trong danh sách."
		}
	}
	if ind.Aggregation == kpi.AggRatio && ind.Kind != "" && ind.Kind != kpi.KindRatio {
		bad["aggregation"] = "Chỉ số tỷ lệ mới tổng hợp theo tổng tử số / tổng mẫu số. Chọn loại số liệu Tỷ lệ hoặc cách tổng hợp khác."
	}
	if ind.Aggregation == kpi.AggWeighted && !kpi.ValidCode(ind.WeightBy) {
		bad["weight-by"] = "Ghi mã chỉ số dùng làm trọng số, ví dụ 3.01."
	}
	ind.Share, ind.Evidence = in["share"] == "1", in["evidence"] == "1"
}

// readNumbers takes what is a number, a list of targets or a scale.
func readNumbers(ind *kpi.Indicator, in, bad map[string]string) {
	whole := func(name string, to *int, most int64) {
		n, err := kpi.ParseNumber(in[name], kpi.NumberFormat{})
		coef, _ := n.Value.Parts()
		if err != nil || coef < 0 || coef > most {
			bad[name] = "Ghi một số nguyên từ 0 đến " + strconv.FormatInt(most, 10) + "."
			return
		}
		*to = int(coef)
	}
	whole("decimals", &ind.Decimals, 3)
	whole("part-decimals", &ind.PartDecimals, 3)
	whole("weight", &ind.Weight, 1000)
	format := kpi.NumberFormat{Decimals: 3, Percent: true}
	for name, limit := range indicatorLimits(ind) {
		n, err := kpi.ParseNumber(in[name], format)
		if err != nil {
			bad[name] = err.Error()
		}
		*limit = kpi.Opt{V: n.Value, OK: err == nil && !n.Empty}
	}
	n, err := kpi.ParseNumber(in["scale"], kpi.NumberFormat{Decimals: 3})
	if err != nil {
		bad["scale"] = err.Error()
	}
	if ind.Scale = n.Value; ind.Kind == kpi.KindRatio && ind.Scale.Sign() <= 0 && bad["scale"] == "" {
		bad["scale"] = "Ghi hệ số nhân của tỷ lệ: 100 nếu tính bằng %."
	}
	if ind.Min.OK && ind.Max.OK && ind.Min.V.Cmp(ind.Max.V) > 0 {
		bad["min"] = "Giá trị nhỏ nhất lớn hơn giá trị lớn nhất."
	}
	if strings.TrimSpace(in["targets"]) != typedTargets(ind.Targets) {
		if ind.Targets, err = readTargets(in["targets"]); err != nil {
			bad["targets"] = err.Error()
		}
	}
	if strings.TrimSpace(in["grades"]) != typedGrades(ind.Grades) {
		if ind.Grades, err = readGrades(in["grades"]); err != nil {
			bad["grades"] = err.Error()
		}
	}
	if ind.Kind == kpi.KindGrade && len(ind.Grades) < 2 && bad["grades"] == "" {
		bad["grades"] = "Thang mức cần ít nhất hai mức, mỗi dòng một mức."
	}
}

// readTargets reads «2026: ≥ 80», one year a line.
func readTargets(text string) ([]kpi.Target, error) {
	var out []kpi.Target
	n := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > maxLines {
			return nil, errors.New("Mục tiêu ghi tối đa " + strconv.Itoa(maxLines) + " dòng.")
		}
		head, rest, ok := strings.Cut(line, ":")
		year, err := strconv.Atoi(strings.TrimSpace(head))
		rest = strings.TrimSpace(rest)
		if !ok || err != nil || year < 2000 || year >= 2200 || rest == "" || len([]rune(rest)) > 200 {
			return nil, errors.New("Dòng «" + kpi.Clip(line, 40) + "» không đọc được. Mỗi dòng ghi năm, dấu hai chấm rồi mục tiêu, ví dụ 2026: ≥ 80.")
		}
		targets, _ := kpi.ParseTargets(rest, year)
		out = append(out, targets...)
	}
	return out, nil
}

// readGrades reads «1 | Mức 1 | 50», one step a line.
func readGrades(text string) ([]kpi.Grade, error) {
	var out []kpi.Grade
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		bad := errors.New("Dòng «" + kpi.Clip(line, 40) + "» không đọc được. Mỗi dòng ghi mã mức | tên mức | điểm từ 0 đến 100, ví dụ 1 | Mức 1 | 50.")
		parts := strings.Split(line, "|")
		if len(parts) != 3 || len(out) == maxLines {
			return nil, bad
		}
		code, label := strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1])
		points, err := strconv.Atoi(strings.TrimSpace(parts[2]))
		if err != nil || points < 0 || points > 100 || code == "" || label == "" || len(code) > 32 || len([]rune(label)) > 100 ||
			slices.ContainsFunc(out, func(g kpi.Grade) bool { return g.Code == code }) {
			return nil, bad
		}
		out = append(out, kpi.Grade{Code: code, Label: label, Points: points})
	}
	return out, nil
}
