package app

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/app/search"
	"chiso/store"
)

// SearchQuery is what a person asks. A filter that is "" lets everything through.
type SearchQuery struct {
	Text             string // the first 64 words count
	Kind             kpi.FindKind
	Set, Group, Unit string // codes; Group is "set/group"
	Layer            int    // 1 to 3, 0: any
	InForce          bool   // only what is in force today
	About            kpi.IndicatorRef
	Limit, Offset    int
	Counts           bool // count what was found by kind, set, layer, group and unit
}

// SearchResult is the answer.
type SearchResult struct {
	Found  []Found // the best first
	Total  int     // that match; some of them may have gone since
	Meant  string  // the text without its typos, "" if it has none
	Counts map[string][]SearchCount
	Ready  bool // false: the index is being built for the first time
}

// Found is one thing that was found, as it is now.
type Found struct {
	ID      string
	Kind    kpi.FindKind
	Score   float64
	Code    string // of an indicator or a unit, number of a document
	Title   []search.Piece
	Snippet []search.Piece // the part of the text that answers
	Where   string         // «Phụ lục I › Mục 2, trang 14», «Sở Y tế · kỳ 5/2026»
	Cell    kpi.CellKey    // the cell that was returned or is proved; zero: none
}

// SearchCount is how many of the things found share a value. Label is its name on screen.
type SearchCount struct {
	Value, Label string
	Hits         int
}

// searchTime bounds one search.
const searchTime = 5 * time.Second

// snippetWidth is the length of a snippet in bytes, some 200 letters.
const snippetWidth = 260

// Search finds what the actor may open. It fails with Busy when it takes too long.
func (a *App) Search(actor kpi.Actor, q SearchQuery) (SearchResult, error) {
	res := SearchResult{Counts: map[string][]SearchCount{}}
	ix := a.find.index.Load()
	if ix == nil {
		return res, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), searchTime)
	defer cancel()
	found, err := ix.Search(ctx, a.searchQuery(actor, q))
	switch {
	case errors.Is(err, search.ErrNotReady):
		return res, nil
	case errors.Is(err, context.DeadlineExceeded):
		return res, kpi.Errorf(kpi.Busy, "Máy chủ đang bận nên chưa tìm xong. Thử lại, hoặc gõ ít từ hơn.")
	case err != nil:
		return res, err
	}
	res.Ready, res.Total, res.Meant = true, found.Total, found.Meant
	err = a.store.View(func(tx *store.Tx) error {
		s := a.shelf(tx)
		res.Found = nil
		for _, h := range found.Hits {
			if !mayFind(actor, h.ID) {
				continue
			}
			f, err := s.found(h, found.Marker)
			if kpi.KindOf(err) == kpi.NotFound || err == nil && f.ID == "" {
				continue // gone since it was indexed
			}
			if err != nil {
				return err
			}
			res.Found = append(res.Found, f)
		}
		return s.counts(found.Facets, res.Counts)
	})
	return res, err
}

func (a *App) searchQuery(actor kpi.Actor, q SearchQuery) search.Query {
	s := search.Query{Text: q.Text, Kind: string(q.Kind), Set: q.Set, Group: q.Group, Unit: q.Unit, Limit: q.Limit, Offset: q.Offset, Facets: q.Counts,
		Access: findTags(actor.User), Everything: actor.IsSystem()}
	if q.Layer > 0 {
		s.Layer = strconv.Itoa(q.Layer)
	}
	if q.About != (kpi.IndicatorRef{}) {
		s.About = indicatorObject(q.About.Set, q.About.Code)
	}
	if q.InForce {
		s.InForce = isoDay(actor.At)
	}
	return s
}

// found reads one hit as it is now; without ID if it is no longer to be found.
func (s *shelf) found(h search.Hit, m *search.Marker) (Found, error) {
	d, err := s.document(h.ID)
	if err != nil || d.ID == "" {
		return Found{}, err
	}
	f := Found{ID: d.ID, Kind: kpi.FindKind(h.Kind), Score: h.Score, Title: m.Mark(d.Title)}
	if body := strings.TrimSpace(d.Body); body != "" {
		f.Snippet = m.Snippet(body, snippetWidth)
	}
	part := strings.Split(h.ID, "/")
	switch f.Kind {
	case kpi.FindIndicator:
		f.Code = d.Codes[0]
	case kpi.FindUnit:
		f.Code = d.Codes[0]
		u, err := s.tx.Unit(f.Code)
		if err == nil && u.Successor != "" {
			f.Where = "Đã sáp nhập vào " + s.unitName(u.Successor)
		}
		return f, err
	case kpi.FindGuidance:
		err = s.whereGuidance(&f, m, part)
	case kpi.FindEvidence:
		err = s.whereEvidence(&f, part)
	case kpi.FindReturn:
		err = s.whereReturn(&f, part)
	}
	return f, err
}

// whereReturn names the cell that was returned.
func (s *shelf) whereReturn(f *Found, part []string) (err error) {
	if f.Cell, err = cellOf(part); err != nil {
		return err
	}
	defs, err := s.a.definitions(s.tx, f.Cell.Set, f.Cell.Month)
	if err != nil {
		return err
	}
	f.Code = f.Cell.Indicator
	f.Title = []search.Piece{{Text: defs.of(f.Code).Name}}
	f.Where = s.unitName(f.Cell.Unit) + " · kỳ " + f.Cell.Month.Short()
	return nil
}

// whereGuidance puts the document's name over a passage, and the passage's headings and page beside it.
func (s *shelf) whereGuidance(f *Found, m *search.Marker, part []string) error {
	g, err := s.tx.Guidance(part[1])
	if err != nil {
		return err
	}
	f.Code = g.Number
	if len(part) == 2 {
		f.Title, f.Snippet, f.Where = m.Mark(g.Title), nil, g.Issuer
		return nil
	}
	n, err := strconv.Atoi(part[2])
	if err != nil {
		return err
	}
	p, err := s.tx.GuidancePassage(g.ID, n)
	if err != nil {
		return err
	}
	f.Title, f.Snippet = m.Mark(g.Title), m.Snippet(p.Text, snippetWidth)
	var where []string
	if len(p.Heading) > 0 {
		where = append(where, kpi.Clip(strings.Join(p.Heading, " › "), 200))
	}
	switch {
	case p.Page > 0:
		where = append(where, "trang "+strconv.Itoa(p.Page))
	case p.Row > 0:
		where = append(where, "dòng "+strconv.Itoa(p.Row))
	}
	f.Where = strings.Join(where, ", ")
	return nil
}

// whereEvidence names the unit and the first cell that the evidence proves in the month that it was put in for.
func (s *shelf) whereEvidence(f *Found, part []string) error {
	unit, id := part[1], kpi.EvidenceID(part[2])
	f.Where = s.unitName(unit)
	m, err := kpi.ParseMonth(part[2][:7])
	if err != nil {
		return err
	}
	sets, err := s.tx.Sets()
	if err != nil {
		return err
	}
	for _, set := range sets {
		cells, err := s.tx.SheetAttachments(set.Code, m, unit)
		if err != nil {
			return err
		}
		for code, list := range cells {
			for _, at := range list {
				if at.Evidence == id && (f.Cell.Indicator == "" || kpi.CompareCodes(code, f.Cell.Indicator) < 0) {
					f.Cell = kpi.CellKey{Set: set.Code, Month: m, Unit: unit, Indicator: code}
				}
			}
		}
	}
	f.Where += " · kỳ " + m.Short()
	return nil
}

// unitName returns the name of a unit, or its code if there is none of that code.
func (s *shelf) unitName(code string) string {
	if u, err := s.tx.Unit(code); err == nil {
		return u.Name
	}
	return code
}

func cellOf(part []string) (kpi.CellKey, error) {
	m, err := kpi.ParseMonth(part[2])
	return kpi.CellKey{Set: part[1], Month: m, Unit: part[3], Indicator: part[4]}, err
}

// counts words the counts of the index; a value that has no name any more is left out.
func (s *shelf) counts(facets map[string][]search.Count, into map[string][]SearchCount) error {
	sets, err := s.tx.Sets()
	if err != nil {
		return err
	}
	label := func(field, value string) string {
		switch field {
		case "kind":
			return kpi.FindKind(value).Label()
		case "layer":
			layer, _ := strconv.Atoi(value) // not a number: no label
			return kpi.LayerLabel(layer)
		case "unit":
			return s.unitName(value)
		}
		code, group, _ := strings.Cut(value, "/")
		for _, set := range sets {
			if set.Code != code {
				continue
			}
			if g, ok := set.Group(group); ok && field == "group" {
				return g.Code + ". " + g.Name
			} else if field == "set" {
				return set.Name
			}
		}
		return ""
	}
	for field, list := range facets {
		for _, c := range list {
			if l := label(field, c.Value); l != "" {
				into[field] = append(into[field], SearchCount{c.Value, l, c.Hits})
			}
		}
	}
	return nil
}

// Suggestion is a name that begins like what was typed.
type Suggestion struct {
	ID   string
	Kind kpi.FindKind
	Code string
	Name string
}

// Suggest returns up to limit names that hold what is typed so far; an abbreviation stands for its full form as well.
func (a *App) Suggest(actor kpi.Actor, typed string, limit int) []Suggestion {
	names, short := a.find.names.Load(), a.find.short.Load()
	if names == nil || short == nil {
		return nil
	}
	typed = kpi.Clip(typed, 200)
	tags, everything := findTags(actor.User), actor.IsSystem()
	found := names.Suggest(typed, limit, tags, everything)
	if full := short.Expand(typed); full != typed {
		found = append(names.Suggest(full, limit, tags, everything), found...)
	}
	var list []Suggestion
	known := map[string]bool{}
	for _, n := range found {
		if len(list) < limit && !known[n.ID] && mayFind(actor, n.ID) {
			known[n.ID] = true
			list = append(list, Suggestion{n.ID, kpi.FindKind(search.KindOf(n.ID)), n.Code, n.Text})
		}
	}
	return list
}
