package app

import (
	"fmt"
	"slices"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// An assignmentPlanner compares what a list says of the units of its indicators with the assignments there are.
type assignmentPlanner struct {
	actor kpi.Actor
	set   string
	next  kpi.Month // first that no round has opened
	units []kpi.Unit
	old   map[string]map[string]kpi.Assignment // indicator → unit
	puts  []kpi.Assignment
	drops []kpi.Assignment
	at    string // column of the last refusal
}

func newAssignmentPlanner(tx *store.Tx, actor kpi.Actor, set string) (*assignmentPlanner, error) {
	p := &assignmentPlanner{actor: actor, set: set, old: map[string]map[string]kpi.Assignment{}}
	var err error
	if p.units, err = tx.Units(); err != nil {
		return nil, err
	}
	rounds, err := tx.Rounds(set)
	if err != nil {
		return nil, err
	}
	p.next = nextMonth(rounds, actor)
	list, err := tx.Assignments(set, "")
	for _, as := range list {
		if p.old[as.Indicator] == nil {
			p.old[as.Indicator] = map[string]kpi.Assignment{}
		}
		p.old[as.Indicator][as.Unit] = as
	}
	return p, err
}

// plan tells what the row changes of the assignments of ind from month m on, "" if nothing, and what of it has to be
// confirmed.
func (p *assignmentPlanner) plan(row *indicatorRow, ind kpi.Indicator, m kpi.Month) (text string, flags []string, err error) {
	m = max(m, ind.From)
	if len(p.old[ind.Code]) == 0 { // a first assignment begins with the indicator
		m = ind.From
	}
	wanted := map[string]kpi.AssignRole{}
	said := map[kpi.AssignRole]bool{}
	for _, x := range []struct {
		key  string
		role kpi.AssignRole
		list []string
	}{{"leads", kpi.Lead, row.leads}, {"supports", kpi.Support, row.supports}} {
		if len(x.list) == 0 {
			continue
		}
		said[x.role] = true
		p.at = x.key
		if ind.Heading && kpi.Fold(x.list[0]) != "khong" {
			return "", nil, kpi.Errorf(kpi.Invalid, "Chỉ số %s là đề mục nên không giao cho đơn vị.", ind.Code)
		}
		units, remarks, err := p.expand(x.list, m)
		if err != nil {
			return "", nil, err
		}
		flags = append(flags, remarks...)
		for _, u := range units {
			if role, twice := wanted[u]; twice && role != x.role {
				return "", nil, kpi.Errorf(kpi.Invalid, "Đơn vị %s có cả ở cột Đơn vị nhập và Đơn vị phối hợp.", u)
			}
			wanted[u] = x.role
		}
	}
	var given, ended []string
	for _, u := range p.units {
		role, want := wanted[u.Code]
		old, had := p.old[ind.Code][u.Code]
		had = had && old.Active(m) && old.To == 0
		switch {
		case want && (!had || old.Role != role):
			given = append(given, u.Code)
			as, err := kpi.Assignment{Set: p.set, Unit: u.Code, Indicator: ind.Code, Role: role, From: m}.After(old, p.next)
			if err != nil {
				return "", nil, err
			}
			p.puts = append(p.puts, as)
		case !want && had && said[old.Role]:
			ended = append(ended, u.Code)
			if old.From >= m {
				p.drops = append(p.drops, old)
				continue
			}
			old.To = m - 1
			p.puts = append(p.puts, old)
		}
	}
	var parts []string
	if len(given) > 0 {
		parts = append(parts, fmt.Sprintf("giao %d đơn vị từ kỳ %s (%s)", len(given), m.Short(), kpi.Clip(strings.Join(given, ", "), 80)))
	}
	if len(ended) > 0 {
		flags = append(flags, fmt.Sprintf("thôi giao %d đơn vị đang được giao", len(ended)))
		parts = append(parts, fmt.Sprintf("thôi giao %d đơn vị từ kỳ %s (%s)", len(ended), m.Short(), kpi.Clip(strings.Join(ended, ", "), 80)))
	}
	return strings.Join(parts, "; "), flags, nil
}

// expand returns the codes of the units that the words and codes of a list stand for in month m.
func (p *assignmentPlanner) expand(list []string, m kpi.Month) (codes, remarks []string, err error) {
	for _, word := range list {
		match := p.many(word)
		if match == nil {
			if kpi.Fold(word) == "khong" {
				continue
			}
			code, err := p.one(word, m)
			if err != nil {
				return nil, nil, err
			}
			codes = append(codes, code)
			continue
		}
		n := 0
		for _, u := range p.units {
			if u.Active(m) && match(u) {
				codes = append(codes, u.Code)
				n++
			}
		}
		if n == 0 {
			return nil, nil, kpi.Errorf(kpi.Invalid, "Chưa có đơn vị nào thuộc «%s». Nhập danh sách đơn vị trước.", kpi.Clip(word, 40))
		}
		if kpi.Fold(word) == kpi.Fold(kpi.Agency.Label()) && slices.ContainsFunc(p.units, func(u kpi.Unit) bool { return u.Kind == kpi.Vertical || u.Kind == kpi.Party }) {
			remarks = append(remarks, fmt.Sprintf("«%s» là %d đơn vị loại đó, không gồm cơ quan ngành dọc và cơ quan Đảng", word, n))
		}
	}
	return codes, remarks, nil
}

// one returns the code of the unit that a word names by its code, or in full.
func (p *assignmentPlanner) one(word string, m kpi.Month) (string, error) {
	code, reason := checkCode(word)
	if reason == "" && slices.ContainsFunc(p.units, func(u kpi.Unit) bool { return u.Code == code }) {
		return code, nil
	}
	var named []string
	for _, u := range p.units {
		if u.Active(m) && kpi.Fold(u.Name) == kpi.Fold(word) {
			named = append(named, u.Code)
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return "", kpi.Errorf(kpi.Invalid, "Có %d đơn vị tên «%s». Ghi mã: %s.", len(named), kpi.Clip(word, 60), kpi.Clip(strings.Join(named, ", "), 80))
	}
	if reason != "" && !strings.Contains(word, " ") {
		return "", kpi.Errorf(kpi.Invalid, "%s", reason)
	}
	return "", kpi.Errorf(kpi.Invalid, "Không có đơn vị mã hoặc tên «%s». Nhập danh sách đơn vị trước, hoặc ghi mã đơn vị.", kpi.Clip(word, 60))
}

// many returns which units a word stands for, nil if it is no such word.
func (p *assignmentPlanner) many(word string) func(kpi.Unit) bool {
	block := func(name string) func(kpi.Unit) bool {
		return func(u kpi.Unit) bool { return u.Kind.Block() == name }
	}
	switch kpi.Fold(word) {
	case "tat ca", "tat ca don vi", "tat ca cac don vi":
		return func(kpi.Unit) bool { return true }
	case "tat ca xa phuong", "tat ca xa phuong dac khu", "tat ca cac xa phuong", "xa phuong", "xa phuong dac khu", "ubnd xa phuong dac khu", "cap xa", "tat ca cap xa":
		return block(kpi.BlockCommunes)
	case "khoi so ban nganh", "tat ca so ban nganh va co quan":
		return block(kpi.BlockAgencies)
	}
	kind, ok := unitKindOf(strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(word), "tất cả "), "các ")))
	if !ok || kpi.ValidCode(word) && slices.ContainsFunc(p.units, func(u kpi.Unit) bool { return u.Code == word }) {
		return nil
	}
	return func(u kpi.Unit) bool { return u.Kind == kind }
}

// write stores the assignments.
func (p *assignmentPlanner) write(tx *store.Tx) error {
	for _, as := range p.puts {
		what, was := "giao "+as.Unit+" từ kỳ "+as.From.Short(), ""
		if as.Role == kpi.Support {
			what = "giao phối hợp " + as.Unit + " từ kỳ " + as.From.Short()
		}
		if as.To != 0 {
			was, what = "giao "+as.Unit, "thôi giao từ kỳ "+(as.To+1).Short()
		}
		if err := tx.PutAssignment(as, p.actor.Event(kpi.VerbAssign, "indicator/"+as.Set+"/"+as.Indicator, was, what, "")); err != nil {
			return err
		}
	}
	for _, as := range p.drops {
		if err := tx.DropAssignment(as, p.actor.Event(kpi.VerbAssign, "indicator/"+as.Set+"/"+as.Indicator, "giao "+as.Unit, "thôi giao "+as.Unit, "")); err != nil {
			return err
		}
	}
	return nil
}
