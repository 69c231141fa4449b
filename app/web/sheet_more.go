package web

import (
	"html/template"

	"chiso/app"
	"chiso/app/kpi"
)

// moreView is the line below a row: the kinds of no number, the explanation.
type moreView struct {
	Code, ID  string
	HistoryIs template.HTMLAttr // address of the cell's history
	PanelIs   template.HTMLAttr // and of its panel as a page, where evidence is added without JavaScript
	Options   template.HTML
	Reason    string
	Expected  string
	Note      string
	Ticked    bool
	Tick      bool // the tick is asked for
}

// more is the opened line below a row.
func (b *rowBuilder) more(from *app.SheetRow, t cellText) template.HTML {
	ind := from.Indicator
	m := b.moreOf(ind.Code, t.None, ind.Kind == kpi.KindNumber || ind.Kind == kpi.KindRatio)
	m.Reason, m.Expected, m.Note, m.Ticked = t.Reason, t.Expected, t.Note, t.Confirmed
	m.Tick = t.Confirmed || from.Cell.Content != kpi.Empty && worstIssue(from.Issues).Level == kpi.Warning
	return b.partial("sheet/_more", []moreView{m})
}

// blankMore is the opened line of no cell in particular: the browser copies it and appends the code of a cell.
func (b *rowBuilder) blankMore() template.HTML {
	return b.partial("sheet/_more", []moreView{b.moreOf("", "", true)})
}

// moreOf offers the kinds of no number. counts says that the cell counts or measures something, of which nothing may have occurred.
func (b *rowBuilder) moreOf(code, none string, counts bool) moreView {
	list := []selectOption{{"", "Có số liệu", none == ""}}
	if counts {
		list = append(list, selectOption{"khong-phat-sinh", "Không phát sinh", none == "khong-phat-sinh"})
	}
	list = append(list, selectOption{"khong-ap-dung", "Không áp dụng", none == "khong-ap-dung"}, selectOption{"chua-co", "Chưa có số liệu", none == "chua-co"})
	return moreView{Code: code, ID: domID(code), HistoryIs: template.HTMLAttr(`href="/o/` + b.key.String() + "/" + code + `"`), PanelIs: template.HTMLAttr(`href="/nhap-lieu/` + b.key.String() + "/" + code + `/ben-canh"`), Options: b.options(list...)}
}
