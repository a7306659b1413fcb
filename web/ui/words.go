package ui

import (
	"net/http"
	"strconv"
)

func itoa(n int) string     { return strconv.Itoa(n) }
func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

func (f *Frame) size() string {
	if f.Large {
		return "large"
	}
	return ""
}

var failures = map[int]struct{ title, advice string }{
	http.StatusBadRequest:          {"没有看懂您提交的内容", "请返回上一页，检查后再提交一次。"},
	http.StatusForbidden:           {"当前身份不能这样做", "请确认页首显示的身份；一人有几个身份的，可在页首切换。"},
	http.StatusNotFound:            {"没有这个页面", "地址可能写错了，内容可能已经移走，或者不在您能查看的范围内。"},
	http.StatusConflict:            {"内容刚刚被别人改过", "请返回，看看最新的内容，再决定要不要修改。"},
	http.StatusUnprocessableEntity: {"还不能这样做", "请按下面的提示处理后再试。"},
	http.StatusTooManyRequests:     {"请求太频繁", "请稍等几分钟再试。"},
	http.StatusServiceUnavailable:  {"系统正忙", "请等几秒钟再试。您填写的内容没有保存。"},
}

func failureTitle(code int) string {
	if f, ok := failures[code]; ok {
		return f.title
	}
	return "系统出了问题"
}

func failureAdvice(code int) string {
	if f, ok := failures[code]; ok {
		return f.advice
	}
	return "刚才的操作没有完成，问题已记录。请稍后再试。"
}

// FailureText says in one line what cannot be done and what to do next.
func FailureText(code int) string { return failureTitle(code) + "。" + failureAdvice(code) }
