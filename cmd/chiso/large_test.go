package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"

	"golang.org/x/crypto/argon2"
)

// The large province has what the demo's small sheets lack: many numbers in one column, running totals, every kind of
// cell, values of the period before. Each unit DV1, DV2, … has one sheet and the clerks hoa.dv1 and lan.dv1.
const (
	largeUnits = 12
	largeRows  = 60 // numbers of the first group; the bench takes more
	largePass  = "chieu nay mua roi tren mai ngoi"
)

// largeMonth is the month of the round, which is open whenever the tests run.
func largeMonth() kpi.Month {
	now := time.Now().In(kpi.Location)
	return kpi.NewMonth(now.Year(), now.Month())
}

// startLarge makes the large province in a folder and serves it.
func startLarge(dir string, rows int) (*server, error) {
	st, err := store.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := st.Update(func(tx *store.Tx) error { return plantLarge(tx, rows) }); err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(config, []byte("data: "+dir+"\nlisten: 127.0.0.1:0\nprovince: Tỉnh Đắk Lắk\nsecond_factor: offered\n"), 0o600); err != nil {
		return nil, err
	}
	return start("serve", "--config", config)
}

// largeIndicators are rows numbers (1.001 a percentage with one decimal, 1.002 whole, and so on), six running totals
// (2.01 …), four shares (3.01 …), yes/no 3.05, text 3.06, and three numbers that stand at a point in time (3.07 …).
func largeIndicators(rows int) []kpi.Indicator {
	var list []kpi.Indicator
	add := func(code, group, name string, change func(*kpi.Indicator)) {
		x := kpi.Indicator{Set: demoSet, Code: code, Group: group, Name: name, From: kpi.NewMonth(2025, 1), Origin: kpi.Province, Kind: kpi.KindNumber, Unit: "Lượt",
			Direction: kpi.Up, Frequency: kpi.Monthly, Accumulation: kpi.Flow, Aggregation: kpi.AggSum, Weight: 1}
		if change != nil {
			change(&x)
		}
		list = append(list, x)
	}
	for i := range rows {
		add(fmt.Sprintf("1.%03d", i+1), "1", fmt.Sprintf("Số văn bản ký số thứ %d", i+1), func(x *kpi.Indicator) {
			if i%2 == 0 {
				x.Unit, x.Decimals, x.Max, x.Aggregation = "%", 1, kpi.Some(kpi.Dec(100)), kpi.AggMean
			}
		})
	}
	for i := range 6 {
		add(fmt.Sprintf("2.%02d", i+1), "2", fmt.Sprintf("Số dự án lũy kế thứ %d", i+1), func(x *kpi.Indicator) { x.Accumulation = kpi.Cumulative })
	}
	for i := range 4 {
		add(fmt.Sprintf("3.%02d", i+1), "3", fmt.Sprintf("Tỷ lệ hồ sơ đúng hạn thứ %d", i+1), func(x *kpi.Indicator) {
			x.Kind, x.Unit, x.Scale, x.Share, x.Decimals, x.Aggregation, x.Accumulation = kpi.KindRatio, "%", kpi.Dec(100), true, 1, kpi.AggRatio, kpi.Point
			x.Numerator, x.Denominator = "Hồ sơ đúng hạn", "Hồ sơ đã giải quyết"
		})
	}
	add("3.05", "3", "Đã ban hành kế hoạch", func(x *kpi.Indicator) { x.Kind, x.Aggregation, x.Accumulation = kpi.KindYesNo, kpi.AggMean, kpi.Point })
	add("3.06", "3", "Kết quả nổi bật", func(x *kpi.Indicator) { x.Kind, x.Direction = kpi.KindText, kpi.Neither })
	for i := range 3 {
		add(fmt.Sprintf("3.%02d", i+7), "3", fmt.Sprintf("Số máy chủ đang chạy ở an toàn thông tin %d", i+1), func(x *kpi.Indicator) { x.Accumulation = kpi.Point })
	}
	return list
}

func plantLarge(tx *store.Tx, rows int) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	ev := kpi.System(now).Event(kpi.VerbLoad, "test", "", "", "")
	set := kpi.IndicatorSet{Code: demoSet, Name: "Bộ chỉ số thử", Groups: []kpi.Group{{Code: "1", Layer: 1, Name: "Phát sinh", Weight: 1}, {Code: "2", Layer: 1, Name: "Lũy kế", Weight: 1}, {Code: "3", Layer: 1, Name: "Các loại khác", Weight: 1}},
		Checks: []kpi.CrossCheck{{Kind: kpi.CheckLE, Left: "1.004", Right: []string{"1.002"}, Text: "1.004 không lớn hơn 1.002."}}}
	if err := tx.PutSet(set, ev); err != nil {
		return err
	}
	var codes []string
	for _, ind := range largeIndicators(rows) {
		codes = append(codes, ind.Code)
		if err := tx.PutIndicator(ind, ev); err != nil {
			return err
		}
	}
	month := largeMonth()
	round := kpi.Round{Set: demoSet, Month: month, Dates: kpi.Dates{Opens: now.Add(-time.Hour), UnitDue: now.Add(40 * time.Minute), ProvinceDue: now.Add(48 * time.Hour), Locks: now.Add(240 * time.Hour)}}
	if err := tx.PutRound(round, ev); err != nil {
		return err
	}
	salt := []byte("0123456789abcdef")
	key := base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(largePass), salt, 1, 64, 1, 32))
	password := "$argon2id$v=19$m=64,t=1,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + key
	var past []kpi.Cell
	for i := range largeUnits {
		unit := fmt.Sprintf("DV%d", i+1)
		if err := tx.PutUnit(kpi.Unit{Code: unit, Name: fmt.Sprintf("Sở số %d", i+1), Kind: kpi.Agency}, ev); err != nil {
			return err
		}
		if err := tx.AddSheet(kpi.Sheet{Set: demoSet, Month: month, Unit: unit, State: kpi.Draft, Due: len(codes)}, codes); err != nil {
			return err
		}
		for name, login := range map[string]string{"Nguyễn Thị Hoa": "hoa", "Trần Thị Lan": "lan"} {
			u := kpi.User{Login: fmt.Sprintf("%s.dv%d", login, i+1), Name: name, Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: unit}}, Password: password, Created: now}
			if err := tx.PutUser(u, ev); err != nil {
				return err
			}
		}
		for _, before := range []struct {
			code  string
			value int64
		}{{"1.006", 100}, {"3.07", 41}, {"3.08", 42}, {"3.09", 43}} {
			past = append(past, kpi.Cell{CellKey: kpi.CellKey{Set: demoSet, Month: month - 1, Unit: unit, Indicator: before.code}, Content: kpi.HasValue, Value: kpi.Dec(before.value),
				By: "hoa", At: now.AddDate(0, -1, 0), Version: 1, Definition: kpi.NewMonth(2025, 1)})
		}
	}
	return tx.LoadCells(past, ev)
}

// largeSheet opens the sheet of a unit of the large province as one of its clerks.
func largeSheet(t testing.TB, clerk, unit string) *sheetTab {
	t.Helper()
	srv, err := shared.large()
	if err != nil {
		t.Fatal(err)
	}
	b := newTab(t, srv).signIn(fmt.Sprintf("%s.dv%s", clerk, unit[2:]), largePass)
	s := b.openSheet(fmt.Sprintf("/nhap-lieu/%s/%s/%s", demoSet, largeMonth(), unit))
	s.ready()
	return s
}
