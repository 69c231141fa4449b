package web

func (s *Server) units(r *request) error { return errTodo }
func (s *Server) unitForm(r *request) error { return errTodo }
func (s *Server) saveUnit(r *request) error { return errTodo }
