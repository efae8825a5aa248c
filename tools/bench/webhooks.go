package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/parleyhq/parley/tools/sandbox"
	"github.com/parleyhq/parley/tools/wire"
)

// The demo company's accounts, as deploy/demo/parley.yaml has them.
const (
	metaSecret    = "demo-whatsapp-app-secret" //nolint:gosec // everybody's
	metaNumber    = "100200300400500"
	twilioToken   = "demo-twilio-auth-token"
	twilioAccount = "AC00000000000000000000000000000001"
	twilioNumber  = "+12125550100"
)

// webhook is a vendor's signed request.
type webhook struct {
	path, contentType string
	body              []byte
	header, signature string
}

// whatsapp is what Meta posts for a text message.
func whatsapp(id, from, text string) webhook {
	from = strings.TrimPrefix(from, "+")
	body := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"12125550109","phone_number_id":%q},`+
		`"contacts":[{"profile":{"name":"Customer"},"wa_id":%q}],"messages":[{"from":%q,"id":%q,"timestamp":"%d","type":"text",`+
		`"text":{"body":%q}}]}}]}]}`, metaNumber, from, from, id, time.Now().Unix(), text)
	return webhook{
		path: "/webhooks/whatsapp/wa-main", contentType: "application/json", body: body,
		header: "X-Hub-Signature-256", signature: sandbox.SignMeta(metaSecret, body),
	}
}

// sms is what Twilio posts for a message to an account whose webhooks are at this address.
func sms(address, sid, from, text string) webhook {
	form := url.Values{
		"MessageSid": {sid}, "SmsMessageSid": {sid}, "SmsSid": {sid}, "AccountSid": {twilioAccount}, "SmsStatus": {"received"},
		"From": {from}, "To": {twilioNumber}, "Body": {text}, "NumMedia": {"0"}, "NumSegments": {"1"}, "ApiVersion": {"2010-04-01"},
	}
	path := "/webhooks/twilio/sms-main"
	return webhook{
		path: path, contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode()),
		header: "X-Twilio-Signature", signature: sandbox.SignTwilio(twilioToken, "http://"+address+path, form),
	}
}

// poster posts webhooks over connections that it keeps, a bounded number at the same time.
type poster struct {
	address string
	wire    *wire.Transport
	free    chan struct{}
}

func newPoster(address string, connections int) *poster {
	return &poster{address: address, wire: &wire.Transport{MaxIdle: connections}, free: make(chan struct{}, connections)}
}

// postWithin is how long a webhook may take to be answered.
const postWithin = time.Minute

func (p *poster) post(ctx context.Context, w webhook) error {
	ctx, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	request, err := p.request(ctx, w)
	if err != nil {
		return err
	}
	return p.send(request)
}

func (p *poster) request(ctx context.Context, w webhook) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.address+w.path, bytes.NewReader(w.body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", w.contentType)
	request.Header.Set(w.header, w.signature)
	return request, nil
}

func (p *poster) send(request *http.Request) error {
	p.free <- struct{}{}
	defer func() { <-p.free }()
	response, err := p.wire.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("post a webhook: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return fmt.Errorf("post a webhook: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("a webhook was answered %s", response.Status)
	}
	return nil
}
