package app

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// An indicatorPlanner compares a list of indicators with a set.
type indicatorPlanner struct {
	tx     *store.Tx
	actor  kpi.Actor
	list   *indicatorList
	p      *proposal
	set    kpi.IndicatorSet
	before kpi.IndicatorSet
	rounds []kpi.Round
	known  map[string]bool // codes of the set and of the file
	puts   []kpi.Indicator
	assign *assignmentPlanner
}

// planIndicators compares a parsed list with the set that it is for.
func planIndicators(tx *store.Tx, actor kpi.Actor, list *indicatorList) (*proposal, error) {
	p := &indicatorPlanner{tx: tx, actor: actor, list: list, known: map[string]bool{}}
	p.p = &proposal{plan: ImportPlan{What: ImportIndicators, File: list.file.Name, Set: list.file.Set, Notes: slices.Clone(list.notes)}}
	if err := p.readStored(); err != nil {
		return nil, err
	}
	listed := map[string]bool{}
	for _, row := range list.rows {
		listed[row.Code] = true
	}
	absent := 0
	for code := range p.known {
		if !listed[code] {
			absent++
		}
	}
	if absent > 0 {
		p.p.plan.note("%d chỉ số đang có của bộ không nằm trong tệp, giữ nguyên.", absent)
	}
	for code := range listed {
		p.known[code] = true
	}
	for _, row := range list.rows {
		l, err := p.row(row)
		if err != nil {
			return nil, err
		}
		p.p.plan.add(l)
	}
	p.checks()
	p.p.write = p.write
	return p.p, nil
}

func (p *indicatorPlanner) readStored() error {
	f := p.list.file
	set, err := p.tx.Set(f.Set)
	switch {
	case kpi.KindOf(err) == kpi.NotFound:
		set = kpi.IndicatorSet{Code: f.Set, Name: oneLine(cmp.Or(f.SetName, p.list.setName, "Bộ chỉ số "+f.Set)), Basis: p.list.basis}
		p.p.plan.NewSet = true
		p.p.plan.note("Lập bộ chỉ số mới %s: “%s”.", set.Code, set.Name)
	case err != nil:
		return err
	default:
		p.before = set
		if name := oneLine(f.SetName); name != "" && name != set.Name {
			p.p.plan.note("Tên bộ chỉ số: «%s» → «%s».", set.Name, name)
			set.Name = name
		}
	}
	set.Groups = slices.Clone(set.Groups)
	p.set = set
	if p.rounds, err = p.tx.Rounds(f.Set); err != nil {
		return err
	}
	stored, err := p.tx.Indicators(f.Set, f.From)
	if err != nil {
		return err
	}
	for _, ind := range stored {
		p.known[ind.Code] = true
	}
	p.assign, err = newAssignmentPlanner(p.tx, p.actor, f.Set)
	return err
}

// row plans one row.
func (p *indicatorPlanner) row(row *indicatorRow) (ImportLine, error) {
	l := row.line(row.Code, row.Name)
	if l.Outcome == ImportRefused {
		return l, nil
	}
	refuse := func(key string, err error) (ImportLine, error) {
		if kpi.KindOf(err) == 0 {
			return l, err
		}
		l.Outcome, l.Column, l.Text = ImportRefused, row.column(key), err.Error()
		return l, nil
	}
	versions, err := p.tx.IndicatorVersions(p.set.Code, row.Code)
	if err != nil {
		return l, err
	}
	is, was := p.merge(row, versions)
	if err := p.placeInGroup(row, &is, was); err != nil {
		return refuse("group", err)
	}
	if is.Parent != "" && !p.known[is.Parent] && !p.list.full {
		row.inferred = union(row.inferred, []string{fmt.Sprintf("không có hàng số %s phía trên: coi là chỉ số cấp một", is.Parent)})
		is.Parent = ""
	}
	if key, err := p.checkLinks(is); err != nil {
		return refuse(key, err)
	}
	if err := is.Validate(); err != nil {
		return refuse("", err)
	}
	if was == nil {
		l.Flags = slices.Concat(is.Flags, row.flags, row.inferred)
		if !row.stated["flags"] {
			is.Flags = l.Flags
		}
		l.Outcome, l.Text = ImportAdded, p.tellNew(is)
	} else {
		changes := formChanges(indicatorForm{Indicator: *was}, indicatorForm{Indicator: is.Indicator})
		if !slices.Equal(was.Targets, is.Targets) && !row.stated["flags"] {
			is.Flags = union(is.Flags, row.flags)
		}
		if slices.Equal(was.Flags, is.Flags) || len(is.Flags)+len(was.Flags) == 0 {
			is.Flags = was.Flags
		} else {
			changes.add("Cần xác nhận", strings.Join(was.Flags, "; "), strings.Join(is.Flags, "; "))
		}
		l.Outcome, l.Text = ImportLeft, ""
		if len(changes) > 0 {
			l.Outcome = ImportChanged
			if is.From != was.From {
				changes = append(differences{"phiên bản mới từ kỳ " + is.From.Short()}, changes...)
			}
			l.Text = changes.String()
			if err := versionFits(versions, p.rounds, is.Indicator); err != nil {
				return refuse("from", err)
			}
		}
	}
	if l.Outcome != ImportLeft {
		p.puts = append(p.puts, is.Indicator)
	}
	text, flags, err := p.assign.plan(row, is.Indicator, p.list.file.From)
	if err != nil {
		return refuse(cmp.Or(p.assign.at, "leads"), err)
	}
	l.Flags = union(l.Flags, flags)
	if text != "" {
		if l.Outcome == ImportLeft {
			l.Outcome = ImportChanged
		}
		l.Text = strings.TrimPrefix(l.Text+"; "+text, "; ")
	}
	if gaps := is.Gaps(); len(gaps) > 0 {
		l.Flags = union(l.Flags, []string{"còn thiếu: " + strings.Join(gaps, ", ")})
	}
	return l, nil
}

// merge lays what the row states over the version that it is compared with; was is nil if the indicator is new.
func (p *indicatorPlanner) merge(row *indicatorRow, versions []kpi.Indicator) (is indicatorForm, was *kpi.Indicator) {
	from := row.From
	if len(versions) == 0 {
		is = row.indicatorForm
		is.Set = p.set.Code
		is.From = cmp.Or(from, p.list.file.From)
		return is, nil
	}
	old := versions[0]
	for _, v := range versions[1:] {
		if v.From <= cmp.Or(from, p.list.file.From) {
			old = v
		}
	}
	is = row.apply(indicatorForm{Indicator: old})
	is.Set, is.Code = old.Set, old.Code
	if is.From = old.From; from != 0 {
		is.From = from
	}
	return is, &old
}

// placeInGroup finds the group of the row's indicator in the set, or adds it.
func (p *indicatorPlanner) placeInGroup(row *indicatorRow, is *indicatorForm, was *kpi.Indicator) error {
	g := row.group
	if g.Code == "" || !p.list.full {
		if was != nil {
			is.Group = was.Group
			return nil
		}
		is.Group = p.groupNamed(g)
		return nil
	}
	is.Indicator.Group = g.Code
	i := slices.IndexFunc(p.set.Groups, func(x kpi.Group) bool { return x.Code == g.Code })
	if i < 0 {
		if g.Name == "" {
			return kpi.Errorf(kpi.Invalid, "Nhóm %s chưa có trong bộ chỉ số. Ghi tên nhóm ở hàng này.", g.Code)
		}
		p.set.Groups = append(p.set.Groups, g)
		p.p.plan.note("Thêm nhóm %s “%s” (%s).", g.Code, g.Name, kpi.LayerLabel(g.Layer))
		return nil
	}
	x := &p.set.Groups[i]
	before := *x
	x.Name, x.Layer, x.Weight = cmp.Or(g.Name, x.Name), cmp.Or(g.Layer, x.Layer), cmp.Or(g.Weight, x.Weight)
	if before != *x {
		var d differences
		d.add("tên", before.Name, x.Name)
		d.add("lớp", strconv.Itoa(before.Layer), strconv.Itoa(x.Layer))
		d.add("trọng số", strconv.Itoa(before.Weight), strconv.Itoa(x.Weight))
		p.p.plan.note("Nhóm %s: %s.", x.Code, d)
	}
	return nil
}

// groupNamed returns the code of the group with the name of g, which is added with a free code if there is none.
func (p *indicatorPlanner) groupNamed(g kpi.Group) string {
	g.Name = cmp.Or(g.Name, p.list.group, "Chỉ số chung")
	for _, x := range p.set.Groups {
		if kpi.Fold(x.Name) == kpi.Fold(g.Name) {
			return x.Code
		}
	}
	taken := func(code string) bool { _, ok := p.set.Group(code); return ok }
	for n := 1; g.Code == "" || taken(g.Code); n++ {
		g.Code = strconv.Itoa(n)
	}
	p.set.Groups = append(p.set.Groups, g)
	p.p.plan.note("Thêm nhóm %s “%s” (%s).", g.Code, g.Name, kpi.LayerLabel(g.Layer))
	return g.Code
}

// checkLinks looks for the indicators that this one names; key is the column at fault.
func (p *indicatorPlanner) checkLinks(is indicatorForm) (key string, err error) {
	switch {
	case is.Parent != "" && !p.known[is.Parent]:
		return "parent", kpi.Errorf(kpi.Invalid, "Không có chỉ số %s đứng trên chỉ số %s, cả trong tệp và trong bộ chỉ số.", is.Parent, is.Code)
	case is.WeightBy != "" && !p.known[is.WeightBy]:
		return "weightby", kpi.Errorf(kpi.Invalid, "Không có chỉ số %s làm trọng số của chỉ số %s, cả trong tệp và trong bộ chỉ số.", is.WeightBy, is.Code)
	}
	return "", nil
}

// tellNew describes a new indicator with all that was inferred of it.
func (p *indicatorPlanner) tellNew(is indicatorForm) string {
	s := "nhóm " + is.Group
	if is.Parent != "" {
		s += " · thuộc " + is.Parent
	}
	if is.Heading {
		return s + " · đề mục, không nhập số liệu" + targetNames(is.Targets)
	}
	if is.Unit != "" {
		s += " · đơn vị tính " + is.Unit
	}
	if is.Kind != "" {
		s += fmt.Sprintf(" · loại %s, %d chữ số thập phân", is.Kind.Label(), is.Decimals)
	}
	if is.Direction != "" {
		s += " · chiều tốt: " + is.Direction.Label()
	}
	if is.Origin != "" {
		s += " · " + is.Origin.Label()
	}
	if is.LeadAgency != "" {
		s += " · chủ trì: " + is.LeadAgency
	}
	return s + targetNames(is.Targets) + " · hiệu lực từ kỳ " + is.From.Short()
}

// checks plans the checks across indicators: those of the file replace those of the set.
func (p *indicatorPlanner) checks() {
	var checks []kpi.CrossCheck
	for _, row := range p.list.checks {
		l := row.line(row.check.Left, row.check.Text)
		for _, code := range append([]string{row.check.Left}, row.check.Right...) {
			if l.Outcome == "" && !p.known[code] {
				l.Outcome, l.Text = ImportRefused, fmt.Sprintf("Không có chỉ số %s, cả trong tệp và trong bộ chỉ số.", code)
			}
		}
		checks = append(checks, row.check)
		same := func(k kpi.CrossCheck) bool { return reflect.DeepEqual(k, row.check) }
		switch {
		case l.Outcome == ImportRefused:
		case slices.ContainsFunc(p.before.Checks, same):
			l.Outcome = ImportLeft
		default:
			l.Outcome, l.Text = ImportAdded, "kiểm tra chéo "+row.check.Left
		}
		l.Sheet = checkSheet
		p.p.plan.add(l)
	}
	if len(checks) == 0 {
		return
	}
	if n := len(p.before.Checks); n > 0 && !reflect.DeepEqual(p.before.Checks, checks) {
		p.p.plan.note("%d kiểm tra chéo đang có được thay bằng %d kiểm tra trong tệp.", n, len(checks))
	}
	p.set.Checks = checks
}

// write stores the set, its indicators and the assignments.
func (p *indicatorPlanner) write(tx *store.Tx, _ map[string]string) error {
	if !reflect.DeepEqual(p.before, p.set) {
		verb := kpi.VerbChange
		if p.p.plan.NewSet {
			verb = kpi.VerbAdd
		}
		if err := tx.PutSet(p.set, p.actor.Event(verb, "set/"+p.set.Code, p.before.Name, p.set.Name, "nhập từ tệp "+kpi.Clip(p.list.file.Name, 80))); err != nil {
			return err
		}
	}
	for _, ind := range p.puts {
		if err := saveIndicator(tx, p.actor, ind); err != nil {
			return err
		}
	}
	return p.assign.write(tx)
}

// union returns a with the texts of b that it lacks.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
