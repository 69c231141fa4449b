package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
)

func TestPresence_TellsTheOthersOfTheSameSheet(t *testing.T) {
	t.Parallel()
	var p presence
	start := time.Date(2026, 11, 10, 2, 0, 0, 0, time.UTC)
	at := func(login string, minutes int) kpi.Actor {
		return kpi.Actor{User: kpi.User{Login: login, Name: "Người " + login}, At: start.Add(time.Duration(minutes) * time.Minute)}
	}
	for _, step := range []struct {
		sheet, login string
		minutes      int
		want         []string
	}{
		{"a", "lan", 0, nil}, {"a", "lan", 1, nil}, {"b", "binh", 1, nil},
		{"a", "binh", 5, []string{"Người lan"}}, {"a", "an", 6, []string{"Người binh", "Người lan"}},
		{"a", "lan", 16, []string{"Người an"}}, // Bình was last seen eleven minutes ago
	} {
		if got := p.touch(step.sheet, at(step.login, step.minutes)); !slices.Equal(got, step.want) {
			t.Errorf("%s at %s after %d minutes sees %q, want %q", step.login, step.sheet, step.minutes, got, step.want)
		}
	}
	for i := range 2 * maxPresent {
		p.touch(fmt.Sprint(i), at("lan", 60+i))
	}
	if len(p.sheets) > maxPresent+presenceLifeMinutes {
		t.Errorf("%d sheets are remembered", len(p.sheets))
	}
}

const presenceLifeMinutes = int(presenceLife/time.Minute) + 2
