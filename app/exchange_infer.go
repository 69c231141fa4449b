package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"chiso/app/kpi"
)

var (
	reTitleYear = regexp.MustCompile(`\b(?:den|toi|vao|muc tieu) (?:het )?(?:nam )?(20\d\d)\b`)
	reDocument  = regexp.MustCompile(`(?i)((?:nghị quyết|quyết định|kế hoạch|chỉ thị|thông tư|công văn|kết luận|chương trình|nghị định)\s+số\s+[^()]+?)\s*[).]*$`)
)

// finish works out what the rows say together: unique codes, hierarchy, headings, and what is certain of the rest.
func (x *annex) finish() {
	x.separateSections()
	byCode := map[string]*indicatorRow{}
	for _, row := range x.rows {
		if row.Code == "" {
			continue
		}
		if twin := byCode[row.Code]; twin != nil {
			const text = "Số thứ tự %s có ở cả hàng %d và hàng %d. Sửa một hàng rồi tải lại."
			row.refuse("number", text, row.Code, twin.row.Number, row.row.Number)
			twin.refuse("number", text, row.Code, twin.row.Number, row.row.Number)
			continue
		}
		byCode[row.Code] = row
	}
	parents := map[string]bool{}
	for _, row := range x.rows {
		prefix, _ := cutLast(row.Code)
		if prefix == "" || prefix == row.section {
			continue
		}
		row.Parent, row.stated["parent"] = prefix, true
		parents[prefix] = true
	}
	seen := map[string]*indicatorRow{}
	for _, row := range x.rows {
		row.infer(parents[row.Code])
		key := kpi.Fold(row.Name) + "|" + kpi.Fold(row.Unit)
		if twin := seen[key]; twin != nil && !row.Heading {
			row.flag("%s", sameName(row, twin))
			continue
		}
		seen[key] = row
	}
}

// sameName is the flag of an indicator with the name and unit of an earlier one.
func sameName(row, twin *indicatorRow) string {
	years := targetYears(row.Targets)
	if len(years) == 1 && !slices.Contains(targetYears(twin.Targets), years[0]) {
		return fmt.Sprintf("trùng tên với chỉ số %s: nếu là một, chép mục tiêu %d vào chỉ số %s rồi bỏ dòng này", twin.Code, years[0], twin.Code)
	}
	return fmt.Sprintf("trùng tên và đơn vị tính với chỉ số %s", twin.Code)
}

// separateSections puts the number of the section before the codes when the sections number their rows alike.
func (x *annex) separateSections() {
	section := map[string]string{}
	again := false
	for _, row := range x.rows {
		if at, ok := section[row.Code]; ok && row.Code != "" && at != row.section {
			again = true
		}
		section[row.Code] = row.section
	}
	if !again || slices.ContainsFunc(x.rows, func(r *indicatorRow) bool { return r.section == "" }) {
		return
	}
	for _, row := range x.rows {
		if row.Code == "" {
			continue
		}
		code, reason := checkCode(strings.ReplaceAll(row.section, "Đ", "DD") + "." + row.Code)
		if reason != "" {
			row.refuse("number", "%s", reason)
			continue
		}
		row.flag("số %s lặp lại ở mục khác nên mã ghép với số của mục: %s", row.Code, code)
		row.Code = code
		row.section = strings.ReplaceAll(row.section, "Đ", "DD")
	}
}

// infer fills in what follows with certainty from unit and targets, and flags the rest.
func (row *indicatorRow) infer(parent bool) {
	numeric := slices.DeleteFunc(slices.Clone(row.Targets), func(t kpi.Target) bool { return t.Op == "" })
	if parent && row.Unit == "" && len(numeric) == 0 {
		row.Heading = true
		return
	}
	unsure := func(format string, args ...any) { row.inferred = append(row.inferred, fmt.Sprintf(format, args...)) }
	if len(row.Targets) == 0 {
		unsure("chưa có mục tiêu")
	}
	if row.Unit == "" {
		unsure("chưa có đơn vị tính")
	}
	if len(numeric) > 0 {
		row.Kind = kpi.KindNumber
		for _, t := range numeric {
			row.Decimals = max(row.Decimals, decimalsOf(t.Value), decimalsOf(t.High))
		}
		if row.Decimals > 3 {
			row.Decimals = 3
			unsure("mục tiêu có hơn 3 chữ số thập phân")
		}
	} else {
		unsure("chưa rõ loại số liệu")
	}
	share := strings.HasPrefix(row.Unit, "%") || strings.Contains(row.Unit, "/")
	if share {
		unsure(kpi.FlagShare)
	}
	if len(numeric) > 0 && (share || row.Decimals > 0) {
		row.Decimals = max(row.Decimals, 2) // a target of 80 % is no reason to refuse 79,5
		unsure("văn bản không nói số chữ số thập phân: nhận đến %d", row.Decimals)
	}
	row.inferDirection(numeric, unsure)
}

// inferDirection takes the direction that all bounds agree on; figures without a relation decide nothing.
func (row *indicatorRow) inferDirection(numeric []kpi.Target, unsure func(string, ...any)) {
	var all []kpi.Direction
	for _, t := range numeric {
		if d := t.Direction(); d != "" && !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	switch {
	case len(all) == 1:
		row.Direction = all[0]
	case len(all) > 1:
		unsure("chiều tốt chưa quyết: các mục tiêu chỉ hai chiều khác nhau")
	case len(numeric) > 0 && numeric[0].Op == kpi.OpRange:
		unsure("chiều tốt chưa quyết: mục tiêu là khoảng %s", numeric[0])
	case len(numeric) > 0:
		unsure("chiều tốt chưa quyết: mục tiêu chỉ ghi %s", numeric[0])
	default:
		unsure("chiều tốt chưa quyết")
	}
}

func decimalsOf(o kpi.Opt) int {
	_, scale := o.V.Parts()
	return int(scale)
}

// document returns the document that the titles name, «Nghị quyết số 03/NQ-CP của Chính phủ», or "".
func (x *annex) document() string {
	for _, title := range x.titles() {
		if m := reDocument.FindStringSubmatch(title); m != nil {
			return strings.TrimSpace(m[1])
		}
	}
	return ""
}

// title returns the name that the file gives to its list.
func (x *annex) title() string {
	for _, title := range x.titles() {
		fold := kpi.Fold(title)
		if !strings.HasPrefix(title, "(") && !strings.HasPrefix(fold, "phu luc") && !strings.HasPrefix(fold, "bieu ") && !strings.HasPrefix(fold, "ubnd") &&
			!strings.HasPrefix(fold, "uy ban nhan dan") && !strings.HasPrefix(fold, "cong hoa") && !strings.HasPrefix(fold, "doc lap") && !strings.HasPrefix(fold, "dang cong san") &&
			!strings.HasPrefix(fold, "tinh uy") && len(fold) > 8 {
			return title
		}
	}
	return ""
}
