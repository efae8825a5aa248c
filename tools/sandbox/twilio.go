package sandbox

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// twilioMaxBody in characters. https://www.twilio.com/docs/api/errors/21617
const twilioMaxBody = 1600

var e164 = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)

func (s *server) twilioCreate(w http.ResponseWriter, r *http.Request) {
	setup := s.setup()
	account, failed := twilioAccount(setup, r)
	if failed != nil {
		failed.write(w)
		return
	}
	form, body, failed := readTwilio(r)
	if failed != nil {
		failed.write(w)
		return
	}
	if failed := checkTwilio(setup, account, form); failed != nil {
		failed.write(w)
		return
	}
	s.twilioSend(w, setup, account, form, body)
}

func (s *server) twilioSend(w http.ResponseWriter, setup *active, account *Account, form url.Values, body []byte) {
	verdict, dice := setup.faults.draw(Twilio, form.Get("To"))
	if refusal := twilioRefusal(verdict); refusal != nil {
		refusal.write(w)
		return
	}
	m := &message{
		ID: newTwilioSID("SM"), Provider: Twilio, Account: account.Name, From: form.Get("From"), To: form.Get("To"),
		Text: form.Get("Body"), Raw: string(body), Time: s.now(), Callback: form.Get("StatusCallback"),
	}
	plan(m, dice)
	if err := s.accept(m); err != nil {
		twilioDown().write(w)
		return
	}
	if verdict == verdictLoseAnswer {
		lose()
	}
	writeJSON(w, http.StatusCreated, newTwilioResource(account, m, m.Time))
}

func readTwilio(r *http.Request) (url.Values, []byte, *twilioError) {
	body, status, err := readBody(r)
	if err != nil {
		return nil, nil, newTwilioError(status, 20001, "The request body cannot be read")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, nil, twilioBad(20001, "The request body is not form-encoded")
	}
	return form, body, nil
}

func (s *server) twilioFetch(w http.ResponseWriter, r *http.Request) {
	account, failed := twilioAccount(s.setup(), r)
	if failed != nil {
		failed.write(w)
		return
	}
	sid, isJSON := strings.CutSuffix(r.PathValue("message"), ".json")
	m := s.book.get(sid)
	if !isJSON || m == nil || m.Account != account.Name {
		twilioNotFound(strings.TrimSuffix(r.URL.Path, ".json")).write(w)
		return
	}
	writeJSON(w, http.StatusOK, newTwilioResource(account, m, s.now()))
}

// twilioAccount is the account that the request's credentials and its path both name.
func twilioAccount(setup *active, r *http.Request) (*Account, *twilioError) {
	sid, token, _ := r.BasicAuth()
	account := setup.account(func(a Account) bool {
		return a.Provider == Twilio && a.AccountSID == sid &&
			subtle.ConstantTimeCompare([]byte(a.AuthToken), []byte(token)) == 1
	})
	if account == nil || r.PathValue("sid") != sid {
		return nil, newTwilioError(http.StatusUnauthorized, 20003, "Authenticate")
	}
	return account, nil
}

func checkTwilio(setup *active, account *Account, form url.Values) *twilioError {
	to, from, text := form.Get("To"), form.Get("From"), form.Get("Body")
	switch {
	case to == "":
		return twilioBad(21604, "A 'To' phone number is required.")
	case from == "":
		return twilioBad(21603, "A 'From' phone number is required.")
	case text == "":
		return twilioBad(21602, "Message body is required.")
	case !e164.MatchString(to):
		return twilioBad(21211, "The 'To' number %s is not a valid phone number.", to)
	case from != account.Address:
		return twilioBad(21606, "The From phone number %s is not a valid, SMS-capable inbound phone number or short code "+
			"for your account.", from)
	case to == from:
		return twilioBad(21266, "'To' and 'From' number cannot be the same")
	case utf8.RuneCountInString(text) > twilioMaxBody:
		return twilioBad(21617, "The concatenated message body exceeds the %d character limit.", twilioMaxBody)
	}
	callback := form.Get("StatusCallback")
	if callback != "" && !setup.mayCall(callback) {
		return twilioBad(21609, "The 'StatusCallback' URL %s is not a valid URL.", callback)
	}
	return nil
}

// mayCall keeps callbacks to Parley itself: the sandbox posts to nobody else, whatever it is told.
func (s Setup) mayCall(address string) bool {
	return underURL(address, s.publicURL()) || underURL(address, s.WebhooksURL)
}

func underURL(address, base string) bool {
	rest, under := strings.CutPrefix(address, strings.TrimSuffix(base, "/"))
	return under && strings.HasPrefix(rest, "/")
}
