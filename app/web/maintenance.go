package web

import (
	"fmt"
	"html"
	"net/http"
	"strings"
)

// Maintenance answers everything with 503 and the sentence: the data are damaged, and neither served nor mended by themselves.
func Maintenance(province, text string) http.Handler {
	page := fmt.Sprintf("<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Tạm dừng – Hệ thống báo cáo chỉ số</title></head>"+
		"<body><main><h1>Hệ thống tạm dừng để bảo toàn số liệu</h1><p>%s</p><p>Người dùng: chờ thông báo của đầu mối hỗ trợ. Người quản trị máy chủ:</p><p>%s</p></main></body></html>\n",
		html.EscapeString(province), html.EscapeString(text))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Retry-After", "300")
		body := page
		h.Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || strings.HasPrefix(r.Header.Get("Accept"), "application/json") {
			h.Set("Content-Type", "application/json")
			body = `{"status":"damaged","error":"Hệ thống tạm dừng để bảo toàn số liệu."}`
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(body)) // who asked may have gone
	})
}
