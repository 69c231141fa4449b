package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
)

func actorOf(f fixture, login string) kpi.Actor {
	return kpi.Actor{User: kpi.User{Login: login}, At: f.Now()}
}

func TestStageUpload(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	hoa, an := actorOf(f, "hoa"), actorOf(f, "an")
	data := []byte("Mã đơn vị\nSYT\n\x00\xff")
	id, err := f.StageUpload(hoa, `C:\Users\hoa\Danh sách.csv`, data)
	if err != nil {
		t.Fatal(err)
	}
	name, got, err := f.Staged(hoa, id)
	if err != nil || name != "Danh sách.csv" || !bytes.Equal(got, data) {
		t.Errorf("staged %q, %q, %v", name, got, err)
	}
	if _, _, err := f.Staged(an, id); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("another person reads it: %v", err)
	}
	for _, bad := range []string{"", "x", "../../" + id, strings.Repeat("0", 32), strings.ToUpper(id), id + "\n"} {
		if _, _, err := f.Staged(hoa, bad); kpi.KindOf(err) != kpi.NotFound {
			t.Errorf("id %q: %v", bad, err)
		}
	}
	files := uploads(t, f)
	if len(files) != 1 {
		t.Fatalf("files %v", files)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}

	if err := f.DropUpload(an, id); err != nil {
		t.Error(err)
	}
	if _, _, err := f.Staged(hoa, id); err != nil {
		t.Errorf("dropped by another person: %v", err)
	}
	for range 2 {
		if err := f.DropUpload(hoa, id); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := f.Staged(hoa, id); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("after drop: %v", err)
	}
}

func TestStageUpload_TooLarge(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	if _, err := f.StageUpload(actorOf(f, "hoa"), "a.csv", make([]byte, MaxUpload+1)); kpi.KindOf(err) != kpi.TooLarge {
		t.Errorf("error %v", err)
	}
	if files := uploads(t, f); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestStageUpload_KeepsTheNewest(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	other, err := f.StageUpload(actorOf(f, "an"), "an.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for range maxUploads + 2 {
		f.clock.forward(time.Minute)
		id, err := f.StageUpload(actorOf(f, "hoa"), "a.csv", []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for i, id := range ids {
		_, _, err := f.Staged(actorOf(f, "hoa"), id)
		if gone := kpi.KindOf(err) == kpi.NotFound; gone != (i < 2) {
			t.Errorf("file %d: %v", i, err)
		}
	}
	if _, _, err := f.Staged(actorOf(f, "an"), other); err != nil {
		t.Errorf("another person's file: %v", err)
	}
}

func TestSweepUploads(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	if err := f.SweepUploads(); err != nil {
		t.Fatalf("nothing staged yet: %v", err)
	}
	hoa := actorOf(f, "hoa")
	old, err := f.StageUpload(hoa, "a.csv", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	f.clock.forward(59 * time.Minute)
	young, err := f.StageUpload(hoa, "b.csv", []byte("y"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Staged(hoa, old); err != nil {
		t.Errorf("after 59 minutes: %v", err)
	}
	f.clock.forward(time.Minute)
	if _, _, err := f.Staged(hoa, old); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("after an hour, before the sweep: %v", err)
	}
	if err := f.Sweep(); err != nil {
		t.Fatal(err)
	}
	if files := uploads(t, f); len(files) != 1 || !strings.HasSuffix(files[0], young) {
		t.Errorf("left %v, want %s", files, young)
	}
}

func TestUploadName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a.xlsx": "a.xlsx", "../../etc/passwd": "passwd", `..\a.csv`: "a.csv", "a\nb\x00.csv": "ab.csv", "\xff.csv": ".csv",
	} {
		if got := uploadName(in); got != want {
			t.Errorf("uploadName(%q) = %q, want %q", in, got, want)
		}
	}
	if got := uploadName(strings.Repeat("đ", 300) + ".xlsx"); len([]rune(got)) != 120 || !strings.HasSuffix(got, ".xlsx") {
		t.Errorf("long name: %q", got)
	}
}

func uploads(t *testing.T, f fixture) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(f.dir, "upload", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}
