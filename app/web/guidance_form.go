package web

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// newGuidance is the page that adds a document.
const newGuidance = "/huong-dan/them"

// guidanceFormView is the page that adds or changes a document.
type guidanceFormView struct {
	page
	Heading   string
	Action    string
	Back      string
	Button    string
	Upload    string // id of the staged file, "": none was chosen yet
	File      string // «huong-dan.pdf – PDF, 1,2 MB»
	Read      string // what was read of it
	Unread    string
	Known     string
	Sample    []guidancePart
	Fields    []inputField
	Found     []tickLine // indicators found in the text
	FileError string
	Limit     string
	Accept    string
	New       bool
}

// guidanceInput is a document as the form gives it.
type guidanceInput struct {
	Title, Number, Issuer, Date, From, To, Replaces, Links string
	keep                                                   map[string]bool // of the found ones; nil: all
}

func guidanceInputOf(r *request) guidanceInput {
	return guidanceInput{Title: r.FormValue("title"), Number: r.FormValue("number"), Issuer: r.FormValue("issuer"), Date: r.FormValue("date"), From: r.FormValue("from"),
		To: r.FormValue("to"), Replaces: r.FormValue("replaces"), Links: r.FormValue("links"), keep: peekAll(r, "found[]")}
}

// read turns the form into what the use case takes; found are the indicators that were on the form to tick.
func (in guidanceInput) read(s *Server, r *request, found []kpi.IndicatorRef) (app.GuidanceInput, error) {
	out := app.GuidanceInput{Title: in.Title, Number: in.Number, Issuer: in.Issuer, Replaces: in.Replaces}
	date := func(field, text string) (time.Time, error) {
		t, err := kpi.ParseDate(kpi.Clip(text, 40))
		if err != nil {
			return t, &kpi.Error{Kind: kpi.Invalid, Msg: err.Error(), Fields: map[string]string{field: err.Error()}}
		}
		return t, nil
	}
	var errs [4]error
	out.Date, errs[0] = date("date", in.Date)
	out.From, errs[1] = date("from", in.From)
	out.To, errs[2] = date("to", in.To)
	out.Links, errs[3] = s.App.IndicatorRefs(r.actor, kpi.Clip(in.Links, 4000))
	for _, ref := range found {
		if !in.keep[ref.Set+"/"+ref.Code] {
			out.Unlinked = append(out.Unlinked, ref)
		}
	}
	if _, ok := asError(errs[3]); errs[3] != nil && !ok {
		return out, errs[3]
	}
	return out, joinFields(errs[:]...)
}

// guidanceForm is the first step, the file, or the second one once a file is staged.
func (s *Server) guidanceForm(r *request) error {
	if id := r.Query("tep"); id != "" {
		return s.renderNewGuidance(r, id, nil, nil)
	}
	return s.renderGuidanceFile(r, nil)
}

// renderGuidanceFile shows the first step; failed is why a file was not accepted.
func (s *Server) renderGuidanceFile(r *request, failed error) error {
	v := guidanceFormView{page: s.page(r, "Thêm văn bản hướng dẫn", crumb{"Hướng dẫn", "/huong-dan"}, crumb{"Thêm văn bản", ""}), Heading: "Thêm văn bản hướng dẫn", Action: newGuidance,
		Limit: kpi.FormatSize(app.MaxUpload), Accept: ".pdf,.docx,.xlsx,.md,.txt", New: true}
	if failed != nil {
		v.FileError = failed.Error()
		v.Errors = []fieldError{{"f-file", v.FileError}}
		r.Status(statusOf(failed))
	}
	return r.Render("guidance/file", v)
}

// stageGuidance takes the file in, and leads to the second step if it can be read.
func (s *Server) stageGuidance(r *request) error {
	if h, err := r.FormFile("file"); err != nil || h.Filename == "" {
		return s.renderGuidanceFile(r, kpi.Errorf(kpi.Invalid, "Chưa chọn tệp. Chọn một tệp PDF, Word, Excel hoặc văn bản."))
	}
	name, data, err := r.upload("file")
	if err == nil {
		_, err = s.App.PreviewGuidance(r.actor, name, data)
	}
	if err != nil {
		if !refusal(err) && kpi.KindOf(err) != kpi.TooLarge {
			return err
		}
		return s.renderGuidanceFile(r, err)
	}
	id, err := s.App.StageUpload(r.actor, name, data)
	if err != nil {
		return err
	}
	return r.redirect(withParams(newGuidance, url.Values{"tep": {id}}))
}

// renderNewGuidance shows the second step: what was read and guessed of the staged file, or what was typed.
func (s *Server) renderNewGuidance(r *request, upload string, typed *guidanceInput, failed error) error {
	name, data, err := s.App.Staged(r.actor, upload)
	if err != nil {
		return err
	}
	p, err := s.App.PreviewGuidance(r.actor, name, data)
	if err != nil {
		return err
	}
	in := guidanceInput{Title: p.Title, Number: p.Number, Issuer: p.Issuer, Date: dateInput(p.Date)}
	if typed != nil {
		in = *typed
	}
	v := guidanceFormView{Heading: "Thêm văn bản hướng dẫn", Action: newGuidance + "/ghi", Back: newGuidance, Button: "Thêm văn bản", Upload: upload,
		File: p.File.Name + " – " + fileKind(p.File), Unread: p.Unread, Known: p.Known, New: true}
	switch {
	case p.Passages > 0 && p.Pages > 0:
		v.Read = fmt.Sprintf("Đọc được %s trang, %s đoạn. Kiểm tra tên, số, ngày ở dưới rồi bấm Thêm văn bản.", count(p.Pages), count(p.Passages))
	case p.Passages > 0:
		v.Read = fmt.Sprintf("Đọc được %s đoạn. Kiểm tra tên, số, ngày ở dưới rồi bấm Thêm văn bản.", count(p.Passages))
	}
	for _, x := range p.Sample {
		v.Sample = append(v.Sample, partOf(x, nil))
	}
	return s.renderGuidanceForm(r, v, in, "", p.Found, failed)
}

// addGuidance stores the staged file as a document.
func (s *Server) addGuidance(r *request) error {
	upload := r.FormValue("tep")
	name, data, err := s.App.Staged(r.actor, upload)
	if err != nil {
		return err
	}
	in := guidanceInputOf(r)
	p, err := s.App.PreviewGuidance(r.actor, name, data)
	if err != nil {
		return err
	}
	input, err := in.read(s, r, p.Found)
	var g kpi.Guidance
	if err == nil {
		g, err = s.App.AddGuidance(r.actor, name, data, input)
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderNewGuidance(r, upload, &in, err)
	}
	if err := s.App.DropUpload(r.actor, upload); err != nil {
		s.Log.Warn("drop staged guidance", "err", err)
	}
	s.flash(r, "success", "Đã thêm văn bản: "+kpi.Clip(g.Label(), 160))
	return r.redirect(guidanceURL(g.ID))
}

// editGuidance shows the form of a document that is there.
func (s *Server) editGuidance(r *request) error { return s.renderEdit(r, nil, nil) }

func (s *Server) saveGuidance(r *request) error {
	p, err := s.guidanceOf(r)
	if err != nil {
		return err
	}
	in := guidanceInputOf(r)
	input, err := in.read(s, r, p.Found)
	if err == nil {
		err = s.App.ChangeGuidance(r.actor, p.ID, input)
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderEdit(r, &in, err)
	}
	s.flash(r, "success", "Đã lưu thông tin của văn bản.")
	return r.redirect(guidanceURL(p.ID))
}

// guidanceOf returns the document that the path names, without its text.
func (s *Server) guidanceOf(r *request) (app.GuidancePage, error) {
	if !kpi.ValidGuidance(r.Params("doc")) {
		return app.GuidancePage{}, kpi.Errorf(kpi.NotFound, "Không có văn bản hướng dẫn này. Tìm trong danh sách của trang Hướng dẫn.")
	}
	return s.App.GuidancePage(r.actor, r.Params("doc"), 1, 0)
}

func (s *Server) renderEdit(r *request, typed *guidanceInput, failed error) error {
	p, err := s.guidanceOf(r)
	if err != nil {
		return err
	}
	var links []string
	for _, ref := range p.Links {
		links = append(links, ref.Set+"/"+ref.Code)
	}
	in := guidanceInput{Title: p.Title, Number: p.Number, Issuer: p.Issuer, Date: dateInput(p.Date), From: dateInput(p.From), To: dateInput(p.To), Replaces: p.Replaces,
		Links: strings.Join(links, ", "), keep: map[string]bool{}}
	for _, ref := range p.Guidance.Indicators() {
		in.keep[ref.Set+"/"+ref.Code] = true
	}
	if typed != nil {
		in = *typed
	}
	v := guidanceFormView{Heading: "Sửa thông tin văn bản", Action: guidanceURL(p.ID) + "/sua", Back: guidanceURL(p.ID), Button: "Lưu văn bản",
		File: p.File.Name + " – " + fileKind(p.File), Unread: p.Unread}
	if v.Seen, err = s.seen(r, "guidance/"+p.ID, failed); err != nil {
		return err
	}
	return s.renderGuidanceForm(r, v, in, p.ID, p.Found, failed)
}

// renderGuidanceForm fills in the fields of the form and shows it.
func (s *Server) renderGuidanceForm(r *request, v guidanceFormView, in guidanceInput, id string, found []kpi.IndicatorRef, failed error) error {
	others, err := s.App.GuidanceList(r.actor)
	if err != nil {
		return err
	}
	options := []selectOption{{"", "Không thay thế văn bản nào", in.Replaces == ""}}
	for _, g := range others {
		if g.ID != id && (g.Force != kpi.ForceWithdrawn || g.ID == in.Replaces) {
			options = append(options, selectOption{g.ID, kpi.Clip(g.Label(), 120), g.ID == in.Replaces})
		}
	}
	v.Fields = []inputField{
		{Name: "title", Label: "Tên văn bản", Value: in.Title, Required: true, Max: 500, Hint: "Loại văn bản và trích yếu."},
		{Name: "number", Label: "Số, ký hiệu", Value: in.Number, Max: 60, Plain: true, Short: true, Hint: "Ví dụ 3158-CV/VPTW. Để trống nếu không có."},
		{Name: "date", Label: "Ngày ban hành", Value: in.Date, Max: 10, Short: true, Hint: "Ngày/tháng/năm, ví dụ 19/6/2026."},
		{Name: "issuer", Label: "Cơ quan ban hành", Value: in.Issuer, Max: 200},
		{Name: "from", Label: "Có hiệu lực từ ngày", Value: in.From, Max: 10, Short: true, Hint: "Để trống nếu có hiệu lực ngay."},
		{Name: "to", Label: "Đến hết ngày", Value: in.To, Max: 10, Short: true, Hint: "Để trống nếu chưa định ngày hết hiệu lực."},
		{Name: "replaces", Label: "Thay thế văn bản", Options: options, Hint: "Văn bản cũ được đánh dấu «Đã được thay thế» khi văn bản này có hiệu lực."},
		{Name: "links", Label: "Gắn thêm với chỉ số", Value: in.Links, Max: 4000, Plain: true, Hint: "Mã chỉ số, cách nhau dấu phẩy, ví dụ 2.3, 2.4."},
	}
	bad := fieldErrors(failed)
	for i, f := range v.Fields {
		v.Fields[i].Error = bad[f.Name]
	}
	names, err := s.App.IndicatorNames(r.actor, found)
	if err != nil {
		return err
	}
	for i, ref := range found {
		value := ref.Set + "/" + ref.Code
		v.Found = append(v.Found, tickLine{fmt.Sprintf("f-found-%d", i), value, ref.Code + " " + names[ref], in.keep == nil || in.keep[value]})
	}
	seen := v.Seen
	v.page = s.page(r, v.Heading, crumb{"Hướng dẫn", "/huong-dan"}, crumb{v.Heading, ""})
	v.Seen, v.Styles = seen, guidanceStyles()
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	return r.Render("guidance/form", v)
}

// dateInput is what kpi.ParseDate reads.
func dateInput(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return kpi.FormatDate(t)
}

func (s *Server) withdrawGuidance(r *request) error {
	p, err := s.guidanceOf(r)
	if err != nil {
		return err
	}
	if err := s.App.WithdrawGuidance(r.actor, p.ID, r.FormValue("reason")); err != nil {
		if !refusal(err) {
			return err
		}
		full, again := s.App.GuidancePage(r.actor, p.ID, 1, passagesShown)
		if again != nil {
			return again
		}
		return s.renderGuidance(r, full, 1, err)
	}
	s.flash(r, "success", "Đã thu hồi văn bản. Bấm Khôi phục trên trang văn bản để đưa trở lại danh sách.")
	return r.redirect(guidanceURL(p.ID))
}

func (s *Server) restoreGuidance(r *request) error {
	p, err := s.guidanceOf(r)
	if err != nil {
		return err
	}
	if err := s.App.RestoreGuidance(r.actor, p.ID); err != nil {
		return err
	}
	s.flash(r, "success", "Đã khôi phục văn bản vào danh sách.")
	return r.redirect(guidanceURL(p.ID))
}
