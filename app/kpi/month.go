package kpi

import (
	"fmt"
	"strconv"
	"time"
)

// Month is a calendar month, counted from January of year 0; the zero value means "no month". Months compare
// and add as integers.
type Month int32

// MonthOf returns the month of t in Location.
func MonthOf(t time.Time) Month {
	t = t.In(Location)
	return NewMonth(t.Year(), t.Month())
}

// NewMonth returns the month m of year y.
func NewMonth(y int, m time.Month) Month { return Month(y*12 + int(m) - 1) }

// ParseMonth reads "2026-05" for years 2000 to 2199.
func ParseMonth(s string) (Month, error) {
	if len(s) == 7 && s[4] == '-' {
		y, errY := strconv.ParseUint(s[:4], 10, 16)
		m, errM := strconv.ParseUint(s[5:], 10, 8)
		if errY == nil && errM == nil && y >= 2000 && y < 2200 && m >= 1 && m <= 12 {
			return NewMonth(int(y), time.Month(m)), nil
		}
	}
	return 0, Errorf(Invalid, "Kỳ «%s» không đúng dạng năm-tháng, ví dụ 2026-05.", Clip(s, 20))
}

// Year returns the calendar year.
func (m Month) Year() int { return int(m) / 12 }

// Calendar returns the month of the year.
func (m Month) Calendar() time.Month { return time.Month(int(m)%12 + 1) }

// String returns "2026-05", "" for the zero value.
func (m Month) String() string {
	if m == 0 {
		return ""
	}
	y, c := m.Year(), m.Calendar() // part of every key: fmt would cost more than reading the record
	return string([]byte{byte('0' + y/1000%10), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-', byte('0' + c/10), byte('0' + c%10)})
}

// Short returns «5/2026».
func (m Month) Short() string { return fmt.Sprintf("%d/%d", m.Calendar(), m.Year()) }

// Label returns «Tháng 5/2026».
func (m Month) Label() string { return "Tháng " + m.Short() }

// Day returns the instant at which day d of the month begins in Location.
func (m Month) Day(d int) time.Time {
	return time.Date(m.Year(), m.Calendar(), d, 0, 0, 0, 0, Location)
}

// MarshalText and UnmarshalText let a Month stand in JSON as "2026-05".
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Month) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = 0
		return nil
	}
	v, err := ParseMonth(string(b))
	*m = v
	return err
}
