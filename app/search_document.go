package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/app/search"
	"chiso/store"
)

// What is searched is named by ids that begin with a kpi.FindKind:
//
//	indicator/set/code   guidance/id   guidance/id/passage   thread/id   unit/code   evidence/unit/id
//	return/set/month/unit/code
//
// They are the objects of the events that change them, except that a return happens to a cell and a passage to its
// document.

// The tags of those who may find a document.
const (
	findAll      = "all"      // everybody signed in
	findProvince = "province" // those who see the figures of every unit
	findAnswers  = "answers"  // those who see questions and answers
)

func findUnit(code string) string { return "unit:" + code }

// findTags returns the tags that a user carries.
func findTags(u kpi.User) []string {
	tags := []string{findAll}
	for _, code := range u.Units(kpi.Clerk, kpi.Approver) {
		tags = append(tags, findUnit(code))
	}
	if kpi.May(u, kpi.SeeProvisional) == nil {
		tags = append(tags, findProvince)
	}
	if kpi.May(u, kpi.SeeFeedback) == nil {
		tags = append(tags, findAnswers)
	}
	return tags
}

// mayFind returns whether the actor may open what an id names: the rule of the page that shows it.
func mayFind(actor kpi.Actor, id string) bool {
	if actor.IsSystem() {
		return true
	}
	part := strings.Split(id, "/")
	switch kpi.FindKind(part[0]) {
	case kpi.FindIndicator:
		return kpi.May(actor.User, kpi.SeeIndicators) == nil
	case kpi.FindGuidance:
		return kpi.May(actor.User, kpi.SeeGuidance) == nil
	case kpi.FindAnswer:
		return kpi.May(actor.User, kpi.SeeFeedback) == nil
	case kpi.FindUnit:
		return kpi.May(actor.User, kpi.SeeUnits) == nil
	case kpi.FindEvidence:
		return kpi.MaySeeUnit(actor.User, part[1]) == nil
	case kpi.FindReturn:
		return len(part) == 5 && kpi.MaySeeUnit(actor.User, part[3]) == nil
	}
	return false
}

// findObject returns the id of what has to be indexed anew after an event, "" if nothing. An assignment to a whole
// unit names no indicator: then it is "indicator/".
func findObject(ev kpi.Event) string {
	kind, rest, _ := strings.Cut(ev.Object, "/")
	switch {
	case kind == "cell" && ev.Verb == kpi.VerbReturn:
		return string(kpi.FindReturn) + "/" + rest
	case kind == "unit" && ev.Verb == kpi.VerbAssign:
		return string(kpi.FindIndicator) + "/"
	case kind == "set":
		return string(kpi.FindIndicator) + "/" + rest + "/"
	case slices.Contains([]kpi.FindKind{kpi.FindIndicator, kpi.FindUnit, kpi.FindGuidance, kpi.FindAnswer, kpi.FindEvidence}, kpi.FindKind(kind)):
		return ev.Object
	}
	return ""
}

// shelf makes documents of what the store holds, in one transaction.
type shelf struct {
	a     *App
	tx    *store.Tx
	month kpi.Month
	leads map[string]map[string][]string // set → indicator → units, read when first asked for
}

func (a *App) shelf(tx *store.Tx) *shelf {
	return &shelf{a: a, tx: tx, month: kpi.MonthOf(a.Now()), leads: map[string]map[string][]string{}}
}

// documents returns what is to be indexed of an object: a document and, of guidance, its passages; nothing if the
// object is gone or not to be found.
func (s *shelf) documents(id string) ([]search.Document, error) {
	d, err := s.document(id)
	if kpi.KindOf(err) == kpi.NotFound {
		return nil, nil
	}
	if err != nil || d.ID == "" {
		return nil, err
	}
	list := []search.Document{d}
	part := strings.Split(id, "/")
	if kpi.FindKind(part[0]) == kpi.FindGuidance {
		g, err := s.tx.Guidance(part[1])
		if err != nil {
			return nil, err
		}
		passages, err := s.tx.GuidancePassages(g.ID, 1, g.Passages)
		if err != nil {
			return nil, err
		}
		for _, p := range passages {
			list = append(list, passageDocument(d, p))
		}
	}
	return list, nil
}

// document returns the one document of an id, without ID if it is not to be found; NotFound if it is gone.
func (s *shelf) document(id string) (search.Document, error) {
	part := strings.Split(id, "/")
	switch kind := kpi.FindKind(part[0]); {
	case kind == kpi.FindIndicator && len(part) == 3:
		return s.indicator(part[1], part[2])
	case kind == kpi.FindUnit && len(part) == 2:
		u, err := s.tx.Unit(part[1])
		if err != nil {
			return search.Document{}, err
		}
		return search.Document{ID: id, Title: u.Name, Body: u.Kind.Label(), Codes: []string{u.Code}, Units: []string{u.Code}, Access: []string{findAll},
			From: monthDay(u.From, 1), To: monthDay(u.To, 31)}, nil
	case kind == kpi.FindGuidance && len(part) >= 2:
		return s.guidance(part)
	case kind == kpi.FindAnswer && len(part) == 2:
		return s.answer(kpi.ThreadID(part[1]))
	case kind == kpi.FindEvidence && len(part) == 3:
		e, err := s.tx.Evidence(part[1], kpi.EvidenceID(part[2]))
		if err != nil {
			return search.Document{}, err
		}
		d := search.Document{ID: id, Title: e.Label(), Units: []string{e.Unit}, Access: []string{findUnit(e.Unit), findProvince}}
		if c := e.Citation; c != nil {
			d.Codes, d.Body = []string{c.Number}, strings.Join([]string{c.Number, c.Summary, c.Agency}, "\n")
		}
		return d, nil
	case kind == kpi.FindReturn && len(part) == 5:
		return s.returned(part)
	}
	return search.Document{}, kpi.Errorf(kpi.NotFound, "Không có mục này.")
}

func (s *shelf) indicator(set, code string) (search.Document, error) {
	defs, err := s.a.definitions(s.tx, set, s.month)
	if err != nil {
		return search.Document{}, err
	}
	ind, ok := defs.byCode[code]
	if !ok || ind.Heading {
		return search.Document{}, nil
	}
	units, err := s.assigned(set)
	if err != nil {
		return search.Document{}, err
	}
	group, _ := defs.set.Group(ind.Group)
	d := search.Document{ID: indicatorObject(set, code), Title: ind.Name, Body: indicatorText(*ind), Codes: []string{ind.Code, ind.CentralCode},
		Set: set, Group: set + "/" + ind.Group, Units: units[code], Access: []string{findAll}, From: monthDay(ind.From, 1), To: monthDay(ind.To, 31)}
	if group.Layer > 0 {
		d.Layer = strconv.Itoa(group.Layer)
	}
	return d, nil
}

// indicatorText is everything that is searched of an indicator beside its name, as sentences with their headings.
func indicatorText(ind kpi.Indicator) string {
	var b strings.Builder
	for _, p := range [][2]string{{"Định nghĩa", ind.Definition}, {"Cách tính", ind.Computation}, {"Tử số", ind.Numerator}, {"Mẫu số", ind.Denominator},
		{"Hướng dẫn", ind.Guidance}, {"Nguồn số liệu", ind.Source}, {"Đơn vị tính", ind.Unit}, {"Căn cứ mục tiêu", ind.TargetBasis}} {
		if p[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", p[0], strings.TrimSpace(strings.ReplaceAll(p[1], "**", ""))) // guidance is Markdown
		}
	}
	return b.String()
}

// assigned returns the units that report or help to report each indicator of a set.
func (s *shelf) assigned(set string) (map[string][]string, error) {
	if units, ok := s.leads[set]; ok {
		return units, nil
	}
	list, err := s.tx.Assignments(set, "")
	if err != nil {
		return nil, err
	}
	units := map[string][]string{}
	for _, a := range list {
		if a.Active(s.month) {
			units[a.Indicator] = append(units[a.Indicator], a.Unit)
		}
	}
	s.leads[set] = units
	return units, nil
}

// guidance returns a document or one passage of it.
func (s *shelf) guidance(part []string) (search.Document, error) {
	g, err := s.tx.Guidance(part[1])
	if err != nil || !g.Withdrawn.IsZero() {
		return search.Document{}, err
	}
	d := search.Document{ID: guidanceObject(g.ID), Title: g.Label(), Body: strings.Join([]string{g.Issuer, g.File.Name}, "\n"),
		Codes: []string{g.Number}, Access: []string{findAll}, From: isoDay(g.From), To: isoDay(g.To)}
	if d.From == "" {
		d.From = isoDay(g.Date)
	}
	for _, r := range g.Indicators() {
		d.About = append(d.About, indicatorObject(r.Set, r.Code))
	}
	if len(part) == 2 {
		return d, nil
	}
	n, err := strconv.Atoi(part[2])
	if err != nil {
		return search.Document{}, nil
	}
	p, err := s.tx.GuidancePassage(g.ID, n)
	if err != nil {
		return search.Document{}, err
	}
	return passageDocument(d, p), nil
}

// passageDocument makes a document of a passage of the one given.
func passageDocument(of search.Document, p kpi.Passage) search.Document {
	d := of
	d.Parent, d.ID, d.Title, d.Codes, d.Body = of.ID, of.ID+"/"+strconv.Itoa(p.N), "", nil, p.Text
	if n := len(p.Heading); n > 0 { // no title: all passages of a chapter have the same
		d.Body = p.Heading[n-1] + "\n" + p.Text
	}
	return d
}

// answer makes a document of a question that is published with its answer.
func (s *shelf) answer(id kpi.ThreadID) (search.Document, error) {
	t, err := s.tx.Thread(id)
	if err != nil || t.Published == nil || t.Kind != kpi.Question {
		return search.Document{}, err
	}
	d := search.Document{ID: t.Object(), Title: kpi.Clip(t.Published.Question, kpi.MaxThreadTitle), Body: t.Published.Answer, Set: t.Set, Access: []string{findAnswers}}
	if t.Indicator != "" {
		d.About = []string{indicatorObject(t.Set, t.Indicator)}
	}
	return d, nil
}

// returned makes a document of the last return of a cell. Only the reason is searched: the indicator has a name that
// would bring up every return of it.
func (s *shelf) returned(part []string) (search.Document, error) {
	set, month, unit, code := part[1], part[2], part[3], part[4]
	for ev, err := range s.tx.History("cell/" + strings.Join(part[1:], "/")) {
		if err != nil {
			return search.Document{}, err
		}
		if ev.Verb != kpi.VerbReturn {
			continue
		}
		m, err := kpi.ParseMonth(month)
		if err != nil {
			return search.Document{}, nil
		}
		return search.Document{ID: strings.Join(part, "/"), Body: ev.Reason, Set: set, Units: []string{unit}, From: monthDay(m, 1), About: []string{indicatorObject(set, code)},
			Access: []string{findUnit(unit), findProvince}}, nil
	}
	return search.Document{}, nil
}

// objects returns the ids of everything to be indexed that begins with prefix, which may be "", but for the returns.
func (s *shelf) objects(prefix string) ([]string, error) {
	var ids []string
	add := func(id string) {
		if strings.HasPrefix(id, prefix) {
			ids = append(ids, id)
		}
	}
	sets, err := s.tx.Sets()
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		defs, err := s.a.definitions(s.tx, set.Code, s.month)
		if err != nil {
			return nil, err
		}
		for _, ind := range defs.list {
			add(indicatorObject(set.Code, ind.Code))
		}
	}
	if prefix != "" {
		return ids, nil
	}
	units, err := s.tx.Units()
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		add("unit/" + u.Code)
	}
	docs, err := s.tx.Guidances()
	if err != nil {
		return nil, err
	}
	for _, g := range docs {
		add(guidanceObject(g.ID))
	}
	for t, err := range s.tx.Threads() {
		if err != nil {
			return nil, err
		}
		if t.Published != nil && t.Kind == kpi.Question {
			add(t.Object())
		}
	}
	err = s.tx.AllEvidence(func(e kpi.Evidence) error {
		add(string(kpi.FindEvidence) + "/" + e.Unit + "/" + string(e.ID))
		return nil
	})
	return ids, err
}

// names returns what is suggested while people type.
func (s *shelf) names() ([]search.Name, error) {
	ids, err := s.objects("")
	if err != nil {
		return nil, err
	}
	var names []search.Name
	for _, id := range ids {
		if strings.HasPrefix(id, string(kpi.FindEvidence)) {
			continue
		}
		d, err := s.document(id)
		if err != nil {
			return nil, err
		}
		if d.ID != "" {
			names = append(names, search.Name{ID: d.ID, Text: d.Title, Code: strings.Join(d.Codes[:min(len(d.Codes), 1)], ""), Access: d.Access})
		}
	}
	return names, nil
}

// monthDay returns a day of a month as the index writes days, "" for no month. Day 31 stands for the last one.
func monthDay(m kpi.Month, day int) string {
	if m == 0 {
		return ""
	}
	return fmt.Sprintf("%s-%02d", m, day)
}

func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(kpi.Location).Format(time.DateOnly)
}
