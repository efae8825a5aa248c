package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/internal/exchange"
)

// textMessage is the request. Exactly one of To and Recipient is set: numbers and user ids go into different fields.
type textMessage struct {
	MessagingProduct string    `json:"messaging_product"`
	RecipientType    string    `json:"recipient_type"`
	To               string    `json:"to,omitempty"`
	Recipient        string    `json:"recipient,omitempty"`
	Type             string    `json:"type"`
	Text             textBody  `json:"text"`
	Context          *quotedBy `json:"context,omitempty"`
	CallbackData     string    `json:"biz_opaque_callback_data,omitempty"`
}

type textBody struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type quotedBy struct {
	MessageID string `json:"message_id"`
}

// Send hands one text to the Cloud API. Only the first part of a long text quotes what it answers.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.SendResult, error) {
	message := textMessage{
		MessagingProduct: "whatsapp",
		RecipientType:    "individual",
		Type:             "text",
		Text:             textBody{Body: out.Text},
		CallbackData:     out.DeliveryID,
	}
	if number := strings.TrimPrefix(out.To, "+"); isNumber(number) {
		message.To = number
	} else {
		message.Recipient = out.To
	}
	if out.QuotedExternalID != "" && out.Part <= 1 {
		message.Context = &quotedBy{MessageID: out.QuotedExternalID}
	}
	body, err := json.Marshal(message)
	if err != nil {
		return channel.SendResult{}, channel.NewSendError(channel.Permanent, "INVALID_REQUEST", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.messagesURL, bytes.NewReader(body))
	if err != nil {
		return channel.SendResult{}, channel.NewSendError(channel.Permanent, "INVALID_REQUEST", nil)
	}
	req.Header.Set("Authorization", "Bearer "+a.accessToken)
	req.Header.Set("Content-Type", "application/json")
	answer, err := exchange.Do(a.http, req)
	if err != nil {
		return channel.SendResult{}, err
	}
	if !answer.OK() {
		return channel.SendResult{}, refusal(answer)
	}
	return accepted(answer.Body)
}

// accepted reads the id out of a 200. Without one the vendor has the message and we do not know as what.
func accepted(body []byte) (channel.SendResult, error) {
	var a struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if json.Unmarshal(body, &a) != nil || len(a.Messages) == 0 || !plain(a.Messages[0].ID) {
		return channel.SendResult{}, channel.NewSendError(channel.Unknown, "ANSWER_UNREADABLE", nil)
	}
	return channel.SendResult{ExternalID: a.Messages[0].ID}, nil
}

// refusal reads a Graph API error. Its code decides; the message beside it may quote the request and is not kept.
func refusal(answer *exchange.Answer) *channel.SendError {
	var g struct {
		Error *struct {
			Code int `json:"code"`
		} `json:"error"`
	}
	if json.Unmarshal(answer.Body, &g) != nil || g.Error == nil {
		return answer.Refusal()
	}
	e := answer.Refusal()
	e.Reason = reasonOf(g.Error.Code)
	if fault, known := faultOf(g.Error.Code); known {
		e.Kind = fault.kind
	}
	return e
}
