package web

func (s *Server) queue(r *request) error { return errTodo }
func (s *Server) review(r *request) error { return errTodo }
func (s *Server) approve(r *request) error { return errTodo }
func (s *Server) unitReturn(r *request) error { return errTodo }
func (s *Server) accept(r *request) error { return errTodo }
func (s *Server) provinceReturn(r *request) error { return errTodo }
