package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"

	"github.com/gofiber/fiber/v2"
)

// evidenceView is the list of a cell's evidence, with the forms that change it for whoever may.
type evidenceView struct {
	Code     string
	Base     string // URL of the cell, below which the forms go
	CSRF     string
	Proofs   []proofView
	Required bool
	Can      bool   // the person may change the list
	Limit    int    // bytes of the largest file
	Limits   string // «10 MB»
	Accept   string // what a file field offers
	Others   []selectOption
	Fields   []inputField // of a citation
	Citing   bool         // the citation form is open
	Said     string       // what has just been done
	Refused  string       // why something was not done

	// How the cell stands now, for its row on the sheet.
	State, StateText string
}

// proofView is one evidence in a list.
type proofView struct {
	ID    string
	Label string
	URL   string // of the file or of the cited document; "" without one
	File  bool
	Icon  string
	About string // kind, size, who and when
}

// evidenceTrouble is what became of a form of the list: what was done, or what stood in the way.
type evidenceTrouble struct {
	err   error
	said  string
	typed *kpi.Citation // a citation that was refused
}

// accepted is what file fields offer: the endings, and for phones the kinds of pictures, so that the camera is offered.
const accepted = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png,image/jpeg,image/png"

// evidenceOf describes the list of a cell's evidence.
func (s *Server) evidenceOf(r *request, p app.Panel, base string, t evidenceTrouble) evidenceView {
	state := stateOf(p.Indicator, p.Cell, p.Issues)
	v := evidenceView{Code: p.Indicator.Code, Base: base, CSRF: s.csrf(r), Required: p.Indicator.Evidence, Can: p.Locked == nil, Limit: app.MaxUpload,
		Limits: fmt.Sprintf("%d MB", app.MaxUpload>>20), Accept: accepted, Said: t.said, Citing: t.typed != nil, State: state.State, StateText: state.Text}
	for _, proof := range p.Proofs {
		v.Proofs = append(v.Proofs, proofOf(proof, p.Names))
	}
	for _, e := range p.Others {
		v.Others = append(v.Others, selectOption{Value: string(e.ID), Label: kpi.Clip(e.Label(), 100)})
	}
	if t.err != nil {
		v.Refused = t.err.Error()
	}
	typed, bad := kpi.Citation{}, fieldErrors(t.err)
	if t.typed != nil {
		typed = *t.typed
	}
	v.Fields = []inputField{
		{Name: "number", Label: "Số, ký hiệu", Value: typed.Number, Max: 100, Error: bad["number"], Hint: "Ví dụ: 125/BC-SYT"},
		{Name: "date", Label: "Ngày văn bản", Value: typed.Date, Max: 20, Short: true, Error: bad["date"], Hint: "Ngày/tháng/năm"},
		{Name: "agency", Label: "Cơ quan ban hành", Value: typed.Agency, Max: 200, Error: bad["agency"]},
		{Name: "summary", Label: "Trích yếu", Value: typed.Summary, Max: 500, Required: true, Error: bad["summary"]},
		{Name: "link", Label: "Đường dẫn", Value: typed.Link, Max: 500, Plain: true, Error: bad["link"], Hint: "Nếu có; bắt đầu bằng https://"},
	}
	return v
}

// proofOf describes one evidence; people are the names of those who attached it.
func proofOf(p app.Proof, people map[string]string) proofView {
	v := proofView{ID: string(p.ID), Label: p.Label(), Icon: "book", About: "Trích dẫn"}
	if p.File != nil {
		v.File, v.Icon, v.URL = true, "paperclip", "/minh-chung/"+p.Unit+"/"+string(p.ID)
		v.About = p.File.Type.Label() + ", " + kpi.FormatSize(p.File.Size)
	} else {
		v.URL = p.Citation.Link
	}
	v.About += " · " + people[p.Attached.By] + ", " + kpi.FormatTime(p.Attached.At)
	return v
}

// addFile takes a file in and attaches it.
func (s *Server) addFile(r *request) error {
	return s.changeEvidence(r, func(k kpi.CellKey) (t evidenceTrouble, err error) {
		if h, err := r.FormFile("file"); err != nil || h.Filename == "" {
			return t, kpi.Errorf(kpi.Invalid, "Chưa chọn tệp. Chọn một tệp pdf, docx, xlsx, jpg hoặc png.")
		}
		name, data, err := r.upload("file")
		if err != nil {
			return t, err
		}
		e, err := s.App.AddFile(r.actor, k, name, data)
		if err == nil {
			t.said = "Đã gắn tệp " + e.Label() + "."
		}
		return t, err
	})
}

// addCitation attaches a document that is kept elsewhere.
func (s *Server) addCitation(r *request) error {
	return s.changeEvidence(r, func(k kpi.CellKey) (evidenceTrouble, error) {
		c := kpi.Citation{Number: r.FormValue("number"), Date: r.FormValue("date"), Agency: r.FormValue("agency"), Summary: r.FormValue("summary"), Link: r.FormValue("link")}
		e, err := s.App.AddCitation(r.actor, k, c)
		if err != nil {
			return evidenceTrouble{typed: &c}, err
		}
		return evidenceTrouble{said: "Đã ghi trích dẫn " + kpi.Clip(e.Label(), 120) + "."}, nil
	})
}

// attachEvidence uses what the unit has given before for one more cell.
func (s *Server) attachEvidence(r *request) error {
	return s.changeEvidence(r, func(k kpi.CellKey) (evidenceTrouble, error) {
		id, err := evidenceID(r.FormValue("id"))
		if err == nil {
			err = s.App.AttachEvidence(r.actor, k, id)
		}
		return evidenceTrouble{said: "Đã gắn minh chứng đã có vào chỉ số " + k.Indicator + "."}, err
	})
}

// detachEvidence takes an evidence off the cell.
func (s *Server) detachEvidence(r *request) error {
	return s.changeEvidence(r, func(k kpi.CellKey) (evidenceTrouble, error) {
		id, err := evidenceID(r.FormValue("id"))
		if err == nil {
			err = s.App.DetachEvidence(r.actor, k, id)
		}
		return evidenceTrouble{said: "Đã gỡ minh chứng khỏi chỉ số " + k.Indicator + ". Đơn vị vẫn dùng lại được ở chỉ số khác."}, err
	})
}

func evidenceID(s string) (kpi.EvidenceID, error) {
	if id := kpi.EvidenceID(s); id.Valid() {
		return id, nil
	}
	return "", kpi.Errorf(kpi.Invalid, "Chưa chọn minh chứng. Chọn một minh chứng trong danh sách rồi làm lại.")
}

// changeEvidence changes the list and shows it as it is then: the list alone in the side of the sheet, else the page of
// the cell.
func (s *Server) changeEvidence(r *request, change func(kpi.CellKey) (evidenceTrouble, error)) error {
	k, base, err := r.cellKey()
	if err != nil {
		return err
	}
	t, err := change(k)
	if err != nil {
		if !refusal(err) && kpi.KindOf(err) != kpi.TooLarge {
			return err
		}
		t.said, t.err = "", err
		r.Status(statusOf(err))
	}
	r.Vary("HX-Request")
	switch {
	case asksForPart(r):
		p, err := s.App.Panel(r.actor, k)
		if err != nil {
			return err
		}
		return r.Render("sheet/_evidence_changed", s.evidenceChanged(r, p, k, base, t))
	case err != nil:
		return s.renderPanel(r, k, base, t)
	}
	s.flash(r, "success", t.said)
	return r.redirect(base + "/ben-canh#panel-evidence")
}

// evidenceFile gives a file back, always as a download: what is inside it never runs on this site.
func (s *Server) evidenceFile(r *request) error {
	id := kpi.EvidenceID(r.Params("id"))
	if !kpi.ValidCode(r.Params("unit")) || !id.Valid() {
		return kpi.Errorf(kpi.NotFound, "Không tìm thấy minh chứng này. Mở lại từ biểu nhập liệu.")
	}
	about, file, err := s.App.EvidenceFile(r.actor, r.Params("unit"), id)
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	r.Set(fiber.HeaderContentType, about.Type.MIME())
	r.Set(fiber.HeaderContentDisposition, attachment(about.Name, "minh-chung."+string(about.Type)))
	return r.SendStream(file, int(about.Size)) // closes the file
}

// attachment names a file that is given back (RFC 6266): plain is for programs that read nothing but ASCII.
func attachment(name, plain string) string {
	return fmt.Sprintf("attachment; filename=%s; filename*=UTF-8''%s", strconv.Quote(plain), strings.ReplaceAll(url.PathEscape(name), "+", "%2B"))
}

// evidenceChangedView is the evidence of a cell after a change, with the cell's history beside it.
type evidenceChangedView struct {
	Evidence evidenceView
	Changes  panelHistory
}

func (s *Server) evidenceChanged(r *request, p app.Panel, k kpi.CellKey, base string, t evidenceTrouble) evidenceChangedView {
	v := evidenceChangedView{s.evidenceOf(r, p, base, t), panelOf(p, k, base).Changes}
	v.Changes.AskURL = askURL(r.actor.User, k.Unit, k.Set, k.Indicator)
	v.Changes.Beside = true
	return v
}
