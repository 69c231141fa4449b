package app

// What officials write when a number is missing, unusual or wrong.

func whyNotApplicable() []string {
	return []string{
		"Trong kỳ đơn vị không có thủ tục, hồ sơ thuộc phạm vi của chỉ số.",
		"Nhiệm vụ đã chuyển cho đơn vị khác theo quyết định phân công; đơn vị không còn phát sinh.",
		"Hệ thống chuyên ngành tạm ngừng theo thông báo của cơ quan chủ quản trong cả kỳ báo cáo.",
	}
}

func whyNoData() []string {
	return []string{
		"Đơn vị quản lý hệ thống chưa trích xuất được thống kê của kỳ này.",
		"Đang chờ báo cáo của đơn vị trực thuộc để tổng hợp.",
		"Hệ thống một cửa đang nâng cấp, báo cáo thống kê tạm thời chưa có.",
		"Số liệu đang được đối chiếu với cơ quan thẩm định.",
	}
}

func whyMore() []string {
	return []string{
		"Trong kỳ triển khai đợt cao điểm nên số phát sinh tăng; đã đối chiếu với hệ thống.",
		"Tăng do bổ sung số của các thôn, tổ dân phố mới chuyển về sau sắp xếp; có danh sách kèm theo.",
		"Tăng so với các kỳ trước do hoàn thành việc rà soát, làm sạch dữ liệu.",
		"Số tăng theo kế hoạch của quý; đã kiểm tra lại với bảng thống kê trích từ hệ thống.",
	}
}

func whyLess() []string {
	return []string{
		"Giảm do kỳ báo cáo có nhiều ngày nghỉ; đã đối chiếu với hệ thống.",
		"Số phát sinh trong kỳ ít hơn các kỳ trước, không phải do nhập sai.",
		"Giảm do loại các hồ sơ trùng sau khi làm sạch dữ liệu.",
		"Đường truyền gián đoạn nhiều ngày trong kỳ nên số thực hiện giảm; đã có văn bản báo cáo.",
	}
}

func whyUnitReturns() []string {
	return []string{
		"Tử số chưa khớp bảng thống kê trích từ hệ thống; rà lại trước khi gửi tỉnh.",
		"Số này còn thiếu của bộ phận một cửa; cộng bổ sung rồi trình lại.",
		"Đề nghị đối chiếu lại với báo cáo tuần của văn phòng.",
		"Lấy nhầm khoảng thời gian: kỳ báo cáo tính từ ngày 15 tháng trước đến hết ngày 14.",
	}
}

func whyProvinceReturns() []string {
	return []string{
		"Số liệu lệch với thống kê của hệ thống dùng chung cùng kỳ; đề nghị đối chiếu và nhập lại.",
		"Chưa ghi nguồn của số liệu; bổ sung số, ngày văn bản hoặc báo cáo trích xuất.",
		"Có dấu hiệu lấy số của riêng một bộ phận; đề nghị tổng hợp đủ các bộ phận trực thuộc.",
		"Tính cả hồ sơ ngoài phạm vi theo hướng dẫn của chỉ số; đề nghị loại ra và nhập lại.",
	}
}

func howCorrected() []string {
	return []string{
		"Đã đối chiếu lại với bảng thống kê trích từ hệ thống và sửa.",
		"Đã bổ sung phần còn thiếu theo báo cáo của bộ phận một cửa.",
		"Đã tính lại theo đúng kỳ báo cáo.",
	}
}
