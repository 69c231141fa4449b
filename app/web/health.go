package web

import "time"

// backupHealth is the part of the health about backups, where they are made by themselves.
type backupHealth struct {
	Last *time.Time `json:"last"` // newest proven one, null if there is none
	Late bool       `json:"late"` // older than 26 hours
}

// health answers whether the process is up, for machines: «ok», or «degraded» when it serves but somebody should look.
func (s *Server) health(r *request) error {
	answer := struct {
		Status  string        `json:"status"`
		Version string        `json:"version"`
		Schema  int           `json:"schema"`
		Backup  *backupHealth `json:"backup,omitempty"`
	}{Status: "ok", Version: s.Version, Schema: s.App.Schema()}
	if last, late, ok := s.App.BackupHealth(); ok {
		answer.Backup = &backupHealth{Late: late}
		if !last.IsZero() {
			answer.Backup.Last = &last
		}
		if late {
			answer.Status = "degraded"
		}
	}
	return r.JSON(answer)
}
