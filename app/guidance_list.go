package app

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"unicode"

	"chiso/app/kpi"
	"chiso/store"
)

// fileID names a file by its content, as the store does.
func fileID(data []byte) kpi.FileID {
	h := sha256.Sum256(data)
	return kpi.FileID(hex.EncodeToString(h[:]))
}

// GuidanceLine is a document with its state.
type GuidanceLine struct {
	kpi.Guidance
	Force      kpi.Force
	ReplacedBy string // id of the document in force that takes its place, "": none
}

// GuidanceList returns all documents, the newest first, those withdrawn only for people who manage them.
func (a *App) GuidanceList(actor kpi.Actor) (list []GuidanceLine, err error) {
	if err := kpi.May(actor.User, kpi.SeeGuidance); err != nil {
		return nil, err
	}
	all := kpi.May(actor.User, kpi.ManageGuidance) == nil
	err = a.store.View(func(tx *store.Tx) error {
		docs, err := tx.Guidances()
		if err != nil {
			return err
		}
		list = guidanceLines(docs, docs, actor)
		return nil
	})
	list = slices.DeleteFunc(list, func(l GuidanceLine) bool { return l.Force == kpi.ForceWithdrawn && !all })
	return list, err
}

// guidanceLines tells the states of some documents among all, the newest first.
func guidanceLines(some, all []kpi.Guidance, actor kpi.Actor) []GuidanceLine {
	by := map[string]string{} // document → the one that takes its place
	for _, g := range all {
		if g.Replaces != "" && g.ForceAt(actor.At, false) == kpi.InForce {
			by[g.Replaces] = g.ID
		}
	}
	list := make([]GuidanceLine, 0, len(some))
	for _, g := range some {
		list = append(list, GuidanceLine{g, g.ForceAt(actor.At, by[g.ID] != ""), by[g.ID]})
	}
	slices.SortStableFunc(list, func(x, y GuidanceLine) int {
		return cmp.Or(y.Date.Compare(x.Date), y.Added.Compare(x.Added), strings.Compare(x.ID, y.ID))
	})
	return list
}

// LinkedIndicator is an indicator that a document is about.
type LinkedIndicator struct {
	kpi.IndicatorRef
	Name  string
	Found bool // in the text, not by hand
}

// GuidancePage is a document with some of its passages.
type GuidancePage struct {
	GuidanceLine
	AddedBy    string // name of the person
	Replacing  *GuidanceLine
	Replacer   *GuidanceLine
	Indicators []LinkedIndicator
	Loose      []LinkedIndicator // found in the text, but taken away by hand
	Passages   []kpi.Passage
}

// GuidancePage returns a document with its passages from to to.
func (a *App) GuidancePage(actor kpi.Actor, id string, from, to int) (p GuidancePage, err error) {
	if err := kpi.May(actor.User, kpi.SeeGuidance); err != nil {
		return p, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		g, err := tx.Guidance(id)
		if err != nil {
			return err
		}
		all, err := tx.Guidances()
		if err != nil {
			return err
		}
		lines := map[string]*GuidanceLine{}
		for _, l := range guidanceLines(all, all, actor) {
			lines[l.ID] = &l
		}
		p.GuidanceLine = *lines[id]
		p.Replacing, p.Replacer = lines[p.Replaces], lines[p.ReplacedBy]
		who, err := names(tx, []string{g.AddedBy})
		if err != nil {
			return err
		}
		p.AddedBy = who[g.AddedBy]
		if err := a.nameIndicators(tx, kpi.MonthOf(actor.At), &p); err != nil {
			return err
		}
		p.Passages, err = tx.GuidancePassages(id, from, min(to, g.Passages))
		return err
	})
	return p, err
}

// nameIndicators lists the indicators of a document under their names; one that is gone is left out.
func (a *App) nameIndicators(tx *store.Tx, at kpi.Month, p *GuidancePage) error {
	name := func(refs []kpi.IndicatorRef) (list []LinkedIndicator, err error) {
		for _, r := range refs {
			defs, err := a.definitions(tx, r.Set, at)
			if kpi.KindOf(err) == kpi.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			if ind, ok := defs.byCode[r.Code]; ok {
				list = append(list, LinkedIndicator{r, ind.Name, !slices.Contains(p.Links, r)})
			}
		}
		return list, nil
	}
	var err error
	if p.Indicators, err = name(p.Guidance.Indicators()); err != nil {
		return err
	}
	var loose []kpi.IndicatorRef
	for _, r := range p.Found {
		if slices.Contains(p.Unlinked, r) && !slices.Contains(p.Links, r) {
			loose = append(loose, r)
		}
	}
	p.Loose, err = name(loose)
	return err
}

// GuidanceAbout returns the documents about an indicator that are not withdrawn, those in force first, the newest
// first.
func (a *App) GuidanceAbout(actor kpi.Actor, set, code string) (list []GuidanceLine, err error) {
	if err := kpi.May(actor.User, kpi.SeeGuidance); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		some, err := tx.GuidanceOf(set, code)
		if err != nil || len(some) == 0 {
			return err
		}
		all, err := tx.Guidances()
		list = guidanceLines(some, all, actor)
		return err
	})
	list = slices.DeleteFunc(list, func(l GuidanceLine) bool { return l.Force == kpi.ForceWithdrawn })
	slices.SortStableFunc(list, func(x, y GuidanceLine) int {
		holds := func(l GuidanceLine) int {
			if l.Force == kpi.InForce {
				return 0
			}
			return 1
		}
		return holds(x) - holds(y)
	})
	return list, err
}

// GuidanceFile opens the file of a document as it was uploaded; the caller closes it.
func (a *App) GuidanceFile(actor kpi.Actor, id string) (f kpi.File, file *os.File, err error) {
	if err := kpi.May(actor.User, kpi.SeeGuidance); err != nil {
		return f, nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		g, err := tx.Guidance(id)
		f = g.File
		return err
	})
	if err != nil {
		return f, nil, err
	}
	file, err = a.store.OpenFile(f.SHA256)
	return f, file, err
}

// IndicatorRefs reads the codes of indicators as people list them, «2.3, 2.4» or «nq57/2.3», and returns the ones that
// exist. An Invalid error belongs to the field links.
func (a *App) IndicatorRefs(actor kpi.Actor, text string) (refs []kpi.IndicatorRef, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		sets, err := tx.Sets()
		if err != nil {
			return err
		}
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }) {
			set, code, ok := strings.Cut(word, "/")
			if !ok {
				set, code = "", word
			}
			var fits []kpi.IndicatorRef
			for _, s := range sets {
				if set != "" && s.Code != set {
					continue
				}
				defs, err := a.definitions(tx, s.Code, kpi.MonthOf(actor.At))
				if err != nil {
					return err
				}
				if _, ok := defs.byCode[code]; ok {
					fits = append(fits, kpi.IndicatorRef{Set: s.Code, Code: code})
				}
			}
			switch {
			case len(fits) == 0:
				return fieldError("links", "Không có chỉ số mã «"+kpi.Clip(word, 40)+"». Ghi đúng mã, cách nhau dấu phẩy, ví dụ 2.3, 2.4.")
			case len(fits) > 1:
				return fieldError("links", "Mã "+code+" có ở nhiều bộ chỉ số. Ghi cả mã bộ, ví dụ "+fits[0].Set+"/"+code+".")
			}
			refs = append(refs, fits[0])
		}
		return nil
	})
	return refs, err
}

// IndicatorNames returns the names of indicators as they hold now; one that is gone has none.
func (a *App) IndicatorNames(actor kpi.Actor, refs []kpi.IndicatorRef) (names map[kpi.IndicatorRef]string, err error) {
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return nil, err
	}
	names = map[kpi.IndicatorRef]string{}
	err = a.store.View(func(tx *store.Tx) error {
		for _, r := range refs {
			defs, err := a.definitions(tx, r.Set, kpi.MonthOf(actor.At))
			if err != nil && kpi.KindOf(err) != kpi.NotFound {
				return err
			}
			if err == nil {
				names[r] = defs.of(r.Code).Name
			}
		}
		return nil
	})
	return names, err
}
