package web

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// slowFrom is how long a request may take before it is remembered, slowKept how many are.
const (
	slowFrom = time.Second
	slowKept = 50
)

// slowRequest is a request that took long.
type slowRequest struct {
	At     time.Time
	Route  string
	Status int
	Took   time.Duration
	ID     string
}

// meter counts what the server has answered since it was started.
type meter struct {
	mu     sync.Mutex
	routes map[string]*timing // method and path of the route
	slow   []slowRequest      // a ring
	next   int
}

// timing is what is known of the answers of one route.
type timing struct {
	status  [6]uint64 // by the first digit
	buckets []uint64  // by the bound that the time does not exceed, the last for what exceeds all
	seconds float64
}

// bounds are the times of the histogram, in seconds.
func bounds() []float64 { return []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10} }

func (m *meter) count(r slowRequest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.routes[r.Route]
	if t == nil {
		if m.routes == nil {
			m.routes = map[string]*timing{}
		}
		t = &timing{buckets: make([]uint64, len(bounds())+1)}
		m.routes[r.Route] = t
	}
	seconds := r.Took.Seconds()
	i, _ := slices.BinarySearch(bounds(), seconds)
	t.buckets[i]++
	t.seconds += seconds
	t.status[min(r.Status/100, 5)]++
	if r.Took < slowFrom {
		return
	}
	if len(m.slow) < slowKept {
		m.slow = append(m.slow, r)
	} else {
		m.slow[m.next] = r
	}
	m.next = (m.next + 1) % slowKept
}

// slowest returns the requests that took long, the newest first.
func (m *meter) slowest() []slowRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.slow)
	slices.SortStableFunc(list, func(a, b slowRequest) int { return b.At.Compare(a.At) })
	return list
}

// write writes the counts in the text format of Prometheus.
func (m *meter) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := make([]string, 0, len(m.routes))
	for name := range m.routes {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprint(w, "# HELP chiso_requests_total Requests by route and class of status.\n# TYPE chiso_requests_total counter\n")
	for _, name := range names {
		for class, n := range m.routes[name].status {
			if n > 0 {
				fmt.Fprintf(w, "chiso_requests_total{route=%q,status=\"%dxx\"} %d\n", name, class, n)
			}
		}
	}
	fmt.Fprint(w, "# HELP chiso_request_seconds Time to answer, by route; saving a cell is POST …/o.\n# TYPE chiso_request_seconds histogram\n")
	for _, name := range names {
		t, sum := m.routes[name], uint64(0)
		for i, bound := range bounds() {
			sum += t.buckets[i]
			fmt.Fprintf(w, "chiso_request_seconds_bucket{route=%q,le=\"%g\"} %d\n", name, bound, sum)
		}
		sum += t.buckets[len(bounds())]
		fmt.Fprintf(w, "chiso_request_seconds_bucket{route=%q,le=\"+Inf\"} %d\nchiso_request_seconds_sum{route=%q} %g\nchiso_request_seconds_count{route=%q} %d\n", name, sum, name, t.seconds, name, sum)
	}
}

// gauge is one number of the moment.
type gauge struct {
	name, help string
	value      float64
}

// Metrics answers /metrics in the text format of Prometheus. It is for a listener that only the machine itself reaches.
func (s *Server) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		h, err := s.App.Health()
		if err != nil {
			s.Log.Error("metrics", "err", err)
			http.Error(w, "see the log", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		flag := func(b bool) float64 {
			if b {
				return 1
			}
			return 0
		}
		age := -1.0
		if !h.Backup.IsZero() {
			age = s.App.Now().Sub(h.Backup).Seconds()
		}
		var b strings.Builder
		s.meter.write(&b)
		for _, g := range []gauge{
			{"chiso_writable", "1 while figures are taken.", flag(h.Stopped == nil)},
			{"chiso_damage_met", "Times that damaged data were met since the server was started.", float64(h.Damage.Times)},
			{"chiso_files_damaged", "Stored files that are missing or not what they were.", float64(h.Files.Bad)},
			{"chiso_journal", "1 while every commit is recorded on another disk, 0 if it is not, -1 if no journal is kept.", journalGauge(h.Journal)},
			{"chiso_clock_offset_seconds", "How far the clock of the machine was off when it jumped, 0 while it is believed.", h.Clock.Off.Seconds()},
			{"chiso_database_bytes", "Size of the database.", float64(h.Database)},
			{"chiso_disk_free_bytes", "Room on the disk of the data.", float64(h.Disk.Free)},
			{"chiso_memory_bytes", "Memory that the process holds.", float64(h.Memory)},
			{"chiso_goroutines", "Goroutines.", float64(h.Goroutines)},
			{"chiso_open_reads", "Read transactions that are open.", float64(h.Reads)},
			{"chiso_events", "Events in the log.", float64(h.Events)},
			{"chiso_sessions", "Sessions that have not ended.", float64(h.Sessions)},
			{"chiso_mails_queued", "Mails that wait to be sent.", float64(h.MailQueued)},
			{"chiso_mails_failed", "Mails that could not be sent.", float64(h.MailFailed)},
			{"chiso_backup_age_seconds", "Age of the newest proven backup, -1 if there is none.", age},
			{"chiso_backup_late", "1 if a backup was due and none was proven.", flag(h.BackupLate)},
			{"chiso_search_behind", "Events that the search index has not followed yet.", float64(h.Behind)},
		} {
			fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s %g\n", g.name, g.help, g.name, g.name, g.value)
		}
		_, _ = io.WriteString(w, b.String()) // who asked may have gone
	})
	return mux
}

func journalGauge(j app.JournalState) float64 {
	switch {
	case j.Dir == "":
		return -1
	case j.Good:
		return 1
	}
	return 0
}

// troubles lists what everybody signed in must know, and what only those who look after the server can mend.
func (s *Server) troubles(u kpi.User) (list []string) {
	if err := s.App.MayWrite(); err != nil {
		if e, ok := asError(err); ok {
			list = append(list, e.Msg)
		}
	}
	if kpi.May(u, kpi.SeeHealth) != nil {
		return list
	}
	if off := s.App.ClockState().Off; off != 0 {
		list = append(list, "Đồng hồ máy chủ "+offText(off)+": hệ thống giữ giờ của mình, việc tự động đang chờ. Xác nhận ở Quản trị, mục Tình trạng hệ thống.")
	}
	if d := s.App.Damage(); d.Times > 0 {
		list = append(list, "Số liệu bị hỏng. "+damageText(d))
	}
	if j := s.App.JournalState(); j.Failure != "" {
		list = append(list, j.Failure)
	}
	if n := s.badFiles(); n > 0 {
		list = append(list, countOf(n, "tệp đính kèm mất hoặc hỏng. Xem Quản trị, mục Tình trạng hệ thống."))
	}
	if s.CertificateEnds != nil {
		if ends := s.CertificateEnds(); ends.Sub(s.App.Now()) < certificateSoon {
			list = append(list, "Chứng thư của trang hết hạn ngày "+kpi.FormatDate(ends)+". Thay tệp chứng thư trước ngày đó.")
		}
	}
	return list
}

// certificateSoon is how long before its end a certificate is spoken of.
const certificateSoon = 30 * 24 * time.Hour
