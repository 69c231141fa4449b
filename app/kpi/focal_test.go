package kpi

import (
	"strings"
	"testing"
)

func TestReadCitizen(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"066099001234": "066099001234", " 066 099 001 234 ": "066099001234", "066.099.001.234": "066099001234", "": "", "  ": ""} {
		if got, err := ReadCitizen(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, bad := range []string{"06609900123", "0660990012345", "O66099001234", "０６６０９９００１２３４", "066099001234x", "-66099001234567"} {
		_, err := ReadCitizen(bad)
		e, ok := err.(*Error)
		if !ok || e.Fields["citizen"] == "" || strings.Contains(e.Msg, "66099") {
			t.Errorf("%q: %v; want a refusal that does not repeat the number", bad, err)
		}
	}
	if got := MaskCitizen("066099001234"); got != "••••••1234" {
		t.Error(got)
	}
}

func TestFocalPoint_Validate(t *testing.T) {
	t.Parallel()
	good := FocalPoint{Unit: "SYT", ID: "0a0b0c0d0e0f", Name: "Nguyễn Thị Lan", Phone: "0912345678", Email: "lan@syt.example.vn"}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, bad := range map[string]FocalPoint{
		"name":     {Unit: "SYT", ID: good.ID},
		"position": {Unit: "SYT", ID: good.ID, Name: "A", Position: strings.Repeat("x", 201)},
		"phone":    {Unit: "SYT", ID: good.ID, Name: "A", Phone: "0262381234"},
		"email":    {Unit: "SYT", ID: good.ID, Name: "A", Email: "Lan <lan@syt.vn>"},
	} {
		if e, ok := bad.Validate().(*Error); !ok || e.Fields[field] == "" {
			t.Errorf("%s: %v", field, bad.Validate())
		}
	}
	for typed, want := range map[string]string{"+84 912.345.678": "0912345678", "0912-345-678": "0912345678", "(0912) 345 678": "0912345678", "abc": "abc"} {
		if got := ReadPhone(typed); got != want {
			t.Errorf("%q: %q", typed, got)
		}
	}
	if got := FormatPhone("0912345678"); got != "0912 345 678" {
		t.Error(got)
	}
}

// Who reads, who changes, who puts in the citizen's number: "r", "rw", "rw+".
func TestFocal_Rights(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		grant Grant
		want  string
	}{
		{Grant{Clerk, "SYT"}, "-"}, {Grant{Approver, "STC"}, "-"}, {Grant{Approver, "SYT"}, "rw+"}, {Grant{Role: Coordinator}, "rw"},
		{Grant{Role: Liaison}, "rw+"}, {Grant{Role: Leader}, "r"}, {Grant{Role: Admin}, "rw"},
	} {
		u, got := User{Grants: []Grant{x.grant}}, "-"
		if MaySeeFocal(u, "SYT") == nil {
			got = "r"
		}
		if MayKeepFocal(u, "SYT") == nil {
			got += "w"
		}
		if MayEnterCitizen(u, "SYT") == nil {
			got += "+"
		}
		if got != x.want {
			t.Errorf("%s: %s, want %s", x.grant.Role, got, x.want)
		}
		if full := May(u, SeeCitizen) == nil; full != (x.grant.Role == Liaison) {
			t.Errorf("%s sees numbers in full: %v", x.grant.Role, full)
		}
	}
}
