package web

import (
	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/search"
)

// panelPassages is how many passages the panel shows.
const panelPassages = 3

// panelGuidance is what the guidance says on the indicator in focus.
type panelGuidance struct {
	URL   string // of the panel
	Query string // what is searched for: in the documents about the indicator, or in all where there are none
	Lines []foundLine
	Said  string // what a search has found
	More  string // URL that searches everywhere
}

// panelGuidance finds what the request asks for in the documents about the indicator, or else what suits its name.
func (s *Server) panelGuidance(r *request, ind kpi.Indicator, base string) (panelGuidance, error) {
	about, err := s.App.GuidanceAbout(r.actor, ind.Set, ind.Code)
	if err != nil {
		return panelGuidance{}, err
	}
	v := panelGuidance{URL: base + "/ben-canh", Query: searchOf(r).Text}
	q := app.SearchQuery{Text: v.Query, Kind: kpi.FindGuidance, Limit: panelPassages}
	v.More = searchAt(app.SearchQuery{Text: q.Text})
	switch {
	case len(about) > 0:
		q.About = kpi.IndicatorRef{Set: ind.Set, Code: ind.Code}
		if q.Text == "" {
			q.Text = ind.Name
		}
	case q.Text == "":
		v.Said = "Chưa có văn bản gắn với chỉ số này. Gõ để tìm trong mọi văn bản hướng dẫn."
		return v, nil
	}
	res, err := s.App.Search(r.actor, q)
	if err != nil {
		return v, err
	}
	for _, f := range res.Found {
		v.Lines = append(v.Lines, foundLine{f.Code, s.foundURL(r, f), f.Title, f.Where, f.Snippet})
	}
	v.say(about, res)
	return v, nil
}

// say words the result; where nothing suits the indicator's name it leads to the documents themselves.
func (v *panelGuidance) say(about []app.GuidanceLine, res app.SearchResult) {
	switch {
	case len(v.Lines) > 0 && v.Query != "":
		v.Said = countOf(len(v.Lines), "đoạn")
	case len(v.Lines) > 0:
	case v.Query == "":
		for _, g := range about[:min(len(about), panelPassages)] {
			v.Lines = append(v.Lines, foundLine{Code: g.Number, URL: guidanceURL(g.ID), Title: []search.Piece{{Text: g.Title}}})
		}
	case res.Ready:
		v.Said = "Không tìm thấy trong văn bản hướng dẫn."
	default:
		v.Said = "Chỉ mục tìm kiếm đang được lập; thử lại sau ít phút."
	}
}
