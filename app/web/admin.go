package web

func (s *Server) adminHome(r *request) error { return errTodo }
