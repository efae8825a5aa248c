package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits of the Cloud API, in characters.
// https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#text-object
const (
	graphMaxText = 4096
	graphMaxEcho = 512
)

// graphRequest is what a message to send holds, as far as the sandbox looks at it.
type graphRequest struct {
	Product       string `json:"messaging_product"`
	RecipientType string `json:"recipient_type"`
	To            string `json:"to"`
	Type          string `json:"type"`
	Text          *struct {
		Body string `json:"body"`
	} `json:"text"`
	Echo string `json:"biz_opaque_callback_data"`

	// Marking a message as read comes to the same address.
	Status    string `json:"status"`
	MessageID string `json:"message_id"`
}

// graphTypes are the types whose object stands under their own name.
var graphTypes = []string{
	"audio", "contacts", "document", "image", "interactive", "location", "reaction", "sticker", "template", "text", "video",
}

var graphVersion = regexp.MustCompile(`^v\d+\.\d+$`)

func (s *server) graphMessages(w http.ResponseWriter, r *http.Request) {
	setup := s.setup()
	account, failed := graphAccount(setup, r)
	if failed != nil {
		failed.write(w)
		return
	}
	req, body, failed := readGraph(r)
	if failed != nil {
		failed.write(w)
		return
	}
	if req.Status == "read" {
		writeJSON(w, http.StatusOK, map[string]bool{"success": true})
		return
	}
	s.graphSend(w, setup, account, req, body)
}

func (s *server) graphSend(w http.ResponseWriter, setup *active, account *Account, req graphRequest, body []byte) {
	to := digits(req.To)
	verdict, dice := setup.faults.draw(WhatsApp, to)
	if refusal := graphRefusal(verdict); refusal != nil {
		refusal.write(w)
		return
	}
	m := &message{
		ID: newWhatsAppID(to), Provider: WhatsApp, Account: account.Name, From: account.Address, To: "+" + to,
		Text: graphText(req, body), Raw: string(body), Time: s.now(), Echo: req.Echo,
	}
	plan(m, dice)
	if err := s.accept(m); err != nil {
		graphDown.write(w)
		return
	}
	if verdict == verdictLoseAnswer {
		lose()
	}
	writeGraphAccepted(w, req.To, to, m.ID)
}

// graphAccount is the account whose token the request bears and whose number its path names.
func graphAccount(setup *active, r *http.Request) (*Account, *graphError) {
	if !graphVersion.MatchString(r.PathValue("version")) {
		return nil, &graphError{status: http.StatusBadRequest, code: 2500, message: "Unknown path components: /messages"}
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, graphNoToken
	}
	owns := func(a Account) bool {
		return a.Provider == WhatsApp && subtle.ConstantTimeCompare([]byte(a.AccessToken), []byte(token)) == 1
	}
	if setup.account(owns) == nil {
		return nil, graphBadToken
	}
	id := r.PathValue("phone_number_id")
	account := setup.account(func(a Account) bool { return owns(a) && a.PhoneNumberID == id })
	if account == nil {
		return nil, graphUnknownObject(id)
	}
	return account, nil
}

func readGraph(r *http.Request) (graphRequest, []byte, *graphError) {
	body, status, err := readBody(r)
	if err != nil {
		return graphRequest{}, nil, &graphError{status: status, code: 1, message: "An unknown error occurred"}
	}
	req, failed := parseGraph(body)
	return req, body, failed
}

func parseGraph(body []byte) (graphRequest, *graphError) {
	req := graphRequest{Type: "text"} // Meta's default
	if err := json.Unmarshal(body, &req); err != nil {
		return req, graphInvalid("Invalid parameter")
	}
	switch {
	case req.Product == "":
		return req, graphInvalid("The parameter messaging_product is required.")
	case req.Product != WhatsApp:
		return req, graphInvalid("Param messaging_product must be one of {WHATSAPP} - got %q.", req.Product)
	case req.Status == "read" && req.MessageID == "":
		return req, graphInvalid("The parameter message_id is required.")
	case req.Status == "read":
		return req, nil
	case req.To == "":
		return req, graphInvalid("The parameter to is required.")
	case req.RecipientType != "" && req.RecipientType != "individual":
		return req, graphInvalid("Param recipient_type must be one of {INDIVIDUAL} - got %q.", req.RecipientType)
	case utf8.RuneCountInString(req.Echo) > graphMaxEcho:
		return req, graphInvalid("Param biz_opaque_callback_data must be at most %d characters long.", graphMaxEcho)
	}
	if n := len(digits(req.To)); n < 7 || n > 15 {
		return req, graphValue("The recipient phone number is not a valid phone number.")
	}
	return req, checkGraphObject(req, body)
}

// checkGraphObject looks for the object that the type names.
func checkGraphObject(req graphRequest, body []byte) *graphError {
	known := false
	for _, t := range graphTypes {
		known = known || t == req.Type
	}
	if !known {
		return graphInvalid("Param type must be one of {%s} - got %q.", strings.ToUpper(strings.Join(graphTypes, ", ")), req.Type)
	}
	var objects map[string]json.RawMessage
	if err := json.Unmarshal(body, &objects); err != nil || len(objects[req.Type]) == 0 || string(objects[req.Type]) == "null" {
		return graphMissing("Parameter '" + req.Type + "' is mandatory for type '" + req.Type + "'")
	}
	if req.Type != "text" {
		return nil
	}
	if req.Text.Body == "" {
		return graphMissing("Parameter 'body' is mandatory for object 'text'")
	}
	if utf8.RuneCountInString(req.Text.Body) > graphMaxText {
		return graphInvalid("Param text['body'] must be at most %d characters long.", graphMaxText)
	}
	return nil
}

// graphText is what the customer reads: the text, or the words that go with something else.
func graphText(req graphRequest, body []byte) string {
	if req.Type == "text" {
		return req.Text.Body
	}
	var objects map[string]json.RawMessage
	var words struct {
		Caption string `json:"caption"`
		Emoji   string `json:"emoji"`
		Name    string `json:"name"`
		Body    struct {
			Text string `json:"text"`
		} `json:"body"`
	}
	if json.Unmarshal(body, &objects) != nil || json.Unmarshal(objects[req.Type], &words) != nil {
		return ""
	}
	return words.Caption + words.Emoji + words.Body.Text + words.Name
}

func writeGraphAccepted(w http.ResponseWriter, input, waID, id string) {
	type contact struct {
		Input string `json:"input"`
		WaID  string `json:"wa_id"`
	}
	type accepted struct {
		ID string `json:"id"`
	}
	writeJSON(w, http.StatusOK, struct {
		Product  string     `json:"messaging_product"`
		Contacts []contact  `json:"contacts"`
		Messages []accepted `json:"messages"`
	}{WhatsApp, []contact{{input, waID}}, []accepted{{id}}})
}
