package app

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// officers returns a month with a liaison, and what the unit SYT says of its officer.
func officers(t *testing.T) (month, FocalInput) {
	t.Helper()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		u := kpi.User{Login: "daumoi", Name: "Đầu mối", Grants: []kpi.Grant{{Role: kpi.Liaison}}, Created: f.Now()}
		return tx.PutUser(u, f.System().Event(kpi.VerbAdd, "test", "", "", ""))
	}))
	return f, FocalInput{Name: "Nguyễn  Thị Lan", Position: "Phó Chánh Văn phòng", Phone: "0912.345.678", Email: "lan@syt.example.vn", Citizen: "066 099 001 234"}
}

const citizen = "066099001234"

func (f month) officer(t *testing.T, login string) Officer {
	t.Helper()
	list, err := f.UnitFocalPoints(f.as(t, login), "SYT")
	f.must(t, err)
	if len(list.Officers) != 1 {
		t.Fatalf("%d officers", len(list.Officers))
	}
	return list.Officers[0]
}

func TestFocalPoint_Life(t *testing.T) {
	t.Parallel()
	f, in := officers(t)
	f.must(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", "", in))
	f.must(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", "", in)) // the form came twice
	o := f.officer(t, "dieuphoi")
	if o.Name != "Nguyễn Thị Lan" || o.Phone != "0912345678" || o.Mask != "••••••1234" || strings.Contains(fmt.Sprint(o), citizen) {
		t.Errorf("%+v", o)
	}
	_, err := f.UnitFocalPoints(f.as(t, "xaduyet"), "SYT")
	f.refused(t, err, kpi.NotFound)
	_, err = f.UnitFocalPoints(f.as(t, "nhap"), "SYT")
	f.refused(t, err, kpi.Denied)
	f.refused(t, f.SaveFocalPoint(f.as(t, "lanhdao"), "SYT", o.ID, in), kpi.Denied)
	f.refused(t, f.SaveFocalPoint(f.as(t, "dieuphoi"), "SYT", o.ID, in), kpi.Denied) // with a number

	// The coordinator changes the phone; the number stays.
	in.Citizen, in.Phone = "", "0987 654 321"
	f.must(t, f.SaveFocalPoint(f.as(t, "dieuphoi"), "SYT", o.ID, in))
	if o := f.officer(t, "duyet"); o.Phone != "0987654321" || o.Mask != "••••••1234" {
		t.Errorf("after the phone was changed: %+v", o)
	}
	// Somebody who saw the entry before that is told.
	stale := f.as(t, "duyet")
	stale.Seen = 1
	f.refused(t, f.SaveFocalPoint(stale, "SYT", o.ID, FocalInput{Name: "Khác"}), kpi.Conflict)
	// A second person with the same number is a slip.
	f.clock.forward(time.Second)
	err = f.SaveFocalPoint(f.as(t, "duyet"), "SYT", "", FocalInput{Name: "Trần Văn Bình", Citizen: citizen})
	if e, ok := err.(*kpi.Error); !ok || e.Fields["citizen"] == "" || strings.Contains(e.Msg, citizen) {
		t.Errorf("the same number twice: %v", err)
	}
	// A successor does not inherit the number.
	in.Name = "Trần Văn Bình"
	f.must(t, f.SaveFocalPoint(f.as(t, "dieuphoi"), "SYT", o.ID, in))
	if o := f.officer(t, "duyet"); o.Mask != "" || o.Name != "Trần Văn Bình" {
		t.Errorf("the successor: %+v", o)
	}
	f.must(t, f.DropFocalPoint(f.as(t, "duyet"), "SYT", o.ID))
	f.must(t, f.DropFocalPoint(f.as(t, "duyet"), "SYT", o.ID))
	if list, err := f.UnitFocalPoints(f.as(t, "duyet"), "SYT"); err != nil || len(list.Officers) != 0 {
		t.Errorf("after removal: %+v, %v", list, err)
	}
}

// Only the liaison sees a number in full, with a reason, and each view is in the log.
func TestRevealCitizen(t *testing.T) {
	t.Parallel()
	f, in := officers(t)
	f.must(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", "", in))
	o := f.officer(t, "daumoi")
	for _, login := range []string{"duyet", "dieuphoi", "lanhdao", "nhap"} {
		_, err := f.RevealCitizen(f.as(t, login), "SYT", o.ID, "Xem")
		f.refused(t, err, kpi.Denied)
	}
	_, err := f.RevealCitizen(f.as(t, "daumoi"), "SYT", o.ID, "  ")
	f.refused(t, err, kpi.Invalid)
	if hasVerb(f.history(t, o.Object()), kpi.VerbReveal) {
		t.Error("a refused view is in the log as one")
	}
	number, err := f.RevealCitizen(f.as(t, "daumoi"), "SYT", o.ID, "Theo Công văn 12-CV/VPTU")
	if err != nil || number != citizen {
		t.Errorf("%s, %v", number, err)
	}
	if list := f.history(t, o.Object()); !hasVerb(list, kpi.VerbReveal) {
		t.Error("the view is not in the log")
	}
	seen, err := f.LastChange(o.Object())
	f.must(t, err)
	actor := f.as(t, "duyet")
	actor.Seen = seen
	f.must(t, f.SaveFocalPoint(actor, "SYT", o.ID, FocalInput{Name: in.Name, Phone: "0911111111"})) // a look changes nothing
}

func TestFocalList_Workbook(t *testing.T) {
	t.Parallel()
	f, in := officers(t)
	f.must(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", "", in))
	book, err := f.FocalList(f.as(t, "dieuphoi"), "Tỉnh Đắk Lắk")
	f.must(t, err)
	row := firstRow(t, book)
	if want := "Nguyễn Thị Lan|Phó Chánh Văn phòng|0912345678|••••••1234|lan@syt.example.vn"; !strings.HasSuffix(row, want) {
		t.Errorf("masked row %q, want …%q", row, want)
	}
	_, err = f.FocalList(f.as(t, "duyet"), "")
	f.refused(t, err, kpi.Denied)
	_, err = f.FullFocalList(f.as(t, "dieuphoi"), "", "Cần")
	f.refused(t, err, kpi.Denied)
	_, err = f.FullFocalList(f.as(t, "daumoi"), "", "")
	f.refused(t, err, kpi.Invalid)
	book, err = f.FullFocalList(f.as(t, "daumoi"), "Tỉnh Đắk Lắk", "Gửi Văn phòng Tỉnh ủy")
	f.must(t, err)
	if row := firstRow(t, book); !strings.Contains(row, "|"+citizen+"|") {
		t.Errorf("full row %q", row)
	}
	if list := f.history(t, "focal"); len(list) != 1 || list[0].Verb != kpi.VerbReveal || list[0].Reason != "Gửi Văn phòng Tỉnh ủy" || !strings.Contains(list[0].New, "1 số") {
		t.Errorf("log: %+v", list)
	}
}

// firstRow returns the row of the officer named Lan, its texts joined.
func firstRow(t *testing.T, data []byte) string {
	t.Helper()
	book, err := workbook.Read("a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range book.Sheets {
		for _, row := range sheet.Rows {
			var texts []string
			for _, c := range row {
				texts = append(texts, c.Text)
			}
			if s := strings.Join(texts, "|"); strings.Contains(s, "Lan") {
				return s
			}
		}
	}
	t.Fatal("no such row")
	return ""
}

// Fifty numbers are put in, shown, listed and taken out in full, and the key is changed: none stands in the data folder
// or in a copy of the database.
func TestCitizens_NotInAnyFile(t *testing.T) {
	t.Parallel()
	f, in := officers(t)
	var numbers []string
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		for i := range 50 {
			u := kpi.Unit{Code: fmt.Sprintf("U%02d", i), Name: fmt.Sprintf("Đơn vị %d", i), Kind: kpi.Commune}
			if err := tx.PutUnit(u, f.System().Event(kpi.VerbAdd, "unit/"+u.Code, "", "", "")); err != nil {
				return err
			}
		}
		return nil
	}))
	for i := range 50 {
		in.Citizen = fmt.Sprintf("0660990%05d", 31*i+7)
		numbers = append(numbers, in.Citizen)
		f.must(t, f.SaveFocalPoint(f.as(t, "daumoi"), fmt.Sprintf("U%02d", i), "", in))
	}
	list, err := f.FocalPoints(f.as(t, "daumoi"))
	f.must(t, err)
	for _, u := range list {
		for _, o := range u.Officers {
			_, err := f.RevealCitizen(f.as(t, "daumoi"), o.Unit, o.ID, "Kiểm tra")
			f.must(t, err)
		}
	}
	_, err = f.FullFocalList(f.as(t, "daumoi"), "Tỉnh", "Kiểm tra")
	f.must(t, err)
	if sealed, closed, err := f.RotateKey(f.System()); err != nil || sealed != 50 || closed != 0 {
		t.Errorf("sealed %d anew, %d closed: %v", sealed, closed, err)
	}
	if _, err := f.store.Snapshot(filepath.Join(f.dir, "snapshot.db")); err != nil { // the store lies elsewhere
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, n := range numbers {
			if bytes.Contains(b, []byte(n)) {
				t.Errorf("%s holds %s", path, n)
			}
		}
		return err
	})
	if err != nil || files < 2 {
		t.Errorf("read %d files: %v", files, err)
	}
}

// The key is a file of its own that nobody else may read; without it the program goes on and says so, and does not begin
// another key beside the lost one.
func TestKeyFile(t *testing.T) {
	t.Parallel()
	f, in := officers(t)
	f.must(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", "", in))
	path := filepath.Join(f.dir, KeyFileName)
	info, err := os.Stat(path)
	f.must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	f.must(t, os.Rename(path, path+".x"))
	o := f.officer(t, "daumoi")
	if o.Mask != "không giải mã được" {
		t.Errorf("without the key: %q", o.Mask)
	}
	_, err = f.RevealCitizen(f.as(t, "daumoi"), "SYT", o.ID, "Xem")
	f.refused(t, err, kpi.Unavailable)
	f.refused(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", o.ID, FocalInput{Name: in.Name, Citizen: "066099005678"}), kpi.Unavailable)
	f.must(t, f.SaveFocalPoint(f.as(t, "duyet"), "SYT", o.ID, FocalInput{Name: in.Name, Phone: "0911111111"})) // the rest works
	f.must(t, os.Rename(path+".x", path))
	if o := f.officer(t, "daumoi"); o.Mask != "••••••1234" {
		t.Errorf("with the key again: %q", o.Mask)
	}
	f.must(t, os.WriteFile(path, []byte("rác\n"), 0o600))
	if o := f.officer(t, "daumoi"); o.Mask != "không giải mã được" {
		t.Errorf("with a damaged key: %q", o.Mask)
	}
}

// A sealed number opens in its own place only, and only as it was sealed; an old key still opens it.
func TestSeal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "khoa")
	ring := func() keyring {
		t.Helper()
		if err := addKey(path); err != nil {
			t.Fatal(err)
		}
		r, err := readKeys(path)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := ring()
	s := first.seal("focal/SYT/1", citizen)
	if again := first.seal("focal/SYT/1", citizen); again.Text == s.Text || again.Mark != s.Mark {
		t.Error("the same number is sealed alike twice, or marked differently")
	}
	if strings.Contains(s.Text+s.Mark, "1234") || !first.marked(s, citizen) || first.marked(s, "066099001235") {
		t.Errorf("sealed %+v", s)
	}
	both := ring()
	if text, ok := both.open("focal/SYT/1", s); !ok || text != citizen || len(both) != 2 {
		t.Errorf("%d keys open %q", len(both), text)
	}
	flipped := s
	flipped.Text = s.Text[:len(s.Text)-2] + "AA"
	for what, open := range map[string]func() (string, bool){
		"elsewhere":       func() (string, bool) { return first.open("focal/SYT/2", s) },
		"changed":         func() (string, bool) { return first.open("focal/SYT/1", flipped) },
		"without a key":   func() (string, bool) { return keyring(nil).open("focal/SYT/1", s) },
		"with another":    func() (string, bool) { return both[:1].open("focal/SYT/1", s) },
		"nothing at all":  func() (string, bool) { return first.open("focal/SYT/1", kpi.Sealed{}) },
		"of another form": func() (string, bool) { return first.open("focal/SYT/1", kpi.Sealed{Text: "v2" + s.Text[2:]}) },
	} {
		if text, ok := open(); ok {
			t.Errorf("%s it opens as %q", what, text)
		}
	}
}
