package store_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestRecords_RoundTrip puts a record of every type with every field filled, opens the file again and reads it.
func TestRecords_RoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	all := seed(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storetest.OpenIn(t, dir)
	storetest.View(t, s, func(tx *store.Tx) error {
		for _, r := range all {
			unfilled(t, r.table, reflect.ValueOf(r.want))
			got, err := r.get(tx)
			if err != nil {
				t.Errorf("%s: %v", r.table, err)
			}
			if !same(got, r.want) {
				t.Errorf("%s:\n got %+v\nwant %+v", r.table, got, r.want)
			}
		}
		return nil
	})
	checkLog(t, s)
}

// same is reflect.DeepEqual but for rationals, which compare by value.
func same(got, want any) bool {
	g, ok := got.(kpi.Figure)
	if !ok {
		return reflect.DeepEqual(got, want)
	}
	w := want.(kpi.Figure)
	if g.Value.Cmp(w.Value) != 0 || g.Num.Cmp(w.Num) != 0 || g.Den.Cmp(w.Den) != 0 {
		return false
	}
	g.Value, g.Num, g.Den = w.Value, w.Num, w.Den
	return reflect.DeepEqual(g, w)
}

// unfilled complains about fields of the seed that are zero, so that a new field must be added to it.
func unfilled(t *testing.T, name string, v reflect.Value) {
	optional := []string{"sheet.Version", "sheet.Returned", "sheet.Reason", "sheet.Submit", "sheet.Approve", "sheet.FirstApproval", "sheet.Accept",
		"sheet.Return", "sheet.Extended", "sheet.Reopened", "indicator.Heading", "cell.Num", "cell.Den", "cell.Text", "cell.Expected", "cell.Note", "cell.Confirmed", "cell.Source",
		"cell.Review", "cell.ReviewNote", "cell.ReviewBy", "evidence.File", "evidence.Citation"} // the second sheet is new; cells have a test of their own;
	// evidence is a file or a citation
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		field := name + "." + v.Type().Field(i).Name
		if v.Type().Field(i).Tag.Get("json") != "-" && v.Field(i).IsZero() && !slices.Contains(optional, field) {
			t.Errorf("the seed leaves %s at zero", field)
		}
	}
}

func TestMissing_IsNotFound(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	m := storetest.Month()
	storetest.View(t, s, func(tx *store.Tx) error {
		_, setErr := tx.Set("khac")
		_, unitErr := tx.Unit("KHAC")
		_, roundErr := tx.Round(set, m)
		_, sheetErr := tx.Sheet(set, m, unit)
		_, indErr := tx.Indicator(set, "9", m)
		_, versionErr := tx.IndicatorVersion(set, "9", m)
		for name, err := range map[string]error{"set": setErr, "unit": unitErr, "round": roundErr, "sheet": sheetErr, "indicator": indErr, "version": versionErr} {
			if kpi.KindOf(err) != kpi.NotFound || err.Error() == "" {
				t.Errorf("%s: %v, want NotFound with a sentence", name, err)
			}
		}
		if _, ok, err := tx.User("ai"); ok || err != nil {
			t.Errorf("user: %v, %v", ok, err)
		}
		c, err := tx.Cell(storetest.Cell(unit, "1.01", 0).CellKey)
		if c.Version != 0 || c.Indicator != "1.01" || err != nil {
			t.Errorf("cell: %+v, %v", c, err)
		}
		return nil
	})
}

// TestPut_Refused: what breaks a rule is not stored and leaves no event.
func TestPut_Refused(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	ev := storetest.Event("x")
	for name, put := range map[string]func(*store.Tx) error{
		"set":       func(tx *store.Tx) error { return tx.PutSet(kpi.IndicatorSet{Code: "a|b", Name: "x"}, ev) },
		"unit":      func(tx *store.Tx) error { return tx.PutUnit(kpi.Unit{Code: "A|B", Name: "x", Kind: kpi.Ward}, ev) },
		"user":      func(tx *store.Tx) error { return tx.PutUser(kpi.User{Login: "a|b", Name: "x"}, ev) },
		"round":     func(tx *store.Tx) error { return tx.PutRound(kpi.Round{Set: set, Month: storetest.Month()}, ev) },
		"indicator": func(tx *store.Tx) error { return tx.PutIndicator(kpi.Indicator{Set: set, Code: "1|2", Name: "x"}, ev) },
	} {
		if err := s.Update(put); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	if n := checkLog(t, s); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestDrop(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	at := storetest.At()
	a := kpi.Assignment{Set: set, Unit: unit, Indicator: "1.01", Role: kpi.Lead}
	b := kpi.Assignment{Set: set, Unit: "SYT1", Indicator: "1.01", Role: kpi.Support}
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, err := range []error{
			tx.PutAssignment(a, storetest.Event("a")), tx.PutAssignment(b, storetest.Event("b")), tx.DropAssignment(a, storetest.Event("a")),
			tx.PutSession("1", store.Session{Login: login}), tx.PutSession("2", store.Session{Login: login}), tx.PutSession("3", store.Session{Login: "hoa"}),
			tx.SignOut(login),
			tx.PutFailures(login, "10.0.0.1", store.Failures{Row: 1}), tx.PutFailures(login, "10.0.0.2", store.Failures{Row: 1}),
			tx.PutFailures(login+"2", "10.0.0.1", store.Failures{Row: 1}), tx.PutDevices(login, []string{"aa"}),
			tx.ClearFailures(login),
			tx.PutOp(login, "old", store.Op{At: at.Add(-time.Second)}), tx.PutOp(login, "new", store.Op{At: at}), tx.DropOps(at),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		all, err := tx.Assignments(set, "")
		if err != nil || len(all) == 0 || slices.ContainsFunc(all, func(a kpi.Assignment) bool { return a.Unit != "SYT1" }) {
			t.Errorf("assignments %v, %v: only those of SYT1 are left", all, err)
		}
		if list, err := tx.Assignments(set, unit); len(list) != 0 || err != nil {
			t.Errorf("assignments of SYT %v, %v: those of SYT1 are not its own", list, err)
		}
		_, one, _ := tx.Session("1")
		_, three, _ := tx.Session("3")
		_, old, _ := tx.Op(login, "old")
		_, young, _ := tx.Op(login, "new")
		cleared, _ := tx.Failures(login, "10.0.0.2")
		other, _ := tx.Failures(login+"2", "10.0.0.1")
		devices, _ := tx.Devices(login)
		if one || !three || old || !young || cleared.Row != 0 || other.Row != 1 || len(devices) != 1 {
			t.Errorf("session 1 %v, 3 %v; op old %v, new %v; failures %d, of another %d; devices %v", one, three, old, young, cleared.Row, other.Row, devices)
		}
		return nil
	})
	if n := checkLog(t, s); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

// TestLoadAssignments: many assignments, one event.
func TestLoadAssignments(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	want := []kpi.Assignment{{Set: set, Unit: unit, Indicator: "1.01", Role: kpi.Lead}, {Set: set, Unit: unit, Indicator: "1.10", Role: kpi.Support},
		{Set: set, Unit: "X20001", Indicator: "1.01", Role: kpi.Lead}}
	storetest.Update(t, s, func(tx *store.Tx) error { return tx.LoadAssignments(want, storetest.Event("set/nq57")) })
	storetest.View(t, s, func(tx *store.Tx) error {
		all, err := tx.Assignments(set, "")
		if err != nil || !reflect.DeepEqual(all, want) {
			t.Errorf("%v, %+v", err, all)
		}
		return nil
	})
	if n := checkLog(t, s); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}
