package web

import (
	"fmt"
	"maps"
	"net/url"
	"slices"

	"chiso/app"
	"chiso/app/kpi"
)

// importPlanView is the second step: what would happen to each row of the file.
type importPlanView struct {
	page
	Kind    importKind
	File    string
	Set     string // what indicators go into
	Notes   []string
	Chips   []outcomeChip
	Lines   []importRow
	Pager   pager
	Summary string
	Stop    string // why the file cannot be written, "" if it can
	Nothing bool   // no row changes anything
	Ready   bool   // neither of the two
	Button  string // «Ghi 124 đơn vị»
	Flagged int    // rows that ask for a confirmation
	Back    string
	Hidden  []hiddenField
}

// outcomeChip narrows a list to one sort of rows.
type outcomeChip struct {
	Label, URL, Icon string
	N                int
	Current          bool
}

type hiddenField struct{ Name, Value string }

// importRow is one row of the file.
type importRow struct {
	Place, Code, Name        string
	Class, Badge, Icon, Word string
	Text                     string
	Flags                    []string
	Asks                     bool // the flags have to be confirmed
}

// previewSize is how many rows a page of the preview has.
const previewSize = 300

// outcomeFilter is a sort of rows in a preview, L what the use case tells of a row.
type outcomeFilter[L any] struct {
	slug, label, icon string
	keep              func(L) bool
}

func outcomeFilters() []outcomeFilter[app.ImportLine] {
	is := func(o app.ImportOutcome) func(app.ImportLine) bool {
		return func(l app.ImportLine) bool { return l.Outcome == o }
	}
	return []outcomeFilter[app.ImportLine]{
		{"tu-choi", "Từ chối", "alert-circle", is(app.ImportRefused)},
		{"xac-nhan", "Cần xác nhận", "alert-triangle", func(l app.ImportLine) bool { return len(l.Flags) > 0 }},
		{"them", "Sẽ thêm", "plus", is(app.ImportAdded)},
		{"doi", "Thay đổi", "arrows-diff", is(app.ImportChanged)},
		{"khong-doi", "Không đổi", "check", is(app.ImportLeft)},
		{"", "Tất cả", "list-details", func(app.ImportLine) bool { return true }},
	}
}

// preview shows a staged file.
func (s *Server) preview(r *request, k importKind, id string, o importOptions) error {
	f, err := s.staged(r, k, id, o)
	if err != nil {
		if !refusal(err) && kpi.KindOf(err) != kpi.NotFound {
			return err
		}
		return s.renderImport(r, k, o, err)
	}
	plan, err := s.App.PlanImport(r.actor, k.What, f)
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderImport(r, k, o, err)
	}
	return s.renderPreview(r, k, id, o, plan, nil)
}

// staged returns the uploaded file with what was said about it.
func (s *Server) staged(r *request, k importKind, id string, o importOptions) (app.ImportFile, error) {
	name, data, err := s.App.Staged(r.actor, id)
	if err != nil {
		return app.ImportFile{}, err
	}
	return o.file(k, name, data)
}

// renderPreview shows the second step; failed is why the file was not written.
func (s *Server) renderPreview(r *request, k importKind, id string, o importOptions, plan app.ImportPlan, failed error) error {
	title := k.Title + ": xem trước"
	path := "/quan-tri/nap/" + k.What
	v := importPlanView{page: s.page(r, title, crumb{"Quản trị", "/quan-tri"}, crumb{k.Title, path}, crumb{"Xem trước", ""}),
		Kind: k, File: plan.File, Set: plan.Set, Notes: plan.Notes, Back: path}
	if plan.NewSet {
		v.Set += " (bộ mới)"
	}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	params := o.values()
	params.Set("tep", id)
	for _, name := range slices.Sorted(maps.Keys(params)) {
		v.Hidden = append(v.Hidden, hiddenField{name, params.Get(name)})
	}
	for _, l := range plan.Lines {
		if len(l.Flags) > 0 {
			v.Flagged++
		}
	}
	v.Summary = fmt.Sprintf("Sẽ thêm %s, thay đổi %s, giữ nguyên %s. Chưa có gì được ghi cho đến khi bấm nút «Ghi» ở cuối trang.",
		countOf(plan.Added, k.Noun), countOf(plan.Changed, k.Noun), countOf(plan.Left, k.Noun))
	v.Nothing = plan.Added+plan.Changed == 0
	v.Button = "Ghi " + countOf(plan.Added+plan.Changed, k.Noun)
	if plan.Refused > 0 {
		v.Stop = "Chưa ghi được tệp này: " + countOf(plan.Refused, "dòng") + " bị từ chối. Tệp chỉ được ghi trọn vẹn hoặc không ghi gì. Sửa các dòng bị từ chối trong tệp rồi chọn lại tệp."
	}
	v.Ready = v.Stop == "" && !v.Nothing
	first := ""
	if plan.Refused > 0 {
		first = "tu-choi"
	}
	rows, chips := filterRows(r, path, params, outcomeFilters(), plan.Lines, first, importRowOf)
	v.Chips = chips
	v.Lines, v.Pager = paged(rows, r.Query("trang"), previewSize, path, params)
	v.Styles = sheetStyles()
	return r.Render("exchange/preview", v)
}

// filterRows returns the rows that the URL asks for, at first those of the filter named first, and a chip for each
// filter that some row passes. params, of which the chips' links are made, then name the filter.
func filterRows[L any](r *request, path string, params url.Values, filters []outcomeFilter[L], lines []L, first string, word func(L) importRow) (rows []importRow, chips []outcomeChip) {
	slug := first
	if r.Context().QueryArgs().Has("loc") {
		slug = r.Query("loc")
	}
	for _, f := range filters {
		n := 0
		for _, l := range lines {
			if !f.keep(l) {
				continue
			}
			n++
			if f.slug == slug {
				rows = append(rows, word(l))
			}
		}
		if n == 0 && f.slug != "" {
			continue
		}
		params.Set("loc", f.slug)
		chips = append(chips, outcomeChip{Label: f.label, Icon: f.icon, URL: withParams(path, params), N: n, Current: f.slug == slug})
	}
	params.Set("loc", slug)
	return rows, chips
}

// importRowOf words one row of the file.
func importRowOf(l app.ImportLine) importRow {
	row := importRow{Place: fmt.Sprint(l.Row), Code: l.Code, Name: l.Name, Text: l.Text, Flags: l.Flags, Asks: len(l.Flags) > 0}
	if l.Column != "" {
		row.Place = fmt.Sprintf("%d, cột %s", l.Row, l.Column)
	}
	switch l.Outcome {
	case app.ImportAdded:
		row.Badge, row.Icon, row.Word = "badge-ok", "plus", "Sẽ thêm"
	case app.ImportChanged:
		row.Badge, row.Icon, row.Word = "badge-info", "arrows-diff", "Thay đổi"
	case app.ImportLeft:
		row.Icon, row.Word = "check", "Không đổi"
	case app.ImportRefused:
		row.Class, row.Badge, row.Icon, row.Word = "row-bad", "badge-bad", "alert-circle", "Từ chối"
	}
	if row.Asks && row.Class == "" {
		row.Class = "row-warn"
	}
	return row
}

// runImport writes the file that the preview has shown.
func (s *Server) runImport(r *request) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	if k.What == app.ImportUsers {
		if asked, err := s.askProof(r); asked || err != nil {
			return err
		}
	}
	id, o := r.FormValue("tep"), optionsOf(r.FormValue)
	f, err := s.staged(r, k, id, o)
	if err != nil {
		if !refusal(err) && kpi.KindOf(err) != kpi.NotFound {
			return err
		}
		return s.renderImport(r, k, o, err)
	}
	if r.FormValue("confirmed") == "" {
		plan, err := s.App.PlanImport(r.actor, k.What, f)
		if err == nil && slices.ContainsFunc(plan.Lines, func(l app.ImportLine) bool { return len(l.Flags) > 0 }) {
			msg := "Xem các dòng cần xác nhận rồi đánh dấu ô xác nhận ở cuối trang."
			return s.renderPreview(r, k, id, o, plan, &kpi.Error{Kind: kpi.Invalid, Msg: msg, Fields: map[string]string{"confirmed": msg}})
		}
	}
	plan, codes, err := s.App.Import(r.actor, k.What, f)
	if err != nil {
		if !refusal(err) {
			return err
		}
		if plan.What == "" { // the file was not even read
			return s.renderImport(r, k, o, err)
		}
		return s.renderPreview(r, k, id, o, plan, err)
	}
	if err := s.App.DropUpload(r.actor, id); err != nil {
		s.Log.Warn("staged upload not removed", "err", err) // the sweep will
	}
	done := fmt.Sprintf("Đã ghi tệp %s: thêm %d, thay đổi %d, không đổi %d %s.", kpi.Clip(f.Name, 80), plan.Added, plan.Changed, plan.Left, k.Noun)
	if k.What == app.ImportUsers && plan.Added > 0 {
		return s.renderImported(r, plan, codes)
	}
	s.flash(r, "success", done)
	if k.What == app.ImportIndicators {
		return r.redirect("/chi-so/" + f.Set)
	}
	return r.redirect(k.List)
}

// renderImported shows the one-time codes of the accounts that an import has made.
func (s *Server) renderImported(r *request, plan app.ImportPlan, codes map[string]string) error {
	users, err := s.App.ListUsers(r.actor)
	if err != nil {
		return err
	}
	added := map[string]bool{}
	for _, l := range plan.Lines {
		added[l.Code] = l.Outcome == app.ImportAdded
	}
	users = slices.DeleteFunc(users, func(u kpi.User) bool { return !added[kpi.Clip(u.Login, 40)] })
	return s.renderCodes(r, fmt.Sprintf("Đã nạp tài khoản: thêm %d, thay đổi %d", plan.Added, plan.Changed), users, codes)
}
