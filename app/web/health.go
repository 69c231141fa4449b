package web

// health answers whether the process is up, for machines.
func (s *Server) health(r *request) error {
	return r.JSON(struct {
		Status  string `json:"status"`
		Version string `json:"version"`
		Schema  int    `json:"schema"`
	}{"ok", s.Version, s.App.Schema()})
}
