package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
)

// twilioError is an error as Twilio's REST API words it. https://www.twilio.com/docs/api/errors
type twilioError struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

// retryAfterSeconds is what Twilio is made to ask for when it rate-limits.
const retryAfterSeconds = 1

func newTwilioError(status, code int, format string, args ...any) *twilioError {
	return &twilioError{
		Code: code, Message: fmt.Sprintf(format, args...), Status: status,
		MoreInfo: "https://www.twilio.com/docs/errors/" + strconv.Itoa(code),
	}
}

func twilioBad(code int, format string, args ...any) *twilioError {
	return newTwilioError(http.StatusBadRequest, code, format, args...)
}

func twilioNotFound(path string) *twilioError {
	return newTwilioError(http.StatusNotFound, 20404, "The requested resource %s was not found", path)
}

func twilioDown() *twilioError {
	return newTwilioError(http.StatusServiceUnavailable, 20503, "Service Unavailable")
}

// twilioRefusal is how a verdict is worded that accepts nothing; nil for the others.
func twilioRefusal(v verdict) *twilioError {
	switch v {
	case verdictRateLimit:
		return newTwilioError(http.StatusTooManyRequests, 20429, "Too Many Requests")
	case verdictDown:
		return twilioDown()
	default:
		return nil
	}
}

func (e *twilioError) write(w http.ResponseWriter) {
	switch e.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", strconv.Itoa(retryAfterSeconds))
	}
	writeJSON(w, e.Status, e)
}
