package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math/big"
	"time"

	"chiso/app/kpi"
)

// funcs are the functions that templates may call.
func (s *Server) funcs() map[string]any {
	return map[string]any{
		"asset":    s.Static.URL,
		"icon":     s.Static.Icon,
		"number":   number,
		"date":     kpi.FormatDate,
		"datetime": kpi.FormatTime,
		"deadline": kpi.FormatDeadline,
		"status":   s.status,
		"rows":     s.rows,
		"json": func(x any) (string, error) {
			b, err := json.Marshal(x)
			return string(b), err
		},
	}
}

// number shows a count or an exact number the Vietnamese way.
func number(x any) (string, error) {
	switch n := x.(type) {
	case int:
		return kpi.FormatDecimal(kpi.Dec(int64(n)), 0), nil
	case kpi.Decimal:
		return kpi.FormatDecimal(n, 0), nil
	case *big.Rat:
		return kpi.FormatRat(n, 0), nil
	}
	return "", fmt.Errorf("number of a %T", x)
}

// status shows a sheet's status or timing as a badge: icon, word and colour. The class names are those of badge.css.
func (s *Server) status(x any) (template.HTML, error) {
	var class, name, label string
	switch x := x.(type) {
	case kpi.Status:
		class, label, name = string(x), x.Label(), statusIcon(x)
	case kpi.Timing:
		if x == kpi.Running {
			return "", nil
		}
		class, label = string(x), x.Label()
		name = map[kpi.Timing]string{kpi.OnTime: "clock-check", kpi.Late: "clock", kpi.Overdue: "alert-triangle", kpi.Soon: "clock"}[x]
	default:
		return "", fmt.Errorf("status of a %T", x)
	}
	icon, err := s.Static.Icon(name)
	return `<span class="badge badge-` + template.HTML(class) + `">` + icon + template.HTML(label) + `</span>`, err
}

// statusIcon names the icon of a sheet's status.
func statusIcon(x kpi.Status) string {
	return map[kpi.Status]string{kpi.StatusNotStarted: "circle", kpi.StatusInProgress: "pencil", kpi.StatusReturnedUnit: "arrow-back-up",
		kpi.StatusReturnedProvince: "arrow-back-up", kpi.StatusAtUnit: "hourglass", kpi.StatusAtProvince: "hourglass",
		kpi.StatusAccepted: "check", kpi.StatusClosed: "lock"}[x]
}

// left tells how far an instant lies ahead or behind: «Còn 2 ngày 5 giờ», «Quá hạn 3 giờ».
func left(due, now time.Time) string {
	d := due.Sub(now)
	word := "Còn "
	if d < 0 {
		d, word = -d, "Quá hạn "
	}
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%s%d ngày %d giờ", word, days, hours)
	case days > 0:
		return fmt.Sprintf("%s%d ngày", word, days)
	case hours > 0:
		return fmt.Sprintf("%s%d giờ %d phút", word, hours, minutes)
	}
	return fmt.Sprintf("%s%d phút", word, minutes)
}
