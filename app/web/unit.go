package web

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// newUnit is the page that adds a unit; no code is in small letters.
const newUnit = "/quan-tri/don-vi/moi"

// listSize is how many rows a page of a list has.
const listSize = 50

// unitsView is the list of units.
type unitsView struct {
	page
	Query  string
	Blocks []selectOption
	Lines  []unitsLine
	Pager  pager
	Total  int // units there are, whatever the filter
}

type unitsLine struct {
	Code, Name, Kind, Cohort, URL string
	Term                          string // «từ 7/2025 đến 6/2026»
	Over                          bool   // no longer exists
	Successor                     string
}

func (s *Server) units(r *request) error {
	units, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	v := unitsView{page: s.page(r, "Đơn vị", crumb{"Quản trị", "/quan-tri"}, crumb{"Đơn vị", ""}), Total: len(units)}
	v.Query = kpi.Clip(strings.TrimSpace(r.Query("q")), 100)
	kind := kpi.UnitKind(kpi.Clip(r.Query("khoi"), 20))
	v.Blocks = choiceOf(kind, "Tất cả", kpi.UnitKinds()...)
	names := unitNames(units)
	query, now := kpi.Fold(v.Query), kpi.MonthOf(r.actor.At)
	var lines []unitsLine
	for _, u := range units {
		if kind != "" && u.Kind != kind || query != "" && !strings.Contains(kpi.Fold(u.Code+" "+u.Name), query) {
			continue
		}
		lines = append(lines, unitsLine{Code: u.Code, Name: u.Name, Kind: u.Kind.Label(), Cohort: u.Cohort, URL: "/quan-tri/don-vi/" + u.Code,
			Term: termOf(u), Over: u.To != 0 && u.To < now, Successor: names[u.Successor]})
	}
	params := url.Values{}
	if v.Query != "" {
		params.Set("q", v.Query)
	}
	if kind != "" {
		params.Set("khoi", string(kind))
	}
	v.Lines, v.Pager = paged(lines, r.Query("trang"), listSize, "/quan-tri/don-vi", params)
	return r.Render("unit/list", v)
}

// termOf tells when a unit exists: «từ 7/2025 đến 6/2026», "" for always.
func termOf(u kpi.Unit) string {
	var parts []string
	if u.From != 0 {
		parts = append(parts, "từ "+u.From.Short())
	}
	if u.To != 0 {
		parts = append(parts, "đến "+u.To.Short())
	}
	return strings.Join(parts, " ")
}

// unitFormView is the page that adds or changes a unit.
type unitFormView struct {
	page
	Heading string
	Action  string
	Code    string // "": a new unit
	Fields  []inputField
	Focal   []focalLine // whom to call there
}

// unitInput is a unit as the form gives it.
type unitInput struct {
	Code, Name, Kind, Cohort, From, To, Successor string
}

func (s *Server) unitForm(r *request) error {
	if r.Path() == newUnit {
		return s.renderUnit(r, unitInput{}, nil)
	}
	u, err := s.App.Unit(r.actor, r.Params("code"))
	if err != nil {
		return err
	}
	return s.renderUnit(r, unitInput{u.Code, u.Name, string(u.Kind), u.Cohort, monthInput(u.From), monthInput(u.To), u.Successor}, nil)
}

func (s *Server) saveUnit(r *request) error {
	add := r.Path() == newUnit
	in := unitInput{Code: r.Params("code"), Name: r.FormValue("name"), Kind: r.FormValue("kind"), Cohort: r.FormValue("cohort"),
		From: r.FormValue("from"), To: r.FormValue("to"), Successor: r.FormValue("successor")}
	if add {
		in.Code = strings.TrimSpace(r.FormValue("code"))
	}
	u, err := in.unit()
	if err == nil {
		err = s.App.SaveUnit(r.actor, u, add)
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		return s.renderUnit(r, in, err)
	}
	if add {
		s.flash(r, "success", "Đã thêm đơn vị "+kpi.Clip(u.Name, 120)+".")
	} else {
		s.flash(r, "success", "Đã lưu đơn vị "+kpi.Clip(u.Name, 120)+".")
	}
	return r.redirect("/quan-tri/don-vi")
}

// unit reads the form. The error names each field that cannot be read.
func (in unitInput) unit() (kpi.Unit, error) {
	u := kpi.Unit{Code: strings.ToUpper(in.Code), Name: in.Name, Kind: kpi.UnitKind(in.Kind), Cohort: in.Cohort, Successor: in.Successor}
	var errFrom, errTo error
	u.From, errFrom = typedMonth("from", in.From)
	u.To, errTo = typedMonth("to", in.To)
	return u, joinFields(errFrom, errTo)
}

// renderUnit shows the form with what was typed; failed is why it was not accepted.
func (s *Server) renderUnit(r *request, in unitInput, failed error) error {
	units, err := s.App.Units(r.actor)
	if err != nil {
		return err
	}
	v := unitFormView{Heading: "Thêm đơn vị", Action: newUnit}
	seen, err := s.seen(r, "unit/"+in.Code, failed)
	if err != nil {
		return err
	}
	add := r.Path() == newUnit
	if !add {
		i := slices.IndexFunc(units, func(u kpi.Unit) bool { return u.Code == r.Params("code") })
		if i < 0 {
			return kpi.Errorf(kpi.NotFound, "Không có đơn vị mã «%s».", kpi.Clip(r.Params("code"), 32))
		}
		v.Heading, v.Code, v.Action = units[i].Name, units[i].Code, "/quan-tri/don-vi/"+units[i].Code
	}
	v.page = s.page(r, v.Heading, crumb{"Quản trị", "/quan-tri"}, crumb{"Đơn vị", "/quan-tri/don-vi"}, crumb{v.Heading, ""})
	v.Seen = seen
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	bad := fieldErrors(failed)
	if add {
		v.Fields = append(v.Fields, inputField{Name: "code", Label: "Mã đơn vị", Value: in.Code, Required: true, Max: 32,
			Hint: "Chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch, ví dụ SYT hoặc 22015. Không đổi được sau khi thêm."})
	}
	others := slices.DeleteFunc(units, func(u kpi.Unit) bool { return u.Code == in.Code })
	v.Fields = append(v.Fields,
		inputField{Name: "name", Label: "Tên đơn vị", Value: in.Name, Required: true, Max: 200},
		inputField{Name: "kind", Label: "Loại đơn vị", Required: true, Options: choiceOf(kpi.UnitKind(in.Kind), "Chọn loại đơn vị", kpi.UnitKinds()...)},
		inputField{Name: "cohort", Label: "Nhóm xếp hạng", Value: in.Cohort, Max: 80, Hint: "Các đơn vị cùng nhóm được xếp hạng với nhau, ví dụ «Phường». Có thể để trống."},
		inputField{Name: "from", Label: "Hoạt động từ tháng", Value: in.From, Max: 10, Short: true, Hint: "Tháng/năm, ví dụ 7/2025. Để trống nếu đã có từ trước."},
		inputField{Name: "to", Label: "Đến hết tháng", Value: in.To, Max: 10, Short: true, Hint: "Tháng/năm. Chỉ ghi khi đơn vị đã giải thể hoặc sáp nhập; số liệu cũ vẫn được giữ."},
		inputField{Name: "successor", Label: "Đơn vị kế thừa", Hint: "Đơn vị nhận nhiệm vụ sau sáp nhập, nếu có.",
			Options: []selectOption{{"", "Không có", in.Successor == ""}}, Groups: unitGroups(others, in.Successor)})
	for i, f := range v.Fields {
		v.Fields[i].Error = bad[f.Name]
	}
	if v.Code != "" && kpi.MaySeeFocal(r.actor.User, v.Code) == nil {
		list, err := s.App.UnitFocalPoints(r.actor, v.Code)
		if err != nil {
			return err
		}
		v.Focal = focalLines(list, r.actor.User)
	}
	return r.Render("unit/form", v)
}

var reTypedMonth = regexp.MustCompile(`^([0-9]{1,2})\s*[/.-]\s*([0-9]{4})$`)

// typedMonth reads a month as people write it, «7/2025», or as «2025-07»; blank is no month. The error belongs to
// the field.
func typedMonth(field, text string) (kpi.Month, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	iso := text
	if m := reTypedMonth.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		iso = fmt.Sprintf("%s-%02d", m[2], n)
	}
	m, err := kpi.ParseMonth(iso)
	if err != nil {
		msg := fmt.Sprintf("«%s» không phải tháng. Ghi tháng/năm, ví dụ 7/2025.", kpi.Clip(text, 20))
		return 0, &kpi.Error{Kind: kpi.Invalid, Msg: msg, Fields: map[string]string{field: msg}}
	}
	return m, nil
}

// monthInput is what typedMonth reads.
func monthInput(m kpi.Month) string {
	if m == 0 {
		return ""
	}
	return m.Short()
}

// joinFields makes one refusal of several, each of which belongs to a field; nil if there is none.
func joinFields(errs ...error) error {
	var all *kpi.Error
	for _, err := range errs {
		e, ok := asError(err)
		switch {
		case !ok:
		case all == nil:
			all = e
		default:
			for field, text := range e.Fields {
				all.Fields[field] = text
			}
		}
	}
	if all == nil {
		return nil
	}
	return all
}
