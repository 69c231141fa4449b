package web

func (s *Server) assignNow(r *request) error { return errTodo }
func (s *Server) assignForm(r *request) error { return errTodo }
func (s *Server) assign(r *request) error { return errTodo }
