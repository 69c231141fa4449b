package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// indicatorFilter is what the URL narrows a list of indicators to.
type indicatorFilter struct {
	Query     string // part of code, name or definition, with or without accents
	Group     string // code of a group, or «lop-1» for a whole layer
	Origin    kpi.Origin
	Frequency kpi.Frequency
}

// layerPrefix begins the value of a whole layer in the choice of groups.
const layerPrefix = "lop-"

// indicatorFilterOf reads the filter of a form or a query by its parameter names.
func indicatorFilterOf(get func(name string) string) indicatorFilter {
	return indicatorFilter{Query: kpi.Clip(strings.TrimSpace(get("q")), 100), Group: kpi.Clip(get("nhom"), 40),
		Origin: kpi.Origin(kpi.Clip(get("nguon"), 20)), Frequency: kpi.Frequency(kpi.Clip(get("tan-suat"), 20))}
}

// values returns the filter as the parameters that indicatorFilterOf reads.
func (f indicatorFilter) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "nhom": f.Group, "nguon": string(f.Origin), "tan-suat": string(f.Frequency)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// keeper returns whether an indicator of the set passes the filter.
func (f indicatorFilter) keeper(set kpi.IndicatorSet) func(kpi.Indicator) bool {
	query := kpi.Fold(f.Query)
	return func(ind kpi.Indicator) bool {
		group, _ := set.Group(ind.Group)
		switch {
		case f.Group != "" && f.Group != ind.Group && f.Group != layerPrefix+strconv.Itoa(group.Layer):
			return false
		case f.Origin != "" && f.Origin != ind.Origin, f.Frequency != "" && f.Frequency != ind.Frequency:
			return false
		}
		return query == "" || strings.Contains(kpi.Fold(ind.Code+" "+ind.Name+" "+ind.Definition), query)
	}
}

// selectOption is one line of a choice.
type selectOption struct {
	Value, Label string
	Selected     bool
}

// optionGroup is a part of a choice under a heading.
type optionGroup struct {
	Label   string
	Options []selectOption
}

// groupChoice returns the groups of a set under their layers, each layer with itself as a whole.
func groupChoice(set kpi.IndicatorSet, selected string) []optionGroup {
	var out []optionGroup
	layer := -1
	for _, g := range set.Groups {
		if g.Layer != layer {
			layer = g.Layer
			whole := layerPrefix + strconv.Itoa(layer)
			out = append(out, optionGroup{kpi.LayerLabel(layer), []selectOption{{whole, "Cả lớp " + strconv.Itoa(layer), whole == selected}}})
		}
		last := &out[len(out)-1]
		last.Options = append(last.Options, selectOption{g.Code, groupLabel(g), g.Code == selected})
	}
	return out
}

func groupLabel(g kpi.Group) string { return g.Code + ". " + g.Name }

// labelled is a value of the domain that names itself on screen.
type labelled interface {
	~string
	Label() string
}

// choiceOf returns the values as a choice; one that is empty stands first with the given label, unless that is "".
func choiceOf[T labelled](selected T, empty string, values ...T) []selectOption {
	var out []selectOption
	if empty != "" {
		out = append(out, selectOption{"", empty, selected == ""})
	}
	for _, v := range values {
		out = append(out, selectOption{string(v), v.Label(), v == selected})
	}
	return out
}

func origins() []kpi.Origin { return []kpi.Origin{kpi.Central, kpi.Province} }

func frequencies() []kpi.Frequency {
	return []kpi.Frequency{kpi.Monthly, kpi.Quarterly, kpi.HalfYear, kpi.Yearly}
}

// section is a group of a set with what a page lists in it.
type section[T any] struct {
	ID    string
	Layer string // name of the layer, on its first group alone
	Name  string
	Lines []T
}

// sections puts lines under the groups of the set, in its order; groups without lines are left out, and lines of no
// known group stand at the end.
func sections[T any](set kpi.IndicatorSet, lines []T, group func(T) string) []section[T] {
	place := make(map[string]int, len(set.Groups))
	for i, g := range set.Groups {
		place[g.Code] = i + 1
	}
	by, sizes := make([][]T, len(set.Groups)+1), make([]int, len(set.Groups)+1) // first those of no group
	for _, l := range lines {
		sizes[place[group(l)]]++
	}
	for i, n := range sizes {
		by[i] = make([]T, 0, n)
	}
	for _, l := range lines {
		at := place[group(l)]
		by[at] = append(by[at], l)
	}
	var out []section[T]
	layer := -1
	for i, g := range append(slices.Clone(set.Groups), kpi.Group{Name: "Chưa phân nhóm", Layer: 0}) {
		mine := by[(i+1)%len(by)]
		if len(mine) == 0 {
			continue
		}
		s := section[T]{ID: "g" + strconv.Itoa(i), Name: groupLabel(g), Lines: mine}
		if g.Code == "" {
			s.Name = g.Name
		}
		if g.Layer != layer {
			layer, s.Layer = g.Layer, kpi.LayerLabel(g.Layer)
		}
		out = append(out, s)
	}
	return out
}
