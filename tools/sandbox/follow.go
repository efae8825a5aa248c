package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// gather is how long more is awaited after a delivery, to be told together.
const gather = 5 * time.Millisecond

// followDeliveries streams what vendors accept from now on, a line of JSON each, as long as the caller listens.
func (s *server) followDeliveries(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	flusher := http.NewResponseController(w)
	if err := flusher.SetReadDeadline(time.Time{}); err != nil { // that of other requests is half a minute
		return
	}
	lines := json.NewEncoder(w)
	seen, grown := s.book.end()
	for {
		if err := flusher.Flush(); err != nil {
			return
		}
		select {
		case <-grown:
		case <-r.Context().Done():
			return
		}
		time.Sleep(gather)
		var news []*message
		news, grown = s.book.after(seen)
		seen += len(news)
		for _, m := range news {
			if m.Inbound {
				continue
			}
			if err := lines.Encode(m.delivery()); err != nil {
				return
			}
		}
	}
}

// Follow calls for each delivery that vendors accept from now on, in the order in which they do, until the context ends.
// It calls ready when nothing can be missed any more.
func (c *Client) Follow(ctx context.Context, ready func(), received func(Delivery)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/deliveries/follow", nil)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	response, err := (&http.Client{}).Do(request) // without a time limit: it goes on
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("sandbox: follow: %s", response.Status)
	}
	ready()
	lines := json.NewDecoder(bufio.NewReader(response.Body))
	for {
		var d Delivery
		if err := lines.Decode(&d); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("sandbox: follow: %w", err)
		}
		received(d)
	}
}
