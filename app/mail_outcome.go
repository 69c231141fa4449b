package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/wneessen/go-mail"
)

// outcome is what became of one attempt to send a letter.
type outcome struct {
	kind outcomeKind
	text string // the sentence for the log of deliveries
}

type outcomeKind uint8

const (
	taken    outcomeKind = iota // by the server
	refused                     // for good
	delayed                     // refused for now
	lost                        // the session broke before the letter was handed over
	unsure                      // the session broke while the server was to confirm it
	unserved                    // the server takes no mail from us
)

// judge says what a failed attempt came to. The texts of a server are never told: they name addresses.
func judge(err error) outcome {
	e, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return outcome{lost, "Mất kết nối với máy chủ thư."}
	}
	code := e.ErrorCode()
	switch {
	case e.Reason == mail.ErrGetSender || e.Reason == mail.ErrGetRcpts || e.Reason == mail.ErrNoUnencoded:
		return outcome{refused, badAddress}
	case code == 0 && e.Reason == mail.ErrSMTPDataClose:
		return outcome{unsure, "Máy chủ thư ngắt kết nối khi nhận thư, không rõ thư đã đến hay chưa. Hỏi người nhận trước khi gửi lại."}
	case code == 0:
		return outcome{lost, "Mất kết nối với máy chủ thư."}
	case e.Reason == mail.ErrSMTPMailFrom || code == 421:
		return outcome{unserved, fmt.Sprintf("Máy chủ thư không nhận thư từ hệ thống (mã %d). Kiểm tra địa chỉ gửi (mail.from) và tài khoản thư.", code)}
	case code < 500:
		return outcome{delayed, fmt.Sprintf("Máy chủ thư tạm chưa nhận thư này (mã %d).", code)}
	case e.Reason == mail.ErrSMTPRcptTo:
		return outcome{refused, fmt.Sprintf("Máy chủ thư từ chối địa chỉ người nhận (mã %d). Kiểm tra địa chỉ ở Quản trị, mục Tài khoản.", code)}
	}
	return outcome{refused, fmt.Sprintf("Máy chủ thư từ chối thư này (mã %d).", code)}
}

// wordConnect is the sentence of a session that could not be opened.
func wordConnect(err error) string {
	var timeout net.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &cert):
		return "Không tin được chứng thư của máy chủ thư. Kiểm tra mail.host, hoặc khai chứng thư gốc ở mail.ca."
	case errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout():
		return "Máy chủ thư không trả lời."
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return "Máy chủ thư không hỗ trợ mã hóa STARTTLS nên không gửi. Kiểm tra mail.security."
	case strings.Contains(err.Error(), "SMTP AUTH"):
		return "Máy chủ thư không chấp nhận tên hoặc mật khẩu đăng nhập. Kiểm tra mail.user và mật khẩu."
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return "Không nối được đến máy chủ thư. Kiểm tra mail.host, mail.port và tường lửa."
	}
	return "Máy chủ thư không mở được phiên gửi thư."
}
