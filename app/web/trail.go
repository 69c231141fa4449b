package web

func (s *Server) trail(r *request) error { return errTodo }
