package app

import (
	"time"

	"chiso/app/kpi"
)

// fate is how far a sheet gets in the demo, and on which way.
type fate struct {
	end      kpi.Status // where it stands in the end
	late     bool       // approved after the deadline
	unit     bool       // the unit's approver sent it back on the way
	province bool       // the province sent it back on the way
}

// demoTimes are the instants of a sheet's steps; those between are near them.
type demoTimes struct {
	entry  time.Time // the first session of entry, if not all is entered just before submission
	submit time.Time
	review time.Time // the province sends a cell back
	mended time.Time // the unit submits that cell again
	accept time.Time
}

// settledFates returns the fates of the units in a round that is over but for a few stragglers, or over altogether.
func settledFates(units []*demoUnit, m kpi.Month, over bool) map[string]fate {
	fates := map[string]fate{}
	for i, u := range units {
		d := newDice("fate", m.String(), u.Code)
		habit := newDice("habit", u.Code)
		careless := int64(habit.between(2, 30)) * 100_000 // ppm of the usual
		f := fate{end: kpi.StatusAccepted}
		switch {
		case d.chance(scaled(45_000, careless)):
			f.late = true
		case d.chance(scaled(50_000, careless)):
			f.unit = true
		case d.chance(scaled(50_000, careless)):
			f.province = true
		}
		if !over && i%31 == 7 { // a few stragglers
			f = fate{end: pick(&d, []kpi.Status{kpi.StatusAtProvince, kpi.StatusReturnedProvince, kpi.StatusInProgress})}
		}
		fates[u.Code] = f
	}
	return fates
}

// runningFates returns the fates of the units in the current round: half done. The units whose accounts the sign-in
// page lists stand where the list of accounts says.
func runningFates(units []*demoUnit) map[string]fate {
	fates := map[string]fate{}
	for _, a := range demoCast() {
		if a.status != "" {
			fates[a.unit] = fate{end: a.status}
		}
	}
	var rest []string
	for _, u := range units {
		if _, ok := fates[u.Code]; !ok {
			rest = append(rest, u.Code)
		}
	}
	d := newDice("running")
	for i := len(rest) - 1; i > 0; i-- {
		j := d.below(i + 1)
		rest[i], rest[j] = rest[j], rest[i]
	}
	parts := []struct {
		percent int
		end     kpi.Status
	}{{25, kpi.StatusAccepted}, {50, kpi.StatusAtProvince}, {60, kpi.StatusAtUnit}, {62, kpi.StatusReturnedUnit},
		{65, kpi.StatusReturnedProvince}, {85, kpi.StatusInProgress}, {100, kpi.StatusNotStarted}}
	part := 0
	for i, code := range rest {
		for 100*i >= parts[part].percent*len(rest) {
			part++
		}
		f := fate{end: parts[part].end}
		f.unit = (f.end == kpi.StatusAccepted || f.end == kpi.StatusAtProvince) && d.chance(80_000)
		f.province = f.end == kpi.StatusAtProvince && i%10 == 3 // corrected, waits again
		fates[code] = f
	}
	return fates
}

// settledTimes returns instants around the deadlines of month m, moved earlier by whole days where the round must
// be over sooner than usual. All lie between day 8 and 18h00 of day 21.
func settledTimes(m kpi.Month, earlier int, f fate, d *dice) demoTimes {
	at := func(day, hour, minute int) time.Time {
		return m.Day(day).AddDate(0, 0, -earlier).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(d.below(60))*time.Second)
	}
	office := func(day int) time.Time { return at(day, d.between(8, 15), d.below(60)) }
	var t demoTimes
	switch n := d.below(100); {
	case f.late:
		t.submit = office(d.between(17, 19))
	case n < 60:
		t.submit = at(d.between(15, 16), d.between(17, 21), d.between(10, 59))
	case n < 75:
		t.submit = office(16)
	default:
		t.submit = office(d.between(9, 14))
	}
	t.entry = t.submit.AddDate(0, 0, -1)
	t.review = office(17)
	t.mended = at(18, d.between(8, 14), d.below(60))
	t.accept = office(d.between(19, 20))
	if f.late {
		t.accept = office(d.between(20, 21))
	} else if !f.province && d.below(3) > 0 {
		t.accept = office(d.between(17, 18))
	}
	return t
}

// runningTimes returns instants within the six days before today; opened is the midnight at which the round began.
func runningTimes(opened time.Time, d *dice) demoTimes {
	at := func(day int) time.Time {
		return opened.AddDate(0, 0, day).Add(time.Duration(d.between(8*3600, 16*3600)) * time.Second)
	}
	t := demoTimes{submit: at(d.between(1, 3)), review: at(4), mended: at(5), accept: at(d.between(4, 6))}
	t.entry = t.submit.Add(-time.Duration(d.between(30, 50)) * time.Minute)
	return t
}
