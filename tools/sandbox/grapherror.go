package sandbox

import (
	"fmt"
	"net/http"
)

// graphError is an error as the Graph API words it.
// https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
type graphError struct {
	status  int
	code    int
	subcode int
	kind    string
	message string
	details string // error_data.details, for the errors of the Cloud API itself
}

var (
	graphNoToken = &graphError{
		status: http.StatusUnauthorized, code: 190, message: "Authentication Error",
	}
	graphBadToken = &graphError{
		status: http.StatusUnauthorized, code: 190, message: "Invalid OAuth access token - Cannot parse access token",
	}
	graphRateLimit = &graphError{
		status: http.StatusTooManyRequests, code: 130429, message: "(#130429) Rate limit hit",
		details: "Message failed to send because there were too many messages sent from this phone number in a short period of time",
	}
	graphDown = &graphError{
		status: http.StatusServiceUnavailable, code: 131016, message: "(#131016) Service unavailable",
		details: "A service is temporarily unavailable.",
	}
)

// graphRefusal is how a verdict is worded that accepts nothing; nil for the others.
func graphRefusal(v verdict) *graphError {
	switch v {
	case verdictRateLimit:
		return graphRateLimit
	case verdictDown:
		return graphDown
	default:
		return nil
	}
}

func graphUnknownObject(id string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 100, subcode: 33, kind: "GraphMethodException",
		message: fmt.Sprintf("Unsupported post request. Object with ID '%s' does not exist, cannot be loaded due to "+
			"missing permissions, or does not support this operation", id),
	}
}

// graphInvalid is error 100: a parameter of the Graph API is wrong.
func graphInvalid(format string, args ...any) *graphError {
	return &graphError{status: http.StatusBadRequest, code: 100, message: "(#100) " + fmt.Sprintf(format, args...)}
}

func graphMissing(details string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 131008, message: "(#131008) Required parameter is missing", details: details,
	}
}

func graphValue(details string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 131009, message: "(#131009) Parameter value is not valid", details: details,
	}
}

type graphErrorBody struct {
	Message   string          `json:"message"`
	Type      string          `json:"type"`
	Code      int             `json:"code"`
	ErrorData *graphErrorData `json:"error_data,omitempty"`
	Subcode   int             `json:"error_subcode,omitempty"`
	TraceID   string          `json:"fbtrace_id"`
}

type graphErrorData struct {
	Product string `json:"messaging_product"`
	Details string `json:"details"`
}

func (e *graphError) write(w http.ResponseWriter) {
	body := graphErrorBody{Message: e.message, Type: "OAuthException", Code: e.code, Subcode: e.subcode, TraceID: "A" + randomHex(11)}
	if e.kind != "" {
		body.Type = e.kind
	}
	if e.details != "" {
		body.ErrorData = &graphErrorData{Product: WhatsApp, Details: e.details}
	}
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_token" "`+e.message+`"`)
	}
	writeJSON(w, e.status, struct {
		Error graphErrorBody `json:"error"`
	}{body})
}
