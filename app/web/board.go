package web

func (s *Server) boardNow(r *request) error { return errTodo }
func (s *Server) board(r *request) error { return errTodo }
