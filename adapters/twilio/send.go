package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/internal/exchange"
)

// Send hands one text to Twilio. SMS cannot quote. Our reference comes back in the URL of the status callbacks, signed.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.SendResult, error) {
	form := url.Values{
		"To":             {out.To},
		"From":           {a.account.Address},
		"Body":           {out.Text},
		"StatusCallback": {a.statusCallback + "?" + url.Values{"delivery": {out.DeliveryID}}.Encode()},
	}
	answer, err := a.call(ctx, http.MethodPost, a.messagesURL, form.Encode())
	if err != nil {
		return channel.SendResult{}, err
	}
	var created struct {
		SID string `json:"sid"`
	}
	if json.Unmarshal(answer.Body, &created) != nil || !sidFormat.MatchString(created.SID) {
		return channel.SendResult{}, channel.NewSendError(channel.Unknown, "ANSWER_UNREADABLE", nil)
	}
	return channel.SendResult{ExternalID: created.SID}, nil
}

// call makes one request of the REST API. An answer that is not a success is a *channel.SendError.
func (a *Adapter) call(ctx context.Context, method, address, form string) (*exchange.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form))
	if err != nil {
		return nil, channel.NewSendError(channel.Permanent, "INVALID_REQUEST", nil)
	}
	req.SetBasicAuth(a.accountSID, a.authToken)
	req.Header.Set("Accept", "application/json")
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := exchange.Do(a.http, req)
	if err != nil {
		return nil, err
	}
	if !answer.OK() {
		return nil, refusal(answer)
	}
	return answer, nil
}

// refusal reads Twilio's error body. Its code decides; the message beside it quotes numbers and is not kept.
func refusal(answer *exchange.Answer) *channel.SendError {
	e := answer.Refusal()
	var body struct {
		Code int `json:"code"`
	}
	if json.Unmarshal(answer.Body, &body) != nil || body.Code == 0 {
		return e
	}
	e.Reason = reasonOf(body.Code)
	if fault, known := faults[body.Code]; known {
		e.Kind = fault.kind
	}
	return e
}
