package kpi

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// The quick sum is the exact one, over numbers of every size and kind of content.
func TestSumToDate_AsAccumulate(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	draw := func() Decimal {
		return Decimal{coef: dice.Int64N(1<<(1+dice.IntN(60))) - 5, scale: uint8(dice.IntN(MaxDecimals + 1))}
	}
	kinds := map[string]Indicator{"number": {Kind: KindNumber, Accumulation: Flow}, "ratio": {Kind: KindRatio, Scale: Dec(100), Accumulation: Flow}}
	quick := 0
	for name, ind := range kinds {
		for range 3000 {
			months := make([]PastValue, 1+dice.IntN(12))
			for i := range months {
				c := Cell{Content: Content(dice.IntN(5)), Value: draw()}
				if ind.Kind == KindRatio {
					c.Num, c.Den = Some(draw()), Some(draw())
				}
				months[i] = ValueOf(&c)
			}
			want, wantOK := sumToDate(ind, months)
			got, ok := SumToDate(ind, months[0], months[1:])
			if ok != wantOK || ok && got.Cmp(want) != 0 {
				t.Fatalf("%s %+v: %v %t, want %v %t", name, months, got, ok, want, wantOK)
			}
			if ok {
				quick++
			}
		}
	}
	if quick < 1000 {
		t.Errorf("only %d sums compared", quick)
	}
}

// What was packed comes back, whatever it is, and one after the other in one room.
func TestPack(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(3, 4))
	draw := func() Decimal { return NewDecimal(dice.Int64()-dice.Int64(), uint8(dice.IntN(MaxDecimals+1))) }
	var room []PastValue
	for range 2000 {
		cells := make([]Cell, dice.IntN(13))
		for i := range cells {
			c := &cells[i]
			c.Month, c.Content, c.Text = NewMonth(2000+dice.IntN(200), 3), Content(1+dice.IntN(4)), []string{"", "Đạt"}[dice.IntN(2)]
			if c.Content != HasValue {
				continue
			}
			switch dice.IntN(4) {
			case 0:
				c.Num, c.Den = Some(draw()), Some(draw())
			case 1:
				c.Den = Some(draw())
			default:
				c.Value = draw()
			}
		}
		want := PastOf(cells...)
		var got Past
		got, room = UnpackPast(want.Pack(nil), room)
		if got.Text != want.Text || len(got.Values) != len(want.Values) || len(want.Values) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, want %+v", got, want)
		}
		if len(cells) > 0 {
			c, last := cells[0], got.Last()
			if last.Content != c.Content || last.Value != c.Value || last.Num != c.Num || last.Den != c.Den || last.Text != c.Text || last.Month != c.Month {
				t.Fatalf("%+v of %+v", last, c)
			}
		}
	}
	if got, _ := UnpackPast(nil, nil); len(got.Values) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
}
