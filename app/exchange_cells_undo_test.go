package app

import (
	"testing"

	"chiso/app/kpi"
)

func TestUndoCells(t *testing.T) {
	t.Parallel()
	f := newKinds(t)
	f.enterAll(t)
	before := map[string]kpi.Cell{}
	for _, code := range []string{"1", "8"} {
		before[code] = f.cell(t, "SYT", code)
	}
	upload := func() string {
		file := f.template(t, map[string]string{"E7": `<v>77</v>`, "E13": `<v>50.5</v>`})
		p, n, err := f.WriteCells(f.as(t, "nhap"), "nq57", f.m, "SYT", file, CellsChoice{Digest: f.plan(t, file).Digest})
		f.must(t, err)
		if n != 2 || p.Undo == "" {
			t.Fatalf("wrote %d, undo %q", n, p.Undo)
		}
		return p.Undo
	}
	undo := func(login, id string) (int, error) { return f.UndoCells(f.as(t, login), "nq57", f.m, "SYT", id) }

	id := upload()
	_, err := undo("nhap2", id)
	f.refused(t, err, kpi.NotFound) // somebody else's
	n, err := undo("nhap", id)
	f.must(t, err)
	if n != 2 {
		t.Errorf("%d cells put back", n)
	}
	for code, was := range before {
		now := f.cell(t, "SYT", code)
		if now.Version != was.Version+2 || !kpi.SameValue(was, now) || now.Note != was.Note || now.Source != was.Source {
			t.Errorf("%s was %+v, is %+v", code, was, now)
		}
	}
	_, err = undo("nhap", id)
	f.refused(t, err, kpi.NotFound) // once

	id = upload()
	five := "5"
	f.enter(t, "nhap2", "1", kpi.Entry{Raw: &five})
	events := f.events(t)
	_, err = undo("nhap", id)
	f.refused(t, err, kpi.Conflict)
	if f.events(t) != events || f.cell(t, "SYT", "8").Value.Cmp(before["8"].Value) == 0 {
		t.Error("half an upload was undone")
	}
	_, err = f.UndoCells(f.as(t, "nhap"), "nq57", f.m+1, "SYT", id)
	f.refused(t, err, kpi.NotFound)
}
