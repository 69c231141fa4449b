package app

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"chiso/app/kpi"

	"go.yaml.in/yaml/v3"
)

//go:embed demo/*.yaml demo/units.csv
var demoFiles embed.FS

// demoContent is what the demo province is made of, apart from its numbers.
type demoContent struct {
	set        kpi.IndicatorSet
	indicators []demoIndicator // in the order of the files
	units      []kpi.Unit      // by code
}

// demoIndicator is an indicator with the shape of its numbers and the codes of the units that it is given to.
type demoIndicator struct {
	kpi.Indicator
	shape          demoShape
	leads, support []string
}

// demoShape says what numbers to make up for an indicator.
type demoShape struct {
	Base    micro    // level in the first month; of a cumulative indicator the running total in May
	Growth  micro    // change a month
	Season  []micro  // deviation in each month of the year
	Spread  micro    // how far units lie apart
	Den     int64    // denominator of a middling unit; in May if it is itself cumulative
	P       micro    // chance of a yes, or of each further step of a scale
	Samples []string // texts
}

// micro is a number in millionths.
type micro int64

// UnmarshalYAML reads the number from its decimal text.
func (m *micro) UnmarshalYAML(n *yaml.Node) error {
	d, err := kpi.ParseDecimal(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q: %w", n.Line, n.Value, err)
	}
	*m = micro(fromDecimal(d))
	return nil
}

// The shapes of the YAML files.
type (
	demoHead struct {
		Set struct {
			Code, Name string
			Basis      []string
		}
		Groups []kpi.Group
		Checks []struct {
			Kind        kpi.CheckKind
			Left, Right string   // le
			Total       string   // sum
			Parts       []string // sum
			Text        string
		}
	}
	demoPart struct{ Indicators []demoEntry }

	demoEntry struct {
		Code, Group, Name                         string
		Origin                                    kpi.Origin
		Definition, Computation, Guidance, Source string
		Verifier                                  string
		Unit                                      string
		Kind                                      kpi.Kind
		Decimals                                  int
		Share                                     bool
		Scale                                     kpi.Decimal
		Numerator, Denominator                    string
		PartDecimals                              int `yaml:"part_decimals"`
		Grades                                    []kpi.Grade
		Direction                                 kpi.Direction
		Frequency                                 kpi.Frequency
		Accumulation                              kpi.Accumulation
		Aggregation                               kpi.Aggregation
		WeightBy                                  string `yaml:"weight_by"`
		Weight                                    int
		Floor                                     kpi.Opt
		Targets                                   []struct {
			Year             int
			Value, Low, High kpi.Opt
		}
		TargetBasis    string `yaml:"target_basis"`
		Min, Max       kpi.Opt
		UsualLow       kpi.Opt `yaml:"usual_low"`
		UsualHigh      kpi.Opt `yaml:"usual_high"`
		Evidence       bool
		MinDenominator kpi.Opt `yaml:"min_denominator"`
		Assigned       []string
		Support        []string
		Demo           demoShape
	}
)

// readDemo reads the embedded files. Indicators and assignments hold from the given month.
func readDemo(from kpi.Month) (*demoContent, error) {
	c := &demoContent{}
	var err error
	if c.units, err = readDemoUnits(); err != nil {
		return nil, fmt.Errorf("read demo units: %w", err)
	}
	var head demoHead
	if err := readDemoYAML("demo/nq57.yaml", &head); err != nil {
		return nil, err
	}
	c.set = kpi.IndicatorSet{Code: head.Set.Code, Name: head.Set.Name, Basis: head.Set.Basis, Groups: head.Groups}
	for _, k := range head.Checks {
		check := kpi.CrossCheck{Kind: k.Kind, Left: k.Left, Right: []string{k.Right}, Text: k.Text}
		if k.Kind == kpi.CheckSum {
			check.Left, check.Right = k.Total, k.Parts
		}
		c.set.Checks = append(c.set.Checks, check)
	}
	parts, err := fs.Glob(demoFiles, "demo/nq57-*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range parts {
		var part demoPart
		if err := readDemoYAML(name, &part); err != nil {
			return nil, err
		}
		for _, e := range part.Indicators {
			ind := demoIndicator{Indicator: e.indicator(c.set.Code, from), shape: e.Demo, leads: c.expand(e.Assigned), support: c.expand(e.Support)}
			if len(ind.leads) == 1 {
				ind.LeadAgency = ind.leads[0]
			}
			c.indicators = append(c.indicators, ind)
		}
	}
	return c, nil
}

func readDemoYAML(name string, into any) error {
	b, err := demoFiles.ReadFile(name)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// readDemoUnits reads code, name, kind and cohort.
func readDemoUnits() ([]kpi.Unit, error) {
	f, err := demoFiles.Open("demo/units.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	if _, err := r.Read(); err != nil { // headings
		return nil, err
	}
	var units []kpi.Unit
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(kpi.UnitKinds(), func(k kpi.UnitKind) bool { return k.Label() == row[2] })
		if i < 0 {
			return nil, fmt.Errorf("unit %s: unknown kind %q", row[0], row[2])
		}
		units = append(units, kpi.Unit{Code: row[0], Name: row[1], Kind: kpi.UnitKinds()[i], Cohort: row[3]})
	}
	slices.SortFunc(units, func(a, b kpi.Unit) int { return strings.Compare(a.Code, b.Code) })
	return units, nil
}

func (e demoEntry) indicator(set string, from kpi.Month) kpi.Indicator {
	ind := kpi.Indicator{Set: set, Code: e.Code, From: from, Name: e.Name, Group: e.Group, Origin: e.Origin,
		Definition: e.Definition, Computation: e.Computation, Guidance: e.Guidance, Source: e.Source, Verifier: e.Verifier,
		Unit: e.Unit, Kind: e.Kind, Decimals: e.Decimals, Share: e.Share, Scale: e.Scale, Numerator: e.Numerator,
		Denominator: e.Denominator, PartDecimals: e.PartDecimals, Grades: e.Grades, Direction: e.Direction,
		Frequency: e.Frequency, Accumulation: e.Accumulation, Aggregation: e.Aggregation, WeightBy: e.WeightBy, Weight: e.Weight,
		Floor: e.Floor, TargetBasis: e.TargetBasis, Min: e.Min, Max: e.Max, UsualLow: e.UsualLow, UsualHigh: e.UsualHigh,
		Evidence: e.Evidence, MinDenominator: e.MinDenominator}
	for _, t := range e.Targets {
		switch e.Direction {
		case kpi.Within:
			ind.Targets = append(ind.Targets, kpi.Target{Year: t.Year, Op: kpi.OpRange, Value: t.Low, High: t.High})
		case kpi.Down:
			ind.Targets = append(ind.Targets, kpi.Target{Year: t.Year, Op: kpi.OpLE, Value: t.Value})
		default:
			ind.Targets = append(ind.Targets, kpi.Target{Year: t.Year, Op: kpi.OpGE, Value: t.Value})
		}
	}
	return ind
}

// expand returns the codes of the units that the words «all», «agencies» and «communes» and single codes name.
func (c *demoContent) expand(words []string) []string {
	var codes []string
	for _, u := range c.units {
		block := "agencies"
		if u.Kind.Block() == kpi.BlockCommunes {
			block = "communes"
		}
		if slices.ContainsFunc(words, func(w string) bool { return w == "all" || w == block || w == u.Code }) {
			codes = append(codes, u.Code)
		}
	}
	return codes
}
