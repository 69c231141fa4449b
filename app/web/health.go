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
		Status   string        `json:"status"`
		Version  string        `json:"version"`
		Schema   int           `json:"schema"`
		Writable bool          `json:"writable"`
		Clock    bool          `json:"clock"` // the machine's clock is believed
		Backup   *backupHealth `json:"backup,omitempty"`
	}{Status: "ok", Version: s.Version, Schema: s.App.Schema(), Writable: s.App.MayWrite() == nil, Clock: s.App.ClockState().Off == 0}
	if !answer.Writable || !answer.Clock || s.App.Damage().Times > 0 || s.badFiles() > 0 || s.App.JournalState().Failure != "" {
		answer.Status = "degraded"
	}
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

// badFiles returns how many files are missing or spoilt, as far as is known.
func (s *Server) badFiles() int {
	c, err := s.App.FileCheck()
	if err != nil {
		s.Log.Error("file check", "err", err)
	}
	return c.Bad
}

// ready answers whether figures are taken, for machines.
func (s *Server) ready(r *request) error {
	answer := struct {
		Status string `json:"status"`
		Error  string `json:"error,omitempty"`
	}{Status: "ready"}
	if err := s.App.MayWrite(); err != nil {
		r.Status(statusOf(err))
		answer.Status = "stopped"
		if e, ok := asError(err); ok {
			answer.Error = e.Msg
		}
	}
	return r.JSON(answer)
}
