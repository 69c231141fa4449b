package web

func (s *Server) tableNow(r *request) error { return errTodo }
func (s *Server) table(r *request) error { return errTodo }
func (s *Server) tableExcel(r *request) error { return errTodo }
func (s *Server) detail(r *request) error { return errTodo }
func (s *Server) setFigure(r *request) error { return errTodo }
