package web

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// importKind is one thing that can be loaded from a file.
type importKind struct {
	What     string // as in the path and in package app
	Title    string
	Noun     string // «đơn vị»
	Icon     string
	Columns  []string // what the file holds, one sentence each
	Template string   // name of the template file
	List     string   // where what was loaded is listed
	task     kpi.Task
}

func imports() []importKind {
	return []importKind{
		{app.ImportUnits, "Nạp đơn vị", "đơn vị", "building", []string{
			"Cột bắt buộc: Mã đơn vị, Tên đơn vị, Loại đơn vị. Cột thêm nếu có: Nhóm xếp hạng, Hiệu lực từ, Đến, Đơn vị kế thừa.",
			"Đơn vị đang có mà tệp không nêu thì giữ nguyên.",
		}, "Mẫu nạp đơn vị.xlsx", "/quan-tri/don-vi", kpi.ManageUnits},
		{app.ImportIndicators, "Nạp bộ chỉ số", "chỉ số", "target", []string{
			"Nhận mẫu đầy đủ của hệ thống, hoặc phụ lục nghị quyết để nguyên như khi nhận (cột Chỉ tiêu, ĐVT và các năm).",
			"Chỗ nào chưa chắc chắn được giữ nguyên văn và đánh dấu để xác nhận.",
		}, "Mẫu nạp bộ chỉ số.xlsx", "/chi-so", kpi.ManageSets},
		{app.ImportUsers, "Nạp tài khoản", "tài khoản", "users", []string{
			"Cột bắt buộc: Tên đăng nhập, Họ tên, Vai trò. Cột thêm nếu có: Thư điện tử, Điện thoại, Mã đơn vị.",
			"Người giữ nhiều vai trò thì ghi mỗi vai trò một hàng, cùng tên đăng nhập.",
			"Mã đăng nhập của tài khoản mới chỉ hiện một lần ngay sau khi ghi.",
		}, "Mẫu nạp tài khoản.xlsx", "/quan-tri/tai-khoan", kpi.ManageUsers},
	}
}

// importKind returns what the path names, if this person may load it.
func (r *request) importKind() (importKind, error) {
	list := imports()
	i := slices.IndexFunc(list, func(k importKind) bool { return k.What == r.Params("what") })
	if i < 0 {
		return importKind{}, kpi.Errorf(kpi.NotFound, "Không có trang này. Kiểm tra lại địa chỉ hoặc về trang Quản trị.")
	}
	return list[i], kpi.May(r.actor.User, list[i].task)
}

// importOptions are what is said about a file beside its content.
type importOptions struct {
	Set     string // chosen from the list, "" for a new one
	NewSet  string
	SetName string
	From    string
}

func optionsOf(get func(name string) string) importOptions {
	return importOptions{Set: kpi.Clip(get("set"), 64), NewSet: kpi.Clip(strings.TrimSpace(get("new-set")), 64),
		SetName: kpi.Clip(strings.TrimSpace(get("set-name")), 300), From: kpi.Clip(strings.TrimSpace(get("from")), 64)}
}

// file joins the options with the file that they are about.
func (o importOptions) file(k importKind, name string, data []byte) (app.ImportFile, error) {
	f := app.ImportFile{Name: name, Data: data}
	if k.What != app.ImportIndicators {
		return f, nil
	}
	if f.Set = o.Set; o.Set == "" {
		f.Set, f.SetName = strings.ToLower(o.NewSet), o.SetName
	}
	both := error(nil)
	if o.Set != "" && o.NewSet != "" {
		msg := "Đã chọn bộ chỉ số đang có thì để trống mã bộ mới."
		both = &kpi.Error{Kind: kpi.Invalid, Msg: msg, Fields: map[string]string{"new-set": msg}}
	}
	if f.Set == "" {
		msg := "Chọn bộ chỉ số đang có, hoặc ghi mã của bộ mới."
		both = &kpi.Error{Kind: kpi.Invalid, Msg: msg, Fields: map[string]string{"new-set": msg}}
	}
	var bad error
	f.From, bad = typedMonth("from", o.From)
	return f, joinFields(both, bad)
}

// values returns the options as parameters.
func (o importOptions) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"set": o.Set, "new-set": o.NewSet, "set-name": o.SetName, "from": o.From} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// importFormView is the first step: the file.
type importFormView struct {
	page
	Kind      importKind
	Kinds     []importTab
	Limit     string // «10 MB»
	Fields    []inputField
	FileError string
}

type importTab struct {
	Title, URL, Icon string
	Current          bool
}

func (s *Server) importForm(r *request) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	if id := r.Query("tep"); id != "" {
		return s.preview(r, k, id, optionsOf(func(name string) string { return r.Query(name) }))
	}
	return s.renderImport(r, k, importOptions{Set: kpi.Clip(r.Query("set"), 64), From: monthInput(kpi.MonthOf(r.actor.At))}, nil)
}

// renderImport shows the first step; failed is why a file was not accepted.
func (s *Server) renderImport(r *request, k importKind, o importOptions, failed error) error {
	v := importFormView{page: s.page(r, k.Title, crumb{"Quản trị", "/quan-tri"}, crumb{k.Title, ""}), Kind: k, Limit: fmt.Sprintf("%d MB", app.MaxUpload>>20)}
	for _, other := range imports() {
		if kpi.May(r.actor.User, other.task) == nil {
			v.Kinds = append(v.Kinds, importTab{other.Title, "/quan-tri/nap/" + other.What, other.Icon, other.What == k.What})
		}
	}
	bad := fieldErrors(failed)
	if msg := bad["set"]; msg != "" && o.Set == "" {
		delete(bad, "set")
		bad["new-set"] = msg
	}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
		if len(bad) == 0 {
			v.FileError = failed.Error()
			v.Errors = []fieldError{{"f-file", v.FileError}}
		} else {
			v.FileError = cmp.Or(bad["file"], "Chọn lại tệp: trình duyệt không giữ tệp khi trang có lỗi.")
		}
	}
	if k.What == app.ImportIndicators {
		sets, err := s.App.Sets(r.actor)
		if err != nil {
			return err
		}
		options := []selectOption{{"", "Bộ mới", o.Set == ""}}
		for _, set := range sets {
			options = append(options, selectOption{set.Code, set.Code + " – " + kpi.Clip(set.Name, 100), set.Code == o.Set})
		}
		newSet := inputField{Name: "new-set", Label: "Mã bộ mới", Value: o.NewSet, Max: 32, Plain: true, Short: true, Error: bad["new-set"], Hint: "Chữ thường không dấu, chữ số, dấu gạch; ví dụ nq57."}
		if len(sets) == 0 { // said by the browser, before the file is sent in vain
			newSet.Label, newSet.Required = "Mã bộ chỉ số", true
		} else {
			v.Fields = append(v.Fields, inputField{Name: "set", Label: "Bộ chỉ số", Options: options, Error: bad["set"], Hint: "Bộ đang có, hoặc «Bộ mới» rồi ghi mã ở ô dưới."})
		}
		v.Fields = append(v.Fields, newSet,
			inputField{Name: "set-name", Label: "Tên bộ mới", Value: o.SetName, Max: 300, Error: bad["set-name"], Hint: "Để trống thì lấy theo tiêu đề của tệp."},
			inputField{Name: "from", Label: "Hiệu lực từ kỳ", Value: o.From, Max: 10, Short: true, Error: bad["from"], Hint: "Tháng/năm. Chỉ số đổi định nghĩa được tính theo bản mới từ kỳ này; các kỳ trước giữ bản cũ."})
	}
	return r.Render("exchange/form", v)
}

// planImport takes the file in, and leads to its preview if it can be read.
func (s *Server) planImport(r *request) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	o := optionsOf(r.FormValue)
	name, data, err := r.upload("file")
	if err == nil {
		var f app.ImportFile
		if f, err = o.file(k, name, data); err == nil {
			_, err = s.App.PlanImport(r.actor, k.What, f)
		}
	}
	if err != nil {
		if !refusal(err) && kpi.KindOf(err) != kpi.TooLarge {
			return err
		}
		return s.renderImport(r, k, o, err)
	}
	id, err := s.App.StageUpload(r.actor, name, data)
	if err != nil {
		return err
	}
	params := o.values()
	params.Set("tep", id)
	return r.redirect(withParams(r.Path(), params))
}

// upload reads the file of a form's field. The errors are Invalid or TooLarge and belong to the field.
func (r *request) upload(field string) (name string, data []byte, err error) {
	refuse := func(kind kpi.ErrorKind, format string, args ...any) error {
		e := kpi.Errorf(kind, format, args...)
		e.Fields = map[string]string{field: e.Msg}
		return e
	}
	header, err := r.FormFile(field)
	if err != nil || header.Filename == "" {
		return "", nil, refuse(kpi.Invalid, "Chưa chọn tệp. Chọn một tệp .xlsx hoặc .csv.")
	}
	if header.Size > app.MaxUpload {
		return "", nil, refuse(kpi.TooLarge, "Tệp %s nặng %d MB, lớn hơn %d MB. Xóa hình ảnh và trang thừa trong tệp, hoặc chia thành nhiều tệp, rồi gửi lại.",
			kpi.Clip(header.Filename, 80), (header.Size+1<<20-1)>>20, app.MaxUpload>>20)
	}
	file, err := header.Open()
	if err != nil {
		return "", nil, fmt.Errorf("open upload: %w", err)
	}
	defer file.Close()
	data = make([]byte, header.Size) // once: large files may come many at a time
	if _, err := io.ReadFull(file, data); err != nil {
		return "", nil, fmt.Errorf("read upload: %w", err)
	}
	if len(data) == 0 {
		return "", nil, refuse(kpi.Invalid, "Tệp %s trống. Chọn tệp khác.", kpi.Clip(header.Filename, 80))
	}
	return header.Filename, data, nil
}

// template sends the empty form of an import.
func (s *Server) template(r *request) error {
	k, err := r.importKind()
	if err != nil {
		return err
	}
	book, err := s.App.Template(k.What)
	if err != nil {
		return err
	}
	return r.sendExcel(k.Template, book)
}
