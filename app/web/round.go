package web

func (s *Server) rounds(r *request) error { return errTodo }
func (s *Server) planRound(r *request) error { return errTodo }
func (s *Server) openRound(r *request) error { return errTodo }
func (s *Server) round(r *request) error { return errTodo }
func (s *Server) setDates(r *request) error { return errTodo }
func (s *Server) closeRound(r *request) error { return errTodo }
