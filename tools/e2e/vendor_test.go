package e2e_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	whatsappSecret = "demo-whatsapp-app-secret"
	twilioToken    = "demo-twilio-auth-token"
	twilioAccount  = "AC00000000000000000000000000000001"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// whatsappText is the webhook that Meta posts for a text message. The sender is without "+", as Meta has it.
func whatsappText(id, from, text string) string {
	return whatsappMessage(from, fmt.Sprintf(`{"from":%q,"id":%q,"timestamp":"%d","type":"text","text":{"body":%q}}`,
		from, id, time.Now().Unix(), text))
}

func whatsappMessage(from, message string) string {
	return whatsappValue(fmt.Sprintf(`"contacts":[{"profile":{"name":"Somebody"},"wa_id":%q}],"messages":[%s]`, from, message))
}

func whatsappValue(fields string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{` +
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"12125550109","phone_number_id":"100200300400500"},` +
		fields + `}}]}]}`
}

// postWhatsApp posts a body signed with the secret and answers the status; 0 when nobody answered.
func (u *up) postWhatsApp(secret, body string) int {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	req, err := http.NewRequest(http.MethodPost, "http://"+u.webhooks+"/webhooks/whatsapp/wa-main", strings.NewReader(body))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return post(req)
}

func twilioText(sid, from, text string) url.Values {
	return url.Values{
		"MessageSid": {sid}, "SmsMessageSid": {sid}, "SmsSid": {sid}, "AccountSid": {twilioAccount}, "SmsStatus": {"received"},
		"From": {from}, "To": {"+12125550100"}, "Body": {text}, "NumMedia": {"0"}, "NumSegments": {"1"}, "ApiVersion": {"2010-04-01"},
	}
}

// postTwilio posts a form signed with the token and answers the status; 0 when nobody answered.
func (u *up) postTwilio(token string, form url.Values) int {
	address := "http://" + u.webhooks + "/webhooks/twilio/sms-main"
	signed := address
	for _, key := range slices.Sorted(maps.Keys(form)) {
		signed += key + form.Get(key)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(signed))
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return post(req)
}

func post(req *http.Request) int {
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}
