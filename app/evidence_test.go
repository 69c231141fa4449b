package app

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// key is a cell of this month.
func (f month) key(unit, code string) kpi.CellKey {
	return kpi.CellKey{Set: "nq57", Month: f.m, Unit: unit, Indicator: code}
}

// asks makes indicator 1 one that has to be proved.
func (f month) asks(t *testing.T) {
	t.Helper()
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ind, err := tx.IndicatorVersion("nq57", "1", kpi.NewMonth(2026, 1))
		if err != nil {
			return err
		}
		ind.Evidence = true
		return tx.PutIndicator(ind, f.System().Event(kpi.VerbChange, "indicator/nq57/1", "", "", ""))
	}))
}

func (f month) panel(t *testing.T, login, code string) Panel {
	t.Helper()
	p, err := f.Panel(f.as(t, login), f.key("SYT", code))
	f.must(t, err)
	return p
}

func citation(number string) kpi.Citation {
	return kpi.Citation{Number: number, Date: "01/06/2026", Agency: "Sở Y tế", Summary: "Báo cáo tháng"}
}

// stored returns the ids of the stored files.
func (f month) stored(t *testing.T) (ids []kpi.FileID) {
	t.Helper()
	for id, err := range f.store.Files() {
		f.must(t, err)
		ids = append(ids, id)
	}
	return ids
}

func TestAddFile_StoredOnceAndAttached(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	one, err := f.AddFile(f.as(t, "nhap"), f.key("SYT", "1"), "../Báo cáo.pdf", []byte(smallPDF))
	f.must(t, err)
	two, err := f.AddFile(f.as(t, "nhap2"), f.key("SYT", "2"), "Bản khác tên.pdf", []byte(smallPDF))
	f.must(t, err)
	if one.ID != two.ID || two.File.Name != "Báo cáo.pdf" || two.By != "nhap" {
		t.Errorf("the same content is kept twice: %+v, %+v", one, two)
	}
	if ids := f.stored(t); len(ids) != 1 {
		t.Errorf("files %q", ids)
	}
	for range 2 { // once more changes nothing
		_, err = f.AddFile(f.as(t, "nhap"), f.key("SYT", "1"), "Báo cáo.pdf", []byte(smallPDF))
		f.must(t, err)
	}
	p := f.panel(t, "duyet", "1")
	if len(p.Proofs) != 1 || p.Proofs[0].Label() != "Báo cáo.pdf" || p.Names[p.Proofs[0].Attached.By] != "Người nhap" || p.Locked == nil {
		t.Errorf("%+v, locked %v", p.Proofs, p.Locked)
	}
	if len(p.Events) != 1 || p.Events[0].Verb != kpi.VerbAttach || p.Events[0].New != "Báo cáo.pdf" || p.Events[0].By != "nhap" {
		t.Errorf("history of the cell: %+v", p.Events)
	}
	about, file, err := f.EvidenceFile(f.as(t, "duyet"), "SYT", one.ID)
	f.must(t, err)
	got, err := io.ReadAll(file)
	f.must(t, err)
	f.must(t, file.Close())
	if string(got) != smallPDF || about.Type != kpi.PDF {
		t.Errorf("given back: %q, %+v", got, about)
	}
	f.must(t, os.Remove(file.Name()))
	if _, _, err := f.EvidenceFile(f.as(t, "duyet"), "SYT", one.ID); err == nil || kpi.KindOf(err) != 0 {
		t.Errorf("a lost file: %v, want a fault of ours", err)
	}
}

func TestAddFile_Refused_NothingStored(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	add := func(login, unit, code, name string) error {
		_, err := f.AddFile(f.as(t, login), f.key(unit, code), name, []byte(smallPDF))
		return err
	}
	f.refused(t, add("nhap", "SYT", "1", "a.exe"), kpi.Invalid)
	f.refused(t, add("nhap", "XA1", "1", "a.pdf"), kpi.NotFound)
	f.refused(t, add("xanhap", "SYT", "1", "a.pdf"), kpi.NotFound)
	f.refused(t, add("duyet", "SYT", "1", "a.pdf"), kpi.Denied)
	f.refused(t, add("dieuphoi", "SYT", "1", "a.pdf"), kpi.Denied)
	f.refused(t, add("nhap", "SYT", "4", "a.pdf"), kpi.NotFound) // not due
	f.fill(t)
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, add("nhap", "SYT", "1", "a.pdf"), kpi.Conflict)
	f.at(f.sheet(t, "SYT").Round.Locks)
	f.refused(t, add("nhap", "SYT", "1", "a.pdf"), kpi.Closed)
	if ids := f.stored(t); len(ids) != 0 {
		t.Errorf("stored all the same: %q", ids)
	}
}

func TestEvidence_ReusedAndTakenOff(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	one, two := f.key("SYT", "1"), f.key("SYT", "2")
	e, err := f.AddCitation(f.as(t, "nhap"), one, citation("12/BC"))
	f.must(t, err)
	if p := f.panel(t, "nhap", "2"); len(p.Others) != 1 || p.Others[0].ID != e.ID || len(p.Proofs) != 0 {
		t.Errorf("to be used again: %+v", p.Others)
	}
	if p := f.panel(t, "duyet", "2"); p.Others != nil {
		t.Errorf("the approver is offered %+v", p.Others)
	}
	for range 2 {
		f.must(t, f.AttachEvidence(f.as(t, "nhap"), two, e.ID))
	}
	if p := f.panel(t, "nhap", "2"); len(p.Others) != 0 || len(p.Proofs) != 1 || len(p.Events) != 1 {
		t.Errorf("after attaching twice: %+v", p)
	}
	f.refused(t, f.AttachEvidence(f.as(t, "xanhap"), f.key("XA1", "1"), e.ID), kpi.NotFound) // another unit's
	f.refused(t, f.AttachEvidence(f.as(t, "duyet"), one, e.ID), kpi.Denied)
	f.refused(t, f.DetachEvidence(f.as(t, "duyet"), one, e.ID), kpi.Denied)
	for range 2 {
		f.must(t, f.DetachEvidence(f.as(t, "nhap2"), one, e.ID))
	}
	p := f.panel(t, "nhap", "1")
	if len(p.Proofs) != 0 || len(p.Others) != 1 || len(p.Events) != 2 || p.Events[0].Verb != kpi.VerbDetach || p.Events[0].Old != e.Label() || p.Events[0].By != "nhap2" {
		t.Errorf("after taking off: %+v", p)
	}
	if p := f.panel(t, "nhap", "2"); len(p.Proofs) != 1 {
		t.Errorf("it is gone from the other cell too")
	}
	if _, _, err := f.EvidenceFile(f.as(t, "nhap"), "SYT", e.ID); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("a citation has a file: %v", err)
	}
}

func TestEvidence_OtherUnit_NotFound(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	e, err := f.AddFile(f.as(t, "nhap"), f.key("SYT", "1"), "a.pdf", []byte(smallPDF))
	f.must(t, err)
	for login, want := range map[string]kpi.ErrorKind{"nhap": 0, "duyet": 0, "dieuphoi": 0, "lanhdao": 0, "xanhap": kpi.NotFound, "xaduyet": kpi.NotFound} {
		_, file, err := f.EvidenceFile(f.as(t, login), "SYT", e.ID)
		f.refused(t, err, want)
		if file != nil {
			f.must(t, file.Close())
		}
		_, err = f.Panel(f.as(t, login), f.key("SYT", "1"))
		f.refused(t, err, want)
	}
	_, _, err = f.EvidenceFile(f.as(t, "xanhap"), "XA1", e.ID)
	f.refused(t, err, kpi.NotFound)
	_, err = f.Panel(f.as(t, "nhap"), f.key("SYT", "4"))
	f.refused(t, err, kpi.NotFound)
}

func TestEvidence_Bounds(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	actor, k := f.as(t, "nhap"), f.key("SYT", "1")
	for i := range kpi.MaxCellEvidence {
		_, err := f.AddCitation(actor, k, citation(fmt.Sprint(i)))
		f.must(t, err)
	}
	_, err := f.AddCitation(actor, k, citation("one more"))
	f.refused(t, err, kpi.Invalid)
	f.must(t, f.store.Update(func(tx *store.Tx) error { // the month's files are nearly full
		e := kpi.Evidence{Unit: "SYT", ID: kpi.NewEvidenceID(f.m, strings.Repeat("0", 32)), By: "nhap", At: f.Now(),
			File: &kpi.File{Name: "x.pdf", Type: kpi.PDF, Size: kpi.MaxRoundFiles - 10, SHA256: kpi.FileID(strings.Repeat("0", 64))}}
		return tx.PutEvidence(e, actor.Event(kpi.VerbAdd, "evidence/x", "", "", ""))
	}))
	_, err = f.AddFile(actor, f.key("SYT", "2"), "a.pdf", []byte(smallPDF))
	f.refused(t, err, kpi.TooLarge)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		for i := range kpi.MaxRoundEvidence - kpi.MaxCellEvidence - 1 {
			e := kpi.Evidence{Unit: "SYT", ID: kpi.NewEvidenceID(f.m, fmt.Sprintf("%032x", 1+i)), By: "nhap", At: f.Now(), Citation: &kpi.Citation{Summary: fmt.Sprint(i)}}
			if err := tx.PutEvidence(e, actor.Event(kpi.VerbAdd, "evidence/x", "", "", "")); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err = f.AddCitation(actor, f.key("SYT", "2"), citation("too many"))
	f.refused(t, err, kpi.Invalid)
	if p := f.panel(t, "nhap", "2"); len(p.Others) != panelOthers {
		t.Errorf("%d to be used again, want %d", len(p.Others), panelOthers)
	}
}

func TestSubmit_WithoutEvidence_Blocked(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.asks(t)
	f.fill(t)
	err := f.Submit(f.as(t, "nhap"), f.id(t, "SYT"))
	e, _ := err.(*kpi.Error)
	if e == nil || e.Kind != kpi.Invalid || len(e.Fields) != 1 || !strings.HasPrefix(e.Fields["1"], "Chưa có minh chứng") {
		t.Fatalf("submit: %v", err)
	}
	if p := f.panel(t, "nhap", "1"); len(p.Issues) == 0 || p.Issues[0].Level != kpi.Failure {
		t.Errorf("issues in the panel: %+v", p.Issues)
	}
	_, err = f.AddCitation(f.as(t, "nhap"), f.key("SYT", "1"), citation("12/BC"))
	f.must(t, err)
	for _, row := range f.sheet(t, "SYT").Rows {
		if want := map[string]int{"1": 1}[row.Indicator.Code]; row.Evidence != want {
			t.Errorf("row %s tells of %d evidences, want %d", row.Indicator.Code, row.Evidence, want)
		}
	}
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	v, err := f.Review(f.as(t, "duyet"), "nq57", f.m, "SYT")
	f.must(t, err)
	if len(v.Proofs) != 1 || len(v.Proofs["1"]) != 1 || v.Names["nhap"] == "" {
		t.Errorf("the approver sees %+v", v.Proofs)
	}
	trail, err := f.Trail(f.as(t, "duyet"), f.key("SYT", "1"))
	f.must(t, err)
	if len(trail.Proofs) != 1 {
		t.Errorf("the history of the cell shows %+v", trail.Proofs)
	}
}

func TestAddCitation_Misread_NamesItsFields(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	_, err := f.AddCitation(f.as(t, "nhap"), f.key("SYT", "1"), kpi.Citation{Number: "12/BC", Link: "javascript:alert(1)"})
	e, _ := err.(*kpi.Error)
	if e == nil || e.Kind != kpi.Invalid || e.Fields["link"] == "" || e.Fields["summary"] == "" {
		t.Errorf("%v", err)
	}
	if p := f.panel(t, "nhap", "1"); len(p.Proofs)+len(p.Others) != 0 {
		t.Errorf("stored all the same: %+v", p)
	}
}

func TestAddFile_ManyAtOnce_OneEvidence(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	actor := f.as(t, "nhap")
	done := make(chan error)
	for i := range 4 {
		go func() {
			_, err := f.AddFile(actor, f.key("SYT", "1"), fmt.Sprintf("%d.pdf", i), bytes.Clone([]byte(smallPDF)))
			done <- err
		}()
	}
	for range 4 {
		f.must(t, <-done)
	}
	if p := f.panel(t, "nhap", "1"); len(p.Proofs) != 1 || len(f.stored(t)) != 1 {
		t.Errorf("%d evidences, files %q", len(p.Proofs), f.stored(t))
	}
}
