package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// webhook makes the request that the vendor posts for one step of a message, addressed and signed by the setup in force.
func (s *server) webhook(ctx context.Context, m *message, index int) (*http.Request, error) {
	setup := s.setup()
	account := setup.account(func(a Account) bool { return a.Name == m.Account && a.Provider == m.Provider })
	if account == nil {
		return nil, fmt.Errorf("account %q is not configured", m.Account)
	}
	if m.Provider == WhatsApp {
		return whatsAppRequest(ctx, setup, *account, m, m.Steps[index])
	}
	return twilioRequest(ctx, setup, *account, m, index)
}

func whatsAppRequest(ctx context.Context, setup *active, a Account, m *message, s step) (*http.Request, error) {
	body, err := []byte(m.Raw), error(nil)
	if !m.Inbound {
		body, err = whatsAppStatusBody(a, m, s)
	}
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, webhookURL(setup.WebhooksURL, a), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "facebookexternalua")
	r.Header.Set("X-Hub-Signature-256", SignMeta(a.AppSecret, body))
	return r, nil
}

// twilioRequest signs the public address and posts to where it leads, as a proxy in between would.
func twilioRequest(ctx context.Context, setup *active, a Account, m *message, index int) (*http.Request, error) {
	signed := webhookURL(setup.publicURL(), a)
	form, err := url.ParseQuery(m.Raw)
	if !m.Inbound {
		signed, form, err = m.Callback, twilioStatus(a, m, m.Steps[index]), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the kept webhook: %w", err)
	}
	target := signed
	if underURL(signed, setup.publicURL()) {
		target = strings.TrimSuffix(setup.WebhooksURL, "/") + strings.TrimPrefix(signed, strings.TrimSuffix(setup.publicURL(), "/"))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("User-Agent", "TwilioProxy/1.1")
	r.Header.Set("I-Twilio-Idempotency-Token", stepName(m.ID, index))
	r.Header.Set("X-Twilio-Signature", SignTwilio(a.AuthToken, signed, form))
	return r, nil
}

func webhookURL(base string, a Account) string {
	return strings.TrimSuffix(base, "/") + "/webhooks/" + a.Provider + "/" + url.PathEscape(a.Name)
}
