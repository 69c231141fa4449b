package kpi

import (
	"math"
	"math/big"
	"math/bits"
	"strings"
	"time"
)

// FormatDecimal shows d the Vietnamese way, «1.234.567,8». At least the digits that d has are shown; decimals
// pads with zeros up to that many.
func FormatDecimal(d Decimal, decimals int) string {
	s := d.String()
	if pad := decimals - int(d.scale); pad > 0 {
		if d.scale == 0 {
			s += "."
		}
		s += strings.Repeat("0", pad)
	}
	return formatText(s)
}

// formatRate shows Scale × num / den as FormatRat does; ok is false where the digits do not fit into two words.
func formatRate(ind Indicator, num, den Decimal) (s string, ok bool) {
	d := ind.Decimals
	up, down := int(den.scale)+d, int(ind.Scale.scale)+int(num.scale)
	hi, top := bits.Mul64(uint64(ind.Scale.coef), uint64(num.coef))
	if d < 0 || d > MaxDecimals || hi != 0 || ind.Scale.coef < 0 || num.coef < 0 || den.coef <= 0 {
		return "", false
	}
	hi, top = bits.Mul64(top, uint64(pow10(uint8(up-min(up, down)))))
	over, below := bits.Mul64(uint64(den.coef), uint64(pow10(uint8(down-min(up, down)))))
	if over != 0 || below > 1<<62 || hi >= below {
		return "", false
	}
	q, rest := bits.Div64(hi, top, below)
	if rest*2 >= below {
		q++
	}
	if q > math.MaxInt64 {
		return "", false
	}
	return FormatDecimal(Decimal{int64(q), uint8(d)}, d), true
}

// FormatRat shows r rounded half away from zero to the given number of decimals.
func FormatRat(r *big.Rat, decimals int) string { return formatText(RoundRat(r, decimals)) }

// formatText turns the canonical "-1234.50" into «-1.234,50».
func formatText(s string) string {
	digits, neg := strings.CutPrefix(s, "-")
	neg = neg && strings.Trim(digits, "0.") != "" // what rounds to zero has no sign
	whole, frac, dotted := strings.Cut(digits, ".")
	var b []byte
	if neg {
		b = append(b, '-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b = append(b, '.')
		}
		b = append(b, whole[i])
	}
	if dotted {
		b = append(append(b, ','), frac...)
	}
	return string(b)
}

// Location is the zone in which all deadlines and all shown times are: Asia/Ho_Chi_Minh, UTC+7 without
// summer time, so no zone data are needed.
var Location = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// FormatDate shows «16/11/2026».
func FormatDate(t time.Time) string { return t.In(Location).Format("02/01/2006") }

// FormatTime shows «16/11/2026 14h03».
func FormatTime(t time.Time) string { return t.In(Location).Format("02/01/2006 15h04") }

// FormatSecond shows «16/11/2026 14h03m27».
func FormatSecond(t time.Time) string { return t.In(Location).Format("02/01/2006 15h04m05") }

// FormatClock shows «14h03».
func FormatClock(t time.Time) string { return t.In(Location).Format("15h04") }

// FormatDeadline shows the last instant before t, which stands at midnight, as officials write it:
// 17 November 00:00 is «24h00 ngày 16/11/2026». Another instant is shown as «14h00 ngày 16/11/2026».
func FormatDeadline(t time.Time) string {
	t = t.In(Location)
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		return "24h00 ngày " + FormatDate(t.AddDate(0, 0, -1))
	}
	return t.Format("15h04") + " ngày " + FormatDate(t)
}

// FormatSize shows a number of bytes as «812 byte», «3,4 KB», «27,9 MB», «1,2 GB».
func FormatSize(bytes int64) string {
	if bytes < 1<<10 {
		return FormatDecimal(Dec(bytes), 0) + " byte"
	}
	unit, size := "KB", int64(1<<10)
	for _, next := range []string{"MB", "GB", "TB"} {
		if bytes < size<<10 {
			break
		}
		unit, size = next, size<<10
	}
	return FormatRat(big.NewRat(bytes, size), 1) + " " + unit
}
