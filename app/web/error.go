package web

import (
	"errors"
	"net/url"
	"runtime/debug"
	"strings"

	"chiso/app/kpi"
	"chiso/store"

	"github.com/gofiber/fiber/v2"
)

// errorView is the page of an error.
type errorView struct {
	page
	Heading string
	Text    string
	Code    string // id of the request, for support; only when the fault is ours
}

func asError(err error) (*kpi.Error, bool) { return errors.AsType[*kpi.Error](err) }

func stack() string { return string(debug.Stack()) }

// failed answers a request that ended in an error. What is not a refusal is logged and shown as a code only.
func (s *Server) failed(c *fiber.Ctx, err error) error {
	secureHeaders(c)
	if k, ok := c.Context().Conn().(*conn); ok && k.refused { // what it asked for is lost with its body
		c.Set(fiber.HeaderRetryAfter, "60")
		return c.Status(fiber.StatusServiceUnavailable).SendString(crowdedText)
	}
	cause := err
	err = store.DiskError(err, "thư mục số liệu của máy chủ")
	broken := errors.Is(err, store.ErrDamaged)
	if broken {
		err = s.App.MeetDamage(err)
	}
	status := statusOf(err)
	id := requestID(c)
	gone := errors.Is(err, fiber.ErrBadGateway) // Fiber's word for a browser that hung up before its request was read
	if status >= fiber.StatusInternalServerError && kpi.KindOf(cause) == 0 && !gone {
		s.Log.Error("request failed", "id", id, "path", c.Path(), "err", cause)
	}
	if status == fiber.StatusTooManyRequests || status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	if kpi.KindOf(err) == kpi.Login && !wantsJSON(c) && c.Get("HX-Request") != "true" {
		return c.Redirect("/dang-nhap?toi="+url.QueryEscape(returnPath(c)), fiber.StatusSeeOther)
	}
	text := sentence(err, status)
	c.Status(status)
	if wantsJSON(c) {
		return c.JSON(struct {
			Error string `json:"error"`
			Code  string `json:"code"`
		}{text, id})
	}
	if c.Get("HX-Request") == "true" {
		return c.SendString(text)
	}
	v := errorView{Heading: heading(status), Text: text}
	if broken {
		v.Heading = "Số liệu bị hỏng"
	}
	if status == fiber.StatusInternalServerError {
		v.Code = id
	}
	r := &request{Ctx: c}
	r.actor = kpi.Actor{At: s.App.Now()}
	_ = s.identify(r) // the frame shows who is signed in, if anybody is
	v.page = s.page(r, v.Heading)
	if err := c.Render("error", v); err != nil {
		s.Log.Error("error page", "id", id, "err", err)
		return c.Type("html").SendString("<!doctype html><html lang=\"vi\"><title>Lỗi</title><p>Hệ thống gặp lỗi. Mã hỗ trợ: " + id + "</p></html>")
	}
	return nil
}

func wantsJSON(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Get(fiber.HeaderAccept), fiber.MIMEApplicationJSON) || strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationJSON)
}

// returnPath is where to go after sign-in: the page that was asked for, if asking again is harmless.
func returnPath(c *fiber.Ctx) string {
	if safe(c.Method()) {
		return c.OriginalURL()
	}
	return "/"
}

func sentence(err error, status int) string {
	if e, ok := asError(err); ok {
		return e.Msg
	}
	switch status {
	case fiber.StatusRequestEntityTooLarge:
		return "Nội dung gửi lên lớn hơn 10 MB, hoặc chưa đăng nhập. Giảm dung lượng tệp hoặc đăng nhập rồi gửi lại."
	case fiber.StatusInternalServerError:
		return "Hệ thống gặp lỗi khi thực hiện. Số liệu đã báo «Đã lưu» vẫn còn nguyên. Thử lại sau ít phút; nếu vẫn lỗi, báo mã hỗ trợ bên dưới cho đầu mối hỗ trợ."
	case fiber.StatusMisdirectedRequest:
		return "Tên miền này chưa được khai trong cấu hình «hosts» của chiso."
	}
	return "Yêu cầu không đúng cách thức nên không được thực hiện."
}

func heading(status int) string {
	switch status {
	case fiber.StatusNotFound:
		return "Không tìm thấy"
	case fiber.StatusForbidden:
		return "Không có quyền"
	case fiber.StatusUnauthorized:
		return "Cần đăng nhập"
	case fiber.StatusConflict, fiber.StatusUnprocessableEntity:
		return "Chưa thực hiện được"
	case fiber.StatusRequestEntityTooLarge:
		return "Nội dung quá lớn"
	case fiber.StatusTooManyRequests, fiber.StatusServiceUnavailable:
		return "Hệ thống đang bận"
	case fiber.StatusInternalServerError:
		return "Hệ thống gặp lỗi"
	case fiber.StatusInsufficientStorage:
		return "Ổ đĩa của máy chủ đã đầy"
	}
	return "Yêu cầu không hợp lệ"
}
