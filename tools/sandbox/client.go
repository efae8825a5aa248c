package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client talks to a sandbox process.
type Client struct {
	base string
	http *http.Client
}

// NewClient for the sandbox on addr, a host and port.
func NewClient(addr string) *Client {
	return &Client{base: "http://" + addr, http: &http.Client{Timeout: 30 * time.Second}}
}

// ErrNotSandbox says that something else answers on the address.
var ErrNotSandbox = errors.New("it is not a Parley sandbox")

// Healthy asks who is there. The error is ErrNotSandbox when something else answers, and another when nothing does.
func (c *Client) Healthy(ctx context.Context) (Health, error) {
	var h Health
	err := c.call(ctx, http.MethodGet, "/healthz", nil, &h)
	var answered *answerError
	switch {
	case errors.As(err, &answered):
		return h, fmt.Errorf("%w: %w", ErrNotSandbox, err)
	case err != nil:
		return h, err
	case h.Service != Service:
		return h, ErrNotSandbox
	}
	return h, nil
}

// Configure tells the sandbox what it stands in for; it remembers.
func (c *Client) Configure(ctx context.Context, setup Setup) error {
	return c.call(ctx, http.MethodPut, "/config", setup, nil)
}

// Inbound lets a customer write. It returns when Parley's webhook answered.
func (c *Client) Inbound(ctx context.Context, in Inbound) (InboundResult, error) {
	var result InboundResult
	err := c.call(ctx, http.MethodPost, "/inbound", in, &result)
	return result, err
}

// Deliveries to any of the addresses, with or without "+", oldest first; all when there is none, or an empty one.
func (c *Client) Deliveries(ctx context.Context, to ...string) ([]Delivery, error) {
	var out []Delivery
	err := c.call(ctx, http.MethodGet, "/deliveries?"+url.Values{"to": to}.Encode(), nil, &out)
	return out, err
}

// Leave closes the page of a visitor of the web site.
func (c *Client) Leave(ctx context.Context, visitor string) error {
	return c.call(ctx, http.MethodPost, "/leave?"+url.Values{"from": {visitor}}.Encode(), nil, nil)
}

// stopPoll is how often Stop looks whether the process is gone.
const stopPoll = 10 * time.Millisecond

// Stop ends the process and returns when nothing answers on its address any more. One that is gone already is no error.
func (c *Client) Stop(ctx context.Context) error {
	if _, err := c.Healthy(ctx); err != nil {
		if errors.Is(err, ErrNotSandbox) || ctx.Err() != nil {
			return fmt.Errorf("stop the sandbox: %w", err)
		}
		return nil
	}
	if err := c.call(ctx, http.MethodPost, "/stop", nil, nil); err != nil {
		return fmt.Errorf("stop the sandbox: %w", err)
	}
	c.http.CloseIdleConnections()
	tick := time.NewTicker(stopPoll)
	defer tick.Stop()
	for {
		if _, err := c.Healthy(ctx); err != nil && ctx.Err() == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("stop the sandbox: it still answers: %w", ctx.Err())
		}
	}
}

// answerError is an answer that is not what was asked for.
type answerError struct{ what string }

func (e *answerError) Error() string { return e.what }

// maxAnswer in bytes: all deliveries of a long run.
const maxAnswer = 1 << 30

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("sandbox %s: %w", path, err)
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return fmt.Errorf("sandbox %s: %w", path, err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		if strings.Contains(err.Error(), "malformed HTTP") {
			return &answerError{"sandbox: " + err.Error()}
		}
		return fmt.Errorf("sandbox: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 4<<10))
		return &answerError{fmt.Sprintf("sandbox %s: %s: %s", path, response.Status, bytes.TrimSpace(said))}
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(out); err != nil {
		return &answerError{fmt.Sprintf("sandbox %s: %v", path, err)}
	}
	return nil
}
