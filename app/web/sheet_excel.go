package web

import (
	"fmt"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// excelFormView is the first step of filling in a sheet from a file: the template, and the file that is to be read.
type excelFormView struct {
	page
	Unit, Month string
	Base        string // "nq57/2026-11/SYT"
	Limit       string // «10 MB»
	Locked      string // why nothing can be entered, "" if it can
	FileError   string
}

func (s *Server) excelForm(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	if id := r.Query("tep"); id != "" {
		return s.excelPreview(r, k, excelChoice{id: id, style: r.Query("kieu")})
	}
	return s.renderExcelForm(r, k, nil)
}

// renderExcelForm shows the first step; failed is why a file was not accepted.
func (s *Server) renderExcelForm(r *request, k sheetKey, failed error) error {
	sh, err := s.App.Sheet(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	v := excelFormView{page: s.excelPage(r, k, sh.Unit.Name, "Nhập từ Excel"), Unit: sh.Unit.Name, Month: k.Month.Short(), Base: k.String(),
		Limit: fmt.Sprintf("%d MB", app.MaxUpload>>20)}
	if sh.Locked != nil {
		v.Locked = sh.Locked.Error()
	}
	if failed != nil {
		r.Status(statusOf(failed))
		v.FileError = failed.Error()
		v.Errors = []fieldError{{"f-file", v.FileError}}
		if v.Locked != "" {
			v.Errors = []fieldError{{"main", v.FileError}}
		}
	}
	return r.Render("sheet/excel", v)
}

// excelPage is the frame of the three steps.
func (s *Server) excelPage(r *request, k sheetKey, unit, title string) page {
	p := s.page(r, title+" – Biểu "+k.Month.Short()+" – "+unit, crumb{"Nhập liệu", "/nhap-lieu"}, crumb{unit + ", tháng " + k.Month.Short(), k.path()}, crumb{title, ""})
	p.Styles = append(sheetStyles(), "css/pages/excel.css")
	return p
}

// excelTemplate sends the sheet as a workbook to be filled in.
func (s *Server) excelTemplate(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	name, book, err := s.App.CellsTemplate(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	return r.sendExcel(name, book)
}

// excelPlan takes a file in, and leads to its preview if it can be read.
func (s *Server) excelPlan(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	name, data, err := r.upload("file")
	if err == nil {
		_, err = s.App.PlanCells(r.actor, k.Set, k.Month, k.Unit, app.CellsFile{Name: name, Data: data})
	}
	if err != nil {
		return s.excelRefused(r, k, err)
	}
	id, err := s.App.StageUpload(r.actor, name, data)
	if err != nil {
		return err
	}
	return r.redirect(k.path() + "/excel?tep=" + id)
}

// excelRefused shows the first step again with what is wrong with the file, or passes on what that page cannot show.
func (s *Server) excelRefused(r *request, k sheetKey, err error) error {
	switch kpi.KindOf(err) {
	case kpi.Invalid, kpi.Conflict, kpi.Closed, kpi.Busy, kpi.TooLarge, kpi.NotFound:
		return s.renderExcelForm(r, k, err)
	}
	return err
}

// excelChoice is what has been said about a staged file.
type excelChoice struct {
	id    string
	style string // "vn", "en" or "" for as the file says
	app.CellsChoice
}

// excelFile returns the staged file as it is to be read.
func (s *Server) excelFile(r *request, c excelChoice) (app.CellsFile, error) {
	name, data, err := s.App.Staged(r.actor, c.id)
	f := app.CellsFile{Name: name, Data: data}
	switch c.style {
	case "vn":
		f.Styled = true
	case "en":
		f.Style, f.Styled = kpi.StyleEN, true
	}
	return f, err
}

// excelWrite writes the file that the preview has shown.
func (s *Server) excelWrite(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	c := excelChoice{id: r.FormValue("tep"), style: r.FormValue("kieu")}
	c.Digest, c.Skip = r.FormValue("xem"), r.FormValue("skip") == "1"
	r.Request().PostArgs().VisitAll(func(name, value []byte) {
		if code, ok := strings.CutPrefix(string(name), "o."); ok && string(value) == "tep" {
			c.Take = append(c.Take, code)
		}
	})
	f, err := s.excelFile(r, c)
	if err != nil {
		return s.excelRefused(r, k, err)
	}
	plan, n, err := s.App.WriteCells(r.actor, k.Set, k.Month, k.Unit, f, c.CellsChoice)
	switch {
	case err != nil && plan.Digest != "" && refusal(err):
		return s.renderExcelPlan(r, k, c, plan, err)
	case err != nil:
		return s.excelRefused(r, k, err)
	}
	if err := s.App.DropUpload(r.actor, c.id); err != nil {
		s.Log.Warn("staged upload not removed", "err", err) // the sweep will
	}
	return s.renderExcelDone(r, k, f.Name, n, plan.Undo)
}

// excelUndo takes back what a file has written.
func (s *Server) excelUndo(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	n, err := s.App.UndoCells(r.actor, k.Set, k.Month, k.Unit, r.FormValue("lan"))
	if err != nil {
		return s.excelRefused(r, k, err)
	}
	s.flash(r, "success", fmt.Sprintf("Đã hoàn tác %d ô: số liệu trở lại như trước khi nhập từ Excel.", n))
	return r.redirect(k.path())
}

// excelDoneView is the last step: what was written, and that it is not submitted yet.
type excelDoneView struct {
	page
	Unit, Month, Base, File string
	Written, Filled, Total  int
	Seen                    uint32 // version of the sheet
	Undo                    string // id of what was before, "" if it cannot be put back in one step
}

func (s *Server) renderExcelDone(r *request, k sheetKey, file string, n int, undo string) error {
	sh, err := s.App.Sheet(r.actor, k.Set, k.Month, k.Unit)
	if err != nil {
		return err
	}
	return r.Render("sheet/excel_done", excelDoneView{page: s.excelPage(r, k, sh.Unit.Name, "Đã ghi từ Excel"), Unit: sh.Unit.Name, Month: k.Month.Short(),
		Base: k.String(), File: file, Written: n, Filled: sh.Filled, Total: len(sh.Rows), Seen: sh.Sheet.Version, Undo: undo})
}
