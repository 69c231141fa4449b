package web

func (s *Server) sheetList(r *request) error { return errTodo }
func (s *Server) sheet(r *request) error { return errTodo }
func (s *Server) saveCells(r *request) error { return errTodo }
func (s *Server) saveForm(r *request) error { return errTodo }
func (s *Server) submit(r *request) error { return errTodo }
func (s *Server) recall(r *request) error { return errTodo }
